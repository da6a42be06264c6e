/** The body that a message carries, and when it first arrived. */
import type { RawBody } from '../incidents/signals/signal.ts';
import { isPlausibleTime } from '../incidents/signals/times.ts';
import { now } from '../platform/clock.ts';
import type { Message } from '../platform/message.ts';

/** A body and its first arrival: at the door that handed it to Pub/Sub or, for a dead letter, its publication. */
export function rawBodyOf({ attributes, bytes, publishedAt }: Message): RawBody {
  const { receivedAt: spilled, CloudPubSubDeadLetterSourceTopicPublishTime: published } = attributes;
  const stated = [spilled, published].map((each) => new Date(each ?? Number.NaN)).find(isPlausibleTime);
  const { contentType = 'application/json' } = attributes;
  return { bytes, contentType, receivedAt: stated ?? publishedAt ?? now() };
}
