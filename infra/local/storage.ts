import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * The local cloud's one database. What was committed survives `kill -9` (write-ahead log,
 * `synchronous = NORMAL`); only a loss of power may lose the last commits.
 *
 * @param directory where the file lies; undefined keeps everything in memory
 */
export function openStorage(directory: string | undefined, options: { fresh?: boolean } = {}): DatabaseSync {
  if (directory === undefined) return new DatabaseSync(':memory:');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'cloud.sqlite');
  if (options.fresh) for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;');
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
