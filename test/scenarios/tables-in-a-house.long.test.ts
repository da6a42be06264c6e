/** Tables C and J as they can be seen: all rows in a house, where `npm test` plays a tenth. */
import { describe } from 'vitest';
import { rowsOfUpdates } from '../incidents/rhythm/rows-of-updates.ts';
import { rowsOfStatements } from '../incidents/statements/rows-of-statements.ts';
import { playInHouse } from './play-in-house.ts';

describe('who is due when, and what becomes of each slot', () => {
  playInHouse(rowsOfUpdates);
});

describe('what each statement leaves on the record, in any order', () => {
  playInHouse(rowsOfStatements);
});
