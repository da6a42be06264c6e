/** What is kept of a notice and of a page in each channel, when it comes again, and who is told where it does not arrive. */

import type { IncomingHttpHeaders } from 'node:http';
import type { CloudEvent } from '@google-cloud/functions-framework';
import { Webhook } from 'standardwebhooks';
import { beforeEach, describe, expect, test } from 'vitest';
import { outgoing } from '../../functions/calls-outward.ts';
import { type ChannelConfig, type ChannelOf, readChannels } from '../../functions/outgoing/channels/channel.ts';
import { deliver as deliverTo } from '../../functions/outgoing/channels/deliver.ts';
import { sendTestNotice } from '../../functions/outgoing/connection-test.ts';
import { deliverOnce } from '../../functions/outgoing/deliver-once.ts';
import { deliverPage } from '../../functions/outgoing/deliver-page.ts';
import { notify } from '../../functions/outgoing/notify.ts';
import { firestore, fromDocument } from '../../functions/platform/firestore.ts';
import { stableId } from '../../functions/platform/ids.ts';
import type { Notice, PagerStep } from '../../functions/platform/notice-schemas.ts';
import { answer } from '../../functions/slack/answer.ts';
import { subscriptions, topics } from '../../functions/topology.ts';
import { namedInOrder, rowsOf } from '../in-a-line.ts';
import { noticeWith } from './notices.ts';
import { bodyOf, openOtherSide } from './other-side.ts';
import { doc, openSmallCloud, readDoc } from './small-cloud.ts';

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

/** What is answered, in this order; then 200. */
let answers: { status: number; headers?: Record<string, string> }[] = [];
let posted: string[] = [];
let headers: IncomingHttpHeaders[] = [];
let paths: (string | undefined)[] = [];
let whileAsked: () => Promise<unknown> = async () => undefined;
const at = (ms?: number): Date => small.at(ms);
const small = await openSmallCloud('2026-11-24T01:00:00Z', [topics.notifications, topics.outgoing]);
const side = await openOtherSide(async (request, response) => {
  posted.push(await bodyOf(request));
  headers.push(request.headers);
  paths.push(request.url);
  await whileAsked();
  const { status, headers: more = {} } = answers.shift() ?? { status: 200 };
  response.writeHead(status, { 'content-type': 'application/json', ...more }).end('{"ok":true,"ts":"1.1"}');
});

let count = 0;
beforeEach(() => {
  count += 1;
  answers = [];
  posted = [];
  headers = [];
  paths = [];
  whileAsked = async () => undefined;
  small.faults.clear();
  small.pass(2 * day);
  small.give({
    SLACK_BOT_TOKEN: 'local',
    SLACK_API_URL: `${side.url}/api/`,
    PAGERDUTY_EVENTS_URL: `${side.url}/v2/enqueue`,
  });
  small.published();
});

const [inBoth, said] = [
  { ja: '件名', en: 'Subject' },
  { ja: '件名\n本文', en: 'Subject\nText' },
];
const notice = (more: Partial<Notice> = {}): Notice =>
  noticeWith({
    id: `ntc_${count}`,
    customers: ['store-12', 'store-13'],
    urgency: 'low',
    area: 'order',
    createdAt: at(-minute).toISOString(),
    ...more,
  });
function channel<K extends ChannelConfig['kind']>(kind: K, more: object = {}): ChannelOf<K> {
  const [read] = readChannels(JSON.stringify([{ kind, name: `own-${count}`, ...more }]));
  return read as ChannelOf<K>;
}
const secret = `whsec_${'c2VjcmV0'.repeat(6)}`;
const ofHook = { url: side.url, allowPrivate: true, secret };
const hook = (more: object = {}) => channel('webhook', { ...ofHook, ...more });
const lease = { extend: async () => undefined };
/** With what the ledger keeps of it. */
async function kept(id = `ntc_${count}`, name = `own-${count}`): Promise<Record<string, unknown>> {
  const { delivery, ...record } = await readDoc(`notices/${id}_${name}`);
  const { since: _, leasedBy: __, ...entry } = (delivery ?? {}) as Record<string, unknown>;
  return { ...record, ...entry };
}
/** What is kept of what was delivered at once. */
const entry = (more: object) => ({
  channel: `own-${count}`,
  state: 'delivered',
  attempts: 1,
  createdAt: at(),
  updatedAt: at(),
  leasedUntil: null,
  retryAt: null,
  lastError: null,
  expireAt: at(90 * day),
  ...more,
});
const failed = async (made: Promise<unknown>): Promise<string> =>
  made.then(
    () => 'done',
    (reason: Error) => reason.message,
  );

describe('a notice in a channel', () => {
  const deliver = (more: Partial<Notice> = {}, to: ChannelConfig = hook()) =>
    failed(deliverOnce({ notice: notice(more), channel: to, why: 'fits' }));
  const what = { channelKind: 'webhook', kind: 'update-due', incidentId: 'inc_1', why: 'fits' };
  const first = () => entry({ noticeId: `ntc_${count}`, ...what });

  test('that it takes is kept as delivered, and sent no more', async () => {
    const record = first();
    expect(await deliver()).toBe('done');
    expect(await kept()).toEqual(record);
    small.pass(minute);
    expect(await deliver()).toBe('done');
    expect(await kept()).toEqual(record);
    expect(posted).toHaveLength(1);
    expect(small.published()).toEqual([]);
  });

  test('that it takes for nothing is kept as failed, and the others hear about it whole and once', async () => {
    answers = [{ status: 404 }];
    expect(await deliver()).toBe('done');
    expect(await kept()).toEqual({ ...first(), state: 'rejected', lastError: 'it answered 404' });
    const name = `own-${count}`;
    expect(small.published()).toEqual([
      {
        id: stableId('ntc', 'delivery-failed', name, at().toISOString().slice(0, 13)),
        kind: 'delivery-failed',
        incidentId: 'inc_1',
        customers: ['store-12', 'store-13'],
        isDrill: false,
        urgency: 'low',
        area: 'order',
        subject: { ja: `通知を届けられませんでした: ${name}`, en: `Notice could not be delivered: ${name}` },
        text: {
          ja: `通知を届けられませんでした: ${name}\n理由: 応答: 404\n届かなかった通知: 件名\n設定(NOTIFY_CHANNELS)を確認してください。`,
          en: `Notice could not be delivered: ${name}\nWhy: it answered 404\nNotice: Subject\nCheck the channel’s settings (NOTIFY_CHANNELS).`,
        },
        url: 'https://console.example/incidents/inc_1',
        createdAt: at().toISOString(),
        exceptChannels: [name],
      },
    ]);
    expect(await deliver()).toBe('done');
    expect([posted.length, small.published()]).toEqual([1, []]);
  });

  test('that has no urgency, area or address fails without them', async () => {
    const { urgency: _, area: __, url: ___, ...bare } = notice();
    answers = [{ status: 404 }];
    await failed(deliverOnce({ notice: bare, channel: hook(), why: 'fits' }));
    const [told] = small.published();
    for (const each of ['urgency', 'area', 'url']) expect(told).not.toHaveProperty(each);
  });

  test('tells the others once an hour that it failed, and nothing of its own failure', async () => {
    const idOf = async (id: string, more: Partial<Notice> = {}) => {
      answers = [{ status: 404 }];
      await deliver({ id, ...more });
      return (small.published() as { id: string }[]).map((each) => each.id);
    };
    small.pass(hour - (at().getTime() % hour));
    const [one] = await idOf(`ntc_a${count}`);
    small.pass(hour - 1);
    expect(await idOf(`ntc_b${count}`)).toEqual([one]);
    small.pass(1);
    expect(await idOf(`ntc_c${count}`)).not.toEqual([one]);
    for (const kind of ['delivery-failed', 'connection-test'] as const) {
      expect(await idOf(`ntc_${kind}${count}`, { kind })).toEqual([]);
    }
  });

  test('that it cannot take now waits, and comes again as the same for a day', async () => {
    const record = { ...first(), state: 'waiting', lastError: 'it answered 503', retryAt: expect.any(Date) };
    answers = [{ status: 503 }, { status: 503 }, { status: 503 }];
    expect(await deliver()).toBe('it answered 503');
    expect(await kept()).toEqual(record);
    small.pass(day);
    expect(await deliver()).toBe('it answered 503');
    expect(await kept()).toEqual({ ...record, attempts: 2, updatedAt: at(), fellBackAt: at() });
    expect(small.published()).toMatchObject([{ kind: 'delivery-failed' }]);
    small.pass(1);
    expect(await deliver()).toBe('done');
    const { createdAt } = record;
    expect(await kept()).toMatchObject({ state: 'given-up', attempts: 3, updatedAt: at(), createdAt });
    expect(small.published()).toMatchObject([{ kind: 'delivery-failed' }]);
  });

  test('is leased for thrice as long as its channel may take, and left to who has it until then', async () => {
    let leased: unknown;
    whileAsked = async () => {
      leased = await kept();
    };
    await deliver();
    expect(leased).toEqual({ ...first(), state: 'waiting', leasedUntil: at(30 * second) });
    const ref = doc(`notices/ntc_${count}_own-${count}`);
    await ref.update({ 'delivery.state': 'waiting', 'delivery.leasedUntil': at(1) });
    expect(await deliver()).toBe('another is at it');
    expect(posted).toHaveLength(1);
    small.pass(1);
    expect(await deliver()).toBe('done');
    expect(posted).toHaveLength(2);
    expect(leased).toMatchObject({ attempts: 2, leasedUntil: at(30 * second) });
  });

  test('holds up all others of a channel that asks to wait, until then and no longer', async () => {
    // One that waits already, for no time of its own.
    answers = [{ status: 503 }];
    const earlier = `ntc_earlier${count}`;
    await deliver({ id: earlier });
    posted = [];
    answers = [{ status: 429, headers: { 'retry-after': '600' } }];
    // It is stored before the message is answered, however long that takes.
    whileAsked = async () => small.faults.add({ target: 'firestore.Commit', effect: 'delay', delayMs: 100 });
    expect(await deliver()).toBe('it answered 429');
    whileAsked = async () => undefined;
    const until = at(600 * second);
    expect(await kept()).toEqual({ ...first(), state: 'waiting', lastError: 'it answered 429', retryAt: until });
    expect((await readDoc('connections/channels')).holds).toMatchObject({ [`own-${count}`]: { until } });
    small.pass(second);
    const other = `ntc_other${count}`;
    const untold = { ...first(), noticeId: other, state: 'waiting', attempts: 0 };
    expect(await deliver({ id: other })).toMatch(/asked to wait/);
    expect(await kept(other)).toEqual({ ...untold, retryAt: until, lastError: 'the channel asked to wait' });
    small.pass(600 * second - second - 1);
    for (const id of [other, `ntc_${count}`, earlier]) expect(await deliver({ id })).toMatch(/asked to wait/);
    expect(posted).toHaveLength(1);
    small.pass(1);
    for (const id of [other, `ntc_${count}`]) expect(await deliver({ id })).toBe('done');
    expect([(await kept(other)).attempts, (await kept()).attempts]).toEqual([1, 2]);
  });

  test('is held for ten minutes at most, whatever its channel asks for, and for one where it is urgent', async () => {
    answers = [{ status: 503, headers: { 'retry-after': '259200' } }];
    expect(await deliver()).toBe('it answered 503');
    expect(await kept()).toMatchObject({ retryAt: at(10 * minute) });
    const urgent = { id: `ntc_urgent${count}`, kind: 'escalation' } as const;
    expect(await deliver(urgent)).toMatch(/asked to wait/);
    small.pass(minute);
    expect(await deliver()).toMatch(/asked to wait/);
    expect(await deliver(urgent)).toBe('done');
    expect(posted).toHaveLength(2);
  });

  test('that waits is told to the others by itself after a minute where it is urgent, though nothing was tried', async () => {
    answers = [503, 503].map((status) => ({ status, headers: { 'retry-after': '86400' } }));
    const urgent = (n: number) => deliver({ id: `ntc_${n}-${count}`, kind: 'escalation' });
    await urgent(1);
    expect(await urgent(2)).toMatch(/asked to wait/);
    small.pass(minute);
    expect(await urgent(1)).toBe('it answered 503');
    expect(await urgent(2)).toMatch(/asked to wait/);
    const kinds = ['delivery-failed', 'escalation'];
    expect(small.published()).toMatchObject([{ kinds }, { kinds }]);
    expect(posted).toHaveLength(2);
  });

  test.each([401, 403, 404, 410])('that is answered %i is tried for ten minutes where it is urgent', async (status) => {
    answers = Array(3).fill({ status });
    const urgent = () => deliver({ kind: 'emergency-begun' });
    expect(await urgent()).toBe(`it answered ${status}`);
    small.pass(10 * minute - 1);
    expect(await urgent()).toBe(`it answered ${status}`);
    small.pass(minute);
    expect(await urgent()).toBe('done');
    expect(await kept()).toMatchObject({ state: 'rejected', attempts: 3 });
  });

  test('waits until the day and time that its channel names', async () => {
    small.pass(second - (at().getTime() % second));
    answers = [{ status: 503, headers: { 'retry-after': at(90 * second).toUTCString() } }];
    await deliver();
    expect(await kept()).toMatchObject({ retryAt: at(90 * second) });
  });

  test('fails in our own words where it is we who failed', async () => {
    expect(await deliver({}, { ...hook(), url: 'no address' })).toMatch(/URL/i);
    expect(await kept()).toMatchObject({ state: 'waiting', lastError: 'it failed unexpectedly' });
  });
});

describe('what is posted', () => {
  const text = (first: string) => `${first}\n本文 <b> & c\n> 引用 <d>\n\n- 一覧`;
  const more: Partial<Notice> = {
    kind: 'escalation',
    kinds: ['escalation', 'update-due'],
    subject: { ja: '件名 <A&B>', en: 'Subject <A&B>' },
    text: { ja: text('件名 <A&B>'), en: text('Subject') },
    exceptChannels: ['other'],
  };
  let spoken: Notice;
  beforeEach(() => {
    spoken = notice(more);
  });
  async function sent(kind: ChannelConfig['kind'], own: object): Promise<unknown> {
    const to = channel(kind, { url: `${side.url}/own?key=1`, allowPrivate: true, ...own });
    await deliverTo(spoken, to, { why: 'escalation', isRetry: false, lease });
    const inThreads = '&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD';
    expect(paths).toEqual([`/own?key=1${kind === 'google-chat' ? inThreads : ''}`]);
    expect(headers).toMatchObject([{ 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Metronome' }]);
    return JSON.parse(posted[0] ?? '');
  }
  test('is this for each kind of channel, whole, and signed for a webhook', async () => {
    const rows: Record<string, unknown> = {};
    for (const [kind, own] of [
      ['slack', {}],
      // Its first line is its own, and stays.
      ['slack', { language: 'en' }],
      ['google-chat', {}],
      ['teams', { language: 'en' }],
      ['inbox', { language: 'en' }],
      ['webhook', { secret }],
    ] as const) {
      [posted, paths, headers] = [[], [], []];
      rows[`${kind}${'language' in own ? ' in English' : ''}`] = await sent(kind, own);
    }
    const signature = new Webhook(secret).sign(spoken.id, at(), posted[0] ?? '');
    const timestamp = String(Math.floor(at().getTime() / 1_000));
    expect(headers).toMatchObject([
      { 'webhook-id': spoken.id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
    ]);
    [posted, paths] = [[], []];
    const pager = channel('pagerduty', { routingKey: 'k'.repeat(32), language: 'en' });
    const tested = notice({ kind: 'connection-test' });
    await deliverTo(tested, pager, { why: 'tested', isRetry: false, lease });
    rows['pagerduty, as a rehearsal that rings and ends'] = posted.map((each) => JSON.parse(each));
    expect(paths).toEqual(['/v2/enqueue', '/v2/enqueue']);
    const own = /own-\d+|ntc_\d+|\b20\d\d-[\dT:.-]+Z/g;
    await expect(namedInOrder(rowsOf(rows), own)).toMatchFileSnapshot('posted-whole.txt');
  });

  test.each([
    [{}, 'MAIL_FROM is not set'],
    [{ SMTP_URL: 'smtp://127.0.0.1:1' }, 'MAIL_FROM is not set'],
    [{ MAIL_FROM: 'm@example.jp' }, 'SMTP_URL is not set'],
  ])('as mail needs a server and a sender: of %j it says so, and fails', async (environment, said) => {
    small.give(environment);
    const to = channel('mail', { to: ['ada@example.jp'] });
    const made = deliverTo(notice(), to, { why: 'fits', isRetry: false, lease });
    await expect(made).rejects.toMatchObject({ name: 'PermanentFailure', message: said });
  });
});

describe('a notice that Slack does not take', () => {
  const slack = () => channel('slack-app', { channel: 'C0NIGHT' });
  const house = { kind: 'action-due', incidentId: null } as const;
  const deliver = (to = slack()) => failed(deliverOnce({ notice: notice(house), channel: to, why: 'everything' }));
  const away = { status: 503 };

  test('now goes to the other channels whole after a minute, once, and is tried on', async () => {
    answers = [away, away, away, away, away];
    expect(await deliver()).toBe('Slack answered http-503');
    const createdAt = at();
    // What may have been sent is looked for a minute later; other notices are not held up by it.
    expect(await kept()).toMatchObject({ state: 'unknown', retryAt: at(minute) });
    expect((await readDoc('connections/channels')).holds ?? {}).not.toHaveProperty(`own-${count}`);
    await doc(`notices/ntc_${count}_own-${count}`).update({ 'delivery.retryAt': null });
    small.pass(minute - 1);
    await deliver();
    expect(small.published()).toEqual([]);
    await doc(`notices/ntc_${count}_own-${count}`).update({ 'delivery.retryAt': null });
    small.pass(1);
    await deliver();
    expect(await kept()).toMatchObject({ createdAt, fellBackAt: at(), attempts: 3 });
    const fellBackAt = at();
    expect(small.published()).toMatchObject([
      {
        id: stableId('ntc', 'delivery-failed', `own-${count}`, `ntc_${count}`),
        text: { ja: expect.stringContaining('届かなかった通知: 件名\n本文\n') },
        exceptChannels: [`own-${count}`],
      },
    ]);
    small.pass(5 * minute);
    await deliver();
    expect(await kept()).toMatchObject({ fellBackAt, attempts: 4 });
    expect(small.published()).toEqual([]);
    // What may be there is looked for each time before it is said again.
    const sought = Array(3).fill('/api/conversations.history');
    expect(paths).toEqual(['/api/chat.postMessage', ...sought]);
  });

  test('yet, since others are before it for longer than its lease, is posted once though it comes twice', async () => {
    // The first of them has its turn, and before it may post the second has come.
    small.faults.add({ target: 'firestore.Commit', effect: 'delay', delayMs: 200, skip: 1 });
    const waited = deliver();
    await expect.poll(() => small.faults.list(), { interval: 2 }).toEqual([]);
    small.pass(30 * second);
    const again = deliver();
    expect(await Promise.all([waited, again])).toEqual(['another has taken it over', 'done']);
    expect(paths.filter((each) => each === '/api/chat.postMessage')).toHaveLength(1);
    expect(await kept()).toMatchObject({ state: 'delivered', attempts: 2, leasedUntil: null });
  });

  test('for good goes to them whole at once', async () => {
    answers = [{ status: 404 }];
    expect(await deliver()).toBe('done');
    expect(small.published()).toMatchObject([{ text: { en: expect.stringContaining('Notice: Subject\nText\n') } }]);
  });
});

describe('on Google Cloud nobody is called at a private address', () => {
  const deliver = (to: ChannelConfig) =>
    failed(deliverTo(notice({ kind: 'connection-test' }), to, { why: 'tested', isRetry: false, lease }));
  beforeEach(() =>
    small.give({
      K_SERVICE: 'metronome-notify',
      PAGERDUTY_EVENTS_URL: side.url,
      SLACK_API_URL: `${side.url}/api/`,
      SLACK_BOT_TOKEN: 'xoxb-1',
      SMTP_URL: 'smtp://127.0.0.1:1',
      MAIL_FROM: 'm@example.jp',
      FRESHDESK_API_URL: side.url,
      FRESHDESK_API_KEY: 'key',
    }),
  );

  test.each<[what: string, to: () => ChannelConfig, said: string]>([
    ['PagerDuty', () => channel('pagerduty', { routingKey: 'k' }), 'its address is not https'],
    ['Slack', () => channel('slack-app', { channel: 'C1' }), 'Slack answered no-answer'],
    ['a mail server', () => channel('mail', { to: ['ada@example.jp'] }), 'its address is private'],
    [
      'a mail server that may be private',
      () => channel('mail', { to: ['ada@example.jp'], allowPrivate: true }),
      'it could not be reached: ECONNREFUSED',
    ],
  ])('%s', async (_, to, said) => {
    expect(await deliver(to())).toContain(said);
    expect(posted).toEqual([]);
  });

  test('a ticket tool', async () => {
    await outgoing(event({ tryTool: 'freshdesk' }));
    const detail = 'Its address is not https.';
    expect(await readDoc('connections/ticket-freshdesk')).toEqual({ tried: { at: at(), outcome: 'unknown', detail } });
    expect(posted).toEqual([]);
  });

  test('who pressed in Slack, at the address that Slack names', async () => {
    await expect(answer({ user: 'UANN', responseUrl: `${side.url}/responses/1` }, 'x')).rejects.toThrow('no-answer');
    expect(posted).toEqual([]);
  });
});

const incidentId = () => `inc_${count}`;
const step = (sequence: number, more: Partial<PagerStep> = {}): PagerStep => ({
  id: `pag_${count}_${sequence}`,
  action: 'trigger',
  why: ['unanswered'],
  incidentId: incidentId(),
  sequence,
  episode: 1,
  urgency: 'high',
  area: 'order',
  subject: inBoth,
  text: said,
  url: 'https://console.example/incidents/inc_1',
  createdAt: at().toISOString(),
  ...more,
});

describe('a step of a page', () => {
  const pager = () => channel('pagerduty', { routingKey: 'k'.repeat(32) });
  const send = (page: PagerStep) => failed(deliverPage(page, pager()));
  const keptPage = () => kept(stableId('pag', incidentId()));
  const first = () => {
    const what = { channelKind: 'pagerduty', kind: 'page', incidentId: incidentId() };
    return entry({ noticeId: `pag_${count}_2`, ...what, sequence: 2, openSince: 1, action: 'trigger' });
  };

  test('is kept as the last that was taken, and one that is no later is left out', async () => {
    const record = first();
    expect(await send(step(2, { why: ['unanswered', 'escalation'] }))).toBe('done');
    expect(await keptPage()).toEqual(record);
    const address = 'https://console.example/incidents/inc_1';
    expect(JSON.parse(posted[0] ?? '')).toEqual({
      routing_key: 'k'.repeat(32),
      event_action: 'trigger',
      dedup_key: `${incidentId()}#1`,
      client: 'Metronome',
      client_url: address,
      links: [{ href: address, text: 'コンソールで開く' }],
      payload: {
        summary: '件名',
        source: 'order',
        severity: 'critical',
        timestamp: at().toISOString(),
        component: 'order',
        class: 'unanswered escalation',
        custom_details: { text: '件名\n本文' },
      },
    });
    small.pass(minute);
    for (const sequence of [1, 2]) expect(await send(step(sequence))).toBe('done');
    expect(posted).toHaveLength(1);
    expect(await send(step(3))).toBe('done');
    const next = { ...record, noticeId: `pag_${count}_3`, sequence: 3, updatedAt: at() };
    expect(await keptPage()).toEqual(next);
    expect(posted).toHaveLength(2);
  });

  describe('of another episode', () => {
    const sent = () =>
      posted
        .map((each) => JSON.parse(each))
        .map(({ event_action, dedup_key }) => `${event_action} ${dedup_key.replace(/.*#/, '#')}`);

    test('rings as an alert of its own, and then ends those before it', async () => {
      expect(await send(step(1))).toBe('done');
      expect(await send(step(2, { action: 'acknowledge' }))).toBe('done');
      expect(await send(step(3, { episode: 2 }))).toBe('done');
      expect(await send(step(4, { episode: 2, action: 'resolve' }))).toBe('done');
      expect(sent()).toEqual(['trigger #1', 'acknowledge #1', 'trigger #2', 'resolve #1', 'resolve #2']);
      expect(await keptPage()).toMatchObject({ sequence: 4, openSince: null });
    });

    test.each<[string, Partial<PagerStep>, string[]]>([
      ['acknowledged', { action: 'acknowledge' }, ['acknowledge #3', 'resolve #1', 'resolve #2']],
      ['over', { action: 'resolve' }, ['resolve #3', 'resolve #1', 'resolve #2']],
    ])('leaves no alert open where it is %s before it came', async (_, more, expected) => {
      expect(await send(step(1))).toBe('done');
      posted = [];
      expect(await send(step(6, { episode: 3, ...more }))).toBe('done');
      expect(await send(step(5, { episode: 3 }))).toBe('done');
      expect([sent()[0], ...sent().slice(1).sort()]).toEqual(expected);
    });

    test('is asked for whole again where the alerts before it did not end', async () => {
      expect(await send(step(1))).toBe('done');
      answers = [{ status: 202 }, { status: 503 }];
      expect(await send(step(3, { episode: 2 }))).toBe('it answered 503');
      expect(await keptPage()).toMatchObject({ state: 'waiting', sequence: 1, openSince: 1 });
      small.pass(minute);
      expect(await send(step(3, { episode: 2 }))).toBe('done');
      expect(sent().slice(3)).toEqual(['trigger #2', 'resolve #1']);
    });

    test('that the channel had not taken is looked for in no other channel', async () => {
      expect(await send(step(2, { episode: 2, action: 'acknowledge' }))).toBe('done');
      expect(sent()).toEqual(['acknowledge #2']);
      expect(await keptPage()).toMatchObject({ openSince: null });
    });
  });

  test.each([
    ['first', async () => undefined],
    ['next', () => send(step(1))],
  ])('that is the %s of two which come at once is sent by one of them', async (_, before) => {
    await before();
    posted = [];
    small.faults.add({ target: 'firestore.Commit', effect: 'delay', delayMs: 100 });
    small.faults.add({ target: 'firestore.Commit', effect: 'delay', delayMs: 100 });
    const both = await Promise.all([send(step(2)), send(step(2))]);
    expect(both).toContain('done');
    expect(posted).toHaveLength(1);
  });

  test('that it refuses is over, and the other channels are told as of an escalation', async () => {
    answers = [{ status: 400 }];
    expect(await send(step(2))).toBe('done');
    const refused = { state: 'rejected', lastError: 'it answered 400', openSince: null };
    expect(await keptPage()).toEqual({ ...first(), ...refused });
    expect(small.published()).toMatchObject([
      {
        kind: 'delivery-failed',
        incidentId: incidentId(),
        customers: [],
        isDrill: false,
        urgency: 'high',
        area: 'order',
        url: 'https://console.example/incidents/inc_1',
        text: { ja: expect.stringContaining('理由: 応答: 400\n届かなかった通知: 件名\n') },
        exceptChannels: [`own-${count}`],
      },
    ]);
    expect(await send(step(2))).toBe('done');
    expect(posted).toHaveLength(1);
  });

  test.each<[string, Partial<PagerStep>]>([
    ['the response', { action: 'acknowledge' }],
    ['the end', { action: 'resolve' }],
  ])('that says %s and is refused leaves it ringing: each incident is named, and how to stop it', async (_, more) => {
    const told = async (of: string) => {
      expect(await send(step(1, { incidentId: of }))).toBe('done');
      answers = [{ status: 400 }];
      expect(await send(step(2, { incidentId: of, id: `pag_${of}`, ...more }))).toBe('done');
      return small.published() as { id: string; text: { ja: string; en: string } }[];
    };
    const all = [...(await told(`${incidentId()}_a`)), ...(await told(`${incidentId()}_b`))];
    expect(new Set(all.map(({ id }) => id)).size).toBe(2);
    for (const { text } of all) {
      expect(text.ja).toContain(
        '応答: 400\n届かなかった通知: 件名\nPagerDuty の呼び出しが止まっていない可能性があります。',
      );
      expect(text.en).toContain('it answered 400\nNotice: Subject\nPagerDuty may still be ringing for it.');
    }
    // What comes after it ends what it has left open.
    expect(await send(step(3, { incidentId: `${incidentId()}_a`, episode: 2 }))).toBe('done');
    expect(posted.slice(-2).map((each) => JSON.parse(each))).toMatchObject([
      { event_action: 'trigger', dedup_key: `${incidentId()}_a#2` },
      { event_action: 'resolve', dedup_key: `${incidentId()}_a#1` },
    ]);
  });

  test('whose call was refused rings nowhere: its end, refused as well, is told as any other failure', async () => {
    answers = [{ status: 400 }, { status: 400 }];
    for (const each of [step(1), step(2, { action: 'resolve' })]) expect(await send(each)).toBe('done');
    const told = small.published() as { id: string; text: { en: string } }[];
    expect(new Set(told.map(({ id }) => id)).size).toBe(2);
    for (const { text } of told) expect(text.en).not.toContain('still be ringing');
    expect(await keptPage()).toMatchObject({ state: 'rejected', sequence: 2, openSince: null });
  });

  test('whose call may have been taken before it was refused may ring: its end is told by itself', async () => {
    answers = [{ status: 503 }, { status: 400 }, { status: 400 }];
    expect(await send(step(1))).toBe('it answered 503');
    small.pass(minute);
    for (const each of [step(1), step(2, { action: 'resolve' })]) expect(await send(each)).toBe('done');
    const [called, ended] = small.published() as { id: string }[];
    expect(ended?.id).not.toBe(called?.id);
  });

  test('that it cannot take now waits for a day of its own, and its end overtakes it', async () => {
    answers = [{ status: 503 }, { status: 503 }, { status: 503 }];
    const asked = step(2);
    expect(await send(asked)).toBe('it answered 503');
    const waits = { state: 'waiting', lastError: 'it answered 503', retryAt: expect.any(Date) };
    expect(await keptPage()).toEqual({ ...first(), ...waits, sequence: 0 });
    small.pass(day);
    expect(await send(asked)).toBe('it answered 503');
    small.pass(1);
    expect(await send(asked)).toBe('done');
    expect(await keptPage()).toMatchObject({ state: 'given-up', sequence: 2 });
    // One that was made later has its own day.
    answers = [{ status: 503 }];
    const overtaken = step(3);
    expect(await send(overtaken)).toBe('it answered 503');
    small.pass(10 * second);
    expect(await send(step(4, { action: 'resolve' }))).toBe('done');
    expect(await send(overtaken)).toBe('done');
    expect(posted).toHaveLength(5);
  });

  test('holds up the steps of other incidents where it is asked to wait', async () => {
    answers = [{ status: 429, headers: { 'retry-after': '60' } }];
    expect(await send(step(2))).toBe('it answered 429');
    const until = at(minute);
    expect(await keptPage()).toMatchObject({ state: 'waiting', retryAt: until });
    expect((await readDoc('connections/channels')).holds).toMatchObject({ [`own-${count}`]: { until } });
    small.pass(minute - 1);
    for (const each of [incidentId(), 'inc_other'])
      expect(await send(step(3, { incidentId: each }))).toMatch(/asked to wait/);
    // Of its own step also the next process knows.
    small.give({ PAGERDUTY_EVENTS_URL: side.url });
    expect(await send(step(3))).toMatch(/asked to wait/);
    small.pass(1);
    expect(await send(step(3))).toBe('done');
  });
});

describe('a test', () => {
  const by = () => ({
    actor: 'ann@example.jp',
    now: at(),
    consoleUrl: 'https://console.example' as string | undefined,
  });
  test('goes to the one channel that is tried, and says who tries it', async () => {
    await sendTestNotice('ntc_test', 'night', by());
    const subject = { ja: '【テスト】通知の接続確認', en: '[TEST] Connection check' };
    expect(small.published()).toEqual([
      {
        id: 'ntc_test',
        kind: 'connection-test',
        incidentId: null,
        customers: [],
        isDrill: false,
        subject,
        text: {
          ja: `${subject.ja}\nMetronomeからの通知がここに届くことの確認です。対応は不要です。(送信: ann@example.jp)`,
          en: `${subject.en}\nThis shows that Metronome’s notices arrive here. Nothing is to be done. (Sent by ann@example.jp)`,
        },
        url: 'https://console.example/connections',
        createdAt: at().toISOString(),
        onlyChannels: ['night'],
      },
    ]);
  });

  test('goes to all where none is named, and nowhere to look where there is no console', async () => {
    await sendTestNotice('ntc_test', undefined, { ...by(), consoleUrl: undefined });
    const [sent] = small.published();
    expect(sent).not.toHaveProperty('onlyChannels');
    expect(sent).not.toHaveProperty('url');
  });
});

const event = (body: unknown, attributes: Record<string, string> = {}, ageMs = minute): CloudEvent<unknown> =>
  ({
    id: 'e-1',
    data: {
      message: {
        messageId: 'm-1',
        data: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)).toString('base64'),
        publishTime: at(-ageMs).toISOString(),
        attributes,
      },
    },
  }) as CloudEvent<unknown>;

describe('a message', () => {
  const quarantined = async (): Promise<Record<string, unknown>> => {
    const { docs } = await firestore().collection('quarantine').where('quarantinedAt', '==', at()).get();
    expect(docs).toHaveLength(1);
    return fromDocument<Record<string, unknown>>(docs[0]?.data());
  };

  const noNotice = { source: 'notifications', reason: 'The message is not a notice.' };
  const nothingToSend = { source: 'outgoing', reason: 'The message names nothing that is to be sent.' };
  test.each<[what: string, door: typeof notify, body: unknown, facts: object]>([
    ['no JSON', notify, '{', { source: 'notifications', errors: [] }],
    ['no notice', notify, { id: 'ntc_1', kind: 'pigeon' }, noNotice],
    ['no step of a page', notify, { action: 'ring' }, noNotice],
    ['nothing to be sent', outgoing, {}, { ...nothingToSend, errors: [] }],
    ['nothing that can be read', outgoing, '{', nothingToSend],
  ])('that is %s is kept for a person, with where it goes back to', async (_, door, body, facts) => {
    await door(event(body, { kind: 'x' }));
    const entry = await quarantined();
    expect(entry).toMatchObject({
      state: 'open',
      receivedAt: at(-minute),
      contentType: 'application/json',
      topic: door === notify ? topics.notifications : topics.outgoing,
      attributes: { kind: 'x' },
      ...facts,
    });
    if (typeof body === 'object' && door === notify)
      expect((entry.errors as { path: string }[]).map(({ path }) => path)).toContain(
        'kind' in (body ?? {}) ? 'kind' : 'action',
      );
  });

  const configure = (channels: object[]) =>
    small.give({ NOTIFY_CHANNELS: JSON.stringify(channels), PAGERDUTY_EVENTS_URL: side.url });
  const hooks = (...names: string[]) => names.map((name) => ({ kind: 'webhook', name, ...ofHook }));

  const ofTheHouse = { kind: 'quarantine-growing', incidentId: null } as const;
  const inSlack = () => ({ notice: notice(ofTheHouse), channel: channel('slack-app', { channel: 'C1' }), why: 'fits' });
  test.each<[what: string, door: typeof notify, topic: string, patienceMs: number, body: () => unknown]>([
    ['to a channel that is away', notify, topics.notifications, 50 * minute, notice],
    ['to a Slack that is away', outgoing, topics.outgoing, 50 * minute, inSlack],
  ])('%s continues as a new one before it would be a dead letter, for as long as it is tried', async (...row) => {
    const [, door, topic, patienceMs, body] = row;
    const { maxDeliveryAttempts = 0, maximumBackoffSeconds } = subscriptions.find((each) => each.topic === topic) ?? {};
    expect(patienceMs).toBeLessThan((maxDeliveryAttempts * Number(maximumBackoffSeconds) * second * 2) / 3);
    if (door === notify) configure(hooks(`own-${count}`));
    answers = [503, 503, 503].map((status) => ({ status }));
    const sent = JSON.stringify(body());
    const tried = (ageMs: number) => failed(door(event(sent, { kind: 'x' }, ageMs)));
    expect(await tried(patienceMs - 1)).toMatch(/503/);
    small.pass(minute);
    small.messages();
    expect(await tried(patienceMs)).toBe('done');
    const goesOn = small.messages().filter(({ attributes }) => attributes.kind === 'x');
    expect(goesOn).toEqual([{ text: sent, attributes: { kind: 'x' } }]);
    // Where it is we who fail, somebody has to look at it.
    small.pass(day);
    answers = [];
    small.faults.add({ target: 'firestore.Commit', effect: 'fail', code: 'PERMISSION_DENIED', times: 2 });
    expect(await tried(patienceMs)).toMatch(/PERMISSION_DENIED/);
  });

  test('reaches every channel, though one of them does not take it', async () => {
    configure(hooks(`a${count}`, `b${count}`));
    answers = [{ status: 503 }];
    expect(await failed(notify(event(notice())))).toBe('it answered 503');
    const states = [(await kept(`ntc_${count}`, `a${count}`)).state, (await kept(`ntc_${count}`, `b${count}`)).state];
    expect(states.sort()).toEqual(['delivered', 'waiting']);
    small.pass(10 * second);
    expect(await failed(notify(event(notice())))).toBe('done');
    expect(posted).toHaveLength(3);
  });

  test('to Slack is handed to who calls Slack, with its channel and why it goes there', async () => {
    const night = { kind: 'slack-app', name: 'night', channel: 'C0NIGHT' };
    configure([{ ...night, for: { area: '*' } }]);
    await notify(event(notice()));
    const [to] = readChannels(JSON.stringify([{ ...night, for: { area: ['*'] } }]));
    expect(small.published()).toEqual([{ notice: notice(), channel: to, why: 'fits' }]);
    expect(posted).toEqual([]);
  });

  test('has the channels noted as they are configured, without an address, and what reaches nobody', async () => {
    const both = [
      ...hooks(`a${count}`),
      { kind: 'pagerduty', routingKey: 'k', escalation: true, for: { area: 'order' } },
    ];
    configure(both);
    await notify(event(notice()));
    const { holds: _, ...known } = await readDoc('connections/channels');
    expect(known).toEqual({
      channels: [
        { name: `a${count}`, kind: 'webhook', escalation: false },
        { name: 'pagerduty', kind: 'pagerduty', escalation: true, for: { area: ['order'] } },
      ],
      unreached: [],
      notedAt: at(),
    });
    // They also say which channel is to be left alone, and for how long.
    answers = [
      { status: 429, headers: { 'retry-after': '60' } },
      { status: 429, headers: { 'retry-after': '90' } },
    ];
    const [one, other] = [`h${count}`, `i${count}`];
    for (const name of [one, other])
      await failed(deliverOnce({ notice: notice(), channel: hook({ name }), why: 'fits' }));
    const held = { [one]: { until: at(minute) }, [other]: { until: at(90 * second) } };
    expect(await readDoc('connections/channels')).toMatchObject({ ...known, holds: held });
    // As they are known they stay.
    small.pass(minute);
    configure(both);
    await notify(event(notice({ id: `ntc_next${count}` })));
    expect((await readDoc('connections/channels')).notedAt).toEqual(at(-minute));
    configure(hooks(`b${count}`));
    await notify(event(notice({ id: `ntc_other${count}` })));
    expect(await readDoc('connections/channels')).toMatchObject({
      channels: [{ name: `b${count}` }],
      holds: held,
      notedAt: at(),
    });
  });

  test('leaves a channel alone that has asked another process to wait', async () => {
    configure(hooks(`a${count}`));
    answers = [{ status: 429, headers: { 'retry-after': '600' } }];
    expect(await failed(notify(event(notice())))).toBe('it answered 429');
    configure(hooks(`a${count}`));
    const other = notice({ id: `ntc_next${count}` });
    expect(await failed(notify(event(other)))).toMatch(/asked to wait/);
    expect(posted).toHaveLength(1);
    small.pass(600 * second);
    expect(await failed(notify(event(other)))).toBe('done');
  });

  test('that reaches nobody is an alarm where it escalates, and no drill', async () => {
    configure(hooks(`a${count}`).map((each) => ({ ...each, for: { kinds: 'incident-filed' } })));
    const nobody = async (more: Partial<Notice>) => {
      await notify(event(notice(more)));
      return kept(`ntc_${count}`, 'nobody');
    };
    expect(await nobody({})).toEqual({});
    expect(await nobody({ kind: 'escalation', isDrill: true })).toEqual({});
    const what = { noticeId: `ntc_${count}`, kind: 'update-due', incidentId: 'inc_1', channelKind: 'none' };
    const lastError = 'no channel of NOTIFY_CHANNELS is for it';
    expect(await nobody({ kind: 'update-due', kinds: ['update-due', 'escalation'] })).toEqual(
      entry({ ...what, channel: 'nobody', state: 'rejected', lastError, attempts: 0 }),
    );
    // What would reach nobody is one as well, once as long as the channels stay so.
    const foretold = async () => {
      const { docs } = await firestore().collection('notices').where('channel', '==', 'nobody').get();
      const all = docs.map((each) => fromDocument<Record<string, unknown>>(each.data()));
      return all.filter(({ incidentId, createdAt }) => incidentId === null && Number(createdAt) === at().getTime());
    };
    const kind = 'emergency-begun';
    expect(await foretold()).toMatchObject([{ kind, delivery: { state: 'rejected' }, createdAt: at() }]);
    await nobody({});
    expect(await foretold()).toHaveLength(1);
    // Others, which are for no more.
    configure(hooks(`b${count}`).map((each) => ({ ...each, for: { kinds: 'incident-filed' } })));
    await nobody({});
    expect(await foretold()).toMatchObject([{ kind }, { kind }]);
    // An update without recipients is none.
    configure(hooks(`c${count}`).map((each) => ({ ...each, for: { kinds: ['escalation', 'emergency-begun'] } })));
    await nobody({});
    expect(await foretold()).toHaveLength(2);
  });

  test('that finds channels which cannot be read rings the alarm outside where it is urgent, and comes again', async () => {
    const since = at();
    const urgent = notice({ kind: 'escalation', createdAt: since.toISOString() });
    const alarm = (id: string) => kept(id, 'nobody');
    small.give({ NOTIFY_CHANNELS: '[{"kind": "pigeon"}]' });
    for (const passMs of [0, 11 * minute]) {
      small.pass(passMs);
      expect(await failed(notify(event(urgent)))).toMatch(/NOTIFY_CHANNELS/);
    }
    const failure = { state: 'rejected', createdAt: since, lastError: 'NOTIFY_CHANNELS cannot be read' };
    expect(await alarm(urgent.id)).toMatchObject({ kind: 'escalation', ...failure });
    expect(await failed(notify(event(step(1))))).toMatch(/NOTIFY_CHANNELS/);
    expect(await alarm(step(1).id)).toMatchObject({ kind: 'page' });
    for (const more of [{ kind: 'update-due' }, { kind: 'escalation', isDrill: true }] as const) {
      const calm = notice({ id: `ntc_calm${count}`, ...more });
      expect(await failed(notify(event(calm)))).toMatch(/NOTIFY_CHANNELS/);
      expect(await alarm(calm.id)).toEqual({});
    }
    configure(hooks(`a${count}`));
    expect(await failed(notify(event(urgent)))).toBe('done');
    expect(posted).toHaveLength(1);
  });

  test('finds who is known once Firestore answers again', async () => {
    configure(hooks(`a${count}`));
    small.faults.add({ target: 'firestore.BatchGetDocuments', effect: 'fail', code: 'PERMISSION_DENIED' });
    expect(await failed(notify(event(notice())))).toMatch(/PERMISSION_DENIED/);
    expect(await failed(notify(event(notice())))).toBe('done');
  });

  test('that is a step of a page rings where it fits, and nowhere without a channel that pages', async () => {
    configure(hooks(`a${count}`));
    await notify(event(step(1)));
    expect(posted).toEqual([]);
    configure([
      { kind: 'pagerduty', name: `order${count}`, routingKey: 'of-orders', for: { area: 'order' } },
      { kind: 'pagerduty', name: `menu${count}`, routingKey: 'of-menus', for: { area: 'menu' } },
      { kind: 'pagerduty', name: `any${count}`, routingKey: 'of-all' },
    ]);
    await notify(event(step(1)));
    expect(posted.map((each) => JSON.parse(each).routing_key).sort()).toEqual(['of-all', 'of-orders']);
  });
});
