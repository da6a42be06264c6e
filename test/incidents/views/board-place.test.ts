/** The place on the board that an incident's document keeps: the customer who waits longest gives it, and a passing slot leaves it. */
import { describe, expect, test } from 'vitest';
import type { Incident } from '../../../functions/incidents/incident.ts';
import type { Contact } from '../../../functions/incidents/rhythm/contact.ts';
import { type BoardPlace, placeOnBoard } from '../../../functions/incidents/views/board-place.ts';
import { policy } from '../../../functions/policy.ts';
import { incident, minutesAfter } from '../../postmortems/facts.ts';

const filedAt = new Date('2026-11-24T03:00:00Z');
const later = (minutes: number): Date => minutesAfter(filedAt, minutes);
const open = (stated: Partial<Incident> = {}): Incident =>
  incident({ id: 'inc_1', filedAt, receivedAt: filedAt, impact: { affectedCustomerCount: 1 }, ...stated });
const contact = (id: string, stated: Partial<Contact> = {}): Contact =>
  ({
    id,
    incidentId: 'inc_1',
    isTheOthers: false,
    customers: [{ id: `store-${id}` }],
    affectedKnownAt: filedAt,
    nextUpdateDueAt: null,
    missedInARow: 0,
    ...stated,
  }) as Contact;
const place = (of: Incident, contacts?: Contact[], before?: BoardPlace | null) =>
  placeOnBoard(of, contacts, before, policy);
const waits = contact('1', { nextUpdateDueAt: later(15) });

describe('who waits longest', () => {
  const rows: [what: string, contacts: Contact[], dueAt: Date | null, name: string | undefined, waiting: number][] = [
    ['the only one', [waits], later(15), 'store-1', 1],
    ['the one who is due first', [waits, contact('2', { nextUpdateDueAt: later(14) })], later(14), 'store-2', 2],
    [
      'the one who should have heard first, whenever they are due again',
      [waits, contact('2', { nextUpdateDueAt: later(45), overdueSince: later(10) })],
      later(10),
      'store-2',
      2,
    ],
    ['of two at once, the first by id', [contact('2', { nextUpdateDueAt: later(15) }), waits], later(15), 'store-1', 2],
    [
      'of two at once, the first by id, in whatever order they are read',
      [waits, contact('2', { nextUpdateDueAt: later(15) })],
      later(15),
      'store-1',
      2,
    ],
    ['nobody, where all have stopped', [contact('1'), contact('2')], null, undefined, 0],
  ];
  test.each(rows)('%s', (_, contacts, dueAt, name, waiting) => {
    const found = place(open(), contacts);
    expect([found?.dueAt, found?.next?.name, found?.waiting]).toEqual([dueAt, name, waiting]);
    if (dueAt) expect(found?.at).toEqual(dueAt);
  });

  test('is named as their contact is, with how many more are told with them', () => {
    const [one, two, three] = [{ id: 'a', name: '三条店' }, { id: 'b' }, { id: 'c' }];
    const next = (stated: Partial<Contact>) => place(open(), [{ ...waits, ...stated }])?.next;
    expect(next({ customers: [one, two, three] })).toMatchObject({ name: '三条店', more: 2 });
    expect(next({ name: '本部', customers: [one, two] })).toMatchObject({ name: '本部', more: 1 });
    expect(next({ isTheOthers: true, customers: [] })).toMatchObject({ isTheOthers: true, name: '1', more: 0 });
    const told = { lastUpdateAt: later(5), missedInARow: 2, endsWith: 'recovery' } as const;
    expect(next(told)).toMatchObject({ ...told, affectedKnownAt: filedAt });
  });
});

test('a slot that passes leaves the place', () => {
  const passed = { ...waits, overdueSince: later(15), nextUpdateDueAt: later(45) };
  expect(place(open(), [passed])).toEqual({ ...place(open(), [waits]) });
});

describe('what is on the board', () => {
  const over = { status: 'recovered' as const, recoveredAt: later(20) };
  const rows: [what: string, of: Incident, contacts: Contact[], isThere: boolean][] = [
    ['an open incident', open(), [waits], true],
    ['an open one of which nobody waits', open(), [], true],
    ['what is over while somebody waits to be told so', open(over), [waits], true],
    ['what is over', open(over), [contact('1')], false],
    ['what was not found to occur, while somebody waits', open({ status: 'not-occurring' }), [waits], true],
    ['what is linked to another', open({ status: 'linked' }), [waits], false],
    ['a question', open({ kind: 'question' }), [waits], false],
  ];
  test.each(rows)('%s', (_, of, contacts, isThere) => {
    expect(place(of, contacts) !== null).toBe(isThere);
  });
});

describe('where nobody waits', () => {
  test('the scope is due while nobody is known to be affected', () => {
    const asked = place(open({ impact: {} }), []);
    expect(asked).toMatchObject({ at: later(15), dueAt: later(15), next: null });
    const none = { impact: { affectedCustomerCount: 0 }, scopedAt: later(5) };
    expect(place(open(none), [])?.dueAt).toBeNull();
  });

  test('it comes after all that is due, the newest first', () => {
    const [older, newer] = [0, 1].map((minutes) => place(open({ filedAt: later(minutes) }), [])?.at.getTime() ?? 0);
    expect(newer).toBeLessThan(older ?? 0);
    expect(newer).toBeGreaterThan(Date.UTC(2900, 0));
  });
});

describe('where the contacts were not read', () => {
  const before = place(open(), [waits]) as BoardPlace;

  test('they are as they were, and the rest is as it is', () => {
    expect(place(open({ assignee: 'a@example.com' }), undefined, before)).toEqual({
      ...before,
      assignee: 'a@example.com',
    });
    expect(place(open({ status: 'linked' }), undefined, before)).toBeNull();
    const asked = place(open({ impact: {} }), []) as BoardPlace;
    expect(
      place(open({ impact: { affectedCustomerCount: 0 }, scopedAt: later(1) }), undefined, asked)?.dueAt,
    ).toBeNull();
    expect(place(open(), undefined, null)).toMatchObject({ waiting: 0, next: null });
  });

  const added: [what: string, of: BoardPlace, dueAfter: number | null, isNext: boolean, waiting: number][] = [
    ['due earlier comes first', before, 14, true, 2],
    ['due at the same time comes after', before, 15, false, 2],
    ['due later comes after', before, 16, false, 2],
    ['who has stopped does not wait', before, null, false, 1],
    ['due where nobody waited is next', place(open(), []) as BoardPlace, 90, true, 1],
  ];
  test.each(added)('one who is new and %s', (_, kept, dueAfter, isNext, waiting) => {
    const at = dueAfter === null ? null : later(dueAfter);
    const found = placeOnBoard(open(), undefined, kept, policy, [contact('0', { nextUpdateDueAt: at })]);
    const next = isNext ? { dueAt: at, name: 'store-0' } : { dueAt: later(15), name: 'store-1' };
    expect([{ dueAt: found?.dueAt, name: found?.next?.name }, found?.waiting]).toEqual([next, waiting]);
  });

  test('of an incident whose place is not known nothing is said', () => {
    expect(place(open())).toBeUndefined();
  });
});
