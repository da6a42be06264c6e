import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { fromText, toText } from '../wire.ts';
import type { JobConfig } from './job.ts';
import { parseSchedule, type Schedule } from './schedule.ts';

/** A run that has begun, or waits to be tried again. */
export interface Run {
  /** The scheduled time of the run. */
  scheduleTime: number;
  firstAttemptAt?: number;
  failures: number;
  nextAttemptAt: number;
}

/** The fields that change as a job runs. */
export interface Progress {
  isPaused: boolean;
  /** The next instant on the schedule; undefined while paused. */
  nextAt?: number | undefined;
  run?: Run | undefined;
  lastAttemptAt?: number;
  /** How the last attempt ended, google.rpc.Status. */
  status?: { code: number; message?: string };
}

export interface Job {
  config: JobConfig;
  schedule: Schedule;
  progress: Progress;
}

/** Jobs, in memory and in SQLite. */
export class JobStore {
  readonly #db: DatabaseSync;
  readonly #saveProgress: StatementSync;
  readonly #jobs = new Map<string, Job>();

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(`CREATE TABLE IF NOT EXISTS scheduler_jobs (
      name TEXT PRIMARY KEY, config TEXT NOT NULL, progress TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`);
    for (const row of db.prepare('SELECT config, progress FROM scheduler_jobs ORDER BY name').all()) {
      const config = fromText(String(row.config));
      const schedule = parseSchedule(config.schedule, config.timeZone ?? '');
      this.#jobs.set(config.name, { config, schedule, progress: fromText(String(row.progress)) });
    }
    this.#saveProgress = db.prepare('UPDATE scheduler_jobs SET progress = ? WHERE name = ?');
  }

  all(): Iterable<Job> {
    return this.#jobs.values();
  }

  get(name: string): Job | undefined {
    return this.#jobs.get(name);
  }

  put(job: Job): void {
    const { config, progress } = job;
    this.#db
      .prepare('INSERT OR REPLACE INTO scheduler_jobs (name, config, progress) VALUES (?, ?, ?)')
      .run(config.name, toText(config), toText(progress));
    this.#jobs.set(config.name, job);
  }

  saveProgress({ config, progress }: Job): void {
    this.#saveProgress.run(toText(progress), config.name);
  }

  delete(name: string): void {
    this.#db.prepare('DELETE FROM scheduler_jobs WHERE name = ?').run(name);
    this.#jobs.delete(name);
  }
}
