import { GrpcError } from '../grpc.ts';
import { findsDocument, type Query } from './query.ts';
import type { Change } from './store.ts';
import type { StoredDocument } from './writes.ts';

/** A query that a transaction has read: until it ends, no document may enter, change in or leave the result. */
export interface ReadQuery {
  query: Query;
  /** The last sort key that it read, if its limit ended it. */
  upTo?: Uint8Array;
}

/** A transaction as the locks see it. */
export interface Holder {
  /** Earlier transactions go before later ones. */
  age: number;
  documents: Set<string>;
  queries: ReadQuery[];
  isAborted: boolean;
  /** Real time of its last call, and of its beginning. */
  lastUsedAt: number;
  startedAt: number;
}

/** A commit: what it will write can change while it waits, so every attempt computes it again. */
export interface Commit<T> {
  holder: Holder | undefined;
  names: readonly string[];
  prepare: () => { changes: Change[]; apply: () => T };
}

interface Waiting {
  holder: Holder | undefined;
  names: readonly string[];
  isWrite: boolean;
  /** Continues if nothing blocks it any more. @returns whether it did */
  attempt(): boolean;
  changes(): readonly Change[];
  fail(error: GrpcError): void;
}

export const contention = () => new GrpcError('ABORTED', 'Too much contention on these documents. Please try again.');

const idleLimitMs = 60_000;
const lifeLimitMs = 270_000;

/**
 * Pessimistic locks. Transactions share what they read; a commit is one synchronous step, so nothing is ever
 * held exclusively: it waits until no other transaction has read what it writes. Of two transactions that would wait for
 * each other the later one is aborted, and nobody waits for a later transaction, so there are no deadlocks.
 * Waiting is in order, and on real time.
 */
export class Locks {
  readonly #holders = new Set<Holder>();
  readonly #readers = new Map<string, Set<Holder>>();
  readonly #timeoutMs: number;
  #queue: Waiting[] = [];

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Takes a share of documents and of a query's result, behind the commits that wait to write them. */
  async read(holder: Holder, names: readonly string[], query?: Query): Promise<ReadQuery | undefined> {
    const lock = query ? { query } : undefined;
    const waiting: Pick<Waiting, 'holder' | 'names' | 'changes' | 'isWrite'> = {
      holder,
      names,
      isWrite: false,
      changes: () => [],
    };
    await this.#wait(waiting, (ahead) => {
      if (holder.isAborted) throw contention();
      // Who holds something already passes: a commit ahead may be waiting for just that.
      const isFirst = holder.documents.size === 0 && holder.queries.length === 0;
      if (isFirst && ahead.some((one) => one.isWrite && conflicts(one, names, lock))) return false;
      this.#take(holder, names, lock);
      return true;
    });
    return lock;
  }

  /** Commits when nothing is in the way. Throws what `prepare` throws, or ABORTED. */
  async write<T>({ holder, names, prepare }: Commit<T>): Promise<T> {
    let result: { value: T } | undefined;
    const waiting = { holder, names, isWrite: true, changes: () => prepare().changes };
    await this.#wait(waiting, (ahead) => {
      if (holder?.isAborted) throw contention();
      if (!holder && ahead.some((one) => one.isWrite && one.names.some((name) => names.includes(name)))) return false;
      const byName = this.#readersOf(names, holder);
      if (!this.#mayPass(byName, holder)) return false;
      const { changes, apply } = prepare();
      const byQuery = [...this.#holders].filter(
        (other) => other !== holder && other.queries.some((read) => changes.some((change) => touches(read, change))),
      );
      if (!this.#mayPass(byQuery, holder)) return false;
      for (const other of [...byName, ...byQuery]) this.#abort(other);
      result = { value: apply() };
      return true;
    });
    return (result as { value: T }).value;
  }

  /**
   * Gives up everything that a transaction holds. Waiters continue once the commit that frees it has been
   * answered: the answer is given in this turn of the event loop.
   */
  release(holder: Holder): void {
    this.#drop(holder);
    setImmediate(() => this.#pump());
  }

  #take(holder: Holder, names: readonly string[], lock: ReadQuery | undefined): void {
    this.#holders.add(holder);
    if (lock) holder.queries.push(lock);
    for (const name of names) {
      holder.documents.add(name);
      const readers = this.#readers.get(name) ?? new Set();
      this.#readers.set(name, readers.add(holder));
    }
  }

  #drop(holder: Holder): void {
    this.#holders.delete(holder);
    for (const name of holder.documents) {
      const readers = this.#readers.get(name);
      readers?.delete(holder);
      if (readers?.size === 0) this.#readers.delete(name);
    }
    holder.documents.clear();
    holder.queries = [];
  }

  #readersOf(names: readonly string[], except: Holder | undefined): Holder[] {
    const readers = new Set<Holder>();
    for (const name of names) for (const reader of this.#readers.get(name) ?? []) readers.add(reader);
    if (except) readers.delete(except);
    return [...readers];
  }

  /** Whether all that is in the way can be aborted: it is later, or its client has gone. */
  #mayPass(blockers: readonly Holder[], holder: Holder | undefined): boolean {
    const now = performance.now();
    const isGone = (one: Holder) => now - one.lastUsedAt > idleLimitMs || now - one.startedAt > lifeLimitMs;
    return blockers.every((one) => isGone(one) || (holder !== undefined && one.age > holder.age));
  }

  #abort(holder: Holder): void {
    holder.isAborted = true;
    this.#drop(holder);
    for (const one of this.#queue.filter((waiting) => waiting.holder === holder)) one.fail(contention());
    queueMicrotask(() => this.#pump());
  }

  /** Attempts at once, and again whenever something was released, in the order of arrival. */
  #wait(waiting: Omit<Waiting, 'attempt' | 'fail'>, attempt: (ahead: readonly Waiting[]) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timeout);
        this.#queue = this.#queue.filter((one) => one !== entry);
      };
      const fail = (error: unknown) => {
        leave();
        reject(error);
      };
      const entry: Waiting = {
        ...waiting,
        fail,
        attempt: () => {
          const at = this.#queue.indexOf(entry);
          try {
            if (!attempt(at < 0 ? this.#queue : this.#queue.slice(0, at))) return false;
          } catch (error) {
            fail(error);
            return true;
          }
          leave();
          resolve();
          return true;
        },
      };
      let timeout: NodeJS.Timeout | undefined;
      if (entry.attempt()) return;
      this.#queue.push(entry);
      timeout = setTimeout(() => {
        fail(contention());
        this.#pump();
      }, this.#timeoutMs);
    });
  }

  #pump(): void {
    for (const one of this.#queue) if (this.#queue.includes(one)) one.attempt();
  }
}

function conflicts(write: Waiting, names: readonly string[], read: ReadQuery | undefined): boolean {
  if (write.names.some((name) => names.includes(name))) return true;
  if (!read) return false;
  try {
    return write.changes().some((change) => touches(read, change));
  } catch {
    // A doomed commit fails in its turn and writes nothing.
    return false;
  }
}

function touches(read: ReadQuery, { before, after }: Change): boolean {
  return concerns(read, before) || concerns(read, after);
}

function concerns({ query, upTo }: ReadQuery, document: StoredDocument | undefined): boolean {
  if (!document) return false;
  const key = findsDocument(query, document);
  return key !== undefined && (upTo === undefined || Buffer.compare(key, upTo) <= 0);
}
