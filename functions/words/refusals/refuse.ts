/**
 * Refusals by their codes: what is refused says which one it is, and each reader gets it in their language. What Zod finds
 * wrong is one too, by the code of its issue, or by the code that the schema itself names. Pure.
 */
import type * as z from 'zod';
import { type FieldError, type Place, Problem, type Reason } from '../../platform/problem.ts';
import { fillIn, type Reader, type Texts } from '../language.ts';
import { reasonFor } from '../say-recorded.ts';
import { refusals } from '../texts/refusals.ts';

type Refusals = typeof refusals;
export type RefusalCode = keyof Refusals;

/** `'{n} of {total} {n|one|more}'` has the places `n` and `total`; braces around anything but a name are text. */
type PlacesIn<T> = T extends `${string}{${infer Place}}${infer Rest}`
  ?
      | Exclude<
          Place extends `${infer Name}|${string}` ? Name : Place extends `${string} ${string}` ? never : Place,
          'customer'
        >
      | PlacesIn<Rest>
  : never;

/** The values of a refusal's placeholders. */
type PlaceOf<Code extends RefusalCode> = PlacesIn<
  Refusals[Code]['en'] | (Refusals[Code] extends { api: infer Api } ? Api : never)
>;

const texts: Texts = refusals;

type Given<Code extends RefusalCode> = [PlaceOf<Code>] extends [never]
  ? []
  : [given: Readonly<Record<PlaceOf<Code>, Place>>];

/** `refuse('linked-review-there', { id })` has the text that the API answers: `It is linked to inc_…: review that one.` */
export function refuse<Code extends RefusalCode>(code: Code, ...[given]: Given<Code>): Reason {
  const places: Reason['given'] = given ?? {};
  const { en = code, api = en } = texts[code] ?? {};
  return { code, given: places, text: filled(api, { customer: 'customer', ...places }, (at) => at.toISOString()) };
}

/** The same of one field. @param path where, as a dotted path */
export function wrongField<Code extends RefusalCode>(path: string, code: Code, ...given: Given<Code>): FieldError {
  const said = refuse(code, ...given);
  return { path, message: said.text, said };
}

export interface RefusalReader extends Reader {
  /** How a time is written for them. */
  timeText: (at: Date) => string;
}

/** A refusal in the reader's language. */
export function sayRefusal({ code, given, text }: Reason, reader: RefusalReader): string {
  const said = (Object.hasOwn(texts, code) && texts[code]?.[reader.language]) || text;
  // What could not be read has been recorded with its reason, which is a sentence of the record.
  const why = typeof given.why === 'string' ? { why: reasonFor(reader, given.why) } : {};
  const customer = reader.policy.customerLabel[reader.language];
  return filled(said, { customer, ...given, ...why }, reader.timeText);
}

/** What is wrong with a field, in the reader's language. */
export const sayField = ({ message, said }: FieldError, reader: RefusalReader): string =>
  said ? sayRefusal(said, reader) : reasonFor(reader, message);

function filled(text: string, given: Reason['given'], timeText: (at: Date) => string): string {
  const texts = Object.entries(given).map(([name, value]) => [name, value instanceof Date ? timeText(value) : value]);
  return fillIn(text, Object.fromEntries(texts));
}

/** What a schema says in its own words is the whole text of a refusal. */
const codes: ReadonlyMap<string, RefusalCode> = new Map(
  Object.entries(texts).map(([code, { en, api = en }]) => [api, code as RefusalCode]),
);

/** @param issues of a body that was parsed with `reportInput`: what is missing is told from what is of another type */
export const wrongFields = (issues: readonly z.core.$ZodIssue[]): FieldError[] =>
  issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message, said: sayIssue(issue) }));

/**
 * @param refusal of the whole
 * @param errors what was found wrong before
 * @throws Problem 422 naming the fields
 */
export function parsed<T>(schema: z.ZodType<T>, stated: unknown, refusal: Reason, errors: readonly FieldError[] = []) {
  const { data, error } = schema.safeParse(stated, { reportInput: true });
  const all = [...errors, ...wrongFields(error?.issues ?? [])];
  if (all.length > 0) throw new Problem(422, refusal, { errors: all });
  return data as T;
}

/** The text stays what Zod says: the API answers it. */
export function sayIssue(issue: z.core.$ZodIssue): Reason {
  const code = codes.get(issue.message);
  return { ...(code ? { code, given: {} } : ofZod(issue)), text: issue.message };
}

function ofZod(issue: z.core.$ZodIssue): Pick<Reason, 'code' | 'given'> {
  const origin = 'origin' in issue ? issue.origin : undefined;
  const [isText, isList] = [origin === 'string', origin === 'array'];
  switch (issue.code) {
    case 'too_big': {
      const given = { n: Number(issue.maximum) };
      if (isText) return refuse('zod-text-too-long', given);
      return refuse(isList ? 'zod-list-too-long' : 'zod-number-too-large', given);
    }
    case 'too_small':
      if (isText) return refuse('blank');
      return isList ? refuse('zod-list-too-short') : refuse('zod-number-too-small', { n: Number(issue.minimum) });
    case 'invalid_type':
      if (issue.input === undefined) return refuse('zod-missing');
      return refuse(issue.expected === 'int' ? 'not-a-whole-number' : 'zod-wrong');
    case 'invalid_value':
      return refuse('zod-option');
    case 'unrecognized_keys':
      return refuse('zod-unknown-keys');
    default:
      return refuse('zod-wrong');
  }
}
