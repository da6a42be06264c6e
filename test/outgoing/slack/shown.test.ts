/** What a channel shows: one card of an incident, edited and posted by one at a time, and what follows in its thread. */

import { beforeEach, describe, expect, test } from 'vitest';
import { listMissing } from '../../../functions/incidents/facts/missing.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { deliverToSlack } from '../../../functions/outgoing/slack/deliver-notice.ts';
import { editCards, followOnCards, orderOf, sendCards } from '../../../functions/outgoing/slack/edit-cards.ts';
import { showCard } from '../../../functions/outgoing/slack/show-card.ts';
import { newDelivery } from '../../../functions/platform/delivery.ts';
import { LostAnswer, PermanentFailure, TemporaryFailure } from '../../../functions/platform/failures.ts';
import { fromDocument } from '../../../functions/platform/firestore.ts';
import type { Notice } from '../../../functions/platform/notice-schemas.ts';
import { topics } from '../../../functions/topology.ts';
import { createSlack } from '../../../infra/stubs/slack/service.ts';
import { incident as factsOf } from '../../postmortems/facts.ts';
import { noticeWith } from '../notices.ts';
import { openOtherSide } from '../other-side.ts';
import { doc, openSmallCloud } from '../small-cloud.ts';

const minuteMs = 60_000;
const place = { name: 'night', channel: 'C0NIGHT', language: 'ja' as const };

let asked: string[] = [];
const small = await openSmallCloud('2026-11-24T01:00:00Z', [topics.outgoing]);
const at = (ms?: number): Date => small.at(ms);
const clock = { now: () => at().getTime() };
const environment = () => ({ SLACK_BOT_TOKEN: 'local' });
const { cloud, faults } = small;
const slack = createSlack({ db: cloud.db, clock, faults, environment, doors: () => 'http://house.invalid' });
const side = await openOtherSide((request, response) => {
  const path = (request.url ?? '/').slice(1);
  asked.push(path.replace('api/', ''));
  void slack.answer(path, request, response);
});
small.give({ SLACK_BOT_TOKEN: 'local', SLACK_API_URL: `${side.url}/api/` });

let count = 0;
let id = '';
beforeEach(async () => {
  small.faults.clear();
  small.pass(10 * minuteMs);
  count += 1;
  id = `inc_${String(count).padStart(24, '0')}`;
  await keep({});
  asked = [];
});

const incidentRef = () => doc(`incidents/${id}`);
/** With what is missing as the record would have it. */
async function keep(more: Partial<Incident>): Promise<void> {
  const facts = factsOf({ id, filedAt: new Date('2026-11-24T01:00:00Z'), ongoing: 'yes', ...more });
  await incidentRef().set({ ...facts, missing: listMissing(facts as Incident) });
}
const readIncident = async () => fromDocument<Incident>((await incidentRef().get()).data() ?? {});
const cardRef = (name = place.name) => doc(`cards/${id}_${name}`);
/** With what the ledger keeps of it. */
async function readCard(): Promise<Record<string, unknown>> {
  const { delivery, ...card } = fromDocument<Record<string, unknown>>((await cardRef().get()).data() ?? {});
  const { since: _, leasedBy: __, ...entry } = (delivery ?? {}) as Record<string, unknown>;
  return { ...card, ...entry };
}
const takeOver = (leasedUntil: Date) =>
  cardRef().set({ delivery: { ...newDelivery(at()), leasedUntil, leasedBy: 'another' }, ts: null }, { merge: true });
const show = (postFor?: string) => showCard({ incidentId: id, ...place, ...(postFor ? { postFor } : {}) });
const shown = () => slack.store.messages().filter((each) => JSON.stringify(each.metadata ?? '').includes(id));
const fault = (target: string, effect: 'fail' | 'fail-after', code: string) =>
  small.faults.add({ target: `tools.slack.${target}`, effect, code });
const failure = async (made: Promise<unknown>): Promise<unknown> =>
  made.then(
    () => 'none',
    (reason: unknown) => reason,
  );

describe('a card', () => {
  test('is posted once, for the notice that first tells of it, and is known of its incident from then on', async () => {
    expect(await show()).toBeUndefined();
    expect(asked).toEqual([]);
    const card = await show('ntc_1');
    const [message, ...others] = shown();
    expect(others).toEqual([]);
    expect(card).toMatchObject({ ts: message?.ts, postedFor: 'ntc_1' });
    const cards = [{ name: place.name, channel: place.channel, ts: message?.ts }];
    expect(await readIncident()).toMatchObject({ cards });
    expect(await readCard()).toEqual({
      id: `${id}_night`,
      incidentId: id,
      ...place,
      ts: message?.ts,
      postedFor: 'ntc_1',
      shown: expect.stringMatching(/^[\da-f]{24}$/),
      state: 'delivered',
      attempts: 1,
      lastError: null,
      leasedUntil: null,
      retryAt: null,
      createdAt: at(),
      updatedAt: at(),
    });
    const { docs } = await incidentRef().collection('timeline').get();
    expect(docs.map((each) => fromDocument<object>(each.data()))).toMatchObject([
      { type: 'card-posted', actor: 'rule', occurredAt: at(), detail: { tool: 'slack', ...cards[0] } },
    ]);
  });

  test('that says the same is not edited; one that would say something else is, where it is', async () => {
    await show('ntc_1');
    asked = [];
    expect(await show('ntc_2')).toMatchObject({ postedFor: 'ntc_1' });
    expect(asked).toEqual([]);
    await incidentRef().update({ title: '別の題' });
    await show();
    expect(asked).toEqual(['chat.update']);
    expect(JSON.stringify(shown().map(({ blocks }) => blocks))).toContain('別の題');
    expect(shown()).toHaveLength(1);
  });

  test('is one by each name of a channel, and the incident knows them all', async () => {
    await show('ntc_1');
    await showCard({ incidentId: id, ...place, name: 'day', channel: 'C0DAY', postFor: 'ntc_1' });
    await showCard({ incidentId: id, ...place, name: 'english', language: 'en', postFor: 'ntc_1' });
    expect(shown().map(({ channel }) => channel)).toEqual(['C0NIGHT', 'C0DAY', 'C0NIGHT']);
    expect((await readIncident()).cards?.map(({ name }) => name)).toEqual(['night', 'day', 'english']);
  });

  test('that two want shown at once is posted once', async () => {
    await Promise.all([show('ntc_1'), show('ntc_2'), show()]);
    expect(asked.filter((each) => each === 'chat.postMessage')).toHaveLength(1);
  });

  test('that a third wants shown while the second is at it is shown to all of them', async () => {
    await show('ntc_1');
    await incidentRef().update({ title: '別の題' });
    const [first, second] = [show(), show()];
    await first;
    expect(await Promise.all([second, show()])).toMatchObject([{ ts: expect.any(String) }, { ts: expect.any(String) }]);
  });

  test('that could not be posted for one is posted for the next, who had waited for it', async () => {
    fault('chat.postMessage', 'fail', 'not_in_channel');
    const [first, second] = await Promise.allSettled([show('ntc_1'), show('ntc_2')]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
    expect(shown()).toHaveLength(1);
  });

  // Between what a process has read and what it writes, another has begun.
  test.each<[what: string, prepare: () => Promise<unknown>]>([
    ['to post', async () => undefined],
    ['to edit', () => show('ntc_1')],
  ])('that another process has just begun %s is left to it', async (_, prepare) => {
    await prepare();
    await incidentRef().update({ title: '別の題' });
    asked = [];
    small.faults.add({ target: 'firestore.Commit', effect: 'delay', delayMs: 150 });
    const late = failure(show('ntc_2'));
    await expect.poll(() => small.faults.list(), { interval: 2 }).toEqual([]);
    await takeOver(at(minuteMs));
    expect(await late).toMatchObject({ name: 'TemporaryFailure', message: expect.stringContaining('another') });
    expect(asked).toEqual([]);
  });

  test('of no incident is none, and nobody waits for it', async () => {
    await incidentRef().delete();
    expect(await failure(show('ntc_1'))).toBeInstanceOf(PermanentFailure);
    expect(await readCard()).toMatchObject({ leasedUntil: null, ts: null });
    expect(asked).toEqual([]);
  });

  test.each<[field: string, ms: number, said: string | undefined]>([
    ['leasedUntil', 1, 'another is at it'],
    ['leasedUntil', 0, undefined],
    ['retryAt', 1, 'it was asked to wait'],
    ['retryAt', 0, undefined],
  ])('is left alone before %s: with %i ms to go, %s', async (field, ms, said) => {
    await show('ntc_1');
    await cardRef().update({ [`delivery.${field}`]: at(ms), shown: null });
    asked = [];
    const made = await failure(show());
    expect(made instanceof TemporaryFailure ? made.message : undefined).toBe(said);
    expect(asked).toEqual(said ? [] : ['chat.update']);
  });

  test('is leased for two minutes while it is posted, so that a death holds up nobody for longer', async () => {
    const startedAt = at();
    small.faults.add({ target: 'tools.slack.chat.postMessage', effect: 'delay', delayMs: 200 });
    const posted = show('ntc_1');
    await expect.poll(() => asked.length, { interval: 5 }).toBeGreaterThan(0);
    const leased = (await readCard()).leasedUntil as Date;
    await posted;
    expect(leased.getTime() - startedAt.getTime()).toBe(2 * minuteMs);
  });

  test('that somebody has deleted is posted again, and known by its new place alone', async () => {
    const first = await show('ntc_1');
    slack.store.remove(place.channel, first?.ts ?? '');
    await incidentRef().update({ title: '別の題' });
    await show();
    const [message] = shown();
    expect(message?.ts).not.toBe(first?.ts);
    expect((await readIncident()).cards).toEqual([{ name: place.name, channel: place.channel, ts: message?.ts }]);
  });

  test.each(['message_not_found', 'cant_update_message', 'edit_window_closed'])(
    'that Slack does not let us edit for good (%s) is posted again',
    async (code) => {
      const before = await show('ntc_1');
      await incidentRef().update({ title: '別の題' });
      fault('chat.update', 'fail', code);
      await show();
      const { cards = [] } = await readIncident();
      expect(cards).toHaveLength(1);
      expect(cards[0]?.ts).not.toBe(before?.ts);
      expect(JSON.stringify(slack.store.message(place.channel, cards[0]?.ts ?? ''))).toContain('別の題');
    },
  );

  test('is posted by one alone where another has taken it over while it waited for its turn', async () => {
    const posted = async () => asked.filter((each) => each === 'chat.postMessage').length;
    small.faults.add({ target: 'firestore.RunQuery', effect: 'delay', delayMs: 150 });
    const late = failure(show('ntc_1'));
    await expect.poll(() => small.faults.list(), { interval: 2 }).toEqual([]);
    // Its lease has run out, and another has it.
    await takeOver(at(3 * minuteMs));
    expect(await late).toMatchObject({ name: 'TemporaryFailure', message: 'another has taken it over' });
    expect(await posted()).toBe(0);
    expect(await readCard()).toMatchObject({ leasedUntil: at(3 * minuteMs), ts: null });
  });

  test('that somebody has deleted and whose next post may have been done is looked for, and posted once', async () => {
    const first = await show('ntc_1');
    slack.store.remove(place.channel, first?.ts ?? '');
    await incidentRef().update({ title: '別の題' });
    fault('chat.postMessage', 'fail-after', '503');
    expect(await failure(show())).toBeInstanceOf(LostAnswer);
    small.pass(minuteMs);
    await show();
    const messages = shown();
    expect(messages).toHaveLength(1);
    expect((await readIncident()).cards).toEqual([{ name: place.name, channel: place.channel, ts: messages[0]?.ts }]);
    asked = [];
    await incidentRef().update({ title: 'また別の題' });
    await show();
    expect(asked).toEqual(['chat.update']);
  });
});

describe('after a failure', () => {
  test('whose post may have been done it is looked for a minute later, and taken as it is', async () => {
    fault('chat.postMessage', 'fail-after', '503');
    expect(await failure(show('ntc_1'))).toBeInstanceOf(LostAnswer);
    const failedAt = at();
    expect(await readCard()).toMatchObject({ ts: null, leasedUntil: null, retryAt: at(minuteMs) });
    // However much later that is.
    small.pass(10 * minuteMs - (at().getTime() - failedAt.getTime()));
    // An edit has nothing to edit yet.
    expect(await show()).toBeUndefined();
    await show('ntc_1');
    expect(shown()).toHaveLength(1);
    expect(await readCard()).toMatchObject({ ts: shown()[0]?.ts });
  });

  test('it is no card of another name in the same channel that is taken for it', async () => {
    const english = { incidentId: id, ...place, name: 'english', language: 'en' as const, postFor: 'ntc_1' };
    const japanese = await show('ntc_1');
    fault('chat.postMessage', 'fail', '503');
    await failure(showCard(english));
    small.pass(minuteMs);
    const { ts } = (await showCard(english)) ?? {};
    expect(shown().map((each) => each.ts)).toEqual([japanese?.ts, ts]);
    expect(shown().map((each) => JSON.stringify(each.blocks).includes('Assignee'))).toEqual([false, true]);
  });

  test('it is found also where more has been said since than one answer holds', async () => {
    fault('chat.postMessage', 'fail-after', '503');
    await failure(show('ntc_1'));
    const [card] = shown();
    for (let number = 0; number < 201; number += 1)
      slack.store.post({ channel: place.channel, text: `${number}` }, at().getTime());
    small.pass(minuteMs);
    expect(await show('ntc_1')).toMatchObject({ ts: card?.ts });
    expect(shown()).toHaveLength(1);
  });

  test('it is found also where it could not be looked for at first, however long that lasts', async () => {
    fault('chat.postMessage', 'fail-after', '503');
    await failure(show('ntc_1'));
    for (let round = 0; round < 2; round += 1) {
      small.pass(10 * minuteMs);
      fault('conversations.history', 'fail', '503');
      await failure(show('ntc_1'));
    }
    small.pass(minuteMs);
    await show('ntc_1');
    expect(shown()).toHaveLength(1);
  });

  test('whose post was not done it is posted then', async () => {
    fault('chat.postMessage', 'fail', '503');
    await failure(show('ntc_1'));
    small.pass(minuteMs);
    await show('ntc_1');
    expect(asked).toEqual(['chat.postMessage', 'conversations.history', 'chat.postMessage']);
  });

  test.each<[code: string, isPermanent: boolean, isUnknown: boolean]>([
    ['503', false, true],
    ['internal_error', false, true],
    ['ratelimited', false, false],
    ['not_in_channel', true, false],
  ])('of an edit (%s) what is shown is known, or it is edited again', async (code, isPermanent, isUnknown) => {
    await show('ntc_1');
    const before = await readCard();
    await incidentRef().update({ title: '別の題' });
    fault('chat.update', 'fail', code);
    expect((await failure(show())) instanceof PermanentFailure).toBe(isPermanent);
    const after = await readCard();
    expect(after).toMatchObject({ ts: before.ts, leasedUntil: null, shown: isUnknown ? null : before.shown });
    expect(after.state).toBe(isUnknown ? 'unknown' : isPermanent ? 'rejected' : 'waiting');
    small.pass(minuteMs);
    await show();
    expect(JSON.stringify(shown().map(({ blocks }) => blocks))).toContain('別の題');
  });
});

describe('what is recorded', () => {
  const day = { name: 'day', channel: 'C0DAY', language: 'en' as const };
  const titles = () => shown().map(({ blocks }) => JSON.stringify(blocks).includes('別の題'));
  beforeEach(async () => {
    await show('ntc_1');
    await showCard({ incidentId: id, ...day, postFor: 'ntc_1' });
    await incidentRef().update({ title: '別の題' });
    small.published();
  });

  test('edits every card of its incident, each in its own words', async () => {
    await editCards(id, '1');
    expect(titles()).toEqual([true, true]);
    expect(shown().map(({ blocks }) => JSON.stringify(blocks).includes('Assignee'))).toEqual([false, true]);
  });

  test.each<[what: string, code: string, said: string]>([
    ['for good', 'not_in_channel', 'none'],
    ['now', 'ratelimited', 'Slack answered ratelimited'],
  ])('edits the others where one is not taken %s', async (_, code, said) => {
    fault('chat.update', 'fail', code);
    const made = await failure(editCards(id, '1'));
    expect(made instanceof Error ? made.message : made).toBe(said);
    expect(titles().toSorted()).toEqual([false, true]);
  });

  describe('while Slack takes no edit', () => {
    const order = (n: number): string => orderOf({ id: String(n), publishedAt: at() });
    const away = (channel: string) =>
      small.faults.add({
        target: 'tools.slack.chat.update',
        match: channel,
        effect: 'fail',
        code: 'ratelimited',
        times: 10_000,
      });
    const edits = () => asked.filter((each) => each === 'chat.update').length;
    const edit = async (asks: string) => {
      const made = await failure(editCards(id, asks));
      return made instanceof Error ? made.name : 'done';
    };

    test('is tried on by the newest message alone, however many ask for it meanwhile', async () => {
      away('C0NIGHT');
      const all = Array.from({ length: 30 }, (_, n) => order(n));
      expect(await edit(all[0] as string)).toBe('TemporaryFailure');
      asked = [];
      for (const each of all.slice(1)) expect(await edit(each)).toBe('TemporaryFailure');
      const again: string[] = [];
      for (const each of all) again.push(await edit(each));
      expect(again).toEqual([...Array(29).fill('done'), 'TemporaryFailure']);
      expect(edits()).toBe(0);
      small.faults.clear();
      small.pass(minuteMs);
      expect(await edit(all[29] as string)).toBe('done');
      expect(titles()).toEqual([true, true]);
      expect(await readCard()).toMatchObject({ state: 'delivered' });
    });

    test('waits longer each time, up to ten minutes, and is left after a day', async () => {
      away('C0NIGHT');
      const asks = order(1);
      const waits: number[] = [];
      const [startedAt, dayMs] = [at().getTime(), 24 * 60 * minuteMs];
      const tryOn = async (): Promise<string> => {
        const made = await edit(asks);
        const { retryAt } = (await readCard()) as { retryAt?: Date };
        if (retryAt) waits.push((retryAt.getTime() - at().getTime()) / 1_000);
        return made;
      };
      const whole = [10, 20, 40, 80, 160, 320, 600, 600, 600];
      for (const _ of whole) {
        expect(await tryOn()).not.toBe('done');
        small.pass((waits.at(-1) ?? 0) * 1_000);
      }
      expect(waits.map((each, index) => each > (whole[index] ?? 0) / 2 && each <= (whole[index] ?? 0))).toEqual(
        Array(9).fill(true),
      );
      small.pass(startedAt + dayMs - at().getTime());
      expect(await tryOn()).not.toBe('done');
      small.pass((waits.at(-1) ?? 0) * 1_000);
      expect(await tryOn()).toBe('done');
      expect(await readCard()).toMatchObject({ state: 'given-up' });
    });

    test('holds up no notice of the incident', async () => {
      away('C0NIGHT');
      await edit(order(1));
      small.faults.clear();
      await show('ntc_2');
      expect(titles()).toContain(true);
    });
  });

  test('edits none of which nothing is known, and of no incident none', async () => {
    await cardRef().delete();
    await editCards(id, '1');
    expect(titles()).toEqual([false, true]);
    await editCards('inc_none', '1');
  });

  test('is put on its way for each incident that has cards, and fails nobody who records it', async () => {
    const { cards = [] } = await readIncident();
    await followOnCards({ id, cards }, { id: 'inc_2', cards: [] }, { id: 'inc_3' });
    await sendCards({ incidentId: 'inc_4' });
    expect(small.published()).toEqual([{ cardsOf: id }, { cardsOf: 'inc_4' }]);
    small.faults.add({ target: 'pubsub.Publish', effect: 'fail', code: 'PERMISSION_DENIED' });
    expect(await failure(followOnCards({ id, cards }))).toBe('none');
  });
});

describe('a notice', () => {
  const notice = (more: Partial<Notice> = {}): Notice =>
    noticeWith({
      id: `ntc_${count}`,
      incidentId: id,
      subject: { ja: '連絡の期限', en: 'Update due' },
      text: { ja: '渋谷店', en: 'Shibuya' },
      createdAt: at().toISOString(),
      ...more,
    });
  const lease = { extend: async () => undefined };
  const [first, again] = [
    { isRetry: false, lease },
    { isRetry: true, lease },
  ];
  const inThread = () => slack.store.messages().filter((each) => each.threadTs && each.threadTs === shown()[0]?.ts);
  const told = (noticeId: string) =>
    slack.store.messages().filter((each) => JSON.stringify(each.metadata ?? '').includes(`"${noticeId}"`));

  test('that is the first of its incident is the card, however often it comes', async () => {
    await deliverToSlack(notice(), place, first);
    await deliverToSlack(notice(), place, again);
    expect(asked.filter((each) => each === 'chat.postMessage')).toHaveLength(1);
    expect(shown()).toHaveLength(1);
  });

  test.each<[kind: Notice['kind'], isBroadcast: boolean]>([
    ['update-due', true],
    ['scope-due', true],
    ['delivery-failed', false],
  ])(
    'that follows (%s) comes in its thread, and in the channel where somebody has to act: %s',
    async (kind, isBroadcast) => {
      await deliverToSlack(notice({ id: `ntc_first_${count}` }), place, first);
      await deliverToSlack(notice({ kind }), place, first);
      expect(inThread().map((each) => each.isBroadcast ?? false)).toEqual([isBroadcast]);
    },
  );

  test('that asks nobody to act makes no card, and is a message by itself', async () => {
    await deliverToSlack(notice({ kind: 'delivery-failed' }), place, first);
    expect(shown()).toEqual([]);
    expect(told(`ntc_${count}`)).toMatchObject([{ channel: place.channel }]);
  });

  test.each<[what: string, effect: 'fail' | 'fail-after']>([
    ['was not', 'fail'],
    ['was', 'fail-after'],
  ])('that may have been sent is looked for: where it %s, it is there once', async (_, effect) => {
    const about = { id: `ntc_house_${count}`, kind: 'action-due' as const, incidentId: null };
    fault('chat.postMessage', effect, '503');
    expect(await failure(deliverToSlack(notice(about), place, first))).toBeInstanceOf(TemporaryFailure);
    await deliverToSlack(notice(about), place, again);
    expect(told(about.id)).toHaveLength(1);
  });

  test('that another name had sent to the same channel is not taken for sent', async () => {
    const about = { id: `ntc_house_${count}`, kind: 'action-due' as const, incidentId: null };
    await deliverToSlack(notice(about), place, first);
    await deliverToSlack(notice(about), { ...place, name: 'english', language: 'en' }, again);
    expect(told(about.id).map(({ text }) => text)).toEqual(['連絡の期限', 'Update due']);
  });

  test('that may have been sent in a thread is looked for there', async () => {
    await deliverToSlack(notice({ id: `ntc_first_${count}` }), place, first);
    fault('chat.postMessage', 'fail-after', '503');
    await failure(deliverToSlack(notice({ kind: 'delivery-failed' }), place, first));
    await deliverToSlack(notice({ kind: 'delivery-failed' }), place, again);
    expect(inThread()).toHaveLength(1);
  });

  test('whose card somebody has deleted comes with the next delivery, which makes another', async () => {
    await deliverToSlack(notice({ id: `ntc_first_${count}` }), place, first);
    slack.store.remove(place.channel, shown()[0]?.ts ?? '');
    const made = await failure(deliverToSlack(notice(), place, first));
    expect(made).toMatchObject({ message: 'the card has been deleted', name: 'TemporaryFailure' });
    await deliverToSlack(notice(), place, again);
    expect(shown()).toHaveLength(1);
    expect((await readIncident()).cards?.[0]?.ts).toBe(shown()[0]?.ts);
  });

  test('that may have been sent in the thread of a card that is deleted comes with the delivery after, and another card', async () => {
    await deliverToSlack(notice({ id: `ntc_first_${count}` }), place, first);
    fault('chat.postMessage', 'fail-after', '503');
    expect(await failure(deliverToSlack(notice(), place, first))).toBeInstanceOf(TemporaryFailure);
    slack.store.remove(place.channel, shown()[0]?.ts ?? '');
    expect(await failure(deliverToSlack(notice(), place, again))).toMatchObject({
      message: 'the card has been deleted',
      name: 'TemporaryFailure',
    });
    await deliverToSlack(notice(), place, again);
    const [card] = shown();
    expect((await readIncident()).cards?.map(({ ts }) => ts)).toEqual([card?.ts]);
    expect(told(`ntc_${count}`).map(({ threadTs }) => threadTs)).toContain(card?.ts);
  });

  test.each<[what: string, more: Partial<Notice>, assignee: string | undefined, calls: string]>([
    ['an escalation', { kind: 'escalation' }, undefined, '<!here> '],
    ['an escalation with an owner', { kind: 'escalation' }, 'uann@example.jp', '<!here> <@UANN> '],
    ['an owner who is not in Slack', { kind: 'escalation' }, 'ann@elsewhere.example', '<!here> '],
    ['an emergency', { kind: 'emergency-begun' }, undefined, '<!here> '],
    ['an escalation among others', { kind: 'update-due', kinds: ['update-due', 'escalation'] }, undefined, '<!here> '],
    ['an escalation in a drill', { kind: 'escalation', isDrill: true }, 'uann@example.jp', '<@UANN> '],
    ['an update that is due', { kind: 'update-due' }, 'uann@example.jp', ''],
    ['an update that failed', { kind: 'update-failed' }, 'uann@example.jp', '<@UANN> '],
    ['a customer who wrote', { kind: 'customer-wrote' }, 'uann@example.jp', '<@UANN> '],
    ['one who wrote after the recovery', { kind: 'recovery-questioned' }, 'uann@example.jp', '<@UANN> '],
    ['a worse report', { kind: 'reported-worse' }, 'uann@example.jp', '<@UANN> '],
    ['one who wrote, where nobody has it or is on duty', { kind: 'recovery-questioned' }, undefined, ''],
  ])('of %s calls the people it has to, and nobody else', async (_, more, assignee, calls) => {
    await keep(assignee ? { assignee } : {});
    await deliverToSlack(notice({ id: `ntc_first_${count}` }), place, first);
    await deliverToSlack(notice(more), place, first);
    expect(inThread().map(({ text }) => text)).toEqual([`${calls}連絡の期限`]);
  });

  test('of a customer who wrote calls who is on duty, where nobody has it', async () => {
    const shifts = [
      { name: '淳', email: 'ujun@example.jp', from: new Date(0), until: new Date('2999-01-01T00:00:00Z') },
      { name: '安', email: 'uann@example.jp', from: new Date(0), until: new Date(1) },
    ];
    const calendar = { area: '*', key: 'k', shifts, readAt: new Date(0), failing: null };
    await doc('connections/duty').set({ calendars: [calendar], triedAt: new Date(0) });
    await deliverToSlack(notice({ id: `ntc_first_${count}` }), place, first);
    await deliverToSlack(notice({ kind: 'customer-wrote' }), place, first);
    expect(inThread().map(({ text }) => text)).toEqual(['<@UJUN> 連絡の期限']);
    await doc('connections/duty').delete();
  });

  test('calls everybody though Slack does not say who the owner is', async () => {
    await keep({ assignee: 'ujun@example.jp' });
    fault('users.lookupByEmail', 'fail', '503');
    await deliverToSlack(notice({ id: `ntc_first_${count}` }), place, first);
    // Asked for the card's name of the owner, and to call them.
    for (let asked = 0; asked < 2; asked += 1) fault('users.lookupByEmail', 'fail', '503');
    await deliverToSlack(notice({ kind: 'escalation' }), place, first);
    expect(inThread()).toMatchObject([{ text: '<!here> 連絡の期限' }]);
  });
});
