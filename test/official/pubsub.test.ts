/** Pub/Sub's own emulator pushes as the local one does: in a body that the functions take, and again after a failure. */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PubSub } from '@google-cloud/pubsub';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMessage } from '../../functions/platform/message.ts';

process.env.METADATA_SERVER_DETECTION = 'none';
const project = 'metronome-official';
const answers: number[] = [];
const received: { path: string; body: { message: Record<string, unknown>; subscription: string } }[] = [];
let server: Server;
let pubsub: PubSub;
beforeAll(async () => {
  if (!process.env.PUBSUB_EMULATOR_HOST) throw new Error('PUBSUB_EMULATOR_HOST is not set: npm run test:official');
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
      response.writeHead(answers.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  pubsub = new PubSub({ projectId: project });
});
afterAll(async () => {
  await pubsub.close();
  server.closeAllConnections();
  server.close();
});

test('a push that fails comes again, and both are read by the functions', async () => {
  answers.push(500);
  const name = `tried-${randomUUID()}`;
  const path = `/projects/${project}/topics/${name}`;
  const [topic] = await pubsub.createTopic(name);
  const pushEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const [subscription] = await topic.createSubscription(name, {
    pushConfig: { pushEndpoint },
    ackDeadlineSeconds: 10,
    retryPolicy: { minimumBackoff: { seconds: 1 }, maximumBackoff: { seconds: 2 } },
  });
  const messageId = await topic.publishMessage({ data: Buffer.from('注文が通らない'), attributes: { traceId: 'abc' } });
  await expect.poll(() => received.length, { timeout: 60_000, interval: 100 }).toBe(2);
  for (const { path: called, body } of received) {
    expect(called).toBe(path);
    const message = readMessage({ data: body, id: 'unused' } as unknown as Parameters<typeof readMessage>[0]);
    expect(message.bytes.toString('utf8')).toBe('注文が通らない');
    expect(message).toMatchObject({ id: messageId, attributes: { traceId: 'abc' }, subscription: subscription.name });
  }
  await subscription.delete();
  await topic.delete();
}, 90_000);
