/**
 * What waits for somebody else’s system goes on as a new message in good time before Pub/Sub has delivered it so often that it
 * would be a dead letter: how long it is tried is the policy’s business, and an outage uses no attempts up.
 */
import { now } from '../platform/clock.ts';
import { log } from '../platform/log.ts';
import type { Message } from '../platform/message.ts';
import { pubsub } from '../platform/pubsub.ts';
import { subscriptions } from '../topology.ts';
import { TemporaryFailure } from './channels/channel.ts';

const publishWithinMs = 10_000;

/** @throws what the work throws: the message has to come again */
export async function triedOn(message: Message, topic: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof TemporaryFailure) || ageMs(message) < goesOnAfterMs(topic)) throw error;
    const { bytes: data, attributes } = message;
    await (await pubsub()).topic(topic, { gaxOpts: { timeout: publishWithinMs } }).publishMessage({ data, attributes });
    log('INFO', 'what waits goes on as a new message', { topic, messageId: message.id, why: error.message });
  }
}

const ageMs = ({ publishedAt }: Message): number => (publishedAt ? now().getTime() - publishedAt.getTime() : 0);

/** Half of the time that its attempts last. */
function goesOnAfterMs(topic: string): number {
  const { maxDeliveryAttempts = Number.POSITIVE_INFINITY, maximumBackoffSeconds = 0 } =
    subscriptions.find((each) => each.topic === topic) ?? {};
  return (maxDeliveryAttempts * maximumBackoffSeconds * 1_000) / 2;
}
