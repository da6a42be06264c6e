import { randomBytes } from 'node:crypto';
import { GrpcError } from '../grpc.ts';
import { contention, type Holder, type Locks } from './locks.ts';
import { retentionMicros, type Store } from './store.ts';
import { toMicros, type Wire } from './values.ts';

export interface Transaction {
  id: Buffer;
  /** Holds locks; undefined when it only reads a snapshot. */
  holder: Holder | undefined;
  /** The snapshot's time. */
  timeMicros: number | undefined;
}

/** How a request reads: in a transaction, at a past time, or the current state. */
export interface Consistency {
  transaction: Transaction | undefined;
  timeMicros: number | undefined;
  /** The id of a transaction that this request began. */
  begun: Buffer | undefined;
}

const unknown = () =>
  new GrpcError('INVALID_ARGUMENT', 'The referenced transaction has expired or is no longer valid.');
const lifeLimitMs = 270_000;

/** The transactions that are open, in memory: a restart ends them, as a moved server does in the cloud. */
export class Transactions {
  readonly #store: Store;
  readonly #locks: Locks;
  readonly #open = new Map<string, Transaction & { startedAt: number }>();
  #lastAge = 0;

  constructor(store: Store, locks: Locks) {
    this.#store = store;
    this.#locks = locks;
  }

  begin(options: Wire): Transaction {
    this.#forgetOld();
    const isReadOnly = options?.mode === 'readOnly';
    const age = this.#ageOf(options?.readWrite?.retryTransaction);
    const id = Buffer.concat([ageBytes(age), randomBytes(8)]);
    const startedAt = performance.now();
    const holder = {
      age,
      documents: new Set<string>(),
      queries: [],
      isAborted: false,
      lastUsedAt: startedAt,
      startedAt,
    };
    const readTime = options?.readOnly?.readTime;
    const transaction = {
      id,
      holder: isReadOnly ? undefined : holder,
      timeMicros: isReadOnly ? (readTime ? this.snapshotTime(readTime) : this.#store.readTime()) : undefined,
    };
    this.#open.set(id.toString('hex'), { ...transaction, startedAt });
    return transaction;
  }

  /** A retry keeps the age of its first attempt, so that it is not always the later one. The id carries the age. */
  #ageOf(retried: Buffer | undefined): number {
    if (retried?.length === 16) return retried.readDoubleBE(0);
    this.#lastAge = Math.max(Date.now(), this.#lastAge + 0.001);
    return this.#lastAge;
  }

  use(id: Buffer): Transaction {
    const transaction = this.#open.get(id.toString('hex'));
    if (!transaction) throw unknown();
    if (transaction.holder) transaction.holder.lastUsedAt = performance.now();
    return transaction;
  }

  end(transaction: Transaction): void {
    this.#open.delete(transaction.id.toString('hex'));
    if (transaction.holder) this.#locks.release(transaction.holder);
  }

  consistencyOf(request: Wire): Consistency {
    if (request.newTransaction) {
      const transaction = this.begin(request.newTransaction);
      return { transaction, timeMicros: transaction.timeMicros, begun: transaction.id };
    }
    if (request.transaction?.length) {
      const transaction = this.use(request.transaction);
      if (transaction.holder?.isAborted) throw contention();
      return { transaction, timeMicros: transaction.timeMicros, begun: undefined };
    }
    const timeMicros = request.readTime ? this.snapshotTime(request.readTime) : undefined;
    return { transaction: undefined, timeMicros, begun: undefined };
  }

  snapshotTime(readTime: Wire): number {
    const timeMicros = toMicros(readTime);
    const now = this.#store.readTime();
    if (timeMicros > now) throw new GrpcError('INVALID_ARGUMENT', 'The requested read_time is in the future.');
    if (timeMicros < now - retentionMicros) {
      throw new GrpcError('FAILED_PRECONDITION', 'The requested snapshot version is too old.');
    }
    return timeMicros;
  }

  #forgetOld(): void {
    for (const transaction of this.#open.values()) {
      if (performance.now() - transaction.startedAt < lifeLimitMs) break;
      this.end(transaction);
    }
  }
}

function ageBytes(age: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(age);
  return bytes;
}
