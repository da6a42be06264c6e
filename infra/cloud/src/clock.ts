/**
 * The one clock of the local cloud.
 *
 * It runs at the speed of real time from wherever it was set. A jump goes through every instant at
 * which something is due, in order, and stops there until what was due has finished.
 */

/** Something that acts when the clock says so: subscriptions, schedules, alert policies. */
export interface Driven {
  /** When it next has something to do, epoch milliseconds; undefined when it has nothing. */
  nextDueAt(): number | undefined;
  /** Starts everything due at or before `now`; resolves when what it started has finished. */
  runDue(now: number): Promise<void>;
  /** The clock was set: plans from `now`, so that nothing in between fires. */
  replan?(now: number): void;
  /** Called when a jump ends: stores what was postponed during it. */
  arrive?(): void;
}

/** Keeps the clock's offset across restarts. */
export interface ClockStore {
  load(): number | undefined;
  save(offsetMs: number): void;
}

/** Work that waits for a time. */
interface Waiter {
  at: number;
  go(): void;
  timeout?: NodeJS.Timeout;
}

/** During a jump: how long, in real time, other work gets before time moves on for those who wait for it. */
const graceMs = 30;

/** How often, in real time, a jump says how far it is. */
const progressEveryMs = 2_000;

/** The longest delay `setTimeout` takes. */
const longestTimeoutMs = 2 ** 31 - 1;

export class LocalClock {
  #offsetMs: number;
  #frozenAt: number | undefined;
  #drivens: Driven[] = [];
  #running = new Set<Promise<void>>();
  #waiters = new Set<Waiter>();
  #timeout: NodeJS.Timeout | undefined;
  #jump: Promise<unknown> = Promise.resolve();
  #isStarted = false;
  #isStopping = false;
  readonly #store: ClockStore | undefined;
  /** Called during a long jump with the clock's time and the share of the way, 0 to 1. */
  onProgress: ((at: number, share: number) => void) | undefined;

  constructor(store?: ClockStore) {
    this.#store = store;
    this.#offsetMs = store?.load() ?? 0;
  }

  /** Epoch milliseconds. */
  now(): number {
    return this.#frozenAt ?? Date.now() + this.#offsetMs;
  }

  /** Whether it is stopped at an instant of a jump. */
  get isJumping(): boolean {
    return this.#frozenAt !== undefined;
  }

  /** Whether what runs should finish and start nothing more. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Resolves at that time, also within a jump; at once if the clock is stopped. */
  waitFor(at: number): Promise<void> {
    return new Promise((resolve) => {
      const waiter: Waiter = {
        at,
        go: () => {
          clearTimeout(waiter.timeout);
          this.#waiters.delete(waiter);
          resolve();
        },
      };
      this.#waiters.add(waiter);
      this.#letGo();
    });
  }

  /** Wakes waiters whose time has come. A jump handles the others itself. */
  #letGo(): void {
    for (const waiter of this.#waiters) {
      clearTimeout(waiter.timeout);
      if (waiter.at <= this.now() || this.#isStopping) waiter.go();
      else if (this.#frozenAt === undefined) {
        waiter.timeout = setTimeout(() => this.#letGo(), Math.min(waiter.at - this.now(), longestTimeoutMs));
      }
    }
  }

  drive(driven: Driven): void {
    this.#drivens.push(driven);
    this.poke();
  }

  /** From here on, the clock fires due parts. */
  start(): void {
    this.#isStarted = true;
    this.#isStopping = false;
    this.poke();
  }

  /** Waits for started work. Nothing new starts, and a jump ends where it is. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#isStopping = true;
    clearTimeout(this.#timeout);
    this.#letGo();
    await Promise.allSettled([this.#jump, ...this.#running]);
  }

  /** Call it whenever a driven part may be due earlier than before. */
  poke(): void {
    if (!this.#isStarted || this.#frozenAt !== undefined) return;
    clearTimeout(this.#timeout);
    const next = this.nextDueAt();
    if (next === undefined) return;
    const waitMs = Math.min(Math.max(0, next - this.now()), longestTimeoutMs);
    this.#timeout = setTimeout(() => {
      if (!this.#isStarted || this.#frozenAt !== undefined) return;
      this.#startDue();
      this.poke();
    }, waitMs);
  }

  /**
   * Stops the clock, which then starts nothing by itself: its holder moves it, also while started work runs.
   * For a simulation, which decides how long work takes. A held clock is never released.
   */
  hold(): void {
    this.#isStarted = false;
    clearTimeout(this.#timeout);
    this.#frozenAt = this.now();
  }

  /** Moves a held clock to `at`, and starts what is due by then without waiting for it. */
  moveHeld(at: number): void {
    this.#frozenAt = at;
    this.#startDue();
  }

  /** Sets the time without running what is due in between. */
  set(at: number): void {
    this.#moveTo(at);
    for (const driven of this.#drivens) driven.replan?.(at);
    this.poke();
  }

  #moveTo(at: number): void {
    this.#offsetMs = at - Date.now();
    this.#store?.save(this.#offsetMs);
  }

  /**
   * Goes to `target`, firing in order all that falls due by then, and resolves when it has settled.
   * The clock then reads exactly `target` and runs on. Jumps wait for each other.
   */
  jump(target: number | ((now: number) => number)): Promise<number> {
    const jump = this.#jump.then(() => this.#jumpTo(target));
    this.#jump = jump.catch(() => undefined);
    return jump;
  }

  async #jumpTo(to: number | ((now: number) => number)): Promise<number> {
    clearTimeout(this.#timeout);
    this.#frozenAt = this.now();
    const from = this.#frozenAt;
    const target = typeof to === 'function' ? to(from) : to;
    let toldAt = performance.now();
    try {
      if (target < this.#frozenAt) throw new RangeError('The clock does not go back.');
      for (;;) {
        await this.#settle();
        if (this.#isStopping) throw new Error('The clock was stopped.');
        const next = this.#nextAt();
        if (next === undefined || next > target) break;
        this.#frozenAt = Math.max(this.#frozenAt, next);
        if (performance.now() - toldAt >= progressEveryMs) {
          toldAt = performance.now();
          this.onProgress?.(this.#frozenAt, (this.#frozenAt - from) / (target - from));
        }
        this.#letGo();
        this.#startDue();
      }
      this.#frozenAt = target;
      return target;
    } finally {
      const at = this.#frozenAt;
      for (const driven of this.#drivens) driven.arrive?.();
      this.#frozenAt = undefined;
      this.#moveTo(at);
      this.#letGo();
      this.poke();
    }
  }

  /** The next time at which a part is due or a waiter wakes. */
  #nextAt(): number | undefined {
    const all = [this.nextDueAt(), ...[...this.#waiters].map(({ at }) => at)].filter((each) => each !== undefined);
    return all.length > 0 ? Math.min(...all) : undefined;
  }

  /** Resolves once no work is left, or all of it waits for time to pass. */
  async #settle(): Promise<void> {
    while (this.#running.size > 0) {
      const settled = Promise.allSettled(this.#running);
      let timeout: NodeJS.Timeout | undefined;
      const grace = new Promise<'quiet'>((resolve) => {
        timeout = setTimeout(() => resolve('quiet'), graceMs);
      });
      const first = await Promise.race([settled, grace]);
      clearTimeout(timeout);
      if (first === 'quiet' && this.#waiters.size > 0) return;
    }
  }

  /** When something driven is due next, epoch milliseconds. */
  nextDueAt(): number | undefined {
    let next: number | undefined;
    for (const driven of this.#drivens) {
      const at = driven.nextDueAt();
      if (at !== undefined && (next === undefined || at < next)) next = at;
    }
    return next;
  }

  #startDue(): void {
    const now = this.now();
    for (const driven of this.#drivens) {
      const at = driven.nextDueAt();
      if (at === undefined || at > now) continue;
      const run = driven.runDue(now).catch((error: unknown) => {
        process.stderr.write(`local cloud: ${error instanceof Error ? error.stack : String(error)}\n`);
      });
      this.#running.add(run);
      void run.finally(() => {
        this.#running.delete(run);
        this.poke();
      });
    }
  }
}
