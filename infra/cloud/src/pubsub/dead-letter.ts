import type { Message, NewMessage } from './store.ts';
import type { Subscription } from './subscription.ts';

/** The message for the dead-letter topic, with attributes that name its origin. */
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
