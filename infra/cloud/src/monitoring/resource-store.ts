import type { DatabaseSync } from 'node:sqlite';
import { GrpcError } from '../grpc.ts';
import { fromText, toText } from '../wire.ts';
import type { Fields } from './filter.ts';

/** Messages with a name, kept by it: metric descriptors, notification channels, alert policies. */
export class ResourceStore<T extends { name: string }> {
  readonly #db: DatabaseSync;
  readonly #kind: string;
  readonly #resources = new Map<string, T>();

  constructor(db: DatabaseSync, kind: string) {
    this.#db = db;
    this.#kind = kind;
    db.exec(`CREATE TABLE IF NOT EXISTS monitoring_resources (
      id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, name TEXT NOT NULL UNIQUE, config TEXT NOT NULL
    ) STRICT`);
    for (const row of db.prepare('SELECT config FROM monitoring_resources WHERE kind = ? ORDER BY id').all(kind)) {
      const resource = fromText(String(row.config));
      this.#resources.set(resource.name, resource);
    }
  }

  /** A number that no resource has had, in the length that the real ones have. */
  newId(): string {
    const row = this.#db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'monitoring_resources'").get();
    return String(10n ** 18n + BigInt(Number(row?.seq ?? 0) + 1));
  }

  all(): T[] {
    return [...this.#resources.values()];
  }

  of(project: string): T[] {
    return this.all().filter(({ name }) => name.startsWith(`${project}/`));
  }

  get(name: string): T | undefined {
    return this.#resources.get(name);
  }

  /** @throws GrpcError NOT_FOUND */
  found(name: string): T {
    const resource = this.#resources.get(name);
    if (!resource) throw new GrpcError('NOT_FOUND', `Could not find ${this.#kind} ${name}.`);
    return resource;
  }

  put(resource: T): T {
    this.#db
      .prepare(
        `INSERT INTO monitoring_resources (kind, name, config) VALUES (?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET config = excluded.config`,
      )
      .run(this.#kind, resource.name, toText(resource));
    this.#resources.set(resource.name, resource);
    return resource;
  }

  drop(name: string): void {
    this.#db.prepare('DELETE FROM monitoring_resources WHERE name = ?').run(name);
    this.#resources.delete(name);
  }
}

/** A policy or a channel as list filters see it. */
export function fieldsOf(resource: {
  name: string;
  displayName?: string;
  type?: string;
  labels?: Record<string, string>;
  userLabels?: Record<string, string>;
}): Fields {
  return (path) => {
    if (path.startsWith('user_labels.')) return resource.userLabels?.[path.slice('user_labels.'.length)];
    if (path.startsWith('labels.')) return resource.labels?.[path.slice('labels.'.length)];
    return { name: resource.name, display_name: resource.displayName, type: resource.type }[path];
  };
}
