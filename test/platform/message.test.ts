/** A message of Pub/Sub is read as each sender of it writes it. */
import type { CloudEvent } from '@google-cloud/functions-framework';
import { expect, test } from 'vitest';
import { currentTraceId } from '../../functions/platform/log.ts';
import { messageDoor, readMessage } from '../../functions/platform/message.ts';

const read = (data: unknown, event: object = {}) => readMessage({ id: 'e-1', data, ...event } as CloudEvent<unknown>);
const data = Buffer.from('{"a": 1}').toString('base64');

test('by its names as Pub/Sub writes them, and as older versions do', () => {
  const whole = { data, attributes: { a: 'b' }, messageId: 'm-1', publishTime: '2026-11-24T01:00:00.5Z' };
  expect(read({ message: whole, subscription: 'projects/p/subscriptions/s' })).toEqual({
    id: 'm-1',
    bytes: Buffer.from('{"a": 1}'),
    attributes: { a: 'b' },
    publishedAt: new Date('2026-11-24T01:00:00.500Z'),
  });
  const older = { data, message_id: 'm-2', publish_time: '2026-11-24T02:00:00Z' };
  expect(read({ message: older })).toEqual({
    id: 'm-2',
    bytes: Buffer.from('{"a": 1}'),
    attributes: {},
    publishedAt: new Date('2026-11-24T02:00:00Z'),
  });
});

test('of several times and ids the message’s own come before the event’s', () => {
  const [own, older, event] = ['2026-11-24T01:00:00Z', '2026-11-24T02:00:00Z', '2026-11-24T03:00:00Z'];
  const publishedAt = (message: object) => read({ message }, { time: event }).publishedAt;
  expect(publishedAt({ publishTime: own, publish_time: older })).toEqual(new Date(own));
  expect(publishedAt({ publish_time: older })).toEqual(new Date(older));
  expect(publishedAt({})).toEqual(new Date(event));
  expect(read({ message: { publishTime: 'soon' } }).publishedAt).toBeUndefined();
  expect(read({ message: {} }).publishedAt).toBeUndefined();
  expect(read({ message: { messageId: 'm-1', message_id: 'm-2' } }).id).toBe('m-1');
  expect(read({ message: {} }).id).toBe('e-1');
});

test('without data it is empty, and without a message it is none', () => {
  expect(read({ message: {} }).bytes).toHaveLength(0);
  for (const wrong of [undefined, {}, { message: null }]) expect(() => read(wrong)).toThrow(TypeError);
});

test('what it sets off is logged under the trace that it carries, where that is one', async () => {
  const under = async (traceId: string) => {
    let under: string | undefined;
    const door = messageDoor(async () => {
      under = currentTraceId();
    });
    await door({ id: 'e-1', data: { message: { attributes: { traceId } } } } as CloudEvent<unknown>);
    return under;
  };
  expect(await under('a'.repeat(32))).toBe('a'.repeat(32));
  for (const wrong of ['', 'a'.repeat(31), 'A'.repeat(32), `${'a'.repeat(32)}\n`])
    expect(await under(wrong)).not.toBe(wrong);
});
