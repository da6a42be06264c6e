/**
 * The schema of `policy.json`, made from the defaults themselves: what a value is by default says what it may be, so that a new
 * entry of the policy needs none here. Only what a default cannot show, such as what an empty list may hold, is named below.
 */
import * as z from 'zod';
import { isTable } from '../../functions/policy/own.ts';
import { defaults, milliseconds, weekdays } from '../../functions/policy.ts';
import { type Language, languages, textOf } from '../../functions/words/language.ts';
import { policyTexts } from '../../functions/words/texts/policy-page.ts';
import { allowed, wholeFrom, words } from './allowed.ts';
import { draftParts, isOwnWording, placesOfPart } from './own-wording.ts';

const longest = milliseconds('P3650D');
const written = /^P(?=[\dT])(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/;
const timeWritten = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const mostRows = 10_000;

const isDuration = (text: string, least: number): boolean => {
  if (!written.test(text)) return false;
  const length = milliseconds(text);
  return length >= least && length <= longest;
};

const line = (least: number): z.ZodType<string> => {
  const error = least === 0 ? words.text : words.name;
  return z
    .string({ error })
    .max(200, { error })
    .refine((text) => text.trim().length >= least && !/\p{Cc}/u.test(text), { error });
};
const text = line(0);
const name = line(1);
const timeOfDay = z.string({ error: words.timeOfDay }).regex(timeWritten, { error: words.timeOfDay });
const timesOfDay = (least: number) =>
  z
    .array(timeOfDay, { error: words.timesOfDay })
    .min(least, { error: words.timesOfDay })
    .refine((all) => all.every((each, at) => at === 0 || (all[at - 1] as string) < each), { error: words.timesOfDay });
/** By a pattern first: JSON Schema has no refinements, and an editor is to refuse what it can. */
const duration = (least: number, error: string) =>
  z
    .string({ error })
    .regex(written, { error })
    .refine((each) => isDuration(each, least), { error });
const whole = (least: number) => {
  const most = 1_000_000_000;
  const error = wholeFrom(least, most);
  return z.int({ error }).min(least, { error }).max(most, { error });
};
const share = z.number({ error: words.share }).gt(0, { error: words.share }).lt(1, { error: words.share });
const table = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: ({ code }) => (code === 'invalid_type' ? words.table : undefined) });
const listOf = <Of extends z.ZodType>(of: Of) =>
  z.array(of, { error: words.list }).max(mostRows, { error: words.list });
/** Rows that have a name of their own by `of`. */
const named = <Of extends z.ZodType>(row: Of, of: (row: z.output<Of>) => string) =>
  listOf(row).refine((all) => new Set(all.map(of)).size === all.length, { error: words.once });
const oneOf = <const Value extends string>(values: readonly Value[]) =>
  z.enum(values, { error: allowed(values.join('、'), values.join(', ')) });
const recordOf = <Value extends z.ZodType>(names: readonly string[], value: Value) =>
  table(Object.fromEntries(names.map((each) => [each, value.optional()])));

/** For a table whose keys are the team's own. */
const keysOr = (error: string) => (issue: { code?: string }) =>
  issue.code === 'invalid_type' || issue.code === 'invalid_key' ? error : undefined;
const lowerCase = z
  .string()
  .min(1)
  .max(200)
  .refine((key) => key === key.toLowerCase());
const typedKeys = <Name extends string>(of: Record<Name, unknown>): Name[] => Object.keys(of) as Name[];

const wording = (part: (typeof draftParts)[number], language: Language) => {
  const places = placesOfPart(part, language).map((each) => `{${each}}`);
  const error = allowed(
    `${places.length > 0 ? `${places.join('、')} を含む` : '{ } の差し込みのない'}文(空文字、{{、{% は不可)`,
    `a text with ${places.length > 0 ? places.join(', ') : 'no places in { }'}, not empty, without {{ and {%`,
  );
  return z.string({ error }).refine((own) => isOwnWording(part, language, own), { error });
};

/** Entries whose limits a default cannot show. */
const ofPath: Readonly<Record<string, z.ZodType>> = {
  zone: z.string({ error: words.zone }).refine(isZone, { error: words.zone }),
  'customerLabel.ja': name,
  'customerLabel.en': name,
  areas: named(
    table({
      area: name,
      owner: name.optional(),
      runbook: z.string({ error: words.address }).refine(isAddress, { error: words.address }).optional(),
    }),
    ({ area }) => area,
  ),
  language: z.enum(languages, { error: words.language }),
  'sender.language': z.enum(languages, { error: words.language }),
  'sender.functions': named(table({ area: name, ja: name, en: name }), ({ area }) => area),
  drafts: table(
    Object.fromEntries(
      draftParts.map((part) => [
        part,
        table({ ja: wording(part, 'ja').optional(), en: wording(part, 'en').optional() }).optional(),
      ]),
    ),
  ),
  'cadence.fixedTimes': timesOfDay(1),
  'cadence.fixedTimesOn': recordOf(weekdays, timesOfDay(0)),
  'cadence.countedChannels': named(oneOf(defaults.cadence.countedChannels), String),
  'routing.severities': z.record(lowerCase, oneOf(typedKeys(defaults.score.weights)), {
    error: keysOr(words.lowerCase),
  }),
  'routing.services': z.record(lowerCase, name, { error: keysOr(words.lowerCase) }),
  'emergency.askRolesTimes': whole(0),
  'people.domains': listOf(z.string({ error: words.domain }).regex(/^[^\s@]+\.[^\s@]+$/, { error: words.domain })),
  'people.names': z.record(z.email(), name, { error: keysOr(words.mail) }),
  'score.brackets': listOf(table({ from: whole(0), value: whole(0) })).refine(
    (all) => all.at(-1)?.from === 0 && all.every(({ from }, at) => at === 0 || from < (all[at - 1]?.from ?? 0)),
    { error: words.brackets },
  ),
  'find.candidates.synonyms': listOf(listOf(name)),
};

/** Intervals by which a clock advances: a second would never finish. */
const isInterval = (path: string): boolean => /every$/i.test(path);

function leafOf(path: string, value: unknown): z.ZodType {
  const own = ofPath[path];
  if (own) return own;
  if (typeof value === 'boolean') return z.boolean({ error: words.yesNo });
  if (typeof value === 'number') return value > 0 && value < 1 ? share : whole(/weights/.test(path) ? 0 : 1);
  if (Array.isArray(value)) return listOf(name);
  // An entry in which nothing can be set.
  if (isTable(value)) throw new Error(`Say in ofPath what ${path} may hold: it is empty by default.`);
  const given = String(value);
  if (timeWritten.test(given)) return timeOfDay;
  if (!written.test(given)) return text;
  return isInterval(path) ? duration(milliseconds('PT1M'), words.interval) : duration(1, words.duration);
}

export const described = (path: string, language: Language): string | undefined =>
  textOf(policyTexts, `policy.${path}`, language, { customer: defaults.customerLabel[language] });

/** Longer ones, such as lists of words, say nothing in an editor's tooltip. */
const longestDefault = 200;

function schemaOf(path: string, value: unknown): z.ZodType {
  const isLeaf = path in ofPath || !isTable(value) || Object.keys(value).length === 0;
  const inner = isLeaf
    ? leafOf(path, value)
    : table(
        Object.fromEntries(
          Object.entries(value).map(([each, of]) => [each, schemaOf(path ? `${path}.${each}` : each, of).optional()]),
        ),
      );
  const description = described(path, 'en');
  const isShort = isLeaf && JSON.stringify(value).length <= longestDefault;
  return inner.meta({ ...(description ? { description } : {}), ...(isShort ? { default: value } : {}) });
}

export const policySchema = schemaOf('', defaults) as z.ZodObject;

/** The allowed values of an entry, in English. */
export function mayBe(path: string, value: unknown): string {
  // Nothing is a symbol: the schema refuses it by what it would take.
  const { error } = leafOf(path, value).safeParse(Symbol(path));
  return error?.issues[0]?.message ?? '';
}

/** `docs/reference/policy.schema.json`, by which an editor completes and checks the file. */
export const jsonSchema = (): object => ({
  title: 'policy.json: a team’s own values over the defaults of functions/policy.ts',
  ...z.toJSONSchema(policySchema.extend({ $schema: z.string().optional() }), { io: 'input' }),
});

function isAddress(address: string): boolean {
  return /^https?:$/.test(URL.parse(address)?.protocol ?? '');
}

function isZone(zone: string): boolean {
  if (!/^[A-Z]/i.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
  } catch {
    return false;
  }
}
