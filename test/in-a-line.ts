import { inspect } from 'node:util';

/** A value whole, a document a line, for what is kept beside a test: what is a Date, text, undefined or absent differs. */
export const inALine = (value: unknown): string =>
  inspect(value, { depth: null, breakLength: Number.POSITIVE_INFINITY, sorted: true, maxStringLength: null });
