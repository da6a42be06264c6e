/**
 * Faults that the next matching calls meet, for tests and demonstrations (`POST /_local/faults`).
 *
 * A target is `service.Method` (`firestore.Commit`, `pubsub.Publish`) or one of the local cloud's own
 * acts (`pubsub.push`, `scheduler.run`, `monitoring.notify`); `firestore.*` matches every method of a service.
 */
export interface Fault {
  target: string;
  /** Only for this one: a subscription's short name (`pubsub.push`), a job's (`scheduler.run`), a channel's type (`monitoring.notify`). */
  match?: string;
  /**
   * `fail`: answered with `code`, nothing done. `fail-after`: done, then answered with `code` (a lost answer).
   * `hang`: nothing done and no answer until the caller gives up. `double`: done twice (deliveries).
   * `delay`: done after `delayMs` of real time (calls) or of the local clock (deliveries).
   * `reorder`: a delivery waits for the one after it.
   */
  effect: 'fail' | 'fail-after' | 'hang' | 'double' | 'delay' | 'reorder';
  /** How many matching calls meet it; the default is 1. */
  times?: number;
  /** How many matching calls pass first; the default is 0. */
  skip?: number;
  /** The gRPC status by name; the default is `UNAVAILABLE`. */
  code?: string;
  delayMs?: number;
}

export class Faults {
  #faults: (Fault & { times: number; skip: number })[] = [];

  add(fault: Fault): void {
    this.#faults.push({ ...fault, times: fault.times ?? 1, skip: fault.skip ?? 0 });
  }

  clear(): void {
    this.#faults = [];
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  /** The fault that this call meets, taken off the list; `subject` is what a fault's `match` names. */
  take(target: string, subject?: string): Fault | undefined {
    const service = target.slice(0, target.indexOf('.'));
    for (const fault of this.#faults) {
      if (fault.target !== target && fault.target !== `${service}.*`) continue;
      if (fault.match !== undefined && fault.match !== subject) continue;
      if (fault.skip > 0) {
        fault.skip -= 1;
        continue;
      }
      fault.times -= 1;
      if (fault.times <= 0) this.#faults = this.#faults.filter((other) => other !== fault);
      return fault;
    }
    return undefined;
  }
}
