/** Table C, a row a boundary, from facts alone. */
import { expect, test } from 'vitest';
import { rowsOfUpdates } from '../rhythm/rows-of-updates.ts';
import { playOnClocks } from './small-record.ts';

const compared = ['due', 'recoveries', 'slots', 'told'] as const;

test.each(Object.entries(rowsOfUpdates))('%s', (_, row) => {
  const expected = Object.fromEntries(compared.flatMap((key) => (key in row.is ? [[key, row.is[key]]] : [])));
  expect(playOnClocks(row)).toMatchObject(expected);
});
