/** A section of the policy as a table: what each number is called, and what it is now. */
import { isOurs, leaves } from '../../functions/console/policy.ts';
import { isTable } from '../../functions/policy/own.ts';
import { defaults, milliseconds, policy } from '../../functions/policy.ts';
import { lengthText } from '../../functions/words/spans.ts';
import { described, mayBe } from '../own-settings/schema.ts';
import { table } from './table.ts';

const length = (duration: string): string => lengthText(milliseconds(duration), 'en');

export function urgencyRules(): string {
  const { highUpTo, clockErrorUpTo } = policy.urgency;
  return table(
    ['Time from occurrence to receipt', 'Urgency', 'Rule'],
    [
      [`up to ${length(highUpTo)}`, 'high', '`occurred-within-one-hour`'],
      [`more than ${length(highUpTo)}`, 'low', '`occurred-earlier`'],
      ['not known', 'high', '`occurrence-unknown`'],
      [`the occurrence is more than ${length(clockErrorUpTo)} in the future`, 'high', '`occurrence-in-future`'],
    ],
  );
}

export function cadenceRules(): string {
  const { urgent, calm, fixedTimesAfter } = policy.cadence;
  const every = `${length(urgent.every)}; ${length(urgent.laterEvery)} once the incident is ${length(urgent.laterAfter)} old`;
  return table(
    ['', 'First update, after the customer was known to be affected', 'Then every', 'Later'],
    [
      [
        'high urgency, or ongoing, or not known whether it is',
        length(urgent.first),
        every,
        `at fixed times of day once it is ${length(fixedTimesAfter)} old`,
      ],
      ['low and not ongoing', length(calm.first), '–', 'at fixed times of day'],
    ],
  );
}

/** Every entry of the policy, with what `policy.json` may say of it. */
export const settingTable = (): string =>
  table(
    ['Entry', 'What it is', 'May be', 'By default'],
    Object.entries(defaults)
      .flatMap(([name, value]) => leavesOf(name, value))
      .map(([path, value]) => [
        `\`${path}\`${isOurs(path) ? ' †' : ''}`,
        described(path, 'en') ?? '',
        mayBe(path, value),
        code(value),
      ]),
  );

/** Includes tables that are empty by default. */
const leavesOf = (name: string, value: unknown): [string, unknown][] => {
  const isFilled = isTable(value) && Object.keys(value).length > 0;
  return isFilled ? Object.entries(value).flatMap(([each, of]) => leavesOf(`${name}.${each}`, of)) : [[name, value]];
};

const longestCode = 60;
const code = (value: unknown): string => {
  const json = JSON.stringify(value);
  return json.length > longestCode ? '(a long list)' : `\`${json}\``;
};

/** @param sections of `policy`, such as `cadence` */
export const ruleTable = (...sections: (keyof typeof policy)[]): string =>
  table(
    ['`policy.…`', 'What it is', 'Now'],
    sections
      .flatMap((name) => leaves(name, policy[name]))
      .map(([path, value]) => [`\`${path}\`${isOurs(path) ? ' †' : ''}`, described(path, 'en') ?? '', written(value)]),
  );

function written(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(written).join(', ');
  if (typeof value === 'string' && /^PT?\d/.test(value)) return length(value);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, each]) => `${name} ${String(each)}`)
      .join(': ');
  }
  return String(value);
}
