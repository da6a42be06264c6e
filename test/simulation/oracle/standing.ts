/**
 * After each commit an incident's state follows from what had been recorded by then, whatever was taken back, written down
 * late or recorded in another order. Of what links have joined that is not told from one timeline.
 */

import { isLinked } from './groups.ts';
import { type Doc, date, foldUntil, type Records } from './records.ts';
import { type Retold, retell, wordsOf } from './retold.ts';
import { commitMs, skewMs } from './windows.ts';

export function checkStanding(records: Records): string[] {
  return [...records.timelines].flatMap(([id, events]) => {
    const { origin } = records.incidents.get(id) ?? {};
    return origin === undefined || origin.tool === 'import' || isLinked(records, id)
      ? []
      : checkOne(id, events, records);
  });
}

/** @returns of the first commit that left it otherwise: what follows is wrong by that */
function checkOne(id: string, events: readonly Doc[], records: Records): string[] {
  const words = wordsOf(records, id);
  for (const [index, { recordedAt }] of events.entries()) {
    const next = events[index + 1];
    // What comes in at the same moment may be in it or not, nor is what came in before and had to wait for Firestore.
    const isOvertaken = events.slice(index + 1).some((each) => each.recordedAt <= recordedAt);
    const isBetween = next && (isOvertaken || words.some((each) => isAt(each.filedAt, recordedAt)));
    if (isUnclear(events[index] as Doc, words)) return [];
    const found = isBetween ? [] : compare(id, events.slice(0, index + 1), records);
    if (found.length > 0) return found;
  }
  return [];
}

/** Which of the two came first is not told: whether it was said of what had just been found may make all the difference. */
const isUnclear = ({ type, actor, detail, recordedAt }: Doc, words: readonly Doc[]): boolean =>
  actor !== 'rule' &&
  detail.signalId === undefined &&
  ['verified', 'recovered', 'customer-updated', 'retracted'].includes(type) &&
  words.some((each) => Math.abs(each.filedAt - recordedAt) <= skewMs);

const isAt = (at: number, moment: number): boolean => Math.abs(at - moment) <= commitMs;

/** What it is by what was said, and where its record has that. */
const facts: Record<string, [said: (told: Retold) => unknown, stands: (state: Doc) => unknown]> = {
  status: [(told) => told.status, (state) => state.status],
  ongoing: [(told) => told.ongoing, (state) => state.ongoing],
  occurredAt: [(told) => told.occurredAt, (state) => state.occurredAt],
  recoveredAt: [(told) => told.recoveredAt, (state) => state.recoveredAt],
  firstResponseAt: [(told) => told.firstResponseAt, (state) => state.firstResponseAt],
  affectedCustomers: [
    (told) => told.customers.toSorted().join(),
    (state) =>
      state.affectedCustomers
        .map((each: Doc) => each.id)
        .sort()
        .join(),
  ],
  affectedCustomerCount: [(told) => told.count, (state) => state.impact.affectedCustomerCount],
};

function compare(id: string, events: readonly Doc[], records: Records): string[] {
  const state = foldUntil(events, Number.POSITIVE_INFINITY);
  if (state.kind !== 'incident') return [];
  const told = retell(records, id, events);
  const show = (name: string, value: unknown): unknown => (name.endsWith('At') ? date(value as number) : value);
  return Object.entries(facts).flatMap(([name, [said, stands]]) => {
    const [expected, is] = [said(told), stands(state)];
    if (expected === is) return [];
    return [
      `${name} of ${id} should be ${show(name, expected)} by what was said of it, and is ${show(name, is)} after ${events.at(-1)?.id}.`,
    ];
  });
}
