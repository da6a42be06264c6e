/** One look at an incident: what is sent under which lease, what the timer holds after it, and what becomes of both where somebody else writes meanwhile. */
import { beforeEach, describe, expect, test } from 'vitest';
import { lookAtIncident } from '../../functions/customer-updates/look-at-incident.ts';
import type { Pending, Sender } from '../../functions/incidents/facts/decision.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { contactRef, type Timer } from '../../functions/incidents/record/records.ts';
import type { DueTimer } from '../../functions/incidents/record/timers.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import { firestore, fromDocument, incidentRef, timerRef } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { at, contactOf, incidentAt, miss, update as updated } from '../incidents/rhythm/rhythm.ts';
import { emptyStore, useOwnCloud } from '../own-cloud.ts';

const faults = useOwnCloud({ CONSOLE_URL: 'https://m.example/console' });
// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not there
let sent: [kind: string, sends: any][];
let whileSending: (kind: string) => Promise<unknown>;
let lookedAt: Date;
const sending = (kind: string) => async (): Promise<Sender> => async (sends, about) => {
  expect(about).toEqual({ incident: expect.objectContaining({ id: 'inc_1' }), now: lookedAt, policy });
  sent.push([kind, sends]);
  await whileSending(kind);
};
const kinds = ['notice', 'page', 'alert-series', 'cards', 'update'];
const senders = Object.fromEntries(kinds.map((kind) => [kind, sending(kind)]));
beforeEach(() => {
  faults.clear();
  [sent, whileSending] = [[], async () => undefined];
});

/** Filed at 10:00 and answered, so that nobody is paged: its customer is due at 10:15. */
const now = at('24 10:10');
const incident = incidentAt(at('24 10:00'), { firstResponseAt: at('24 10:02') });
const ref = () => timerRef('inc_1');
const readTimer = async (): Promise<Timer> => fromDocument((await ref().get()).data());
const announced: Pending = { kind: 'incident-filed', key: 'filed', since: at('24 10:00') };
const update = (key: string): Pending => ({ kind: 'update', key, since: at('24 10:01'), sends: { update: key } });

/** As the store holds it when the tick finds it. */
async function found(
  facts: Partial<Incident> = {},
  { pending = [], contacts }: { pending?: Pending[]; contacts?: Contact[] } = {},
): Promise<DueTimer> {
  await emptyStore();
  const stored = { ...incident, ...facts };
  await incidentRef('inc_1').set(stored);
  for (const each of contacts ?? [contactOf(stored)]) await contactRef('inc_1', each.id).set(each);
  const timer: Timer = { id: 'inc_1', subject: 'incident', subjectId: 'inc_1', wakeAt: now, pending };
  await ref().set(timer);
  return findAgain();
}
async function findAgain(): Promise<DueTimer> {
  const document = await ref().get();
  if (!document.updateTime) throw new Error('There is no timer.');
  return { timer: fromDocument<Timer>(document.data()), version: document.updateTime };
}
function look(due: DueTimer, when: Date = now): Promise<void> {
  lookedAt = when;
  return lookAtIncident(due, when, senders);
}
const sentKinds = (): string[] => sent.map(([kind]) => kind);
const another: Pending = { kind: 'update', key: 'another', since: at('24 10:09'), sends: {} };

describe('what is sent', () => {
  test('is a notice with all that channels choose by, of each customer once', async () => {
    const facts = { isDrill: true, origin: { ...incident.origin, area: 'order' } };
    await look(await found(facts, { pending: [announced] }));
    expect(sent).toEqual([
      [
        'notice',
        {
          id: expect.stringMatching(/^ntc_/),
          kind: 'incident-filed',
          kinds: ['incident-filed', 'update-due'],
          incidentId: 'inc_1',
          customers: ['store-12'],
          isDrill: true,
          urgency: 'high',
          area: 'order',
          subject: { ja: expect.stringMatching(/^【訓練】/), en: expect.stringMatching(/^\[DRILL\]/) },
          text: { ja: expect.stringContaining('注文が通らない'), en: expect.stringContaining('注文が通らない') },
          url: 'https://m.example/console/incidents/inc_1#update',
          createdAt: '2026-11-24T01:10:00.000Z',
        },
      ],
    ]);
  });

  test('names who is told, who was missed, and who has received no update, each once', async () => {
    const missed = (id: string) => miss(contactOf(incident, id), incident, '24 10:10', '24 10:40');
    const quiet = (id: string) => updated(contactOf(incident, id), incident, '24 11:10');
    const when = at('24 11:12');
    const failure = { type: 'unreached' as const, id: '00000009', at: when, recordedAt: when };
    const failed = (contact: Contact): Contact => ({
      ...contact,
      facts: [...contact.facts, { ...failure, updateId: 'upd_1', why: '' }],
    });
    const pending = [{ kind: 'update-failed', key: 'upd_1', since: at('24 11:12') }];
    const contacts = [failed(missed('a')), missed('b'), failed(quiet('c')), quiet('d')];
    await look(await found({}, { pending, contacts }), at('24 11:15'));
    expect(sent[0]?.[1]).toMatchObject({
      kinds: ['escalation', 'update-failed', 'update-due'],
      customers: ['a', 'b', 'c'],
    });
  });

  test('and a page, which says why and where, by its sequence', async () => {
    const { firstResponseAt: _, ...unanswered } = incident;
    await found();
    await incidentRef('inc_1').set({ ...unanswered, origin: { ...incident.origin, area: 'order' } });
    await look(await findAgain());
    expect(sentKinds()).toEqual(['notice', 'page']);
    expect(sent[1]?.[1]).toEqual({
      id: expect.stringMatching(/^pag_/),
      action: 'trigger',
      why: ['unanswered'],
      incidentId: 'inc_1',
      sequence: 1,
      episode: 1,
      urgency: 'high',
      area: 'order',
      subject: { ja: expect.stringContaining('注文が通らない'), en: expect.stringContaining('注文が通らない') },
      text: { ja: expect.any(String), en: expect.any(String) },
      url: 'https://m.example/console/incidents/inc_1',
      createdAt: '2026-11-24T01:10:00.000Z',
    });
  });

  test('is first the notice, then what waits from before, and last the cards, each once', async () => {
    whileSending = () => readTimer();
    const cards: Pending = { kind: 'cards', key: 'cards', since: at('24 10:05'), sends: { incidentId: 'inc_1' } };
    const facts = { source: 'alert' as const, cards: [{ name: 'a', channel: 'C1', ts: '1' }] };
    await look(await found(facts, { pending: [update('one'), announced, update('two')] }));
    expect(sentKinds()).toEqual(['notice', 'update', 'update', 'alert-series', 'cards']);
    expect(sent.slice(1, 3).map(([, sends]) => sends)).toEqual([{ update: 'one' }, { update: 'two' }]);
    sent = [];
    await look(await found(facts, { pending: [cards, update('one')] }));
    expect(sentKinds()).toEqual(['notice', 'cards', 'update']);
  });

  test.each<[string, Partial<Incident>, Pending[], boolean]>([
    ['a real alert that is announced', { source: 'alert' }, [announced], true],
    ['a drill’s', { source: 'alert', isDrill: true }, [announced], false],
    ['one that was announced before', { source: 'alert' }, [], false],
    ['a ticket', { source: 'ticket' }, [announced], false],
  ])('has the metric of %s: %s', async (_, facts, pending, has) => {
    await look(await found(facts, { pending }));
    expect(sentKinds()).toEqual(has ? ['notice', 'alert-series'] : ['notice']);
  });

  test('of what the look is based on: the same slot announced again after a statement is another notice', async () => {
    const idOf = async (lastSequence: number) => {
      sent = [];
      await look(await found({ lastSequence }));
      return sent[0]?.[1].id;
    };
    const [one, again, other] = [await idOf(7), await idOf(7), await idOf(8)];
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });

  test('is nothing where nothing is due, and the timer sleeps until something is', async () => {
    const early = new Date(at('24 10:10').getTime() - 1);
    await look(await found(), early);
    expect(sent).toEqual([]);
    expect(await readTimer()).toMatchObject({ wakeAt: at('24 10:10'), pending: [], leasedUntil: null, leasedBy: null });
  });
});

describe('the timer', () => {
  test('is leased with all that is sent while it is sent, and then wakes for what is next', async () => {
    const later = { ...announced, key: 'later', since: at('24 10:30') };
    let meanwhile: Timer | undefined;
    whileSending = async () => {
      meanwhile = await readTimer();
    };
    await look(await found({}, { pending: [later, update('one')] }));
    const own = { id: 'inc_1', subject: 'incident', subjectId: 'inc_1' };
    const leasedUntil = at('24 10:12');
    expect(meanwhile).toEqual({
      ...own,
      wakeAt: leasedUntil,
      leasedUntil,
      leasedBy: expect.any(String),
      scopeDueAt: null,
      lane: 1,
      pending: [later, { ...update('one') }, { kind: 'notice', key: sent[0]?.[1].id, since: now, sends: sent[0]?.[1] }],
    });
    const free = { leasedUntil: null, leasedBy: null, scopeDueAt: null };
    expect(await readTimer()).toEqual({ ...own, ...free, wakeAt: later.since, lane: 1, pending: [later] });
  });

  test('stays leased where something cannot be sent, and what was to be sent waits in it', async () => {
    whileSending = () => Promise.reject(new Error('nobody is there'));
    await expect(look(await found())).rejects.toThrow('nobody is there');
    const { wakeAt, pending } = await readTimer();
    expect([wakeAt, pending.map(({ kind }) => kind)]).toEqual([at('24 10:12'), ['notice']]);
    // The look after the lease sends the same, and no second one.
    whileSending = async () => undefined;
    const [[, first] = []] = sent;
    sent = [];
    await look(await findAgain(), at('24 10:12'));
    expect(sent).toEqual([['notice', first]]);
  });

  test('goes where nothing is left to wait for, once what is left has been sent', async () => {
    let isThere: boolean | undefined;
    whileSending = async () => {
      isThere = (await ref().get()).exists;
    };
    const over = { status: 'recovered' as const, recoveredAt: at('24 10:05') };
    await look(await found(over, { pending: [update('last')], contacts: [] }));
    expect([sentKinds(), isThere, (await ref().get()).exists]).toEqual([['update'], true, false]);
    await look(await found(over, { contacts: [] }));
    expect((await ref().get()).exists).toBe(false);
  });

  test('without its incident is taken away', async () => {
    const due = await found({}, { pending: [announced] });
    await incidentRef('inc_1').delete();
    await look(due);
    expect([sent, (await ref().get()).exists]).toEqual([[], false]);
  });
});

describe('where somebody writes meanwhile', () => {
  test('a lock that a transaction holds on it is no failure: it is looked at again', async () => {
    const due = await found();
    faults.add({ target: 'firestore.Commit', effect: 'fail', code: 'ABORTED', times: 3 });
    await look(due);
    expect(sentKinds()).toEqual(['notice']);
  });

  const refused = { target: 'firestore.Commit', effect: 'fail', code: 'FAILED_PRECONDITION' } as const;

  test('it is looked at again, up to five times, and then it is the next tick’s', async () => {
    const due = await found();
    faults.add({ ...refused, times: 5 });
    await expect(look(due)).rejects.toThrow(/inc_1 changed at each of 5/);
    expect([sent, (await readTimer()).wakeAt]).toEqual([[], now]);
    faults.add({ ...refused, times: 4 });
    await look(due);
    expect(sentKinds()).toEqual(['notice']);
  });

  test('whether it is the same trouble is asked with the commit that says so, or not at all; an answer stays', async () => {
    const origin = { ...incident.origin, area: 'order', form: 'f' };
    const due = await found({ origin, beside: {} }, { pending: [announced] });
    await incidentRef('inc_0').set({ ...incident, id: 'inc_0', origin });
    const asked = async () => {
      const [same, record] = await Promise.all([firestore().doc('sameness/inc_1').get(), incidentRef('inc_1').get()]);
      return [same.get('state'), record.get('beside')];
    };
    faults.add({ ...refused, times: 5 });
    await expect(look(due)).rejects.toThrow();
    expect(await asked()).toEqual([undefined, {}]);
    faults.add({ target: 'firestore.Commit', effect: 'fail-after', code: 'UNAVAILABLE' });
    await look(due);
    expect(await asked()).toEqual(['asked', { sameness: true }]);
    await firestore().doc('sameness/inc_1').update({ state: 'apart' });
    await ref().set({ ...(await readTimer()), wakeAt: now, pending: [announced] });
    await look(await findAgain());
    expect(await asked()).toEqual(['apart', { sameness: true }]);
    expect(sentKinds()).toEqual(['notice', 'notice']);
  });

  test('what is stated between a look and its commit is in what is sent', async () => {
    const due = await found();
    faults.add({ target: 'firestore.Commit', effect: 'delay', delayMs: 200 });
    const looking = look(due);
    await expect.poll(() => faults.list()).toEqual([]);
    await incidentRef('inc_1').update({ title: '会計できない' });
    await looking;
    expect(sent.map(([, { subject }]) => subject.ja)).toEqual([expect.stringContaining('会計できない')]);
  });

  test('what has been put into the timer since it was found is sent as well', async () => {
    const due = await found();
    await ref().update({ pending: [another] });
    await look(due);
    expect(sentKinds()).toEqual(['notice', 'update']);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['taken it up', () => ref().update({ wakeAt: at('24 10:12'), leasedBy: 'another' })],
    ['taken it away', () => ref().delete()],
  ])('a timer of which another has %s is theirs', async (_, write) => {
    const due = await found();
    await write();
    const before = (await ref().get()).data();
    await look(due);
    expect([sent, (await ref().get()).data()]).toEqual([[], before]);
  });

  test('a look whose answer was lost has been made, and sends what it has found once', async () => {
    const due = await found();
    faults.add({ target: 'firestore.Commit', effect: 'fail-after', code: 'UNAVAILABLE' });
    await look(due);
    expect(sentKinds()).toEqual(['notice']);
    expect(await readTimer()).toMatchObject({ wakeAt: at('24 10:40'), pending: [], leasedBy: null });
  });

  test('a store that refuses is no other’s look: it is said', async () => {
    const due = await found();
    faults.add({ ...refused, code: 'PERMISSION_DENIED' });
    await expect(look(due)).rejects.toMatchObject({ code: 7 });
  });

  test.each([
    ['sooner', '24 10:11', '24 10:11'],
    ['later', '24 10:50', '24 10:40'],
  ])('what comes into the timer while it sends stays in it, and wakes it in time: %s', async (_, wakes, expected) => {
    whileSending = async () => {
      const { pending } = await readTimer();
      await ref().update({ pending: [...pending, another, announced], wakeAt: at(wakes) });
    };
    await look(await found());
    expect(await readTimer()).toMatchObject({
      pending: [another, announced],
      wakeAt: at(expected),
      leasedUntil: null,
      leasedBy: null,
    });
  });

  test('a timer that was to go stays for what has come into it', async () => {
    const over = { status: 'recovered' as const, recoveredAt: at('24 10:05') };
    whileSending = () => ref().update({ pending: [update('last'), another], wakeAt: at('24 10:11') });
    await look(await found(over, { pending: [update('last')], contacts: [] }));
    expect(await readTimer()).toMatchObject({ pending: [another], wakeAt: at('24 10:11'), leasedBy: null });
  });

  test('a timer that has gone while it sends is not made again', async () => {
    whileSending = () => ref().delete();
    await look(await found());
    expect((await ref().get()).exists).toBe(false);
  });

  test('what nobody here can send is parked where people see it, and holds up nothing', async () => {
    const odd = { kind: 'of-another-release', key: 'odd', since: now, sends: { a: 1 } };
    await look(await found({}, { pending: [odd, update('one'), announced] }));
    expect(sentKinds()).toEqual(['notice', 'update']);
    expect(await readTimer()).toMatchObject({ pending: [], leasedUntil: null });
    const parked = await firestore().collection('notices').where('kind', '==', odd.kind).get();
    expect(parked.docs.map((each) => each.data())).toMatchObject([
      {
        incidentId: 'inc_1',
        sends: odd.sends,
        delivery: { state: 'rejected', lastError: expect.stringContaining(odd.kind) },
      },
    ]);
  });

  test('what cannot be sent now stays by itself: what was sent is gone', async () => {
    whileSending = async (kind) => {
      if (kind === 'update') throw new Error('no');
    };
    await expect(look(await found({}, { pending: [update('one'), announced] }))).rejects.toThrow('no');
    expect(sentKinds()).toContain('notice');
    expect(await readTimer()).toMatchObject({ pending: [{ key: 'one' }], leasedUntil: at('24 10:12') });
  });

  test('a newer entry of the same millisecond is another, and stays', async () => {
    const cards = (after: number): Pending => ({ kind: 'cards', key: 'cards', since: now, sends: { after } });
    whileSending = () => ref().update({ pending: [cards(2)] });
    await look(await found({}, { pending: [cards(1)] }));
    expect((await readTimer()).pending).toEqual([cards(2)]);
  });

  test('what was written again under the same key while it was sent is sent as well', async () => {
    const later = { ...update('one'), since: new Date(now.getTime() + 1) };
    whileSending = () => ref().update({ pending: [later] });
    await look(await found({}, { pending: [update('one')] }));
    expect((await readTimer()).pending).toMatchObject([{ key: 'one', since: later.since }]);
  });
});
