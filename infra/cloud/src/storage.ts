import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What a commit survives once it is acknowledged: the end of the process, or the end of power as well. */
export type Durability = 'normal' | 'full';

/** `LOCAL_DURABILITY`. @throws Error for anything but normal and full */
export function readDurability(text: string | undefined): Durability {
  if (!text) return 'normal';
  if (text === 'normal' || text === 'full') return text;
  throw new Error(`LOCAL_DURABILITY has to be normal or full, and is “${text}”.`);
}

export interface StorageOptions {
  fresh?: boolean;
  durability?: Durability;
}

/**
 * The local cloud's one database. What was committed survives `kill -9` (write-ahead log, `synchronous = NORMAL`); a loss
 * of power may lose the last commits, unless each is to reach the disk before it is acknowledged (`FULL`).
 *
 * @param directory where the file lies; undefined keeps everything in memory
 */
export function openStorage(directory: string | undefined, options: StorageOptions = {}): DatabaseSync {
  if (directory === undefined) return new DatabaseSync(':memory:');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'cloud.sqlite');
  if (options.fresh) for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 2000;');
  db.exec(`PRAGMA synchronous = ${options.durability === 'full' ? 'FULL' : 'NORMAL'}`);
  return db;
}

/** Runs `work` in one SQLite transaction; a throw rolls it back. Synchronous, so never interleaved. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}
