import type { LocalClock } from '../clock.ts';
import { GrpcError, type Unary } from '../grpc.ts';
import { applyMask, page } from '../wire.ts';
import type { Deliveries } from './deliveries.ts';
import { alreadyExists, notFound, refuseName } from './names.ts';
import type { NewMessage, PubSubStore, Topic } from './store.ts';
import { refuseLabels, refuseRetention } from './subscription.ts';

interface PublishedMessage {
  data?: Uint8Array;
  attributes?: Record<string, string>;
  orderingKey?: string;
}

interface Methods extends Record<string, Unary> {
  Publish: (request: { topic: string; messages?: PublishedMessage[] }) => { messageIds: string[] };
}

/** A topic's mutable fields. */
const fields = [
  'labels',
  'message_storage_policy',
  'kms_key_name',
  'schema_settings',
  'satisfies_pzs',
  'message_retention_duration',
  'ingestion_data_source_settings',
  'message_transforms',
];
const maxMessages = 1_000;
const maxBytes = 10 * 1024 * 1024;

export function publisher(store: PubSubStore, deliveries: Deliveries, clock: LocalClock): Methods {
  const found = (name: string): Topic => store.topic(name) ?? notFound(name);
  return {
    CreateTopic: (topic: Topic) => {
      refuseName('topics', topic.name);
      if (store.topic(topic.name)) alreadyExists(topic.name);
      store.putTopic(withLimits({ ...topic }));
      return topic;
    },
    UpdateTopic: ({ topic, updateMask }) => {
      const current = found(topic.name);
      const paths: string[] = updateMask?.paths ?? [];
      if (paths.length === 0 || paths.includes('name')) {
        throw new GrpcError('INVALID_ARGUMENT', 'The update_mask in the UpdateTopicRequest must name what may change.');
      }
      const changed = withLimits(applyMask(current, topic, paths, fields));
      store.putTopic(changed);
      return changed;
    },
    GetTopic: ({ topic }) => found(topic),
    ListTopics: (request) => {
      const mine = store.topics().filter(({ name }) => name.startsWith(`${request.project}/`));
      const { items, nextPageToken } = page(mine, ({ name }) => name, request);
      return { topics: items, nextPageToken };
    },
    ListTopicSubscriptions: (request) => {
      found(request.topic);
      const names = store.subscriptions().flatMap(({ name, topic }) => (topic === request.topic ? [name] : []));
      const { items, nextPageToken } = page(names.sort(), (name) => name, request);
      return { subscriptions: items, nextPageToken };
    },
    DeleteTopic: ({ topic }) => {
      found(topic);
      store.dropTopic(topic);
    },
    DetachSubscription: ({ subscription: name }) => {
      const subscription = store.subscriptionNamed(name) ?? notFound(name);
      store.changeSubscription(subscription.id, { ...subscription.config, detached: true });
      store.dropDeliveries(subscription.id);
      deliveries.changed();
    },
    Publish: ({ topic, messages = [] }: { topic: string; messages?: PublishedMessage[] }) => {
      found(topic);
      if (messages.length === 0 || messages.length > maxMessages) {
        throw new GrpcError('INVALID_ARGUMENT', `A publish request has 1 to ${maxMessages} messages.`);
      }
      const ids = store.publish(topic, messages.map(accepted), clock.now());
      deliveries.changed();
      return { messageIds: ids.map(String) };
    },
  };
}

function withLimits(topic: Topic): Topic {
  refuseLabels(topic.labels);
  if (topic.messageRetentionDuration) refuseRetention(topic.messageRetentionDuration);
  return topic;
}

/** The message whole, or INVALID_ARGUMENT by the documented limits. */
function accepted({ data = new Uint8Array(), attributes = {}, orderingKey = '' }: PublishedMessage): NewMessage {
  const refuse = (why: string): never => {
    throw new GrpcError('INVALID_ARGUMENT', why);
  };
  const entries = Object.entries(attributes);
  if (data.length === 0 && entries.length === 0) {
    refuse('Some messages in the batch are empty: a message has data or at least one attribute.');
  }
  if (data.length > maxBytes) refuse('The message is larger than 10 MB.');
  if (entries.length > 100) refuse('A message has at most 100 attributes.');
  for (const [key, value] of entries) {
    if (key === '' || Buffer.byteLength(key) > 256) refuse(`Invalid attribute key: "${key}" (1 to 256 bytes).`);
    if (key.startsWith('goog')) refuse(`Invalid attribute key: "${key}" (keys may not begin with goog).`);
    if (Buffer.byteLength(value) > 1_024) refuse(`The value of attribute "${key}" is longer than 1024 bytes.`);
  }
  if (Buffer.byteLength(orderingKey) > 1_024) refuse('The ordering key is longer than 1024 bytes.');
  return { data, attributes, orderingKey };
}
