/** More at once than a function takes: who comes next waits for a turn, and is refused only where too many wait or too long. */
import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { http } from '@google-cloud/functions-framework';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import '../../functions/platform/without-domains.ts';
import { createFront, type LocalRoutes, listen, sendJson } from '../../infra/local/front.ts';
import { takeTurns } from '../../infra/local/turns.ts';
import { functions } from '../../infra/topology.ts';
import { openScenario } from '../scenarios/house.ts';

/** Requests in the order in which they were served, each until it is answered here. */
const served: { path: string; response: ServerResponse }[] = [];
const paths = (): string[] => served.map(({ path }) => path);
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
  served.length = 0;
});

/** A server that serves one at once and lets one wait. Its `send` returns when the request has arrived. */
async function open(longestWaitMs: number) {
  const inTurn = takeTurns({ atOnce: 1, mostWaiting: 1, longestWaitMs });
  const arrived = new Map<string | undefined, () => void>();
  const left = new Map<string | undefined, () => void>();
  const server = createServer(({ url }, response) => {
    inTurn(response, {
      serve: () => served.push({ path: url ?? '', response }),
      refuse: () => response.writeHead(503).end(),
    });
    response.once('close', () => left.get(url)?.());
    arrived.get(url)?.();
  });
  const port = await listen(server, 0);
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const event = (of: typeof arrived, path: string): Promise<void> =>
    new Promise((resolve) => {
      of.set(path, resolve);
    });
  return async (path: string) => {
    const abort = new AbortController();
    const hasArrived = event(arrived, path);
    const hasLeft = event(left, path);
    const status = fetch(`http://127.0.0.1:${port}${path}`, { signal: abort.signal }).then(
      (response) => response.status,
      () => 'no answer',
    );
    await hasArrived;
    const leave = async (): Promise<void> => {
      abort.abort();
      await hasLeft;
    };
    return { status, leave };
  };
}

test('the next is served when its turn has come, and who finds no room is refused', async () => {
  const send = await open(60_000);
  const first = await send('/first');
  const second = await send('/second');
  expect(await (await send('/third')).status).toBe(503);
  expect(paths()).toEqual(['/first']);
  served[0]?.response.end();
  expect(await first.status).toBe(200);
  await expect.poll(paths).toEqual(['/first', '/second']);
  served[1]?.response.end();
  expect(await second.status).toBe(200);
});

test('who has left is not served, and leaves room for another', async () => {
  const send = await open(60_000);
  await send('/first');
  await (await send('/second')).leave();
  await send('/third');
  served[0]?.response.end();
  await expect.poll(paths).toEqual(['/first', '/third']);
});

test('whose turn came in time, or who has left, is not refused once the longest wait is over', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  closing.push(() => void vi.useRealTimers());
  const inTurn = takeTurns({ atOnce: 1, mostWaiting: 1, longestWaitMs: 1_000 });
  const log: string[] = [];
  const come = (name: string): EventEmitter => {
    const response = new EventEmitter();
    inTurn(response as unknown as ServerResponse, {
      serve: () => log.push(`${name} served`),
      refuse: () => log.push(`${name} refused`),
    });
    return response;
  };
  const [first, second] = [come('first'), come('second')];
  vi.advanceTimersByTime(999);
  first.emit('close');
  come('third').emit('close');
  vi.advanceTimersByTime(1_000);
  expect(log).toEqual(['first served', 'second served']);
  come('fourth');
  vi.advanceTimersByTime(999);
  expect(log).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(log).toEqual(['first served', 'second served', 'fourth refused']);
  // Its place is free again, and its turn is nobody's.
  come('fifth');
  second.emit('close');
  expect(log.at(-1)).toBe('fifth served');
});

describe('what is no function', () => {
  /** The answer of a front with these routes of its own, asked as this host and from pages of this origin. */
  async function ask(path: string, headers: Record<string, string> = {}, routes: LocalRoutes = async () => false) {
    const server = createFront([], routes);
    const port = await listen(server, 0);
    closing.push(() => server.close());
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const { method = 'GET', ...rest } = headers;
      request({ port, path, method, headers: { host: `localhost:${port}`, ...rest } }, resolve)
        .on('error', reject)
        .end();
    });
    const text = await textOf(response);
    return {
      status: response.statusCode,
      type: response.headers['content-type'],
      body: text && JSON.parse(text),
      port,
    };
  }
  const answering: LocalRoutes = async (_, response) => {
    sendJson(response, 200, { a: 1 });
    return true;
  };

  test.each<[string, Record<string, string>, number]>([
    ['as localhost', { host: 'localhost' }, 200],
    ['as LOCALHOST with a port', { host: 'LOCALHOST:1' }, 200],
    ['as 127.0.0.1', { host: '127.0.0.1:80' }, 200],
    ['from a page of its own', { host: 'localhost:5', origin: 'http://localhost:5' }, 200],
    ['from a page of another port', { host: 'localhost:5', origin: 'http://localhost:6' }, 403],
    ['from a page by https', { host: 'localhost:5', origin: 'https://localhost:5' }, 403],
    ['from a page that hides what it is', { host: 'localhost:5', origin: 'null' }, 403],
    ['by a name of somebody else’s', { host: 'localhost.evil.example' }, 403],
    ['by another that ends alike', { host: 'evil-localhost:5' }, 403],
    ['by an address of this network', { host: '192.168.0.2:5' }, 403],
  ])('asked %s is answered %j: %i', async (_, headers, status) => {
    const found = await ask('/_local/clock', headers, answering);
    expect([found.status, found.body]).toEqual(
      status === 200 ? [200, { a: 1 }] : [403, expect.objectContaining({ title: 'Not from here', status: 403 })],
    );
    expect(found.type).toBe(status === 200 ? 'application/json; charset=utf-8' : 'application/problem+json');
  });

  test('and that no route takes is not found; one that cannot be understood says why', async () => {
    expect(await ask('/nothing')).toMatchObject({ status: 404, body: { title: 'Not found', status: 404 } });
    const failing = ask('/_local/clock', {}, async () => {
      throw new Error('no such instant');
    });
    expect(await failing).toMatchObject({ status: 400, body: { title: 'Not understood', detail: 'no such instant' } });
  });
});

test('a function takes as many at once as one instance would, however many it may have', async () => {
  // All have arrived before one is answered.
  let [arrived, open, most] = [0, 0, 0];
  const { promise: whole, resolve: isWhole } = Promise.withResolvers<void>();
  http('counted', async (_, response) => {
    open += 1;
    most = Math.max(most, open);
    await whole;
    open -= 1;
    response.end();
  });
  const [spec] = functions.filter(({ name }) => name === 'tickets');
  if (!spec) throw new Error('There is no door for tickets.');
  const counted = { ...spec, name: 'counted', concurrency: 2, maxInstances: 5 };
  const server = createFront(
    [counted],
    async () => false,
    () => {
      arrived += 1;
      if (arrived === 20) isWhole();
    },
  );
  const port = await listen(server, 0);
  closing.push(() => server.close());
  const ask = async (): Promise<number> => (await fetch(`http://127.0.0.1:${port}/counted`)).status;
  const statuses = await Promise.all(Array.from({ length: 20 }, ask));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(most).toBe(2);
});

test('a burst past what all instances take at once is taken whole', async () => {
  const scenario = await openScenario();
  try {
    const door = functions.find(({ name }) => name === 'tickets');
    const most = (door?.concurrency ?? 0) * (door?.maxInstances ?? 0);
    const ids = Array.from({ length: most + 20 }, (_, index) => `burst-${index}`);
    expect(most).toBeGreaterThan(100);
    // Of a kind without notices, which takes less time.
    const answers = await Promise.all(ids.map((id) => scenario.ticket({ id, subject: 'x', category: 'outside' })));
    // On a slow machine some are handed to Pub/Sub.
    expect(answers.filter(({ status }) => status !== 201 && status !== 202)).toEqual([]);
    await scenario.advance('PT1M');
    const { docs } = await firestore().collection(collections.incidents).select('origin.id').get();
    expect(docs.map((each) => each.get('origin.id') as string).toSorted()).toEqual(ids.toSorted());
  } finally {
    await scenario.stop();
  }
});
