/** What a bundle keeps of the record: the same facts are the same bytes, wherever they are read. Pure. */
import { cut } from '../platform/one-line.ts';

/** A value in the form of JSON. */
export type Written<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Written<T[K]> } : T;

/** Times as RFC 3339 in UTC. @param isMap its keys are put in order: stores give maps back in one of their own */
export function written<T>(value: T, longest = Number.POSITIVE_INFINITY, isMap = false): Written<T> {
  if (typeof value === 'string') return cut(value, longest) as Written<T>;
  if (typeof value !== 'object' || value === null) return value as Written<T>;
  if (value instanceof Date) return value.toISOString() as Written<T>;
  if (Array.isArray(value)) return value.map((each) => written(each, longest)) as Written<T>;
  const said = Object.entries(value).filter(([, each]) => each !== undefined);
  if (isMap) said.sort(([a], [b]) => compare(a, b));
  return Object.fromEntries(said.map(([key, each]) => [key, written(each, longest, true)])) as Written<T>;
}

/** Code units, the same in every locale. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
