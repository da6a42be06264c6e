/**
 * The delivery ledger: the only place that leases deliveries, attempts them and stores the result. After a crash it looks for
 * the first attempt before it sends again; if it cannot look, an ID tells the other side that both are the same.
 */
import { randomUUID } from 'node:crypto';
import type { DocumentReference, Timestamp } from '@google-cloud/firestore';
import { now } from './clock.ts';
import type { Deliverable, Delivery, Limits, Outcome, Timing, Wait } from './delivery.ts';
import { isFinal, leased, mayBeThere, newDelivery, settled, whyLater } from './delivery.ts';
import { LostAnswer, PermanentFailure, TemporaryFailure } from './failures.ts';
import { fromDocument, hasGrpcCode } from './firestore.ts';
import { errorFacts, type Facts, log } from './log.ts';

/** Another worker has the document: nothing of it is ours to change. */
export class LostLease extends TemporaryFailure {}

/** A kind of delivery and its documents. `R` is the document's type. */
export interface Work<R extends Deliverable> extends Timing {
  facts: Facts;
  /** The initial content of a missing document; if `isNew`, it is created without a read. */
  begins?: { record: Omit<R, 'delivery'>; isNew: boolean };
  /** Whether nothing is left to do. Default: the state is final. */
  isOver?: (record: R) => boolean;
  /** Why it has to wait and until when; asked last, when it could be leased. */
  waits?: (record: R, at: Date) => Promise<Wait | undefined> | Wait | undefined;
  /** Called each time the delivery comes and still has to wait. @returns the fields to write */
  waiting?: (record: R, at: Date, why: string) => Promise<object | undefined>;
  /** Skips the wait between attempts. */
  isUrgent?: boolean;
  /** Fields written with the lease. */
  taking?: (record: R) => object;
  /** Delivers it. What it throws is an outcome as well: {@link outcomeOf}. */
  send: (record: R, lease: Lease) => Promise<Outcome>;
  /** Looks for an earlier attempt at the other side. Without it, the delivery is sent again. */
  lookUp?: (record: R, lease: Lease) => Promise<Outcome | 'absent'>;
  /** Called before the result is written. @returns further fields to write */
  settling?: (after: R, comesAgain: boolean) => Promise<object | undefined>;
  /** Writes the final result in place of the ledger, together with whatever follows from it. */
  write?: (after: R) => Promise<void>;
}

/**
 * Makes one attempt.
 * @returns the document as it is afterwards; undefined if there was nothing to do
 * @throws TemporaryFailure, or what failed unexpectedly: it has to come again
 */
export async function attempt<R extends Deliverable>(ref: DocumentReference, work: Work<R>): Promise<R | undefined> {
  const taken = await take(ref, work);
  if (!taken) return undefined;
  const { record, lease, isSought } = taken;
  let failure: unknown;
  let outcome: Outcome;
  try {
    outcome = (isSought && (await seek(record, lease, work))) || (await work.send(record, lease));
  } catch (error) {
    if (error instanceof LostLease) throw error;
    failure = error;
    outcome = outcomeOf(error, now());
    // Our own code failed: it may have been sent.
    if (work.lookUp && !isFailure(error)) outcome = { ...outcome, kind: 'unknown' } as Outcome;
  }
  const { delivery, comesAgain } = settled(record.delivery, outcome, now(), work.limits, ref.id);
  const more = {
    ...outcome.fields,
    ...(await work.settling?.({ ...record, ...outcome.fields, delivery }, comesAgain)),
  };
  const after = { ...record, ...more, delivery };
  await (work.write && !comesAgain ? work.write(after) : lease.close({ ...more, delivery }));
  tell(after, comesAgain, work.facts, failure);
  if (comesAgain) throw failure instanceof Error ? failure : new TemporaryFailure(delivery.lastError ?? '');
  return after;
}

/** A failed look changes nothing: only a look that finds nothing allows sending again. */
async function seek<R extends Deliverable>(record: R, lease: Lease, { lookUp }: Work<R>): Promise<Outcome | undefined> {
  const seen = (await lookUp?.(record, lease).catch((error) => unseen(error))) ?? 'absent';
  if (seen === 'absent') return undefined;
  return seen.kind === 'retry' ? { ...seen, kind: 'unknown' } : seen;
}

function unseen(error: unknown): Outcome {
  if (error instanceof LostLease || !(error instanceof TemporaryFailure)) throw error;
  return outcomeOf(error, now());
}

/** A failure of the other side, or on the way to it. */
const isFailure = (error: unknown): boolean => error instanceof TemporaryFailure || error instanceof PermanentFailure;

/** Only our own words: those of others may contain an address with its token. */
function outcomeOf(error: unknown, at: Date): Outcome {
  if (error instanceof PermanentFailure) return { kind: 'rejected', why: error.message };
  if (!(error instanceof TemporaryFailure)) return { kind: 'retry', why: 'it failed unexpectedly' };
  const { message: why, retryAfterMs } = error;
  const until = retryAfterMs === undefined ? undefined : new Date(at.getTime() + retryAfterMs);
  return { kind: error instanceof LostAnswer ? 'unknown' : 'retry', why, until };
}

function tell({ delivery }: Deliverable, comesAgain: boolean, about: Facts, failure: unknown): void {
  const { state, attempts, lastError } = delivery;
  const facts = { ...about, state, attempts };
  if (state === 'delivered') log('INFO', 'delivered', facts);
  else if (!comesAgain) log('ERROR', `not delivered: ${lastError}`, facts);
  else log('WARNING', `not delivered yet, it is tried again: ${lastError}`, { ...facts, ...unexpected(failure) });
}

const unexpected = (failure: unknown): Facts =>
  failure === undefined || isFailure(failure) ? {} : errorFacts(failure);

/** The document may be written by others while it is being leased. */
const mostRounds = 5;

async function take<R extends Deliverable>(ref: DocumentReference, work: Work<R>) {
  const by = randomUUID();
  for (let round = 0; round < mostRounds; round += 1) {
    const document = round === 0 && work.begins?.isNew ? undefined : await ref.get();
    if (!document?.updateTime) {
      if (!work.begins) {
        log('ERROR', 'there is nothing to deliver', work.facts);
        return undefined;
      }
      const created = await begin(ref, work, by);
      if (created) return created;
      continue;
    }
    const record = fromDocument<R>(document.data());
    const at = now();
    if (work.isOver ? work.isOver(record) : isFinal(record.delivery)) return undefined;
    // The answer to our own lease was lost.
    const isOurs = record.delivery.leasedBy === by;
    const wait = isOurs
      ? undefined
      : (whyLater(record.delivery, at, work.limits, work.isUrgent) ?? (await work.waits?.(record, at)));
    if (wait) {
      if (wait.until) await noteWaiting(ref, work, record, document.updateTime, wait);
      throw waiting(wait, at);
    }
    const isSought = mayBeThere(record.delivery);
    const delivery = isOurs ? record.delivery : leased(record.delivery, at, by, work);
    const more = work.taking?.(record);
    const lease = leaseOf(ref, work.limits, by, document.updateTime);
    if (isOurs || (await lease.take({ ...more, delivery }))) {
      return { record: { ...record, ...more, delivery }, lease, isSought };
    }
  }
  throw new TemporaryFailure('others are writing it');
}

/** If somebody wrote the document in between, the next attempt looks again. */
async function noteWaiting<R extends Deliverable>(
  ref: DocumentReference,
  work: Work<R>,
  record: R,
  read: Timestamp,
  wait: Wait,
): Promise<void> {
  const fields = await work.waiting?.(record, now(), record.delivery.lastError ?? wait.why);
  if (!fields) return;
  await ref.update({ ...fields }, { lastUpdateTime: read }).catch((error: unknown) => {
    if (!hasGrpcCode(error, 'FAILED_PRECONDITION', 'NOT_FOUND')) throw error;
  });
}

const waiting = ({ why, until }: Wait, at: Date): TemporaryFailure =>
  new TemporaryFailure(why, until && until.getTime() - at.getTime());

/** @returns undefined if it is there already. @throws TemporaryFailure if it has to wait from the beginning */
async function begin<R extends Deliverable>(ref: DocumentReference, work: Work<R>, by: string) {
  const at = now();
  const { begins, limits, taking, waits } = work;
  const fresh = newDelivery(at);
  const bare = { ...begins?.record, delivery: fresh } as R;
  const record = { ...bare, ...taking?.(bare) };
  const wait = await waits?.(record, at);
  const delivery: Delivery = wait
    ? { ...fresh, retryAt: wait.until ?? null, lastError: wait.why }
    : leased(fresh, at, by, work);
  try {
    const { writeTime } = await ref.create({ ...record, delivery });
    if (wait) throw waiting(wait, at);
    return { record: { ...record, delivery }, lease: leaseOf(ref, limits, by, writeTime), isSought: false };
  } catch (error) {
    if (!hasGrpcCode(error, 'ALREADY_EXISTS')) throw error;
    return undefined;
  }
}

/** Call `extend` before anything that must not happen twice; so a lease may be shorter than the queue. */
export interface Lease {
  /** Extends the lease to its full length from now, and stores what is known. @throws LostLease */
  extend(more?: object): Promise<void>;
  /** @throws LostLease */
  close(fields: object): Promise<void>;
  /** @returns false if somebody has written the document since it was read */
  take(fields: object): Promise<boolean>;
}

/** @param read the version in which the document was read */
function leaseOf(ref: DocumentReference, { leaseMs }: Limits, by: string, read: Timestamp): Lease {
  let version: Timestamp | undefined = read;
  const take = async (fields: object): Promise<boolean> => {
    try {
      version = (await ref.update({ ...fields }, version ? { lastUpdateTime: version } : {})).writeTime;
      return true;
    } catch (error) {
      if (!hasGrpcCode(error, 'FAILED_PRECONDITION', 'NOT_FOUND')) throw error;
      return false;
    }
  };
  // A writer that needs no lease may have written the document.
  const close = async (fields: object): Promise<void> => {
    for (let round = 0; round < mostRounds; round += 1) {
      if (await take(fields)) return;
      const document = await ref.get();
      if (!document.exists || document.get('delivery.leasedBy') !== by) break;
      version = document.updateTime;
    }
    throw new LostLease('another has taken it over');
  };
  const extend = (more: object = {}): Promise<void> =>
    close({ ...more, 'delivery.leasedUntil': new Date(now().getTime() + leaseMs) });
  return { take, close, extend };
}
