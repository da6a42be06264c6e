/** Publishes a waiting message as a new one before Pub/Sub gives it up: the policy alone says how long it is tried. */
import { now } from '../platform/clock.ts';
import { TemporaryFailure } from '../platform/failures.ts';
import { log } from '../platform/log.ts';
import type { Message } from '../platform/message.ts';
import { publish } from '../platform/publish.ts';
import { subscriptions, type TopicName } from '../topology.ts';

/** @throws what the work throws: the message has to come again */
export async function triedOn(message: Message, topic: TopicName, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof TemporaryFailure) || ageMs(message) < goesOnAfterMs(topic)) throw error;
    await publish(topic, message.bytes, { attributes: message.attributes });
    log('INFO', 'the message waits, and continues as a new one', { topic, messageId: message.id, why: error.message });
  }
}

const ageMs = ({ publishedAt }: Message): number => (publishedAt ? now().getTime() - publishedAt.getTime() : 0);

/** Half of the time for which it is tried. */
function goesOnAfterMs(topic: TopicName): number {
  const { maxDeliveryAttempts = Number.POSITIVE_INFINITY, maximumBackoffSeconds = 0 } =
    subscriptions.find((each) => each.topic === topic) ?? {};
  return (maxDeliveryAttempts * maximumBackoffSeconds * 1_000) / 2;
}
