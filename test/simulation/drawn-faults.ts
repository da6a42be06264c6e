/** What strikes the local cloud's own acts: deliveries, scheduled runs, notifications; and what is asked of the ticket tools. */
import { type Fault, Faults } from '../../infra/local/faults.ts';
import type { Strikes } from './strikes.ts';
import type { ToolStrikes } from './tool-strikes.ts';

export class DrawnFaults extends Faults {
  readonly #strikes: Strikes;
  readonly #now: () => number;

  readonly #tools: ToolStrikes | undefined;

  constructor(strikes: Strikes, tools: ToolStrikes | undefined, now: () => number) {
    super();
    this.#strikes = strikes;
    this.#tools = tools;
    this.#now = now;
  }

  override take(target: string): Fault | undefined {
    const at = this.#now();
    if (target.startsWith('tools.')) return this.#tools?.take(target, at);
    if (target === 'pubsub.push') {
      const struck = this.#strikes.ofDelivery(at);
      return struck && { target, ...struck };
    }
    if (target === 'scheduler.run') {
      const delayMs = this.#strikes.runDelayMs(at);
      if (delayMs !== undefined) return { target, effect: 'delay', delayMs };
    }
    return this.#strikes.isDoubled() ? { target, effect: 'double' } : undefined;
  }
}
