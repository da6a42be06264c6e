/** The living instances of the functions: each request is given to one of them, and when one dies another takes its place. */
import { type Response as Answered, Instance, type Request, type Version } from './instances.ts';
import type { Random } from './random.ts';
import { describeFate, type Strikes } from './strikes.ts';

export interface FleetOptions {
  seed: number;
  /** The version that is there, and the next one. */
  versions: readonly Version[];
  environment: Record<string, string>;
  strikes: Strikes;
  random: Random;
  /** The true time, epoch milliseconds. */
  now(): number;
  onStep(what: string): void;
  /** It is gone: its connections end, and what it was about to do is partly lost. */
  onDeath(instance: Instance): void;
}

/** Undefined where no answer comes. */
export type Done = (answer: Answered | undefined) => void;

export class Fleet {
  readonly #options: FleetOptions;
  readonly #lots: Random;
  #alive: Instance[] = [];
  #launched = 0;
  #deaths = 0;
  /** What waits for answers of each instance. */
  readonly #waiting = new Map<Instance, Set<() => void>>();
  readonly #answered: { instance: Instance; deliver(): void }[] = [];

  constructor(options: FleetOptions, lots: Random) {
    this.#options = options;
    this.#lots = lots;
  }

  get alive(): readonly Instance[] {
    return this.#alive;
  }

  get deaths(): number {
    return this.#deaths;
  }

  launch(): void {
    const { seed, strikes, versions, environment, now } = this.#options;
    this.#launched += 1;
    const isNext = strikes.hasVersions && this.#lots.chance(0.5);
    const instance = new Instance((isNext ? versions[1] : undefined) ?? (versions[0] as Version), {
      number: this.#launched,
      seed: `instance ${this.#launched} of ${seed}`,
      skewMs: strikes.hasSkewedClocks ? this.#lots.between(-3_000, 3_000) : 0,
      environment,
      now,
    });
    this.#alive.push(instance);
    this.#waiting.set(instance, new Set());
  }

  kill(instance: Instance): void {
    if (!instance.isAlive) return;
    this.#deaths += 1;
    this.#alive = this.#alive.filter((each) => each !== instance);
    instance.die();
    this.#options.onDeath(instance);
    for (const lost of this.#waiting.get(instance) ?? []) lost();
    this.#waiting.delete(instance);
    this.launch();
  }

  /** Gives a request to one of the instances. */
  handle(what: string, request: Request, done: Done): void {
    const { random, strikes, now, onStep } = this.#options;
    const instance = random.pick(this.#alive);
    const fate = strikes.ofRequest(now());
    onStep(`${nameOf(instance)} ${what}${describeFate(fate)}`);
    const lost = (): void => done(undefined);
    if (fate.kind === 'fail') {
      lost();
      return;
    }
    this.#waiting.get(instance)?.add(lost);
    instance.request(request, (answer) => {
      this.#waiting.get(instance)?.delete(lost);
      if (answer === undefined) lost();
      else this.#answered.push({ instance, deliver: () => this.#answer(instance, what, answer, done) });
    });
    // It has begun, and has asked for nothing yet.
    if (fate.kind === 'die') this.kill(instance);
  }

  #answer(instance: Instance, what: string, answer: Answered, done: Done): void {
    const { strikes, now, onStep } = this.#options;
    const fate = strikes.ofRequest(now());
    onStep(`${nameOf(instance)} ${what} -> ${answer.status}${describeFate(fate)}`);
    if (fate.kind === 'die') this.kill(instance);
    done(fate.kind === 'pass' ? answer : undefined);
  }

  /** The answers that have come since the last time, in an order that does not depend on who was faster. */
  takeAnswered(): { instance: Instance; deliver(): void }[] {
    return this.#answered.splice(0).toSorted((a, b) => a.instance.number - b.instance.number);
  }
}

export const nameOf = (instance: Instance | undefined): string => (instance ? `i${instance.number}` : 'i?');
