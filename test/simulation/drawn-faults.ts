/** What strikes the local cloud's own acts: deliveries, scheduled runs, notifications; and what is asked of the services outside. */
import { type Fault, Faults } from '../../infra/cloud/src/faults.ts';
import type { RemoteStrikes } from './remote/strikes.ts';
import type { Strikes } from './strikes.ts';

export class DrawnFaults extends Faults {
  readonly #strikes: Strikes;
  readonly #now: () => number;

  readonly #remote: RemoteStrikes | undefined;

  constructor(strikes: Strikes, remote: RemoteStrikes | undefined, now: () => number) {
    super();
    this.#strikes = strikes;
    this.#remote = remote;
    this.#now = now;
  }

  override take(target: string): Fault | undefined {
    const at = this.#now();
    if (target.startsWith('tools.')) return this.#remote?.take(target, at);
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
