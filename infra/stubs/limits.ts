/** How often a tool may be called, counted in windows of the house's clock. A restart resets them. */
import type { Limit, Spent } from './tool.ts';

export class Limits {
  readonly #limits: readonly Limit[];
  readonly #windows = new Map<string, { until: number; count: number }>();

  constructor(limits: readonly Limit[]) {
    this.#limits = limits;
  }

  /** Counts one call. `exceeded` is the limit that refuses it, and then nothing was counted. */
  spend(operation: string, ticketId: string, now: number): { spent: Spent[]; exceeded?: Spent } {
    for (const [key, { until }] of this.#windows) if (until <= now) this.#windows.delete(key);
    const held = this.#limits.flatMap((limit) => {
      const counted = limit.counts(operation, ticketId);
      if (counted === undefined) return [];
      const key = `${limit.name} ${counted}`;
      const window = this.#windows.get(key) ?? { until: now + limit.perMs, count: 0 };
      return { limit, key, window };
    });
    const full = held.find(({ limit, window }) => window.count >= limit.most);
    if (!full) {
      for (const { key, window } of held) {
        window.count += 1;
        this.#windows.set(key, window);
      }
    }
    const spent = held.map(({ limit, window }) => ({
      limit,
      remaining: limit.most - window.count,
      resetsAt: window.until,
    }));
    const exceeded = full && spent.find(({ limit }) => limit === full.limit);
    return { spent, ...(exceeded ? { exceeded } : {}) };
  }
}

/** Whole seconds until then, at least one. */
export const secondsUntil = (at: number, now: number): string => String(Math.max(1, Math.ceil((at - now) / 1_000)));
