/** What was posted to a stub that only takes, in order. It stays until `--fresh`. */
import type { DatabaseSync } from 'node:sqlite';

export interface Posted<T> {
  id: number;
  /** ISO 8601, by the house's clock. */
  at: string;
  body: T;
}

export interface PostStore<T> {
  add(body: T, now: number): void;
  /** Oldest first. */
  all(): Posted<T>[];
}

export function openPosts<T>(db: DatabaseSync, tool: string): PostStore<T> {
  db.exec(
    'CREATE TABLE IF NOT EXISTS tool_posts (id INTEGER PRIMARY KEY AUTOINCREMENT, tool TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL)',
  );
  const insert = db.prepare('INSERT INTO tool_posts (tool, at, body) VALUES (?, ?, ?)');
  const select = db.prepare('SELECT id, at, body FROM tool_posts WHERE tool = ? ORDER BY id');
  return {
    add: (body, now) => void insert.run(tool, now, JSON.stringify(body)),
    all: () =>
      select.all(tool).map(({ id, at, body }) => ({
        id: Number(id),
        at: new Date(Number(at)).toISOString(),
        body: JSON.parse(String(body)) as T,
      })),
  };
}
