/** What goes wrong in Slack: doubled presses, old cards, strangers, lost answers, a Slack that is away. */
import type { Timestamp } from '@google-cloud/firestore';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Mark, seek } from '../../functions/outgoing/slack/seek.ts';
import { runFunction } from '../../functions/platform/environment.ts';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { withPolicy } from './house.ts';
import { channel, openSlackScenario, type Shown, type SlackScenario, saidOn, signed } from './slack-house.ts';

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
  return (await house.cards()).filter((each) => each.blocks[0]?.type === 'header' && saidOn(each).includes(code));
}
async function cardOf(code: string): Promise<Shown> {
  const cards = await cardsOf(code);
  expect(cards).toHaveLength(1);
  return cards[0] as Shown;
}
const incident = async (id: string) => (await house.get(`/api/incidents/${id}`)).body;
async function ofType(id: string, type: string): Promise<{ actor: string; detail: Record<string, unknown> }[]> {
  const { events } = (await house.get(`/api/incidents/${id}/timeline?limit=200`)).body;
  return events.filter((each: { type: string }) => each.type === type);
}
const fault = (target: string, effect: string, more: Record<string, unknown> = {}) =>
  house.post('/_local/faults', { target: `tools.slack.${target}`, effect, ...more });

test('who is on duty for its area stands on its card, and on the one that is asked for', async () => {
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
  test('that comes twice, is pressed twice, or is sent again by Slack is one statement', async () => {
    const { id, card } = await filed();
    await Promise.all([house.press('U1', 'take', card), house.press('U1', 'take', card)]);
    await house.settle();
    await house.press('U1', 'take', card);
    await Promise.all([house.press('U1', 'happens', card), house.press('U1', 'happens', card)]);
    await house.settle();
    await house.press('U1', 'happens', card);
    await house.settle();
    expect(await ofType(id, 'assigned')).toHaveLength(1);
    expect(await ofType(id, 'verified')).toHaveLength(1);
    expect((await house.told('U1')).join()).toContain('はすでに担当しています');
  });

  test('that is sent again once others have stated otherwise takes nothing of that back', async () => {
    const { id, card } = await filed();
    const again = { actions: [{ action_id: 'recover', value: id, action_ts: '1764000000.900001' }] };
    await house.press('U1', 'recover', card, again);
    await house.settle();
    const recovered = await ofType(id, 'recovered');
    expect(recovered).not.toEqual([]);
    await house.post(`/api/incidents/${id}/events`, { type: 'verified', happened: 'yes', ongoing: 'yes' });
    expect(await incident(id)).toMatchObject({ status: 'open' });
    await house.press('U1', 'recover', card, again);
    await house.settle();
    expect(await incident(id)).toMatchObject({ status: 'open', ongoing: 'yes' });
    expect(await ofType(id, 'recovered')).toEqual(recovered);
  });

  test('on an old card says what is so by now, to who pressed alone', async () => {
    const { id, code, card } = await filed();
    await house.press('U1', 'take', card);
    await house.settle();
    await house.press('U2', 'take', card);
    await house.press('U1', 'recover', card);
    await house.settle();
    await house.press('U2', 'happens', card);
    await house.press('U2', 'recover', card);
    await house.settle();
    expect(await ofType(id, 'assigned')).toHaveLength(1);
    expect(await incident(id)).toMatchObject({ status: 'recovered', assignee: 'u1@example.jp' });
    const told = (await house.told('U2')).join('\n');
    expect(told).toContain(`${code} はすでに u1 が担当しています`);
    expect(told.split(`${code} の業務回復は記録済みです`)).toHaveLength(3);
    await house.settle();
    await house.press('U2', 'happens-again', await cardOf(code));
    await house.settle();
    expect(await incident(id)).toMatchObject({ status: 'open', ongoing: 'yes' });
  });

  test('on what has been linked names where to', async () => {
    const { id, card } = await filed();
    const other = await filed();
    await house.post(`/api/incidents/${id}/events`, { type: 'linked', to: other.id, basis: 'the same' });
    await house.press('U3', 'recover', card);
    await house.settle();
    expect((await house.told('U3')).join()).toContain(`${other.code} に統合されています`);
    await house.advance('PT2M');
    expect((await house.cards()).find((each) => each.ts === card.ts)?.blocks.length).toBeGreaterThan(0);
    expect(saidOn((await house.cards()).find((each) => each.ts === card.ts))).toContain(other.code);
    expect(await ofType(id, 'recovered')).toEqual([]);
  });

  test.each<[string, object, object, string]>([
    ['a guest', { is_restricted: true }, {}, 'ゲスト'],
    ['a bot', { is_bot: true }, {}, 'ボット'],
    ['who has no confirmed e-mail', { is_email_confirmed: false }, {}, 'メールアドレス'],
    ['a stranger of a shared channel', {}, { user: { id: 'UX3', team_id: 'T9TK3CUKW' } }, '別のワークスペース'],
  ])('of %s records nothing, and says how to be known', async (_, profile, more, why) => {
    const { id, card } = await filed();
    const user = `UX${tickets}`;
    await house.post('/_local/tools/slack/users', { id: user, ...profile });
    const acting = 'user' in more ? { user: { id: user, team_id: 'T9TK3CUKW' } } : {};
    expect((await house.press(user, 'take', card, acting)).status).toBe(200);
    await house.settle();
    expect(await ofType(id, 'assigned')).toEqual([]);
    expect((await house.told(user)).join()).toContain(why);
  });

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

    test('of whom Slack says nothing says there that it refuses', async () => {
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
  ])('of whom Slack does not name (%s) records nothing, and says so', async (code, why) => {
    const { id, card } = await filed();
    await fault('users.info', 'fail', { code });
    await house.press(`U${code}`, 'take', card);
    await house.settle();
    expect(await ofType(id, 'assigned')).toEqual([]);
    expect((await house.told(`U${code}`)).join()).toContain(why);
  });

  test('that it goes on is stated by each who confirms it', async () => {
    const { id, card } = await filed();
    for (const user of ['UONE', 'UTWO', 'UONE']) {
      await house.press(user, 'happens', card);
      await house.settle();
    }
    const actors = (await ofType(id, 'verified')).map(({ actor }) => actor);
    expect(actors).toEqual(['uone@example.jp', 'utwo@example.jp']);
    // A statement that it is over is no statement that it is ongoing.
    await house.post(`/api/incidents/${id}/events`, { type: 'verified', happened: 'yes', ongoing: 'no' });
    await house.press('UONE', 'happens', card);
    await house.settle();
    expect(await ofType(id, 'verified')).toHaveLength(4);
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

  test.each([
    [29_000, false],
    [31_000, true],
  ])('that is worked on %i ms later says when it was made: %s', async (lateMs, isSaid) => {
    const { id } = await filed();
    const now = Date.parse((await house.get('/_local/clock')).body.now);
    const payload = {
      type: 'block_actions',
      team: { id: 'T1' },
      user: { id: 'ULATER', team_id: 'T1' },
      actions: [{ action_id: 'take', value: id, action_ts: '1764000000.920001' }],
    };
    const receivedAt = new Date(now - lateMs).toISOString();
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    await house.publish('slack-actions', body, { path: 'interactions', receivedAt });
    await house.advance('PT0S');
    const { firstResponseAt } = await incident(id);
    expect(firstResponseAt === receivedAt).toBe(isSaid);
  });

  test('is answered nowhere but at Slack’s own addresses', async () => {
    const { card } = await filed();
    let called = 0;
    const server = (await import('node:http')).createServer((_, response) => {
      called += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await house.press('U1', 'take', card);
    await house.settle();
    await house.press('U1', 'take', card, { response_url: `http://127.0.0.1:${port}/actions` });
    await house.settle();
    server.close();
    expect(called).toBe(0);
    expect((await house.told('U1')).at(-1)).toContain('はすでに担当しています');
  });
});

describe('a form', () => {
  beforeAll(moveIn);

  const again = 'もう一度ボタンを押してください';
  test.each<[string, [string, string, string][], boolean, boolean]>([
    ['that opens is filled', [], true, false],
    [
      'that was opened by the same press before is filled',
      [['views.open', 'fail-after', 'exchanged_trigger_id']],
      true,
      false,
    ],
    ['that is there already is filled', [['views.open', 'fail-after', 'duplicate_external_id']], true, false],
    [
      'of which Slack did not say whether it opened is filled where it did',
      [['views.open', 'fail-after', '503']],
      true,
      false,
    ],
    [
      'that may be there and is not is to be asked for again',
      [['views.open', 'fail', 'exchanged_trigger_id']],
      false,
      true,
    ],
    ['that came too late is to be asked for again', [['views.open', 'fail', 'expired_trigger_id']], false, true],
    [
      'that was closed before it was filled is waited for by nobody',
      [['views.update', 'fail', 'not_found']],
      false,
      false,
    ],
  ])('%s', async (_, faults, isFilled, isToldSo) => {
    tickets += 1;
    const user = `UFORM${tickets}`;
    const before = (await house.modal())?.id;
    for (const [target, effect, code] of faults) await fault(target, effect, { code });
    await house.command(user, 'report');
    await house.settle();
    const opened = await house.modal();
    const isNew = opened !== undefined && opened.id !== before;
    expect(isNew && JSON.stringify(opened.view.blocks).includes('subject')).toBe(isFilled);
    expect((await house.told(user)).join().includes(again)).toBe(isToldSo);
  });
});

describe('the card', () => {
  beforeAll(moveIn);

  test.each([
    ['fail-after', '503'],
    ['hang-after', undefined],
  ])('is one, though the answer to its post was lost (%s)', async (effect, code) => {
    await fault('chat.postMessage', effect, code ? { code } : {});
    const { code: of } = await withPolicy(policy.outgoing, { toolTimeout: 'PT0.2S' }, filedLate);
    await house.advance('PT5M');
    await cardOf(of);
  });

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

  test('says what the record says once an edit that failed has been made again', async () => {
    const { id, code } = await filed();
    await fault('chat.update', 'fail', { code: '503', times: 2 });
    await house.post(`/api/incidents/${id}/events`, { type: 'verified', happened: 'yes', ongoing: 'no' });
    await house.advance('PT5M');
    expect(saidOn(await cardOf(code))).toContain('継続なし');
  });

  test('that somebody has deleted comes again', async () => {
    const { id, code, card } = await filed();
    await house.post('/_local/tools/slack/delete', { channel, ts: card.ts });
    await house.post(`/api/incidents/${id}/events`, { type: 'verified', happened: 'yes', ongoing: 'yes' });
    await house.advance('PT2M');
    expect((await cardOf(code)).ts).not.toBe(card.ts);
  });
});

async function filedLate(): Promise<{ id: string; code: string }> {
  tickets += 1;
  const { incident: made } = (
    await house.ticket({ id: `T-${tickets}`, subject: 'x', customer: { id: `c-${tickets}` } })
  ).body;
  await house.advance('PT1M');
  return made;
}

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

  test('a notice that it refuses goes to the other channels whole, at once', async () => {
    await fault('chat.postMessage', 'fail', { code: 'not_in_channel' });
    const { id } = await filedLate();
    await house.advance('PT1M');
    const fallen = (await house.inbox()).filter((each) => each.kind === 'delivery-failed' && each.incidentId === id);
    expect(fallen).toHaveLength(1);
    expect(fallen[0]?.text).toContain('not_in_channel');
    expect(fallen[0]?.text).toContain('起票');
  });

  test('one that it does not take within a minute goes to them as well, once, and to Slack when it is back', async () => {
    await fault('chat.postMessage', 'fail', { code: '503', times: 6 });
    const { id, code } = await filedLate();
    await house.advance('PT15M');
    const fallen = (await house.inbox()).filter((each) => each.kind === 'delivery-failed' && each.incidentId === id);
    expect(fallen.length).toBeGreaterThanOrEqual(1);
    expect(new Set(fallen.map((each) => each.text.split('\n')[2])).size).toBe(fallen.length);
    await cardOf(code);
  });
});

describe('/metronome', () => {
  beforeAll(moveIn);

  test('finds by code, with the buttons; by words; and lists what is mine', async () => {
    const { code, card } = await filed({ subject: '会計端末が再起動を繰り返す' });
    await house.command('UFIND', code);
    await house.settle();
    const [found] = await house.told('UFIND');
    expect(found).toContain('会計端末');
    expect(found).toContain('"action_id":"take"');
    await house.press('UFIND', 'take', card);
    await house.command('UFIND', '会計端末 再起動');
    await house.settle();
    await house.command('UFIND', 'mine');
    await house.command('UFIND', 'Ωμέγα存在しない');
    await house.settle();
    const told = (await house.told('UFIND')).join('\n');
    expect(told).toContain('担当中のインシデント(1件)');
    expect(told).toContain('当てはまるインシデントはありません');
  });

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

  test('is answered by the app itself to who reports from nowhere in particular, by the shortcut', async () => {
    const value = (id: string, text: string) => ({ [id]: { [id]: { type: 'plain_text_input', value: text } } });
    const view = {
      id: 'VSHORT',
      callback_id: 'report',
      private_metadata: '{}',
      state: { values: value('subject', '在庫が合わない') },
    };
    const payload = { type: 'view_submission', team: { id: 'T1' }, user: { id: 'USHORT', team_id: 'T1' }, view };
    await house.publish('slack-actions', new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), {
      path: 'interactions',
    });
    await house.settle();
    expect((await house.told('USHORT')).join()).toContain('を起票しました: 在庫が合わない');
  });
});

test('what was written in a form is as old as when it was sent, however late it is worked on', async () => {
  const value = (id: string, text: string) => ({ [id]: { [id]: { type: 'plain_text_input', value: text } } });
  const state = { values: { ...value('subject', '遅れて届いた報告'), ...value('occurred', '55') } };
  const view = { id: 'VLATE', callback_id: 'report', private_metadata: '{}', state };
  const payload = JSON.stringify({
    type: 'view_submission',
    team: { id: 'T1' },
    user: { id: 'ULATE', team_id: 'T1' },
    view,
  });
  const receivedAt = new Date(Date.parse((await house.get('/_local/clock')).body.now) - 40 * 60_000);
  await house.publish('slack-actions', new URLSearchParams({ payload }).toString(), {
    path: 'interactions',
    receivedAt: receivedAt.toISOString(),
  });
  await house.settle();
  const [found] = (await house.get(`/api/find?q=${encodeURIComponent('遅れて届いた報告')}`)).body.incidents;
  expect(found).toMatchObject({
    receivedAt: receivedAt.toISOString(),
    occurredAt: new Date(receivedAt.getTime() - 55 * 60_000).toISOString(),
    urgency: { level: 'high', inputs: { ageMinutes: 55 } },
  });
});

test('an update that is refused comes back to its author with the text', async () => {
  const { id, card } = await filed();
  await house.press('UWRITER', 'update', card);
  await house.settle();
  const other = await filed();
  await house.post(`/api/incidents/${id}/events`, { type: 'linked', to: other.id, basis: 'the same' });
  await house.submit('UWRITER', { message: { message: { type: 'plain_text_input', value: '大切な文面です' } } });
  await house.settle();
  const told = (await house.told('UWRITER')).at(-1);
  expect(told).toContain('記録できませんでした');
  expect(told).toContain('大切な文面です');
});

// With 200, with a status, for a while, and for good.
test.each(['ratelimited', 'internal_error', '503', 'expired_url', '404'])(
  'who is answered where Slack says %s hears it for all that, once',
  async (code) => {
    const user = `U${code.replace(/\W|_/g, '').toUpperCase()}`;
    await house.post('/_local/tools/slack/users', { id: user, email: `${user}@example.jp` });
    await fault('response', 'fail', { code });
    await house.command(user, 'help');
    await house.advance('PT2M');
    expect(house.house.cloud.faults.list()).toEqual([]);
    expect(await house.told(user)).toHaveLength(1);
  },
);
