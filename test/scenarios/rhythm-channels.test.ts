/** Channels that answer 500, 429, 404, or never: each gets what it can, once, and failures are seen. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { openScenario, type Scenario, withPolicy } from './house.ts';
import { filed, told } from './rhythm-details.ts';

interface Received {
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

const secret = `whsec_${Buffer.from('a secret of thirty-two bytes or so').toString('base64')}`;
const received: Received[] = [];
/** What each path answers next; 200 once the list is empty. A string is a `Retry-After` with 429; 0 is never. */
const answers: Record<string, (number | string)[]> = {};
let server: Server;
let scenario: Scenario;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      received.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      const answer = answers[path]?.shift() ?? 200;
      if (answer === 0) return;
      if (typeof answer === 'string') response.writeHead(429, { 'retry-after': answer }).end();
      else response.writeHead(answer).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const channels = [
    { kind: 'slack', url: `${base}/slack`, allowPrivate: true },
    { kind: 'google-chat', url: `${base}/chat`, allowPrivate: true, language: 'en' },
    { kind: 'webhook', url: `${base}/webhook`, allowPrivate: true, secret },
    { kind: 'webhook', name: 'inside', url: `${base}/inside`, secret },
  ];
  const environment = { ...process.env, NOTIFY_CHANNELS: JSON.stringify(channels) };
  scenario = await openScenario('2026-11-24T10:00:00+09:00', { environment });
});
afterAll(async () => {
  await scenario.stop();
  server.closeAllConnections();
  server.close();
});

const at = (path: string): Received[] => received.filter((each) => each.path === path);

it('sends once to each channel what it takes, and tries again what it could not take then', async () => {
  answers['/slack'] = [500, '90'];
  answers['/webhook'] = [503];
  const id = await filed(scenario, { id: 'T-1' });
  await scenario.advance('PT5M');
  const slack = at('/slack');
  // The announcement and the failure of another channel, one of them after a 500, the other after a 429.
  expect(slack).toHaveLength(4);
  const mine = slack.filter((each) => each.body.includes('緊急性'));
  const { blocks } = JSON.parse(mine.at(-1)?.body ?? '{}');
  expect(blocks[0]).toMatchObject({ type: 'header', text: { type: 'plain_text' } });
  const chat = at('/chat').filter((each) => each.body.includes('urgency high'));
  expect(chat).toHaveLength(1);
  const webhook = at('/webhook').filter((each) => each.body.includes(id) && each.body.includes('incident-filed'));
  expect(webhook).toHaveLength(2);
  expect(webhook[0]?.headers['webhook-id']).toBe(webhook[1]?.headers['webhook-id']);
  expect(await told(scenario, id)).toContain('24 10:01 incident-filed');
});

it('signs as Standard Webhooks has it', () => {
  const { body, headers } = at('/webhook')[0] as Received;
  const timestamp = new Date(Number(headers['webhook-timestamp']) * 1_000);
  expect(new Webhook(secret).sign(String(headers['webhook-id']), timestamp, body)).toBe(headers['webhook-signature']);
});

it('refuses a private address unless the channel says otherwise, and tells the other channels', async () => {
  expect(at('/inside')).toEqual([]);
  const failures = (await scenario.inbox()).filter((each) => each.kind === 'delivery-failed');
  expect(failures).toHaveLength(1);
  expect(failures[0]?.text).toContain('inside');
  expect(failures[0]?.text).toContain('社内ネットワーク');
});

it('does not try again what answers 404, and what never answers is given up for the moment', async () => {
  answers['/chat'] = [404];
  answers['/webhook'] = [0];
  const before = { chat: at('/chat').length, webhook: at('/webhook').length };
  await withPolicy(policy.notices, { channelTimeout: 'PT2S' }, () => scenario.advance('PT8M'));
  const due = at('/chat')
    .slice(before.chat)
    .filter((each) => each.body.includes('Customer update due soon'));
  expect(due).toHaveLength(1);
  const again = at('/webhook')
    .slice(before.webhook)
    .filter((each) => each.body.includes('update-due'));
  expect(again).toHaveLength(2);
  const failures = (await scenario.inbox()).filter((each) => each.kind === 'delivery-failed');
  expect(failures.map((each) => /inside|google-chat/.exec(each.text)?.[0]).sort()).toEqual(['google-chat', 'inside']);
});
