import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cloud, seconds, startPubSub, textOf } from './cloud.ts';

let cloud: Cloud;
const target = 'pubsub.push';
beforeEach(async () => {
  cloud = await startPubSub();
  await cloud.pubsub.createTopic('top');
  await cloud.pubsub.topic('top').createSubscription('sub', {
    pushEndpoint: cloud.endpoint.url,
    retryPolicy: { minimumBackoff: seconds(10), maximumBackoff: seconds(600) },
  });
});
afterEach(() => cloud.close());
const publish = (text: string) => cloud.pubsub.topic('top').publishMessage({ data: Buffer.from(text) });

test('fail: the endpoint is not called, and the message comes after its backoff', async () => {
  cloud.faults.add({ target, effect: 'fail' });
  await publish('x');
  expect(await cloud.advance(9_000)).toHaveLength(0);
  expect(await cloud.advance(1_000)).toHaveLength(1);
});

test('fail-after: delivered, its acknowledgement lost, and delivered again', async () => {
  cloud.faults.add({ target, effect: 'fail-after' });
  await publish('x');
  expect(await cloud.advance(0)).toHaveLength(1);
  expect(await cloud.advance(10_000)).toHaveLength(1);
  expect(cloud.local.undelivered()).toBe(0);
});

test('double: delivered twice', async () => {
  cloud.faults.add({ target, effect: 'double' });
  await publish('x');
  expect(textOf(await cloud.advance(60_000))).toEqual(['x', 'x']);
});

test('delay: delivered so much later on the local clock', async () => {
  cloud.faults.add({ target, effect: 'delay', delayMs: 90_000 });
  await publish('x');
  expect(await cloud.advance(89_000)).toHaveLength(0);
  expect(await cloud.advance(1_000)).toHaveLength(1);
});

test('reorder: delivered after the one that follows it', async () => {
  cloud.faults.add({ target, effect: 'reorder' });
  await publish('1');
  await publish('2');
  expect(textOf(await cloud.advance(0))).toEqual(['2', '1']);
});

test('reorder without a follower: delivered a minute later', async () => {
  cloud.faults.add({ target, effect: 'reorder' });
  await publish('1');
  expect(textOf(await cloud.advance(60_000))).toEqual(['1']);
});

test('match: only deliveries of the subscription with that name', async () => {
  await cloud.pubsub.topic('top').createSubscription('other', { pushEndpoint: `${cloud.endpoint.url}/other` });
  cloud.faults.add({ target, effect: 'fail', match: 'other' });
  await publish('x');
  expect((await cloud.advance(0)).map(({ path }) => path)).toEqual(['/']);
});

test('a publish that failed after it was done is delivered although its publisher heard an error', async () => {
  cloud.faults.add({ target: 'pubsub.Publish', effect: 'fail-after', code: 'INVALID_ARGUMENT' });
  await expect(publish('x')).rejects.toMatchObject({ code: 3 });
  expect(await cloud.advance(0)).toHaveLength(1);
});
