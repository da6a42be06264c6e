/** The services outside that a run has, all at one address: what is asked of them is held, struck and seen together. */
import type { DatabaseSync } from 'node:sqlite';
import type { Driven } from '../../../infra/local/clock.ts';
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
  #site = '';

  constructor({ seed, names, start, end, failing }: OutsideOptions) {
    this.#services = names.map((each) => remoteServices[each]);
    const standIns = this.#services.flatMap((each) => each.standIns);
    if (failing && standIns.length > 0) {
      this.strikes = new RemoteStrikes(new Random(`tools ${seed}`), standIns, start, end);
    }
  }

  /** Before the functions are told of it. */
  async listen(): Promise<void> {
    if (this.#services.length === 0) return;
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

  open(around: Around): Driven[] {
    this.#open = this.#services.map((each) => each.open(around));
    return this.#open.flatMap((each) => each.driven ?? []);
  }

  hear(call: Call): void {
    for (const each of this.#open) each.hear?.(call);
  }

  views(db: DatabaseSync): RemoteViews {
    return Object.assign({}, ...this.#services.map((each) => each.view?.(db, this.#site)));
  }

  /** What has been asked since the last time. */
  takeAsked(): Asked[] {
    return this.#asked.splice(0);
  }
}
