/** What filing makes of a signal in the store: whose record it is, what it costs a storm, and what somebody else did meanwhile. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../functions/incidents/facts/decision.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { incidentIdOf, type SignalRecord, type Timer } from '../../functions/incidents/record/records.ts';
import { type Contact, customerIdsOf } from '../../functions/incidents/rhythm/contact.ts';
import { fileAlert, type Storm, stormRef } from '../../functions/incidents/signals/file-alert.ts';
import { addLaterReport, fileSignal } from '../../functions/incidents/signals/file-signal.ts';
import { joinRelated, joinThoseNaming } from '../../functions/incidents/signals/join.ts';
import { gatherQuestionFacts } from '../../functions/incidents/signals/question-facts.ts';
import type { Signal } from '../../functions/incidents/signals/signal.ts';
import { readSignals } from '../../functions/incidents/signals/signals-of.ts';
import {
  answerQuestion,
  lookAtQuestion,
  reclassify,
  stateTrouble,
} from '../../functions/incidents/statements/reclassify.ts';
import { isRecorded, recordStatement } from '../../functions/incidents/statements/record-event.ts';
import { readGenericTicket } from '../../functions/intake/sources/generic.ts';
import { readAlert } from '../../functions/intake/sources/monitoring.ts';
import { configOf } from '../../functions/platform/config.ts';
import {
  collections,
  firestore,
  fromDocument,
  incidentRef,
  signalRef,
  timerRef,
  updateRef,
} from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { naming } from '../fixtures/naming.ts';
import { emptyStore, useOwnCloud } from '../own-cloud.ts';

const faults = useOwnCloud();
beforeEach(async () => {
  faults.clear();
  await emptyStore();
});

const start = Date.parse('2026-12-01T00:00:00Z');
const minute = 60_000;
const by = (ms: number, actor = 'sato'): Context => ({ actor, now: new Date(start + ms), policy });
const read = async <T>(ref: { get(): Promise<{ data(): FirebaseFirestore.DocumentData | undefined }> }): Promise<T> =>
  fromDocument<T>((await ref.get()).data());
const denied = { target: 'firestore.Commit', effect: 'fail', code: 'PERMISSION_DENIED' } as const;

function ticketSignal(body: object, ms: number): { signal: Signal; raw: never; attempt: string } {
  const bytes = Buffer.from(JSON.stringify({ subject: '会計できない', ...body }));
  const receivedAt = new Date(start + ms);
  const reading = readGenericTicket(JSON.parse(String(bytes)), bytes, {
    receivedAt,
    policy,
    config: configOf({ JOIN_KEY_SECRET: 'local' }),
  });
  if (!('signal' in reading)) throw new Error(reading.ignored);
  return { signal: reading.signal, raw: { bytes, contentType: 'x', receivedAt } as never, attempt: 'att_1' };
}
const ticket = async (body: object, ms = 0, attempt = 'att_1') =>
  fileSignal({ ...ticketSignal(body, ms), attempt }, by(ms, 'generic'));
const filed = async (body: object, ms = 0): Promise<Incident> => {
  const filing = await ticket(body, ms);
  if (!filing) throw new Error('It was not filed.');
  return filing.incident;
};

const takeBack = (id: string, [event]: readonly { id: string }[], ms: number) =>
  recordStatement(id, { type: 'retracted', eventId: event?.id ?? '', why: '間違い' }, by(ms));

const contactsOf = async (id: string): Promise<Contact[]> => {
  const { docs } = await incidentRef(id).collection(collections.contacts).get();
  return docs.map((each) => fromDocument<Contact>(each.data()));
};
const asksWhere = { subject: '設定の場所', category: 'question', differsFromExpected: 'no' };
const notFound = { type: 'verified', happened: 'no', method: 'logs', evidenceUrl: 'https://logs.example/1' } as never;

function alertIntake(id: string, ms: number, more: Parameters<typeof thresholdAlert>[0] = {}, attempt = `att_${id}`) {
  const body = thresholdAlert({ id, policy: '1', startedAt: new Date(start), ...more });
  const bytes = Buffer.from(JSON.stringify(body));
  const receivedAt = new Date(start + ms);
  const reading = readAlert(body, bytes, { receivedAt, policy, config: configOf({ JOIN_KEY_SECRET: 'local' }) });
  if (!('signal' in reading)) throw new Error(reading.ignored);
  return { signal: reading.signal, raw: { bytes, contentType: 'x', receivedAt }, attempt };
}
async function alert(id: string, ms = 0, more: Parameters<typeof thresholdAlert>[0] = {}, attempt?: string) {
  const filing = await fileAlert(alertIntake(id, ms, more, attempt), by(ms, 'monitoring'));
  if (!filing) throw new Error('An alert that says what it is was not filed.');
  return filing;
}
const storm = async (): Promise<Storm> => {
  const { signal } = alertIntake('0.any', 0);
  return read<Storm>(stormRef(signal.alert as NonNullable<Signal['alert']>));
};

describe('an alert', () => {
  test('was made by the call that began its incident, however often the answer is lost, and by nobody who has joined', async () => {
    const first = await alert('0.1');
    expect(first.created).toBe(true);
    expect((await alert('0.1')).created).toBe(true);
    expect((await alert('0.1', 0, {}, 'another')).created).toBe(false);
    const joined = await alert('0.2', minute);
    expect([joined.created, joined.incident.id]).toEqual([false, first.incident.id]);
    expect((await alert('0.2', minute)).created).toBe(false);
  });

  test('moves its storm on every five minutes, and a close or a re-notification never does', async () => {
    const { incident } = await alert('0.1');
    const at = (ms: number) => ({ incidentId: incident.id, lastSignalAt: new Date(start + ms) });
    expect(await storm()).toEqual(at(0));
    await alert('0.2', 5 * minute - 1);
    expect(await storm()).toEqual(at(0));
    await alert('0.3', 5 * minute);
    expect(await storm()).toEqual(at(5 * minute));
    await alert('0.4', 20 * minute, { state: 'closed', endedAt: new Date(start) });
    expect(await storm()).toEqual(at(5 * minute));
    const signals = await firestore().collection(collections.signals).where('incidentId', '==', incident.id).get();
    expect(signals.docs.map((each) => [each.get('kind'), each.get('opensAlert')]).sort()).toEqual([
      ['alert-closed', undefined],
      ['alert-opened', true],
      ['alert-opened', true],
      ['alert-opened', true],
    ]);
  });

  test('of two at once after their storm is over is one incident', async () => {
    const { incident } = await alert('0.1');
    const both = await Promise.all([alert('0.2', 120 * minute), alert('0.3', 120 * minute)]);
    expect(both.map(({ created }) => created).toSorted()).toEqual([false, true]);
    expect(new Set([incident.id, ...both.map((each) => each.incident.id)]).size).toBe(2);
  });

  test('joins the incident that has taken its storm’s over, and the storm stays with its own', async () => {
    const { incident } = await alert('0.1');
    const to = await filed({ id: 'T-1' });
    await recordStatement(incident.id, { type: 'linked', to: to.id, basis: '同じ' }, by(minute));
    const joined = await alert('0.2', 6 * minute);
    expect(joined.incident.id).toBe(to.id);
    expect(await storm()).toEqual({ incidentId: incident.id, lastSignalAt: new Date(start + 6 * minute) });
    const { signal } = alertIntake('0.2', 6 * minute);
    expect(await read<SignalRecord>(signalRef(signal.id))).toMatchObject({
      incidentId: incident.id,
      opensAlert: true,
    });
  });

  test('begins again where its storm’s incident is not there', async () => {
    const { incident } = await alert('0.1');
    await incidentRef(incident.id).delete();
    const next = await alert('0.2', minute);
    expect([next.created, (await storm()).incidentId]).toEqual([true, next.incident.id]);
    await expect(alert('0.1', 2 * minute, { policyName: 'renamed' })).rejects.toThrow(/is not there/);
  });

  test('begins again where its storm’s incident was found not to occur', async () => {
    const { incident } = await alert('0.1');
    await recordStatement(incident.id, notFound, by(minute));
    const next = await alert('0.2', 2 * minute);
    expect([next.created, next.incident.id === incident.id]).toEqual([true, false]);
    expect((await read<Incident>(incidentRef(incident.id))).status).toBe('not-occurring');
  });

  test('that a storm is noted for but nothing of which is stored goes by the note', async () => {
    const { incident } = await alert('0.1');
    for (const { ref } of (await firestore().collection(collections.signals).get()).docs) await ref.delete();
    expect((await alert('0.2', 61 * minute)).incident.id).not.toBe(incident.id);
  });

  test('is said where the store refuses it, whether it begins, joins or is known', async () => {
    faults.add({ ...denied, times: 1 });
    await expect(alert('0.1')).rejects.toMatchObject({ code: 7 });
    await alert('0.1');
    faults.add({ ...denied, times: 1 });
    await expect(alert('0.2', minute)).rejects.toMatchObject({ code: 7 });
    faults.add({ ...denied, times: 1 });
    await expect(alert('0.1', minute, { state: 'closed' })).rejects.toMatchObject({ code: 7 });
  });

  test('is what is filed as one, and nothing else is', async () => {
    await expect(fileAlert(ticketSignal({ id: 'T-1' }, 0), by(0))).rejects.toThrow(TypeError);
  });
});

describe('a ticket', () => {
  test('that was filed by another is theirs, and by us is ours', async () => {
    const { incident } = (await ticket({ id: 'T-1' })) ?? {};
    expect(await ticket({ id: 'T-1' })).toEqual({
      created: true,
      incident: expect.objectContaining({ id: incident?.id }),
      filed: { id: incident?.id, kind: 'incident' },
    });
    expect((await ticket({ id: 'T-1' }, 0, 'another'))?.created).toBe(false);
  });

  test('that has been linked is announced by the one that took it over', async () => {
    const [from, to] = [await filed({ id: 'T-1' }), await filed({ id: 'T-2' })];
    await recordStatement(from.id, { type: 'linked', to: to.id, basis: '同じ' }, by(minute));
    const again = await ticket({ id: 'T-1' }, 2 * minute);
    expect([again?.created, again?.incident.id]).toEqual([true, to.id]);
  });

  test('that names an incident is joined to it: no question, and nothing for another tool’s ticket of its number', async () => {
    const to = await filed({ id: 'T-1' });
    const joined = async (body: { id: string }, tool: Signal['tool'] = 'generic'): Promise<Incident['status']> => {
      const { signal } = ticketSignal({ ...body, ...naming(to.id) }, minute);
      return (await joinRelated(await filed(body), { ...signal, tool }, by(minute))).status;
    };
    expect(await joined({ id: 'T-2' })).toBe('linked');
    expect(await joined({ id: 'T-3' }, 'zendesk')).toBe('open');
    expect(await joined({ id: 'Q-1', ...asksWhere })).toBe('open');
  });

  test('that names what has been linked since to the one that it was told apart from stays apart', async () => {
    const [to, named, own] = [await filed({ id: 'T-1' }), await filed({ id: 'T-2' }), await filed({ id: 'T-3' })];
    const linked = { type: 'linked', to: to.id, basis: '同じ' } as const;
    await recordStatement(own.id, linked, by(minute));
    const { incident } = await recordStatement(own.id, { type: 'unlinked' }, by(minute));
    await recordStatement(named.id, linked, by(minute));
    const { signal } = ticketSignal({ id: 'T-3', ...naming(named.id) }, 2 * minute);
    expect((await joinRelated(incident, signal, by(2 * minute))).status).toBe('open');
  });

  test('that was outside and is trouble now is an incident, announced, with its customers waiting', async () => {
    const outside = { id: 'B-1', category: 'outside', customer: { id: 'a' } };
    const { id, kind } = await filed(outside);
    expect([kind, await contactsOf(id)]).toEqual(['outside', []]);
    await ticket({ ...outside, category: 'trouble' }, minute);
    const filedAt = new Date(start + minute);
    expect(await read<Incident>(incidentRef(id))).toMatchObject({ kind: 'incident', status: 'open', filedAt });
    expect(await contactsOf(id)).toMatchObject([{ customers: [{ id: 'a' }], affectedKnownAt: filedAt }]);
    expect(await read<Timer>(timerRef(id))).toMatchObject({ pending: [{ kind: 'incident-filed' }] });
  });

  const solved = (id: string, ms: number) => {
    const intake = ticketSignal({ id }, ms);
    return { ...intake, signal: { ...intake.signal, id: `sig_end_${id}`, kind: 'solved' as const } };
  };
  test('of which only the end is known is kept under the id that it would have', async () => {
    expect(await fileSignal(solved('T-9', 0), by(0))).toBeUndefined();
    expect(await fileSignal(solved('T-9', 0), by(minute))).toBeUndefined();
    const kept = await read<SignalRecord>(signalRef('sig_end_T-9'));
    expect(kept).toMatchObject({ incidentId: incidentIdOf('generic', 'T-9', 0), filedAt: new Date(start) });
    expect((await firestore().collection(collections.incidents).get()).size).toBe(0);
    faults.add(denied);
    await expect(fileSignal(solved('T-10', 0), by(0))).rejects.toMatchObject({ code: 7 });
  });

  test('whose further word is refused by the store is said, and one that another has filed is there', async () => {
    const incident = await filed({ id: 'T-1' });
    faults.add(denied);
    const word = ticketSignal({ id: 'T-1', url: 'https://t.example/1' }, minute);
    await expect(addLaterReport(incident, word, by(minute))).rejects.toMatchObject({ code: 7 });
    const telling = ticketSignal({ id: 'T-1', ongoing: 'yes' }, minute);
    faults.add(denied);
    await expect(addLaterReport(incident, telling, by(minute))).rejects.toMatchObject({ code: 7 });
    const first = await addLaterReport(incident, telling, by(minute));
    expect(first.ongoing).toBe('yes');
    // Read before it was filed by somebody else: it is not filed twice.
    expect(await addLaterReport(incident, telling, by(minute))).toMatchObject({ id: incident.id, ongoing: 'yes' });
    const { size } = await incidentRef(incident.id).collection('timeline').where('type', '==', 'corrected').get();
    expect(size).toBe(1);
  });

  test('whose further word is the echo of our own update has the sender of that look at it, though it says nothing new', async () => {
    const { id } = await filed({ id: 'T-1' });
    const of = { id: 'upd_1', incidentId: id, tool: 'generic', ticketId: 'T-1' };
    const sent = { ...of, text: '調査中です', state: 'sending', requestedAt: new Date(start), commentId: null };
    await updateRef('upd_1').set(sent);
    const { signal, ...intake } = ticketSignal({ id: 'T-1' }, minute);
    const echo = { ...signal, id: 'sig_echo', kind: 'agent-replied', message: '調査中です' } as const;
    await addLaterReport(await read<Incident>(incidentRef(id)), { ...intake, signal: echo }, by(minute));
    const { pending } = await read<Timer>(timerRef(id));
    expect(pending.at(-1)).toMatchObject({ kind: 'update-echo', sends: { updateId: 'upd_1' } });
  });

  test('whose further word is by an agent is recorded as theirs, and by nobody as its tool’s', async () => {
    const actorsOf = async (id: string, agent?: string) => {
      const incident = await filed({ id });
      const { signal, ...intake } = ticketSignal({ id, ongoing: 'no' }, minute);
      await addLaterReport(incident, { ...intake, signal: { ...signal, ...(agent ? { agent } : {}) } }, by(minute));
      const found = await incidentRef(incident.id).collection('timeline').where('type', '==', 'corrected').get();
      return found.docs.map((each) => each.get('actor'));
    };
    expect(await actorsOf('T-1', '鈴木')).toEqual(['鈴木']);
    expect(await actorsOf('T-2')).toEqual(['generic']);
  });
});

test.each<[string, object, string]>([
  ['a report that says more', { subject: 'また止まった', ongoing: 'yes' }, 'open'],
  ['one that says no more', { ongoing: 'yes' }, 'recovered'],
])('%s is compared with a recovery that was committed since the record was read', async (_, more, status) => {
  const of = { id: 'T-1', ongoing: 'yes', customer: { id: 'a' } };
  const known = await filed(of);
  await recordStatement(known.id, { type: 'recovered', customers: 'all' } as never, by(minute));
  const after = await addLaterReport(
    known,
    ticketSignal({ ...of, ...more, tag: 'x' }, 2 * minute),
    by(2 * minute, 'generic'),
  );
  expect(after.status).toBe(status);
});

describe('of a question the store knows', () => {
  const asks = (id: string, customer: string, more: object = {}) => ({
    id,
    subject: '設定の場所',
    category: 'question',
    differsFromExpected: 'no',
    form: 'how-to',
    area: 'menu',
    customer: { id: customer },
    ...more,
  });
  const factsAt = (ms: number, more: object = {}) => {
    const { signal } = ticketSignal(asks('Q-own', 'own', more), ms);
    return firestore().runTransaction((transaction) => gatherQuestionFacts(transaction, signal, policy));
  };
  const customersAt = async (ms: number, more: object = {}) =>
    (await factsAt(ms, more)).sameQuestions.map((each) => each.customerId).sort();

  test('who else has asked the same within the hour, each once, and not itself', async () => {
    await filed(asks('Q-1', 'a'), 0);
    await filed(asks('Q-2', 'a'), minute);
    await filed(asks('Q-3', 'own'), 2 * minute);
    await filed(asks('Q-4', 'b', { area: 'order' }), 3 * minute);
    await filed(asks('Q-5', 'b', { form: 'other' }), 3 * minute);
    await filed(asks('Q-6', 'c', { category: 'outside' }), 4 * minute);
    await filed(asks('Q-7', 'd', { drill: true }), 5 * minute);
    const hour = 60 * minute;
    expect(await customersAt(hour)).toEqual(['a']);
    expect(await customersAt(hour + minute)).toEqual(['a']);
    expect(await customersAt(hour + minute + 1)).toEqual([]);
    expect(await customersAt(hour, { drill: true })).toEqual(['d']);
    expect(await customersAt(hour, { area: undefined })).toEqual([]);
    expect(await customersAt(hour, { form: undefined })).toEqual([]);
    expect(await customersAt(hour, { customer: undefined })).toEqual([]);
    expect((await factsAt(hour)).sameQuestions[0]).toEqual({
      customerId: 'a',
      incidentId: incidentIdOf('generic', 'Q-2', 0),
      isIncident: false,
    });
  });

  test('what of them is an incident, and which one has taken it over', async () => {
    const incident = await filed(asks('Q-1', 'a', { differsFromExpected: 'yes' }), 0);
    expect((await factsAt(minute)).sameQuestions).toEqual([
      { customerId: 'a', incidentId: incident.id, isIncident: true },
    ]);
    const to = await filed({ id: 'T-1' }, 0);
    await recordStatement(incident.id, { type: 'linked', to: to.id, basis: '同じ' }, by(minute));
    expect((await factsAt(minute)).sameQuestions).toEqual([{ customerId: 'a', incidentId: to.id, isIncident: true }]);
  });

  test('of those an hour before and after it that hour in which most have asked', async () => {
    for (const [id, ms] of [
      ['a', 0],
      ['b', 50],
      ['c', 70],
      ['d', 100],
    ] as const)
      await filed(asks(`Q-${id}`, id), ms * minute);
    expect(await customersAt(55 * minute)).toEqual(['b', 'c', 'd']);
    expect(await customersAt(45 * minute)).toEqual(['b', 'c', 'd']);
    expect(await customersAt(40 * minute)).toEqual(['b', 'c', 'd']);
    expect(await customersAt(39 * minute)).toEqual(['b', 'c']);
    expect(await customersAt(10 * minute - 1)).toEqual(['a', 'b']);
  });

  test('the newest alert of its service, and none of a drill’s', async () => {
    const labels = { service: 'Menu' };
    const first = await alert('0.1', 0, { labels });
    const { openAlertIncidentId } = await factsAt(60 * minute, { area: ' MENU ' });
    expect(openAlertIncidentId).toBe(first.incident.id);
    expect((await factsAt(60 * minute + 1)).openAlertIncidentId).toBeUndefined();
    expect((await factsAt(-1)).openAlertIncidentId).toBeUndefined();
    expect((await factsAt(0, { area: 'order' })).openAlertIncidentId).toBeUndefined();
    const second = await alert('0.2', 30 * minute, { labels, policy: '2' });
    expect((await factsAt(30 * minute)).openAlertIncidentId).toBe(second.incident.id);
    // Later alerts, of a drill.
    const stored = await firestore().collection(collections.signals).where('sourceId', '==', 'shop-prod/0.2').get();
    for (let index = 0; index < 3; index += 1) {
      const drill = { ...stored.docs[0]?.data(), isDrill: true, incidentId: 'inc_drill' };
      await signalRef(`sig_drill_${index}`).set({ ...drill, receivedAt: new Date(start + 31 * minute) });
    }
    expect((await factsAt(40 * minute)).openAlertIncidentId).toBe(second.incident.id);
    expect((await factsAt(40 * minute, { drill: true })).openAlertIncidentId).toBe('inc_drill');
  });
});

describe('a question', () => {
  const asked = (id: string, ms = 0): Promise<Incident> => filed({ id, ...asksWhere }, ms);
  const dueOf = async (id: string) => {
    const found = await timerRef(id).get();
    if (!found.updateTime) throw new Error('There is no timer.');
    return { timer: fromDocument<Timer>(found.data()), version: found.updateTime };
  };
  const days = 24 * 60 * minute;

  test('is looked at again when it should have been answered, and not before', async () => {
    const { id } = await asked('Q-1');
    await lookAtQuestion(await dueOf(id), new Date(start + 3 * days - 1));
    const wakeAt = new Date(start + 3 * days);
    expect(await read<Timer>(timerRef(id))).toMatchObject({ wakeAt, leasedUntil: null, leasedBy: null });
    expect((await read<Incident>(incidentRef(id))).kind).toBe('question');
    await lookAtQuestion(await dueOf(id), wakeAt);
    expect(await read<Incident>(incidentRef(id))).toMatchObject({ kind: 'incident', filedAt: wakeAt });
    expect(await read<Timer>(timerRef(id))).toMatchObject({ subject: 'incident', wakeAt });
  });

  test('that was answered has no timer any more; one that another holds is theirs', async () => {
    const { id } = await asked('Q-1');
    await incidentRef(id).update({ status: 'answered' });
    const due = await dueOf(id);
    await timerRef(id).update({ wakeAt: new Date(start) });
    await lookAtQuestion(due, new Date(start + 4 * days));
    expect((await read<Timer>(timerRef(id))).wakeAt).toEqual(new Date(start));
    await lookAtQuestion(await dueOf(id), new Date(start + 4 * days));
    expect((await timerRef(id).get()).exists).toBe(false);
    expect((await read<Incident>(incidentRef(id))).kind).toBe('question');
  });

  test('that was answered is an incident where others ask it as well, and not for having gone unanswered', async () => {
    const { id } = await asked('Q-1');
    await answerQuestion(id, { kind: 'explained' }, by(minute));
    const rule = { ...by(2 * minute), actor: 'rule' };
    expect((await reclassify(id, 'unanswered', 'x', rule)).status).toBe('answered');
    expect(await reclassify(id, 'third-customer', 'x', rule)).toMatchObject({ kind: 'incident', status: 'open' });
  });

  test('that is linked is not said to be trouble here', async () => {
    const [question, to] = [await asked('Q-1'), await filed({ id: 'T-1' })];
    await recordStatement(question.id, { type: 'linked', to: to.id, basis: '同じ' }, by(minute));
    await expect(stateTrouble(question.id, '会計できない', by(2 * minute))).rejects.toMatchObject({ status: 409 });
    await expect(stateTrouble(to.id, '会計できない', by(2 * minute))).rejects.toMatchObject({ status: 409 });
    const other = await asked('Q-2');
    await expect(
      recordStatement(to.id, { type: 'linked', to: other.id, basis: '同じ' }, by(minute)),
    ).rejects.toMatchObject({ status: 409 });
    expect((await stateTrouble(other.id, '会計できない', by(2 * minute))).events[0]).toMatchObject({
      type: 'reclassified',
      actor: 'sato',
      detail: { rule: 'stated-to-be-trouble', why: '会計できない' },
    });
  });
});

describe('a link', () => {
  const link = (id: string, to: string, ms = minute) =>
    recordStatement(id, { type: 'linked', to, basis: '同じ' }, by(ms));
  const unlink = (id: string, ms: number) => recordStatement(id, { type: 'unlinked' }, by(ms));
  const recovered = { type: 'recovered', customers: 'all' } as const;

  test('of what is linked is refused, and leaves it where it is', async () => {
    const [from, to, other] = [await filed({ id: 'T-1' }), await filed({ id: 'T-2' }), await filed({ id: 'T-3' })];
    await link(from.id, to.id);
    await expect(link(from.id, other.id)).rejects.toMatchObject({ status: 409 });
    expect((await read<Incident>(incidentRef(from.id))).linkedTo).toBe(to.id);
  });

  test('leaves signals where they were filed, and a primary reads those of its chain until it ends, oldest first', async () => {
    const [a, b, c] = [await filed({ id: 'T-1' }), await filed({ id: 'T-2' }, 1), await filed({ id: 'T-3' }, 2)];
    const signalsOn = async (id: string): Promise<string[]> =>
      (await readSignals(await read<Incident>(incidentRef(id)), 10, 'sourceId', 'receivedAt')).map(
        (each) => each.sourceId,
      );
    await link(a.id, b.id);
    await link(b.id, c.id);
    expect([await signalsOn(a.id), await signalsOn(b.id)]).toEqual([['T-1'], ['T-1', 'T-2']]);
    expect(await signalsOn(c.id)).toEqual(['T-1', 'T-2', 'T-3']);
    await unlink(b.id, 2 * minute);
    expect([await signalsOn(b.id), await signalsOn(c.id)]).toEqual([['T-1', 'T-2'], ['T-3']]);
  });

  test('joins no drill with what is real, nor the other way round', async () => {
    const [real, drill] = [await filed({ id: 'T-1' }), await filed({ id: 'D-1', drill: true })];
    await expect(link(real.id, drill.id)).rejects.toMatchObject({ status: 409 });
    await expect(link(drill.id, real.id)).rejects.toMatchObject({ status: 409 });
    const other = await filed({ id: 'D-2', drill: true });
    expect((await link(drill.id, other.id)).incident.status).toBe('linked');
  });

  test('takes along what was committed and not yet sent, and no announcement of its own', async () => {
    const [from, to] = [await filed({ id: 'T-1' }), await filed({ id: 'T-2' })];
    const unsent = { kind: 'update', key: 'upd_1', since: new Date(start), sends: { update: 1 } };
    const told = ['recovery-questioned', 'update-failed'].map((kind) => ({ kind, key: kind, since: new Date(start) }));
    const own = { kind: 'emergency-begun', key: 'e', since: new Date(start) };
    const { pending } = await read<Timer>(timerRef(from.id));
    await timerRef(from.id).update({ pending: [...pending, unsent, own, ...told] });
    await link(from.id, to.id);
    expect((await timerRef(from.id).get()).exists).toBe(false);
    const after = await read<Timer>(timerRef(to.id));
    expect(after.pending).toEqual([{ kind: 'incident-filed', key: 'filed', since: new Date(start) }, unsent, ...told]);
  });

  test('whose end gives back those that its ticket has named since, as its own', async () => {
    const ofArea = (id: string) => ({ id, contactId: 'area' });
    const of = { id: 'T-1', customer: { id: 'a' } };
    const [from, to] = [await filed({ ...of, affectedCustomers: [ofArea('s')] }), await filed({ id: 'T-2' })];
    await link(from.id, to.id);
    await ticket({ ...of, affectedCustomers: [{ id: 'x' }, ofArea('t')] }, 2 * minute);
    const namesOf = (contacts: Contact[]) => contacts.flatMap(customerIdsOf).toSorted();
    const all = ['a', 's', 't', 'x'];
    expect(namesOf(await contactsOf(to.id))).toEqual(all);
    await unlink(from.id, 3 * minute);
    expect(namesOf(await contactsOf(from.id))).toEqual(all);
    expect(await contactsOf(to.id)).toEqual([]);
  });

  test('of a question to what was not found to occur has the asking customer told so, and known from then on', async () => {
    const to = await filed({ id: 'T-2' });
    await recordStatement(to.id, notFound, by(minute));
    await link((await filed({ id: 'Q-1', ...asksWhere, customer: { id: 'q' } })).id, to.id, 2 * minute);
    const told = { endsWith: 'not-occurring', stoppedAt: null, affectedKnownAt: new Date(start + 2 * minute) };
    expect((await read<Incident>(incidentRef(to.id))).status).toBe('not-occurring');
    expect(await contactsOf(to.id)).toMatchObject([{ customers: [{ id: 'q' }], ...told }]);
  });

  test('hurries nobody who has recovered: each waits by the incidents that know them', async () => {
    const old = new Date(start - 2_880 * minute).toISOString();
    const to = await filed({ id: 'T-2', customer: { id: 'k' }, occurredAt: old, ongoing: 'no' });
    await recordStatement(to.id, recovered, by(minute));
    const from = await filed({ id: 'T-1', customer: { id: 'x' }, ongoing: 'yes' }, 300 * minute);
    await link(from.id, to.id, 301 * minute);
    const after = await read<Incident>(incidentRef(to.id));
    const closed = incidentRef(to.id).collection(collections.timeline).where('type', '==', 'slot-closed');
    const [contact] = (await contactsOf(to.id)).filter((each) => customerIdsOf(each)[0] === 'k');
    expect([after.status, contact?.pastSlots.length]).toEqual(['open', 0]);
    expect([(await closed.get()).size, Object.values(after.slots).reduce((sum, each) => sum + each)]).toEqual([0, 0]);
  });

  test('whose end has it over again has its customer hear about the recovery, until that is taken back', async () => {
    const to = await filed({ id: 'T-2', customer: { id: 'k' } });
    const { events } = await recordStatement(to.id, recovered, by(minute));
    const from = await filed({ id: 'T-1', customer: { id: 'k' }, ongoing: 'yes' }, 2 * minute);
    await link(from.id, to.id, 2 * minute);
    expect((await read<Incident>(incidentRef(to.id))).status).toBe('open');
    expect((await contactsOf(to.id))[0]).not.toHaveProperty('endsWith');
    await timerRef(to.id).update({ wakeAt: new Date(start + 60 * minute), pending: [] });
    await unlink(from.id, 3 * minute);
    const recoveredAt = new Date(start + minute);
    expect(await read<Incident>(incidentRef(to.id))).toMatchObject({ status: 'recovered', recoveredAt });
    expect(await contactsOf(to.id)).toMatchObject([{ recoveredAt, endsWith: 'recovery', stoppedAt: null }]);
    expect((await read<Timer>(timerRef(to.id))).wakeAt).toEqual(new Date(start + 3 * minute));
    // Nothing was over that the end of the link could give back.
    const { incident } = await takeBack(to.id, events, 4 * minute);
    expect([incident.status, incident.recoveredAt]).toEqual(['open', undefined]);
    expect((await contactsOf(to.id))[0]).not.toHaveProperty('endsWith');
  });

  test('opens what is over again only for a customer who waits', async () => {
    const over = async (id: string) => {
      const { id: to } = await filed({ id, customer: { id: `c-${id}` } });
      await recordStatement(to, recovered, by(0));
      return to;
    };
    const report = (id: string) => filed({ id, ongoing: 'yes', customer: { id: `c-${id}` } });
    const [first, second] = [await over('O-1'), await over('O-2')];
    const told = await report('T-1');
    // Its customer can work again, while somebody else of it is still counted.
    const scoped = { type: 'scoped', affectedCustomers: [{ id: 'x' }], method: 'logs' } as never;
    await recordStatement(told.id, scoped, by(0));
    await recordStatement(told.id, { type: 'recovered', customers: ['c-T-1', 'x'] }, by(0));
    await incidentRef(told.id).update({ status: 'open' });
    await link(told.id, first);
    expect((await read<Incident>(incidentRef(first))).status).toBe('recovered');
    await link((await report('T-2')).id, second);
    expect(await read<Incident>(incidentRef(second))).toMatchObject({ status: 'open', ongoing: 'yes' });
  });
});

describe('what a ticket says that somebody had said before it', () => {
  const earlier = new Date(start - 30 * minute).toISOString();
  const correct = (field: string, value: unknown) => ({ type: 'corrected', field, value });
  const bare = { id: 'T-1' };
  const named = { ...bare, customer: { id: 'a' } };
  const idsOf = (of: Incident): string[] => of.affectedCustomers.map((each) => each.id);
  const impactOf = (of: Incident) => of.impact.businessImpact;
  const scoped = (more: object) => ({ type: 'scoped', method: 'logs', ...more });
  const [ofX, ofNine] = [{ affectedCustomers: [{ id: 'x' }] }, { affectedCustomerCount: 9 }];
  type Row = [
    field: string,
    of: object,
    said: object,
    word: object,
    known: (of: Incident) => unknown,
    expected: unknown,
  ];
  test.each<Row>([
    ['ongoing', named, { type: 'verified', ongoing: 'no' }, { ongoing: 'no' }, (of) => of.ongoing, 'no'],
    ['text', named, correct('description', '画面'), { description: '画面' }, (of) => of.description, '画面'],
    ['impact', named, correct('businessImpact', 'stopped'), { businessImpact: 'stopped' }, impactOf, 'stopped'],
    ['time', named, correct('occurredAt', earlier), { occurredAt: earlier }, (of) => of.occurredAt, new Date(earlier)],
    ['customers', named, scoped(ofX), ofX, idsOf, ['a', 'x']],
    ['who reports', bare, scoped(ofX), { customer: { id: 'x' } }, idsOf, ['x']],
    ['how many', bare, scoped(ofNine), ofNine, (of) => of.impact.affectedCustomerCount, 9],
  ])('is known by its word where they take theirs back: %s', async (_, of, said, word, known, expected) => {
    const { id } = await filed(of);
    const { events } = await recordStatement(id, said as never, by(minute));
    await ticket({ ...of, ...word }, 2 * minute);
    const { incident } = await takeBack(id, events, 3 * minute);
    expect(known(incident)).toEqual(expected);
  });

  test('is known by no other ticket’s word, though that one’s signals lie here', async () => {
    const [to, from] = [await filed({ id: 'T-2' }), await filed({ id: 'T-1' })];
    await ticket({ id: 'T-2', ongoing: 'yes' }, minute);
    await recordStatement(from.id, { type: 'linked', to: to.id, basis: '同じ' }, by(minute));
    const { events } = await recordStatement(to.id, scoped({ affectedCustomers: [{ id: 'x' }] }) as never, by(minute));
    await ticket({ id: 'T-1', affectedCustomers: [{ id: 'x' }] }, 2 * minute);
    const { incident } = await takeBack(to.id, events, 3 * minute);
    // By the link alone: with its end they are none of this one’s.
    expect(incident.affectedCustomers).toMatchObject([{ id: 'x', via: [from.id] }]);
  });
});

test('a customer who waits by a retraction sooner than the timer wakes is looked at in time', async () => {
  const { id } = await filed({ id: 'T-1', customer: { id: 'a' } });
  const update = { type: 'customer-updated', customers: 'all', channel: 'phone' } as const;
  const { events } = await recordStatement(id, update as never, by(5 * minute));
  await timerRef(id).update({ wakeAt: new Date(start + 600 * minute), pending: [] });
  await takeBack(id, events, 10 * minute);
  expect((await read<Timer>(timerRef(id))).wakeAt).toEqual(new Date(start + 10 * minute));
});

describe('what is stated under a key', () => {
  const say = (id: string, text: string, more: Partial<Context> = {}) =>
    recordStatement(id, { type: 'commented', text }, { ...by(0), idempotencyKey: 'k-1', ...more });

  test('is kept for a day, for the person who has stated it', async () => {
    const { id } = await filed({ id: 'T-1' });
    const { events } = await say(id, 'x');
    const kept = await firestore().collection(collections.idempotency).get();
    expect(kept.docs.map((each) => fromDocument(each.data()))).toEqual([
      {
        requestHash: expect.stringMatching(/^[\da-f]{64}$/),
        incidentId: id,
        eventIds: events.map((each) => each.id),
        expireAt: new Date(start + 24 * 60 * minute),
      },
    ]);
    expect(await isRecorded('sato', 'k-1')).toBe(true);
    expect([await isRecorded('ito', 'k-1'), await isRecorded('sato', 'k-2')]).toEqual([false, false]);
    // Whatever has been recorded since.
    await say(id, 'y', { idempotencyKey: undefined });
    expect((await say(id, 'x')).events).toEqual(events);
    await expect(say(id, 'z')).rejects.toMatchObject({ status: 422 });
    expect((await say(id, 'x', { actor: 'ito' })).events[0]?.id).not.toBe(events[0]?.id);
  });

  test('is one link, and one end of it, however often it is sent', async () => {
    const [from, to] = [await filed({ id: 'T-1' }), await filed({ id: 'T-2' })];
    const state = (statement: Parameters<typeof recordStatement>[1], idempotencyKey: string, ms: number) =>
      recordStatement(from.id, statement, { ...by(ms), idempotencyKey });
    const linked = { type: 'linked', to: to.id, basis: '同じ' } as const;
    const [first, again] = [await state(linked, 'k-1', minute), await state(linked, 'k-1', 2 * minute)];
    expect(again.events).toEqual(first.events);
    const undone = await state({ type: 'unlinked' }, 'k-2', 3 * minute);
    expect((await state({ type: 'unlinked' }, 'k-2', 4 * minute)).events).toEqual(undone.events);
    // Sent again after its end, it links nothing again.
    expect((await state(linked, 'k-1', 5 * minute)).events).toEqual(first.events);
    expect((await read<Incident>(incidentRef(from.id))).status).toBe('open');
  });

  test('is refused where more has been stated than was seen, with and without a key', async () => {
    const { id } = await filed({ id: 'T-1' });
    for (const idempotencyKey of [undefined, 'k-2']) {
      await expect(say(id, 'x', { idempotencyKey, seen: ['00000009'] })).rejects.toMatchObject({ status: 412 });
    }
    await say(id, 'x', { seen: ['00000009', '00000001'] });
    // Sent again it is what was recorded, though more has been stated than it had seen.
    await say(id, 'x', { seen: ['00000001'] });
  });

  test('is said where the store refuses it', async () => {
    const { id } = await filed({ id: 'T-1' });
    faults.add(denied);
    await expect(say(id, 'x')).rejects.toMatchObject({ code: 7 });
  });
});

test('the fifty-first report that had named its problem ticket before that was filed is joined as well', async () => {
  // The others are another tool's tickets of that number, which mean something else.
  for (let n = 10; n < 60; n += 1) {
    const other = { tool: 'jira', sourceId: `J-${n}`, incidentId: `inc_j${n}` };
    await signalRef(`sig_${n}`).set({ ...other, relatedSourceId: 'P-9' });
  }
  const report = await filed({ id: 'T-1', customer: { id: 'a' } });
  const problem = await filed({ id: 'P-9', customer: { id: 'b' } }, minute);
  await incidentRef(report.id).update({ 'origin.tool': 'zendesk' });
  await signalRef('sig_zz').set({ tool: 'zendesk', sourceId: 'T-1', incidentId: report.id, relatedSourceId: 'P-9' });
  const ofZendesk = { ...problem, origin: { ...problem.origin, tool: 'zendesk' as const } };
  expect(await joinThoseNaming(ofZendesk, by(minute))).toBe(true);
  expect(await read<Incident>(incidentRef(report.id))).toMatchObject({ status: 'linked', linkedTo: problem.id });
});
