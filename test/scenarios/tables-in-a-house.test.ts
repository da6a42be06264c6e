/**
 * Tables C and J as they can be seen. All rows are played in memory, beside the tables; of a tenth of them a house
 * tells that it is stored and sent so, and in `tables-in-a-house.long.test.ts` of all.
 */
import { describe } from 'vitest';
import { rowsOfUpdates } from '../incidents/rhythm/rows-of-updates.ts';
import { rowsOfStatements } from '../incidents/statements/rows-of-statements.ts';
import { playInHouse } from './play-in-house.ts';
import { tenthOf } from './rows.ts';

describe('who is due when, and what becomes of each slot', () => {
  playInHouse(tenthOf(rowsOfUpdates));
});

describe('what each statement leaves on the record, in any order', () => {
  playInHouse(tenthOf(rowsOfStatements));
});
