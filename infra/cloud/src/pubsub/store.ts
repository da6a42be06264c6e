import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../storage.ts';
import { fromText, type SecondsAndNanos, toText } from '../wire.ts';
import { type Subscription, type SubscriptionConfig, toSubscription } from './subscription.ts';

export interface Topic {
  name: string;
  labels?: Record<string, string>;
  messageRetentionDuration?: SecondsAndNanos;
}

export interface NewMessage {
  data: Uint8Array;
  attributes: Record<string, string>;
  orderingKey: string;
}

export interface Message extends NewMessage {
  id: number;
  publishedAt: number;
}

/** A message on its way to one subscription; `attempts` counts the deliveries that were not acknowledged. */
export interface Delivery {
  message: Message;
  attempts: number;
}

const schema = `
  CREATE TABLE IF NOT EXISTS pubsub_topics (name TEXT PRIMARY KEY, config TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS pubsub_subscriptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, config TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS pubsub_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL, attributes TEXT NOT NULL, ordering_key TEXT NOT NULL,
    published_at INTEGER NOT NULL
  ) STRICT;
  -- due_at is null while an earlier message of the same ordering key is there.
  CREATE TABLE IF NOT EXISTS pubsub_deliveries (
    subscription_id INTEGER NOT NULL, message_id INTEGER NOT NULL, due_at INTEGER, expires_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, ordering_key TEXT, PRIMARY KEY (subscription_id, message_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS pubsub_due ON pubsub_deliveries (subscription_id, due_at, message_id);
  CREATE INDEX IF NOT EXISTS pubsub_expiry ON pubsub_deliveries (expires_at);
  CREATE INDEX IF NOT EXISTS pubsub_of_message ON pubsub_deliveries (message_id);
  CREATE INDEX IF NOT EXISTS pubsub_ordered ON pubsub_deliveries (subscription_id, ordering_key, message_id)
    WHERE ordering_key IS NOT NULL;
  -- No dead-letter policy allows fewer attempts than 5.
  CREATE INDEX IF NOT EXISTS pubsub_tried ON pubsub_deliveries (subscription_id, attempts) WHERE attempts >= 5;
`;

const statements = (db: DatabaseSync) => ({
  putTopic: db.prepare('INSERT OR REPLACE INTO pubsub_topics (name, config) VALUES (?, ?)'),
  dropTopic: db.prepare('DELETE FROM pubsub_topics WHERE name = ?'),
  addSubscription: db.prepare('INSERT INTO pubsub_subscriptions (name, config) VALUES (?, ?)'),
  changeSubscription: db.prepare('UPDATE pubsub_subscriptions SET config = ? WHERE id = ?'),
  dropSubscription: db.prepare('DELETE FROM pubsub_subscriptions WHERE id = ?'),
  dropDeliveries: db.prepare('DELETE FROM pubsub_deliveries WHERE subscription_id = ?'),
  addMessage: db.prepare(
    'INSERT INTO pubsub_messages (data, attributes, ordering_key, published_at) VALUES (?, ?, ?, ?)',
  ),
  addDelivery: db.prepare(
    'INSERT INTO pubsub_deliveries (subscription_id, message_id, due_at, expires_at, ordering_key) VALUES (?, ?, ?, ?, ?)',
  ),
  firstOfKey: db.prepare(
    `SELECT message_id AS id FROM pubsub_deliveries WHERE subscription_id = ? AND ordering_key = ?
     ORDER BY message_id LIMIT 1`,
  ),
  delivery: db.prepare(
    'SELECT attempts, ordering_key FROM pubsub_deliveries WHERE subscription_id = ? AND message_id = ?',
  ),
  dropDelivery: db.prepare('DELETE FROM pubsub_deliveries WHERE subscription_id = ? AND message_id = ?'),
  dropMessageIfDone: db.prepare(
    `DELETE FROM pubsub_messages WHERE id = ?1
     AND NOT EXISTS (SELECT 1 FROM pubsub_deliveries WHERE message_id = ?1)`,
  ),
  dropMessagesDone: db.prepare(
    'DELETE FROM pubsub_messages WHERE id NOT IN (SELECT message_id FROM pubsub_deliveries)',
  ),
  postpone: db.prepare(
    'UPDATE pubsub_deliveries SET due_at = ?, attempts = ? WHERE subscription_id = ? AND message_id = ?',
  ),
  release: db.prepare(
    'UPDATE pubsub_deliveries SET due_at = ? WHERE subscription_id = ? AND message_id = ? AND due_at IS NULL',
  ),
  due: db.prepare(
    `SELECT message_id AS id FROM pubsub_deliveries WHERE subscription_id = ? AND due_at <= ?
     ORDER BY due_at, message_id LIMIT ?`,
  ),
  load: db.prepare(
    `SELECT m.*, d.attempts FROM pubsub_deliveries d JOIN pubsub_messages m ON m.id = d.message_id
     WHERE d.subscription_id = ? AND d.message_id = ?`,
  ),
  nextDue: db.prepare(
    `SELECT message_id AS id, due_at FROM pubsub_deliveries WHERE subscription_id = ? AND due_at IS NOT NULL
     ORDER BY due_at, message_id LIMIT ?`,
  ),
  exhausted: db.prepare(
    `SELECT m.*, d.attempts, d.due_at FROM pubsub_deliveries d JOIN pubsub_messages m ON m.id = d.message_id
     WHERE d.subscription_id = ? AND d.attempts >= 5 AND d.attempts >= ? AND d.due_at IS NOT NULL ORDER BY d.due_at, d.message_id LIMIT 1`,
  ),
  nextExpiry: db.prepare('SELECT min(expires_at) AS at FROM pubsub_deliveries'),
  expired: db.prepare(
    'SELECT subscription_id, message_id FROM pubsub_deliveries WHERE expires_at <= ? ORDER BY expires_at, message_id',
  ),
  count: db.prepare('SELECT count(*) AS n FROM pubsub_deliveries'),
});

/** Topics, subscriptions and messages in SQLite. Each method is one transaction. */
export class PubSubStore {
  readonly #db: DatabaseSync;
  readonly #sql: ReturnType<typeof statements>;
  readonly #topics = new Map<string, Topic>();
  readonly #subscriptions = new Map<number, Subscription>();
  readonly #mayHaveMessages = new Set<number>();

  constructor(db: DatabaseSync) {
    db.exec(schema);
    this.#db = db;
    this.#sql = statements(db);
    for (const row of db.prepare('SELECT config FROM pubsub_topics').all()) {
      const topic = fromText(String(row.config));
      this.#topics.set(topic.name, topic);
    }
    for (const row of db.prepare('SELECT id, config FROM pubsub_subscriptions').all()) {
      this.#mayHaveMessages.add(Number(row.id));
      this.#subscriptions.set(Number(row.id), toSubscription(Number(row.id), fromText(String(row.config))));
    }
  }

  topics(): Topic[] {
    return [...this.#topics.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  topic(name: string): Topic | undefined {
    return this.#topics.get(name);
  }

  putTopic(topic: Topic): void {
    this.#sql.putTopic.run(topic.name, toText(topic));
    this.#topics.set(topic.name, topic);
  }

  dropTopic(name: string): void {
    inTransaction(this.#db, () => {
      this.#sql.dropTopic.run(name);
      for (const { id, config, topic } of this.#subscriptions.values()) {
        if (topic === name) this.changeSubscription(id, { ...config, topic: '_deleted-topic_' });
      }
    });
    this.#topics.delete(name);
  }

  subscriptions(): Subscription[] {
    return [...this.#subscriptions.values()];
  }

  subscription(id: number): Subscription | undefined {
    return this.#subscriptions.get(id);
  }

  subscriptionNamed(name: string): Subscription | undefined {
    return this.subscriptions().find((subscription) => subscription.name === name);
  }

  addSubscription(config: SubscriptionConfig): void {
    const id = Number(this.#sql.addSubscription.run(config.name, toText(config)).lastInsertRowid);
    this.#subscriptions.set(id, toSubscription(id, config));
  }

  changeSubscription(id: number, config: SubscriptionConfig): void {
    const changed = toSubscription(id, config);
    this.#sql.changeSubscription.run(toText(config), id);
    this.#subscriptions.set(id, changed);
  }

  dropSubscription(id: number): void {
    this.dropDeliveries(id);
    this.#sql.dropSubscription.run(id);
    this.#subscriptions.delete(id);
  }

  dropDeliveries(subscriptionId: number): void {
    inTransaction(this.#db, () => {
      this.#sql.dropDeliveries.run(subscriptionId);
      this.#sql.dropMessagesDone.run();
    });
  }

  /** Keeps the messages for every subscription that accepts them; answers their ids. */
  publish(topic: string, messages: readonly NewMessage[], now: number): number[] {
    return inTransaction(this.#db, () => messages.map((message) => this.#publish(topic, message, now)));
  }

  /** Publishes the dead letter and ends its delivery in one step. */
  moveToDeadLetters(
    topic: string,
    letter: NewMessage,
    now: number,
    from: { subscription: Subscription; id: number },
  ): void {
    inTransaction(this.#db, () => {
      this.#publish(topic, letter, now);
      this.#drop(from.subscription.id, from.id, now);
    });
  }

  #publish(topic: string, message: NewMessage, now: number): number {
    const { data, attributes, orderingKey } = message;
    const id = Number(this.#sql.addMessage.run(data, toText(attributes), orderingKey, now).lastInsertRowid);
    let isWanted = false;
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.topic !== topic || subscription.config.detached || !subscription.accepts(attributes)) continue;
      isWanted = true;
      const key = subscription.isOrdered && orderingKey ? orderingKey : null;
      const mustWait = key !== null && this.#sql.firstOfKey.get(subscription.id, key) !== undefined;
      this.#mayHaveMessages.add(subscription.id);
      this.#sql.addDelivery.run(subscription.id, id, mustWait ? null : now, now + subscription.retentionMs, key);
    }
    if (!isWanted) this.#sql.dropMessageIfDone.run(id);
    return id;
  }

  /** Acknowledged: it is done for this subscription. */
  acknowledge(subscriptionId: number, messageId: number, now: number): void {
    inTransaction(this.#db, () => this.#drop(subscriptionId, messageId, now));
  }

  #drop(subscriptionId: number, messageId: number, now: number): void {
    const delivery = this.#sql.delivery.get(subscriptionId, messageId);
    if (!delivery) return;
    this.#sql.dropDelivery.run(subscriptionId, messageId);
    this.#sql.dropMessageIfDone.run(messageId);
    if (delivery.ordering_key === null) return;
    const next = this.#sql.firstOfKey.get(subscriptionId, String(delivery.ordering_key));
    if (next) this.#sql.release.run(now, subscriptionId, Number(next.id));
  }

  postpone(subscriptionId: number, messageId: number, dueAt: number, attempts: number): void {
    this.#sql.postpone.run(dueAt, attempts, subscriptionId, messageId);
  }

  /** The number of unacknowledged deliveries; undefined if nothing is left to deliver. */
  attempts(subscriptionId: number, messageId: number): number | undefined {
    const delivery = this.#sql.delivery.get(subscriptionId, messageId);
    return delivery && Number(delivery.attempts);
  }

  /** The messages that are due and not under way, earliest first. */
  due(subscriptionId: number, now: number, limit: number, underWay: ReadonlySet<number> = new Set()): Delivery[] {
    const ids = this.#sql.due.all(subscriptionId, now, limit + underWay.size).map(({ id }) => Number(id));
    const free = ids.filter((id) => !underWay.has(id)).slice(0, limit);
    return free.flatMap((id) => this.#sql.load.all(subscriptionId, id).map(toDelivery));
  }

  /** When the next message outside `underWay` is due. */
  nextDueAt(subscriptionId: number, underWay: ReadonlySet<number>): number | undefined {
    const rows = this.#sql.nextDue.all(subscriptionId, underWay.size + 1);
    if (rows.length === 0) this.#mayHaveMessages.delete(subscriptionId);
    const next = rows.find((row) => !underWay.has(Number(row.id)));
    return next && Number(next.due_at);
  }

  /** The next message without attempts left, and the end of its last one. */
  nextExhausted(subscriptionId: number, maxAttempts: number): (Delivery & { dueAt: number }) | undefined {
    const row = this.#sql.exhausted.get(subscriptionId, maxAttempts);
    return row && { ...toDelivery(row), dueAt: Number(row.due_at) };
  }

  nextExpiryAt(): number | undefined {
    return (this.#sql.nextExpiry.get()?.at as number | null) ?? undefined;
  }

  /** Deletes messages older than their subscription's retention. */
  expire(now: number): void {
    inTransaction(this.#db, () => {
      for (const row of this.#sql.expired.all(now)) {
        this.#drop(Number(row.subscription_id), Number(row.message_id), now);
      }
    });
  }

  /** The subscriptions that something may be to be delivered to, now or later: all others have nothing. */
  subscriptionsWithMessages(): Subscription[] {
    return [...this.#subscriptions.values()].filter(({ id }) => this.#mayHaveMessages.has(id));
  }

  count(): number {
    return Number(this.#sql.count.get()?.n);
  }
}

function toDelivery(row: Record<string, unknown>): Delivery {
  return {
    message: {
      id: Number(row.id),
      data: row.data as Uint8Array,
      attributes: JSON.parse(String(row.attributes)),
      orderingKey: String(row.ordering_key),
      publishedAt: Number(row.published_at),
    },
    attempts: Number(row.attempts),
  };
}
