/** A section of the policy as a table: what each number is called, and what it is now. */
import { isOurs, leaves } from '../../functions/console/policy.ts';
import { milliseconds, policy } from '../../functions/policy.ts';
import { textOf } from '../../functions/words/language.ts';
import { lengthText } from '../../functions/words/spans.ts';
import { policyTexts } from '../../functions/words/texts/policy-page.ts';
import { table } from './table.ts';

/** @param sections of `policy`, such as `cadence` */
export const ruleTable = (...sections: (keyof typeof policy)[]): string =>
  table(
    ['`policy.…`', 'What it is', 'Now'],
    sections
      .flatMap((name) => leaves(name, policy[name]))
      .map(([path, value]) => [
        `\`${path}\`${isOurs(path) ? ' †' : ''}`,
        textOf(policyTexts, `policy.${path}`, 'en', { customer: policy.customerLabel.en }) ?? '',
        written(value),
      ]),
  );

function written(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(written).join(', ');
  if (typeof value === 'string' && /^PT?\d/.test(value)) return lengthText(milliseconds(value), 'en');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, each]) => `${name} ${String(each)}`)
      .join(': ');
  }
  return String(value);
}
