/** Webhooks that wait to be posted to Metronome's doors. They survive a restart, and each tool retries by its own rules. */
import type { DatabaseSync } from 'node:sqlite';
import type { Driven, LocalClock } from '../cloud/src/clock.ts';
import type { Environment, Posting, Stub, ToolName } from './tool.ts';

/** Marks the stubs' own webhooks, so that no stub learns from itself. */
export const stubHeader = 'x-metronome-stub';

const longestWaitMs = 10_000;

interface Options {
  db: DatabaseSync;
  clock: Pick<LocalClock, 'now' | 'poke'>;
  fetch: typeof fetch;
  /** The address of the doors: `http://127.0.0.1:8080`. */
  doors(): string;
  stubs: ReadonlyMap<ToolName, Stub>;
  environment(): Environment;
}

interface Waiting {
  number: number;
  tool: ToolName;
  path: string;
  body: string;
  attempt: number;
}

export class Webhooks {
  readonly #options: Options;
  readonly driven: Driven;

  constructor(options: Options) {
    this.#options = options;
    const { db } = options;
    db.exec(`
      CREATE TABLE IF NOT EXISTS tool_webhooks (
        number INTEGER PRIMARY KEY AUTOINCREMENT, tool TEXT NOT NULL, path TEXT NOT NULL, body TEXT NOT NULL,
        due_at REAL NOT NULL, attempt INTEGER NOT NULL
      );
      CREATE INDEX IF NOT EXISTS tool_webhooks_by_due ON tool_webhooks (due_at);
    `);
    const first = db.prepare('SELECT due_at FROM tool_webhooks ORDER BY due_at LIMIT 1');
    const due = db.prepare('SELECT * FROM tool_webhooks WHERE due_at <= ? ORDER BY due_at, number');
    const later = db.prepare('UPDATE tool_webhooks SET due_at = ? WHERE number = ?');
    this.driven = {
      nextDueAt: () => {
        const row = first.get();
        return row ? Number(row.due_at) : undefined;
      },
      runDue: async (now) => {
        const rows = due.all(now) as unknown as Waiting[];
        // Concurrent callers find them taken; a process that dies here posts them again.
        for (const { number } of rows) later.run(now + longestWaitMs, number);
        await Promise.all(rows.map((waiting) => this.#attempt(waiting)));
      },
    };
  }

  /** @param inMs how long after now it is posted */
  add(tool: ToolName, { path, body }: Posting, inMs: number): void {
    const { db, clock } = this.#options;
    const at = clock.now() + inMs;
    db.prepare('INSERT INTO tool_webhooks (tool, path, body, due_at, attempt) VALUES (?, ?, ?, ?, 1)').run(
      tool,
      path,
      body,
      at,
    );
    clock.poke();
  }

  async #attempt(waiting: Waiting): Promise<void> {
    const { db, clock, stubs } = this.#options;
    const status = await this.post(waiting.tool, waiting.path, waiting.body);
    const isTaken = status === 'unproven' || (status !== undefined && status >= 200 && status < 300);
    const wait = isTaken ? undefined : stubs.get(waiting.tool)?.retryAfterMs(waiting.attempt, status);
    if (wait === undefined) db.prepare('DELETE FROM tool_webhooks WHERE number = ?').run(waiting.number);
    else {
      db.prepare('UPDATE tool_webhooks SET due_at = ?, attempt = attempt + 1 WHERE number = ?').run(
        clock.now() + wait,
        waiting.number,
      );
    }
  }

  /** Posts it at once. @returns the door's status, undefined if none came, `unproven` where no secret is set to sign by */
  async post(tool: ToolName, path: string, body: string): Promise<number | 'unproven' | undefined> {
    const { clock, fetch, doors, stubs, environment } = this.#options;
    const proof = stubs.get(tool)?.sign(body, clock.now(), environment());
    if (!proof) return 'unproven';
    try {
      const response = await fetch(doors() + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [stubHeader]: tool, ...proof },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(longestWaitMs),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return undefined;
    }
  }
}
