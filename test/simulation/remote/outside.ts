/** The services outside that a run has, all at one address: what is asked of them is held, struck and seen together. */
import type { Driven } from '../../../infra/cloud/src/clock.ts';
import { Random } from '../random.ts';
import type { Call, RemoteViews } from '../stage.ts';
import type { Around, OpenService, RemoteService } from './service.ts';
import { type RemoteName, remoteServices } from './services.ts';
import { type Asked, openSite } from './site.ts';
import { RemoteStrikes } from './strikes.ts';

export interface OutsideOptions {
  seed: number;
  names: readonly RemoteName[];
  /** Epoch milliseconds: between them the services fail. */
  start: number;
  end: number;
  /** Where nothing fails, they do not either. */
  failing: boolean;
}

export class Outside {
  readonly #services: readonly RemoteService[];
  readonly #asked: Asked[] = [];
  readonly strikes: RemoteStrikes | undefined;
  #open: OpenService[] = [];
  readonly #seed: string;
  #site = '';
  #views: RemoteViews = {};

  constructor({ seed, names, start, end, failing }: OutsideOptions) {
    this.#seed = String(seed);
    this.#services = names.map((each) => remoteServices[each]);
    const standIns = this.#services.flatMap((each) => each.standIns);
    if (failing && standIns.length > 0) {
      this.strikes = new RemoteStrikes(new Random(`tools ${seed}`), standIns, start, end);
    }
  }

  /** Before the functions know it. */
  async listen(): Promise<void> {
    if (this.#services.length === 0) return;
    for (const each of this.#services) await each.prepare?.();
    this.#site = await openSite(
      async (request, response) => {
        for (const each of this.#open) if (await each.answer(request, response)) return true;
        return false;
      },
      (asked) => void this.#asked.push(asked),
    );
  }

  get environment(): Record<string, string> {
    return Object.assign({}, ...this.#services.map((each) => each.environment(this.#site)));
  }

  get channels(): Readonly<Record<string, unknown>>[] {
    return this.#services.flatMap((each) => each.channels ?? []);
  }

  get readEveryMs(): number | undefined {
    return this.#services.find((each) => each.readEveryMs !== undefined)?.readEveryMs;
  }

  open(standsOn: Omit<Around, 'seed'>): Driven[] {
    const around = { ...standsOn, seed: this.#seed };
    const { db, clock, seed } = around;
    this.#open = this.#services.map((each) => each.open(around));
    this.#views = Object.assign(
      { struck: (...of: [string, number, number]) => this.strikes?.wasStruck(...of) ?? false },
      ...this.#services.map((each) => each.view?.({ db, clock, seed, site: this.#site })),
    );
    return this.#open.flatMap((each) => each.driven ?? []);
  }

  hear(call: Call): void {
    for (const each of this.#open) each.hear?.(call);
  }

  get views(): RemoteViews {
    return this.#views;
  }

  /** What has been asked since the last time. */
  takeAsked(): Asked[] {
    return this.#asked.splice(0);
  }
}
