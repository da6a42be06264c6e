/** Table C in memory, a row a boundary. */
import { expect, test } from 'vitest';
import { lookAt, play } from '../record.ts';
import { rowsOfUpdates } from './rows-of-updates.ts';

test.each(Object.entries(rowsOfUpdates))('%s', (_, row) => {
  expect(lookAt(play(row))).toMatchObject(row.is);
});
