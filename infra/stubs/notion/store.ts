/** The stub's workspace. It stays until `--fresh`, as the rest of the local cloud. */
import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../../cloud/src/storage.ts';
import type { Block, DataSource, Page, Stored } from './objects.ts';

export class Workspace {
  readonly #db: DatabaseSync;
  readonly #objects = new Map<string, Stored>();
  /** Pages by their data source, and blocks by what holds them, in their order. */
  readonly #within = new Map<string, string[]>();
  readonly #changed = new Set<string>();
  #count: number;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(`
      CREATE TABLE IF NOT EXISTS notion_objects (id TEXT PRIMARY KEY, value TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS notion_within (id TEXT PRIMARY KEY, children TEXT NOT NULL);
    `);
    for (const { id, value } of db.prepare('SELECT id, value FROM notion_objects').all()) {
      this.#objects.set(String(id), JSON.parse(String(value)) as Stored);
    }
    for (const { id, children } of db.prepare('SELECT id, children FROM notion_within').all()) {
      this.#within.set(String(id), JSON.parse(String(children)) as string[]);
    }
    this.#count = this.#objects.size;
  }

  /** An id that nothing has yet, in the form that Notion gives them. */
  newId(): string {
    for (;;) {
      this.#count += 1;
      const id = uuidOf(`notion ${this.#count}`);
      if (!this.#objects.has(id)) return id;
    }
  }

  find<T extends Stored['object']>(object: T, id: string): Extract<Stored, { object: T }> | undefined {
    const found = this.#objects.get(id);
    return found?.object === object ? (found as Extract<Stored, { object: T }>) : undefined;
  }

  put(stored: Stored): void {
    this.#objects.set(stored.id, stored);
    this.#changed.add(stored.id);
  }

  /** @param after the child before them, or `start` or `end` */
  place(parentId: string, ids: readonly string[], after = 'end'): void {
    const children = this.#within.get(parentId) ?? [];
    const at = after === 'end' ? children.length : after === 'start' ? 0 : children.indexOf(after) + 1;
    this.#within.set(parentId, [...children.slice(0, at), ...ids, ...children.slice(at)]);
    this.#changed.add(`in ${parentId}`);
  }

  childrenOf(parentId: string): string[] {
    return this.#within.get(parentId) ?? [];
  }

  pagesOf(dataSourceId: string): Page[] {
    return this.childrenOf(dataSourceId).flatMap((id) => this.find('page', id) ?? []);
  }

  blocksOf(parentId: string): Block[] {
    return this.childrenOf(parentId).flatMap((id) => this.find('block', id) ?? []);
  }

  dataSources(): DataSource[] {
    return [...this.#objects.values()].filter((each) => each.object === 'data_source');
  }

  /** Stores a request's changes; unfinished ones are gone after a restart. */
  save(): void {
    if (this.#changed.size === 0) return;
    const put = this.#db.prepare('INSERT OR REPLACE INTO notion_objects VALUES (?, ?)');
    const placed = this.#db.prepare('INSERT OR REPLACE INTO notion_within VALUES (?, ?)');
    inTransaction(this.#db, () => {
      for (const key of this.#changed) {
        const parent = key.startsWith('in ') ? key.slice(3) : undefined;
        if (parent === undefined) put.run(key, JSON.stringify(this.#objects.get(key)));
        else placed.run(parent, JSON.stringify(this.#within.get(parent)));
      }
    });
    this.#changed.clear();
  }
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** An id with its dashes, however it was written; undefined if it is none. */
export function idOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const hex = value.replaceAll('-', '').toLowerCase();
  if (!/^[\da-f]{32}$/.test(hex)) return undefined;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
