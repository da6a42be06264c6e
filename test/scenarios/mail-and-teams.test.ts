/** Notices by mail and by Teams, to the stubs of this machine; what these and PagerDuty’s refuse, and what becomes of it. */
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Faults } from '../../infra/cloud/src/faults.ts';
import { openStorage } from '../../infra/cloud/src/storage.ts';
import { listen } from '../../infra/local/front.ts';
import { openReceivers } from '../../infra/stubs/notices/receivers.ts';
import { openScenario, type Scenario } from './house.ts';
import { filed } from './rhythm-details.ts';

interface Mail {
  from: string;
  to: string[];
  headers: Record<string, string>;
  raw: string;
}

let scenario: Scenario;
let isStopped = false;
let site = '';
const faults = new Faults();
/** The time of the clock of the further stubs, once it is stopped. */
let now: number | undefined;
const pass = (ms: number): void => {
  now = (now ?? Date.now()) + ms;
};
const receive = openReceivers({ db: openStorage(undefined), clock: { now: () => now ?? Date.now() }, faults });
const teams = createServer((request, response) => void receive(request, response));

const mails = async (to: string): Promise<Mail[]> =>
  (await scenario.get('/_local/tools/smtp/messages')).body.messages.filter(
    ({ to: all, headers }: Mail) => all.includes(to) && headers['x-metronome-kind'] !== 'delivery-failed',
  );
const cards = async (): Promise<string[]> => {
  const { messages } = (await (await fetch(`${site}/messages`)).json()) as { messages: { card: object }[] };
  return messages.map(({ card }) => JSON.stringify(card));
};
const failures = async (): Promise<string> =>
  (await scenario.inbox())
    .filter(({ kind }) => kind === 'delivery-failed')
    .map(({ text }) => text)
    .join('\n');

beforeAll(async () => {
  site = `http://127.0.0.1:${await listen(teams, 0)}/_local/tools/teams`;
  const channels = [
    { kind: 'mail', to: ['desk@example.jp', 'ada@example.jp'] },
    { kind: 'mail', name: 'partly', to: ['bounce@example.jp', 'bob@example.jp'], for: { kinds: 'incident-filed' } },
    { kind: 'mail', name: 'gone', to: 'bounce@example.jp', language: 'en', for: { kinds: 'incident-filed' } },
    { kind: 'mail', name: 'busy', to: 'busy@example.jp', for: { kinds: 'incident-filed' } },
    { kind: 'teams', url: `${site}/site/workflows/1`, allowPrivate: true },
  ];
  const environment = { ...process.env, NOTIFY_CHANNELS: JSON.stringify(channels) };
  scenario = await openScenario('2026-11-24T10:00:00+09:00', { environment });
});
afterAll(async () => {
  if (!isStopped) await scenario.stop();
  teams.closeAllConnections();
  teams.close();
});

it('mails an incident’s notices as one thread, and posts them as cards', async () => {
  const id = await filed(scenario, { id: 'T-1', subject: '注文が通らない' });
  await scenario.advance('PT12M');
  const [first, second, ...more] = await mails('ada@example.jp');
  expect(more).toEqual([]);
  expect(first?.headers).toMatchObject({
    from: 'Metronome <metronome@example.jp>',
    to: 'desk@example.jp, ada@example.jp',
  });
  expect(first?.headers.subject).toBe('インシデントを起票しました: 注文が通らない');
  expect(first?.headers['message-id']).toBe(`<${id}@example.jp>`);
  expect(second?.headers).toMatchObject({ 'in-reply-to': `<${id}@example.jp>`, references: `<${id}@example.jp>` });
  expect(second?.raw).toMatch(/Content-Type: text\/plain[\s\S]*Content-Type: text\/html/);
  expect((await cards()).filter((each) => !each.includes('届けられません'))).toHaveLength(2);
  expect((await cards())[0]).toContain('インシデントを起票しました: 注文が通らない');
});

it('shows what a mail server refuses, without an address, and tells the other channels', async () => {
  const told = await failures();
  expect(told).toMatch(/partly[\s\S]*宛先2件のうち1件が拒否されました/);
  expect(told).toMatch(/gone[\s\S]*メールが拒否されました\(応答: 550\)/);
  // Not refused, but late: after ten minutes the others are told.
  expect(told).toMatch(/busy[\s\S]*メールが拒否されました\(応答: 450\)/);
  expect(told).not.toMatch(/@/);
  // Every accepted recipient has it, once.
  expect(await mails('bob@example.jp')).toHaveLength(1);
  const { body } = await scenario.get('/console/connections');
  expect(body).toContain('メールが拒否されました(応答: 450)');
});

it('tries again what could not be sent then, and does not thread twice', async () => {
  await scenario.post('/_local/faults', { target: 'tools.smtp.send', effect: 'fail', code: '451', times: 2 });
  faults.add({ target: 'tools.teams.post', effect: 'fail', code: '503' });
  const before = { mails: (await mails('ada@example.jp')).length, cards: (await cards()).length };
  const id = await filed(scenario, { id: 'T-2', occurredAt: '2026-11-24T06:00:00+09:00', ongoing: 'no' });
  await scenario.advance('PT15M');
  const later = (await mails('ada@example.jp')).slice(before.mails).map(({ headers }) => headers['message-id']);
  expect(later.filter((each) => each === `<${id}@example.jp>`)).toHaveLength(1);
  expect((await cards()).slice(before.cards).filter((each) => each.includes(id))).toHaveLength(1);
});

it.each([
  ['too large', { type: 'message', attachments: [{ x: 'x'.repeat(29_000) }] }, 413],
  ['no card', { type: 'message', attachments: [] }, 400],
  ['above 1.4', card({ version: '1.5' }), 400],
  ['a table', card({ body: [{ type: 'Table' }] }), 400],
  ['a button that answers', card({ body: [{ type: 'Container', items: [{ type: 'Action.Submit' }] }] }), 400],
  ['two cards', { type: 'message', attachments: [attachment({}), attachment({})] }, 400],
  ['no message', { ...card({}), type: 'card' }, 400],
  ['another attachment', { type: 'message', attachments: [{ ...attachment({}), contentType: 'text/html' }] }, 400],
])('the stub of Teams refuses what is %s', async (_, body, status) => {
  pass(1_000);
  const before = (await cards()).length;
  const response = await fetch(`${site}/site/workflows/2`, { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(status);
  expect(await cards()).toHaveLength(before);
});

it('the stub of Teams takes four cards a second at one address', async () => {
  pass(1_000);
  const post = async (to: string) =>
    (await fetch(`${site}/site/workflows/${to}`, { method: 'POST', body: JSON.stringify(card({})) })).status;
  for (let count = 0; count < 4; count += 1) expect(await post('9')).toBe(202);
  expect([await post('9'), await post('8')]).toEqual([429, 202]);
  pass(1_000);
  expect(await post('9')).toBe(202);
});

describe('the stub of PagerDuty', () => {
  const enqueue = async (event: unknown, path = '/v2/enqueue') => {
    const url = site.replace('teams', 'pagerduty');
    const body = typeof event === 'string' ? event : JSON.stringify(event);
    const response = await fetch(`${url}/site${path}`, { method: 'POST', body });
    const text = await response.text();
    const retryAfter = response.headers.get('retry-after');
    return { status: response.status, retryAfter, body: text && JSON.parse(text) };
  };
  const shown = async () => {
    const response = await fetch(`${site.replace('teams', 'pagerduty')}/events`);
    return (await response.json()) as { events: object[]; alerts: { dedupKey: string }[] };
  };
  const payload = { summary: 's', source: 'metronome', severity: 'error' };
  const event = (more: object = {}) => ({ routing_key: 'k'.repeat(32), event_action: 'trigger', payload, ...more });
  const step = (dedupKey: string, action: string, more: object = {}) =>
    event({ event_action: action, dedup_key: dedupKey, ...more });

  it.each<[says: string, steps: string[], alert: object | undefined, rings: number]>([
    ['rings at its trigger', ['trigger'], { status: 'triggered', triggers: 1 }, 1],
    ['counts another trigger', ['trigger', 'trigger'], { status: 'triggered', triggers: 2 }, 1],
    ['stops at who is at it', ['trigger', 'acknowledge'], { status: 'acknowledged', triggers: 1 }, 1],
    ['is silent once acknowledged', ['trigger', 'acknowledge', 'trigger'], { status: 'acknowledged', triggers: 2 }, 1],
    ['ends', ['trigger', 'resolve'], { status: 'resolved', triggers: 1 }, 1],
    ['stays ended', ['trigger', 'resolve', 'acknowledge'], { status: 'resolved', triggers: 1 }, 1],
    ['rings again after its end', ['trigger', 'resolve', 'trigger'], { status: 'triggered', triggers: 2 }, 2],
    ['is none before its trigger', ['acknowledge', 'resolve'], undefined, 0],
  ])('an alert %s: %j', async (says, steps, expected, rings) => {
    for (const action of steps) expect((await enqueue(step(says, action))).status).toBe(202);
    const alert = (await shown()).alerts.find(({ dedupKey }) => dedupKey === says);
    const rangAt = new Array(rings).fill(expect.any(String));
    expect(alert).toEqual(expected && { dedupKey: says, rangAt, ...expected });
  });

  it.each<[says: string, event: unknown, error: string | undefined]>([
    ['a key of 31 characters', event({ routing_key: 'k'.repeat(31) }), 'Invalid routing key'],
    ['a key of 33 characters', event({ routing_key: 'k'.repeat(33) }), 'Invalid routing key'],
    ['an unknown action', step('x', 'shout'), "'event_action' is missing or invalid"],
    ['a summary of 1,024 characters', event({ payload: { ...payload, summary: 'x'.repeat(1_024) } }), undefined],
    [
      'a longer one',
      event({ payload: { ...payload, summary: 'x'.repeat(1_025) } }),
      "'payload.summary' is too long (maximum is 1024 characters)",
    ],
    ['a dedup_key of 255 characters', step('x'.repeat(255), 'resolve'), undefined],
    ['a longer one', step('x'.repeat(256), 'resolve'), "'dedup_key' is too long (maximum is 255 characters)"],
    ['an end of nothing', event({ event_action: 'resolve' }), "'dedup_key' is missing or blank"],
    ['a blank summary', event({ payload: { ...payload, summary: ' ' } }), "'payload.summary' is missing or blank"],
    ['one without a source', event({ payload: { ...payload, source: '' } }), "'payload.source' is missing or blank"],
    [
      'one of no severity',
      event({ payload: { ...payload, severity: 'high' } }),
      "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
    ],
    ['an end without a payload', step('none', 'resolve', { payload: undefined }), undefined],
    ['no object', '[]', 'Event object format is unrecognized'],
  ])('takes or refuses %s, and keeps what it took alone', async (_, asked, error) => {
    pass(60_000);
    const { length } = (await shown()).events;
    const { status, body } = await enqueue(asked);
    expect([status, body.errors]).toEqual(error ? [400, [error]] : [202, undefined]);
    expect((await shown()).events).toHaveLength(error ? length : length + 1);
  });

  it('shows what it took as it came and when, but for the key, and keeps the alerts of two keys apart', async () => {
    pass(60_000);
    const links = [{ href: 'https://console.example/1', text: '開く' }];
    const [first, second] = [step('shared', 'trigger', { links }), step('shared', 'resolve', { payload: undefined })];
    const begun = (await shown()).events.length;
    await enqueue(first);
    await enqueue({ ...second, routing_key: 'n'.repeat(32) });
    await enqueue({ ...first, routing_key: 'n'.repeat(32) });
    await enqueue(second);
    const { events, alerts } = await shown();
    const at = new Date(now ?? 0).toISOString();
    const asked = { dedup_key: 'shared', payload, links };
    const triggered = { at, action: 'trigger', dedupKey: 'shared', summary: 's', severity: 'error' };
    const resolved = { at, action: 'resolve', dedupKey: 'shared', event: { ...JSON.parse(JSON.stringify(second)) } };
    delete resolved.event.routing_key;
    const event = { event_action: 'trigger', ...asked };
    expect(events.slice(begun)).toEqual([{ ...triggered, event }, resolved, { ...triggered, event }, resolved]);
    expect(alerts.filter(({ dedupKey }) => dedupKey === 'shared')).toMatchObject([
      { status: 'resolved', triggers: 1 },
      { status: 'triggered', triggers: 1 },
    ]);
  });

  it('takes 120 events a minute of one key, then says when to come again; its own failures say so as well', async () => {
    pass(60_000);
    const one = event({ routing_key: 'm'.repeat(32) });
    for (let count = 0; count < 120; count += 1) await enqueue(one);
    pass(59_000);
    expect(await enqueue(one)).toMatchObject({ status: 429, retryAfter: '1' });
    expect((await enqueue(event())).status).toBe(202);
    pass(1_000);
    expect((await enqueue(one)).status).toBe(202);
    for (const path of ['/v2/other', '/v2/enqueue/', '/v2/enqueue/more', '/v1/v2/enqueue', '/v2/enqueues', ''])
      expect([path, (await enqueue(one, path)).status]).toEqual([path, 404]);
    for (const [code, retryAfter] of [
      ['429', '30'],
      ['503', '30'],
      ['500', null],
    ] as const) {
      faults.add({ target: 'tools.pagerduty.enqueue', effect: 'fail', code, match: 'm'.repeat(32) });
      expect(await enqueue(one)).toMatchObject({ status: Number(code), retryAfter });
    }
  });
});

it.each([
  ['teams', '/workflows/7', 28 * 1_024, card({})],
  [
    'pagerduty',
    '/v2/enqueue',
    512 * 1_024,
    { routing_key: 'l'.repeat(32), event_action: 'resolve', dedup_key: 'longest' },
  ],
])('the stub of %s takes at %s a body of %i bytes, and none that is longer', async (tool, path, longest, body) => {
  pass(60_000);
  const post = async (bytes: number) => {
    const url = `${site.replace('teams', tool)}/site${path}`;
    return (await fetch(url, { method: 'POST', body: JSON.stringify(body).padEnd(bytes) })).status;
  };
  expect([await post(longest), await post(longest + 1)]).toEqual([202, 413]);
});

// The last of all: nothing of the house is there after it.
it('a house that stops leaves none of its ports open, its mail server’s neither', async () => {
  const { house, url } = scenario;
  const ports = [url, `http://127.0.0.1:${house.cloud.port}`, house.environment.SMTP_URL ?? ''].map((each) =>
    Number(new URL(each).port),
  );
  const isOpen = (port: number) =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  expect(await Promise.all(ports.map(isOpen))).toEqual([true, true, true]);
  isStopped = true;
  await scenario.stop();
  expect(await Promise.all(ports.map(isOpen))).toEqual([false, false, false]);
});

function attachment(facts: object): object {
  const content = { type: 'AdaptiveCard', version: '1.4', body: [], ...facts };
  return { contentType: 'application/vnd.microsoft.card.adaptive', content };
}

function card(facts: object): object {
  return { type: 'message', attachments: [attachment(facts)] };
}
