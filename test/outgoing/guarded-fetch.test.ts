/** What leaves by the clients of others: an answer of any status is an answer, or none; it ends no process. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { guardedFetch, NoAnswer } from '../../functions/outgoing/guarded-fetch.ts';

let server: Server;
let address: string;
beforeAll(async () => {
  server = createServer((request, response) => response.writeHead(Number(request.url?.slice(1))).end());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const fetch = guardedFetch({ allowPrivate: true, timeoutMs: 5_000 });

test.each([200, 204, 205, 304, 429, 599])('%i comes back as it was answered', async (status) => {
  expect((await fetch(`${address}/${status}`)).status).toBe(status);
});

test.each([600, 999])('%i, which is no status, is no answer', async (status) => {
  await expect(fetch(`${address}/${status}`)).rejects.toThrow(NoAnswer);
});
