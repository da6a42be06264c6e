/** A function's variables. If one process serves several functions, each sees only those of its account. */
import { AsyncLocalStorage } from 'node:async_hooks';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Environments {
  /** By function name. */
  functions: Readonly<Record<string, Environment>>;
  /** For code outside any function. */
  owner: Environment;
}

let handed: Environments | undefined;
const current = new AsyncLocalStorage<Environment>();

/** For a process that serves several functions; undefined gives back the process's own environment. */
export function handEnvironments(environments: Environments | undefined): void {
  handed = environments;
}

export function runFunction<T>(name: string, work: () => T): T {
  const own = handed?.functions[name];
  return own ? runIn(own, work) : work();
}

export const runIn = <T>(own: Environment, work: () => T): T => current.run(own, work);

export const environment = (): Environment => current.getStore() ?? handed?.owner ?? process.env;

/** Only `infra/local` sets the first; Cloud Run always sets the second. A variable copied to a deployment opens nothing. */
export const isLocalMachine = (of: Environment): boolean => of.METRONOME_LOCAL === '1' && !of.K_SERVICE;

/** Something that is made once for each environment: a function's configuration, a client that calls as its account. */
export class PerEnvironment<T> {
  readonly #made = new Map<Environment, T>();
  readonly #make: (environment: Environment) => T;

  constructor(make: (environment: Environment) => T) {
    this.#make = make;
  }

  get(): T {
    const of = environment();
    const made = this.#made.get(of) ?? this.#make(of);
    this.#made.set(of, made);
    return made;
  }

  /** Drops all instances; the next call creates a new one. */
  forget(): T[] {
    const all = [...this.#made.values()];
    this.#made.clear();
    return all;
  }
}

/** Clients that load on first use. A process that outlives the services they call can close them; they reconnect. */
export class Clients<T extends { close(): Promise<unknown> }> extends PerEnvironment<Promise<T>> {
  async close(): Promise<void> {
    await Promise.all(this.forget().map(async (each) => (await each).close()));
  }
}
