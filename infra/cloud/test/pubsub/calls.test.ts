/** What each call of Pub/Sub answers and refuses, at each limit; what is pushed, when, and again. */
import { describe, expect, test, vi } from 'vitest';
import { inALine } from '../../../../test/in-a-line.ts';
import { LocalClock } from '../../src/clock.ts';
import { Faults } from '../../src/faults.ts';
import { createPubSub } from '../../src/pubsub/service.ts';
import { openStorage } from '../../src/storage.ts';
import { type Answer, callsOf, stopTimeAt } from '../calls.ts';

const startAt = Date.parse('2026-11-24T10:00:00Z');
const topic = 'projects/p/topics/top';
const subscription = 'projects/p/subscriptions/sub';
const seconds = (of: number) => ({ seconds: String(of) });

stopTimeAt(startAt);

/** Pub/Sub by its calls alone, on a clock that only jumps. @param answer what each push is answered */
function start(answer: (call: { url: string; at: number; body: Answer }) => number | Promise<number> = () => 204) {
  const clock = new LocalClock();
  clock.set(startAt);
  const faults = new Faults();
  const pushed: { url: string; at: number; headers: Record<string, string>; body: Answer; method: string }[] = [];
  const fetch = async (url: string | URL | Request, { method = '', headers, body, redirect }: RequestInit = {}) => {
    const text = typeof body === 'string' ? JSON.parse(body) : Buffer.from(body as Uint8Array).toString();
    const call = { url: url as string, at: clock.now() - startAt, body: text };
    // Where a redirection leads, nobody is to follow it.
    expect(redirect).toBe('manual');
    pushed.push({ ...call, method, headers: headers as Record<string, string> });
    return new Response(null, { status: await answer(call) });
  };
  const local = createPubSub({ db: openStorage(undefined), clock, faults, fetch });
  clock.drive(local.driven);
  const { call, refused } = callsOf(local.handlers);
  call('CreateTopic', { name: topic });
  return {
    clock,
    faults,
    pushed,
    local,
    call,
    refused,
    subscribe: (more: object = {}, name = subscription) => call('CreateSubscription', { name, topic, ...more }),
    publish: (...messages: object[]) => call('Publish', { topic, messages }).messageIds as string[],
    jump: (ms: number) => clock.jump((now) => now + ms),
  };
}
const data = Buffer.from('x');
const toDoor = { pushConfig: { pushEndpoint: 'https://a.example/door' } };
const attributes = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, 'v']));

describe('a message', () => {
  test.each<[string, boolean, object]>([
    ['of data', true, { data }],
    ['of one attribute', true, { attributes: { a: '' } }],
    ['of nothing', false, {}],
    ['of no data', false, { data: Buffer.of() }],
    ['of 10 MiB', true, { data: Buffer.alloc(10 * 1024 * 1024) }],
    ['of a byte more', false, { data: Buffer.alloc(10 * 1024 * 1024 + 1) }],
    ['with 100 attributes', true, { attributes: attributes(100) }],
    ['with 101', false, { attributes: attributes(101) }],
    ['with a key of 256 bytes', true, { attributes: { ['é'.repeat(128)]: 'v' } }],
    ['with one of more', false, { attributes: { [`${'é'.repeat(128)}a`]: 'v' } }],
    ['with a key of nothing', false, { attributes: { '': 'v' } }],
    ['with a key of Google’s', false, { attributes: { 'google-x': 'v' } }],
    ['with a value of 1,024 bytes', true, { attributes: { a: 'é'.repeat(512) } }],
    ['with one of more', false, { attributes: { a: `${'é'.repeat(512)}a` } }],
    ['with an ordering key of 1,024 bytes', true, { data, orderingKey: 'é'.repeat(512) }],
    ['with one of more', false, { data, orderingKey: `${'é'.repeat(512)}a` }],
  ])('%s is taken: %s', (_, isTaken, message) => {
    const [outcome] = start()
      .refused('Publish', { topic, messages: [message] })
      .split(':');
    expect(outcome).toBe(isTaken ? 'taken' : 'INVALID_ARGUMENT');
  });

  test.each([
    [0, 'INVALID_ARGUMENT: A publish request has 1 to 1000 messages.'],
    [1, 'taken'],
    [1_000, 'taken'],
    [1_001, 'INVALID_ARGUMENT: A publish request has 1 to 1000 messages.'],
  ])('%i in one request: %s', (count, expected) => {
    const { refused } = start();
    expect(refused('Publish', { topic, messages: Array(count).fill({ data }) })).toBe(expected);
  });

  test('one that is refused keeps the others of its request from being taken', () => {
    const { refused, subscribe, local } = start();
    subscribe();
    expect(refused('Publish', { topic, messages: [{ data }, {}] })).toContain('INVALID_ARGUMENT');
    expect(local.undelivered()).toBe(0);
  });

  test('has an id of its own, in the order of its request, as one that is published from within', () => {
    const { publish, local } = start();
    const ids = [...publish({ data }, { data }), ...publish({ data }), local.publish(topic, data, { a: 'b' })];
    expect(ids).toEqual(['1', '2', '3', '4']);
  });
});

describe('a name', () => {
  const name = (last: string) => `projects/p/topics/${last}`;
  const toSubscriptions = (of: string) =>
    of.replace(/topics|subscriptions/, (kind) => (kind === 'topics' ? 'subscriptions' : 'topics'));
  test.each<[string, boolean]>([
    [name('abc'), true],
    [name('Abc-._~%+9'), true],
    [name('ab'), false],
    [name(`a${'b'.repeat(254)}`), true],
    [name(`a${'b'.repeat(255)}`), false],
    [name('9abc'), false],
    [name('google'), false],
    [name('a bc'), false],
    ['projects/p/subscriptions/abc', false],
    ['topics/abc', false],
    ['', false],
  ])('%s is a topic’s: %s; and so it is of subscriptions', (of, isOne) => {
    const { refused } = start();
    const outcome = (kind: string, name: string) =>
      isOne ? 'taken' : `INVALID_ARGUMENT: Invalid [${kind}] name: (name=${name})`;
    expect(refused('CreateTopic', { name: of })).toBe(outcome('topics', of));
    const alike = toSubscriptions(of);
    expect(refused('CreateSubscription', { name: alike, topic })).toBe(outcome('subscriptions', alike));
  });
});

describe('a topic', () => {
  test('is listed with its own subscriptions, by their names; of another project it is not', () => {
    const { call, subscribe } = start();
    call('CreateTopic', { name: 'projects/p/topics/another' });
    for (const other of ['other', 'p2']) call('CreateTopic', { name: `projects/${other}/topics/top` });
    for (const each of ['ccc', 'aaa', 'bbb']) subscribe({}, `projects/p/subscriptions/${each}`);
    subscribe({ topic: 'projects/p/topics/another' }, 'projects/p/subscriptions/ddd');
    const { topics } = call('ListTopics', { project: 'projects/p' });
    expect(topics).toMatchObject([{ name: 'projects/p/topics/another' }, { name: topic }]);
    const list = (pageToken = '') => call('ListTopicSubscriptions', { topic, pageSize: 2, pageToken });
    const first = list();
    expect([first.subscriptions, list(first.nextPageToken).subscriptions]).toEqual([
      ['projects/p/subscriptions/aaa', 'projects/p/subscriptions/bbb'],
      ['projects/p/subscriptions/ccc'],
    ]);
  });

  test('from which a subscription was detached gives it nothing more, and what it had is gone', () => {
    const { call, refused, subscribe, publish, local } = start();
    subscribe();
    publish({ data });
    call('DetachSubscription', { subscription });
    publish({ data });
    expect(local.undelivered()).toBe(0);
    expect(refused('Pull', { subscription, maxMessages: 1 })).toBe(
      'FAILED_PRECONDITION: The subscription is detached from its topic.',
    );
  });

  const none = { topic: 'projects/p/topics/none', subscription: 'projects/p/subscriptions/none' };
  const ofSubscription = { subscription: none.subscription };
  test.each([
    ['GetTopic', { topic: none.topic }],
    ['UpdateTopic', { topic: { name: none.topic } }],
    ['DeleteTopic', { topic: none.topic }],
    ['ListTopicSubscriptions', { topic: none.topic }],
    ['Publish', { topic: none.topic, messages: [{ data }] }],
    ...['Detach', 'Get', 'Delete'].map((verb): [string, object] => [`${verb}Subscription`, ofSubscription]),
    ['ModifyPushConfig', ofSubscription],
    ['Pull', { ...ofSubscription, maxMessages: 1 }],
    ['Acknowledge', ofSubscription],
    ['CreateSubscription', { name: subscription, topic: none.topic }],
    ['CreateSubscription', { name: subscription, topic, deadLetterPolicy: { deadLetterTopic: none.topic } }],
  ])('%s of what is not there is NOT_FOUND', (name, request) => {
    expect(start().refused(name, request)).toBe('NOT_FOUND: Resource not found (resource=none).');
  });
});

test.each<[more: object, expected: string]>([
  [{ labels: { of: 'us' } }, 'taken'],
  [{ labels: { Of: 'us' } }, 'INVALID_ARGUMENT: Invalid label'],
  [{ messageRetentionDuration: { seconds: '600' } }, 'taken'],
  [{ messageRetentionDuration: { seconds: '599' } }, 'INVALID_ARGUMENT'],
])('a topic with %j, made or changed, is %s', (more, expected) => {
  const { call, refused } = start();
  const before = call('GetTopic', { topic });
  const paths = Object.keys(more).map((each) => each.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  expect(refused('UpdateTopic', { topic: { name: topic, ...more }, updateMask: { paths } })).toContain(expected);
  expect(call('GetTopic', { topic })).toEqual(expected === 'taken' ? { ...before, ...more } : before);
  expect(refused('CreateTopic', { name: 'projects/p/topics/made', ...more })).toContain(expected);
});

test.each([[['name', 'labels']], [['label']], [['messageRetentionDuration']], [[]]])(
  'a topic is not changed by %j, which name nothing that may change',
  (paths) => {
    const { refused } = start();
    const changed = { name: topic, labels: { of: 'us' } };
    expect(refused('UpdateTopic', { topic: changed, updateMask: { paths } })).toContain('INVALID_ARGUMENT');
  },
);

describe('a subscription', () => {
  test.each([
    [['name'], 'INVALID_ARGUMENT: Invalid update_mask provided in the UpdateSubscriptionRequest: name'],
    [['topic'], 'INVALID_ARGUMENT'],
    [['filter'], 'INVALID_ARGUMENT'],
    [['enable_message_ordering'], 'INVALID_ARGUMENT'],
    [['enableMessageOrdering'], 'INVALID_ARGUMENT'],
    [['ack_deadline_seconds', 'filter'], 'INVALID_ARGUMENT'],
    [['ackDeadlineSeconds'], 'INVALID_ARGUMENT: Invalid update_mask: ackDeadlineSeconds is not a known field.'],
    [['ack_deadline'], 'INVALID_ARGUMENT: Invalid update_mask: ack_deadline is not a known field.'],
    [[], 'INVALID_ARGUMENT'],
    [['ack_deadline_seconds'], 'taken'],
  ])('that is updated by %j: %s', (paths, expected) => {
    const { refused, subscribe } = start();
    subscribe();
    const request = { subscription: { name: subscription, ackDeadlineSeconds: 60 }, updateMask: { paths } };
    expect(refused('UpdateSubscription', request)).toContain(expected);
  });

  test.each([
    ['push_config', 'pushConfig', { pushEndpoint: 'https://b.example/door' }],
    ['ack_deadline_seconds', 'ackDeadlineSeconds', 20],
    ['retain_acked_messages', 'retainAckedMessages', true],
    ['message_retention_duration', 'messageRetentionDuration', seconds(3_600)],
    ['labels', 'labels', { of: 'other' }],
    ['expiration_policy', 'expirationPolicy', { ttl: seconds(864_000) }],
    ['dead_letter_policy', 'deadLetterPolicy', { deadLetterTopic: topic, maxDeliveryAttempts: 6 }],
    ['retry_policy', 'retryPolicy', { minimumBackoff: seconds(1), maximumBackoff: seconds(2) }],
    ['enable_exactly_once_delivery', 'enableExactlyOnceDelivery', true],
  ])('of which a mask of %s changes that, and nothing else', (path, field, to) => {
    const { call, subscribe } = start();
    subscribe({ ...toDoor, labels: { of: 'us' }, ackDeadlineSeconds: 30 });
    const before = call('GetSubscription', { subscription });
    const others = { labels: { of: 'x' }, ackDeadlineSeconds: 40, pushConfig: {} };
    const asked = { ...others, name: subscription, [field]: to };
    call('UpdateSubscription', { subscription: asked, updateMask: { paths: [path] } });
    expect(call('GetSubscription', { subscription })).toEqual({ ...before, [field]: to });
  });

  test.each([
    [{ filter: 'nothing' }],
    [{ ackDeadlineSeconds: 9 }],
    [{ labels: { Of: 'us' } }],
    [{ deadLetterPolicy: { deadLetterTopic: 'projects/p/topics/none' } }],
    [{ pushConfig: { pushEndpoint: 'mailto:a@a.example' } }],
  ])('that was refused for %j is not there, and its name is free', (wrong) => {
    const { call, refused, subscribe } = start();
    expect(refused('CreateSubscription', { name: subscription, topic, ...wrong })).not.toBe('taken');
    expect(refused('GetSubscription', { subscription })).toContain('NOT_FOUND');
    subscribe();
    expect(call('ListSubscriptions', { project: 'projects/p' }).subscriptions).toHaveLength(1);
  });

  test('whose push is taken away is pulled, and the other way round', async () => {
    const { call, refused, subscribe, publish, pushed, jump } = start();
    subscribe(toDoor);
    expect(refused('Pull', { subscription, maxMessages: 1 })).toContain('FAILED_PRECONDITION');
    call('ModifyPushConfig', { subscription });
    publish({ data });
    await jump(1_000);
    expect(pushed).toEqual([]);
    expect(call('Pull', { subscription, maxMessages: 1 }).receivedMessages).toHaveLength(1);
    call('ModifyPushConfig', { subscription, ...toDoor });
    await jump(60_000);
    expect(pushed).toHaveLength(1);
  });

  test('is listed by its name, page by page, in its own project', () => {
    const { call, subscribe } = start();
    const ofOthers = ['projects/other/subscriptions/aaa', 'projects/p2/subscriptions/aaa'];
    for (const each of ['projects/p/subscriptions/bbb', 'projects/p/subscriptions/aaa', ...ofOthers])
      subscribe({}, each);
    const list = (pageToken = '') => call('ListSubscriptions', { project: 'projects/p', pageSize: 1, pageToken });
    const names = ({ subscriptions }: Answer) => subscriptions.map((each: { name: string }) => each.name);
    const [first, second] = [list(), list(list().nextPageToken)];
    expect([...names(first), ...names(second)].map((each) => each.slice(-3))).toEqual(['aaa', 'bbb']);
    expect(second.nextPageToken).toBe('');
  });
});

describe('what is pulled', () => {
  const pull = (of: ReturnType<typeof start>, maxMessages = 10): Answer[] =>
    of.call('Pull', { subscription, maxMessages }).receivedMessages;

  test('is the message whole, with the number of the attempt where there are dead letters', () => {
    const of = start();
    of.subscribe({ deadLetterPolicy: { deadLetterTopic: topic, maxDeliveryAttempts: 5 }, filter: 'attributes:a' });
    of.publish({ data, attributes: { a: 'b' }, orderingKey: 'k' });
    const publishTime = { seconds: String(startAt / 1_000), nanos: 0 };
    const sent = { data: new Uint8Array(data), attributes: { a: 'b' }, orderingKey: 'k' };
    const message = { ...sent, messageId: '1', publishTime };
    expect(pull(of)).toEqual([{ ackId: '1-1', deliveryAttempt: 1, message }]);
  });

  test('has no number where there are none', () => {
    const of = start();
    of.subscribe();
    of.publish({ data });
    expect(pull(of).map((each) => Object.keys(each))).toEqual([['ackId', 'message']]);
  });

  test.each<[how: string, end: (of: ReturnType<typeof start>) => unknown]>([
    ['acknowledged', (of) => of.call('Acknowledge', { subscription, ackIds: pull(of).map(({ ackId }) => ackId) })],
    ['deleted', (of) => of.call('DeleteSubscription', { subscription })],
    ['detached', (of) => of.call('DetachSubscription', { subscription })],
    ['too old', (of) => of.jump(600_000)],
  ])('comes to each subscription of its topic, also where it was %s at one before', async (_, end) => {
    const of = start();
    const other = 'projects/p/subscriptions/other';
    of.subscribe({ messageRetentionDuration: seconds(600) });
    of.subscribe({}, other);
    of.publish({ data }, { data, attributes: { a: 'b' } });
    await end(of);
    const found = () => of.call('Pull', { subscription: other, maxMessages: 10 }).receivedMessages;
    const messages: Answer[] = found();
    expect(messages.map(({ message }) => [message.messageId, message.attributes])).toEqual([
      ['1', {}],
      ['2', { a: 'b' }],
    ]);
    of.call('Acknowledge', { subscription: other, ackIds: messages.map(({ ackId }) => ackId) });
    await of.jump(60_000);
    expect([found(), of.local.undelivered()]).toEqual([[], 0]);
  });

  test.each([0, -1])('%i messages are none to ask for', (maxMessages) => {
    const { refused, subscribe } = start();
    subscribe();
    expect(refused('Pull', { subscription, maxMessages })).toBe('INVALID_ARGUMENT: max_messages must be positive.');
  });

  test('is a thousand at once at most', () => {
    const of = start();
    of.subscribe();
    of.publish(...Array(600).fill({ data }));
    of.publish(...Array(600).fill({ data }));
    expect(pull(of, 2_000)).toHaveLength(1_000);
    expect(pull(of, 2_000)).toHaveLength(200);
  });

  test('comes again when its deadline and its backoff have passed, which doubles, and not a moment sooner', async () => {
    const of = start();
    of.subscribe({ ackDeadlineSeconds: 20, retryPolicy: { minimumBackoff: seconds(10), maximumBackoff: seconds(30) } });
    of.publish({ data });
    for (const wait of [20 + 10, 20 + 20, 20 + 30, 20 + 30]) {
      expect(pull(of)).toHaveLength(1);
      await of.jump(wait * 1_000 - 1);
      expect(pull(of)).toEqual([]);
      await of.jump(1);
    }
    expect(pull(of).map(({ ackId }) => ackId)).toEqual(['1-5']);
  });

  test('given back at once it waits out its backoff, which doubles as well', async () => {
    const of = start();
    of.subscribe({ retryPolicy: { minimumBackoff: seconds(10), maximumBackoff: seconds(30) } });
    of.publish({ data });
    for (const wait of [10, 20, 30, 30]) {
      const ackIds = pull(of).map(({ ackId }) => ackId);
      of.call('ModifyAckDeadline', { subscription, ackIds, ackDeadlineSeconds: 0 });
      await of.jump(wait * 1_000 - 1);
      expect(pull(of)).toEqual([]);
      await of.jump(1);
    }
    expect(pull(of).map(({ ackId }) => ackId)).toEqual(['1-5']);
  });

  test.each([
    [600, 'taken'],
    [601, 'INVALID_ARGUMENT: The ack deadline is at most 600 seconds.'],
  ])('a deadline that is put off by %i s: %s', (ackDeadlineSeconds, expected) => {
    const of = start();
    of.subscribe();
    of.publish({ data });
    const ackIds = pull(of).map(({ ackId }) => ackId);
    expect(of.refused('ModifyAckDeadline', { subscription, ackIds, ackDeadlineSeconds })).toBe(expected);
  });

  test('a lease that a later one has replaced is not put off, nor given back; it is acknowledged', async () => {
    const of = start();
    of.subscribe();
    of.publish({ data });
    const [first] = pull(of);
    await of.jump(10_000);
    const [second] = pull(of);
    of.call('ModifyAckDeadline', { subscription, ackIds: [first.ackId], ackDeadlineSeconds: 0 });
    expect(pull(of)).toEqual([]);
    of.call('ModifyAckDeadline', { subscription, ackIds: [second.ackId], ackDeadlineSeconds: 0 });
    expect(pull(of)).toHaveLength(1);
    of.call('Acknowledge', { subscription, ackIds: [first.ackId] });
    expect(of.local.undelivered()).toBe(0);
  });

  test.each(['', 'x', '1', '1-x', 'a1-1', '1-1b'])('“%s” acknowledges nothing', (ackId) => {
    const { refused, subscribe } = start();
    subscribe();
    expect(refused('Acknowledge', { subscription, ackIds: [ackId] })).toContain('INVALID_ARGUMENT');
  });
});

/** A push that is answered when somebody calls what it puts there. */
const hanging = (open: (() => void)[]) =>
  new Promise<number>((resolve) => {
    open.push(() => resolve(204));
  });

describe('what is pushed', () => {
  test('is all of this, and nothing else (else: vitest -u, and read what has changed)', async () => {
    const lines: string[] = [];
    const tell = async (what: string, more: object, ...messages: object[]) => {
      const of = start(({ body }) => (body.deliveryAttempt === 1 ? 500 : 204));
      of.subscribe({ ...toDoor, ...more });
      of.publish(...messages);
      await of.jump(1_000);
      lines.push(...of.pushed.map((each) => `${what} ⇒ ${inALine(each)}\n`));
    };
    const full = { data, attributes: { a: 'b' }, orderingKey: 'k' };
    const letters = { deadLetterPolicy: { deadLetterTopic: topic, maxDeliveryAttempts: 5 } };
    await tell('one that is tried twice', { ...letters, enableMessageOrdering: true }, full);
    await tell('one of few fields', {}, { attributes: { a: 'b' } }, { data });
    for (const writeMetadata of [true, false]) {
      const pushConfig = { ...toDoor.pushConfig, noWrapper: { writeMetadata } };
      await tell(`one without a wrapper, its metadata in headers: ${writeMetadata}`, { pushConfig }, full);
    }
    await expect(lines.join('')).toMatchFileSnapshot('pushed-whole.txt');
  });

  test.each<[status: number, isAcknowledged: boolean]>([
    ...[200, 201, 202, 204].map((each): [number, boolean] => [each, true]),
    ...[203, 206, 301, 302, 303, 307, 308, 400, 404, 429, 500, 503].map((each): [number, boolean] => [each, false]),
  ])('that is answered %i is acknowledged: %s', async (status, isAcknowledged) => {
    const of = start(() => status);
    of.subscribe({ ...toDoor, retryPolicy: { minimumBackoff: seconds(10), maximumBackoff: seconds(600) } });
    of.publish({ data });
    await of.jump(10_000);
    expect([of.pushed.length, of.local.undelivered()]).toEqual(isAcknowledged ? [1, 0] : [2, 1]);
  });

  test('that is not answered within the ack deadline, or by nobody, has failed', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    const of = start(() => Promise.reject(new DOMException('late', 'TimeoutError')));
    of.clock.start();
    of.subscribe({ ...toDoor, ackDeadlineSeconds: 20, retryPolicy: {} });
    of.publish({ data });
    await expect.poll(() => of.pushed.length).toBe(1);
    await of.clock.stop();
    expect([of.local.undelivered(), timeout.mock.calls]).toEqual([1, [[20_000]]]);
    timeout.mockRestore();
  });

  test('in a jump, whose clock does not move meanwhile, no slow machine is late, and a receiver that hangs is left', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    const of = start(() => Promise.reject(new DOMException('late', 'TimeoutError')));
    of.subscribe({ ...toDoor, ackDeadlineSeconds: 20, retryPolicy: {} });
    of.publish({ data });
    await of.jump(10_000);
    expect([of.pushed.length, of.local.undelivered(), timeout.mock.calls]).toEqual([2, 1, [[600_000], [600_000]]]);
    timeout.mockRestore();
  });

  test('is one at a time of an ordering key and in its order, also after a failure; another key continues', async () => {
    let failures = 2;
    const of = start(({ body }) => (body.message.orderingKey === 'k' && failures-- > 0 ? 500 : 204));
    of.subscribe({ ...toDoor, enableMessageOrdering: true });
    of.publish(...['1', '2', '3'].map((a) => ({ attributes: { a }, orderingKey: 'k' })));
    of.publish({ attributes: { a: 'other' }, orderingKey: 'l' });
    await of.jump(10_000);
    const order = of.pushed.map(({ body }) => body.message.attributes.a);
    expect(order.filter((each) => each !== 'other')).toEqual(['1', '1', '1', '2', '3']);
    expect(order.indexOf('other')).toBeLessThan(2);
  });

  test('fails, waits, and is tried again, each time twice as long up to the longest', async () => {
    const of = start(() => 500);
    of.subscribe({ ...toDoor, retryPolicy: { minimumBackoff: seconds(10), maximumBackoff: seconds(60) } });
    of.publish({ data });
    await of.jump(240_000);
    const times = of.pushed.map(({ at }) => at);
    expect(times.slice(1).map((at, index) => at - (times[index] as number))).toEqual([
      10_000, 20_000, 40_000, 60_000, 60_000,
    ]);
  });

  test('is no more than 32 at once, and the next as one of them ends', async () => {
    const open: (() => void)[] = [];
    const of = start(() => hanging(open));
    of.subscribe(toDoor);
    of.publish(...Array(40).fill({ data }));
    const jump = of.jump(0);
    await expect.poll(() => open.length).toBe(32);
    expect(of.pushed).toHaveLength(32);
    open[0]?.();
    await expect.poll(() => of.pushed.length).toBe(33);
    for (let ended = 1; ended < 40; ended += 1) {
      await expect.poll(() => open.length, { interval: 1 }).toBeGreaterThan(ended);
      open[ended]?.();
    }
    await jump;
    expect([of.pushed.length, of.local.undelivered()]).toEqual([40, 0]);
  });

  const retry = (of: number) => ({ retryPolicy: { minimumBackoff: seconds(of), maximumBackoff: seconds(of) } });
  const slower = { subscription: { name: subscription, ...retry(25) }, updateMask: { paths: ['retry_policy'] } };
  test.each<[what: string, change: (of: ReturnType<typeof start>) => unknown, times: number[], undelivered: number]>([
    ['nothing', () => undefined, [0, 10], 1],
    ['its retry policy', (of) => of.call('UpdateSubscription', slower), [0, 25], 1],
    ['its endpoint, to none', (of) => of.call('ModifyPushConfig', { subscription }), [0], 1],
    ['that it is there', (of) => of.call('DeleteSubscription', { subscription }), [0], 0],
    ['that it has a topic', (of) => of.call('DetachSubscription', { subscription }), [0], 0],
    ['made again', (of) => [of.call('DeleteSubscription', { subscription }), of.subscribe(toDoor)], [0], 0],
  ])(
    'and fails is given back by what holds then, if meanwhile is changed %s',
    async (_, change, times, undelivered) => {
      const of: ReturnType<typeof start> = start(() => {
        if (of.pushed.length === 1) change(of);
        return 500;
      });
      of.subscribe({ ...toDoor, ...retry(10) });
      of.publish({ data });
      await of.jump(times.at(-1) === 25 ? 25_000 : 19_000);
      expect([of.pushed.map(({ at }) => at / 1_000), of.local.undelivered()]).toEqual([times, undelivered]);
    },
  );

  test('by one subscription that hangs keeps no other from its own', async () => {
    const open: (() => void)[] = [];
    const of = start(({ url }) => (url.endsWith('slow') ? hanging(open) : 204));
    of.subscribe({ pushConfig: { pushEndpoint: 'https://a.example/slow' } });
    of.subscribe(toDoor, 'projects/p/subscriptions/other');
    of.publish({ data });
    const jump = of.jump(0);
    await expect.poll(() => of.pushed.length).toBe(2);
    of.publish({ data });
    await expect.poll(() => of.pushed.filter(({ url }) => url.endsWith('door')).length).toBe(2);
    expect(of.local.undelivered()).toBe(2);
    for (const end of open) end();
    await jump;
    expect(of.local.undelivered()).toBe(0);
  });

  test('is kept for as long as the subscription says, and no longer, whether it was tried or not', async () => {
    const of = start(() => 500);
    of.subscribe({ ...toDoor, messageRetentionDuration: seconds(600) });
    of.publish({ data });
    await of.jump(599_999);
    expect(of.local.undelivered()).toBe(1);
    await of.jump(1);
    expect(of.local.undelivered()).toBe(0);
    const tried = of.pushed.length;
    await of.jump(600_000);
    expect(of.pushed).toHaveLength(tried);
  });
});

describe('faults of a push', () => {
  const fault = { target: 'pubsub.push' };
  const tried = async (effect: object, ms: number, answers: number[] = []) => {
    const of = start(() => answers.shift() ?? 204);
    of.subscribe({
      ...toDoor,
      ackDeadlineSeconds: 20,
      retryPolicy: { minimumBackoff: seconds(10), maximumBackoff: seconds(60) },
    });
    of.faults.add({ ...fault, ...effect } as Parameters<typeof of.faults.add>[0]);
    of.publish({ data });
    await of.jump(ms);
    return of.pushed.map(({ at }) => at / 1_000);
  };

  test.each<[string, object, number[], answers?: number[]]>([
    ['fail: not sent, and again after its backoff', { effect: 'fail' }, [10]],
    ['fail-after: sent, and again after its backoff', { effect: 'fail-after' }, [0, 10]],
    ['hang: not sent, and again when the deadline has passed as well', { effect: 'hang' }, [30]],
    ['hang-after: sent, and again then', { effect: 'hang-after' }, [0, 30]],
    ['delay: a second later, where it does not say', { effect: 'delay' }, [1]],
    ['delay: as much later as it says', { effect: 'delay', delayMs: 7_000 }, [7]],
    ['reorder: a minute later where nothing comes after it', { effect: 'reorder' }, [60]],
    ['double: twice', { effect: 'double' }, [0, 0]],
    ['double: acknowledged where the first of the two is', { effect: 'double' }, [0, 0], [204, 500]],
    ['double: acknowledged where the second is', { effect: 'double' }, [0, 0], [500, 204]],
    ['double: failed where neither is', { effect: 'double' }, [0, 0, 10], [500, 500]],
    ['of another subscription: none', { effect: 'fail', match: 'other' }, [0]],
    ['of this one', { effect: 'fail', match: 'sub' }, [10]],
  ])('%s', async (_, effect, expected, answers) => {
    expect(await tried(effect, 120_000, answers)).toEqual(expected);
  });

  test('one that was put off was not tried, and one that was lost was', async () => {
    const attempts = async (effect: string) => {
      const of = start();
      of.call('CreateTopic', { name: 'projects/p/topics/dead' });
      of.subscribe({ ...toDoor, deadLetterPolicy: { deadLetterTopic: 'projects/p/topics/dead' } });
      of.faults.add({ ...fault, effect } as Parameters<typeof of.faults.add>[0]);
      of.publish({ data });
      await of.jump(120_000);
      return of.pushed.map(({ body }) => body.deliveryAttempt);
    };
    expect(await attempts('delay')).toEqual([1]);
    expect(await attempts('reorder')).toEqual([1]);
    expect(await attempts('fail')).toEqual([2]);
    expect(await attempts('fail-after')).toEqual([1, 2]);
  });

  test('all that are reordered come right after the one behind them', async () => {
    const of = start();
    of.subscribe(toDoor);
    of.faults.add({ ...fault, effect: 'reorder', times: 2 });
    for (const each of ['1', '2']) {
      of.publish({ data: Buffer.from(each) });
      await of.jump(5_000);
    }
    of.publish({ data: Buffer.from('3') });
    await of.jump(0);
    expect(of.pushed.map(({ body }) => Buffer.from(body.message.data, 'base64').toString())).toEqual(['3', '1', '2']);
  });
});

describe('a dead letter', () => {
  const dead = 'projects/p/topics/dead';
  const withDead = (answer?: Parameters<typeof start>[0]) => {
    const of = start(answer);
    of.call('CreateTopic', { name: dead });
    of.call('CreateSubscription', { name: 'projects/p/subscriptions/graves', topic: dead });
    const graves = (): Answer[] =>
      of.call('Pull', { subscription: 'projects/p/subscriptions/graves', maxMessages: 10 }).receivedMessages;
    return { ...of, graves };
  };
  const policy = { deadLetterPolicy: { deadLetterTopic: dead, maxDeliveryAttempts: 6 } };

  test('is the message with where it came from, after exactly so many attempts, and of no other', async () => {
    const of = withDead(({ body }) => (body.message.attributes.a === 'good' ? 204 : 500));
    of.subscribe({ ...toDoor, ...policy });
    // It has been a dead letter before.
    const attributes = { a: 'bad', CloudPubSubDeadLetterSourceSubscription: 'another' };
    of.publish({ data, attributes, orderingKey: 'k' }, { data, attributes: { a: 'good' } });
    await of.jump(60_000);
    expect(of.pushed.filter(({ body }) => body.message.attributes.a === 'bad')).toHaveLength(6);
    const source = {
      CloudPubSubDeadLetterSourceDeliveryCount: '6',
      CloudPubSubDeadLetterSourceSubscription: 'sub',
      CloudPubSubDeadLetterSourceSubscriptionProject: 'p',
      CloudPubSubDeadLetterSourceTopicPublishTime: '2026-11-24T10:00:00.000Z',
    };
    const whole = { data: new Uint8Array(data), orderingKey: 'k', messageId: '3', publishTime: expect.anything() };
    expect(of.graves().map(({ message }) => message)).toEqual([{ ...whole, attributes: { a: 'bad', ...source } }]);
  });

  test('lets the next of its ordering key go, pushed and pulled', async () => {
    const of = withDead(({ body }) => (body.message.attributes.a === 'bad' ? 500 : 204));
    const pulled = 'projects/p/subscriptions/pulled';
    of.subscribe({ ...toDoor, ...policy, enableMessageOrdering: true });
    of.subscribe({ ...policy, enableMessageOrdering: true }, pulled);
    of.publish(...['bad', 'good'].map((a) => ({ data, attributes: { a }, orderingKey: 'k' })));
    const pull = (): string[] =>
      of
        .call('Pull', { subscription: pulled, maxMessages: 10 })
        .receivedMessages.map(({ message }: Answer) => message.attributes.a);
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      expect(pull()).toEqual(['bad']);
      await of.jump(10_000);
    }
    expect(pull()).toEqual(['good']);
    expect(of.pushed.map(({ body }) => body.message.attributes.a)).toEqual([...Array(6).fill('bad'), 'good']);
    expect(of.graves().map(({ message }) => message.attributes.a)).toEqual(['bad', 'bad']);
  });

  test('of what is pulled is made when the last lease ends, and not before', async () => {
    const of = withDead();
    of.subscribe({ deadLetterPolicy: { deadLetterTopic: dead, maxDeliveryAttempts: 5 } });
    of.publish({ data });
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect(of.call('Pull', { subscription, maxMessages: 1 }).receivedMessages).toMatchObject([
        { deliveryAttempt: attempt },
      ]);
      await of.jump(9_999);
      expect(of.graves()).toEqual([]);
      await of.jump(1);
    }
    expect(of.graves()).toHaveLength(1);
    expect(of.call('Pull', { subscription, maxMessages: 1 }).receivedMessages).toEqual([]);
  });

  test('stays a message where its topic is gone, pushed and pulled, and is made with all its attempts once there is one again', async () => {
    const of = withDead(() => 500);
    const pulled = 'projects/p/subscriptions/pulled';
    of.subscribe({ ...toDoor, ...policy });
    of.subscribe(policy, pulled);
    of.publish({ data });
    of.call('DeleteTopic', { topic: dead });
    const pull = () => of.call('Pull', { subscription: pulled, maxMessages: 1 }).receivedMessages;
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      expect(pull()).toMatchObject([{ deliveryAttempt: attempt }]);
      await of.jump(10_000);
    }
    expect(of.pushed.length).toBeGreaterThan(6);
    expect(of.local.undelivered()).toBe(2);
    of.call('DeleteSubscription', { subscription });
    // Nothing is to be done before it expires: a clock with work due would never pass it.
    expect(of.local.driven.nextDueAt()).toBeGreaterThan(of.clock.now() + 86_400_000);
    expect(pull()).toMatchObject([{ deliveryAttempt: 8 }]);
    of.call('CreateTopic', { name: dead });
    const again = 'projects/p/subscriptions/again';
    of.subscribe({ topic: dead }, again);
    await of.jump(10_000);
    const attributes = { CloudPubSubDeadLetterSourceDeliveryCount: '8' };
    const made = of.call('Pull', { subscription: again, maxMessages: 10 }).receivedMessages;
    expect(made).toMatchObject([{ message: { attributes } }]);
    expect(pull()).toEqual([]);
  });
});
