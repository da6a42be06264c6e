import type { LocalClock } from '../clock.ts';
import { GrpcError, type Unary } from '../grpc.ts';
import { applyMask, fromMillis, page } from '../wire.ts';
import type { Deliveries } from './deliveries.ts';
import { alreadyExists, notFound, refuseName } from './names.ts';
import type { Delivery, PubSubStore } from './store.ts';
import { backoffMs, type Subscription, type SubscriptionConfig, toSubscription, withDefaults } from './subscription.ts';

/** A subscription's mutable fields. */
const fields = [
  'push_config',
  'bigquery_config',
  'cloud_storage_config',
  'bigtable_config',
  'ack_deadline_seconds',
  'retain_acked_messages',
  'message_retention_duration',
  'labels',
  'expiration_policy',
  'dead_letter_policy',
  'retry_policy',
  'enable_exactly_once_delivery',
  'message_transforms',
];
/** A subscription's immutable fields. */
const immutable = ['name', 'topic', 'filter', 'enableMessageOrdering'];
const camel = (path: string) => path.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

export function subscriber(store: PubSubStore, deliveries: Deliveries, clock: LocalClock): Record<string, Unary> {
  const found = (name: string): Subscription => store.subscriptionNamed(name) ?? notFound(name);
  const change = (subscription: Subscription, config: SubscriptionConfig) => {
    const full = withDefaults(config);
    store.changeSubscription(subscription.id, full);
    deliveries.changed();
    return full;
  };

  return {
    CreateSubscription: (config: SubscriptionConfig) => {
      refuseName('subscriptions', config.name);
      if (!store.topic(config.topic)) notFound(config.topic);
      if (store.subscriptionNamed(config.name)) alreadyExists(config.name);
      const full = withDefaults(config);
      const deadLetterTopic = full.deadLetterPolicy?.deadLetterTopic;
      if (deadLetterTopic && !store.topic(deadLetterTopic)) notFound(deadLetterTopic);
      toSubscription(0, full);
      store.addSubscription(full);
      return full;
    },
    GetSubscription: ({ subscription }) => found(subscription).config,
    UpdateSubscription: ({ subscription, updateMask }) => {
      const paths: string[] = updateMask?.paths ?? [];
      const fixed = paths.find((path) => immutable.includes(camel(path)));
      if (fixed || paths.length === 0) {
        throw new GrpcError(
          'INVALID_ARGUMENT',
          `Invalid update_mask provided in the UpdateSubscriptionRequest: ${fixed ?? ''}`,
        );
      }
      const current = found(subscription.name);
      return change(current, applyMask(current.config, subscription, paths, fields));
    },
    ListSubscriptions: (request) => {
      const mine = store.subscriptions().filter(({ name }) => name.startsWith(`${request.project}/`));
      mine.sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, nextPageToken } = page(mine, ({ name }) => name, request);
      return { subscriptions: items.map(({ config }) => config), nextPageToken };
    },
    DeleteSubscription: ({ subscription }) => {
      store.dropSubscription(found(subscription).id);
      deliveries.changed();
    },
    ModifyPushConfig: ({ subscription, pushConfig }) => {
      const current = found(subscription);
      change(current, { ...current.config, pushConfig: pushConfig ?? {} });
    },
    /** Returns at once with the available messages, as the API allows. */
    Pull: ({ subscription: name, maxMessages = 0 }) => {
      const subscription = found(name);
      if (maxMessages <= 0) throw new GrpcError('INVALID_ARGUMENT', 'max_messages must be positive.');
      if (subscription.pushEndpoint) {
        throw new GrpcError('FAILED_PRECONDITION', 'This method is not supported for this subscription type.');
      }
      if (subscription.config.detached) {
        throw new GrpcError('FAILED_PRECONDITION', 'The subscription is detached from its topic.');
      }
      const now = clock.now();
      const due = store.due(subscription.id, now, Math.min(maxMessages, 1_000));
      const receivedMessages = due.map((delivery) => lease(store, subscription, delivery, now));
      deliveries.changed();
      return { receivedMessages };
    },
    Acknowledge: ({ subscription, ackIds = [] }) => {
      const { id } = found(subscription);
      for (const ackId of ackIds) store.acknowledge(id, parseAckId(ackId).messageId, clock.now());
      deliveries.changed();
    },
    ModifyAckDeadline: ({ subscription: name, ackIds = [], ackDeadlineSeconds = 0 }) => {
      const subscription = found(name);
      if (ackDeadlineSeconds > 600) throw new GrpcError('INVALID_ARGUMENT', 'The ack deadline is at most 600 seconds.');
      for (const { messageId, attempt } of ackIds.map(parseAckId)) {
        // A lease that has ended, or that a later one replaced, cannot be changed.
        if (store.attempts(subscription.id, messageId) !== attempt) continue;
        const until = clock.now() + ackDeadlineSeconds * 1_000 + backoffMs(subscription, attempt);
        store.postpone(subscription.id, messageId, until, attempt);
      }
      deliveries.changed();
    },
  };
}

/** Hands a message out until its ack deadline; then it waits out its backoff and comes again. */
function lease(store: PubSubStore, subscription: Subscription, { message, attempts }: Delivery, now: number): object {
  const attempt = attempts + 1;
  const dueAt = now + subscription.ackDeadlineMs + backoffMs(subscription, attempt);
  store.postpone(subscription.id, message.id, dueAt, attempt);
  return {
    ackId: `${message.id}-${attempt}`,
    message: {
      data: message.data,
      attributes: message.attributes,
      messageId: String(message.id),
      publishTime: fromMillis(message.publishedAt),
      orderingKey: message.orderingKey,
    },
    ...(subscription.deadLetter && { deliveryAttempt: attempt }),
  };
}

function parseAckId(ackId: string): { messageId: number; attempt: number } {
  const [, messageId, attempt] = /^(\d+)-(\d+)$/.exec(ackId) ?? [];
  if (!messageId)
    throw new GrpcError('INVALID_ARGUMENT', `You have passed an invalid ack ID to the service (ack_id=${ackId}).`);
  return { messageId: Number(messageId), attempt: Number(attempt) };
}
