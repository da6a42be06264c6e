/** What the channel of kind `inbox` delivered: the local stub for Slack and its like. */
import type { DatabaseSync } from 'node:sqlite';

export interface InboxMessage {
  id: string;
  channel: string;
  kind: string;
  incidentId: string | null;
  customers: string[];
  text: string;
  deliveredAt: string;
}

export class Inbox {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec('CREATE TABLE IF NOT EXISTS local_inbox (position INTEGER PRIMARY KEY, message TEXT NOT NULL)');
  }

  add(message: InboxMessage): void {
    this.#db.prepare('INSERT INTO local_inbox (message) VALUES (?)').run(JSON.stringify(message));
  }

  list(): InboxMessage[] {
    const rows = this.#db.prepare('SELECT message FROM local_inbox ORDER BY position').all();
    return rows.map((row) => JSON.parse(String(row.message)) as InboxMessage);
  }
}
