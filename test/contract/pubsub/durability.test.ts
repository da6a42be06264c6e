import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PubSub } from '@google-cloud/pubsub';
import { expect, test } from 'vitest';
import { startPubSub, textOf } from './cloud.ts';

test('a message that was taken is delivered after kill -9', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'pubsub-'));
  const server = spawn(process.execPath, [join(import.meta.dirname, 'publish-until-killed.ts'), directory]);
  const [port] = await once(server.stdout, 'data');
  const pubsub = new PubSub({ projectId: 'p', apiEndpoint: `127.0.0.1:${String(port).trim()}`, emulatorMode: true });
  const [topic] = await pubsub.createTopic('top');
  await topic.createSubscription('sub', { pushEndpoint: 'http://127.0.0.1:9/' });
  const taken: string[] = [];
  const publishing = Array.from({ length: 500 }, async (_, index) => {
    await topic.publishMessage({ data: Buffer.from(String(index)) });
    taken.push(String(index));
    if (taken.length === 300) server.kill('SIGKILL');
  });
  await once(server, 'exit');
  await pubsub.close();
  expect(taken.length).toBeGreaterThanOrEqual(300);
  void Promise.allSettled(publishing);

  const cloud = await startPubSub(directory);
  cloud.clock.set(Date.now());
  await cloud.pubsub.subscription('sub').modifyPushConfig({ pushEndpoint: cloud.endpoint.url });
  const delivered = new Set(textOf(await cloud.advance(0)));
  expect(taken.filter((text) => !delivered.has(text))).toEqual([]);
  await cloud.close();
  rmSync(directory, { recursive: true });
});
