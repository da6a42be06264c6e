/** The one commit: what each decision writes, what it leaves as it is, and which versions it requires. */
import type { Timestamp } from '@google-cloud/firestore';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Pending } from '../../../functions/incidents/facts/decision.ts';
import type { Changes, EventOf } from '../../../functions/incidents/facts/events.ts';
import { applyChanges } from '../../../functions/incidents/facts/timeline.ts';
import { decideOpening } from '../../../functions/incidents/fold/opening.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { commit, type Decision } from '../../../functions/incidents/record/commit.ts';
import {
  contactRef,
  linkMarkRef,
  type SignalRecord,
  signalRecord,
  type Timer,
  timelineRef,
} from '../../../functions/incidents/record/records.ts';
import type { TimerDecision } from '../../../functions/incidents/rhythm/wake.ts';
import { routeSignal } from '../../../functions/incidents/signals/routing.ts';
import { readGenericTicket } from '../../../functions/intake/sources/generic.ts';
import { configOf } from '../../../functions/platform/config.ts';
import { firestore, fromDocument, incidentRef, signalRef, timerRef } from '../../../functions/platform/firestore.ts';
import { policy, policyVersion } from '../../../functions/policy.ts';
import { emptyStore, useOwnCloud } from '../../own-cloud.ts';
import { at, contactOf, incidentAt } from '../rhythm/rhythm.ts';

useOwnCloud();
beforeEach(emptyStore);

const now = at('24 10:20');
const incident: Incident = incidentAt(at('24 10:00'), { statedSequence: 1 });
const contact = contactOf(incident);
const context = { actor: 'sato@example.jp', now, policy };

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not there
const read = async (ref: { get(): Promise<any> }): Promise<any> => fromDocument((await ref.get()).data());
const said = (more: Partial<EventOf> = {}): EventOf =>
  ({
    type: 'commented',
    actor: 'sato@example.jp',
    occurredAt: at('24 10:19'),
    detail: { text: '確認中' },
    ...more,
  }) as EventOf;
/** As it has become by what was decided. */
const becoming = (changes: Changes, before: Incident = incident): Decision => ({
  before,
  after: applyChanges(before, changes),
  events: [],
  contacts: [],
  timer: 'keep',
});
const unchanged = becoming({});
const timer: Timer = {
  id: 'inc_1',
  subject: 'incident',
  subjectId: 'inc_1',
  wakeAt: at('24 10:30'),
  pending: [{ kind: 'incident-filed', key: 'filed', since: at('24 10:00') }],
  lane: 1,
};
const one: Pending = { kind: 'update-due', key: 'one', since: now };

/** As it was filed, with what is stored besides. */
async function stored(facts: Partial<Incident> = {}, known: Timer | null = timer): Promise<void> {
  await incidentRef('inc_1').set({ ...incident, ...facts });
  await contactRef('inc_1', contact.id).set(contact);
  if (known) await timerRef('inc_1').set(known);
}
const inTransaction = (...decisions: [Decision, ...Decision[]]) =>
  firestore().runTransaction((transaction) => commit(transaction, now, ...decisions));
async function inBatch(...decisions: [Decision, ...Decision[]]) {
  const batch = firestore().batch();
  const recorded = await commit(batch, now, ...decisions);
  await batch.commit();
  return recorded;
}
const versionOf = async (ref: FirebaseFirestore.DocumentReference): Promise<Timestamp> => {
  const { updateTime } = await ref.get();
  if (!updateTime) throw new Error(`There is no ${ref.path}.`);
  return updateTime;
};

function intake(body: object = {}) {
  const bytes = Buffer.from(JSON.stringify({ id: 'T-1', subject: '注文が通らない', ...body }));
  const receivedAt = at('24 10:18');
  const reading = readGenericTicket(JSON.parse(String(bytes)), bytes, { receivedAt, policy, config: configOf({}) });
  if (!('signal' in reading)) throw new Error(reading.ignored);
  const { signal } = reading;
  return { signal, raw: { bytes, contentType: 'application/json', receivedAt }, attempt: 'att_1' };
}
function recordOf(body: object = {}): SignalRecord {
  return signalRecord(intake(body), 'inc_1', context);
}

describe('what is filed', () => {
  const { signal } = intake({ customer: { id: 'b', name: '渋谷店' }, affectedCustomers: [{ id: 'a' }] });
  const opening = (): Decision => ({
    ...decideOpening('inc_1', 0, signal, routeSignal(signal, policy), context),
    signal: recordOf({ customer: { id: 'b', name: '渋谷店' }, affectedCustomers: [{ id: 'a' }] }),
  });

  test('is the incident with what is derived of it, its beginning, its contacts, its timer and its signal', async () => {
    const [{ incident: filed, events }] = await inBatch(opening());
    expect(await read(incidentRef('inc_1'))).toEqual({
      ...filed,
      schemaVersion: 2,
      code: 'M-NGWGM4',
      changedAt: now,
      customerIds: ['a', 'b'],
      board: expect.objectContaining({ waiting: 2, assignee: null }),
      search: expect.arrayContaining([expect.any(String)]),
    });
    expect(filed).toMatchObject({ lastSequence: 1, statedSequence: 1, title: '注文が通らない' });
    expect(events).toMatchObject([{ id: '00000001', type: 'filed', recordedAt: now }]);
    const timeline = await incidentRef('inc_1').collection('timeline').get();
    expect(timeline.docs.map((each) => fromDocument(each.data()))).toEqual(events);
    const contacts = await incidentRef('inc_1').collection('contacts').get();
    expect(contacts.docs.map((each) => each.get('customers')[0].id).sort()).toEqual(['a', 'b']);
    expect(await read(timerRef('inc_1'))).toEqual({
      id: 'inc_1',
      subject: 'incident',
      subjectId: 'inc_1',
      wakeAt: now,
      pending: [{ kind: 'incident-filed', key: 'filed', since: now }],
      lane: 1,
    });
    expect(await read(signalRef(signal.id))).toMatchObject({ id: signal.id, incidentId: 'inc_1', attemptId: 'att_1' });
    expect((await linkMarkRef('inc_1').get()).exists).toBe(false);
  });

  test.each<[string, () => FirebaseFirestore.DocumentReference]>([
    ['the incident', () => incidentRef('inc_1')],
    ['its beginning', () => timelineRef('inc_1', '00000001')],
    ['a contact', () => contactRef('inc_1', opening().contacts[0]?.id ?? '')],
    ['the timer', () => timerRef('inc_1')],
    ['the signal', () => signalRef(signal.id)],
  ])('is refused where %s is there already, and nothing is written', async (_, ref) => {
    await ref().set({ before: true });
    await expect(inBatch(opening())).rejects.toMatchObject({ code: 6 });
    expect(await read(ref())).toEqual({ before: true });
    const signals = await firestore().collection('signals').get();
    expect(signals.docs.filter((each) => !each.get('before'))).toEqual([]);
  });

  test('a question has a timer of its own kind, and nothing to tell', async () => {
    const asked = intake({ subject: '設定の場所', category: 'question', differsFromExpected: 'no' });
    const routing = routeSignal(asked.signal, policy, { sameQuestions: [] });
    await inBatch({ ...decideOpening('inc_1', 0, asked.signal, routing, context), signal: recordOf() });
    expect(await read(timerRef('inc_1'))).toMatchObject({ subject: 'question', pending: [], wakeAt: at('27 10:18') });
  });
});

describe('a signal that changes nothing', () => {
  test('is kept and is on the timeline, and touches nothing else', async () => {
    await stored();
    const before = await Promise.all([incidentRef('inc_1'), timerRef('inc_1')].map(versionOf));
    const signal = recordOf({ description: 'まだ' });
    await inBatch({ ...unchanged, signal });
    expect(await Promise.all([incidentRef('inc_1'), timerRef('inc_1')].map(versionOf))).toEqual(before);
    expect(await read(timelineRef('inc_1', signal.id))).toEqual({
      id: signal.id,
      isFact: true,
      type: 'signal-received',
      occurredAt: at('24 10:18'),
      recordedAt: now,
      actor: 'generic',
      policyVersion: policyVersion(policy),
      detail: {
        signalId: signal.id,
        kind: 'stated',
        tool: 'generic',
        sourceId: 'T-1',
        title: '注文が通らない',
        // By it the record is folded: what it was compared with, and what it says.
        after: incident.lastSequence,
        report: expect.objectContaining({ title: '注文が通らない', description: 'まだ', ongoing: 'unknown' }),
      },
    });
    expect((await signalRef(signal.id).get()).exists).toBe(true);
    await expect(inBatch({ ...unchanged, signal })).rejects.toMatchObject({ code: 6 });
  });

  test('is refused where the incident has been linked since it was read', async () => {
    await stored();
    await linkMarkRef('inc_1').set({ at: now });
    const signal = recordOf();
    await expect(inBatch({ ...unchanged, signal })).rejects.toMatchObject({ code: 6 });
    expect((await signalRef(signal.id).get()).exists).toBe(false);
    // In a transaction, which has seen that it is linked, it is no obstacle.
    await inTransaction({ ...becoming({}, { ...incident, status: 'linked' }), signal });
    expect([(await signalRef(signal.id).get()).exists, (await linkMarkRef('inc_1').get()).exists]).toEqual([
      true,
      true,
    ]);
  });

  test('does not write the incident again in a transaction either', async () => {
    await stored();
    const before = await versionOf(incidentRef('inc_1'));
    await inTransaction({ ...unchanged, signal: recordOf() });
    expect(await versionOf(incidentRef('inc_1'))).toEqual(before);
  });
});

describe('what is stated', () => {
  test('is on the incident, in its sequence, with what is derived again; rules do not count as seen', async () => {
    await stored();
    const events = [said(), said({ actor: 'rule', occurredAt: at('24 10:20') })];
    const decided = becoming(
      { title: '会計できない', ongoing: 'no', recoveredAt: null },
      { ...incident, recoveredAt: now },
    );
    const [recorded] = await inTransaction({ ...decided, events });
    const after = await read(incidentRef('inc_1'));
    expect(after).toMatchObject({ title: '会計できない', ongoing: 'no', changedAt: now, schemaVersion: 2 });
    expect([after.lastSequence, after.statedSequence, after.recoveredAt]).toEqual([3, 2, undefined]);
    expect(recorded.events.map(({ id, actor }) => [id, actor])).toEqual([
      ['00000002', 'sato@example.jp'],
      ['00000003', 'rule'],
    ]);
    expect(await read(timelineRef('inc_1', '00000003'))).toEqual(recorded.events[1]);
    expect(recorded.incident).toMatchObject({ title: '会計できない', lastSequence: 3 });
  });

  test('changes contacts, adds to them and takes them away', async () => {
    await stored();
    const changed = { ...contact, lastMessage: '調査中' };
    const added = contactOf(incident, 'b');
    await inTransaction({ ...unchanged, known: [contact], contacts: [changed, added], events: [said()] });
    expect(await read(contactRef('inc_1', contact.id))).toEqual(changed);
    expect(await read(contactRef('inc_1', added.id))).toEqual(added);
    await inTransaction({ ...unchanged, known: [changed, added], contacts: [added] });
    expect((await contactRef('inc_1', contact.id).get()).exists).toBe(false);
    expect((await contactRef('inc_1', added.id).get()).exists).toBe(true);
  });

  test('of a contact alone writes its incident too, whose version shows a look', async () => {
    await stored();
    const before = await versionOf(incidentRef('inc_1'));
    await inTransaction({ ...unchanged, contacts: [{ ...contact, lastMessage: '調査中' }] });
    expect(await versionOf(incidentRef('inc_1'))).not.toEqual(before);
  });

  test('of several incidents is announced for each, in their order', async () => {
    await stored();
    const other = { ...incident, id: 'inc_2', lastSequence: 7 };
    await incidentRef('inc_2').set(other);
    const recorded = await inTransaction(
      { ...unchanged, events: [said()] },
      { ...becoming({ title: 'x' }, other), events: [said()] },
    );
    expect(recorded.map((each) => [each.incident.id, each.events[0]?.id])).toEqual([
      ['inc_1', '00000002'],
      ['inc_2', '00000008'],
    ]);
    expect(await read(incidentRef('inc_2'))).toMatchObject({ title: 'x', code: expect.not.stringMatching('M-NGWGM4') });
  });
});

describe('the timer', () => {
  const wake = (time: string): TimerDecision => ({ at: at(time), why: 'x' });
  const [filed] = timer.pending as [Pending];
  test.each<[string, Timer | null, TimerDecision, Pending[], Partial<Timer> | undefined | 'untouched']>([
    ['that wakes before is left alone', timer, wake('24 10:31'), [], 'untouched'],
    ['that wakes then is left alone', timer, wake('24 10:30'), [], 'untouched'],
    ['that wakes later wakes then, and keeps what it holds', timer, wake('24 10:29'), [], { wakeAt: at('24 10:29') }],
    ['takes in what is to be told, and wakes no later', timer, wake('24 10:40'), [one], { pending: [filed, one] }],
    [
      'holds what is to be told again as it was said last',
      { ...timer, pending: [{ ...one, since: at('24 10:01') }, filed, { ...one, kind: 'scope-due' }] },
      wake('24 10:20'),
      [one],
      { wakeAt: now, pending: [filed, { ...one, kind: 'scope-due' }, one] },
    ],
    [
      'keeps what else of that kind is to be told',
      { ...timer, pending: [{ ...one, key: 'another' }] },
      wake('24 10:20'),
      [one],
      { wakeAt: now, pending: [{ ...one, key: 'another' }, one] },
    ],
    ['that is kept is left alone', timer, 'keep', [], 'untouched'],
    ['that is to go goes', timer, 'delete', [], undefined],
    [
      'is made where there is none',
      null,
      wake('24 10:25'),
      [one],
      { id: 'inc_1', subject: 'incident', subjectId: 'inc_1', wakeAt: at('24 10:25'), pending: [one], lane: 1 },
    ],
    [
      'that somebody looks at, and that wakes for that before, is theirs no more',
      { ...timer, leasedUntil: at('24 10:30'), leasedBy: 'another' },
      wake('24 10:31'),
      [],
      { wakeAt: at('24 10:30'), leasedBy: null },
    ],
    [
      'keeps its lease, which its holder then finds broken',
      { ...timer, leasedUntil: at('24 10:30'), leasedBy: 'another' },
      wake('24 10:20'),
      [one],
      { wakeAt: now, pending: [filed, one], leasedUntil: at('24 10:30'), leasedBy: 'another' },
    ],
  ])('%s', async (_, known, decided, outbox, expected) => {
    await stored({}, known);
    const before = known && (await versionOf(timerRef('inc_1')));
    await inTransaction({ ...unchanged, events: [said()], timer: decided, outbox });
    const after = await timerRef('inc_1').get();
    if (expected === 'untouched') expect(after.updateTime).toEqual(before);
    else expect(fromDocument(after.data())).toEqual(expected && { ...known, ...expected });
  });

  test('of a question that has become an incident begins again', async () => {
    await stored({}, { ...timer, subject: 'question', wakeAt: at('24 10:19') });
    await inTransaction({
      ...becoming({ kind: 'incident' }, { ...incident, kind: 'question' }),
      events: [said()],
      timer: wake('24 10:20'),
      outbox: [one],
    });
    expect(await read(timerRef('inc_1'))).toEqual({ ...timer, subject: 'incident', wakeAt: now, pending: [one] });
  });
});

describe('the mark of a link', () => {
  const mark = async (): Promise<unknown> => read(linkMarkRef('inc_1'));
  let sequence = 1;
  const becomes = (from: Incident['status'], to: Incident['status']) =>
    inTransaction({
      ...becoming({ status: to }, { ...incident, status: from, lastSequence: sequence++ }),
      events: [said()],
    });

  test('is there from the link to its end', async () => {
    await stored();
    await becomes('open', 'linked');
    expect(await mark()).toEqual({ at: now });
    await linkMarkRef('inc_1').set({ at: at('24 10:00') });
    await becomes('linked', 'linked');
    expect(await mark()).toEqual({ at: at('24 10:00') });
    await becomes('linked', 'open');
    expect(await mark()).toBeUndefined();
    for (const over of ['recovered', 'not-occurring'] as const) {
      await becomes('open', over);
      expect(await mark()).toBeDefined();
      await becomes(over, 'open');
      expect(await mark()).toBeUndefined();
    }
  });
});

describe('what shows it elsewhere', () => {
  const cards = [{ name: 'a', channel: 'C1', ts: '1' }];
  const shown = becoming({}, { ...incident, cards });
  const entry = { kind: 'cards', key: 'cards', since: now, sends: { incidentId: 'inc_1', after: 1 } };
  test.each<[string, Partial<Decision>, unknown]>([
    ['by the next tick', { events: [said()] }, { wakeAt: now, pending: [...timer.pending, entry] }],
    [
      'by a look that comes sooner',
      { events: [said()], timer: { at: at('24 10:10'), why: 'x' } },
      { wakeAt: at('24 10:10'), pending: [...timer.pending, entry] },
    ],
    [
      'by no look that comes later',
      { events: [said()], timer: { at: at('24 10:25'), why: 'x' }, outbox: [one] },
      { wakeAt: now, pending: [...timer.pending, one, entry] },
    ],
    [
      'by the last look, of a timer that goes',
      { events: [said()], timer: 'delete' },
      { wakeAt: now, pending: [entry] },
    ],
    [
      'not for having been posted',
      { events: [said({ type: 'card-posted', detail: { tool: 'slack', name: 'a', channel: 'C1', ts: '1' } })] },
      { wakeAt: timer.wakeAt, pending: timer.pending },
    ],
    ['not where nothing is said', {}, { wakeAt: timer.wakeAt, pending: timer.pending }],
  ])('is edited %s', async (_, decision, expected) => {
    await stored({ cards });
    await inTransaction({ ...shown, ...decision });
    expect(await read(timerRef('inc_1'))).toEqual({ ...timer, ...(expected as object) });
  });
});

describe('a look', () => {
  const lease = { wakeAt: at('24 10:22'), leasedUntil: at('24 10:22'), leasedBy: 'me' };
  const later: Pending = { kind: 'role-due', key: 'later', since: at('24 10:25') };
  const lookOf = async (): Promise<NonNullable<Decision['look']>> => ({
    incidentVersion: await versionOf(incidentRef('inc_1')),
    timerVersion: await versionOf(timerRef('inc_1')),
    lease,
    scopeDueAt: at('24 10:15'),
    later: [later],
  });
  const byRule = said({ actor: 'rule' });
  const slots = { met: 1, late: 0, missed: 0, notReminded: 0 };
  const paged = { paging: { state: 'triggered' as const, sequence: 1, episode: 1, at: now, why: [] } };

  test('writes what it says, and what is derived with it, and leaves the rest', async () => {
    await stored({ ...paged, title: 'as it is stored', search: ['x'] } as Partial<Incident>);
    const decided = becoming({ slots, paging: null }, { ...incident, ...paged });
    await inBatch({ ...decided, events: [byRule], contacts: [contact], look: await lookOf() });
    const after = await read(incidentRef('inc_1'));
    expect(after).toMatchObject({ title: 'as it is stored', slots: { met: 1 }, lastSequence: 2, changedAt: now });
    expect(after).not.toHaveProperty('paging');
    expect(after.search).not.toEqual(['x']);
  });

  test('that says nothing leaves what is derived, and is on the incident all the same', async () => {
    await stored({ search: ['x'] } as Partial<Incident>);
    const look = await lookOf();
    await inBatch({ ...unchanged, timer: { at: now, why: 'x' }, look });
    const after = await read(incidentRef('inc_1'));
    expect([after.search, after.changedAt, after.lastSequence]).toEqual([['x'], undefined, 1]);
    await incidentRef('inc_1').update({ title: 'y' });
    const again = { ...(await lookOf()), incidentVersion: look.incidentVersion };
    await expect(inBatch({ ...unchanged, timer: { at: now, why: 'x' }, look: again })).rejects.toMatchObject({
      code: 9,
    });
  });

  test.each<[string, TimerDecision, Pending[], Partial<Timer> | undefined]>([
    [
      'under its lease while something is to be sent',
      { at: at('24 10:40'), why: 'x' },
      [one],
      { ...lease, pending: [later, one], scopeDueAt: at('24 10:15') },
    ],
    [
      'free, until what is next',
      { at: at('24 10:40'), why: 'x' },
      [],
      { wakeAt: at('24 10:40'), leasedUntil: null, leasedBy: null, pending: [later], scopeDueAt: at('24 10:15') },
    ],
    [
      'for as long as the last is to be sent',
      'delete',
      [one],
      { ...lease, pending: [later, one], scopeDueAt: at('24 10:15') },
    ],
    ['to nobody where nothing is left', 'delete', [], undefined],
  ])('leaves the timer %s', async (_, decided, outbox, expected) => {
    await stored();
    await inBatch({ ...unchanged, timer: decided, outbox, look: await lookOf() });
    expect(await read(timerRef('inc_1'))).toEqual(expected && { ...timer, ...expected });
    // A concurrent writer of the timer knows better.
    await stored();
    const look = await lookOf();
    await timerRef('inc_1').update({ wakeAt: now });
    await expect(inBatch({ ...unchanged, timer: decided, outbox, look })).rejects.toMatchObject({ code: 9 });
  });

  test('edits no card of its own accord, and asks for no mark', async () => {
    const shown = { ...incident, cards: [{ name: 'a', channel: 'C1', ts: '1' }] };
    await stored(shown);
    await linkMarkRef('inc_1').set({ at: now });
    await inBatch({
      ...becoming({ slots }, shown),
      events: [byRule],
      timer: { at: now, why: 'x' },
      look: await lookOf(),
    });
    expect((await read(timerRef('inc_1'))).pending).toEqual([later]);
  });
});
