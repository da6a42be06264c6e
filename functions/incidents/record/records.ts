/** The documents that filing and recording write, and their form in Firestore. */

import type { DocumentReference } from '@google-cloud/firestore';
import { collections, incidentRef, signalRef } from '../../platform/firestore.ts';
import { stableId } from '../../platform/ids.ts';
import { pack } from '../../platform/packed.ts';
import { milliseconds } from '../../policy.ts';
import type { Context, Intake, Pending } from '../facts/decision.ts';
import type { TimelineEvent } from '../facts/events.ts';
import { type LaterReport, reportIn } from '../facts/report.ts';
import { optional } from '../incident.ts';
import { saidIn } from '../signals/hear.ts';
import { authorOf, type Customer, readableText, type Signal } from '../signals/signal.ts';

export interface SignalRecord extends Signal {
  /** The incident on which it was filed, even if that is linked to another. */
  incidentId: string;
  /** An alert's first signal, when it opened. */
  opensAlert?: boolean;
  /** The attempt that wrote it, which distinguishes a resent commit. */
  attemptId: string;
  filedAt: Date;
  /** Zipped where `rawEncoding` says so; only its beginning where `isRawCut`. */
  raw: Buffer;
  rawEncoding?: 'gzip';
  isRawCut?: true;
  contentType: string;
  /** Written beside it, a document each: what a group of thousands of alerts is made of. */
  alertIds?: string[];
  expireAt: Date;
}

/**
 * When to look at something again; written in the same commit as what it is about, so it is the outbox too.
 * `wakeAt` is never later than the next thing to do: waking early costs a look and changes nothing.
 */
export interface Timer {
  id: string;
  subject: 'incident' | 'question' | 'action' | 'bundle' | 'drill-rhythm' | 'drill';
  subjectId: string;
  wakeAt: Date;
  pending: Pending[];
  /** 1: the announcements of urgent incidents; 2: other announcements and the urgent rhythm; without: calm deadlines. */
  lane?: 1 | 2 | null;
  /** The number of consecutive failures, and the original due time: a postponed timer still counts as late. */
  failures?: number;
  failingSince?: Date;
  /** While there is no contact: the last slot at which the scope was asked for. */
  scopeDueAt?: Date | null;
  leasedUntil?: Date | null;
  leasedBy?: string | null;
  /** The trace of the request that set it, under which its effects are logged and delivered. */
  traceId?: string;
}

export const alertIdsRef = (signalId: string, index: number): DocumentReference =>
  signalRef(signalId).collection(collections.alertIds).doc(String(index));

export const incidentIdOf = (tool: string, sourceId: string, generation: number): string =>
  stableId('inc', tool, sourceId, generation);

export const timelineRef = (incidentId: string, id: string): DocumentReference =>
  incidentRef(incidentId).collection(collections.timeline).doc(id);

export const contactRef = (incidentId: string, id: string): DocumentReference =>
  incidentRef(incidentId).collection(collections.contacts).doc(id);

/** Exists while the incident is not plainly open; `commit.ts` explains it. */
export const linkMarkRef = (incidentId: string): DocumentReference =>
  incidentRef(incidentId).collection('marks').doc('linked');

export function signalRecord(
  { signal, raw, attempt, alertIds }: Intake,
  incidentId: string,
  { now, policy }: Context,
): SignalRecord {
  const kept = fitting(signal);
  const isShort = raw.bytes.length <= leastRawBytes;
  const packed = pack(raw.bytes, isShort ? leastRawBytes : Math.max(mostRecordBytes - sizeOf(kept), leastRawBytes));
  return {
    ...kept,
    incidentId,
    attemptId: attempt,
    filedAt: now,
    raw: packed.bytes,
    ...optional('rawEncoding', packed.encoding),
    ...(packed.cut ? { isRawCut: true } : {}),
    contentType: raw.contentType,
    ...optional('alertIds', alertIds && chunked(alertIds)),
    expireAt: new Date(now.getTime() + milliseconds(policy.intake.signalsKeptFor)),
  };
}

/** The signal of a record: neither its bytes nor its filing are part of it. */
export function signalIn(record: SignalRecord): Signal {
  const filing = ['incidentId', 'attemptId', 'filedAt', 'expireAt'];
  const bytes = ['raw', 'rawEncoding', 'isRawCut', 'contentType'];
  const left = Object.entries(record).filter(([name]) => ![...filing, ...bytes].includes(name));
  return Object.fromEntries(left) as unknown as Signal;
}

/** A document holds 1 MiB. The parts beside the body are short enough for this many bytes to fit. */
const mostRecordBytes = 900_000;
const leastRawBytes = 300_000;
const mostSignalBytes = 300_000;

const mostChunkBytes = 500_000;

/** As many whole lines of each text as fit. */
function chunked(lines: readonly string[]): string[] {
  const chunks: string[] = [];
  let [open, size]: [string[], number] = [[], 0];
  for (const line of lines) {
    const bytes = Buffer.byteLength(line) + 1;
    if (size + bytes > mostChunkBytes) {
      chunks.push(open.join('\n'));
      [open, size] = [[], 0];
    }
    open.push(line);
    size += bytes;
  }
  return [...chunks, open.join('\n')];
}

const sizeOf = (signal: Signal): number => Buffer.byteLength(JSON.stringify(signal));

/** A signal of many customers with long names keeps the beginning of each; the body has the rest. */
function fitting(signal: Signal): Signal {
  if (sizeOf(signal) <= mostSignalBytes) return signal;
  const cut = ({ id, name, contactId }: Customer): Customer => ({
    id: readableText(id, 200),
    ...(name ? { name: readableText(name, 200) } : {}),
    ...(contactId ? { contactId: readableText(contactId, 200) } : {}),
  });
  return { ...signal, affectedCustomers: signal.affectedCustomers.map(cut), problems: signal.problems.slice(0, 100) };
}

/** What may change the record once something else is retracted. An alert that joins its group does not. */
function laterReportIn(signal: Signal & Pick<SignalRecord, 'opensAlert'>): LaterReport | undefined {
  const { kind, opensAlert } = signal;
  if (opensAlert || !['stated', 'alert-opened', 'customer-wrote', 'reopened'].includes(kind)) return undefined;
  return reportIn(signal);
}

/**
 * What a signal leaves on the timeline of its incident that changes nothing there.
 * @param after the sequence of the record that it was compared with
 */
export function signalEvent(
  signal: Signal & Pick<SignalRecord, 'opensAlert'>,
  after: number,
  now: Date,
  policyVersion: string,
): TimelineEvent {
  return {
    policyVersion,
    isFact: true,
    id: signal.id,
    type: 'signal-received',
    occurredAt: signal.happenedAt ?? signal.receivedAt,
    recordedAt: now,
    ...authorOf(signal),
    detail: {
      ...saidIn(signal),
      after,
      ...optional('report', laterReportIn(signal)),
    },
  };
}
