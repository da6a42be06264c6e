import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cloud, seconds, startPubSub } from './cloud.ts';

let cloud: Cloud;
const subscription = 'projects/p/subscriptions/pulled';
beforeEach(async () => {
  cloud = await startPubSub();
  await cloud.pubsub.createTopic('top');
});
afterEach(() => cloud.close());
const subscribe = (options: object = {}) => cloud.pubsub.topic('top').createSubscription('pulled', options);
const publish = (text: string) => cloud.pubsub.topic('top').publishMessage({ data: Buffer.from(text) });
async function pull(maxMessages = 10) {
  const [{ receivedMessages }] = await cloud.subscriber.pull({ subscription, maxMessages });
  return (receivedMessages ?? []).map(({ message, ackId, deliveryAttempt }) => ({
    text: Buffer.from((message?.data as Uint8Array) ?? []).toString(),
    ackId: ackId as string,
    attempt: deliveryAttempt,
  }));
}

test('hands out at most so many, and each one once within its ack deadline', async () => {
  await subscribe();
  for (const text of ['1', '2', '3']) await publish(text);
  expect((await pull(2)).map(({ text }) => text)).toEqual(['1', '2']);
  expect((await pull()).map(({ text }) => text)).toEqual(['3']);
  expect(await pull()).toEqual([]);
});

test('an acknowledged message does not come again', async () => {
  await subscribe();
  await publish('x');
  const [{ ackId } = { ackId: '' }] = await pull();
  await cloud.subscriber.acknowledge({ subscription, ackIds: [ackId] });
  await cloud.advance(60_000);
  expect(await pull()).toEqual([]);
  expect(cloud.local.undelivered()).toBe(0);
});

test('a message comes again when its ack deadline has passed, at once when it is given back', async () => {
  await subscribe();
  await publish('x');
  await pull();
  await cloud.advance(10_000);
  const [again] = await pull();
  expect(again?.text).toBe('x');
  await cloud.subscriber.modifyAckDeadline({ subscription, ackIds: [again?.ackId as string], ackDeadlineSeconds: 0 });
  expect(await pull()).toHaveLength(1);
});

test('a deadline can be put off', async () => {
  await subscribe();
  await publish('x');
  const [{ ackId } = { ackId: '' }] = await pull();
  await cloud.subscriber.modifyAckDeadline({ subscription, ackIds: [ackId], ackDeadlineSeconds: 60 });
  await cloud.advance(59_000);
  expect(await pull()).toEqual([]);
  await cloud.advance(1_000);
  expect(await pull()).toHaveLength(1);
});

test('a retry policy delays what was given back', async () => {
  await subscribe({ retryPolicy: { minimumBackoff: seconds(30), maximumBackoff: seconds(60) } });
  await publish('x');
  const [{ ackId } = { ackId: '' }] = await pull();
  await cloud.subscriber.modifyAckDeadline({ subscription, ackIds: [ackId], ackDeadlineSeconds: 0 });
  await cloud.advance(29_000);
  expect(await pull()).toEqual([]);
  await cloud.advance(1_000);
  expect(await pull()).toHaveLength(1);
});

test('after its last attempt a message goes to the dead-letter topic', async () => {
  await cloud.pubsub.createTopic('dead');
  await cloud.pubsub.topic('dead').createSubscription('graves', { pushEndpoint: cloud.endpoint.url });
  await subscribe({ deadLetterPolicy: { deadLetterTopic: 'projects/p/topics/dead', maxDeliveryAttempts: 5 } });
  await publish('x');
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    expect((await pull())[0]?.attempt).toBe(attempt);
    await cloud.advance(10_000);
  }
  expect(await pull()).toEqual([]);
  expect(cloud.endpoint.received).toHaveLength(1);
});

test('after its last attempt a message stays where the dead-letter topic is gone, until there is one again', async () => {
  await cloud.pubsub.createTopic('dead');
  await subscribe({ deadLetterPolicy: { deadLetterTopic: 'projects/p/topics/dead', maxDeliveryAttempts: 5 } });
  await publish('x');
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    await pull();
    if (attempt < 5) await cloud.advance(10_000);
  }
  await cloud.pubsub.topic('dead').delete();
  // Nothing is to be done before it expires: a clock with work due would never pass it.
  expect(cloud.local.driven.nextDueAt()).toBeGreaterThan(cloud.clock.now() + 86_400_000);
  await cloud.advance(10_000);
  expect(cloud.local.undelivered()).toBe(1);
  expect(await pull()).toMatchObject([{ text: 'x', attempt: 6 }]);
  await cloud.pubsub.createTopic('dead');
  await cloud.pubsub.topic('dead').createSubscription('graves', { pushEndpoint: cloud.endpoint.url });
  expect(await cloud.advance(10_000)).toMatchObject([
    { json: { message: { attributes: { CloudPubSubDeadLetterSourceDeliveryCount: '6' } } } },
  ]);
  expect([await pull(), cloud.local.undelivered()]).toEqual([[], 0]);
});

test('a push subscription cannot be pulled', async () => {
  await subscribe({ pushEndpoint: cloud.endpoint.url });
  await expect(pull()).rejects.toMatchObject({ code: 9 });
});
