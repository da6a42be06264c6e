import type { Driven, LocalClock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import { nextAttemptAt, retriesOf, shortName } from './job.ts';
import type { Job, JobStore, Run } from './store.ts';
import { type AttemptStatus, attempt } from './target.ts';

/** Runs known to do nothing. Asked only in a jump. */
export interface Idleness {
  /**
   * Until when the job, by its short name, would do nothing: at this instant of its schedule, and at those after it. The
   * instant itself where it would do something. It holds while the version stays.
   */
  until(jobName: string, scheduleTime: number): number;
  version(): number | undefined;
}

/**
 * Runs jobs as the clock comes to their instants. Runs of one job never overlap. What fell due while the
 * process was down, or during the previous run, becomes one late run for the last of
 * those instants. A run is noted only when it has ended, so one that a crash cut off is made again.
 */
export class Runs implements Driven {
  readonly #store: JobStore;
  readonly #clock: LocalClock;
  readonly #faults: Faults;
  readonly #target: Parameters<typeof attempt>[0];
  readonly #idleness: Idleness | undefined;
  readonly #running = new Set<string>();
  /** Forced while they ran: to be run again when that has ended. */
  readonly #forcedMeanwhile = new Set<string>();
  /** Jobs that a jump need not stop for before `nextAt`, which is undefined if nothing is planned at all. */
  readonly #idle = new Map<Job, { version: number | undefined; nextAt: number | undefined }>();

  constructor(
    store: JobStore,
    clock: LocalClock,
    faults: Faults,
    target: Parameters<typeof attempt>[0],
    idleness: Idleness | undefined,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#faults = faults;
    this.#target = target;
    this.#idleness = idleness;
  }

  nextDueAt(): number | undefined {
    let next: number | undefined;
    for (const job of this.#store.all()) {
      const at = this.#dueAt(job);
      if (at !== undefined && (next === undefined || at < next)) next = at;
    }
    return next;
  }

  #dueAt(job: Job): number | undefined {
    if (this.#running.has(job.config.name)) return undefined;
    const nextAt = this.#plannedAt(job);
    const { run } = job.progress;
    if (run && (nextAt === undefined || run.nextAttemptAt < nextAt)) return run.nextAttemptAt;
    return nextAt;
  }

  /** The next scheduled time with something to do, as far as known now. */
  #plannedAt(job: Job): number | undefined {
    const idle = this.#idle.get(job);
    if (!idle) return job.progress.nextAt;
    if (idle.version === this.#idleness?.version()) return idle.nextAt;
    return this.#wake(job);
  }

  /** Something was committed, or the jump is over: the instants up to here did nothing, those from here on may. */
  #wake(job: Job): number | undefined {
    this.#idle.delete(job);
    job.progress.nextAt = job.schedule.next(this.#clock.now());
    return job.progress.nextAt;
  }

  arrive(): void {
    for (const job of this.#idle.keys()) this.#wake(job);
  }

  async runDue(now: number): Promise<void> {
    const due = [...this.#store.all()].filter((job) => (this.#dueAt(job) ?? Number.POSITIVE_INFINITY) <= now);
    await Promise.all(due.map((job) => this.#run(job, now)));
  }

  replan(now: number): void {
    this.#idle.clear();
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
    const nextAt = this.#plannedAt(job);
    this.#running.add(config.name);
    try {
      // The next scheduled instant ends the retries of the run before.
      if (nextAt !== undefined && nextAt <= now && (progress.run?.nextAttemptAt ?? now) >= nextAt) {
        const scheduleTime = Math.max(nextAt, schedule.latest(now) ?? 0);
        this.#idle.delete(job);
        progress.nextAt = schedule.next(now);
        progress.run = undefined;
        // Only a jump skips runs that would do nothing, without a write.
        if (this.#clock.isJumping && this.#isIdle(job, name, scheduleTime)) return;
        progress.run = { scheduleTime, failures: 0, nextAttemptAt: now };
      }
      if (progress.run) await this.#attempt(job, progress.run, name);
    } finally {
      this.#running.delete(config.name);
      const current = this.#store.get(config.name);
      if (this.#forcedMeanwhile.delete(config.name) && current) this.force(current);
    }
  }

  #isIdle(job: Job, name: string, scheduleTime: number): boolean {
    const until = this.#idleness?.until(name, scheduleTime) ?? scheduleTime;
    if (until <= scheduleTime) return false;
    const nextAt = Number.isFinite(until) ? job.schedule.next(until - 1) : undefined;
    this.#idle.set(job, { version: this.#idleness?.version(), nextAt });
    return true;
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
      case 'hang-after':
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
