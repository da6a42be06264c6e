import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Cloud, seconds, startPubSub } from './cloud.ts';

let cloud: Cloud;
beforeEach(async () => {
  cloud = await startPubSub();
});
afterEach(() => cloud.close());

describe('topics', () => {
  test('are created, got, listed, updated and deleted', async () => {
    const { pubsub } = cloud;
    await pubsub.createTopic({ name: 'one-topic', labels: { a: 'b' } });
    await pubsub.createTopic('two-topic');
    expect((await pubsub.topic('one-topic').getMetadata())[0]).toMatchObject({ labels: { a: 'b' } });
    await pubsub.topic('one-topic').setMetadata({ labels: { a: 'c' } });
    expect((await pubsub.topic('one-topic').getMetadata())[0]).toMatchObject({ labels: { a: 'c' } });
    expect((await pubsub.getTopics())[0].map(({ name }) => name)).toEqual([
      'projects/p/topics/one-topic',
      'projects/p/topics/two-topic',
    ]);
    await pubsub.topic('one-topic').delete();
    expect(await pubsub.topic('one-topic').exists()).toEqual([false]);
  });

  test('answer NOT_FOUND, ALREADY_EXISTS and INVALID_ARGUMENT as documented', async () => {
    const { pubsub } = cloud;
    await pubsub.createTopic('top');
    await expect(pubsub.createTopic('top')).rejects.toMatchObject({
      code: 6,
      details: 'Resource already exists in the project (resource=top).',
    });
    await expect(pubsub.topic('none').getMetadata()).rejects.toMatchObject({
      code: 5,
      details: 'Resource not found (resource=none).',
    });
    await expect(pubsub.topic('none').publishMessage({ data: Buffer.from('x') })).rejects.toMatchObject({ code: 5 });
    await expect(pubsub.createTopic('goog-x')).rejects.toMatchObject({ code: 3 });
    await expect(pubsub.topic('top').publishMessage({ attributes: { a: 'x'.repeat(1_025) } })).rejects.toMatchObject({
      code: 3,
    });
  });

  test('list their subscriptions, which outlive them', async () => {
    const { pubsub } = cloud;
    const [topic] = await pubsub.createTopic('top');
    await topic.createSubscription('sss');
    expect((await topic.getSubscriptions())[0].map(({ name }) => name)).toEqual(['projects/p/subscriptions/sss']);
    await topic.publishMessage({ data: Buffer.from('x') });
    await topic.delete();
    expect((await pubsub.subscription('sss').getMetadata())[0].topic).toBe('_deleted-topic_');
    expect(cloud.local.undelivered()).toBe(1);
  });

  test('are listed page by page', async () => {
    for (const name of ['aaa', 'bbb', 'ccc']) await cloud.pubsub.createTopic(name);
    const [first, next] = await cloud.pubsub.getTopics({ pageSize: 2, autoPaginate: false });
    expect(first).toHaveLength(2);
    expect((await cloud.pubsub.getTopics({ ...next, autoPaginate: false }))[0].map(({ name }) => name)).toEqual([
      'projects/p/topics/ccc',
    ]);
  });
});

describe('subscriptions', () => {
  beforeEach(() => cloud.pubsub.createTopic('top'));

  test('get the documented defaults', async () => {
    await cloud.pubsub
      .topic('top')
      .createSubscription('sss', { deadLetterPolicy: { deadLetterTopic: 'projects/p/topics/top' } });
    const [metadata] = await cloud.pubsub.subscription('sss').getMetadata();
    expect(metadata).toMatchObject({
      ackDeadlineSeconds: 10,
      messageRetentionDuration: { seconds: '604800' },
      expirationPolicy: { ttl: { seconds: '2678400' } },
      deadLetterPolicy: { maxDeliveryAttempts: 5 },
      state: 'ACTIVE',
    });
  });

  test('keep their push endpoint and OIDC token', async () => {
    const oidcToken = { serviceAccountEmail: 'pusher@p.iam.gserviceaccount.com', audience: 'https://example.com' };
    await cloud.pubsub.topic('top').createSubscription('sss', {
      pushConfig: { pushEndpoint: cloud.endpoint.url, oidcToken },
    });
    const [metadata] = await cloud.pubsub.subscription('sss').getMetadata();
    expect(metadata.pushConfig).toMatchObject({ pushEndpoint: cloud.endpoint.url, oidcToken });
  });

  test('are updated by mask, except for what is fixed', async () => {
    const [subscription] = await cloud.pubsub.topic('top').createSubscription('sss', { labels: { a: 'b' } });
    await subscription.setMetadata({ ackDeadlineSeconds: 60 });
    expect((await subscription.getMetadata())[0]).toMatchObject({ ackDeadlineSeconds: 60, labels: { a: 'b' } });
    await expect(subscription.setMetadata({ filter: 'attributes:a' })).rejects.toMatchObject({ code: 3 });
    await expect(subscription.setMetadata({ ackDeadlineSeconds: 9 })).rejects.toMatchObject({ code: 3 });
  });

  test('are listed and deleted, their messages with them', async () => {
    const [subscription] = await cloud.pubsub.topic('top').createSubscription('sss');
    await cloud.pubsub.topic('top').publishMessage({ data: Buffer.from('x') });
    expect((await cloud.pubsub.getSubscriptions())[0]).toHaveLength(1);
    await subscription.delete();
    expect((await cloud.pubsub.getSubscriptions())[0]).toHaveLength(0);
    expect(cloud.local.undelivered()).toBe(0);
  });

  test('need their topic, and a name of their own', async () => {
    await expect(cloud.pubsub.topic('none').createSubscription('sss')).rejects.toMatchObject({ code: 5 });
    await cloud.pubsub.topic('top').createSubscription('sss');
    await expect(cloud.pubsub.topic('top').createSubscription('sss')).rejects.toMatchObject({ code: 6 });
    await expect(
      cloud.pubsub.topic('top').createSubscription('more', { messageRetentionDuration: seconds(60) }),
    ).rejects.toMatchObject({ code: 3 });
  });
});

test('what is not there answers UNIMPLEMENTED by its name', async () => {
  await cloud.pubsub.createTopic('top');
  const [subscription] = await cloud.pubsub.topic('top').createSubscription('sss');
  await expect(subscription.seek(new Date())).rejects.toMatchObject({
    code: 12,
    details: expect.stringContaining('Subscriber.Seek'),
  });
});
