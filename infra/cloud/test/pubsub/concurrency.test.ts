import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cloud, seconds, startPubSub, textOf } from './cloud.ts';

let cloud: Cloud;
beforeEach(async () => {
  cloud = await startPubSub();
  await cloud.pubsub.createTopic('top');
  await cloud.pubsub.topic('top').createSubscription('sub', { pushEndpoint: cloud.endpoint.url, retryPolicy: {} });
});
afterEach(() => cloud.close());
const publish = (text: string) => cloud.pubsub.topic('top').publishMessage({ data: Buffer.from(text) });

test('in real time a slow push does not hold up the others, nor what is published after it', async () => {
  const slow = Promise.withResolvers<number>();
  cloud.endpoint.answer = ({ json }) =>
    Buffer.from(json.message.data, 'base64').toString() === 'slow' ? slow.promise : 204;
  cloud.clock.start();
  await publish('slow');
  for (const text of ['1', '2']) await publish(text);
  await until(() => cloud.local.undelivered() === 1);
  await publish('3');
  await until(() => cloud.local.undelivered() === 1 && cloud.endpoint.received.length === 4);
  slow.resolve(204);
  await until(() => cloud.local.undelivered() === 0);
  expect(cloud.endpoint.received).toHaveLength(4);
});

test('in real time a message that failed comes again by itself', async () => {
  await cloud.pubsub
    .subscription('sub')
    .setMetadata({ retryPolicy: { minimumBackoff: seconds(0), maximumBackoff: seconds(0) } });
  let failures = 1;
  cloud.endpoint.answer = () => (failures-- > 0 ? 500 : 204);
  cloud.clock.start();
  await publish('x');
  await until(() => cloud.local.undelivered() === 0);
  expect(cloud.endpoint.received).toHaveLength(2);
});

test('what is published during a delivery is delivered at the same instant of the clock', async () => {
  const times: number[] = [];
  cloud.endpoint.answer = async ({ json }) => {
    times.push(cloud.clock.now());
    const text = Buffer.from(json.message.data, 'base64').toString();
    if (text.length < 5) await publish(`${text}x`);
    return 204;
  };
  await publish('x');
  expect(textOf(await cloud.advance(60_000))).toEqual(['x', 'xx', 'xxx', 'xxxx', 'xxxxx']);
  expect(new Set(times).size).toBe(1);
});

test('a jump waits for what was under way', async () => {
  let isDone = false;
  cloud.endpoint.answer = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    isDone = true;
    return 204;
  };
  await publish('x');
  await cloud.advance(0);
  expect(isDone).toBe(true);
  expect(cloud.local.undelivered()).toBe(0);
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
