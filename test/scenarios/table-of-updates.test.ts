/** Table C as it can be seen: who is due when, what becomes of each slot, and what the responders are told. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOfUpdates } from '../incidents/rhythm/rows-of-updates.ts';
import { playedInHouse, type Seen } from './rows.ts';
import { Timetable } from './timetable.ts';

/** All are played in memory, where these tables stand; of some of them a house tells that it is stored and sent so. */
const rows = playedInHouse(rowsOfUpdates);

let timetable: Timetable;
let seen: Map<string, Seen>;
beforeAll(async () => {
  timetable = await Timetable.open();
  seen = await timetable.play(rows);
});
afterAll(() => timetable?.stop());

test.each(Object.entries(rows))('%s', (name, { is }) => {
  expect(seen.get(name)).toMatchObject(is);
});
