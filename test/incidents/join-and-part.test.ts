/** What a link makes of the clocks of those whom it brings: they go by the row of the incident in which they are told. */
import { describe, expect, test } from 'vitest';
import { afterEvents } from '../../functions/incidents/decision.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { decideJoined, decideParted } from '../../functions/incidents/join-and-part.ts';
import { type Contact, contactIdOf, theOthersId } from '../../functions/incidents/rhythm/contact.ts';
import { stopClock } from '../../functions/incidents/rhythm/slots.ts';
import type { OwnStatement } from '../../functions/incidents/statements/given.ts';
import { policy } from '../../functions/policy.ts';
import { Ledger } from './retraction/ledger.ts';
import { at, incidentAt, told } from './rhythm/rhythm.ts';

const filedAt = at('24 10:00');
const calm: Partial<Incident> = { ongoing: 'no', urgency: { ...incidentAt(filedAt).urgency, level: 'low' } };
const update = { type: 'customer-updated', customers: 'all', channel: 'phone' } as OwnStatement;

/** One that names `a`, as it stands in the ledger. */
const reported = (facts: Partial<Incident>, ...updatedAt: string[]): Ledger => {
  const ledger = new Ledger(facts);
  for (const time of updatedAt) ledger.state(update, 'sato', at(`24 ${time}`));
  return ledger;
};
const sideOf = ({ incident, contacts }: Ledger) => ({ incident, contacts: [...contacts.values()] });

/** Links it at a time with another. @returns when `a` is due there, and what was closed there by it */
function join(linked: Ledger, to: Ledger, time: string): { due: string; closed: string[]; slots: Incident['slots'] } {
  const by = { actor: 'sato', now: at(`24 ${time}`), policy };
  const there = { ...to.incident, id: 'inc_2' };
  const both = { linked: { ...sideOf(linked), pending: [] }, to: { ...sideOf(to), incident: there } };
  const [, side] = decideJoined(both, { to: 'inc_2', basis: '同じ障害' }, [], by);
  const id = contactIdOf({ id: 'a' });
  const contact = side.contacts.find((each) => each.id === id) ?? to.contacts.get(id);
  const closed = side.events.flatMap(({ type, detail }) =>
    type === 'slot-closed' ? [`${told(detail.dueAt as Date)} ${detail.outcome}`] : [],
  );
  const slots = side.events.findLast(({ changes }) => changes?.slots)?.changes?.slots ?? there.slots;
  return { due: told(contact?.nextUpdateDueAt ?? null), closed, slots };
}
/** Names nobody yet. */
const other = (facts: Partial<Incident> = {}): Ledger => {
  const ledger = new Ledger(facts);
  ledger.contacts.clear();
  return ledger;
};

describe('whoever joins one of the fast row', () => {
  test('waits no longer for a time that was far away', () => {
    const { due, closed } = join(reported(calm, '10:30'), other(), '11:00');
    expect([due, closed]).toEqual(['24 11:15', []]);
  });
  test('is due when that row has it, where that is later than its first interval from now', () => {
    expect(join(reported(calm, '10:30', '10:55'), other(), '11:00').due).toBe('24 11:25');
  });
  test('was owed what stood open by then, and nothing of the hours since', () => {
    const { due, closed, slots } = join(reported(calm), other(), '12:00');
    expect([due, closed]).toEqual(['24 12:15', ['24 11:00 not-reminded']]);
    expect(slots).toMatchObject({ notReminded: 1, missed: 0 });
  });
  test('whom it knows already keeps what they wait for there', () => {
    const { due, closed } = join(reported(calm, '10:30'), reported({}, '10:50'), '11:00');
    expect([due, closed]).toEqual(['24 11:20', []]);
  });
});

test('whoever joins one of the slow row still waits for what they were due', () => {
  const { due, closed } = join(reported({}, '10:50'), other(calm), '11:00');
  expect([due, closed]).toEqual(['24 11:20', []]);
});

test('those whom it had counted itself wait again, once those who were named instead of them leave with a link', () => {
  const by = (time: string) => ({ actor: 'sato', now: at(`24 ${time}`), policy });
  const to = reported({});
  to.state({ type: 'scoped', affectedCustomerCount: 2, method: 'logs' } as OwnStatement, 'sato', at('24 10:05'));
  const linked = other({ affectedCustomers: [], impact: {} });
  const there = { ...sideOf(to), incident: { ...to.incident, id: 'inc_2' } };
  const both = { linked: { ...sideOf(linked), pending: [] }, to: there };
  const [own, side] = decideJoined(both, { to: 'inc_2', basis: '同じ障害' }, [], by('10:10'));
  const joined = afterEvents(there.incident, side.events);
  // A ticket of the linked one has named the second of them.
  const affectedCustomers = [...joined.affectedCustomers, { id: 'd', via: [linked.incident.id] }];
  const others = to.contacts.get(theOthersId) as Contact;
  const contacts = [
    to.contacts.get(contactIdOf({ id: 'a' })) as Contact,
    stopClock(others, at('24 10:20'), 'all named'),
  ];
  const chain = [{ incident: { ...joined, affectedCustomers }, contacts }];
  const before = { incident: afterEvents(linked.incident, own.events), contacts: [] };
  const [, parted] = decideParted(before, chain, { type: 'unlinked' }, [], by('10:30'));
  expect(afterEvents(chain[0]?.incident as Incident, parted?.events ?? []).impact.affectedCustomerCount).toBe(2);
  expect(parted?.contacts.map((each) => [each.id, told(each.nextUpdateDueAt)])).toEqual([[theOthersId, '24 10:45']]);
});

describe('whoever is told together with somebody who leaves', () => {
  const ticket = { tool: 'generic', id: 'T-1' };
  /** `x` came with the linked one, by that ticket, and is told together with others there. */
  const left = (others: { id: string; via?: string[] }[], theirs: { id: string }[]): Contact | undefined => {
    const linked = reported({});
    const [own] = [...linked.contacts.values()] as [Contact];
    const customers = [{ id: 'x' }, ...others.map(({ id }) => ({ id }))];
    const affectedCustomers = [{ id: 'x', via: ['inc_1'] }, ...others];
    const there = incidentAt(filedAt, { id: 'inc_2', affectedCustomers, links: [link] });
    const incident = { ...linked.incident, status: 'linked' as const, linkedTo: 'inc_2', affectedCustomers: theirs };
    const contact = { ...own, ticket, customers, joinedFrom: 'inc_1' };
    const [, side] = decideParted(
      { incident, contacts: [{ ...own, ticket, customers: theirs }] },
      [{ incident: there, contacts: [contact] }],
      { type: 'unlinked' },
      [],
      { actor: 'sato', now: at('24 10:30'), policy },
    );
    return side?.contacts.find(({ id }) => id === own.id);
  };
  const link = { incidentId: 'inc_1', unnamedCount: 0, at: at('24 10:10') };

  test('is not told on the ticket of who has left', () => {
    const contact = left([{ id: 'y' }], [{ id: 'x' }]);
    expect(contact?.customers).toEqual([{ id: 'y' }]);
    expect(contact).not.toHaveProperty('ticket');
  });
  test('is told on it still, where they are of that report as well', () => {
    expect(left([{ id: 'y', via: ['inc_1', 'inc_3'] }], [{ id: 'x' }, { id: 'y' }])).toMatchObject({ ticket });
  });
});
