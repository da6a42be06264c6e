import type { Message, NewMessage } from './store.ts';
import type { Subscription } from './subscription.ts';

/** The message as it goes to the dead-letter topic: its attributes say where it came from. */
export function toDeadLetter(
  subscription: Pick<Subscription, 'name' | 'shortName'>,
  message: Message,
  attempts: number,
): NewMessage {
  return {
    data: message.data,
    orderingKey: message.orderingKey,
    attributes: {
      ...message.attributes,
      CloudPubSubDeadLetterSourceDeliveryCount: String(attempts),
      CloudPubSubDeadLetterSourceSubscription: subscription.shortName,
      CloudPubSubDeadLetterSourceSubscriptionProject: subscription.name.split('/')[1] ?? '',
      CloudPubSubDeadLetterSourceTopicPublishTime: new Date(message.publishedAt).toISOString(),
    },
  };
}
