import { expect, test } from 'vitest';
import { sequenced } from '../../../functions/incidents/facts/timeline.ts';
import { fold } from '../../../functions/incidents/fold/fold.ts';
import { decideOpening } from '../../../functions/incidents/fold/opening.ts';
import { routeSignal } from '../../../functions/incidents/signals/routing.ts';
import type { Signal } from '../../../functions/incidents/signals/signal.ts';
import { policy } from '../../../functions/policy.ts';
import { signalWith } from '../signals.ts';

const receivedAt = new Date('2026-11-24T01:00:00Z');
const happenedAt = new Date('2026-11-24T00:59:00Z');
const reply = signalWith({
  tool: 'zendesk',
  sourceId: '7',
  kind: 'agent-replied',
  receivedAt,
  happenedAt,
  title: '注文が通らない',
  message: '確認しております',
  agent: 'sato@example.com',
  ongoing: 'yes',
  customer: { id: 'store-1' },
});

test('a ticket first heard of by the team’s reply has its response and its customer’s update, as it would later', () => {
  const by = { actor: 'zendesk', policy, now: receivedAt };
  const { after: incident, contacts, events } = decideOpening('inc_1', 0, reply, routeSignal(reply, policy), by);
  expect(incident).toMatchObject({ firstResponseAt: happenedAt, responders: ['sato@example.com'], slots: { met: 1 } });
  expect(events.map((each) => each.type)).toEqual([
    'filed',
    'reported',
    'responded',
    'customer-updated',
    'slot-closed',
  ]);
  expect(contacts[0]).toMatchObject({ lastUpdateAt: happenedAt, lastMessage: '確認しております' });
  // The schedule continues from the reply, not from the filing.
  expect(contacts[0]?.nextUpdateDueAt).toEqual(new Date(happenedAt.getTime() + 30 * 60_000));
  const recorded = sequenced(incident, events, 0, receivedAt, 'pol_1');
  expect(recorded.incident).toMatchObject({ lastSequence: 5, statedSequence: 2 });
  expect(fold('inc_1', recorded.events, () => policy)).toMatchObject({ incident: recorded.incident });
});

test('the facts of a reply that is filed with an emergency are those of the event that reports it', () => {
  const keyed = { ...policy, emergency: { ...policy.emergency, areas: ['order'] } };
  const stopped: Signal = { ...reply, area: 'order', businessImpact: 'stopped' };
  const by = { actor: 'zendesk', policy: keyed, now: receivedAt };
  const { contacts, events } = decideOpening('inc_1', 0, stopped, routeSignal(stopped, keyed), by);
  const types = events.map((each) => each.type);
  expect(types.slice(0, 2)).toEqual(['filed', 'emergency-begun']);
  const updated = contacts[0]?.facts.find((each) => each.type === 'updated');
  expect(Number(updated?.id)).toBe(1 + types.indexOf('reported'));
});

const opening = (facts: Partial<Signal>) => {
  const signal: Signal = { ...reply, kind: 'stated', ...facts };
  return decideOpening('inc_1', 0, signal, routeSignal(signal, policy), { actor: 'zendesk', policy, now: receivedAt });
};
const asked = { category: 'question', differsFromExpected: 'no', form: 'how-to', title: '場所を知りたい' } as const;

test.each<[string, Partial<Signal>, object]>([
  [
    'trouble is announced at once, and its customers wait from receipt',
    {},
    {
      contacts: [{ nextUpdateDueAt: new Date(receivedAt.getTime() + 15 * 60_000) }],
      timer: { at: receivedAt, why: 'it is to be announced' },
    },
  ],
  [
    'a question is looked at when it should have been answered, and nobody waits for an update',
    asked,
    {
      contacts: [],
      timer: { at: new Date('2026-11-27T01:00:00Z'), why: 'it should have been answered within P3D' },
      outbox: [],
    },
  ],
  ['what is neither is kept', { category: 'outside' }, { contacts: [], timer: 'keep', outbox: [] }],
])('%s', (_, facts, expected) => {
  expect(opening(facts)).toMatchObject(expected);
});

test('trouble is to be announced once', () => {
  expect(opening({}).outbox).toContainEqual({ kind: 'incident-filed', key: 'filed', since: receivedAt });
});

test('its timeline begins with who reported it when, and why it is what it is', () => {
  const reportedAt = new Date('2026-11-24T00:55:00Z');
  const { events, after } = opening({ reportedAt });
  const { rule, why } = after.routing;
  const { message: _message, ...report } = { ...reply, kind: 'stated', reportedAt };
  expect(events).toEqual([
    {
      type: 'filed',
      occurredAt: reportedAt,
      actor: 'sato@example.com',
      detail: { signalId: 'sig_1', rule, why, generation: 0, routing: after.routing, report },
    },
  ]);
  const { agent: _, ...byTool } = reply;
  const byNobody = decideOpening('inc_1', 0, { ...byTool, kind: 'stated' }, routeSignal(byTool, policy), {
    actor: 'zendesk',
    policy,
    now: receivedAt,
  });
  expect(byNobody.events[0]?.actor).toBe('zendesk');
});

test('the team’s first reply updates its recipient and nobody else, and leaves what is still to be said', () => {
  const { contacts, after } = opening({ kind: 'agent-replied', affectedCustomers: [{ id: 'store-2' }] });
  expect(contacts.map((each) => [each.customers[0]?.id, each.lastUpdateAt])).toEqual([
    ['store-1', happenedAt],
    ['store-2', undefined],
  ]);
  const missing = after.missing.map((each) => each.field);
  expect(missing).toContain('verifiedAt');
  expect(missing).not.toContain('firstResponseAt');
});

test.each<[Signal['kind']]>([['stated'], ['customer-wrote'], ['noted'], ['solved'], ['reopened']])(
  'a ticket that is first heard of by %s is filed, and nothing else',
  (kind) => {
    expect(opening({ kind }).events.map((each) => each.type)).toEqual(['filed']);
  },
);
