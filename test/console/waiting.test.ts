/** The rows of the board as the store has them: in their order, from where the last page ended, and counted. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type BoardWish, type Cursor, loadBoard } from '../../functions/console/waiting.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { derivedFrom } from '../../functions/incidents/record/form.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import { incidentRef } from '../../functions/platform/firestore.ts';
import { useOwnCloud } from '../own-cloud.ts';
import { incident, minutesAfter } from '../postmortems/facts.ts';

useOwnCloud();
const now = new Date('2026-11-24T03:00:00Z');
const ago = (minutes: number): Date => minutesAfter(now, -minutes);

/** @param dueAt when its one contact is due; null where nobody waits */
async function put(id: string, minutes: number, dueAt: Date | null, stated: Partial<Incident> = {}): Promise<void> {
  const of = incident({ id, filedAt: ago(minutes), impact: { affectedCustomerCount: 1 }, ...stated });
  const contact = {
    id: 'con_1',
    customers: [{ id: 'a' }],
    missedInARow: 0,
    affectedKnownAt: now,
    nextUpdateDueAt: dueAt,
  };
  await incidentRef(id).set({ ...of, ...derivedFrom(of, now, [contact as unknown as Contact]) });
}

const low = { urgency: { level: 'low' } as Incident['urgency'] };
beforeAll(async () => {
  await put('inc_older', 190, null);
  await put('inc_newer', 180, null);
  await put('inc_late', 60, ago(20), { assignee: 'a@example.com' });
  await put('inc_far', 200, minutesAfter(now, 90), { source: 'alert' });
  await put('inc_over', 400, ago(13), { ...low, status: 'recovered', recoveredAt: ago(30) });
  await put('inc_linked', 390, ago(14), { status: 'linked', linkedTo: 'inc_late' });
  await put('inc_done', 500, null, { status: 'recovered', recoveredAt: ago(30) });
});

const idsOf = async (wish: BoardWish = {}): Promise<string[]> =>
  (await loadBoard(wish, now, 50)).rows.map((each) => each.id);

test('first comes who has waited longest, then who is due later, and last where nobody waits, the newest', async () => {
  expect(await idsOf()).toEqual(['inc_late', 'inc_over', 'inc_far', 'inc_newer', 'inc_older']);
});

describe('what is asked for', () => {
  const rows: [wish: BoardWish, ids: string[], overdue: number][] = [
    [{ level: 'high' }, ['inc_late', 'inc_far', 'inc_newer', 'inc_older'], 1],
    [{ level: 'low' }, ['inc_over'], 1],
    [{ source: 'alert' }, ['inc_far'], 0],
    [{ assignee: 'a@example.com' }, ['inc_late'], 1],
    [{ assignee: null }, ['inc_over', 'inc_far', 'inc_newer', 'inc_older'], 1],
    [{ isOverdue: true }, ['inc_late', 'inc_over'], 2],
    [{ level: 'high', isOverdue: true }, ['inc_late'], 1],
    [{ level: 'high', source: 'ticket', ongoing: 'no', assignee: null }, ['inc_newer', 'inc_older'], 0],
  ];
  test.each(rows)('%j', async (wish, ids, overdue) => {
    const board = await loadBoard(wish, now, 50);
    expect([board.rows.map((each) => each.id), board.count, board.overdue]).toEqual([ids, ids.length, overdue]);
  });
});

test('page by page, each is there once, and all are counted on each', async () => {
  const pages: string[][] = [];
  let after: Cursor | undefined;
  do {
    const board = await loadBoard({}, now, 2, after);
    expect([board.count, board.overdue]).toEqual([5, 2]);
    pages.push(board.rows.map((each) => each.id));
    after = board.next;
  } while (after);
  expect(pages).toEqual([['inc_late', 'inc_over'], ['inc_far', 'inc_newer'], ['inc_older']]);
});
