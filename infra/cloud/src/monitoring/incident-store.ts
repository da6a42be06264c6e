import type { DatabaseSync } from 'node:sqlite';
import { fromText, toText } from '../wire.ts';
import type { Header } from './series-store.ts';

/** A condition that is met by one series: from its first violation on, and open once it has lasted. */
export interface Incident {
  policy: string;
  condition: string;
  /** The series or group of series. */
  key: string;
  /** When the violation began. */
  since: number;
  header: Header;
  opened?: { id: string; at: number; notifiedAt: number };
}

/** A message on its way to a channel. */
export interface Notification {
  id: number;
  channel: string;
  body: object;
  dueAt: number;
  attempts: number;
}

/** Incidents until they close, and notifications until they are delivered or dropped. */
export class IncidentStore {
  readonly #sql;
  readonly #incidents = new Map<string, Incident>();
  /** Cached until a change: the clock asks very often. */
  #nextNotification: { at: number | undefined } | undefined;

  constructor(db: DatabaseSync) {
    db.exec(`
      CREATE TABLE IF NOT EXISTS monitoring_incidents (key TEXT PRIMARY KEY, incident TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS monitoring_notifications (
        id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, body TEXT NOT NULL, due_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0
      ) STRICT;
    `);
    this.#sql = {
      put: db.prepare('INSERT OR REPLACE INTO monitoring_incidents (key, incident) VALUES (?, ?)'),
      drop: db.prepare('DELETE FROM monitoring_incidents WHERE key = ?'),
      enqueue: db.prepare('INSERT INTO monitoring_notifications (channel, body, due_at) VALUES (?, ?, ?)'),
      due: db.prepare('SELECT * FROM monitoring_notifications WHERE due_at <= ? ORDER BY id'),
      nextDue: db.prepare('SELECT min(due_at) AS at FROM monitoring_notifications'),
      postpone: db.prepare('UPDATE monitoring_notifications SET due_at = ?, attempts = ? WHERE id = ?'),
      dequeue: db.prepare('DELETE FROM monitoring_notifications WHERE id = ?'),
    };
    for (const row of db.prepare('SELECT incident FROM monitoring_incidents ORDER BY key').all()) {
      const incident = fromText(String(row.incident));
      this.#incidents.set(keyOf(incident), incident);
    }
  }

  all(): Incident[] {
    return [...this.#incidents.values()];
  }

  get(condition: string, key: string): Incident | undefined {
    return this.#incidents.get(keyOf({ condition, key }));
  }

  put(incident: Incident): void {
    this.#sql.put.run(keyOf(incident), toText(incident));
    this.#incidents.set(keyOf(incident), incident);
  }

  drop(incident: Incident): void {
    this.#sql.drop.run(keyOf(incident));
    this.#incidents.delete(keyOf(incident));
  }

  enqueue(channel: string, body: object, dueAt: number): void {
    this.#nextNotification = undefined;
    this.#sql.enqueue.run(channel, toText(body), dueAt);
  }

  dueNotifications(now: number): Notification[] {
    return this.#sql.due.all(now).map((row) => ({
      id: Number(row.id),
      channel: String(row.channel),
      body: fromText(String(row.body)),
      dueAt: Number(row.due_at),
      attempts: Number(row.attempts),
    }));
  }

  nextNotificationAt(): number | undefined {
    this.#nextNotification ??= { at: (this.#sql.nextDue.get()?.at as number | null) ?? undefined };
    return this.#nextNotification.at;
  }

  postpone({ id, attempts }: Notification, dueAt: number): void {
    this.#nextNotification = undefined;
    this.#sql.postpone.run(dueAt, attempts + 1, id);
  }

  dequeue({ id }: Notification): void {
    this.#nextNotification = undefined;
    this.#sql.dequeue.run(id);
  }
}

function keyOf({ condition, key }: Pick<Incident, 'condition' | 'key'>): string {
  return `${condition} ${key}`;
}
