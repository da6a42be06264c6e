import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { attemptsOf, type Cloud, seconds, start, startPubSub, textOf } from './cloud.ts';

let cloud: Cloud;
beforeEach(async () => {
  cloud = await startPubSub();
  await cloud.pubsub.createTopic('top');
});
afterEach(() => cloud.close());

const subscribe = (options: object = {}, name = 'sub') =>
  cloud.pubsub.topic('top').createSubscription(name, { pushEndpoint: `${cloud.endpoint.url}/door`, ...options });
const publish = (text: string, more: object = {}) =>
  cloud.pubsub.topic('top').publishMessage({ data: Buffer.from(text), ...more });

describe('a push', () => {
  test('is a POST of the message in base64 with both spellings of id and time', async () => {
    await subscribe();
    const id = await publish('hello', { attributes: { kind: 'greeting' } });
    const [request] = await cloud.advance(0);
    expect(request).toMatchObject({ method: 'POST', path: '/door' });
    const publishTime = new Date(start).toISOString().slice(0, 15);
    expect(request?.json).toEqual({
      message: {
        data: Buffer.from('hello').toString('base64'),
        attributes: { kind: 'greeting' },
        messageId: id,
        message_id: id,
        publishTime: expect.stringContaining(publishTime),
        publish_time: expect.stringContaining(publishTime),
      },
      subscription: 'projects/p/subscriptions/sub',
    });
  });

  test('reaches every subscription of the topic, and none made after it', async () => {
    await subscribe({}, 'first');
    await subscribe({}, 'second');
    await publish('x');
    await subscribe({}, 'third');
    const names = (await cloud.advance(0)).map(({ json }) => json.subscription.split('/').at(-1));
    expect(names.sort()).toEqual(['first', 'second']);
    expect(cloud.local.undelivered()).toBe(0);
  });

  test.each([200, 201, 202, 204])('is acknowledged by %i', async (status) => {
    await subscribe();
    cloud.endpoint.answer = () => status;
    await publish('x');
    expect(await cloud.advance(3_600_000)).toHaveLength(1);
    expect(cloud.local.undelivered()).toBe(0);
  });

  test.each([203, 206, 301, 302, 303, 307, 308, 400, 404, 429, 500, 503])(
    'is not acknowledged by %i, nor sent on',
    async (status) => {
      await subscribe({ retryPolicy: { minimumBackoff: seconds(10), maximumBackoff: seconds(600) } });
      cloud.endpoint.answer = ({ path }) => (path === '/door' ? { status, headers: { location: '/elsewhere' } } : 200);
      await publish('x');
      expect((await cloud.advance(10_000)).map(({ path }) => path)).toEqual(['/door', '/door']);
      expect(cloud.local.undelivered()).toBe(1);
    },
  );

  test('is retried with exponential backoff between the minimum and the maximum', async () => {
    await subscribe({ retryPolicy: { minimumBackoff: seconds(10), maximumBackoff: seconds(60) } });
    cloud.endpoint.answer = () => 500;
    const at: number[] = [];
    cloud.endpoint.answer = () => {
      at.push(cloud.clock.now());
      return 500;
    };
    await publish('x');
    await cloud.advance(300_000);
    const gaps = at.slice(1).map((time, index) => Math.round((time - (at[index] as number)) / 1_000));
    expect(gaps).toEqual([10, 20, 40, 60, 60, 60]);
  });

  test('without a retry policy is retried at once, with the push backoff of 100 ms to 60 s', async () => {
    await subscribe();
    cloud.endpoint.answer = () => 500;
    await publish('x');
    expect(await cloud.advance(1_000)).toHaveLength(4);
    await cloud.advance(600_000);
    expect((await cloud.advance(600_000)).length).toBe(10);
  });

  test('that is not answered within the ack deadline has failed', async () => {
    await subscribe({ ackDeadlineSeconds: 20, retryPolicy: {} });
    // The deadline passes as soon as the push has arrived, however long that took.
    let deadline = new AbortController();
    const passing = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      deadline = new AbortController();
      return deadline.signal;
    });
    cloud.endpoint.answer = () => {
      deadline.abort();
      return new Promise(() => {});
    };
    await publish('x');
    expect(await cloud.advance(10_000)).toHaveLength(2);
    expect(passing).toHaveBeenCalledWith(20_000);
    passing.mockRestore();
  });

  test('goes on after the endpoint was away', async () => {
    await subscribe({ pushEndpoint: 'http://127.0.0.1:9/' });
    await publish('x');
    await cloud.advance(60_000);
    await cloud.pubsub.subscription('sub').modifyPushConfig({ pushEndpoint: cloud.endpoint.url });
    expect(textOf(await cloud.advance(60_000))).toEqual(['x']);
  });

  test('without wrapper is the data alone, with the metadata in headers where asked', async () => {
    await subscribe({
      pushEndpoint: undefined,
      pushConfig: { pushEndpoint: cloud.endpoint.url, noWrapper: { writeMetadata: true } },
    });
    await publish('raw', { attributes: { kind: 'k' } });
    const [request] = await cloud.advance(0);
    expect(request?.text).toBe('raw');
    expect(request?.headers).toMatchObject({
      'x-goog-pubsub-subscription-name': 'projects/p/subscriptions/sub',
      kind: 'k',
    });
  });
});

describe('a dead-letter policy', () => {
  const policy = { deadLetterTopic: 'projects/p/topics/dead', maxDeliveryAttempts: 5 };
  beforeEach(async () => {
    await cloud.pubsub.createTopic('dead');
    await cloud.pubsub.topic('dead').createSubscription('graves', { pushEndpoint: `${cloud.endpoint.url}/graves` });
    cloud.endpoint.answer = ({ path }) => (path === '/graves' ? 204 : 500);
  });

  test('adds deliveryAttempt, and forwards after so many with where it came from', async () => {
    await subscribe({ deadLetterPolicy: policy });
    await publish('poison', { attributes: { kind: 'k' } });
    const received = await cloud.advance(3_600_000);
    const tried = received.filter(({ path }) => path === '/door');
    expect(attemptsOf(tried)).toEqual([1, 2, 3, 4, 5]);
    const [letter, ...others] = received.filter(({ path }) => path === '/graves');
    expect(others).toEqual([]);
    expect(letter?.json.message.attributes).toEqual({
      kind: 'k',
      CloudPubSubDeadLetterSourceDeliveryCount: '5',
      CloudPubSubDeadLetterSourceSubscription: 'sub',
      CloudPubSubDeadLetterSourceSubscriptionProject: 'p',
      CloudPubSubDeadLetterSourceTopicPublishTime: tried[0]?.json.message.publishTime,
    });
    expect(letter?.json.message.messageId).not.toBe(tried[0]?.json.message.messageId);
    expect(cloud.local.undelivered()).toBe(0);
  });

  test('keeps the message where the dead-letter topic is gone', async () => {
    await subscribe({ deadLetterPolicy: policy });
    await publish('poison');
    await cloud.pubsub.topic('dead').delete();
    expect((await cloud.advance(3_600_000)).length).toBeGreaterThan(5);
    expect(cloud.local.undelivered()).toBe(1);
  });

  test.each([4, 101])('of %i attempts is refused', async (maxDeliveryAttempts) => {
    await expect(subscribe({ deadLetterPolicy: { ...policy, maxDeliveryAttempts } })).rejects.toMatchObject({
      code: 3,
    });
  });
});

describe('retention', () => {
  test('drops a message that was not acknowledged for as long as the subscription keeps it', async () => {
    await subscribe({ messageRetentionDuration: seconds(600), pushEndpoint: 'http://127.0.0.1:9/' });
    await publish('x');
    await cloud.advance(590_000);
    expect(cloud.local.undelivered()).toBe(1);
    await cloud.advance(10_000);
    expect(cloud.local.undelivered()).toBe(0);
  });
});

describe('ordering keys', () => {
  test('deliver one at a time and in the order of publishing, also after a failure', async () => {
    await subscribe({ enableMessageOrdering: true });
    const topic = cloud.pubsub.topic('top', { messageOrdering: true });
    for (const text of ['1', '2', '3']) {
      await topic.publishMessage({ data: Buffer.from(text), orderingKey: 'k' });
    }
    await topic.publishMessage({ data: Buffer.from('other'), orderingKey: 'l' });
    let failures = 2;
    cloud.endpoint.answer = ({ json }) => (json.message.orderingKey === 'k' && failures-- > 0 ? 500 : 204);
    const texts = textOf(await cloud.advance(10_000));
    expect(texts.filter((text) => text !== 'other')).toEqual(['1', '1', '1', '2', '3']);
    expect(texts.indexOf('other')).toBeLessThan(2);
  });
});

describe('a filter', () => {
  test('acknowledges by itself what it does not let through', async () => {
    await subscribe({ filter: 'attributes.kind = "a" AND NOT hasPrefix(attributes.who, "test")' });
    await publish('1', { attributes: { kind: 'a', who: 'me' } });
    await publish('2', { attributes: { kind: 'b' } });
    await publish('3', { attributes: { kind: 'a', who: 'tester' } });
    expect(textOf(await cloud.advance(0))).toEqual(['1']);
    expect(cloud.local.undelivered()).toBe(0);
  });

  test('that cannot be read is refused', async () => {
    await expect(subscribe({ filter: 'data = "x"' })).rejects.toMatchObject({ code: 3 });
  });
});
