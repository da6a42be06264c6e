/** What a look at an action’s or a bundle’s timer says, whole, what it asks of others, and when it looks again. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Timer } from '../../functions/incidents/record/records.ts';
import { firestore, fromDocument, incidentRef, timerRef } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { requestTicket } from '../../functions/postmortems/action-tickets.ts';
import { actionRef, recordAction, recordActionChange } from '../../functions/postmortems/actions.ts';
import { assemble, bundleTimerId, hold } from '../../functions/postmortems/assemble.ts';
import { lookAtAction, lookAtBundle } from '../../functions/postmortems/look.ts';
import { readBundleDocument } from '../../functions/postmortems/store.ts';
import { topics } from '../../functions/topology.ts';
import { openSmallCloud } from '../outgoing/small-cloud.ts';
import { incident, week } from './facts.ts';

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];

// Tuesday of 2026-W48.
const small = await openSmallCloud('2026-11-24T01:00:00Z', [topics.notifications, topics.outgoing]);
beforeEach(() => {
  small.give({ CONSOLE_URL: 'https://console.example' });
  small.faults.clear();
  small.published();
});

const read = async (id: string): Promise<Timer> => fromDocument((await timerRef(id).get()).data());
async function look(id: string, at: Date): Promise<void> {
  const found = await timerRef(id).get();
  if (!found.updateTime) throw new Error('It has no timer.');
  const timer = fromDocument<Timer>(found.data());
  await (timer.subject === 'bundle' ? lookAtBundle : lookAtAction)({ timer, version: found.updateTime }, at);
}
const inBoth = (ja: string, en: string) => ({ ja: expect.stringContaining(ja), en: expect.stringContaining(en) });

describe('an action', () => {
  const dueAt = new Date('2026-12-10T01:00:00Z');
  const ahead = (ms: number): Date => new Date(dueAt.getTime() - ms);
  const propose = async (stated: object = {}): Promise<string> => {
    const said = { description: '決済の監視を足す', kind: 'detect' as const, bundleId: '2026-W47', dueAt, ...stated };
    const { id } = await recordAction(said, { actor: 'ann', now: small.at(), policy });
    await actionRef(id).update({ dueAt });
    return id;
  };

  test.each([
    ['of an incident', 'inc_1'],
    ['of no incident', undefined],
  ])(
    '%s is reminded of before its date and from then on, as what, of which incident, and where',
    async (_, incidentId) => {
      if (incidentId) await incidentRef(incidentId).set(incident({ id: incidentId, filedAt: small.at() }));
      const id = await propose({ owner: '田中', ...(incidentId ? { incidentId } : {}) });
      await look(id, ahead(3 * dayMs + 1));
      expect(small.published()).toEqual([]);
      const notice = {
        id: expect.stringMatching(/^ntc_/),
        incidentId: incidentId ?? null,
        customers: [],
        isDrill: false,
        url: 'https://console.example/postmortems/2026-W47',
      };
      await look(id, ahead(3 * dayMs));
      await look(id, dueAt);
      expect(small.published()).toEqual([
        {
          ...notice,
          kind: 'action-due',
          subject: inBoth('ネクストアクションの期限は', 'Action item due on'),
          text: inBoth('担当: 田中', 'Owner: 田中'),
          createdAt: ahead(3 * dayMs).toISOString(),
        },
        {
          ...notice,
          kind: 'action-overdue',
          subject: inBoth('を過ぎています: 決済の監視を足す', 'Action item overdue since'),
          text: inBoth('担当: 田中', 'Owner: 田中'),
          createdAt: dueAt.toISOString(),
        },
      ]);
      expect(await read(id)).toMatchObject({
        wakeAt: new Date(dueAt.getTime() + 7 * dayMs),
        pending: [],
        leasedUntil: null,
      });
    },
  );

  test('what a look committed and could not send is sent as it was worded then, once', async () => {
    const id = await propose({ owner: '田中' });
    small.faults.add({ target: 'pubsub.Publish', effect: 'fail', code: 'PERMISSION_DENIED' });
    await expect(look(id, ahead(dayMs))).rejects.toMatchObject({ code: 7 });
    expect((await read(id)).pending).toHaveLength(1);
    await actionRef(id).update({ owner: '佐藤' });
    await look(id, ahead(dayMs / 2));
    expect(small.published()).toMatchObject([{ text: inBoth('田中', '田中'), createdAt: ahead(dayMs).toISOString() }]);
    expect((await read(id)).pending).toEqual([]);
  });

  test('of two who look at once, one sends', async () => {
    const id = await propose();
    const found = await timerRef(id).get();
    if (!found.updateTime) throw new Error('It has no timer.');
    const due = { timer: fromDocument<Timer>(found.data()), version: found.updateTime };
    await lookAtAction(due, ahead(dayMs));
    await lookAtAction(due, ahead(dayMs));
    expect(small.published()).toMatchObject([{ kind: 'action-due' }]);
    expect((await read(id)).pending).toEqual([]);
  });

  const ticket = {
    state: 'made',
    requestedBy: 'ken',
    key: 'OPS-1',
    error: null,
    mayBeThere: false,
    leasedUntil: null,
    retryAt: null,
    closedAt: null,
  };
  test.each([
    ['was asked about lately: an hour after that', 10 * minuteMs, 10 * dayMs, [], 50 * minuteMs],
    ['was asked about an hour ago but a moment: after it', hourMs - 1, 10 * dayMs, [], 1],
    ['was asked about an hour ago: now, and in an hour', hourMs, 10 * dayMs, ['asked'], hourMs],
    ['was asked about lately, and is reminded of sooner: then', 10 * minuteMs, 3 * dayMs + minuteMs, [], minuteMs],
    ['is asked about now, and is reminded of sooner: then', hourMs, 3 * dayMs + minuteMs, ['asked'], minuteMs],
    ['is asked about now, and is reminded of as soon: then', hourMs, 3 * dayMs + hourMs, ['asked'], hourMs],
  ])('whose ticket %s it looks again', async (_, checkedAgoMs, dueInMs, asks, againInMs) => {
    const id = await propose();
    const now = ahead(dueInMs);
    const checkedAt = new Date(now.getTime() - checkedAgoMs);
    await actionRef(id).update({ ticket: { ...ticket, requestedAt: checkedAt, checkedAt } });
    await look(id, now);
    expect(small.published()).toEqual(asks.map(() => ({ actionTicket: id })));
    expect((await read(id)).wakeAt.getTime() - now.getTime()).toBe(againInMs);
  });

  test('that is planned again for so soon that it would have been reminded of by now is looked at at once', async () => {
    const id = await propose();
    const now = ahead(9 * dayMs);
    await recordActionChange(id, { dueAt: new Date(now.getTime() + dayMs) }, { actor: 'ann', now, policy });
    expect((await read(id)).wakeAt.getTime()).toBeLessThanOrEqual(now.getTime());
    await look(id, now);
    expect(small.published()).toMatchObject([{ kind: 'action-due' }]);
  });

  test('that is done, or is not there, has nothing to be looked at', async () => {
    const id = await propose();
    const timer = await read(id);
    await actionRef(id).update({ status: 'done', ticket: { ...ticket, requestedAt: small.at(), checkedAt: null } });
    await look(id, dueAt);
    await timerRef('act_gone').set({ ...timer, id: 'act_gone', subjectId: 'act_gone' });
    await look('act_gone', dueAt);
    const left = await Promise.all([id, 'act_gone'].map(async (each) => (await timerRef(each).get()).exists));
    expect([left, small.published()]).toEqual([[false, false], []]);
  });
});

describe('an action as it is recorded', () => {
  const by = (actor: string, afterMs = 0, key?: string) => ({
    actor,
    now: small.at(afterMs),
    policy,
    ...(key ? { idempotencyKey: key } : {}),
  });
  const said = { description: '決済の監視を足す', kind: 'detect' as const };
  const scored = async (value: number | null): Promise<string> => {
    const own = incident({ id: `inc_${'5'.repeat(24)}`, filedAt: small.at() });
    await incidentRef(own.id).set({ ...own, score: { ...own.score, confirmed: { ...own.score.reference, value } } });
    return own.id;
  };
  const stored = async (id: string) => {
    const document = await actionRef(id).get();
    return { ...(fromDocument(document.data()) as object), writtenAt: document.updateTime?.toMillis() };
  };

  test('is due by the score that was confirmed of its incident, and wakes before that', async () => {
    const incidentId = await scored(8);
    const action = await recordAction({ ...said, incidentId }, by('ann'));
    expect(action.due).toEqual({ rule: 'high-score', inputs: { confirmedScore: 8, from: small.at() } });
    expect(await stored(action.id)).toMatchObject({ ...action, changedAt: small.at() });
    expect(await read(action.id)).toEqual({
      id: action.id,
      subject: 'action',
      subjectId: action.id,
      wakeAt: new Date(action.dueAt.getTime() - 3 * dayMs),
      pending: [],
    });
    // Of no incident, or of one that nobody has confirmed a score of, it is as if it were low.
    const others = [undefined, await scored(null)].map((of) =>
      recordAction({ ...said, ...(of ? { incidentId: of } : {}) }, by('ann')),
    );
    for (const { due } of await Promise.all(others)) expect(due.inputs.confirmedScore).toBeNull();
    const nowhere = recordAction({ ...said, incidentId: `inc_${'6'.repeat(24)}` }, by('ann'));
    await expect(nowhere).rejects.toMatchObject({ status: 422, errors: [{ path: 'incidentId' }] });
    await expect(recordAction({ ...said, bundleId: '2026-W54' }, by('ann'))).rejects.toMatchObject({
      status: 422,
      errors: [{ path: 'bundleId' }],
    });
  });

  test('is one under one key of one person, as it has become', async () => {
    const first = await recordAction(said, by('ann', 0, 'key-1'));
    expect(await recordAction(said, by('ann', 60_000, 'key-1'))).toMatchObject(first);
    await recordActionChange(first.id, { description: '在庫の監視を足す', owner: 'mori' }, by('ken', hourMs));
    const changed = await recordActionChange(first.id, { owner: 'ito', doneWhen: '鳴った' }, by('ken', 2 * hourMs));
    expect(await recordAction(said, by('ann', dayMs, 'key-1'))).toMatchObject({
      id: first.id,
      history: changed.history,
    });
    await expect(recordAction({ ...said, kind: 'fix' }, by('ann', 0, 'key-1'))).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining('Idempotency-Key'),
    });
    expect((await recordAction(said, by('ken', 0, 'key-1'))).id).not.toBe(first.id);
    expect((await recordAction(said, by('ann'))).id).not.toBe((await recordAction(said, by('ann'))).id);
  });

  test('is changed at the time of the change, judged by the score of then, and what it has to send stays', async () => {
    const incidentId = await scored(2);
    const { id, due, createdAt } = await recordAction({ ...said, incidentId }, by('ann'));
    expect(due.rule).toBe('other-score');
    const pending = [{ kind: 'action-due', key: 'due:1', since: small.at() }];
    await timerRef(id).update({ pending });
    await scored(9);
    const changed = await recordActionChange(id, { owner: 'mori' }, by('ken', hourMs));
    expect(changed).toMatchObject({ owner: 'mori', due: { rule: 'high-score', inputs: { from: createdAt } } });
    expect(await stored(id)).toMatchObject({ owner: 'mori', changedAt: small.at(hourMs) });
    expect(await read(id)).toMatchObject({ wakeAt: new Date(changed.dueAt.getTime() - 3 * dayMs), pending });
    // Said once more it is nothing new: followers of changes learn nothing.
    const before = await stored(id);
    const again = await recordActionChange(id, { owner: 'mori' }, by('ann', 2 * hourMs));
    expect([again.history, again.dueAt]).toEqual([changed.history, changed.dueAt]);
    expect(await stored(id)).toEqual(before);
    await recordActionChange(id, { status: 'dropped', droppedReason: 'x' }, by('ann', 3 * hourMs));
    expect((await timerRef(id).get()).exists).toBe(false);
  });

  test('whose ticket is on its way wakes for that too, whatever else is changed of it', async () => {
    const { id } = await recordAction(said, by('ann'));
    await requestTicket(id, by('ann', hourMs));
    await recordActionChange(id, { owner: 'mori' }, by('ann', 2 * hourMs));
    expect((await read(id)).wakeAt).toEqual(small.at(hourMs));
  });
});

describe('a bundle', () => {
  beforeEach(async () => {
    for (const each of await firestore().listCollections()) await firestore().recursiveDelete(each);
  });
  const own = week('2026-W48');
  const friday = new Date('2026-11-27T01:00:00Z');
  const id = bundleTimerId(own.id);
  const file = (name: string, stated: object = {}) =>
    incidentRef(name).set(incident({ id: name, filedAt: new Date('2026-11-23T03:00:00Z'), ...stated }));
  const wake = (subjectId = own.id) =>
    timerRef(id).set({ id, subject: 'bundle', subjectId, wakeAt: friday, pending: [] });
  const missing = [{ field: 'occurredAt', reason: '', needed: '' }];

  test('asks on Friday for what is missing by then, and shows no other draft than somebody had made', async () => {
    await file('inc_1', { missing });
    const early = await assemble(own, { policy, now: small.at(), isAnnounced: false });
    await file('inc_2', { missing });
    await wake();
    await look(id, friday);
    expect(small.published()).toEqual([
      {
        id: expect.stringMatching(/^ntc_/),
        kind: 'missing-data',
        incidentId: null,
        customers: [],
        isDrill: false,
        subject: inBoth('2件のインシデントに記録のない項目があります', '2 incidents are missing data'),
        text: inBoth('(inc_2): ', '(inc_2): '),
        url: 'https://console.example/postmortems/2026-W48',
        createdAt: friday.toISOString(),
      },
    ]);
    expect(await readBundleDocument(own.id)).toEqual(early);
    expect(await read(id)).toMatchObject({ wakeAt: new Date('2026-12-06T15:00:00Z'), pending: [] });
  });

  test('asks for nothing where nothing is missing, and waits for the day by which it is held', async () => {
    small.give({});
    await wake();
    await look(id, friday);
    expect(small.published()).toEqual([]);
    expect((await read(id)).wakeAt).toEqual(new Date('2026-12-06T15:00:00Z'));
  });

  test('is made again while it is a draft of a week that is over, where it says something else by now', async () => {
    const now = new Date('2026-11-30T01:00:00Z');
    const later = (minutes: number): Date => new Date(now.getTime() + minutes * minuteMs);
    await file('inc_1');
    const first = await assemble(own, { policy, now, isAnnounced: true });
    await look(id, later(1));
    expect(small.published()).toMatchObject([
      {
        kind: 'bundle-ready',
        text: inBoth('インシデント1件、持ち越し0件、警告0件', '1 incident, 0 carried over, 0 alarms'),
        url: 'https://console.example/postmortems/2026-W48',
      },
    ]);
    expect(await readBundleDocument(own.id)).toEqual(first);
    await file('inc_2');
    await look(id, later(2));
    expect(await readBundleDocument(own.id)).toMatchObject({ assembledAt: later(2), entryCount: 2, readyAt: now });
    expect(small.published()).toEqual([]);
  });

  test('that nobody has held is announced once it is due and every week after that, until it is held', async () => {
    await wake();
    const by = new Date('2026-12-06T15:00:00Z');
    await look(id, new Date(by.getTime() - 1));
    expect(small.published()).toEqual([]);
    await look(id, by);
    await look(id, new Date(by.getTime() + 7 * dayMs));
    const ids = small.published().map((each) => {
      expect(each).toMatchObject({
        kind: 'bundle-not-held',
        text: inBoth('期限は12月7日', 'It was due by Mon, Dec 7'),
        url: 'https://console.example/postmortems/2026-W48',
      });
      return (each as { id: string }).id;
    });
    expect(new Set(ids).size).toBe(2);
    await hold(own, { actor: 'ann', policy, now: new Date(by.getTime() + 8 * dayMs) });
    await wake();
    await look(id, new Date(by.getTime() + 14 * dayMs));
    expect(small.published()).toEqual([]);
    expect((await timerRef(id).get()).exists).toBe(false);
  });

  test('of no week there is has nothing to be looked at', async () => {
    await wake('2026-W54');
    await look(id, friday);
    expect((await timerRef(id).get()).exists).toBe(false);
  });
});
