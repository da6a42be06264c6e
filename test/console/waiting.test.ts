/** Who waits, of incidents as the store holds them: more than one query brings, and those of whom nobody waits. */
import { beforeAll, expect, test } from 'vitest';
import { type Board, loadBoard, withContacts } from '../../functions/console/waiting.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { collections, firestore, incidentRef } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { useOwnCloud } from '../own-cloud.ts';
import { incident, minutesAfter } from '../postmortems/facts.ts';

useOwnCloud();
const now = new Date('2026-11-24T03:00:00Z');
const ago = (minutes: number): Date => minutesAfter(now, -minutes);

const put = (id: string, minutes: number, stated: Partial<Incident> = {}): Promise<unknown> =>
  incidentRef(id).set(incident({ id, filedAt: ago(minutes), ...stated }));
/** As many who wait in one incident, a second after each other. */
async function wait(incidentId: string, count: number, dueAt: Date, stated: object = {}): Promise<void> {
  for (let from = 0; from < count; from += 500) {
    const batch = firestore().batch();
    for (let index = from; index < Math.min(count, from + 500); index += 1) {
      const id = `con_${String(index).padStart(4, '0')}`;
      const nextUpdateDueAt = new Date(dueAt.getTime() + index * 1_000);
      const contact = { id, incidentId, nextUpdateDueAt, customers: [{ id }], missedInARow: 0, ...stated };
      batch.set(incidentRef(incidentId).collection(collections.contacts).doc(id), contact);
    }
    await batch.commit();
  }
}

let board: Board;
const low = { urgency: { level: 'low' } as Incident['urgency'] };
beforeAll(async () => {
  await put('inc_many', 300);
  // None of them has been told when they should have; the last of them are due a little later once more.
  await wait('inc_many', 650, ago(9), { overdueSince: ago(20) });
  await put('inc_far', 200, { impact: { affectedCustomerCount: 1 } });
  await wait('inc_far', 1, minutesAfter(now, 90));
  const nobody = { scopedAt: ago(60), impact: { affectedCustomerCount: 0 } };
  await put('inc_older', 190, nobody);
  await put('inc_newer', 180, nobody);
  await put('inc_over', 400, { ...low, recoveredAt: ago(30) });
  await wait('inc_over', 1, ago(13));
  await put('inc_linked', 390, { status: 'linked', linkedTo: 'inc_many' });
  await wait('inc_linked', 1, ago(14));
  board = await loadBoard(policy, now);
});
const idsOf = ({ rows }: Pick<Board, 'rows'>): string[] => rows.map((each) => each.incident.id);

test('all who are overdue are counted, however many', () => {
  expect(board.rows[0]).toMatchObject({ incident: { id: 'inc_many' }, waitingCount: 650, dueAt: ago(20) });
  expect(board.isCut).toBe(false);
});

test('first stands who has waited longest, then who is not known to wait, and last where nobody does, the newest', () => {
  expect(idsOf(board)).toEqual(['inc_many', 'inc_over', 'inc_far', 'inc_newer', 'inc_older']);
});

test('who waits further down is asked for where somebody is affected, and nowhere else', async () => {
  const known = (of: Board['rows']) => of.map(({ incident: { id }, contacts }) => [id, contacts?.length]);
  expect(known(board.rows).slice(2)).toEqual([
    ['inc_far', undefined],
    ['inc_newer', 0],
    ['inc_older', 0],
  ]);
  const rows = await withContacts(board.rows, policy);
  expect(known(rows).slice(2, 3)).toEqual([['inc_far', 1]]);
  expect(rows[2]).toMatchObject({ waitingCount: 1, dueAt: minutesAfter(now, 90) });
});

test('what is over is on the board while somebody waits to be told so, where it is what is asked for', async () => {
  expect(idsOf(await loadBoard(policy, now, { level: 'high' }))).toEqual([
    'inc_many',
    'inc_far',
    'inc_newer',
    'inc_older',
  ]);
  expect(idsOf(await loadBoard(policy, now, { level: 'low' }))).toEqual(['inc_over']);
});
