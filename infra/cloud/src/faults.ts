/**
 * Faults that the next matching calls meet, for tests and demonstrations (`POST /_local/faults`).
 *
 * A target is `service.Method` (`firestore.Commit`, `pubsub.Publish`) or one of the local cloud's own
 * acts (`pubsub.push`, `scheduler.run`, `monitoring.notify`); `firestore.*` matches every method of a service. The ticket
 * tools' are `tools.<tool>.<operation>` (`tools.zendesk.updateTicket`), and `tools.<tool>.webhook` for what they post.
 */
export interface Fault {
  target: string;
  /**
   * Only for this one: a subscription's short name (`pubsub.push`), a job's (`scheduler.run`), a channel's type
   * (`monitoring.notify`), a ticket's id (`tools.…`).
   */
  match?: string;
  /**
   * `fail`: answered with `code`, nothing done. `fail-after`: done, then answered with `code` (a lost answer).
   * `hang`: nothing done and no answer until the caller gives up. `hang-after`: done, and no answer. `double`: done twice
   * (deliveries). `delay`: done after `delayMs` of real time (calls) or of the local clock (deliveries, webhooks).
   * `garble`: done, then answered 200 with a body that says nothing of it (ticket tools); or not done, and a proxy's web page
   * with 200 (receivers of notices).
   * `reorder`: a delivery waits for the one after it; a tool's webhook comes before the answer to what it tells of.
   */
  effect: 'fail' | 'fail-after' | 'hang' | 'hang-after' | 'double' | 'delay' | 'garble' | 'reorder';
  /** How many matching calls meet it; the default is 1. */
  times?: number;
  /** How many matching calls pass first; the default is 0. */
  skip?: number;
  /** The gRPC status by name, `UNAVAILABLE` by default; of a ticket tool the HTTP status, `503` by default. */
  code?: string;
  /** The `Retry-After` of a tool's 429 or 503, verbatim: seconds, a date, or nonsense. Default: `30`. */
  retryAfter?: string;
  /** The message of the gRPC status. */
  message?: string;
  delayMs?: number;
  /** An event for which a delayed call waits instead of a time. */
  until?: Promise<void>;
}

/** Calls that wait until a test says so: what comes between is then the same on any machine. */
export interface Held {
  /** Resolves when that many calls have arrived, none of which has run. */
  met(calls?: number): Promise<void>;
  /** Runs them in the order of arrival. */
  letGo(): void;
}

export class Faults {
  #faults: (Fault & { times: number; skip: number; onMet?: () => void })[] = [];

  add(fault: Fault): void {
    this.#faults.push({ ...fault, times: fault.times ?? 1, skip: fault.skip ?? 0 });
  }

  clear(): void {
    this.#faults = [];
  }

  /** Has the next matching calls wait until they are let go. */
  hold(fault: Pick<Fault, 'target' | 'match' | 'times' | 'skip'>): Held {
    const { promise: until, resolve: letGo } = Promise.withResolvers<void>();
    const arrivals = Array.from({ length: fault.times ?? 1 }, () => Promise.withResolvers<void>());
    let come = 0;
    const onMet = (): void => arrivals[come++]?.resolve();
    this.#faults.push({ times: 1, skip: 0, ...fault, effect: 'delay', until, onMet });
    return { met: async (calls = 1) => arrivals[calls - 1]?.promise, letGo };
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  /** Whether a fault is set that calls of a target may meet. */
  mayMeet(target: string): boolean {
    return this.#faults.some((fault) => isMeant(fault, target));
  }

  /** The fault that this call meets, taken off the list; `subject` is what a fault's `match` names. */
  take(target: string, subject?: string): Fault | undefined {
    for (const fault of this.#faults) {
      if (!isMeant(fault, target)) continue;
      if (fault.match !== undefined && fault.match !== subject) continue;
      if (fault.skip > 0) {
        fault.skip -= 1;
        continue;
      }
      fault.times -= 1;
      fault.onMet?.();
      if (fault.times <= 0) this.#faults = this.#faults.filter((other) => other !== fault);
      return fault;
    }
    return undefined;
  }
}

/** What a delayed call waits for. The timer is the global one, which the simulation replaces by its own time. */
export const delayOf = ({ until, delayMs = 1_000 }: Fault): Promise<void> =>
  until ?? new Promise((resolve) => setTimeout(resolve, delayMs));

const isMeant = (fault: Fault, target: string): boolean => fault.target === target || isWithin(target, fault.target);

/** Whether `pattern` is `firestore.*` and the target one of Firestore's. */
const isWithin = (target: string, pattern: string): boolean =>
  pattern.endsWith('.*') && target.startsWith(pattern.slice(0, -1));
