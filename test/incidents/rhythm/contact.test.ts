/** Who becomes a contact of a report, on which ticket they are answered, and what each begins with. */
import { describe, expect, test } from 'vitest';
import { decideOpening } from '../../../functions/incidents/fold/opening.ts';
import {
  type Contact,
  contactIdOf,
  customerIdsOf,
  groupByContact,
  ticketOf,
  ticketOn,
} from '../../../functions/incidents/rhythm/contact.ts';
import type { Signal } from '../../../functions/incidents/signals/signal.ts';
import { policy } from '../../../functions/policy.ts';
import { at, incidentAt, signalAt } from './rhythm.ts';

const filedAt = at('24 10:00');
const signalOf = (facts: Partial<Signal>): Signal => signalAt(filedAt, { customer: { id: 'a' }, ...facts });
const opened = (facts: Partial<Signal>, receivedAt = filedAt): Contact[] => {
  const signal = signalOf({ ...facts, receivedAt });
  const { routing } = incidentAt(filedAt);
  const { contacts } = decideOpening('inc_1', 0, signal, routing, { actor: 'generic', now: receivedAt, policy });
  return contacts;
};
const named = (contacts: Contact[]): string[] =>
  contacts.map(({ isTheOthers, customers, ticket }) => {
    const who = isTheOthers ? 'others' : customers.map((each) => each.id).join('+');
    return ticket ? `${who} on ${ticket.id}` : who;
  });

describe('the customers of a contact', () => {
  test('is each of its customers, or “others” where nobody has named them', () => {
    expect(customerIdsOf({ isTheOthers: false, customers: [{ id: 'a' }, { id: 'b', name: 'B' }] })).toEqual(['a', 'b']);
    expect(customerIdsOf({ isTheOthers: true, customers: [] })).toEqual(['others']);
  });
  test('is answered on a ticket only where its reporter is among them', () => {
    const ticket = { tool: 'generic' as const, id: 'T-1' };
    expect(ticketOn([{ id: 'a' }, { id: 'b' }], { id: 'b' }, ticket)).toBe(ticket);
    expect(ticketOn([{ id: 'a' }], { id: 'b' }, ticket)).toBeUndefined();
    expect(ticketOn([{ id: 'a' }], undefined, ticket)).toBeUndefined();
  });
});

describe('a contact’s id', () => {
  // What is stored is found by it.
  test('is always the same for a customer', () => {
    expect(contactIdOf({ id: 'store/12' })).toBe('con_ff43b940f1ac190c7773f4d2');
    expect(contactIdOf({ id: 'store/12', name: '渋谷店' })).toBe('con_ff43b940f1ac190c7773f4d2');
  });
  test('is shared by those who are told together, and by no customer of that name', () => {
    expect(contactIdOf({ id: 'store/12', contactId: 'chain' })).toBe('con_0d59deb2274c4aa7b58f3361');
    expect(contactIdOf({ id: 'store/13', contactId: 'chain' })).toBe('con_0d59deb2274c4aa7b58f3361');
    expect(contactIdOf({ id: 'chain' })).not.toBe('con_0d59deb2274c4aa7b58f3361');
  });
  test('groups customers in their order', () => {
    const [a, b, c] = [{ id: 'a', contactId: 'chain' }, { id: 'b' }, { id: 'c', contactId: 'chain' }];
    expect([...groupByContact([a, b, c]).values()]).toEqual([[a, c], [b]]);
  });
});

describe('a report’s contacts', () => {
  const rows: [what: string, facts: Partial<Signal>, contacts: string[]][] = [
    ['whoever reports', {}, ['a on T-1001']],
    [
      'whoever is named besides, who does not read the ticket',
      { affectedCustomers: [{ id: 'b' }] },
      ['a on T-1001', 'b'],
    ],
    [
      'branches that are told together, of whom one reports',
      { customer: { id: 'a', contactId: 'chain' }, affectedCustomers: [{ id: 'b', contactId: 'chain' }] },
      ['a+b on T-1001'],
    ],
    ['not whoever reports for others', { isReporterAffected: false, affectedCustomers: [{ id: 'b' }] }, ['b']],
    ['nobody where nobody is known', { customer: undefined } as never, []],
    ['those who are counted and not named', { affectedCustomerCount: 2 }, ['a on T-1001', 'others']],
    ['nobody besides where everybody counted is named', { affectedCustomerCount: 1 }, ['a on T-1001']],
    ['nobody besides where fewer are counted than named', { affectedCustomerCount: 0 }, ['a on T-1001']],
    ['an alert’s customer, on no ticket', { source: 'alert', tool: 'monitoring' }, ['a']],
  ];
  test.each(rows)('%s', (_, facts, contacts) => {
    expect(named(opened(facts))).toEqual(contacts);
  });

  test('begin with a first slot from when they were known, the name and the ticket’s address', () => {
    const url = 'https://tickets.example/1';
    const [first, others] = opened(
      { url, customer: { id: 'a', name: '渋谷店' }, affectedCustomerCount: 2 },
      at('24 10:07'),
    );
    const begun = {
      incidentId: 'inc_1',
      affectedKnownAt: at('24 10:07'),
      nextUpdateDueAt: at('24 10:22'),
      remindAt: at('24 10:17'),
      missedInARow: 0,
      stoppedAt: null,
    };
    expect(first).toMatchObject({
      ...begun,
      id: contactIdOf({ id: 'a' }),
      isTheOthers: false,
      customers: [{ id: 'a', name: '渋谷店' }],
      name: '渋谷店',
      ticket: { tool: 'generic', id: 'T-1001', url },
    });
    expect(others).toMatchObject({ ...begun, id: 'con_others', isTheOthers: true, customers: [] });
  });
  test('have the first name that one of them has', () => {
    const chain = { contactId: 'chain' };
    const [contact] = opened({
      customer: { id: 'a', ...chain },
      affectedCustomers: [
        { id: 'b', name: '渋谷店', ...chain },
        { id: 'c', name: '新宿店', ...chain },
      ],
    });
    expect(contact?.name).toBe('渋谷店');
  });
  test('of a drill are marked as such', () => {
    expect(opened({ isDrill: true })[0]?.isDrill).toBe(true);
    expect(opened({})[0]).not.toHaveProperty('isDrill');
  });
});

test('a ticket is an alert’s never, and has an address only where the tool tells one', () => {
  expect(ticketOf(signalOf({}))).toEqual({ tool: 'generic', id: 'T-1001' });
  expect(ticketOf(signalOf({ source: 'alert' }))).toBeUndefined();
});
