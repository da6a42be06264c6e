/** Every record that a house has left is what its timeline tells: its document and its contacts are a fold that is kept. */
import { expect } from 'vitest';
import { readEvent } from '../../functions/incidents/facts/events.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { contactsInAll, type StoredContact } from '../../functions/incidents/record/cohorts.ts';
import { boardFrom } from '../../functions/incidents/record/form.ts';
import { byId } from '../../functions/incidents/rhythm/contact.ts';
import type { BoardPlace } from '../../functions/incidents/views/board-place.ts';
import { collections, firestore, fromDocument } from '../../functions/platform/firestore.ts';
import { expectToldBy } from '../incidents/record.ts';

/** Written beside the fold, for queries. */
const derived = ['changedAt', 'customerIds', 'board', 'search', 'beside'];

/** @param but records that a test has written by itself */
export async function expectFolds(but: ReadonlySet<string> = new Set()): Promise<void> {
  const { docs } = await firestore().collection(collections.incidents).get();
  for (const document of docs.filter(({ id }) => !but.has(id))) await expectFold(document.id, document.data());
}

export async function expectFold(id: string, stored?: object): Promise<void> {
  const ref = firestore().collection(collections.incidents).doc(id);
  const kept = fromDocument<Incident>(stored ?? (await ref.get()).data());
  const [timeline, contacts] = await Promise.all(
    [collections.timeline, collections.contacts].map((name) => ref.collection(name).get()),
  );
  const events = (timeline?.docs ?? []).map((each) => readEvent(fromDocument(each.data())));
  // A document that a test has put there by itself has no timeline.
  if (events.length === 0) return;
  const whole = Object.entries(kept).filter(([name]) => !derived.includes(name));
  const incident = Object.fromEntries(whole) as unknown as Incident;
  const all = byId(contactsInAll((contacts?.docs ?? []).map((each) => fromDocument<StoredContact>(each.data()))));
  expectToldBy(events, { incident, contacts: all });
  const { board } = kept as { board?: BoardPlace | null };
  expect(withoutName(board), id).toEqual(withoutName(boardFrom(incident, [...all.values()]).board));
}

/** An erasure leaves a name on the board as an erased text. */
const withoutName = (board: BoardPlace | null | undefined): unknown =>
  board?.next ? { ...board, next: { ...board.next, name: '' } } : board;
