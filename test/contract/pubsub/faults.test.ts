import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Fault } from '../../../infra/local/faults.ts';
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

// Ten seconds are the ack deadline, which a push that hangs waits out, and ten more the backoff.
test.each<[effect: Fault['effect'], says: string, answers: number[], seconds: number[]]>([
  ['fail', 'the endpoint is not called, and the message comes after its backoff', [], [10]],
  ['fail-after', 'delivered, its acknowledgement lost, and delivered again', [], [0, 10]],
  ['hang', 'not called, and nothing heard until the ack deadline', [], [20]],
  ['hang-after', 'delivered, and its acknowledgement never heard of', [], [0, 20]],
  ['double', 'delivered twice', [], [0, 0]],
  ['double', 'acknowledged where the first of the two is', [204, 500], [0, 0]],
  ['double', 'acknowledged where the second of the two is', [500, 204], [0, 0]],
  ['double', 'failed where neither is acknowledged', [500, 500], [0, 0, 10]],
  ['delay', 'delivered so much later on the local clock', [], [90]],
  ['reorder', 'without a follower delivered a minute later', [], [60]],
])('%s: %s', async (effect, _, answers, expected) => {
  const at: number[] = [];
  const begun = cloud.clock.now();
  cloud.endpoint.answer = () => {
    at.push(Math.round((cloud.clock.now() - begun) / 1_000));
    return answers.shift() ?? 204;
  };
  cloud.faults.add({ target, effect, delayMs: 90_000 });
  await publish('x');
  await cloud.advance(600_000);
  expect(at).toEqual(expected);
  expect(cloud.local.undelivered()).toBe(0);
});

test('reorder: delivered after the one that follows it', async () => {
  cloud.faults.add({ target, effect: 'reorder' });
  await publish('1');
  await publish('2');
  expect(textOf(await cloud.advance(0))).toEqual(['2', '1']);
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
