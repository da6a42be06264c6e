/** A call ends the same, whether it comes over a connection or from a client in this very process; and so does a push. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LocalCloud } from '../../infra/cloud/src/cloud.ts';
import type { Fault } from '../../infra/cloud/src/faults.ts';
import { pushInProcess } from '../../infra/local/in-process-http.ts';
import { startLocalCloud } from '../../infra/local/start-cloud.ts';

const getTopic = '/google.pubsub.v1.Publisher/GetTopic';
const createTopic = '/google.pubsub.v1.Publisher/CreateTopic';
/** A topic by its name, as both of these have it: field 1. */
const topic = Buffer.from('\n\x15projects/p/topics/top', 'latin1');
/** Text as messages carry it. */
const field = (number: number, value: string) =>
  Buffer.concat([Buffer.of(number * 8 + 2, value.length), Buffer.from(value)]);
const batchGet = '/google.firestore.v1.Firestore/BatchGetDocuments';
/** Asks for more documents than a client reads ahead, none of which there is: fields 1 and 2. */
const database = 'projects/p/databases/(default)';
const manyDocuments = Buffer.concat([
  field(1, database),
  ...Array.from({ length: 64 }, (_, index) => field(2, `${database}/documents/a/${index}`)),
]);
const runQuery = '/google.firestore.v1.Firestore/RunQuery';
/** The first message of a query at a parent that is none: field 1, `x`. */
const wrongParent = Buffer.from([0x0a, 0x01, 0x78]);

interface Row {
  ends: string;
  path: string;
  message?: Buffer;
  fault?: Fault;
  account?: string;
  leftMs?: number;
  code: status;
}

const rows: Row[] = [
  { ends: 'with what the method throws', path: getTopic, code: status.NOT_FOUND },
  { ends: 'as no method of that name', path: '/google.pubsub.v1.Publisher/Unknown', code: status.UNIMPLEMENTED },
  { ends: 'as a method that is not there', path: '/google.pubsub.v1.Subscriber/Seek', code: status.UNIMPLEMENTED },
  {
    ends: 'with the fault that was asked for',
    path: getTopic,
    fault: { target: 'pubsub.GetTopic', effect: 'fail', code: 'ABORTED' },
    code: status.ABORTED,
  },
  {
    ends: 'at its deadline, where nobody answers',
    path: getTopic,
    fault: { target: 'pubsub.GetTopic', effect: 'hang' },
    leftMs: 50,
    code: status.DEADLINE_EXCEEDED,
  },
  { ends: 'as it does, without a deadline', path: getTopic, leftMs: Number.POSITIVE_INFINITY, code: status.NOT_FOUND },
  { ends: 'as it does, a month before its deadline', path: getTopic, leftMs: 31 * 86_400_000, code: status.NOT_FOUND },
  { ends: 'at a deadline that is past', path: getTopic, leftMs: -1, code: status.DEADLINE_EXCEEDED },
  {
    ends: 'refused, where the account may not',
    path: getTopic,
    account: 'nobody@metronome-local.iam.gserviceaccount.com',
    code: status.PERMISSION_DENIED,
  },
  { ends: 'with what a query throws', path: runQuery, message: wrongParent, code: status.INVALID_ARGUMENT },
];

let cloud: LocalCloud;
let isStopped: boolean;

beforeEach(async () => {
  cloud = await startLocalCloud({ port: 0 });
  isStopped = false;
});
afterEach(async () => {
  if (!isStopped) await cloud.stop();
});

const carriers = {
  // With connections of its own: shared ones fail at once on a port that refused, which a later cloud may be given.
  'over a connection': (address: string) =>
    new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 }),
  'in this process': (address: string) => {
    const channelOverride = cloud.channelTo(address);
    if (!channelOverride) throw new Error(`${address} is not this cloud.`);
    return new Client(address, credentials.createInsecure(), { channelOverride });
  },
};

test('calls that are made at once begin one in a turn of the event loop, so that others are heard between them', async () => {
  const client = carriers['in this process'](`127.0.0.1:${cloud.port}`);
  let turn = 0;
  const count = (): void => {
    turn += 1;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  const call = async (): Promise<number> => {
    await codeOf(client, { path: getTopic, message: topic });
    return turn;
  };
  const turns = await Promise.all(Array.from({ length: 20 }, call));
  clearImmediate(counting);
  client.close();
  expect(new Set(turns).size).toBe(20);
  expect(turns).toEqual(turns.toSorted((one, other) => one - other));
});

describe.each(Object.keys(carriers) as (keyof typeof carriers)[])('%s a call', (carrier) => {
  let client: Client;
  beforeEach(() => {
    client = carriers[carrier](`127.0.0.1:${cloud.port}`);
  });
  afterEach(() => client.close());

  test.each(rows)('ends $ends', async (row) => {
    if (row.fault) cloud.faults.add(row.fault);
    expect(await codeOf(client, row)).toBe(row.code);
  });

  test.each<[effect: Fault['effect'], code: status, isDone: boolean]>([
    ['fail', status.DATA_LOSS, false],
    ['fail-after', status.DATA_LOSS, true],
    ['double', status.ALREADY_EXISTS, true],
    ['delay', status.OK, true],
    ['reorder', status.OK, true],
  ])('that meets %s ends with %i, and what it asked for is done: %s', async (effect, code, isDone) => {
    const fault = { target: 'pubsub.CreateTopic', effect, ...(code === status.DATA_LOSS ? { code: 'DATA_LOSS' } : {}) };
    cloud.faults.add({ ...fault, delayMs: 0 });
    expect(await codeOf(client, { path: createTopic, message: topic })).toBe(code);
    expect(await codeOf(client, { path: getTopic, message: topic })).toBe(isDone ? status.OK : status.NOT_FOUND);
  });

  test.each<[effect: Fault['effect'], found: status]>([
    ['hang', status.NOT_FOUND],
    ['hang-after', status.OK],
  ])('that meets %s is not answered, and what it asked for is found with %i', async (effect, found) => {
    cloud.faults.add({ target: 'pubsub.CreateTopic', effect });
    let ended: status | undefined;
    const forever = { path: createTopic, message: topic, leftMs: Number.POSITIVE_INFINITY };
    const waiting = codeOf(client, forever).then((code) => (ended = code));
    while (cloud.faults.list().length > 0) await new Promise(setImmediate);
    expect(await codeOf(client, { path: getTopic, message: topic })).toBe(found);
    // What is set to the shortest time after the call ends after it, where its deadline was taken for one that is near.
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(ended).toBeUndefined();
    isStopped = true;
    await cloud.stop();
    expect(await waiting).not.toBe(status.OK);
  });

  test('that is written to piece by piece reports each piece as on its way, and ends as any other', async () => {
    const options = { deadline: Date.now() + 60_000 };
    const told: string[] = [];
    const ended = new Promise<status>((resolve) => {
      const stream = client.makeClientStreamRequest(createTopic, asBytes, asBytes, new Metadata(), options, (error) =>
        resolve(error ? error.code : status.OK),
      );
      stream.write(topic, () => void told.push('written'));
      stream.end();
    });
    expect([await ended, told]).toEqual([status.OK, ['written']]);
    expect(await codeOf(client, { path: getTopic, message: topic })).toBe(status.OK);
  });

  test.each([
    '/google.firestore.v1.Firestore/Listen',
    '/google.firestore.v1.Firestore/Write',
    '/google.firestore.v1.Firestore/Unknown',
    '/google.pubsub.v1.Subscriber/StreamingPull',
  ])(
    'that streams both ways hears at once, and not when its client has said all, that %s is not there',
    async (path) => {
      const options = { deadline: Date.now() + 60_000 };
      const stream = client.makeBidiStreamRequest(path, asBytes, asBytes, new Metadata(), options);
      stream.on('data', () => undefined);
      const error = await new Promise<ServiceError>((resolve) => void stream.on('error', resolve as never));
      expect(error.code).toBe(status.UNIMPLEMENTED);
    },
  );

  test('that its caller leaves ends at once, whatever is left unread of its answer', async () => {
    const stream = client.makeServerStreamRequest(batchGet, asBytes, asBytes, manyDocuments);
    await new Promise((resolve) => void stream.once('readable', resolve));
    let ended: status | undefined;
    stream.once('error', ({ code }: ServiceError) => {
      ended = code;
    });
    // All has come in by now.
    await codeOf(client, { path: getTopic, message: topic });
    stream.cancel();
    for (let turn = 0; turn < 10_000 && ended === undefined; turn += 1) await new Promise(setImmediate);
    expect(ended).toBe(status.CANCELLED);
  });

  test('that waits while the cloud stops, ends as one that cannot be reached', async () => {
    cloud.faults.add({ target: 'pubsub.GetTopic', effect: 'hang' });
    const waiting = codeOf(client, { path: getTopic });
    while (cloud.faults.list().length > 0) await new Promise(setImmediate);
    isStopped = true;
    await cloud.stop();
    const away = [status.UNAVAILABLE, status.CANCELLED];
    expect(away).toContain(await waiting);
    expect(away).toContain(await codeOf(client, { path: getTopic }));
  });
});

describe('in this process a push', () => {
  const origin = 'http://127.0.0.1:8080';
  const url = `${origin}/projects/p/topics/t?a=1`;
  let handle: (request: IncomingMessage, response: ServerResponse) => void;
  let server: Server;
  let elsewhere: unknown[];
  let push: typeof fetch;
  beforeEach(() => {
    elsewhere = [];
    server = createServer((request, response) => handle(request, response));
    push = pushInProcess(
      server,
      () => origin,
      async (input) => {
        elsewhere.push(input);
        return new Response('far');
      },
    );
  });

  test('arrives as over a connection, and is answered by its status', async () => {
    const seen: unknown[] = [];
    handle = (request, response) => {
      const { method, url: path, headers } = request;
      void textOf(request).then((body) => {
        seen.push({ method, path, headers, body });
        response.writeHead(204).end();
      });
    };
    const headers = { 'content-type': 'application/json', authorization: 'Bearer x' };
    const { status: answered } = await push(url, { method: 'POST', headers, body: '{"あ":1}' });
    const sent = { ...headers, host: '127.0.0.1:8080', 'content-length': '9' };
    expect(answered).toBe(204);
    expect(seen).toEqual([{ method: 'POST', path: '/projects/p/topics/t?a=1', headers: sent, body: '{"あ":1}' }]);
    expect(elsewhere).toEqual([]);
  });

  test.each<[why: string, to: string | URL, body: string | undefined]>([
    ['is for another house', 'http://127.0.0.1:8081/t', 'x'],
    ['is for a port that begins the same', 'http://127.0.0.1:80801/t', 'x'],
    ['has no body', url, undefined],
    ['is to no text', new URL(url), 'x'],
  ])('that %s goes elsewhere', async (_, to, body) => {
    handle = (_request, response) => void response.end();
    expect(await (await push(to, { method: 'POST', ...(body ? { body } : {}) })).text()).toBe('far');
    expect(elsewhere).toEqual([to]);
  });

  test('that the server ends without an answer has failed', async () => {
    handle = (request) => void request.socket.destroy();
    await expect(push(url, { method: 'POST', body: 'x' })).rejects.toThrow('The server ended the request.');
  });

  test('whose sender has waited long enough is ended at both ends', async () => {
    const sender = new AbortController();
    const ends: string[] = [];
    const isTaken = new Promise<void>((resolve) => {
      handle = (request) => {
        request.socket.once('close', () => ends.push('server'));
        resolve();
      };
    });
    push(url, { method: 'POST', body: 'x', signal: sender.signal }).catch(() => ends.push('sender'));
    await isTaken;
    sender.abort();
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    expect(ends.toSorted()).toEqual(['sender', 'server']);
  });
});

const asBytes = (bytes: Buffer): Buffer => bytes;

function codeOf(client: Client, { path, message, account, leftMs }: Partial<Row>): Promise<status> {
  const metadata = new Metadata();
  if (account) metadata.set('authorization', `Bearer ${account}`);
  const options = { deadline: Date.now() + (leftMs ?? 60_000) };
  const request = message ?? Buffer.alloc(0);
  if (path === runQuery) {
    return new Promise((resolve) => {
      const stream = client.makeServerStreamRequest(path, asBytes, asBytes, request, metadata, options);
      stream.on('data', () => undefined);
      stream.on('error', (error: ServiceError) => resolve(error.code));
      stream.on('end', () => resolve(status.OK));
    });
  }
  return new Promise((resolve) => {
    client.makeUnaryRequest(path ?? '', asBytes, asBytes, request, metadata, options, (error) =>
      resolve(error ? error.code : status.OK),
    );
  });
}
