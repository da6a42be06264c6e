/** A Pub/Sub message as functions-framework hands it to an event door. */
import type { CloudEvent } from '@google-cloud/functions-framework';
import { withTrace } from './log.ts';

export type Message = ReturnType<typeof readMessage>;

/** @throws TypeError when the event is no Pub/Sub message: answered 500, retried, and at last a dead letter */
export function readMessage(event: CloudEvent<unknown>) {
  const { message } = (event.data ?? {}) as { message?: Record<string, unknown> };
  if (!message) throw new TypeError('The event carries no Pub/Sub message.');
  const attributes = (message.attributes ?? {}) as Record<string, string>;
  const publishTime = message.publishTime ?? message.publish_time ?? event.time;
  const publishedAt = typeof publishTime === 'string' ? new Date(publishTime) : undefined;
  return {
    id: textOf(message.messageId ?? message.message_id) ?? event.id,
    bytes: Buffer.from(textOf(message.data) ?? '', 'base64'),
    attributes,
    publishedAt: publishedAt && !Number.isNaN(publishedAt.getTime()) ? publishedAt : undefined,
  };
}

/** An event door, which continues the trace that the message brings from its first door. */
export const messageDoor =
  (work: (message: Message) => Promise<void>) =>
  async (event: CloudEvent<unknown>): Promise<void> => {
    const message = readMessage(event);
    const { traceId = '' } = message.attributes;
    await withTrace(/^[\da-f]{32}$/.test(traceId) ? traceId : undefined, () => work(message));
  };

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
