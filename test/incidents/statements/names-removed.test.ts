/** What a ticket has named is taken back at once: customers that only it named neither wait nor count, and it names none again. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { statementSchema } from '../../../functions/incidents/statements/statement-schemas.ts';
import { runs } from '../../fuzz/runs.ts';
import { instant } from '../../scenarios/rows.ts';
import { inOrder, OfTicket } from '../record.ts';

const at = new Date(instant('10:00'));
const ids = ['a', 'b', 'c', 'd'];
const named = fc.subarray(ids).map((all) => all.map((id) => ({ id })));
const filed = (affectedCustomers: object[] = [], more: object = {}): OfTicket =>
  new OfTicket({ id: 'T-1', subject: '注文が通らない', customer: { id: 'org-1' }, affectedCustomers, ...more }, at);
const takeBack = (record: OfTicket, ticket = 'T-1') => record.state({ type: 'names-removed', ticket, why: '書き込み' });
const seen = ({ incident, contacts }: OfTicket) => ({
  affected: incident.affectedCustomers.map(({ id }) => id).sort(),
  waiting: [...contacts.values()].flatMap(({ customers }) => customers.map(({ id }) => id)).sort(),
  count: incident.impact.affectedCustomerCount,
});

test('whatever a ticket has named and names again, its reporter and customers that people named are left', () => {
  fc.assert(
    fc.property(named, named, named, named, (first, later, byPeople, after) => {
      const record = filed(first);
      record.word({ description: '続報', affectedCustomers: later });
      if (byPeople.length > 0) record.state({ type: 'scoped', affectedCustomers: byPeople });
      const people = byPeople.map(({ id }) => id);
      const isNamed = [...first, ...later].some(({ id }) => !people.includes(id));
      const refused = takeBack(record);
      expect(refused?.refused.code).toBe(isNamed ? undefined : 'named-nobody');
      if (!isNamed) return;
      const left = ['org-1', ...people].sort();
      record.word({ description: '三報', affectedCustomers: after });
      expect(seen(record)).toEqual({ affected: left, waiting: left, count: left.length });
    }),
    runs(60),
  );
});

test('goes by who named them, without a statement of people that is taken back later', () => {
  fc.assert(
    fc.property(named, named, named, (first, later, byPeople) => {
      const [is, never] = [filed(first), filed(first)];
      for (const record of [is, never]) record.word({ description: '続報', affectedCustomers: later });
      is.state({ type: 'scoped', affectedCustomerCount: 9, method: 'SQL', affectedCustomers: byPeople });
      const wrong = is.events.at(-1)?.id ?? '';
      if (takeBack(is)) return;
      takeBack(never);
      is.retract({ type: 'retracted', eventId: wrong, why: '間違い' });
      expect(seen(is)).toEqual(seen(never));
    }),
    runs(40),
  );
});

describe('how many are affected', () => {
  test('is not what the ticket counted beside its names', () => {
    const record = filed([{ id: 'a' }], { affectedCustomerCount: 4_577 });
    takeBack(record);
    expect(seen(record)).toEqual({ affected: ['org-1'], waiting: ['org-1'], count: 1 });
  });

  test('stays what a person has counted', () => {
    const record = filed([{ id: 'a' }]);
    record.state({ type: 'scoped', affectedCustomerCount: 25, method: 'SQL' });
    takeBack(record);
    expect(seen(record).count).toBe(25);
  });
});

test('taken back, they wait as before, and the ticket may name others again', () => {
  const [is, never] = [filed([{ id: 'a' }]), filed([{ id: 'a' }])];
  takeBack(is);
  is.retract({ type: 'retracted', eventId: is.events.at(-1)?.id ?? '', why: '本当だった' });
  expect(inOrder(is.contacts)).toEqual(inOrder(never.contacts));
  is.word({ description: '続報', affectedCustomers: [{ id: 'b' }] });
  expect(seen(is).affected).toEqual(['a', 'b', 'org-1']);
});

test.each(['T-2', 'org-1'])('of another ticket, %s, it is refused', (ticket) => {
  expect(takeBack(filed([{ id: 'a' }]), ticket)).toMatchObject({ status: 422, refused: { code: 'named-nobody' } });
});

test('why is asked for', () => {
  expect(statementSchema.safeParse({ type: 'names-removed', ticket: 'T-1' }).success).toBe(false);
});
