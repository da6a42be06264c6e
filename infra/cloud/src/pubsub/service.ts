import type { DatabaseSync } from 'node:sqlite';
import type { Driven, LocalClock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import type { ServiceHandlers } from '../grpc.ts';
import { Deliveries } from './deliveries.ts';
import { publisher } from './publisher.ts';
import { PubSubStore } from './store.ts';
import { subscriber } from './subscriber.ts';

export interface PubSub {
  handlers: ServiceHandlers[];
  /** Deliveries, redeliveries and retention; to be registered with the clock. */
  driven: Driven;
  /** Publishes from inside this process (schedules, alert policies); answers the message's id. */
  publish(topic: string, data: Uint8Array, attributes?: Record<string, string>): string;
  /** How many messages, over all subscriptions, are not acknowledged yet. */
  undelivered(): number;
}

/**
 * Pub/Sub on this machine: at least once, kept in SQLite before it is answered. Not here, and answered
 * UNIMPLEMENTED by name: StreamingPull, snapshots and Seek. Pushes carry no token. Subscriptions do not expire.
 */
export function createPubSub(options: {
  db: DatabaseSync;
  clock: LocalClock;
  faults: Faults;
  fetch?: typeof fetch;
}): PubSub {
  const { db, clock, faults } = options;
  const store = new PubSubStore(db);
  const deliveries = new Deliveries(store, clock, faults, options.fetch ?? fetch);
  const protos = 'pubsub';
  const publisherMethods = publisher(store, deliveries, clock);
  return {
    handlers: [
      { service: 'pubsub', fullName: 'google.pubsub.v1.Publisher', protos, unary: publisherMethods },
      {
        service: 'pubsub',
        fullName: 'google.pubsub.v1.Subscriber',
        protos,
        unary: subscriber(store, deliveries, clock),
      },
    ],
    driven: deliveries,
    publish: (topic, data, attributes = {}) => {
      const { messageIds } = publisherMethods.Publish({ topic, messages: [{ data, attributes }] });
      return messageIds[0] as string;
    },
    undelivered: () => store.count(),
  };
}
