import { describe, expect, test } from 'vitest';
import type { ContactEffect } from '../../functions/incidents/decision.ts';
import type { Changes, EventOf } from '../../functions/incidents/events.ts';
import { evolveAlone } from '../../functions/incidents/fold/evolve.ts';
import { reduce } from '../../functions/incidents/fold/reduce.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { decideLaterWord } from '../../functions/incidents/later-word.ts';
import { openIncident } from '../../functions/incidents/open-incident.ts';
import type { TicketUpdate } from '../../functions/incidents/sending.ts';
import { routeSignal } from '../../functions/incidents/signal/routing.ts';
import type { Signal } from '../../functions/incidents/signal/signal.ts';
import { changedFields } from '../../functions/incidents/timeline.ts';
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
/** Its facts, what each leaves of the incident, and what is concluded beside it. */
function decide(of: Incident, word: Signal, linkedId?: string, echoed?: TicketUpdate) {
  const { facts, outbox } = decideLaterWord(of, word, policy, now, linkedId, echoed);
  let incident = of;
  const events: EventOf[] = [];
  const changes: Changes[] = [];
  const effects: ContactEffect[] = [];
  for (const fact of facts) {
    const recorded = { ...fact, id: '00000002', recordedAt: now };
    const alone = evolveAlone(incident, recorded, policy);
    events.push(fact, ...alone.concluded);
    const { schedule: _, ...changed } = changedFields(incident, alone.incident);
    changes.push(changed, ...alone.concluded.map(() => ({})));
    effects.push(...(reduce(incident, recorded, policy).effects ?? []));
    incident = alone.incident;
  }
  return { incident, events, changes, effects, outbox };
}
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
    expect(word.incident.missing.map((each) => each.field)).not.toContain('firstResponseAt');
  });

  test('after another is an update alone; one that was sent earlier and came later was the first', () => {
    const responded = incident({ firstResponseAt: later, responders: ['田中'] });
    expect(types(responded, reply({ happenedAt: now }))).toEqual(['customer-updated']);
    expect(decide(responded, reply({ happenedAt: now })).incident.responders).toEqual(['田中', '鈴木']);
    const earlier = new Date('2026-11-24T01:02:00Z');
    expect(decide(responded, reply({ happenedAt: earlier })).incident.firstResponseAt).toEqual(earlier);
    expect(types(responded, reply({ happenedAt: earlier }))).toEqual(['responded', 'customer-updated']);
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
    }
    expect(types(incident(), signal({ kind: 'reopened' }))).toEqual([]);
  });

  test.each<[what: string, known: Date | undefined, happenedAt: Date, since: Date]>([
    ['as it was reported', undefined, later, later],
    ['as it was reported, though that came late', receivedAt, later, later],
    ['as it was found to go on after that', now, later, now],
    ['by now, where its clock is ahead', undefined, new Date(now.getTime() + 1), now],
  ])('what was not found to occur and is reported again is open again since %s', (_, known, happenedAt, since) => {
    const over = incident({ status: 'not-occurring', ...(known ? { reopenedAt: known } : {}) });
    expect(decide(over, signal({ happenedAt })).incident.reopenedAt).toEqual(since);
  });

  test('an agent’s reply after recovery questions nothing', () => {
    expect(
      types(incident({ status: 'recovered', recoveredAt: receivedAt, firstResponseAt: receivedAt }), reply()),
    ).toEqual(['customer-updated']);
  });
});

/** What a word leaves on the timeline, and of the incident but for what is missing. */
const recorded = (of: Incident, word: Signal) => {
  const { events, changes } = decide(of, word);
  return events.map(({ type, actor, occurredAt, detail: { signalId, ...detail } }, index) => {
    const { missing: _, ...changed } = changes[index] ?? {};
    return { type, actor, occurredAt, detail, changed, isOfSignal: signalId === word.id };
  });
};
const bare = (fields: Partial<Incident> = {}): Incident => {
  const { occurredAt: _, description: __, ...rest } = incident({ title: '', ...fields });
  return rest;
};

describe('a further report fills what is unknown', () => {
  const corrected = (field: string, value: unknown, changed: object) => ({
    type: 'corrected',
    actor: 'zendesk',
    occurredAt: receivedAt,
    detail: { field, old: null, new: value },
    changed,
    isOfSignal: true,
  });
  const { title: _, ...untitled } = signal();

  test('its title, its description and whether it is ongoing', () => {
    expect(recorded(bare(), signal({ description: '赤い画面', ongoing: 'no' }))).toEqual([
      corrected('title', '注文が確定できない', { title: '注文が確定できない' }),
      corrected('description', '赤い画面', { description: '赤い画面' }),
      corrected('ongoing', 'no', { ongoing: 'no' }),
    ]);
  });

  test('who said it, where that is known, at the time at which it was', () => {
    const word = signal({ ongoing: 'yes', agent: '鈴木', happenedAt: later });
    expect(recorded(incident(), word)).toMatchObject([{ actor: '鈴木', occurredAt: later }]);
  });

  test('what it costs the business, which the reference score follows', () => {
    const [event] = recorded(bare({ title: 'x' }), { ...untitled, businessImpact: 'stopped' });
    expect(event).toMatchObject(
      corrected('impact.businessImpact', 'stopped', {
        impact: { businessImpact: 'stopped', affectedCustomerCount: 1 },
      }),
    );
    const { score } = decide(bare({ title: 'x' }), { ...untitled, businessImpact: 'stopped' }).incident;
    expect(score.reference?.value).toBeGreaterThan(0);
  });

  test.each([true, false])('when it occurred, approximate: %s, which judges the urgency again', (isApproximate) => {
    const at = new Date('2026-11-23T01:00:00Z');
    const word = { ...untitled, occurredAt: { at, isApproximate } };
    const before = bare({ title: 'x' });
    const [time, urgency, ...rest] = recorded(before, word);
    expect(rest).toEqual([]);
    expect(time).toMatchObject({
      type: 'corrected',
      detail: { field: 'occurredAt', new: at, ...(isApproximate ? { isApproximate } : {}) },
    });
    expect([time?.changed.isOccurredAtApproximate, time?.detail.isApproximate]).toEqual(
      isApproximate ? [true, true] : [undefined, undefined],
    );
    expect(urgency).toMatchObject({
      type: 'urgency-changed',
      actor: 'rule',
      detail: {
        old: 'high',
        new: 'low',
        rule: decide(before, word).incident.urgency.rule,
        why: 'It has become known when it occurred.',
      },
    });
    expect(decide(before, word).incident).toMatchObject({ occurredAt: at, urgency: { level: 'low' } });
  });

  test('what is known stays, and what it does not say is not said', () => {
    const known = incident({
      description: '赤い画面',
      occurredAt: receivedAt,
      ongoing: 'yes',
      impact: { businessImpact: 'degraded', affectedCustomerCount: 1 },
    });
    const word = signal({
      title: '別の題',
      description: '別の説明',
      occurredAt: { at: later, isApproximate: false },
      ongoing: 'no',
      businessImpact: 'inconvenient',
    });
    expect(recorded(known, word)).toEqual([]);
    expect(recorded(bare(), { ...untitled })).toEqual([]);
  });

  test('an alert’s report does, too; a customer’s message does not', () => {
    const says = { description: '赤い画面' };
    expect(types(incident(), signal({ kind: 'alert-opened', ...says }))).toEqual(['corrected']);
    expect(types(incident(), signal({ kind: 'customer-wrote', ...says, businessImpact: 'stopped' }))).toEqual([
      'customer-wrote',
    ]);
  });
});

describe('who is affected', () => {
  const others = [{ id: 'store-12' }, { id: 'store-13' }];

  test('grows by those that a further report names, and each new one is to be told', () => {
    const { incident: after, events, effects } = decide(incident(), signal({ affectedCustomers: others }));
    expect(events.map((each) => [each.type, each.detail])).toEqual([
      [
        'corrected',
        {
          field: 'impact.affectedCustomerCount',
          old: 1,
          new: 2,
          customers: [{ id: 'store-13' }],
          signalId: 'sig_2',
          receivedAt,
          ticket: { tool: 'zendesk', id: '9120' },
          reporter: { id: 'store-12' },
        },
      ],
    ]);
    expect(after.affectedCustomers).toEqual(others);
    expect(after.impact.affectedCustomerCount).toBe(2);
    expect(effects).toEqual([
      {
        kind: 'affected',
        customers: [{ id: 'store-13' }],
        knownAt: receivedAt,
        ticket: { tool: 'zendesk', id: '9120' },
        reporter: { id: 'store-12' },
      },
    ]);
  });

  test('one more who is named within the count that is known changes the names alone', () => {
    const counted = incident({ impact: { affectedCustomerCount: 5 } });
    const { incident: after, events } = decide(counted, signal({ affectedCustomers: others }));
    expect(events[0]?.detail).toMatchObject({ old: 5, new: 5, customers: [{ id: 'store-13' }] });
    expect(after.affectedCustomers).toEqual(others);
  });

  test.each<[string, number | undefined, number | undefined, number | null]>([
    ['a count where none was known', undefined, 7, 7],
    ['fewer than are named', undefined, 1, 1],
    ['a smaller count than the known one', 5, 3, 5],
    ['a larger count than the known one', 5, 7, 7],
  ])('%s', (_, before, stated, count) => {
    const { affectedCustomerCount: __, ...impact } = incident().impact;
    const of = incident({ impact: { ...impact, ...(before === undefined ? {} : { affectedCustomerCount: before }) } });
    const word = signal(stated === undefined ? {} : { affectedCustomerCount: stated });
    expect(decide(of, word).incident.impact.affectedCustomerCount).toBe(count);
    expect(types(of, word)).toEqual(before === count ? [] : ['corrected']);
  });

  test('nobody, about which nothing is known, stays nobody', () => {
    const nobody = incident({ affectedCustomers: [], impact: {} });
    const { customer: _, ...unnamed } = signal();
    expect(decide(nobody, unnamed)).toMatchObject({ events: [], effects: [] });
  });

  test('the first who is named where nobody was', () => {
    const nobody = incident({ affectedCustomers: [], impact: {} });
    expect(decide(nobody, signal()).events[0]?.detail).toMatchObject({ old: null, new: 1 });
  });
});

describe('what was not found to occur', () => {
  const notOccurring = incident({ status: 'not-occurring', recoveredAt: receivedAt, ongoing: 'no', description: 'x' });

  test.each<[Signal['kind'], Partial<Incident> | undefined]>([
    ['stated', { ongoing: 'yes' }],
    ['alert-opened', { ongoing: 'yes' }],
    ['customer-wrote', { ongoing: 'unknown' }],
    ['reopened', { ongoing: 'unknown' }],
    ['noted', undefined],
    ['solved', undefined],
  ])('is open again by a word of the kind %s', (kind, after) => {
    const word = decide(notOccurring, signal({ kind, ongoing: 'yes' }));
    if (!after) {
      expect(word).toMatchObject({ events: [], effects: [], incident: { status: 'not-occurring' } });
      return;
    }
    expect(word.incident).toMatchObject({ status: 'open', ...after });
    expect(word.incident).not.toHaveProperty('recoveredAt');
    expect(word.events[0]).toMatchObject({
      type: 'reopened',
      actor: 'rule',
      detail: {
        rule: 'reported-again',
        why: 'It was not found to occur and has been reported again.',
        signalId: 'sig_2',
      },
    });
    expect(word.effects).toContainEqual({ kind: 'reopened', at: now });
  });

  test('is opened again by the rule, not in the name of the writer', () => {
    const word = signal({ kind: 'customer-wrote', agent: 'zendesk:7', agentName: '店長' });
    expect(decide(notOccurring, word).events[0]).not.toHaveProperty('actorName');
  });

  test('an open one is not opened again', () => {
    for (const kind of ['stated', 'alert-opened', 'reopened'] as const) {
      expect(types(incident(), signal({ kind }))).toEqual([]);
    }
  });
});

describe('a recovery that is questioned', () => {
  const recovered = incident({ status: 'recovered', recoveredAt: receivedAt });

  test.each([
    ['customer-wrote', 'customer-wrote-after-recovery', 'The customer wrote after the recovery.'],
    ['reopened', 'reopened-after-recovery', 'The ticket was opened again after the recovery.'],
  ] as const)('by the kind %s', (kind, rule, why) => {
    const { events, outbox } = decide(recovered, signal({ kind, message: 'x'.repeat(501) }));
    expect(events[0]?.detail).toEqual({
      rule,
      why,
      customers: ['store-12'],
      ticket: { tool: 'zendesk', id: '9120' },
      signalId: 'sig_2',
      message: 'x'.repeat(501),
    });
    expect(outbox).toEqual([
      {
        kind: 'recovery-questioned',
        key: 'sig_2',
        since: now,
        word: { customers: ['store-12'], ticket: { tool: 'zendesk', id: '9120' }, message: 'x'.repeat(500) },
      },
    ]);
  });

  test('without a word is one without words', () => {
    const { events, outbox } = decide(recovered, signal({ kind: 'reopened' }));
    expect(events[0]?.detail).not.toHaveProperty('message');
    expect(outbox?.[0]).toMatchObject({ word: { customers: ['store-12'] } });
    expect(outbox?.[0]).not.toHaveProperty('word.message');
  });

  test('another report says no more than a report', () => {
    expect(types(recovered, signal({ description: '赤い画面' }))).toEqual(['corrected']);
    expect(decide(recovered, signal()).outbox).toEqual([]);
  });
});

describe('an agent’s reply, in detail', () => {
  test('its response says why it is one', () => {
    expect(decide(incident(), reply()).events[0]?.detail).toEqual({
      customers: ['store-12'],
      ticket: { tool: 'zendesk', id: '9120' },
      signalId: 'sig_2',
      why: 'A public reply to the customer.',
    });
  });

  test('of an agent that the tool does not name is the tool’s, and adds nobody to the responders', () => {
    const { agent: _, ...unnamed } = reply();
    const { events, incident: after } = decide(incident(), unnamed);
    expect(events.map((each) => each.actor)).toEqual(['zendesk', 'zendesk']);
    expect(after.responders).toEqual([]);
  });

  test('of a responder adds nobody, and at the same time is no earlier response', () => {
    const responded = incident({ firstResponseAt: later, responders: ['鈴木'] });
    expect(recorded(responded, reply()).map(({ type, changed }) => ({ type, changed }))).toEqual([
      { type: 'customer-updated', changed: {} },
    ]);
  });

  test('answers the page that is on', () => {
    const paging = { state: 'triggered' as const, sequence: 1, episode: 1, at: receivedAt, why: ['unanswered'] };
    expect(decide(incident({ paging }), reply()).incident.paging).toEqual({ ...paging, answeredAt: now });
  });

  test('of another tool’s ticket with the same number is not about the reporter', () => {
    const { customer: _, ...unnamed } = reply({ tool: 'jira' });
    expect(decide(incident(), unnamed).events.at(-1)?.detail.customers).toEqual([]);
  });

  test('tells the customer by the ticket, in so many words or none', () => {
    const told = { kind: 'updated', whom: ['store-12'], ticket: { tool: 'zendesk', id: '9120' }, sentAt: later };
    const by = { channel: 'ticket', isRecovery: false };
    expect(decide(incident(), reply()).effects).toEqual([{ ...told, message: '調べています', ...by }]);
    const { message: _, ...silent } = reply();
    expect(decide(incident(), silent).effects).toEqual([{ ...told, ...by }]);
    expect(decide(incident(), silent).events.at(-1)?.detail).not.toHaveProperty('message');
  });
});

describe('a reply of which Freshdesk tells the text alone', () => {
  const { happenedAt: _, ...undated } = reply({ tool: 'freshdesk' });
  const toRead = { kind: 'reply-to-read', key: 'read:sig_2', since: now, sends: { signalId: 'sig_2' } };

  test('is read on its ticket before it counts', () => {
    expect(decide(incident(), undated)).toMatchObject({ events: [], outbox: [toRead] });
  });
  test.each<[what: string, of: Partial<Incident>, word: Signal]>([
    ['it has an id', {}, { ...undated, commentId: '91' }],
    ['it has a time', {}, { ...undated, happenedAt: later }],
    ['another tool tells of it', {}, { ...undated, tool: 'zendesk' }],
    ['it answers a question', { kind: 'question' }, undated],
  ])('counts as it comes where %s', (__, of, word) => {
    const decided = decide(incident(of), word);
    expect(decided.events.map(({ type }) => type)).toEqual(['responded', 'customer-updated']);
    expect(decided.outbox).toEqual([]);
  });
});

describe('the echo of what we have sent ourselves', () => {
  const onItsWay = (state: TicketUpdate['state']): TicketUpdate => ({
    id: 'upd_1',
    incidentId: 'inc_1',
    tool: 'zendesk',
    ticketId: '9120',
    customers: ['store-12'],
    text: '調べています',
    state,
    requestedAt: receivedAt,
    requestedBy: '田中',
    commentId: null,
  });

  test.each(['sending', 'unknown'] as const)('tells its sender, while that is %s, and nobody else', (state) => {
    const { events, outbox } = decide(incident(), reply({ commentId: '91' }), undefined, onItsWay(state));
    expect(events).toEqual([]);
    expect(outbox).toEqual([
      { kind: 'update-echo', key: 'echo:sig_2', since: now, sends: { updateId: 'upd_1', at: later, commentId: '91' } },
    ]);
  });

  test('without an id tells when it was', () => {
    const { outbox } = decide(incident(), reply(), undefined, onItsWay('sending'));
    expect(outbox).toMatchObject([{ sends: { updateId: 'upd_1', at: later } }]);
    expect(outbox?.[0]).not.toHaveProperty('sends.commentId');
  });

  test('is nothing more where it is known to have been sent', () => {
    const decided = decide(incident(), reply(), undefined, onItsWay('sent'));
    expect(decided).toMatchObject({ events: [], outbox: [] });
  });
});

test('a customer that it knew by itself, and the ticket of a linked report names as well, both know from then on', () => {
  const known = incident({
    affectedCustomers: [{ id: 'store-12' }, { id: 'store-13', via: ['inc_2'] }, { id: 'store-14' }],
  });
  const word = signal({ sourceId: '9999', affectedCustomers: [{ id: 'store-13' }, { id: 'store-15' }] });
  expect(decide(known, word, 'inc_2').incident.affectedCustomers).toEqual([
    { id: 'store-12', via: ['inc_1', 'inc_2'] },
    { id: 'store-13', via: ['inc_2'] },
    { id: 'store-14' },
    { id: 'store-15', via: ['inc_2'] },
  ]);
});

test('that a linked ticket names a customer that it knew by itself is recorded, though nobody is new', () => {
  const { incident: after, events } = decide(incident(), signal({ sourceId: '9999' }), 'inc_2');
  expect(events.map((each) => each.type)).toEqual(['corrected']);
  expect(after.affectedCustomers).toEqual([{ id: 'store-12', via: ['inc_1', 'inc_2'] }]);
});

test('a linked ticket that names one that it knew and one that is new changes both, whatever is counted', () => {
  const counted = incident({ impact: { affectedCustomerCount: 5 } });
  const word = signal({ sourceId: '9999', affectedCustomers: [{ id: 'store-13' }] });
  expect(decide(counted, word, 'inc_2').events[0]?.detail).toMatchObject({
    customers: [{ id: 'store-13' }],
    again: ['store-12'],
  });
});

describe('a report that is worse', () => {
  const known = incident({ impact: { businessImpact: 'degraded', affectedCustomerCount: 5 } });

  test('is recorded with the value that it replaces, and leaves a count that it does not raise', () => {
    const { events, incident: after } = decide(known, signal({ businessImpact: 'stopped', affectedCustomerCount: 2 }));
    expect(events.map(({ detail }) => detail)).toMatchObject([
      { field: 'impact.businessImpact', old: 'degraded', new: 'stopped' },
    ]);
    expect(after.impact).toEqual({ businessImpact: 'stopped', affectedCustomerCount: 5 });
  });
  test('than what a person was the first to state is reported', () => {
    const stated = { ...known, stated: { 'impact.businessImpact': null } };
    expect(types(stated, signal({ businessImpact: 'stopped' }))).toEqual(['reported-otherwise']);
  });
  test('names nobody who was taken off by hand', () => {
    const without = { ...known, takenOff: ['store-13'] } as Incident;
    expect(types(without, signal({ affectedCustomers: [{ id: 'store-13' }] }))).toEqual([]);
  });
});

test('a customer’s message is announced with its words on an incident, and on no question', () => {
  const wrote = signal({ kind: 'customer-wrote', message: 'まだです' });
  expect(decide(incident(), wrote).events[0]?.detail).toMatchObject({ message: 'まだです' });
  expect(types(incident({ kind: 'question' }), wrote)).toEqual([]);
});
