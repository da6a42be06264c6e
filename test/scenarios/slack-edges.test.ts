/** What goes wrong in Slack: doubled presses, old cards, strangers, lost answers, a Slack that is away. */
import type { Timestamp } from '@google-cloud/firestore';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Mark, seek } from '../../functions/outgoing/slack/seek.ts';
import { runFunction } from '../../functions/platform/environment.ts';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import { channel, isCard, openSlackScenario, type Shown, type SlackScenario, saidOn, signed } from './slack-house.ts';

const start = '2026-11-24T01:02:00.000Z';
let house: SlackScenario;
let tickets = 0;
/** A house in which nobody waits: notices about others would keep the channel busy. */
async function moveIn(): Promise<void> {
  await house?.stop();
  house = await openSlackScenario(start);
}
beforeAll(moveIn);
afterAll(() => house.stop());
afterEach(() => house.house.cloud.faults.clear());

/** An incident whose card is there. */
async function filed(more: Record<string, unknown> = {}): Promise<{ id: string; code: string; card: Shown }> {
  tickets += 1;
  const subject = `注文が通らない ${tickets}`;
  const body = { id: `T-${tickets}`, subject, customer: { id: `store-${tickets}` }, ...more };
  const { id, code } = (await house.ticket(body)).body.incident;
  await house.advance('PT1M');
  // If others are announced in the same minute, its turn in the channel comes a few seconds later.
  for (let round = 0; round < 12 && (await cardsOf(code)).length === 0; round += 1) await house.advance('PT5S');
  return { id, code, card: await cardOf(code) };
}
async function cardsOf(code: string): Promise<Shown[]> {
  return (await house.cards()).filter((each) => isCard(each) && saidOn(each).includes(code));
}
async function cardOf(code: string): Promise<Shown> {
  const cards = await cardsOf(code);
  expect(cards).toHaveLength(1);
  return cards[0] as Shown;
}
async function ofType(id: string, type: string): Promise<{ actor: string; detail: Record<string, unknown> }[]> {
  const { events } = (await house.get(`/api/incidents/${id}/timeline?limit=200`)).body;
  return events.filter((each: { type: string }) => each.type === type);
}
const fault = (target: string, effect: string, more: Record<string, unknown> = {}) =>
  house.post('/_local/faults', { target: `tools.slack.${target}`, effect, ...more });

test('who is on duty for its area is on its card, and on the one that is asked for', async () => {
  const duty = firestore().collection(collections.connections).doc('duty');
  const [from, until] = [new Date('2026-11-24T00:00:00Z'), new Date('2026-11-24T12:00:00Z')];
  const calendar = (area: string, name: string) => ({
    area,
    key: area,
    shifts: [{ name, from, until }],
    readAt: from,
    failing: null,
  });
  await duty.set({ calendars: [calendar('*', 'Ann'), calendar('order', 'Ben')], triedAt: from });
  expect(saidOn((await filed({ area: 'order' })).card)).toMatch(/当番: Ben\(.*21:00まで\)/);
  expect(saidOn((await filed({ area: 'stock' })).card)).toContain('当番: Ann(');
  await duty.delete();
  expect(saidOn((await filed({ area: 'order' })).card)).not.toContain('当番');
});

describe('the door', () => {
  const seconds = async () => Math.floor(Date.parse((await house.get('/_local/clock')).body.now) / 1_000);

  test('takes what Slack has signed lately, and nothing else', async () => {
    const now = await seconds();
    const body = 'command=/metronome&text=help&user_id=U1&team_id=T1';
    const status = async (headers: Record<string, string>, path = '/slack/commands') =>
      (await house.post(path, body, headers)).status;
    expect(await status(signed(body, now))).toBe(200);
    expect(await status(signed(body, now - 301))).toBe(401);
    expect(await status(signed(`${body}x`, now))).toBe(401);
    expect(await status(signed(body, now, 'another'))).toBe(401);
    expect(await status({ 'content-type': 'application/x-www-form-urlencoded' })).toBe(401);
    expect(await status(signed(body, now), '/slack/events')).toBe(404);
    expect((await house.get('/slack/commands')).status).toBe(405);
    // What Google's uptime check asks.
    expect((await house.get('/slack')).status).toBe(405);
  });

  test('answers what is no act with nothing, and says at once what a form lacks', async () => {
    const now = await seconds();
    const send = (payload: unknown) => {
      const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
      return house.post('/slack/interactions', body, signed(body, now));
    };
    expect(await send({ type: 'view_closed', user: { id: 'U1' }, view: {} })).toMatchObject({ status: 200, body: '' });
    const view = { id: 'V1', callback_id: 'update', private_metadata: '{}', state: { values: {} } };
    const lacking = await send({ type: 'view_submission', user: { id: 'U1' }, view });
    expect(lacking.body).toMatchObject({ response_action: 'errors', errors: { message: expect.any(String) } });
  });

  test('acknowledges nothing that Pub/Sub has not taken', async () => {
    await house.post('/_local/faults', {
      target: 'pubsub.Publish',
      effect: 'fail',
      code: 'PERMISSION_DENIED',
      times: 5,
    });
    expect((await house.command('U1', 'help')).status).toBe(503);
  });
});

describe('a press', () => {
  describe.each<[string, (user: string, card: Shown) => Promise<unknown>]>([
    ['the form of an update', (user, card) => house.press(user, 'update', card)],
    ['the form of a report', (user) => house.command(user, '')],
  ])('that opens %s', (_, open) => {
    const said = async (): Promise<string> => JSON.stringify((await house.modal()).view);
    test('of a guest says there why there is none, and how to be known', async () => {
      const { card } = await filed();
      const user = `UX${tickets}`;
      await house.post('/_local/tools/slack/users', { id: user, is_restricted: true, locale: 'en-US' });
      await open(user, card);
      expect(await said()).toContain('Loading');
      await house.settle();
      expect(await said()).toMatch(/a guest.*confirmed email address in your profile/);
      expect(await said()).not.toContain('Loading');
      expect(await house.told(user)).toEqual([]);
    });

    test('says it to who has closed the form where they acted', async () => {
      const { card } = await filed();
      const user = `UX${tickets}`;
      await house.post('/_local/tools/slack/users', { id: user, is_restricted: true });
      await fault('views.update', 'fail', { code: 'not_found' });
      await open(user, card);
      await house.settle();
      expect((await house.told(user)).join()).toContain('ゲスト');
    });

    test('of a person that Slack does not describe says there that it refuses', async () => {
      const { card } = await filed();
      await fault('users.info', 'fail', { code: 'missing_scope' });
      await open(`UX${tickets}`, card);
      await house.settle();
      expect(await said()).toMatch(/missing_scope.*コンソール/);
      expect(await said()).not.toContain('Loading');
    });
  });

  test.each([
    ['account_inactive', 'account_inactive'],
    ['user_not_found', 'Slackに登録がない'],
    ['user_not_visible', 'Slackに登録がない'],
  ])('of a person that Slack does not name (%s) records nothing, and says so', async (code, why) => {
    const { id, card } = await filed();
    await fault('users.info', 'fail', { code });
    await house.press(`U${code}`, 'take', card);
    await house.settle();
    expect(await ofType(id, 'assigned')).toEqual([]);
    expect((await house.told(`U${code}`)).join()).toContain(why);
  });

  test.each([
    // Neither has committed before the other has looked.
    ['before either has committed', 'UTWICE', { target: 'firestore.Commit', effect: 'delay', delayMs: 300, times: 2 }],
    // One looks at the timeline once the other has stated it.
    ['one slower than the other', 'USLOW', { target: 'firestore.RunQuery', effect: 'delay', delayMs: 300, times: 1 }],
  ])('that is delivered twice at once, %s, is one statement and refuses nothing', async (_, user, fault) => {
    const { id } = await filed();
    // So another has said before.
    await house.post(`/api/incidents/${id}/events`, { type: 'verified', happened: 'yes', ongoing: 'yes' });
    await house.settle();
    const payload = {
      type: 'block_actions',
      team: { id: 'T1' },
      user: { id: user, team_id: 'T1' },
      channel: { id: channel },
      response_url: `${house.url}/_local/tools/slack/responses/${channel}/${user}/1`,
      actions: [{ action_id: 'happens', value: id, action_ts: '1764000000.910001' }],
    };
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const now = Date.parse((await house.get('/_local/clock')).body.now);
    await house.post('/_local/faults', fault);
    const deliver = (ageMs: number) =>
      house.publish('slack-actions', body, { path: 'interactions', receivedAt: new Date(now - ageMs).toISOString() });
    await Promise.all([deliver(0), deliver(40_000)]);
    await house.settle();
    expect(await ofType(id, 'verified')).toHaveLength(2);
    expect(await house.told(user)).toEqual([]);
  });
});

describe('the card', () => {
  beforeAll(moveIn);

  test('is found again where Slack had dated it up to five minutes before it was asked for', async () => {
    const { id, card } = await filed();
    const [kept] = (await firestore().collection(collections.cards).where('incidentId', '==', id).get()).docs;
    const mark: Mark = { event_type: 'metronome_card', event_payload: { id, to: kept?.get('name') } };
    const foundBy = (askedAfterMs: number) => {
      const since = new Date(Number(card.ts) * 1_000 + askedAfterMs);
      return runFunction('outgoing', () => seek(mark, { channel, since }));
    };
    expect([await foundBy(299_000), await foundBy(301_000)]).toEqual([card.ts, undefined]);
  });

  test('follows what others record, and what a crash left unsaid the next minute says', async () => {
    const { id, code, card } = await filed();
    await house.post(`/api/incidents/${id}/events`, { type: 'assigned', assignee: 'sato@example.jp' });
    await house.settle();
    expect(saidOn(await cardOf(code))).toContain('sato@example.jp');
    await house.post('/_local/faults', { target: 'pubsub.Publish', effect: 'fail', code: 'PERMISSION_DENIED' });
    await house.post(`/api/incidents/${id}/events`, { type: 'assigned', assignee: 'mori@example.jp' });
    await house.advance('PT2M');
    expect(saidOn(await cardOf(code))).toContain('mori@example.jp');
    expect((await cardOf(code)).ts).toBe(card.ts);
  });
});

describe('Slack away', () => {
  beforeAll(moveIn);

  test('a reminder whose answer was lost is not tried again before a slow Slack would have sent it', async () => {
    const { id } = await filed();
    await fault('chat.postMessage', 'fail', { code: '503', times: 1_000 });
    const reminder = async () => {
      const found = await firestore().collection(collections.notices).where('incidentId', '==', id).get();
      const all = found.docs.map((each) => each.data());
      return all.find((each) => each.kind === 'update-due' && each.channel === 'slack-app')?.delivery;
    };
    await expect.poll(async () => (await house.advance('PT10S').then(reminder))?.retryAt, { interval: 0 }).toBeTruthy();
    const { retryAt, updatedAt } = (await reminder()) as { retryAt: Timestamp; updatedAt: Timestamp };
    expect(retryAt.toMillis() - updatedAt.toMillis()).toBeGreaterThan(45_000);
    house.house.cloud.faults.clear();
    await expect
      .poll(async () => (await house.advance('PT30S').then(reminder))?.state, { interval: 0 })
      .toBe('delivered');
  });
});

describe('/metronome', () => {
  beforeAll(moveIn);

  test('reports by a form, which is one incident however often it is sent', async () => {
    await house.command('UREPORT', '');
    await house.settle();
    const { view } = await house.modal();
    expect(view.blocks.map((each: { block_id: string }) => each.block_id)).toContain('subject');
    const text = (id: string, value: string) => ({ [id]: { [id]: { type: 'plain_text_input', value } } });
    const choice = (id: string, value: string) => ({ [id]: { [id]: { selected_option: { value } } } });
    const values = {
      ...text('subject', 'レジが止まった'),
      ...text('occurred', '１０'),
      ...text('customer', 'store-77 = 品川店'),
      ...choice('impact', 'stopped'),
      ...choice('ongoing', 'yes'),
    };
    await house.submit('UREPORT', values);
    await house.submit('UREPORT', values);
    await house.settle();
    const { incidents } = (await house.get('/api/find?q=レジが止まった')).body;
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({
      urgency: { level: 'high' },
      impact: { businessImpact: 'stopped' },
      ongoing: 'yes',
    });
    expect((await house.told('UREPORT')).at(-1)).toContain(`${incidents[0].code} を起票しました`);
  });
});
