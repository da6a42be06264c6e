/** What tools, reviews and links have made of a record stays as it is where a person takes back what they said beside it. */
import { describe, expect, test } from 'vitest';
import { effectsOfCount } from '../../../functions/incidents/contact-effects.ts';
import { contradictionsOf } from '../../../functions/incidents/contradictions.ts';
import { decideLinked, decideUnlinked } from '../../../functions/incidents/decide-link.ts';
import { decideReclassified } from '../../../functions/incidents/decide-question.ts';
import { afterEvents, type ContactEffect } from '../../../functions/incidents/decision.ts';
import type { DecidedEvent } from '../../../functions/incidents/events.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { decideLaterWord } from '../../../functions/incidents/later-word.ts';
import { ordered, replay } from '../../../functions/incidents/retraction/replay.ts';
import { contactIdOf, theOthersId } from '../../../functions/incidents/rhythm/contact.ts';
import { scoreImpact } from '../../../functions/incidents/signal/score.ts';
import type { Signal } from '../../../functions/incidents/signal/signal.ts';
import type { OwnStatement } from '../../../functions/incidents/statements/given.ts';
import { policy } from '../../../functions/policy.ts';
import { decideReview } from '../../../functions/postmortems/review.ts';
import { at, incidentAt } from '../rhythm/rhythm.ts';
import { Ledger } from './ledger.ts';

const signal = (kind: Signal['kind'], more: Partial<Signal> = {}): Signal => ({
  id: 'sig_2',
  source: 'ticket',
  tool: 'generic',
  sourceId: 'T-1001',
  kind,
  receivedAt: at('24 10:06'),
  tags: [],
  differsFromExpected: 'unknown',
  ongoing: 'unknown',
  isReporterAffected: true,
  affectedCustomers: [],
  isDrill: false,
  problems: [],
  ...more,
});
const state = (ledger: Ledger, time: string, statement: OwnStatement, actor = 'sato'): string => {
  const id = ledger.state(statement, actor, at(`24 ${time}`));
  if (!id) throw new Error(`It was refused: ${JSON.stringify(statement)}`);
  return id;
};
const comment = { type: 'commented', text: 'メモ' } as OwnStatement;
const idsOf = (ledger: Ledger): string[] =>
  [...ledger.contacts.values()]
    .map((each) => (each.isTheOthers ? 'others' : each.customers.map(({ id }) => id).join('+')))
    .sort();
const contactOf = (ledger: Ledger, id = 'a') =>
  ledger.contacts.get(id === 'others' ? theOthersId : contactIdOf({ id }));

/** A statement that says nothing of the rest is taken back: nothing of the rest may change. */
function expectUntouched(ledger: Ledger, time = '11:00'): void {
  const id = state(ledger, time, comment);
  const before = ledger.facts;
  const sums = ledger.incident.slots;
  ledger.retract(id, at(`24 ${time}`));
  expect(ledger.facts).toEqual(before);
  expect(ledger.incident.slots).toEqual(sums);
  // Told again with all that stands, it is the record.
  const taken = ledger.timeline.flatMap((each) => (each.type === 'retracted' ? [each.detail.eventId] : []));
  const { incident, contacts } = replay(ledger.timeline, new Set(taken), policy);
  const told = { ...ledger.incident, slots: incident.slots, missing: incident.missing };
  expect({ ...incident, lastSequence: 0, statedSequence: 0 }).toEqual({ ...told, lastSequence: 0, statedSequence: 0 });
  expect([...contacts.keys()].sort()).toEqual([...ledger.contacts.keys()].sort());
}

describe('a tool’s reply', () => {
  const reply = signal('agent-replied', {
    happenedAt: at('24 10:05'),
    agent: '鈴木',
    message: '確認中です',
    customer: { id: 'a' },
  });

  test('goes on being the customer’s update', () => {
    const ledger = new Ledger();
    ledger.hear(reply, at('24 10:06'));
    expect(contactOf(ledger)).toMatchObject({ lastUpdateAt: at('24 10:05'), lastMessage: '確認中です' });
    expectUntouched(ledger);
  });

  test('is the first response, and its agent the responder, where an earlier one is taken back', () => {
    const ledger = new Ledger();
    const id = state(ledger, '10:03', { type: 'responded' });
    ledger.hear(reply, at('24 10:06'));
    expect(ledger.incident).toMatchObject({ firstResponseAt: at('24 10:03'), responders: ['sato', '鈴木'] });
    ledger.retract(id, at('24 10:10'));
    expect(ledger.incident).toMatchObject({ firstResponseAt: at('24 10:05'), responders: ['鈴木'] });
  });

  test('leaves an earlier one where a later one is taken back', () => {
    const ledger = new Ledger();
    ledger.hear(reply, at('24 10:06'));
    const id = state(ledger, '10:08', { type: 'responded' });
    ledger.retract(id, at('24 10:10'));
    expect(ledger.incident).toMatchObject({ firstResponseAt: at('24 10:05'), responders: ['鈴木'] });
  });

  test('by nobody who is named responds, and names the tool as no responder', () => {
    const ledger = new Ledger();
    const id = state(ledger, '10:03', { type: 'responded' });
    const { agent: _, customer: __, ...unnamed } = reply;
    ledger.hear(unnamed, at('24 10:06'));
    ledger.retract(id, at('24 10:10'));
    expect(ledger.incident).toMatchObject({ firstResponseAt: at('24 10:05'), responders: [] });
    expectUntouched(ledger);
  });

  test('met its slot, also where what was said to the customer besides is taken back', () => {
    const ledger = new Ledger();
    ledger.hear(reply, at('24 10:06'));
    const id = state(ledger, '10:20', { type: 'customer-updated', customers: 'all', channel: 'phone', message: 'x' });
    ledger.retract(id, at('24 10:25'));
    expect(contactOf(ledger)).toMatchObject({ lastUpdateAt: at('24 10:05'), lastMessage: '確認中です' });
    expect(ledger.incident.slots.met).toBe(1);
  });
});

test('an update that went out by its tool is the last one, where one that was said after it is taken back', () => {
  const ledger = new Ledger();
  const sent = { customers: ['a'], message: '調査中です', channel: 'ticket', sentAs: { tool: 'zendesk', id: '7' } };
  const [sentAt, common] = [at('24 10:05'), { type: 'customer-updated', actor: 'sato' } as const];
  const told = { whom: ['a'], sentAt, message: '調査中です', channel: 'ticket', isRecovery: false };
  const effect: ContactEffect = { kind: 'updated', ...told };
  const event = {
    ...common,
    occurredAt: sentAt,
    detail: sent,
    changes: { firstResponseAt: sentAt, responders: ['sato'] },
  };
  ledger.take({ events: [event], incident: ledger.incident, effects: [effect] }, 'sato', sentAt);
  const id = state(ledger, '10:20', { type: 'customer-updated', customers: 'all', channel: 'phone', message: 'x' });
  ledger.retract(id, at('24 10:25'));
  expect(contactOf(ledger)).toMatchObject({ lastUpdateAt: sentAt, lastMessage: '調査中です' });
  expect(ledger.incident.slots.met).toBe(1);
  expectUntouched(ledger);
});

describe('what a tool has named', () => {
  test('stays: customers, how many, and when it occurred', () => {
    const ledger = new Ledger({ occurredAt: undefined } as never);
    const scoped = state(ledger, '10:04', { type: 'scoped', affectedCustomers: [{ id: 'c' }], method: 'logs' });
    const word = signal('stated', {
      happenedAt: at('24 10:05'),
      customer: { id: 'a' },
      affectedCustomers: [{ id: 'b', name: 'B店' }],
      occurredAt: { at: at('24 08:00'), isApproximate: false },
      businessImpact: 'stopped',
    });
    ledger.hear(word, at('24 10:06'));
    expect(idsOf(ledger)).toEqual(['a', 'b', 'c']);
    expect(ledger.incident.urgency.level).toBe('low');
    ledger.retract(scoped, at('24 10:10'));
    expect(idsOf(ledger)).toEqual(['a', 'b']);
    expect(ledger.incident).toMatchObject({
      affectedCustomers: [{ id: 'a' }, { id: 'b', name: 'B店' }],
      impact: { affectedCustomerCount: 2, businessImpact: 'stopped' },
      urgency: { level: 'low' },
      occurredAt: at('24 08:00'),
    });
    expect(ledger.incident.score.reference.value).toBe(4 * 2);
    expect(contactOf(ledger, 'b')).toMatchObject({ affectedKnownAt: at('24 10:06'), name: 'B店' });
    expectUntouched(ledger);
  });

  test('and nobody else: those who are only counted stay counted', () => {
    const ledger = new Ledger();
    ledger.hear(signal('stated', { affectedCustomerCount: 7, customer: { id: 'a' } }), at('24 10:06'));
    expectUntouched(ledger);
    const id = state(ledger, '11:05', {
      type: 'scoped',
      affectedCustomers: [{ id: 'b' }],
      affectedCustomerCount: 9,
      method: 'x',
    });
    ledger.retract(id, at('24 11:06'));
    expectUntouched(ledger, '11:10');
  });
});

describe('of nobody in particular', () => {
  /** A report that names no customer. */
  const ofNobody = (): Ledger => {
    const ledger = new Ledger({ affectedCustomers: [], impact: {} });
    ledger.contacts.clear();
    return ledger;
  };

  test('what a tool has counted first stays', () => {
    const ledger = ofNobody();
    ledger.hear(signal('stated', { affectedCustomerCount: 7 }), at('24 10:06'));
    expect([idsOf(ledger), ledger.incident.impact.affectedCustomerCount]).toEqual([['others'], 7]);
    expectUntouched(ledger);
  });

  test('whom a tool has named are all whom it affects, where somebody’s count is taken back', () => {
    const ledger = ofNobody();
    const id = state(ledger, '10:04', { type: 'scoped', affectedCustomerCount: 5, method: 'logs' });
    ledger.hear(signal('stated', { affectedCustomers: [{ id: 'b' }] }), at('24 10:06'));
    expect([idsOf(ledger), ledger.incident.impact.affectedCustomerCount]).toEqual([['b', 'others'], 5]);
    ledger.retract(id, at('24 10:10'));
    expect([idsOf(ledger), ledger.incident.impact.affectedCustomerCount]).toEqual([['b'], 1]);
  });
});

test('whom its own report names, and a linked ticket names as well, stays known by both', () => {
  const ledger = new Ledger();
  const word = signal('stated', { sourceId: 'T-1002', customer: { id: 'a' } });
  ledger.take(decideLaterWord(ledger.incident, word, policy, at('24 10:06'), 'inc_2'), 'generic', at('24 10:06'));
  expect(ledger.incident.affectedCustomers).toMatchObject([{ id: 'a', via: ['inc_1', 'inc_2'] }]);
  expectUntouched(ledger);
});

test('what it costs the business weighs those who are left, where a count from before that is taken back', () => {
  const ledger = new Ledger();
  const id = state(ledger, '10:04', { type: 'scoped', affectedCustomerCount: 12, method: 'logs' });
  ledger.hear(signal('stated', { customer: { id: 'a' }, businessImpact: 'stopped' }), at('24 10:06'));
  const [events, now] = [decideReview(ledger.incident, { actor: 'chair' }, policy, at('24 10:08')), at('24 10:08')];
  ledger.take({ events, incident: afterEvents(ledger.incident, events), effects: [] }, 'chair', now);
  ledger.retract(id, at('24 10:10'));
  const score = scoreImpact('stopped', 1, policy);
  expect(ledger.incident).toMatchObject({
    impact: { affectedCustomerCount: 1 },
    score: { reference: score, confirmed: score },
  });
});

const notFound = {
  type: 'verified',
  happened: 'no',
  method: 'logs',
  evidenceUrl: 'https://logs.example/1',
} as OwnStatement;

describe('a report on what was not found to occur', () => {
  const again = signal('stated', { ongoing: 'yes', customer: { id: 'a' } });

  test('has opened it again, and leaves it open', () => {
    const ledger = new Ledger();
    state(ledger, '10:05', notFound);
    ledger.hear(again, at('24 10:30'));
    expect(ledger.incident).toMatchObject({ status: 'open', ongoing: 'yes' });
    expectUntouched(ledger);
    expect(contactOf(ledger)?.stoppedAt).toBeNull();
  });

  test('leaves its customers waiting as they do where that finding is taken back', () => {
    const ledger = new Ledger();
    state(ledger, '10:02', { type: 'scoped', affectedCustomers: [{ id: 'b' }], method: 'logs' });
    const id = state(ledger, '10:05', notFound);
    ledger.hear(again, at('24 10:30'));
    expect(contactOf(ledger, 'b')).toMatchObject({ waitsSince: at('24 10:30'), nextUpdateDueAt: at('24 10:45') });
    ledger.retract(id, at('24 10:35'));
    expect(contactOf(ledger, 'b')?.nextUpdateDueAt).toEqual(at('24 10:45'));
  });

  test('opens nothing that had recovered before that finding, where it is taken back', () => {
    const ledger = new Ledger();
    state(ledger, '10:03', { type: 'recovered', customers: 'all' } as OwnStatement);
    const id = state(ledger, '10:05', notFound);
    ledger.hear(again, at('24 10:30'));
    expect(ledger.incident.status).toBe('open');
    ledger.retract(id, at('24 10:35'));
    expect(ledger.incident).toMatchObject({ status: 'recovered', recoveredAt: at('24 10:03') });
  });

  test('says nothing of a recovery that stands where that finding is taken back', () => {
    const ledger = new Ledger();
    const id = state(ledger, '10:05', notFound);
    ledger.hear(again, at('24 10:30'));
    state(ledger, '10:40', { type: 'recovered', customers: 'all' } as OwnStatement);
    ledger.retract(id, at('24 10:50'));
    expect(ledger.incident).toMatchObject({ status: 'recovered', recoveredAt: at('24 10:40') });
  });
});

describe('what a report says that somebody had said before it, and has taken back since', () => {
  const word = (ledger: Ledger, time: string, more: Partial<Signal>): void =>
    ledger.hear(signal('stated', { id: `sig_${time}`, receivedAt: at(`24 ${time}`), ...more }), at(`24 ${time}`));
  const scoped = { type: 'scoped', affectedCustomers: [{ id: 'b' }], method: 'list' } as OwnStatement;

  test('is known by the first report that says it', () => {
    const ledger = new Ledger();
    const mistake = state(ledger, '10:05', { type: 'verified', ongoing: 'no' });
    word(ledger, '10:10', { ongoing: 'yes' });
    word(ledger, '10:15', { ongoing: 'no' });
    ledger.retract(mistake, at('24 11:00'));
    expect(ledger.incident.ongoing).toBe('yes');
  });

  test('is known by the first that came, in whatever order they are read', () => {
    const ledger = new Ledger();
    const mistake = state(ledger, '10:05', { type: 'verified', ongoing: 'no' });
    word(ledger, '10:10', { ongoing: 'yes' });
    word(ledger, '10:15', { ongoing: 'no' });
    ledger.words.reverse();
    ledger.retract(mistake, at('24 11:00'));
    expect(ledger.incident.ongoing).toBe('yes');
  });

  test('was known when others were told of it', () => {
    const ledger = new Ledger();
    const mistake = state(ledger, '10:05', scoped);
    word(ledger, '10:10', { affectedCustomers: [{ id: 'b' }] });
    state(ledger, '10:20', { type: 'customer-updated', customers: 'all', channel: 'phone' });
    ledger.retract(mistake, at('24 11:00'));
    expect(idsOf(ledger)).toEqual(['a', 'b']);
    expect(contactOf(ledger, 'b')).toMatchObject({ affectedKnownAt: at('24 10:10'), lastUpdateAt: at('24 10:20') });
  });

  test('is known also where the clock that recorded it was behind', () => {
    const ledger = new Ledger();
    const mistake = state(ledger, '10:11', scoped);
    word(ledger, '10:10', { affectedCustomers: [{ id: 'b' }] });
    ledger.retract(mistake, at('24 11:00'));
    expect(idsOf(ledger)).toEqual(['a', 'b']);
  });

  test('is known of a question as well', () => {
    const ledger = new Ledger({ kind: 'question' });
    const mistake = state(ledger, '10:05', { type: 'corrected', field: 'ongoing', value: 'no' });
    word(ledger, '10:10', { ongoing: 'yes' });
    ledger.retract(mistake, at('24 11:00'));
    expect(ledger.incident.ongoing).toBe('yes');
  });
});

describe('a review', () => {
  const review = (ledger: Ledger, time: string, more: object): void => {
    const now = at(`24 ${time}`);
    const events = decideReview(ledger.incident, { actor: 'chair', ...more }, policy, now);
    const after = afterEvents(ledger.incident, events);
    const effects = effectsOfCount(after, now);
    ledger.take({ events, incident: after, effects }, 'chair', now);
  };

  test('counts whom it has counted, and confirms what it has', () => {
    const ledger = new Ledger();
    state(ledger, '10:04', { type: 'scoped', affectedCustomerCount: 3, method: 'logs' });
    const stopped = state(ledger, '10:05', { type: 'corrected', field: 'businessImpact', value: 'stopped' });
    review(ledger, '10:30', { affectedCustomerCount: 12, cause: { category: 'data', summary: '重複' } });
    expect(idsOf(ledger)).toEqual(['a', 'others']);
    expectUntouched(ledger);
    // Its impact is what the confirmed score is taken from as well.
    ledger.retract(stopped, at('24 11:10'));
    expect(ledger.incident.impact).toMatchObject({ affectedCustomerCount: 12 });
    expect(ledger.incident.impact).not.toHaveProperty('businessImpact');
    expect(ledger.incident.score).toMatchObject({ reference: { value: null }, confirmed: { value: null } });
    expect(ledger.incident.cause).toEqual({ category: 'data', summary: '重複' });
  });

  test('has those whom it has counted waiting also where nobody counted them before', () => {
    const ledger = new Ledger();
    const scoped = state(ledger, '10:04', { type: 'scoped', affectedCustomerCount: 3, method: 'logs' });
    review(ledger, '10:30', { affectedCustomerCount: 12 });
    ledger.retract(scoped, at('24 10:40'));
    expect(idsOf(ledger)).toEqual(['a', 'others']);
    expect(ledger.incident.impact.affectedCustomerCount).toBe(12);
    expect(contactOf(ledger, 'others')?.affectedKnownAt).toEqual(at('24 10:30'));
  });

  test('of what was over has nobody wait who has been told so since, though the recovery is taken back', () => {
    const ledger = new Ledger();
    const taken = state(ledger, '10:05', { type: 'recovered', customers: 'all' } as OwnStatement);
    review(ledger, '10:30', { affectedCustomerCount: 3 });
    state(ledger, '10:40', {
      type: 'customer-updated',
      customers: 'all',
      channel: 'phone',
      recovery: true,
    } as OwnStatement);
    ledger.retract(taken, at('24 10:50'));
    expect(contactOf(ledger, 'others')).toMatchObject({ stoppedAt: at('24 10:40'), nextUpdateDueAt: null });
  });

  test('has those waiting again whom a count had taken off: they go on so where that count is taken back', () => {
    const ledger = new Ledger();
    state(ledger, '10:04', { type: 'scoped', affectedCustomerCount: 3, method: 'logs' });
    const taken = state(ledger, '10:05', { type: 'corrected', field: 'affectedCustomerCount', value: 1 });
    review(ledger, '10:30', { affectedCustomerCount: 3 });
    const waiting = ledger.contacts.get(theOthersId);
    expect(waiting?.nextUpdateDueAt).toEqual(at('24 10:45'));
    ledger.retract(taken, at('24 10:40'));
    expect(ledger.contacts.get(theOthersId)).toEqual(waiting);
  });

  test('says itself what somebody had said before it: that stands where they take theirs back', () => {
    const ledger = new Ledger();
    const scoped = state(ledger, '10:04', { type: 'scoped', affectedCustomerCount: 3, method: 'logs' });
    const said = { category: 'data' as const, releaseId: 'none' };
    const caused = state(ledger, '10:05', { type: 'caused', summary: '取り違え', ...said });
    review(ledger, '10:30', {
      businessImpact: 'stopped',
      affectedCustomerCount: 3,
      cause: { summary: '重複', ...said },
    });
    const { cause, score } = ledger.incident;
    ledger.retract(caused, at('24 10:40'));
    expect(ledger.incident.cause).toEqual(cause);
    ledger.retract(scoped, at('24 10:41'));
    expect(ledger.incident).toMatchObject({ scopedAt: at('24 10:30'), impact: { affectedCustomerCount: 3 } });
    expect(ledger.incident.score.confirmed).toEqual(score.confirmed);
    expect(idsOf(ledger)).toEqual(['a', 'others']);
    expectUntouched(ledger);
  });

  test.each([
    ['businessImpact', 'degraded'],
    ['permanentFix', '直した'],
    ['prevention', '見張る'],
  ])('says itself %s, where somebody had corrected it to the same and takes that back', (field, value) => {
    const ledger = new Ledger();
    const taken = state(ledger, '10:05', { type: 'corrected', field, value } as OwnStatement);
    review(ledger, '10:30', { [field]: value, affectedCustomerCount: 2 });
    const { impact, permanentFix, prevention, score } = ledger.incident;
    ledger.retract(taken, at('24 10:40'));
    expect(ledger.incident).toMatchObject({ impact, score: { confirmed: score.confirmed } });
    expect([ledger.incident.permanentFix, ledger.incident.prevention]).toEqual([permanentFix, prevention]);
    expectUntouched(ledger);
  });

  test('of what is over makes nobody wait', () => {
    const ledger = new Ledger();
    state(ledger, '10:05', { type: 'recovered', customers: 'all' } as OwnStatement);
    review(ledger, '10:30', { affectedCustomerCount: 12 });
    expect(idsOf(ledger)).toEqual(['a']);
    expectUntouched(ledger);
  });
});

describe('what was said by a time of occurrence that is taken back', () => {
  const iso = (time: string): string => at(`24 ${time}`).toISOString();
  const earlier = { type: 'corrected', field: 'occurredAt', value: iso('08:00') } as OwnStatement;

  test.each<[string, OwnStatement, object]>([
    [
      'a mitigation',
      { type: 'mitigated', kind: 'setting', note: '回避策', occurredAt: iso('09:00') } as OwnStatement,
      { mitigatedAt: at('24 09:00'), mitigation: { kind: 'setting', summary: '回避策' } },
    ],
    [
      'a recovery',
      { type: 'recovered', customers: 'all', occurredAt: iso('09:00') } as OwnStatement,
      { status: 'recovered', recoveredAt: at('24 09:00') },
    ],
    [
      'a correction',
      { type: 'corrected', field: 'firstResponseAt', value: iso('09:00') } as OwnStatement,
      { firstResponseAt: at('24 09:00') },
    ],
  ])('%s stands, and is seen to contradict it', (_, statement, facts) => {
    const ledger = new Ledger();
    const { occurredAt } = ledger.incident;
    const correction = state(ledger, '10:05', earlier);
    state(ledger, '10:06', statement);
    ledger.retract(correction, at('24 10:10'));
    expect(ledger.incident).toMatchObject({ ...facts, occurredAt });
    expect(contradictionsOf(ledger.incident).length).toBeGreaterThan(0);
    expectUntouched(ledger);
  });

  test('but that it was not seen to occur before it did ends nothing', () => {
    const ledger = new Ledger();
    const correction = state(ledger, '10:05', earlier);
    const shown = { method: 'logs', evidenceUrl: 'https://logs.example/1', occurredAt: iso('09:00') };
    state(ledger, '10:06', { type: 'verified', happened: 'no', ...shown } as OwnStatement);
    expect(ledger.incident.status).toBe('not-occurring');
    ledger.retract(correction, at('24 10:10'));
    expect(ledger.incident.status).toBe('open');
    expect(contactOf(ledger)?.nextUpdateDueAt).toBeTruthy();
  });
});

describe('a link', () => {
  const linkedTo = (ledger: Ledger, time: string, other: Partial<Incident>, open = true): void => {
    const now = at(`24 ${time}`);
    const linked: Incident = {
      ...incidentAt(at('24 09:00')),
      id: 'inc_2',
      affectedCustomers: [{ id: 'l', name: 'L店' }],
      ...other,
    };
    const { to } = decideLinked(linked, ledger.incident, { basis: '同じ' }, open, { actor: 'sato', now, policy });
    ledger.take(
      {
        events: to,
        incident: afterEvents(ledger.incident, to),
        effects: [
          {
            kind: 'affected',
            customers: linked.affectedCustomers,
            knownAt: now,
            count: afterEvents(ledger.incident, to).impact.affectedCustomerCount,
          },
        ],
      },
      'sato',
      now,
    );
  };

  test('and its end leave what was linked as it is by what stands, where the finding that it does not occur is taken back', () => {
    const ledger = new Ledger();
    const denial = { happened: 'no', ongoing: 'no', method: 'x', evidenceUrl: 'https://evidence.example/1' } as const;
    const denied = state(ledger, '10:10', { type: 'verified', ...denial });
    const to = { ...incidentAt(at('24 09:00')), id: 'inc_2' };
    const by = (time: string) => ({ actor: 'sato', now: at(`24 ${time}`), policy });
    const take = (events: DecidedEvent[], time: string): void =>
      ledger.take({ events, incident: afterEvents(ledger.incident, events), effects: [] }, 'sato', by(time).now);
    take(decideLinked(ledger.incident, to, { basis: '同じ' }, true, by('10:20')).linked, '10:20');
    const links = [{ incidentId: ledger.incident.id, unnamedCount: 0, at: by('10:20').now }];
    const affectedCustomers = [{ id: 'k' }, { id: 'b', via: [ledger.incident.id] }];
    take(decideUnlinked(ledger.incident, [{ ...to, links, affectedCustomers }], {}, by('10:30')).linked, '10:30');
    expect(ledger.incident.status).toBe('not-occurring');
    // Whom its ticket had named meanwhile comes along, to be told that.
    expect(replay(ledger.timeline, new Set(), policy).contacts.get(contactIdOf({ id: 'b' }))).toMatchObject({
      endsWith: 'not-occurring',
    });
    ledger.retract(denied, at('24 10:40'));
    expect(ledger.incident.status).toBe('open');
  });

  test('and its end have those without a name waiting again, retold as they were', () => {
    const ledger = new Ledger();
    state(ledger, '10:04', { type: 'scoped', affectedCustomerCount: 2, method: 'x' });
    linkedTo(ledger, '10:10', {});
    const word = signal('stated', { customer: { id: 'd' }, receivedAt: at('24 10:20') });
    ledger.take(decideLaterWord(ledger.incident, word, policy, at('24 10:20'), 'inc_2'), 'generic', at('24 10:20'));
    expect(contactOf(ledger, 'others')).toMatchObject({ stoppedAt: at('24 10:20'), namedAwayAt: at('24 10:20') });
    const linked = { ...incidentAt(at('24 09:00')), id: 'inc_2', affectedCustomers: [{ id: 'l' }] };
    const by = { actor: 'sato', now: at('24 10:30'), policy };
    const [parted] = decideUnlinked(linked, [ledger.incident], {}, by).chain;
    const events = parted?.events ?? [];
    ledger.take({ events, incident: afterEvents(ledger.incident, events), effects: [] }, 'sato', by.now);
    const { contacts } = replay(ledger.timeline, new Set(), policy);
    expect(contacts.get(theOthersId)).toMatchObject({ stoppedAt: null, nextUpdateDueAt: at('24 10:45') });
  });

  test('keeps the customers whom it has brought, where others are taken back', () => {
    const ledger = new Ledger();
    const scoped = state(ledger, '10:04', {
      type: 'scoped',
      affectedCustomers: [{ id: 'c' }],
      affectedCustomerCount: 5,
      method: 'x',
    });
    linkedTo(ledger, '10:10', { impact: { affectedCustomerCount: 4 } });
    expect([idsOf(ledger), ledger.incident.impact.affectedCustomerCount]).toEqual([['a', 'c', 'l', 'others'], 9]);
    ledger.retract(scoped, at('24 10:20'));
    expect([idsOf(ledger), ledger.incident.impact.affectedCustomerCount]).toEqual([['a', 'l', 'others'], 5]);
    expect(ledger.incident.links).toMatchObject([{ incidentId: 'inc_2', unnamedCount: 3 }]);
    expectUntouched(ledger);
  });

  test('keeps them also with those of ours who are told together with them', () => {
    const ledger = new Ledger();
    const ofChain = (id: string) => ({ id, contactId: 'k' });
    state(ledger, '10:04', { type: 'scoped', affectedCustomers: [ofChain('c')], method: 'x' });
    linkedTo(ledger, '10:10', { affectedCustomers: [ofChain('l')] });
    expect(idsOf(ledger)).toEqual(['a', 'c+l']);
    expectUntouched(ledger);
  });

  test('leaves those who are counted what they had been told before it, where what was told after it is taken back', () => {
    const ledger = new Ledger();
    state(ledger, '10:04', { type: 'scoped', affectedCustomerCount: 3, method: 'x' });
    const update = { type: 'customer-updated', customers: 'all', channel: 'phone' } as OwnStatement;
    state(ledger, '10:05', update);
    linkedTo(ledger, '10:10', { impact: { affectedCustomerCount: 4 } });
    const id = state(ledger, '10:20', update);
    ledger.retract(id, at('24 10:25'));
    expect(contactOf(ledger, 'others')?.lastUpdateAt).toEqual(at('24 10:05'));
  });

  test('of a report of nobody counts nobody', () => {
    const ledger = new Ledger({ affectedCustomers: [], impact: {} });
    ledger.contacts.clear();
    linkedTo(ledger, '10:10', { affectedCustomers: [], impact: {} });
    expectUntouched(ledger);
    expect(ledger.incident.impact).not.toHaveProperty('affectedCustomerCount');
  });

  test('leaves those whom nobody had named, and who all are by then, with the slots that were met for them', () => {
    const ledger = new Ledger();
    state(ledger, '10:04', { type: 'scoped', affectedCustomerCount: 2, method: 'x' });
    state(ledger, '10:05', { type: 'customer-updated', customers: 'all', channel: 'phone' });
    state(ledger, '10:06', { type: 'scoped', affectedCustomers: [{ id: 'b' }], method: 'x' });
    linkedTo(ledger, '10:10', {});
    const { slots } = ledger.incident;
    expect([idsOf(ledger), slots.met]).toEqual([['a', 'b', 'l', 'others'], 2]);
    const { gone } = ledger.retract(state(ledger, '10:20', comment), at('24 10:21'));
    expect([gone, idsOf(ledger), ledger.incident.slots]).toEqual([[], ['a', 'b', 'l', 'others'], slots]);
  });

  test.each<[string, OwnStatement]>([
    ['recovered', { type: 'recovered', customers: 'all' }],
    ['not-occurring', notFound],
  ])('with what goes on has opened again what was %s, and leaves it so', (status, over) => {
    const ledger = new Ledger();
    state(ledger, '10:05', over);
    expect(ledger.incident.status).toBe(status);
    linkedTo(ledger, '10:10', { ongoing: 'yes' });
    expect(ledger.incident).toMatchObject({ status: 'open', ongoing: 'yes' });
    const id = state(ledger, '10:20', comment);
    ledger.retract(id, at('24 10:21'));
    expect(ledger.incident).toMatchObject({ status: 'open', ongoing: 'yes' });
    expect(ledger.incident).not.toHaveProperty('recoveredAt');
    expectUntouched(ledger);
  });
});

describe('who has a role', () => {
  const lead = (ledger: Ledger): string | undefined => ledger.incident.roles?.lead?.who;
  const take = (ledger: Ledger, time: string, who: string): string =>
    state(ledger, time, { type: 'role-taken', role: 'lead' }, who);
  const handOver = (ledger: Ledger, time: string, who: string, to?: string): string =>
    state(ledger, time, { type: 'role-handed-over', role: 'lead', ...(to ? { to } : {}) }, who);

  test('is who had it before, where it was taken or handed over by mistake', () => {
    const ledger = new Ledger();
    take(ledger, '10:04', 'sato');
    const handed = handOver(ledger, '10:05', 'sato', 'ito');
    expect(lead(ledger)).toBe('ito');
    ledger.retract(handed, at('24 10:06'));
    expect(lead(ledger)).toBe('sato');
    const taken = take(ledger, '10:07', 'mori');
    ledger.retract(taken, at('24 10:08'));
    expect(ledger.incident.roles).toEqual({ lead: { who: 'sato', at: at('24 10:04') } });
    expectUntouched(ledger);
  });

  test('is whom it was handed over to, also where whoever did so had never taken it', () => {
    const ledger = new Ledger();
    const taken = take(ledger, '10:04', 'sato');
    handOver(ledger, '10:05', 'sato', 'ito');
    ledger.retract(taken, at('24 10:06'));
    expect(ledger.incident.roles).toEqual({ lead: { who: 'ito', at: at('24 10:05') } });
  });

  test.each([undefined, 'ito'])(
    'is nobody who has left it, also where they had never taken it: then %s has it',
    (first) => {
      const ledger = new Ledger();
      if (first) take(ledger, '10:03', first);
      const taken = take(ledger, '10:04', 'sato');
      handOver(ledger, '10:05', 'sato');
      expect(lead(ledger)).toBeUndefined();
      ledger.retract(taken, at('24 10:06'));
      expect(lead(ledger)).toBe(first);
      expect(ledger.incident.responders).toContain('sato');
    },
  );
});

test('what has been a question keeps its customers, and what was said of it since', () => {
  const ledger = new Ledger({ kind: 'question', impact: { affectedCustomerCount: 3 } });
  ledger.contacts.clear();
  const now = at('24 10:10');
  const events = decideReclassified(ledger.incident, 'unanswered', '三日', policy, now);
  ledger.begin(events, now);
  expect(idsOf(ledger)).toEqual(['a', 'others']);
  const id = state(ledger, '10:12', { type: 'assigned', assignee: 'ito' });
  ledger.retract(id, at('24 10:13'));
  expect([ledger.incident.kind, idsOf(ledger)]).toEqual(['incident', ['a', 'others']]);
  expect(ledger.incident).not.toHaveProperty('assignee');
  expectUntouched(ledger);
});

test('it is told in the order of its sequence, and is none without its beginning', () => {
  const ledger = new Ledger();
  state(ledger, '10:05', { type: 'corrected', field: 'title', value: '一' });
  state(ledger, '10:06', { type: 'corrected', field: 'title', value: '二' });
  const turned = ledger.timeline.toReversed();
  expect(ordered(turned).map(({ id }) => id)).toEqual(ordered(ledger.timeline).map(({ id }) => id));
  expect(replay(turned, new Set(), policy).incident.title).toBe('二');
  expect(() => replay(ledger.timeline.slice(1), new Set(), policy)).toThrow(/begins/);
});
