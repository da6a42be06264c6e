/** The field `delivery` of what goes to another system, and how an attempt changes it; `ledger.ts` writes it. Pure. */
import { createHash } from 'node:crypto';

export const deliveryStates = ['waiting', 'delivered', 'rejected', 'unknown', 'given-up'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** States in which nothing is retried automatically. */
const finalStates: ReadonlySet<DeliveryState> = new Set(['delivered', 'rejected', 'given-up']);
export const isFinal = ({ state }: Pick<Delivery, 'state'>): boolean => finalStates.has(state);

export interface Delivery {
  /** `unknown`: it may have arrived, so it is looked for before anything is sent again. */
  state: DeliveryState;
  attempts: number;
  /** When the attempts began. */
  since: Date;
  /** The lease while a worker attempts it. An expired lease means that the attempt broke off: it may have arrived. */
  leasedUntil: Date | null;
  leasedBy: string | null;
  /** Not before. */
  retryAt: Date | null;
  /** Why the last attempt failed, in a sentence. */
  lastError: string | null;
  updatedAt: Date;
}

export interface Deliverable {
  delivery: Delivery;
}

/** The result of one attempt. `fields` are written to the document with it. */
export type Outcome = { fields?: object } & (
  | { kind: 'delivered' }
  /** Nothing was accepted. `until`: no attempt before then. */
  | { kind: 'retry'; why: string; until?: Date | undefined }
  | { kind: 'rejected'; why: string }
  /** It may have arrived: from `until` on it is looked for, unless this was the last look. */
  | { kind: 'unknown'; why: string; until?: Date | undefined; isLast?: true }
);

export interface Limits {
  /** Longer than one attempt takes. */
  leaseMs: number;
  /** Counted from `since`; an older delivery gets at most one more attempt. */
  giveUpAfterMs: number;
  /** The wait between two attempts, unless the other side asks for more. */
  longestWaitMs: number;
}

export interface Timing {
  limits: Limits;
  /** The start of the time limit for attempts; the first attempt if absent. */
  since?: Date;
}

export const newDelivery = (at: Date, more: Partial<Delivery> = {}): Delivery => ({
  state: 'waiting',
  attempts: 0,
  since: at,
  leasedUntil: null,
  leasedBy: null,
  retryAt: null,
  lastError: null,
  updatedAt: at,
  ...more,
});

export const isLate = ({ since }: Delivery, at: Date, { giveUpAfterMs }: Pick<Limits, 'giveUpAfterMs'>): boolean =>
  at.getTime() - since.getTime() > giveUpAfterMs;

export interface Wait {
  why: string;
  until?: Date;
}

/** Why it cannot be tried now. Late ones do not wait; urgent ones wait only if the last attempt may have arrived. */
export function whyLater(delivery: Delivery, at: Date, limits: Limits, isUrgent = false): Wait | undefined {
  const { leasedUntil, state } = delivery;
  const retryAt = isUrgent && state !== 'unknown' ? null : delivery.retryAt;
  if (leasedUntil && leasedUntil > at) return { why: 'another is at it' };
  const isEarly = retryAt && retryAt > at && !isLate(delivery, at, limits);
  return isEarly ? { why: 'it was asked to wait', until: retryAt } : undefined;
}

/** An attempt before this one broke off, or its answer was lost. */
export const mayBeThere = ({ state, leasedUntil }: Delivery): boolean => state === 'unknown' || leasedUntil !== null;

/** The state as an attempt begins. A delivered entry is delivered again, with its full time to retry. */
export function leased(delivery: Delivery, at: Date, by: string, { limits, since }: Timing): Delivery {
  const isAnew = isFinal(delivery);
  return {
    ...delivery,
    ...(isAnew ? { state: 'waiting', since: at, lastError: null } : {}),
    ...(since ? { since } : {}),
    attempts: isAnew ? 1 : delivery.attempts + 1,
    leasedUntil: new Date(at.getTime() + limits.leaseMs),
    leasedBy: by,
    updatedAt: at,
  };
}

/** @param id of the document: what failed at one moment comes back at different ones */
export function settled(delivery: Delivery, outcome: Outcome, at: Date, limits: Limits, id: string) {
  const free = { ...delivery, leasedUntil: null, leasedBy: null, retryAt: null, updatedAt: at };
  const ended = (state: DeliveryState, lastError: string | null): { delivery: Delivery; comesAgain: boolean } => {
    return { delivery: { ...free, state, lastError }, comesAgain: false };
  };
  if (outcome.kind === 'delivered') return ended('delivered', null);
  const { kind, why: lastError } = outcome;
  if (kind === 'rejected') return ended('rejected', lastError);
  const isUnknown = kind === 'unknown';
  const isLast = isLate(delivery, at, limits) || (outcome.kind === 'unknown' && outcome.isLast);
  if (isLast) return ended(isUnknown ? 'unknown' : 'given-up', lastError);
  const retryAt = outcome.until ?? new Date(at.getTime() + backoffMs(delivery.attempts, limits, id));
  const again = { ...free, state: isUnknown ? 'unknown' : 'waiting', lastError, retryAt } satisfies Delivery;
  return { delivery: again, comesAgain: true };
}

const firstWaitMs = 10_000;

/** The wait doubles with each attempt and is drawn from its upper half; it never exceeds Pub/Sub's own wait. */
export function backoffMs(attempts: number, { longestWaitMs }: Pick<Limits, 'longestWaitMs'>, id: string): number {
  const whole = Math.min(firstWaitMs * 2 ** Math.max(0, attempts - 1), longestWaitMs);
  const drawn = createHash('sha256').update(`${id} ${attempts}`).digest().readUInt32BE() / 2 ** 32;
  return Math.round(whole / 2 + (whole / 2) * drawn);
}
