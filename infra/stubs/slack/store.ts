/** What the stub of Slack keeps: messages, what one person alone was told, modals, people. It stays until `--fresh`. */
import type { DatabaseSync } from 'node:sqlite';
import type { Block, View } from './blocks.ts';

export interface Message {
  channel: string;
  /** Its ID within the channel: seconds and a fraction, in Slack's form. */
  ts: string;
  /** The message to which it replies. */
  threadTs?: string;
  /** Shown in the channel too. */
  isBroadcast?: boolean;
  text: string;
  blocks?: Block[];
  metadata?: unknown;
  isEdited?: boolean;
}

/** Shown to one person only: an ephemeral message, or an answer through `response_url`. */
export interface Whisper {
  channel: string;
  user: string;
  text: string;
  blocks?: Block[];
  at: number;
}

export interface OpenView {
  id: string;
  hash: string;
  user: string;
  view: View;
  isOpen: boolean;
}

export interface User {
  id: string;
  team_id: string;
  name: string;
  email?: string;
  locale: string;
  deleted: boolean;
  is_bot: boolean;
  is_restricted: boolean;
  is_ultra_restricted: boolean;
  is_stranger: boolean;
  is_email_confirmed: boolean;
}

const triggerForm = /^\d+\.\d+\.[\da-z]+$/;

/** The workspace that the stub's token belongs to. */
export const ownTeam = 'T1';
export const botUser = 'UMETRONOME';

export type SlackStore = ReturnType<typeof openSlack>;

export function openSlack(db: DatabaseSync) {
  db.exec(`
    CREATE TABLE IF NOT EXISTS slack_messages (
      number INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, ts TEXT NOT NULL, value TEXT NOT NULL,
      UNIQUE (channel, ts)
    );
    CREATE TABLE IF NOT EXISTS slack_whispers (number INTEGER PRIMARY KEY AUTOINCREMENT, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS slack_views (id TEXT PRIMARY KEY, external_id TEXT, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS slack_users (id TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS slack_triggers (id TEXT PRIMARY KEY, user TEXT, issued_at REAL NOT NULL, is_used INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS slack_counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
  `);
  const prepared = {
    all: db.prepare('SELECT value FROM slack_messages ORDER BY number'),
    one: db.prepare('SELECT value FROM slack_messages WHERE channel = ? AND ts = ?'),
    add: db.prepare('INSERT INTO slack_messages (channel, ts, value) VALUES (?, ?, ?)'),
    edit: db.prepare('UPDATE slack_messages SET value = ? WHERE channel = ? AND ts = ?'),
    remove: db.prepare('DELETE FROM slack_messages WHERE channel = ? AND ts = ?'),
    last: db.prepare('SELECT ts FROM slack_messages ORDER BY number DESC LIMIT 1'),
    whispers: db.prepare('SELECT value FROM slack_whispers ORDER BY number'),
    whisper: db.prepare('INSERT INTO slack_whispers (value) VALUES (?)'),
    views: db.prepare('SELECT value FROM slack_views ORDER BY rowid'),
    putView: db.prepare(`
      INSERT INTO slack_views VALUES (?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET external_id = excluded.external_id, value = excluded.value
    `),
    user: db.prepare('SELECT value FROM slack_users WHERE id = ?'),
    putUser: db.prepare('INSERT OR REPLACE INTO slack_users VALUES (?, ?)'),
    trigger: db.prepare('SELECT * FROM slack_triggers WHERE id = ?'),
    putTrigger: db.prepare('INSERT OR REPLACE INTO slack_triggers VALUES (?, ?, ?, ?)'),
    count: db.prepare(`
      INSERT INTO slack_counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value
    `),
  };
  const parse = <T>(row: Record<string, unknown> | undefined): T | undefined =>
    row ? (JSON.parse(String(row.value)) as T) : undefined;

  /** Later than every ts before it. */
  function nextTs(now: number): string {
    const last = prepared.last.get();
    const micros = Math.max(now * 1_000, last ? Number(String(last.ts).replace('.', '')) + 1 : 0);
    const text = String(Math.floor(micros)).padStart(16, '0');
    return `${text.slice(0, -6)}.${text.slice(-6)}`;
  }

  return {
    next: (name: string): number => Number(prepared.count.get(name)?.value),
    messages: (): Message[] => prepared.all.all().map((row) => parse<Message>(row) as Message),
    message: (channel: string, ts: string): Message | undefined => parse<Message>(prepared.one.get(channel, ts)),
    post(message: Omit<Message, 'ts'>, now: number): Message {
      const posted = { ...message, ts: nextTs(now) };
      prepared.add.run(posted.channel, posted.ts, JSON.stringify(posted));
      return posted;
    },
    edit(message: Message): void {
      prepared.edit.run(JSON.stringify(message), message.channel, message.ts);
    },
    remove: (channel: string, ts: string): boolean => prepared.remove.run(channel, ts).changes > 0,
    whispers: (): Whisper[] => prepared.whispers.all().map((row) => parse<Whisper>(row) as Whisper),
    whisper(said: Whisper): void {
      prepared.whisper.run(JSON.stringify(said));
    },
    views: (): OpenView[] => prepared.views.all().map((row) => parse<OpenView>(row) as OpenView),
    putView(opened: OpenView): void {
      prepared.putView.run(opened.id, opened.view.external_id ?? null, JSON.stringify(opened));
    },
    user(id: string): User | undefined {
      if (!/^[UW][A-Z0-9]{0,20}$/.test(id)) return undefined;
      const told = parse<Partial<User>>(prepared.user.get(id));
      const usual: User = {
        id,
        team_id: ownTeam,
        name: id.toLowerCase(),
        email: `${id.toLowerCase()}@example.jp`,
        locale: 'ja-JP',
        deleted: false,
        is_bot: false,
        is_restricted: false,
        is_ultra_restricted: false,
        is_stranger: false,
        is_email_confirmed: true,
      };
      return { ...usual, ...told, id };
    },
    tellUser(user: Partial<User> & { id: string }): void {
      prepared.putUser.run(user.id, JSON.stringify(user));
    },
    issueTrigger(id: string, user: string, now: number): void {
      prepared.putTrigger.run(id, user, now, 0);
    },
    /**
     * Takes a trigger, which opens one modal within three seconds. One that the stub has not issued is of somebody
     * who plays Slack: its age is unknown, and it is taken once where it looks like Slack's.
     */
    takeTrigger(
      id: string,
      now: number,
    ): { user: string } | 'expired_trigger_id' | 'exchanged_trigger_id' | 'invalid_trigger_id' {
      const row = prepared.trigger.get(id);
      if (!row && !triggerForm.test(id)) return 'invalid_trigger_id';
      if (row?.is_used) return 'exchanged_trigger_id';
      prepared.putTrigger.run(id, row ? String(row.user) : '', row ? Number(row.issued_at) : now, 1);
      if (row && now - Number(row.issued_at) > 3_000) return 'expired_trigger_id';
      return { user: row ? String(row.user) : '' };
    },
  };
}
