/** The errors in a team's `policy.json`: the place, the value, and what is allowed. */
import type * as z from 'zod';
import { isTable, withOwn } from '../../functions/policy/own.ts';
import { defaults, milliseconds, type OwnPolicy } from '../../functions/policy.ts';
import type { Both, Language } from '../../functions/words/language.ts';
import { inBothLanguages, words } from './allowed.ts';
import { policySchema } from './schema.ts';

export interface Wrong {
  /** `cadence.calm.first`; of a list with the row's number, from 1: `areas.2.runbook`. */
  path: string;
  found: unknown;
  allowed: Both;
}

/** @param own what the file holds, whatever it is */
export function wrongIn(own: unknown): Wrong[] {
  const wrong = wrongBy(policySchema, own);
  return wrong.length > 0 ? wrong : contradictionsIn(own as OwnPolicy);
}

/** What a schema refuses. Its messages are what is allowed. */
export function wrongBy(schema: z.ZodType, own: unknown): Wrong[] {
  const all = (schema.safeParse(own).error?.issues ?? []).flatMap((issue) => wrongOf(issue, own, schema));
  // A pattern and what it cannot say both refuse a value.
  return [...new Map(all.map((each) => [`${each.path} ${each.allowed.en}`, each])).values()];
}

function wrongOf(issue: z.core.$ZodIssue, own: unknown, schema: z.ZodType): Wrong[] {
  const at = (path: readonly PropertyKey[]): Pick<Wrong, 'path' | 'found'> => ({
    path: path.map((each) => (typeof each === 'number' ? each + 1 : String(each))).join('.'),
    found: valueAt(own, path),
  });
  if (issue.code !== 'unrecognized_keys') return [{ ...at(issue.path), allowed: inBothLanguages(issue.message) }];
  const names = namesAt(schema, issue.path);
  return issue.keys.map((key) => {
    // Where they were before they had a file of their own.
    if (schema === policySchema && key === 'customers' && issue.path.length === 0)
      return { ...at([key]), allowed: inBothLanguages(words.elsewhere) };
    const byDistance = names.toSorted((one, other) => distance(one, key) - distance(other, key));
    const nearest = [...byDistance.slice(0, mostNames), ...(byDistance.length > mostNames ? ['…'] : [])].join(', ');
    return { ...at([...issue.path, key]), allowed: { ja: nearest, en: nearest } };
  });
}

/** The names that a table of the schema knows. */
function namesAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: z.core.$ZodType = schema;
  for (const step of [...path, undefined]) {
    while ('innerType' in at._zod.def) at = at._zod.def.innerType as z.core.$ZodType;
    const { shape, element, keyType, valueType } = at._zod.def as {
      shape?: Record<string, z.core.$ZodType>;
      element?: z.core.$ZodType;
      keyType?: z.core.$ZodType;
      valueType?: z.core.$ZodType;
    };
    if (step === undefined) return shape ? Object.keys(shape) : [...(keyType?._zod.values ?? [])].map(String);
    const next = typeof step === 'number' ? element : (valueType ?? shape?.[String(step)]);
    if (!next) return [];
    at = next;
  }
  return [];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const step of path)
    at = isTable(at) || Array.isArray(at) ? (at as Record<PropertyKey, unknown>)[step] : undefined;
  return at;
}

/** Levenshtein's. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const changed = (row[j - 1] as number) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row.at(-1) as number;
}

/** Pairs of values in a required order: the first is less than the second, or at most as large. */
const orders: readonly [smaller: string, is: 'below' | 'upTo', larger: string][] = [
  ['cadence.remindAhead', 'below', 'cadence.urgent.first'],
  ['cadence.remindAhead', 'below', 'cadence.urgent.every'],
  ['cadence.remindAhead', 'below', 'cadence.calm.first'],
  ['cadence.remindAhead', 'below', 'emergency.rhythm.every'],
  ['cadence.metUpTo', 'below', 'cadence.urgent.every'],
  ['cadence.urgent.every', 'upTo', 'cadence.urgent.laterEvery'],
  ['cadence.remindAheadOfFixedTimes.from', 'upTo', 'cadence.remindAheadOfFixedTimes.to'],
  ['emergency.rhythm.every', 'upTo', 'emergency.rhythm.lasts'],
  ['urgency.clockErrorUpTo', 'upTo', 'urgency.highUpTo'],
  ['notices.channelTimeout', 'below', 'notices.leaseFor'],
  ['outgoing.toolTimeout', 'below', 'notices.leaseFor'],
  ['outgoing.lookAfter', 'below', 'outgoing.giveUpAfter'],
  ['outgoing.notion.askAgain.soonest', 'upTo', 'outgoing.notion.askAgain.latest'],
  ['duty.readingTimeout', 'upTo', 'duty.readingTimeoutOfAll'],
  ['actions.dueHigh', 'upTo', 'actions.due'],
  ['actions.remindAhead', 'below', 'actions.dueHigh'],
  ['underReporting.leastWeeksBefore', 'upTo', 'underReporting.weeksBefore'],
  ['underReporting.weeksAfter', 'upTo', 'underReporting.trendWeeks'],
  ['review.medianFrom', 'upTo', 'review.percentileFrom'],
  ['evidence.seriesBefore', 'upTo', 'evidence.seriesAtMost'],
  ['intake.maxDescriptionBytes', 'below', 'intake.maxBodyBytes'],
];

const routes = ['trouble', 'question', 'outside'] as const;

function contradictionsIn(own: OwnPolicy): Wrong[] {
  const policy = withOwn(defaults, own);
  const at = (path: string): unknown => valueAt(policy, path.split('.'));
  const isOwn = (path: string): boolean => valueAt(own, path.split('.')) !== undefined;
  const measured = (value: unknown): number => (typeof value === 'number' ? value : milliseconds(String(value)));
  const inOrder = orders.flatMap(([smaller, is, larger]): Wrong[] => {
    const [less, more] = [measured(at(smaller)), measured(at(larger))];
    if (is === 'below' ? less < more : less <= more) return [];
    if (isOwn(smaller)) return [{ path: smaller, found: at(smaller), allowed: limits[is](larger, at(larger)) }];
    const opposite = is === 'below' ? 'above' : 'from';
    return [{ path: larger, found: at(larger), allowed: limits[opposite](smaller, at(smaller)) }];
  });
  const folded = (form: string): string => form.normalize('NFKC').toLowerCase();
  const twice = routes.flatMap((route, place) =>
    policy.routing[route].flatMap((form): Wrong[] => {
      const other = routes.slice(0, place).find((each) => policy.routing[each].map(folded).includes(folded(form)));
      if (!other) return [];
      const path = isOwn(`routing.${route}`) ? route : other;
      const from = path === route ? other : route;
      return [
        {
          path: `routing.${path}`,
          found: form,
          allowed: { ja: `routing.${from} にないもの`, en: `what routing.${from} does not list` },
        },
      ];
    }),
  );
  return [...inOrder, ...twice];
}

const limits = {
  below: (path: string, of: unknown): Both => ({ ja: `${path} (${of}) より小さい値`, en: `less than ${path} (${of})` }),
  upTo: (path: string, of: unknown): Both => ({ ja: `${path} (${of}) 以下の値`, en: `at most ${path} (${of})` }),
  above: (path: string, of: unknown): Both => ({ ja: `${path} (${of}) より大きい値`, en: `more than ${path} (${of})` }),
  from: (path: string, of: unknown): Both => ({ ja: `${path} (${of}) 以上の値`, en: `at least ${path} (${of})` }),
};

/** The longest part of a value that a message shows. */
const mostShown = 80;
/** How many existing names a message offers instead of an unknown one. */
const mostNames = 12;

/** One line for each, for the command line. @param file as it is named there */
export const sayWrong = (file: string, all: readonly Wrong[], language: Language): string =>
  all.map((each) => sayOne(file, each, language)).join('\n');

function sayOne(file: string, { path, found, allowed }: Wrong, language: Language): string {
  const json = JSON.stringify(found) ?? (language === 'ja' ? 'なし' : 'nothing');
  const shown = json.length > mostShown ? `${json.slice(0, mostShown)}…` : json;
  const place = path ? `${file}: ${path}` : file;
  return language === 'ja'
    ? `${place}: 現在の値は ${shown}、指定できるのは ${allowed.ja}`
    : `${place}: there is ${shown}; allowed is ${allowed.en}`;
}
