/** The tickets of the stubs and what was said on them. They stay until `--fresh`, as the rest of the local cloud. */
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../cloud/src/storage.ts';
import type { Comment, NewComment, Ticket, TicketStore, ToolName, WebhookContent } from './tool.ts';

export function openTickets(db: DatabaseSync, tool: ToolName): TicketStore {
  db.exec(`
    CREATE TABLE IF NOT EXISTS tool_tickets (tool TEXT, id TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (tool, id));
    CREATE INDEX IF NOT EXISTS tool_tickets_by_key ON tool_tickets (tool, key);
    CREATE TABLE IF NOT EXISTS tool_comments (
      number INTEGER PRIMARY KEY AUTOINCREMENT, tool TEXT NOT NULL, ticket TEXT NOT NULL, value TEXT
    );
    CREATE INDEX IF NOT EXISTS tool_comments_by_ticket ON tool_comments (tool, ticket);
  `);
  const byId = db.prepare('SELECT value FROM tool_tickets WHERE tool = ? AND id = ?');
  const each = db.prepare('SELECT value FROM tool_tickets WHERE tool = ? ORDER BY id');
  const byKey = db.prepare('SELECT value FROM tool_tickets WHERE tool = ? AND key = ?');
  const put = db.prepare(`
    INSERT INTO tool_tickets VALUES (?, ?, ?, ?)
    ON CONFLICT (tool, id) DO UPDATE SET key = excluded.key, value = excluded.value
  `);
  const all = db.prepare('SELECT value FROM tool_comments WHERE tool = ? AND ticket = ? ORDER BY number');
  const add = db.prepare('INSERT INTO tool_comments (tool, ticket) VALUES (?, ?)');
  const fill = db.prepare('UPDATE tool_comments SET value = ? WHERE number = ?');

  const find = (id: string): Ticket | undefined => {
    const row = byId.get(tool, id) ?? byKey.get(tool, id);
    return row ? (JSON.parse(String(row.value)) as Ticket) : undefined;
  };
  const allTickets = (): Ticket[] => each.all(tool).map(({ value }) => JSON.parse(String(value)) as Ticket);
  const save = (ticket: Ticket): Ticket => {
    put.run(tool, ticket.id, ticket.key ?? null, JSON.stringify(ticket));
    return ticket;
  };
  const comments = (ticketId: string): Comment[] =>
    all.all(tool, ticketId).map(({ value }) => JSON.parse(String(value)) as Comment);

  function say(ticketId: string, now: number, numbered: (number: number) => Omit<Comment, 'createdAt'>): NewComment {
    return inTransaction(db, () => {
      const ticket = find(ticketId);
      if (!ticket) throw new Error(`${tool} has no ticket ${ticketId}.`);
      const number = Number(add.run(tool, ticket.id).lastInsertRowid);
      const at = later(ticket, now);
      const comment = { ...numbered(number), createdAt: at };
      fill.run(JSON.stringify(comment), number);
      return { ticket: save({ ...ticket, updatedAt: at }), comment };
    });
  }

  function learn(told: WebhookContent, now: number): void {
    const known = find(told.ticket.id);
    const stated = Object.fromEntries(Object.entries(told.ticket).filter(([, value]) => value !== undefined));
    save({ createdAt: now, ...known, ...stated, id: told.ticket.id, updatedAt: known ? later(known, now) : now });
    const { comment } = told;
    if (!comment) return;
    if (comment.id !== undefined && comments(told.ticket.id).some((each) => each.id === comment.id)) return;
    const { text, isPublic, author } = comment;
    say(told.ticket.id, now, (number) => ({
      id: comment.id ?? String(number),
      source: text,
      text,
      isPublic,
      author,
    }));
  }

  return { find, all: allTickets, comments, say, learn };
}

const later = (ticket: Ticket, now: number): number =>
  Math.max(now, (Math.floor(ticket.updatedAt / 1_000) + 1) * 1_000);
