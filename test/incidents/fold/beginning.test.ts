/** What a question begins with as it becomes an incident, like one that was filed now. */
import { describe, expect, test } from 'vitest';
import { beginContacts, firstOutbox, firstTimer, recordAsFiled } from '../../../functions/incidents/fold/beginning.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { readClocks } from '../../../functions/incidents/rhythm/contact.ts';
import { routeSignal } from '../../../functions/incidents/signals/routing.ts';
import type { Signal } from '../../../functions/incidents/signals/signal.ts';
import { policy } from '../../../functions/policy.ts';
import { at, incidentAt, signalAt, told } from '../rhythm/rhythm.ts';

const report = (facts: Partial<Incident> = {}): Incident =>
  incidentAt(at('24 10:00'), { affectedCustomers: [{ id: 'a' }], reporter: { id: 'a' }, impact: {}, ...facts });
const stamp = { id: '00000001', at: at('24 11:00'), recordedAt: at('24 11:00') };
const begun = (facts: Partial<Incident>) =>
  [...readClocks(beginContacts(report(facts), report(), stamp), report(), stamp.at, policy).values()].map(
    ({ isTheOthers, customers, ticket, nextUpdateDueAt }) =>
      `${isTheOthers ? 'others' : ''}${customers.map(({ id }) => id).join('+')} ${told(nextUpdateDueAt)}${ticket ? ` on ${ticket.id}` : ''}`,
  );

describe('its customers are due from when it became one', () => {
  const chain = { contactId: 'chain' };
  test.each<[string, Partial<Incident>, string[]]>([
    ['whoever asked', {}, ['a 24 11:15 on T-1001']],
    [
      'whoever was named besides',
      { affectedCustomers: [{ id: 'a' }, { id: 'b' }] },
      ['a 24 11:15 on T-1001', 'b 24 11:15'],
    ],
    [
      'those who are told together',
      {
        affectedCustomers: [
          { id: 'a', ...chain },
          { id: 'b', ...chain },
        ],
      },
      ['a+b 24 11:15 on T-1001'],
    ],
    ['those who are counted', { impact: { affectedCustomerCount: 2 } }, ['a 24 11:15 on T-1001', 'others 24 11:15']],
    ['nobody besides where each is named', { impact: { affectedCustomerCount: 1 } }, ['a 24 11:15 on T-1001']],
    ['nobody where nobody is known', { affectedCustomers: [] }, []],
  ])('%s', (_, facts, contacts) => {
    expect(begun(facts)).toEqual(contacts);
  });
  test('with the ticket’s address, where it has one', () => {
    const { origin } = report();
    const ticketOf = (url?: string) =>
      readClocks(
        beginContacts(report({ origin: { ...origin, ...(url ? { url } : {}) } }), report(), stamp),
        report(),
        stamp.at,
        policy,
      )
        .values()
        .next().value?.ticket;
    expect(ticketOf()).toEqual({ tool: 'generic', id: 'T-1001' });
    expect(ticketOf('https://x.example')).toEqual({ tool: 'generic', id: 'T-1001', url: 'https://x.example' });
  });
  test('and on no ticket, where an alert reports them', () => {
    expect(begun({ source: 'alert' })).toEqual(['a 24 11:15']);
  });
});

test.each<[Incident['kind'], unknown, unknown]>([
  [
    'incident',
    [{ kind: 'incident-filed', key: 'filed', since: at('24 10:00') }],
    { at: at('24 10:00'), why: 'it is to be announced' },
  ],
  ['question', [], { at: at('27 10:00'), why: 'it should have been answered within P3D' }],
  ['outside', [], 'keep'],
])('what is %s is announced, or waits for its answer, or is kept', (kind, outbox, timer) => {
  expect(firstOutbox(report({ kind }))).toEqual(outbox);
  expect(firstTimer(report({ kind }), policy)).toEqual(timer);
});

describe('the record as its report filed it', () => {
  const filed = (signal: Partial<Signal>, generation?: number) => {
    const report = { ...signalAt(at('24 10:00')), ...signal };
    const { rule, why, ...routing } = routeSignal(report, policy);
    const detail = { signalId: report.id, rule, why, routing: { rule, why, ...routing }, report };
    return recordAsFiled(
      'inc_1',
      {
        type: 'filed',
        id: '00000001',
        actor: 'generic',
        occurredAt: at('24 10:00'),
        recordedAt: at('24 10:01'),
        detail: { ...detail, ...(generation === undefined ? {} : { generation }) },
      },
      policy,
    );
  };
  test.each<[Incident['kind'], Partial<Signal>, string[]]>([
    ['incident', { category: 'trouble' }, ['store-12']],
    ['question', { category: 'question', title: '使い方を知りたい', differsFromExpected: 'no' }, []],
    ['outside', { category: 'outside' }, []],
  ])('is of the kind %s, and has the contacts that go with it', (kind, signal, customers) => {
    const { incident, contacts: begun } = filed(signal);
    const contacts = [...readClocks(begun, incident, at('24 10:01'), policy).values()];
    expect(incident).toMatchObject({ id: 'inc_1', kind, filedAt: at('24 10:01') });
    expect(contacts.flatMap((each) => each.customers.map(({ id }) => id))).toEqual(customers);
    expect(contacts.map(({ affectedKnownAt }) => told(affectedKnownAt))).toEqual(customers.map(() => '24 10:00'));
  });
  test('says which account of the tool has reported, where the report does', () => {
    expect(filed({ reporterAccount: 'zendesk:7' }).incident.reporterAccount).toBe('zendesk:7');
    expect(filed({}).incident).not.toHaveProperty('reporterAccount');
  });
  test.each(['report', 'routing'])('is refused without its %s', (missing) => {
    const report = signalAt(at('24 10:00'));
    const { rule, why, ...routing } = routeSignal(report, policy);
    const detail = { signalId: report.id, rule, why, routing: { rule, why, ...routing }, report, [missing]: undefined };
    const fact = { type: 'filed', id: '00000001', actor: 'generic', occurredAt: at('24 10:00') } as const;
    const begin = () => recordAsFiled('inc_1', { ...fact, recordedAt: at('24 10:01'), detail } as never, policy);
    expect(begin).toThrow('What was filed holds its report.');
  });
  test('is of the generation that its fact names, else the first', () => {
    expect([filed({}).incident.generation, filed({}, 2).incident.generation]).toEqual([0, 2]);
  });
});
