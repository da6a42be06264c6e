/** A bundle page by page: where the next one begins, and the token that says so. */
import { expect, test } from 'vitest';
import { pageAfter, readToken, writeToken } from '../../functions/postmortems/open.ts';
import type { BundleSlice } from '../../functions/postmortems/store.ts';

test.each<
  [entries: number, carried: number, page: [from: number, limit: number, carried: number], next: number[] | undefined]
>([
  [50, 0, [0, 50, 0], undefined],
  [51, 0, [0, 50, 0], [50, 200]],
  [50, 200, [0, 50, 0], undefined],
  [50, 201, [0, 50, 0], [50, 200]],
  [50, 401, [50, 50, 200], [100, 400]],
  [101, 0, [50, 50, 200], [100, 400]],
  [100, 400, [50, 50, 200], undefined],
])('of %d entries and %d carried, after %j comes %j', (entryCount, carriedCount, [from, limit, carriedFrom], next) => {
  const slice = { document: { entryCount, carriedCount }, page: { from, limit, carriedFrom } } as BundleSlice;
  const page = pageAfter(slice);
  expect(page && [page.from, page.carriedFrom, page.limit]).toEqual(next && [...next, limit]);
});

test('the token of a page leads to it, one of an earlier version to its entries, and another’s nowhere', () => {
  expect(readToken(writeToken({ from: 50, limit: 7, carriedFrom: 200 }))).toEqual({ from: 50, carriedFrom: 200 });
  expect(readToken(undefined)).toEqual({ from: 0, carriedFrom: 0 });
  const token = (text: string): string => Buffer.from(text).toString('base64url');
  expect(readToken(token('entries:50'))).toEqual({ from: 50, carriedFrom: 0 });
  for (const wrong of [
    'entries:-1',
    'entries:1234567890',
    'carried:5',
    'entries:5,carried:',
    ' entries:5',
    'entries:5 ',
  ])
    expect([wrong, readToken(token(wrong))]).toEqual([wrong, undefined]);
});
