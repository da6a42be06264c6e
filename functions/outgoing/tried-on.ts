/**
 * What waits for somebody else’s system continues as a new message in good time before Pub/Sub has delivered it so often that it
 * would be a dead letter: how long it is tried is the policy’s business, and an outage uses no attempts up.
 */
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
    log('INFO', 'what waits goes on as a new message', { topic, messageId: message.id, why: error.message });
  }
}

const ageMs = ({ publishedAt }: Message): number => (publishedAt ? now().getTime() - publishedAt.getTime() : 0);

/** Half of the time that its attempts last. */
function goesOnAfterMs(topic: TopicName): number {
  const { maxDeliveryAttempts = Number.POSITIVE_INFINITY, maximumBackoffSeconds = 0 } =
    subscriptions.find((each) => each.topic === topic) ?? {};
  return (maxDeliveryAttempts * maximumBackoffSeconds * 1_000) / 2;
}
