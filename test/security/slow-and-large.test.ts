/** Bodies that come slowly, never, or as something that would grow: they are not waited for, and not unpacked. */
import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readRawBody } from '../../functions/platform/raw-body.ts';
import { policy } from '../../functions/policy.ts';
import { doorConcurrency } from '../../functions/topology.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { jiraEvent, jiraIssue } from '../fixtures/tickets.ts';
import { send } from '../fuzz/wire.ts';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario(undefined, {
  environment: { ...process.env, ...toolSecrets, SLACK_SIGNING_SECRET: 'slack-secret' },
});
afterEach(() => void vi.useRealTimers());

const request = (headers: Record<string, string> = {}): PassThrough & IncomingMessage =>
  Object.assign(new PassThrough(), { headers, complete: false }) as never;

describe('a body', () => {
  test('that never ends is not waited for longer than 3 s', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const never = request();
    const read = expect(readRawBody(never, 1_000)).rejects.toMatchObject({ status: 408, message: /Send it again/ });
    for (let second = 0; second < 3; second += 1) {
      never.write('x');
      await vi.advanceTimersByTimeAsync(1_000);
    }
    await read;
    expect(never.listenerCount('data')).toBe(0);
  });

  test('that is too large is thrown away as it comes, and past 64 MiB no longer read', async () => {
    const flood = request();
    const read = expect(readRawBody(flood, 1_000)).rejects.toMatchObject({ status: 413 });
    for (let sent = 0; sent <= 64; sent += 1) flood.write(Buffer.alloc(1_048_576));
    await read;
  });
});

test('a hundred senders that trickle keep nobody waiting', async () => {
  const head = 'POST /tickets HTTP/1.1\r\nhost: x\r\nauthorization: Bearer local\r\ncontent-type: application/json\r\n';
  const starts = [
    head,
    `${head}content-length: 100\r\n\r\n{"id":`,
    `${head}transfer-encoding: chunked\r\n\r\n5\r\n{"id"`,
  ];
  const sockets = Array.from({ length: 99 }, (_, index) => {
    const socket = connect(scenario.house.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(starts[index % starts.length] ?? '');
    return socket;
  });
  try {
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    expect((await scenario.ticket({ id: 'quick', subject: 'x' })).status).toBe(201);
    expect((await scenario.get('/api/incidents')).body.incidents).toHaveLength(1);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

describe('a flood of bodies that never end, from one address', () => {
  const most = policy.intake.unverifiedAtOnce;
  const signed = 'x-hub-signature: sha256=00\r\n';

  test.each([
    ['/tickets/jira', signed],
    ['/slack/interactions', 'x-slack-signature: v0=00\r\nx-slack-request-timestamp: 1\r\n'],
  ])('at %s: only a few are read, the others are refused at once, and nobody else waits', async (path, headers) => {
    const [flood, answered] = [300, [] as string[]];
    const sockets = Array.from({ length: flood }, () => {
      const socket = connect(scenario.house.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 203.0.113.66\r\n${headers}` +
          'content-type: application/json\r\ncontent-length: 100\r\n\r\n{"id":',
      );
      return socket;
    });
    try {
      const refused = new Promise<void>((resolve) => {
        for (const socket of sockets)
          socket.once('data', (bytes: Buffer) => {
            answered.push(bytes.toString('utf8', 9, 12));
            if (answered.length === flood - most) resolve();
          });
      });
      await refused;
      expect(new Set(answered)).toEqual(new Set(['429']));
      // All that are left are being read; a report of somebody else is filed meanwhile.
      expect((await scenario.ticket({ id: `beside ${path}`, subject: 'x' })).status).toBe(201);
      expect(answered.length).toBe(flood - most);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });
});

test('a flood of bodies that never end, from fifty addresses: half of an instance reads them, and no honest sender waits', async () => {
  const { JIRA_WEBHOOK_SECRET: secret } = toolSecrets;
  const text = (id: string) => JSON.stringify(jiraEvent('jira:issue_created', { issue: { ...jiraIssue(), id } }));
  const honest = (id: string, from: string) =>
    scenario.post('/tickets/jira', text(id), {
      'x-forwarded-for': from,
      'x-hub-signature': `sha256=${createHmac('sha256', secret).update(text(id)).digest('hex')}`,
    });
  expect((await honest('1', '192.0.2.1')).status).toBe(201);
  const answered: string[] = [];
  const sockets = Array.from({ length: 500 }, (_, each) => {
    const socket = connect(scenario.house.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `POST /tickets/jira HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 203.0.113.${each % 50}\r\n` +
        'x-hub-signature: sha256=00\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"id":',
    );
    return socket;
  });
  try {
    await new Promise<void>((resolve) => {
      for (const socket of sockets)
        socket.once('data', (bytes: Buffer) => {
          answered.push(bytes.toString('utf8', 9, 12));
          if (answered.length === sockets.length - doorConcurrency / 2) resolve();
        });
    });
    expect(new Set(answered)).toEqual(new Set(['429']));
    const replies = await Promise.all(Array.from({ length: 10 }, (_, each) => honest(`${each + 2}`, '192.0.2.1')));
    expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(201));
    // A token is in a header: such a sender begins wherever it is.
    expect((await scenario.ticket({ id: 'beside', subject: 'x' })).status).toBe(201);
    expect((await honest('20', '192.0.2.2')).status).toBe(429);
    expect(answered.length).toBe(sockets.length - doorConcurrency / 2);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

describe('what is zipped', () => {
  const bomb = gzipSync(Buffer.alloc(100_000_000, '[')); // 100 MB in 100 KB

  test.each([
    ['/tickets', 'gzip', 415],
    ['/tickets', 'deflate', 415],
    ['/tickets', 'br', 415],
    ['/tickets', 'gzip, gzip', 415],
    ['/alerts?auth_token=local', 'gzip', 415],
    ['/api/actions', 'gzip', 400],
  ])('is not unpacked at %s (%s)', async (path, encoding, status) => {
    const before = process.memoryUsage().rss;
    const headers = { authorization: 'Bearer local', 'content-type': 'application/json', 'content-encoding': encoding };
    expect((await send(scenario.url, path, { method: 'POST', headers, body: bomb })).status).toBe(status);
    expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
  });
});

test.each([
  ['brackets', '['],
  ['brackets that texts seem to close', '["]",'],
])('a body of many deep %s is shown as it came, not laid out into gigabytes', async (_, open) => {
  const deep = `${open.repeat(1_500)}1${']'.repeat(1_500)}`;
  const text = `{"id":"deep","extra":[${Array.from({ length: 18 }, () => deep).join(',')}]}`;
  expect((await scenario.post('/tickets', text, { authorization: 'Bearer local' })).status).toBe(422);
  const { id } = (await scenario.get('/api/quarantine')).body.quarantine[0];
  const page = await send(scenario.url, `/console/quarantine/${id}`);
  expect([page.status, page.text.length < 1_000_000]).toEqual([200, true]);
  expect(page.text).toContain(`{"id":"deep","extra":[${open}${open}`.replaceAll('"', '&quot;'));
});
