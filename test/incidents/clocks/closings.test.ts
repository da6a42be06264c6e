/** What the timeline tells of deadlines that have ended, from what contacts remember. */
import { expect, test } from 'vitest';
import { closingsBetween } from '../../../functions/incidents/clocks/closings.ts';
import type { PastSlot } from '../../../functions/incidents/clocks/outcome.ts';
import { at } from '../rhythm/rhythm.ts';

const slot = (dueAt: string, outcome: PastSlot['outcome'], endAt = dueAt): PastSlot => ({
  dueAt: at(dueAt),
  endAt: at(endAt),
  outcome,
});
const met = slot('17:00', 'met', '16:10');
const again = slot('17:00', 'met', '16:40');

test.each<[what: string, before: PastSlot[], after: PastSlot[], told: string[]]>([
  ['one that has ended', [], [met], ['met']],
  ['nothing that was told', [met], [met], []],
  ['one that ended otherwise', [slot('17:00', 'missed')], [met], ['met, not missed']],
  ['one that never was', [met], [], ['void, not met']],
  ['one that is due at the time of another that was met', [met], [met, again], ['met']],
  ['two of one time at once', [], [met, again], ['met', 'met']],
  ['that the second of one time never was', [met, again], [met], ['void, not met']],
])('tells %s', (_, before, after, told) => {
  const contacts = (pastSlots: PastSlot[]) => new Map([['con_1', { pastSlots }]]);
  const closings = closingsBetween(contacts(before), contacts(after));
  expect(closings.map(({ outcome, corrects }) => (corrects ? `${outcome}, not ${corrects}` : outcome))).toEqual(told);
});
