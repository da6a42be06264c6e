/** Table J in memory: what each statement leaves on the record. */
import { expect, test } from 'vitest';
import { lookAt, play } from '../record.ts';
import { rowsOfStatements } from './rows-of-statements.ts';

test.each(Object.entries(rowsOfStatements))('what is stated is on the record %s', (_, row) => {
  const { fields: wanted = {}, ...rest } = row.is;
  const seen = lookAt(play(row));
  expect(seen).toMatchObject(rest);
  const found = Object.fromEntries(Object.keys(wanted).map((field) => [field, seen.fields[field]]));
  expect({ found }).toMatchObject({ found: wanted });
});
