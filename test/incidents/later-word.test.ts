import { describe, expect, test } from 'vitest';
import { type Incident, openIncident } from '../../functions/incidents/incident.ts';
import { decideLaterWord } from '../../functions/incidents/later-word.ts';
import { routeSignal } from '../../functions/incidents/signal/routing.ts';
import type { Signal } from '../../functions/incidents/signal/signal.ts';
import { policy } from '../../functions/policy.ts';

const receivedAt = new Date('2026-11-24T01:00:00Z');
const later = new Date('2026-11-24T01:04:00Z');
const now = new Date('2026-11-24T01:05:00Z');
const signal = (fields: Partial<Signal> = {}): Signal => ({
  id: 'sig_2',
  source: 'ticket',
  tool: 'zendesk',
  sourceId: '9120',
  kind: 'stated',
  receivedAt,
  title: '注文が確定できない',
  tags: [],
  differsFromExpected: 'unknown',
  ongoing: 'unknown',
  customer: { id: 'store-12' },
  isReporterAffected: true,
  affectedCustomers: [],
  isDrill: false,
  problems: [],
  ...fields,
});
const incident = (fields: Partial<Incident> = {}): Incident => {
  const first = signal();
  return { ...openIncident('inc_1', 0, first, routeSignal(first, policy), policy, receivedAt), ...fields };
};
const reply = (fields: Partial<Signal> = {}) =>
  signal({ kind: 'agent-replied', agent: '鈴木', message: '調べています', happenedAt: later, ...fields });
const decide = (of: Incident, word: Signal) => decideLaterWord(of, word, policy, now);
const types = (of: Incident, word: Signal) => decide(of, word).events.map((each) => each.type);

describe('an agent’s public reply', () => {
  test('is that customer’s update, and the first of them the first response', () => {
    const word = decide(incident(), reply());
    expect(word.events.map(({ type, actor, occurredAt }) => ({ type, actor, occurredAt }))).toEqual([
      { type: 'responded', actor: '鈴木', occurredAt: later },
      { type: 'customer-updated', actor: '鈴木', occurredAt: later },
    ]);
    expect(word.events[1]?.detail).toEqual({
      customers: ['store-12'],
      ticket: { tool: 'zendesk', id: '9120' },
      signalId: 'sig_2',
      message: '調べています',
      channel: 'ticket',
      recovery: false,
    });
    expect(word.incident).toMatchObject({ firstResponseAt: later, responders: ['鈴木'] });
    expect(word.events.at(-1)?.changes.missing?.map((each) => each.field)).not.toContain('firstResponseAt');
  });

  test('after another is an update alone; one that was sent earlier and came later was the first', () => {
    const responded = incident({ firstResponseAt: later, responders: ['田中'] });
    expect(types(responded, reply({ happenedAt: now }))).toEqual(['customer-updated']);
    expect(decide(responded, reply({ happenedAt: now })).incident.responders).toEqual(['田中', '鈴木']);
    const earlier = new Date('2026-11-24T01:02:00Z');
    expect(decide(responded, reply({ happenedAt: earlier })).incident.firstResponseAt).toEqual(earlier);
  });

  test('without a customer of its own is about the reporter, but not of another ticket’s', () => {
    const { customer: _, ...unnamed } = reply();
    expect(decide(incident(), unnamed).events.at(-1)?.detail.customers).toEqual(['store-12']);
    const linked = decide(incident(), { ...unnamed, sourceId: '9999' });
    expect(linked.events.at(-1)?.detail).toMatchObject({ customers: [], ticket: { tool: 'zendesk', id: '9999' } });
  });

  test('names no customer as newly affected, and answers nothing outside', () => {
    const { effects, incident: after } = decide(incident(), reply({ customer: { id: 'store-99' } }));
    expect(effects.map((each) => each.kind)).toEqual(['updated']);
    expect(after.affectedCustomers).toEqual([{ id: 'store-12' }]);
    expect(types(incident({ kind: 'outside' }), reply())).toEqual([]);
  });
});

describe('other words', () => {
  test('a note changes nothing, and solved is no recovery', () => {
    for (const kind of ['noted', 'solved'] as const) {
      expect(types(incident(), signal({ kind }))).toEqual([]);
      expect(types(incident({ status: 'recovered', recoveredAt: receivedAt }), signal({ kind }))).toEqual([]);
    }
  });

  test('a customer’s message, or a reopened ticket, after recovery questions it and does not undo it', () => {
    const recovered = incident({ status: 'recovered', recoveredAt: receivedAt });
    for (const kind of ['customer-wrote', 'reopened'] as const) {
      const word = decide(recovered, signal({ kind, message: 'まだ止まります' }));
      expect(word.events).toHaveLength(1);
      expect(word.events[0]).toMatchObject({
        type: 'recovery-questioned',
        detail: { customers: ['store-12'], message: 'まだ止まります' },
      });
      expect(word.incident).toMatchObject({ status: 'recovered', recoveredAt: receivedAt });
      expect(types(incident(), signal({ kind }))).toEqual([]);
    }
  });

  test('an agent’s reply after recovery questions nothing', () => {
    expect(
      types(incident({ status: 'recovered', recoveredAt: receivedAt, firstResponseAt: receivedAt }), reply()),
    ).toEqual(['customer-updated']);
  });
});
