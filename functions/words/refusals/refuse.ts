/** Refusals by code: each reader gets the text in their language. Pure. */
import type { FieldError, Place, Reason } from '../../platform/problem.ts';
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
  timeText: (at: Date) => string;
}

export function sayRefusal({ code, given, text }: Reason, reader: RefusalReader): string {
  const said = (Object.hasOwn(texts, code) && texts[code]?.[reader.language]) || text;
  // An unreadable report was recorded with its reason, which is a sentence of the record.
  const why = typeof given.why === 'string' ? { why: reasonFor(reader, given.why) } : {};
  const customer = reader.policy.customerLabel[reader.language];
  return filled(said, { customer, ...given, ...why }, reader.timeText);
}

export const sayField = ({ message, said }: FieldError, reader: RefusalReader): string =>
  said ? sayRefusal(said, reader) : reasonFor(reader, message);

function filled(text: string, given: Reason['given'], timeText: (at: Date) => string): string {
  const texts = Object.entries(given).map(([name, value]) => [name, value instanceof Date ? timeText(value) : value]);
  return fillIn(text, Object.fromEntries(texts));
}
