/** A customer who was named by mistake is taken off: no clock, no count, and no recovery waits for them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Contact } from '../../../functions/incidents/rhythm/contact.ts';
import { statementSchema } from '../../../functions/incidents/statements/statement-schemas.ts';
import { runs } from '../../fuzz/runs.ts';
import { instant } from '../../scenarios/rows.ts';
import { inOrder, OfTicket } from '../record.ts';

const minute = (time: string): Date => new Date(instant(time));
const body = {
  id: 'T-1',
  subject: '注文が通らない',
  ongoing: 'yes',
  businessImpact: 'stopped',
  customer: { id: 'org-1', name: 'とり吉' },
  affectedCustomers: [{ id: 'とり吉 渋谷店' }],
};
const filed = (fields: object = {}): OfTicket => new OfTicket({ ...body, ...fields }, minute('10:00'));
const takeOff = (record: OfTicket, customer: string) =>
  record.state({ type: 'customer-removed', customer, why: '同じ店舗' });
const ids = ({ incident, contacts }: OfTicket) => ({
  affected: incident.affectedCustomers.map(({ id }) => id),
  waiting: [...contacts.values()].flatMap((each) => each.customers.map(({ id }) => id)).sort(),
  count: incident.impact.affectedCustomerCount,
});

test('the ghost of a reporter waits no more, and its pending deadline is not missed', () => {
  const record = filed().until(minute('10:20'));
  expect(ids(record).count).toBe(2);
  expect(takeOff(record, 'とり吉 渋谷店')).toBeUndefined();
  expect(ids(record)).toEqual({ affected: ['org-1'], waiting: ['org-1'], count: 1 });
  expect(record.incident).toMatchObject({ responders: ['local'], takenOff: ['とり吉 渋谷店'] });
  record.state({ type: 'customer-updated', customers: 'all', channel: 'phone', recovery: true });
  record.until(minute('13:00'));
  expect(record.incident).toMatchObject({ status: 'recovered', slots: { missed: 0 } });
  expect(record.events.find(({ type }) => type === 'customer-removed')?.detail).toEqual({
    customer: 'とり吉 渋谷店',
    why: '同じ店舗',
  });
});

test('where they were the last who waited, it has recovered', () => {
  const record = filed();
  record.state({ type: 'recovered', customers: ['org-1'] });
  expect(record.incident.status).toBe('open');
  takeOff(record, 'とり吉 渋谷店');
  expect(record.incident.status).toBe('recovered');
});

describe('how many are affected', () => {
  test.each<[string, { stated?: number; off: string[] }, number | undefined]>([
    ['goes down where all are named', { off: ['org-1'] }, 1],
    ['stays where somebody has counted more', { stated: 25, off: ['org-1'] }, 25],
    ['is not known where nobody is left', { off: ['org-1', 'とり吉 渋谷店'] }, undefined],
  ])('%s', (_, { stated, off }, count) => {
    const record = filed(stated ? { affectedCustomerCount: stated } : {});
    for (const each of off) takeOff(record, each);
    expect(ids(record).count).toBe(count);
    expect(record.incident.missing.some(({ field }) => field === 'impact.affectedCustomerCount')).toBe(!count);
  });

  test('moves what it weighs, and ends an emergency that rests on it', () => {
    const many = Array.from({ length: 12 }, (_, index) => ({ id: `s-${index}` }));
    const record = filed({ affectedCustomers: many });
    expect(record.incident.emergency?.endedAt).toBeNull();
    const before = record.incident.score.reference.value;
    for (const { id } of many) takeOff(record, id);
    expect(record.incident.emergency?.endedAt).toEqual(record.now);
    expect(record.incident.score.reference.value).toBeLessThan(before ?? 0);
  });
});

test('one of several who share a contact leaves it, and its clock continues', () => {
  const record = filed({
    customer: { id: 'a', name: '本店', contactId: 'hq' },
    affectedCustomers: [{ id: 'b', name: '支店', contactId: 'hq' }],
  });
  const [before] = [...record.contacts.values()];
  takeOff(record, 'a');
  const [after] = [...record.contacts.values()];
  const { facts: _, ...rest } = before as Contact;
  expect(after).toMatchObject({ ...rest, name: '支店', customers: [{ id: 'b' }] });
});

test('a ticket that says it again names nobody again; a person does', () => {
  const record = filed();
  takeOff(record, 'とり吉 渋谷店');
  record.word({ description: '続報', affectedCustomers: [{ id: 'とり吉 渋谷店' }, { id: 's-9' }] });
  expect(ids(record).affected).toEqual(['org-1', 's-9']);
  record.state({ type: 'scoped', affectedCustomers: [{ id: 'とり吉 渋谷店' }] });
  expect(ids(record).affected).toEqual(['org-1', 's-9', 'とり吉 渋谷店']);
  record.word({ description: '三報', affectedCustomers: [{ id: 'とり吉 渋谷店' }] });
  expect(ids(record).affected).toEqual(['org-1', 's-9', 'とり吉 渋谷店']);
});

test('taken back, the customer waits as before', () => {
  const [is, never] = [filed().until(minute('10:20')), filed().until(minute('10:20'))];
  takeOff(is, 'とり吉 渋谷店');
  is.retract({ type: 'retracted', eventId: is.events.at(-1)?.id ?? '', why: '別の店舗だった' });
  expect(inOrder(is.contacts)).toEqual(inOrder(never.contacts));
});

/** When each is due, and what became of it; reminders that fall together are sent together. */
const rhythm = (record: OfTicket) =>
  inOrder(record.contacts).map(({ id, nextUpdateDueAt, pastSlots }) => ({
    id,
    nextUpdateDueAt,
    past: pastSlots.map(({ dueAt, outcome }) => ({ dueAt, outcome })),
  }));

test('to name a customer and to take them off again leaves everybody else as they were', () => {
  const named = fc.subarray(['x', 'y', 'z'], { minLength: 1 });
  fc.assert(
    fc.property(
      named,
      fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 2, maxLength: 2 }),
      (ghosts, [at = 0, off = 0]) => {
        const [is, never] = [filed(), filed()];
        const until = (minutes: number): void => {
          for (const each of [is, never]) each.until(new Date(each.now.getTime() + minutes * 60_000));
        };
        until(at);
        is.state({ type: 'scoped', affectedCustomers: ghosts.map((id) => ({ id })) });
        until(off);
        for (const id of ghosts) takeOff(is, id);
        until(50);
        expect(ids(is)).toEqual(ids(never));
        expect(rhythm(is)).toEqual(rhythm(never));
        expect(is.incident.impact).toEqual(never.incident.impact);
      },
    ),
    runs(40),
  );
});

test.each([
  ['somebody who is not named', { customer: 'nobody', why: 'x' }],
  ['those whom nobody has named', { customer: 'others', why: 'x' }],
])('of %s it is refused', (_, said) => {
  const record = filed({ affectedCustomerCount: 9 });
  expect(record.state({ type: 'customer-removed', ...said })).toMatchObject({
    status: 422,
    refused: { code: 'some-not-affected' },
    errors: [{ path: 'customer', message: `${said.customer} is not recorded as affected.` }],
  });
});

test('why is asked for', () => {
  expect(statementSchema.safeParse({ type: 'customer-removed', customer: 'a' }).success).toBe(false);
});

test('an update that did not reach them is nobody’s to see to', () => {
  const record = filed();
  const updates = [{ id: 'u-1', tool: 'zendesk', ticketId: '7', customers: ['とり吉 渋谷店'] }];
  const by = { actor: 'local', occurredAt: record.now };
  const asked = { customers: ['とり吉 渋谷店'], message: '調査中', recovery: false, updates };
  const failed = {
    customers: asked.customers,
    ticket: { tool: 'zendesk', id: '7' },
    updateId: 'u-1',
    state: 'failed',
    why: '404',
  };
  record.take({
    facts: [
      { ...by, type: 'update-requested', detail: asked },
      { ...by, type: 'update-failed', detail: failed },
    ] as never,
  });
  expect(record.incident.failedUpdates).toBe(1);
  takeOff(record, 'とり吉 渋谷店');
  expect(record.incident.failedUpdates ?? 0).toBe(0);
});

test('the timeline names the customer that it took off', () => {
  const record = filed();
  takeOff(record, 'org-1');
  expect(record.events.at(-1)?.detail).toEqual({ customer: 'org-1', name: 'とり吉', why: '同じ店舗' });
});
