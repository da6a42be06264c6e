/** What was authentic but not understood: kept, listed, replayed, never lost. */
import { createHash } from 'node:crypto';
import { collections, firestore, grpcCodeOf } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { log } from '../platform/log.ts';
import type { FieldError } from '../platform/problem.ts';
import { milliseconds, type Policy } from '../policy.ts';
import { type RawBody, readableText } from './signal.ts';

export interface QuarantineEntry {
  id: string;
  /** Where it came in: a ticket tool, `monitoring`, or a subscription. */
  source: string;
  state: 'open' | 'replayed' | 'dismissed';
  reason: string;
  errors: FieldError[];
  raw: Buffer;
  contentType: string;
  receivedAt: Date;
  quarantinedAt: Date;
  /** The sender's own id of the delivery, where it had one. */
  eventId?: string;
  /** Of a message that failed too often: where it goes back to when it is replayed, and with what. */
  topic?: string;
  attributes?: Record<string, string>;
  incidentId?: string;
  dismissedReason?: string;
  settledAt?: Date;
  settledBy?: string;
  expireAt: Date;
}

/** Keeps a body. The same bytes from the same source are one entry, however often they come. */
export async function quarantine(
  source: string,
  raw: RawBody,
  reason: string,
  options: {
    errors?: FieldError[];
    eventId?: string | undefined;
    message?: { topic: string; attributes: Record<string, string> };
    policy: Policy;
    now: Date;
  },
): Promise<string> {
  const id = stableId('qua', source, createHash('sha256').update(raw.bytes).digest('hex'));
  const entry: QuarantineEntry = {
    id,
    source,
    state: 'open',
    reason: readableText(reason, 2_000),
    errors: (options.errors ?? []).slice(0, 50),
    raw: raw.bytes,
    contentType: raw.contentType,
    receivedAt: raw.receivedAt,
    quarantinedAt: options.now,
    ...(options.eventId ? { eventId: options.eventId } : {}),
    ...options.message,
    expireAt: new Date(options.now.getTime() + milliseconds(options.policy.intake.quarantineKeptFor)),
  };
  try {
    await firestore().collection(collections.quarantine).doc(id).create(entry);
    log('WARNING', 'quarantined: authentic but not understood', { quarantineId: id, source, reason: entry.reason });
  } catch (error) {
    if (grpcCodeOf(error) !== 'ALREADY_EXISTS') throw error;
  }
  return id;
}
