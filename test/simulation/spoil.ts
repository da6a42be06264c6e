/** Makes a record say something else than it did, one field at a time: what reads it has to notice. */
import { hourMs } from './calendar.ts';
import type { Doc } from './oracle/records.ts';

/** Another of its kind. */
export function other(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, -1);
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value > 1e12 ? value - hourMs : value + 1;
  return typeof value === 'string' ? `${value} indeed` : 'something';
}

/** The values in a document by a path: `slots.*.reason` is of each of its slots. An empty list says nothing else. */
export function placesIn(doc: Doc, [name = '', ...rest]: readonly string[]): [holder: Doc, name: string][] {
  if (doc === null || typeof doc !== 'object') return [];
  const names = name === '*' ? Object.keys(doc) : name in doc ? [name] : [];
  if (rest.length > 0) return names.flatMap((each) => placesIn(doc[each], rest));
  return names.filter((each) => !(Array.isArray(doc[each]) && doc[each].length === 0)).map((each) => [doc, each]);
}
