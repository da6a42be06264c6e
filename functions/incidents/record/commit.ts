/** The only writer of an incident's documents, timer and link mark: every decision about an incident ends here. */

import { FieldValue, type Timestamp, Transaction, WriteBatch } from '@google-cloud/firestore';
import { dataOf, incidentRef, signalRef, timerRef, unchecked } from '../../platform/firestore.ts';
import { currentTraceId } from '../../platform/log.ts';
import { withZippedRest, zipped } from '../../platform/packed.ts';
import { policy, policyVersion } from '../../policy.ts';
import { isSending, type Pending, type Sending } from '../facts/decision.ts';
import type { EventOf } from '../facts/events.ts';
import { changedFields, sequenced } from '../facts/timeline.ts';
import type { Step } from '../fold/evolve.ts';
import { type Beside, type Incident, optional } from '../incident.ts';
import type { Wake } from '../rhythm/wake.ts';
import { changedDocuments } from './cohorts.ts';
import { boardFrom, derivedFrom } from './form.ts';
import {
  alertIdsRef,
  contactRef,
  linkMarkRef,
  type SignalRecord,
  signalEvent,
  type Timer,
  timelineRef,
} from './records.ts';
import { free, laneOf } from './timers.ts';

export interface Decision extends Step {
  /** What came in, where that is what was decided upon. */
  signal?: SignalRecord;
  /** Of a look, which is outside a transaction: the version that it requires, and what the timer holds after it. */
  look?: Look;
}

export interface Look {
  incidentVersion: Timestamp;
  timerVersion: Timestamp;
  /** While something is to be sent, the timer is leased: after a crash the next look sends it. */
  lease: Pick<Timer, 'wakeAt' | 'leasedUntil' | 'leasedBy'>;
  scopeDueAt: Date | null;
  /** A later look announces it. */
  later: Pending[];
}

/** `primary`: the incident that a link has merged it into. */
export type Recorded = ReturnType<typeof sequenced> & { primary?: Incident };

/**
 * Writes what was decided. The transaction has read the incidents; of a batch, which reads nothing, the decider
 * has either created the incident, or looked at it in a known version, or adds no more than a signal.
 */
export async function commit(
  writer: Transaction | WriteBatch,
  now: Date,
  ...decisions: [Decision, ...Decision[]]
): Promise<[Recorded, ...Recorded[]]> {
  const whole = decisions.map((each) => withCards(each, now));
  // A timer that is removed keeps only its cards.
  const timers = await Promise.all(
    whole.map(async (each, index) => (decisions[index]?.timer === 'delete' ? undefined : readTimer(writer, each))),
  );
  const [first, ...others] = whole.map((each, index) => write(writer, each, timers[index], now));
  return [first as Recorded, ...others];
}

/** The next look edits the messages that show the incident; a look's own outbox has them already. */
function withCards(decision: Decision, now: Date): Decision {
  const { before: incident, events, timer, outbox = [] } = decision;
  if (!incident || decision.look || !isShownOtherwise(incident, events)) return decision;
  const isAwakeByNow = typeof timer !== 'string' && timer.at <= now;
  return {
    ...decision,
    outbox: [...outbox, cardsEntry(incident, now)],
    timer: isAwakeByNow ? timer : { at: now, why: 'its cards are to be edited' },
  };
}

/** Whether a decision may change messages that show the incident elsewhere. */
export const isShownOtherwise = ({ cards = [] }: Pick<Incident, 'cards'>, events: readonly EventOf[]): boolean =>
  cards.length > 0 && events.some((each) => each.type !== 'card-posted');

/** The timer's entry: one for any number of changes. Each names the version of the record. */
export const cardsEntry = ({ id, lastSequence }: Incident, now: Date): Sending => ({
  kind: 'cards',
  key: 'cards',
  since: now,
  sends: { incidentId: id, after: lastSequence },
});

/** Reads the timer before waking it: it may wake earlier already. */
async function readTimer(writer: Transaction | WriteBatch, decision: Decision): Promise<Timer | undefined> {
  const { timer, before, after, look } = decision;
  const begins = look || before?.kind !== after.kind;
  if (typeof timer === 'string' || begins || !(writer instanceof Transaction)) return undefined;
  return dataOf<Timer>(await writer.get(timerRef(after.id)));
}

function write(writer: Transaction | WriteBatch, decision: Decision, timer: Timer | undefined, now: Date): Recorded {
  const { before, after, signal } = decision;
  const { id } = after;
  const batch = writer as WriteBatch;
  const version = policyVersion(policy);
  const { events, incident: folded } = sequenced(after, decision.events, before?.lastSequence ?? 0, now, version);
  const incident: Incident = { ...folded, ...optional('beside', besideAfter(decision)) };

  const contacts = before && !decision.known ? undefined : decision.contacts;
  const { written, gone } = changedDocuments(decision.known ?? [], decision.contacts);
  // A look writes a few fields, and does without the whole.
  const whole = () => {
    const derived = derivedFrom(incident, now, contacts, decision.contacts);
    return unchecked(withZippedRest({ ...packed(incident), ...derived }, 'affectedCustomers'));
  };
  if (!before) batch.create(incidentRef(id), whole());
  else if (decision.look) {
    // The decision of a look depends on the incident's version, even if it does not change the incident.
    const changed = { lastSequence: before.lastSequence, ...changedFields(before, packed(incident)) };
    const derived = events.length > 0 ? derivedFrom(incident, now, contacts) : boardFrom(incident, contacts ?? []);
    const lastUpdateTime = decision.look.incidentVersion;
    batch.update(incidentRef(id), { ...fieldsOf(changed), ...derived }, { lastUpdateTime });
  } else if (events.length + written.length > 0 || Object.keys(changedFields(before, folded)).length > 0)
    batch.set(incidentRef(id), whole());
  for (const event of events) batch.create(timelineRef(id, event.id), unchecked(event));
  if (signal) {
    const { alertIds = [], ...record } = signal;
    batch.create(signalRef(signal.id), unchecked(record));
    for (const [index, ids] of alertIds.entries())
      batch.create(alertIdsRef(signal.id, index), { ids, expireAt: signal.expireAt });
    const isReported = decision.events.some((each) => each.type === 'reported' && each.detail.signalId === signal.id);
    if (before && !isReported)
      batch.create(timelineRef(id, signal.id), signalEvent(signal, before.lastSequence, now, version));
  }
  for (const contact of written) {
    if (before) batch.set(contactRef(id, contact.id), unchecked(contact));
    else batch.create(contactRef(id, contact.id), unchecked(contact));
  }
  for (const each of gone) batch.delete(contactRef(id, each));
  writeTimer(batch, decision, incident, timer);
  writeLinkMark(batch, decision, incident, now);
  return { incident, events };
}

const packed = (incident: Incident): Incident =>
  incident.outage ? { ...incident, outage: zipped(incident.outage) as NonNullable<Incident['outage']> } : incident;

/** No fact has it, so a refolded record keeps it. */
function besideAfter({ before, beside }: Decision): Incident['beside'] {
  if (before && !before.beside) return undefined;
  return { ...before?.beside, ...(beside ? { [beside]: true } : {}) };
}

/** For documents besides the incident's own, read and created in the same transaction. */
export function markBeside(transaction: Transaction, { id, beside }: Incident, name: Beside): void {
  if (beside && !beside[name]) transaction.update(incidentRef(id), { [`beside.${name}`]: true });
}

/** Fields as input of `update`: removed fields are deleted. */
const fieldsOf = (changes: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(changes).map(([field, value]) => [field, value === null ? FieldValue.delete() : value]),
  );

/** The timer must not sleep past what is now due. A look replaces the entries that it found in it. */
function writeTimer(batch: WriteBatch, decision: Decision, incident: Incident, known: Timer | undefined): void {
  const { timer, outbox = [], look } = decision;
  const ref = timerRef(incident.id);
  if (look && timer !== 'keep') {
    const isLast = timer === 'delete' && outbox.length === 0;
    if (isLast) batch.delete(ref, { lastUpdateTime: look.timerVersion });
    else batch.update(ref, heldAfter(look, incident, timer, outbox), { lastUpdateTime: look.timerVersion });
    return;
  }
  if (timer === 'delete') batch.delete(ref);
  if (typeof timer === 'string') return;
  const next = woken(incident, known, timer, outbox);
  if (!next) return;
  if (decision.before) batch.set(ref, next);
  else batch.create(ref, next);
}

function heldAfter(look: Look, incident: Incident, timer: Wake | 'delete', outbox: Pending[]): Partial<Timer> {
  const { lease, later, scopeDueAt } = look;
  const asleep = timer === 'delete' ? lease : { wakeAt: timer.at, ...free };
  const pending = [...later, ...outbox];
  return { pending, lane: laneOf(incident, pending), scopeDueAt, ...(outbox.length > 0 ? lease : asleep) };
}

/** @returns undefined if it wakes in time as it is */
function woken(incident: Incident, known: Timer | undefined, wake: Wake, outbox: Pending[]): Timer | undefined {
  const isInTime = known && known.wakeAt <= wake.at && outbox.length === 0;
  // A worker that holds the lease would put the timer to sleep by the older state. Without `leasedBy` its write is refused,
  // and the timer is processed again when the lease ends.
  if (isInTime) return known.leasedUntil ? { ...known, leasedBy: null } : undefined;
  const { id, kind } = incident;
  const subject = kind === 'question' ? 'question' : 'incident';
  const created: Timer = { id, subject, subjectId: id, wakeAt: wake.at, pending: [] };
  const timer = known ?? { ...created, ...optional('traceId', currentTraceId()) };
  const wakeAt = new Date(Math.min(timer.wakeAt.getTime(), wake.at.getTime()));
  const kept = timer.pending.filter((each) => !outbox.some(({ kind, key }) => kind === each.kind && key === each.key));
  const pending = firstWords([...kept, ...outbox]);
  return { ...timer, wakeAt, pending, lane: laneOf(incident, pending) };
}

/** A notice quotes fewer, and says that there are more. What a customer writes while no tick runs never fills the timer. */
const mostWords = 50;

function firstWords(pending: Pending[]): Pending[] {
  const counts = new Map<string, number>();
  return pending.filter((each) => {
    if (isSending(each) || !each.word) return true;
    const ticket = `${each.word.ticket.tool} ${each.word.ticket.id}`;
    counts.set(ticket, (counts.get(ticket) ?? 0) + 1);
    return (counts.get(ticket) ?? 0) <= mostWords;
  });
}

/** Not plainly open: what comes then is decided in a transaction. */
export const isMarked = ({ status }: Pick<Incident, 'status'>): boolean =>
  ['linked', 'recovered', 'not-occurring'].includes(status);

/**
 * The mark is there while the incident is not plainly open. A signal that is added without a look at the incident deletes
 * it on the condition that it does not exist: so it misses neither a link nor a recovery, costs no read, and leaves the
 * incident alone.
 */
function writeLinkMark(batch: WriteBatch, decision: Decision, after: Incident, now: Date): void {
  const { before } = decision;
  if (!before) return;
  const ref = linkMarkRef(after.id);
  if (isMarked(after) && !isMarked(before)) batch.set(ref, { at: now });
  else if (isMarked(before) && !isMarked(after)) batch.delete(ref);
  else if (batch instanceof WriteBatch && !decision.look) batch.delete(ref, { exists: false });
}
