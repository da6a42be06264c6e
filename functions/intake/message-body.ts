/** The body that a message carries, and when it first arrived. */
import type { RawBody } from '../incidents/signal/signal.ts';
import { isPlausibleTime } from '../incidents/signal/times.ts';
import { now } from '../platform/clock.ts';
import type { Message } from '../platform/message.ts';

/**
 * The body with the time at which it first arrived: at a public door, if that door handed it to Pub/Sub; for a dead letter,
 * when it was first published.
 */
export function rawBodyOf(message: Message): RawBody {
  const { receivedAt: spilled, CloudPubSubDeadLetterSourceTopicPublishTime: published } = message.attributes;
  const stated = [spilled, published].map((each) => new Date(each ?? Number.NaN)).find(isPlausibleTime);
  const receivedAt = stated ?? message.publishedAt ?? now();
  return { bytes: message.bytes, contentType: message.attributes.contentType ?? 'application/json', receivedAt };
}
