/** What Pub/Sub is answered, and what is logged of a message that waits or fails. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Request, Response } from '@google-cloud/functions-framework';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { PermanentFailure, TemporaryFailure } from '../../functions/platform/failures.ts';
import { type Message, messageDoor } from '../../functions/platform/message.ts';
import { pushDoor } from '../../functions/platform/push-door.ts';
import { logged } from '../logged.ts';

let work: (message: Message) => Promise<void>;
const door = pushDoor(
  'notify',
  messageDoor((each) => work(each)),
);
const answer = (request: IncomingMessage, response: ServerResponse) =>
  void door(request as unknown as Request, response as unknown as Response);
const server = createServer(answer).listen(0, '127.0.0.1');
afterAll(() => server.close());
beforeEach(() => {
  work = async () => undefined;
});

const message = { message: { data: Buffer.from('{}').toString('base64'), messageId: 'm-1' } };
const push = async (init: RequestInit = { method: 'POST', body: JSON.stringify(message) }) => {
  const answered = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, init);
  return { status: answered.status, text: await answered.text() };
};
const failing = (error: Error) => async (): Promise<void> => {
  throw error;
};

test('a message that is done is answered 204', async () => {
  expect(await push()).toEqual({ status: 204, text: '' });
});

test.each([
  ['a push', { 'content-type': 'application/json' }, message],
  ['a binary CloudEvent', { 'content-type': 'application/json', 'ce-specversion': '1.0', 'ce-id': 'e-1' }, message],
  [
    'a structured CloudEvent',
    { 'content-type': 'application/cloudevents+json; charset=utf-8' },
    { data: message, id: 'e-1' },
  ],
])('the message of %s is read', async (_, headers, body) => {
  const read: string[] = [];
  work = async ({ id, bytes }) => void read.push(id, bytes.toString());
  expect(await push({ method: 'POST', headers, body: JSON.stringify(body) })).toEqual({ status: 204, text: '' });
  expect(read).toEqual(['m-1', '{}']);
});

test('a message that waits is answered 503, and logged in one line without a stack', async () => {
  work = failing(new TemporaryFailure('the channel asked to wait', 60_000));
  let answered: unknown;
  const lines = await logged(async () => {
    answered = await push();
  });
  expect(answered).toEqual({ status: 503, text: '' });
  expect(lines).toEqual([
    { severity: 'INFO', message: 'notify: the message waits: the channel asked to wait', door: 'notify' },
  ]);
});

test.each([
  ['unexpectedly', new Error('https://hooks.example.jp/secret is no such host')],
  ['for good', new PermanentFailure('https://hooks.example.jp/secret answered 400')],
])('a message that fails %s is answered 500 without a word of it, and logged as an error', async (_, error) => {
  work = failing(error);
  let answered = { status: 0, text: '' };
  const lines = await logged(async () => {
    answered = await push();
  });
  expect(answered.status).toBe(500);
  expect(answered.text).not.toMatch(/hooks|at .*\.ts/);
  expect(lines).toMatchObject([{ severity: 'ERROR', message: 'notify: failed', error: error.message }]);
});

test('what is no push is refused without a stack: a GET, no JSON, what is zipped, and a body without a message', async () => {
  expect((await push({})).status).toBe(405);
  const zipped = { method: 'POST', headers: { 'content-encoding': 'gzip' }, body: gzipSync('{}') };
  for (const [init, status] of [
    [{ method: 'POST', body: '{' }, 400],
    [{ method: 'POST' }, 400],
    [zipped, 415],
  ] as const) {
    const refused = await push(init);
    expect([refused.status, refused.text.includes('at ')]).toEqual([status, false]);
  }
  const empty = await push({ method: 'POST', body: '{}' });
  expect([empty.status, empty.text.includes('TypeError')]).toEqual([500, false]);
});
