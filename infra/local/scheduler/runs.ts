import type { Driven, LocalClock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import { nextAttemptAt, retriesOf, shortName } from './job.ts';
import type { Job, JobStore, Run } from './store.ts';
import { type AttemptStatus, attempt } from './target.ts';

/** Says of a job (by its short name) and an instant of its schedule that the run would do nothing. */
export type Skip = (jobName: string, scheduleTime: number) => boolean | Promise<boolean>;

/**
 * Runs jobs as the clock comes to their instants. Runs of one job never overlap. What fell due while the
 * process was down, or while the run before was still going on, becomes one late run for the last of
 * those instants. A run is noted only when it has ended, so one that a crash cut off is made again.
 */
export class Runs implements Driven {
  readonly #store: JobStore;
  readonly #clock: LocalClock;
  readonly #faults: Faults;
  readonly #target: Parameters<typeof attempt>[0];
  readonly #skip: Skip | undefined;
  readonly #running = new Set<string>();
  /** Forced while they ran: to be run again when that has ended. */
  readonly #forcedMeanwhile = new Set<string>();

  constructor(
    store: JobStore,
    clock: LocalClock,
    faults: Faults,
    target: Parameters<typeof attempt>[0],
    skip: Skip | undefined,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#faults = faults;
    this.#target = target;
    this.#skip = skip;
  }

  nextDueAt(): number | undefined {
    let next: number | undefined;
    for (const job of this.#store.all()) {
      const at = this.#dueAt(job);
      if (at !== undefined && (next === undefined || at < next)) next = at;
    }
    return next;
  }

  #dueAt({ config, progress: { nextAt, run } }: Job): number | undefined {
    if (this.#running.has(config.name)) return undefined;
    if (run && (nextAt === undefined || run.nextAttemptAt < nextAt)) return run.nextAttemptAt;
    return nextAt;
  }

  async runDue(now: number): Promise<void> {
    const due = [...this.#store.all()].filter((job) => (this.#dueAt(job) ?? Number.POSITIVE_INFINITY) <= now);
    await Promise.all(due.map((job) => this.#run(job, now)));
  }

  replan(now: number): void {
    for (const job of this.#store.all()) {
      if (job.progress.isPaused) continue;
      job.progress.run = undefined;
      job.progress.nextAt = job.schedule.next(now);
      this.#store.saveProgress(job);
    }
  }

  /** Runs a job now, whatever its schedule says. */
  force(job: Job): void {
    const now = this.#clock.now();
    if (this.#running.has(job.config.name)) {
      this.#forcedMeanwhile.add(job.config.name);
      return;
    }
    job.progress.run = { scheduleTime: now, failures: 0, nextAttemptAt: now };
    this.#store.saveProgress(job);
    this.#clock.poke();
  }

  async #run(job: Job, now: number): Promise<void> {
    const { config, progress, schedule } = job;
    const name = shortName(config.name);
    this.#running.add(config.name);
    try {
      // The next scheduled instant ends the retries of the run before.
      if (
        progress.nextAt !== undefined &&
        progress.nextAt <= now &&
        (progress.run?.nextAttemptAt ?? now) >= progress.nextAt
      ) {
        const scheduleTime = Math.max(progress.nextAt, schedule.latest(now) ?? 0);
        progress.nextAt = schedule.next(now);
        progress.run = undefined;
        // Only a jump leaves out what would do nothing; it is not worth a write either.
        if (this.#clock.isJumping && this.#skip && (await this.#skip(name, scheduleTime))) return;
        progress.run = { scheduleTime, failures: 0, nextAttemptAt: now };
      }
      if (progress.run) await this.#attempt(job, progress.run, name);
    } finally {
      this.#running.delete(config.name);
      const current = this.#store.get(config.name);
      if (this.#forcedMeanwhile.delete(config.name) && current) this.force(current);
    }
  }

  async #attempt(job: Job, run: Run, name: string): Promise<void> {
    const { config, progress } = job;
    const startedAt = this.#clock.now();
    run.firstAttemptAt ??= startedAt;
    const fault = this.#faults.take('scheduler.run', name);
    if (fault?.effect === 'delay') {
      run.nextAttemptAt = startedAt + (fault.delayMs ?? 1_000);
      this.#store.saveProgress(job);
      return;
    }
    const status = await this.#answer(job, run, fault?.effect);
    const endedAt = this.#clock.now();
    progress.lastAttemptAt = startedAt;
    progress.status = status;
    if (status.code !== 0) run.failures += 1;
    const retryAt =
      status.code === 0 ? undefined : nextAttemptAt(retriesOf(config), run.failures, run.firstAttemptAt, endedAt);
    progress.run = retryAt === undefined ? undefined : { ...run, nextAttemptAt: retryAt };
    // It may have been changed or deleted meanwhile.
    const current = this.#store.get(config.name);
    if (current?.progress === progress) this.#store.saveProgress(current);
  }

  async #answer(job: Job, run: Run, effect: string | undefined): Promise<AttemptStatus> {
    const call = () => attempt(this.#target, job.config, run.scheduleTime);
    const failure = { code: 14, message: 'fault: scheduler.run' };
    switch (effect) {
      case 'fail':
        return failure;
      case 'fail-after':
        await call();
        return failure;
      case 'hang':
        return { code: 0 };
      case 'double':
        await call();
        return call();
      default:
        return call();
    }
  }
}
