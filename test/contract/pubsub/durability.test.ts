import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PubSub } from '@google-cloud/pubsub';
import { expect, test } from 'vitest';
import { attemptsOf, type Cloud, seconds, startPubSub, textOf } from './cloud.ts';

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

test('after a restart topics, subscriptions and messages are as they were, and the attempts are counted on', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'pubsub-'));
  const first = await startPubSub(directory);
  const [dead] = await first.pubsub.createTopic('dead');
  const [topic] = await first.pubsub.createTopic({ name: 'top', labels: { of: 'us' } });
  await first.pubsub.createTopic('gone').then(([gone]) => gone.delete());
  first.endpoint.answer = () => 500;
  await topic.createSubscription('sub', {
    pushEndpoint: first.endpoint.url,
    enableMessageOrdering: true,
    filter: 'attributes:wanted',
    retryPolicy: { minimumBackoff: seconds(60), maximumBackoff: seconds(60) },
    deadLetterPolicy: { deadLetterTopic: dead.name, maxDeliveryAttempts: 5 },
  });
  const publish = (cloud: Cloud, text: string, wanted = true) =>
    cloud.pubsub
      .topic('top', { messageOrdering: true })
      .publishMessage({ data: Buffer.from(text), orderingKey: 'k', ...(wanted ? { attributes: { wanted: '' } } : {}) });
  for (const text of ['a', 'b']) await publish(first, text);
  expect(attemptsOf(await first.advance(60_000))).toEqual([1, 2]);
  const [config] = await first.pubsub.subscription('sub').getMetadata();
  await first.close();

  const again = await startPubSub(directory);
  const [topics] = await again.pubsub.getTopics();
  expect(topics.map(({ name }) => name)).toEqual(['projects/p/topics/dead', 'projects/p/topics/top']);
  expect((await again.pubsub.topic('top').getMetadata())[0].labels).toEqual({ of: 'us' });
  expect((await again.pubsub.subscription('sub').getMetadata())[0]).toEqual(config);
  await again.pubsub.subscription('sub').modifyPushConfig({ pushEndpoint: again.endpoint.url });
  await publish(again, 'unwanted', false);
  await publish(again, 'c');
  // What had its turn has it still: the others of its key wait for it.
  const received = await again.advance(5 * 60_000);
  expect([attemptsOf(received)[0], textOf(received)]).toEqual([3, ['a', 'b', 'c']]);
  await again.close();
  rmSync(directory, { recursive: true });
});
