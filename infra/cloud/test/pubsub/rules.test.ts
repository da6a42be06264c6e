/** What a subscription may ask for, what it gets where it is silent, and which messages it keeps, and for how long. */
import { describe, expect, test } from 'vitest';
import { parseFilter } from '../../src/pubsub/filter.ts';
import { PubSubStore } from '../../src/pubsub/store.ts';
import { backoffMs, type SubscriptionConfig, toSubscription, withDefaults } from '../../src/pubsub/subscription.ts';
import { openStorage } from '../../src/storage.ts';
import { outcomeOf } from '../calls.ts';

const topic = 'projects/p/topics/t';
const config = (more: Partial<SubscriptionConfig> = {}): SubscriptionConfig => ({
  name: 'projects/p/subscriptions/s',
  topic,
  ...more,
});
const seconds = (of: number) => ({ seconds: String(of) });
const [minute, day] = [60, 86_400];

describe('what may be asked for', () => {
  const outcome = (more: Partial<SubscriptionConfig>) => outcomeOf(() => withDefaults(config(more))).split(':')[0];
  const retry = (min: number, max: number) => ({
    retryPolicy: { minimumBackoff: seconds(min), maximumBackoff: seconds(max) },
  });
  const labels = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, 'v']));
  const letters = (maxDeliveryAttempts: number) => ({
    deadLetterPolicy: { deadLetterTopic: topic, maxDeliveryAttempts },
  });

  test.each<[string, Partial<SubscriptionConfig>, boolean]>([
    ['a deadline of 9 s', { ackDeadlineSeconds: 9 }, false],
    ['of 10 s', { ackDeadlineSeconds: 10 }, true],
    ['of 600 s', { ackDeadlineSeconds: 600 }, true],
    ['of 601 s', { ackDeadlineSeconds: 601 }, false],
    ['to be kept 9:59 min', { messageRetentionDuration: seconds(10 * minute - 1) }, false],
    ['10 min', { messageRetentionDuration: seconds(10 * minute) }, true],
    ['31 days', { messageRetentionDuration: seconds(31 * day) }, true],
    ['a second longer', { messageRetentionDuration: seconds(31 * day + 1) }, false],
    ['to expire after 23:59 h', { expirationPolicy: { ttl: seconds(day - 60) } }, false],
    ['after a day', { expirationPolicy: { ttl: seconds(day) } }, true],
    ['never', { expirationPolicy: {} }, true],
    ['a filter of 256 bytes', { filter: `attributes:${'x'.repeat(245)}` }, true],
    ['a longer one', { filter: `attributes:${'x'.repeat(246)}` }, false],
    ['64 labels', { labels: labels(64) }, true],
    ['65 labels', { labels: labels(65) }, false],
    ['labels of 63 characters', { labels: { ['k'.repeat(63)]: 'v'.repeat(63), 名: '値', e: '' } }, true],
    ['a label of 64', { labels: { ['k'.repeat(64)]: 'v' } }, false],
    ['a label’s value of 64', { labels: { k: 'v'.repeat(64) } }, false],
    ['a label in capitals', { labels: { Team: 'us' } }, false],
    ['a label’s value in capitals', { labels: { team: 'Us' } }, false],
    ['a label that begins with a number', { labels: { '1st': 'us' } }, false],
    ['4 attempts', letters(4), false],
    ['5 attempts', letters(5), true],
    ['100 attempts', letters(100), true],
    ['101 attempts', letters(101), false],
    ['dead letters to nowhere', { deadLetterPolicy: { maxDeliveryAttempts: 5 } }, false],
    ['a backoff of nothing', retry(0, 0), true],
    ['of up to 600 s', retry(600, 600), true],
    ['of up to 601 s', retry(10, 601), false],
    ['from 601 s', retry(601, 601), false],
    ['that shrinks', retry(20, 10), false],
    ['a push to https', { pushConfig: { pushEndpoint: 'https://a.example' } }, true],
    ['a push to a mailbox', { pushConfig: { pushEndpoint: 'mailto:a@a.example' } }, false],
  ])('%s', (_, more, isTaken) => {
    expect(outcome(more)).toBe(isTaken ? 'taken' : 'INVALID_ARGUMENT');
  });

  test('where it is silent: ten seconds, a week, five attempts, ten seconds to ten minutes', () => {
    const full = withDefaults(config({ deadLetterPolicy: { deadLetterTopic: topic }, retryPolicy: {} }));
    expect(full).toMatchObject({
      ackDeadlineSeconds: 10,
      messageRetentionDuration: { seconds: String(7 * day) },
      deadLetterPolicy: { deadLetterTopic: topic, maxDeliveryAttempts: 5 },
      retryPolicy: { minimumBackoff: seconds(10), maximumBackoff: seconds(600) },
      expirationPolicy: { ttl: { seconds: String(31 * day) } },
    });
  });
});

describe('how long a failed message waits', () => {
  const waits = (more: Partial<SubscriptionConfig>, ...attempts: number[]) =>
    attempts.map((each) => backoffMs(toSubscription(1, config(more)), each));
  const push = { pushConfig: { pushEndpoint: 'https://a.example' } };
  const retry = (min: number, max: number) => ({
    retryPolicy: { minimumBackoff: seconds(min), maximumBackoff: seconds(max) },
  });

  test.each<[string, Partial<SubscriptionConfig>, number[]]>([
    ['pulled', {}, [0, 0, 0, 0]],
    ['pushed', push, [100, 200, 400, 60_000]],
    ['pulled, with a policy', retry(10, 60), [10_000, 20_000, 40_000, 60_000]],
    ['pushed, with a policy', { ...push, ...retry(10, 60) }, [10_000, 20_000, 40_000, 60_000]],
    ['pulled, with a policy of nothing', retry(0, 0), [0, 0, 0, 0]],
    ['pushed, with a policy of nothing', { ...push, ...retry(0, 0) }, [100, 100, 100, 100]],
  ])('%s', (_, more, expected) => {
    expect(waits(more, 1, 2, 3, 100)).toEqual(expected);
  });
});

describe('what is kept', () => {
  const start = (...configs: Partial<SubscriptionConfig>[]) => {
    const store = new PubSubStore(openStorage(undefined));
    store.putTopic({ name: topic });
    for (const [index, each] of configs.entries())
      store.addSubscription(withDefaults(config({ name: `projects/p/subscriptions/s${index + 1}`, ...each })));
    const publish = (now: number, orderingKey = '', attributes: Record<string, string> = {}) =>
      store.publish(topic, [{ data: Buffer.from('x'), attributes, orderingKey }], now)[0] as number;
    const due = (id: number, now: number) => store.due(id, now, 100).map(({ message }) => message.id);
    return { store, publish, due };
  };

  test('for every subscription of the topic that accepts it, and for none that is detached or of another', () => {
    const { store, publish, due } = start(
      {},
      { detached: true },
      { filter: 'attributes.kind = "a"' },
      { topic: 'projects/p/topics/other' },
    );
    const id = publish(0, '', { kind: 'a' });
    const other = publish(0, '', { kind: 'b' });
    expect([1, 2, 3, 4].map((each) => due(each, 0))).toEqual([[id, other], [], [id], []]);
    expect(store.count()).toBe(3);
  });

  test('until it is acknowledged, or for as long as the subscription says, and not at that very instant any more', () => {
    const { store, publish, due } = start({ messageRetentionDuration: seconds(10 * minute) });
    const [first, second] = [publish(0), publish(1)];
    store.acknowledge(1, first, 2);
    expect(due(1, 2)).toEqual([second]);
    const end = 10 * minute * 1_000 + 1;
    expect(store.nextExpiryAt()).toBe(end);
    store.expire(end - 1);
    expect(due(1, end)).toEqual([second]);
    store.expire(end);
    expect([due(1, end), store.count(), store.nextExpiryAt()]).toEqual([[], 0, undefined]);
  });

  test('what was put off is due when it is, with its attempts; the earliest first, and what is under way not again', () => {
    const { store, publish, due } = start({});
    const [first, second, third] = [publish(0), publish(0), publish(0)];
    store.postpone(1, first, 50, 1);
    expect(due(1, 49)).toEqual([second, third]);
    expect(due(1, 50)).toEqual([second, third, first]);
    expect(store.due(1, 50, 2, new Set([second])).map(({ message }) => message.id)).toEqual([third, first]);
    expect([store.attempts(1, first), store.attempts(1, second), store.attempts(1, 99)]).toEqual([1, 0, undefined]);
    expect([store.nextDueAt(1, new Set()), store.nextDueAt(1, new Set([second, third]))]).toEqual([0, 50]);
  });

  test('of one ordering key one at a time, and of others meanwhile', () => {
    const { store, publish, due } = start({ enableMessageOrdering: true });
    const [first, second, other] = [publish(0, 'a'), publish(0, 'a'), publish(0, 'b')];
    expect(due(1, 0)).toEqual([first, other]);
    store.acknowledge(1, first, 7);
    expect(due(1, 6)).toEqual([other]);
    expect(due(1, 7)).toEqual([other, second]);
  });

  test('the next of an ordering key goes once the one before it is too old', () => {
    const { store, publish, due } = start({
      enableMessageOrdering: true,
      messageRetentionDuration: seconds(10 * minute),
    });
    publish(0, 'a');
    const [second, third] = [publish(1, 'a'), publish(2, 'a')];
    const end = 10 * minute * 1_000;
    store.expire(end);
    expect([due(1, end - 1), due(1, end)]).toEqual([[], [second]]);
    store.expire(end + 1);
    expect(due(1, end + 1)).toEqual([third]);
  });

  test('what has no ordering key waits for nothing, nor does any where the subscription has no order', () => {
    const { publish, due } = start({ enableMessageOrdering: true }, {});
    const [first, second, third, fourth] = [publish(0), publish(0), publish(0, 'a'), publish(0, 'a')];
    expect(due(1, 0)).toEqual([first, second, third]);
    expect(due(2, 0)).toEqual([first, second, third, fourth]);
  });

  test('what has used up its attempts is told apart, the one that ended first before the others', () => {
    const { store, publish } = start({});
    const [first, second] = [publish(0), publish(0)];
    store.postpone(1, first, 90, 5);
    store.postpone(1, second, 80, 6);
    expect(store.nextExhausted(1, 7)).toBeUndefined();
    expect(store.nextExhausted(1, 6)?.message.id).toBe(second);
    expect(store.nextExhausted(1, 5)).toMatchObject({ dueAt: 80, attempts: 6 });
  });

  test('a topic that is deleted leaves its subscriptions, which get nothing any more', () => {
    const { store, publish, due } = start({});
    store.dropTopic(topic);
    expect(store.topic(topic)).toBeUndefined();
    expect(store.subscription(1)?.topic).toBe('_deleted-topic_');
    publish(0);
    expect(due(1, 0)).toEqual([]);
  });
});

test.each<[string, Record<string, string>, boolean]>([
  ['attributes:a', { a: '' }, true],
  ['attributes:a', { b: '1' }, false],
  ['attributes.a = "1"', { a: '1' }, true],
  ['attributes.a = "1"', {}, false],
  ['attributes.a != "1"', { a: '2' }, true],
  ['attributes.a != "1"', {}, true],
  ['attributes.a != "1"', { a: '1' }, false],
  ['hasPrefix(attributes.a, "x")', { a: 'xy' }, true],
  ['hasPrefix(attributes.a, "x")', { a: 'yx' }, false],
  ['hasPrefix(attributes.a, "x")', {}, false],
  ['hasPrefix(attributes."a b", "x\\"")', { 'a b': 'x"y' }, true],
  ['hasPrefix(attributes.a, "")', { a: '' }, true],
  // What every object has is no attribute.
  ['hasPrefix(attributes.constructor, "x")', {}, false],
  ['attributes:constructor', {}, false],
  ['attributes:constructor', { constructor: '' }, true],
  ['hasPrefix(attributes.a, "x") AND attributes:b', { a: 'x' }, false],
  ['NOT attributes:a', {}, true],
  ['-attributes:a', { a: '1' }, false],
  // It is of the one term behind it.
  ['NOT attributes:a AND attributes:b', { b: '1' }, true],
  ['NOT attributes:a AND attributes:b', {}, false],
  ['NOT attributes:a AND attributes:b', { a: '1' }, false],
  ['NOT attributes:a OR attributes:b', { a: '1', b: '1' }, true],
  ['-attributes:a AND -attributes:b', { a: '1' }, false],
  ['-attributes:a AND -attributes:b', {}, true],
  ['NOT (attributes:a AND attributes:b) AND attributes:c', { a: '1', c: '1' }, true],
  ['NOT (attributes:a AND attributes:b) AND attributes:c', {}, false],
  ['attributes:a AND attributes:b', { a: '1' }, false],
  ['attributes:a AND attributes:b', { b: '1' }, false],
  ['attributes:a AND attributes:b AND attributes:c', { a: '1', b: '1' }, false],
  ['attributes:a AND attributes:b AND attributes:c', { a: '1', b: '1', c: '1' }, true],
  ['attributes:a OR attributes:b OR attributes:c', { c: '1' }, true],
  ['attributes:a OR attributes:b OR attributes:c', { d: '1' }, false],
  ['(attributes:a OR attributes:b) AND attributes:c', { a: '1' }, false],
  ['(attributes:a OR attributes:b) AND attributes:c', { b: '1', c: '1' }, true],
  ['(attributes:a AND attributes:b) OR attributes:c', { c: '1' }, true],
  ['attributes:a OR attributes:b', { b: '1' }, true],
  ['attributes:a AND (attributes:b OR attributes:c)', { a: '1', c: '1' }, true],
  ['attributes:a AND NOT (attributes:b OR attributes:c)', { a: '1', c: '1' }, false],
  ['attributes."a b" = "q\\"q"', { 'a b': 'q"q' }, true],
])('the filter %s lets %j through: %s', (text, attributes, isAccepted) => {
  expect(parseFilter(text)(attributes)).toBe(isAccepted);
});

test.each([
  '',
  'a',
  'attributes',
  'attributes.a',
  'attributes.a < "1"',
  'attributes;a = "1"',
  'attributes.( = "1"',
  'attributes:(',
  'attributes.a = )',
  'attributes.a = "',
  'attributes:a AND',
  'AND attributes:a',
  'NOT',
  '(attributes:a',
  'attributes:a)',
  '(attributes:a AND attributes:b OR attributes:c)',
  'hasPrefix(attributes.a)',
  'hasPrefix(attributes:a, "x")',
  'hasPrefix(attributes.a, "x"',
  'attributes:a attributes:b',
  'attributes:a AND attributes:b OR attributes:c',
])('the filter %j is refused', (text) => {
  expect(() => parseFilter(text)).toThrow('Invalid filter');
});
