import { expect, test } from 'vitest';
import { afterEvents } from '../../functions/incidents/decision.ts';
import { decideOpening } from '../../functions/incidents/opening.ts';
import { routeSignal } from '../../functions/incidents/signal/routing.ts';
import type { Signal } from '../../functions/incidents/signal/signal.ts';
import { foldTimeline, sequenced } from '../../functions/incidents/timeline.ts';
import { policy } from '../../functions/policy.ts';

const receivedAt = new Date('2026-11-24T01:00:00Z');
const happenedAt = new Date('2026-11-24T00:59:00Z');
const reply: Signal = {
  id: 'sig_1',
  source: 'ticket',
  tool: 'zendesk',
  sourceId: '7',
  kind: 'agent-replied',
  receivedAt,
  happenedAt,
  title: '注文が通らない',
  message: '確認しております',
  agent: 'sato@example.com',
  tags: [],
  differsFromExpected: 'unknown',
  ongoing: 'yes',
  customer: { id: 'store-1' },
  isReporterAffected: true,
  affectedCustomers: [],
  isDrill: false,
  problems: [],
};

test('a ticket first heard of by the team’s reply has its response and its customer’s update, as it would later', () => {
  const by = { actor: 'zendesk', policy, now: receivedAt };
  const { incident: filed, contacts, events } = decideOpening('inc_1', 0, reply, routeSignal(reply, policy), by);
  const incident = afterEvents(filed, events);
  expect(incident).toMatchObject({ firstResponseAt: happenedAt, responders: ['sato@example.com'], slots: { met: 1 } });
  expect(events.map((each) => each.type)).toEqual(['filed', 'responded', 'customer-updated', 'slot-closed']);
  expect(contacts[0]).toMatchObject({ lastUpdateAt: happenedAt, lastMessage: '確認しております' });
  // The beat goes on from the reply, not from the filing.
  expect(contacts[0]?.nextUpdateDueAt).toEqual(new Date(happenedAt.getTime() + 30 * 60_000));
  const recorded = sequenced(events, 0, receivedAt);
  const stated = recorded.filter((each) => each.actor !== 'rule').at(-1)?.id;
  const sequences = { lastSequence: recorded.length, statedSequence: Number(stated) };
  expect(foldTimeline(recorded)).toEqual({ ...incident, ...sequences });
});
