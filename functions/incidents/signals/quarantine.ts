/** What was authentic but not understood: kept, listed, replayed, never lost. */
import { createHash } from 'node:crypto';
import type { DocumentReference } from '@google-cloud/firestore';
import { now } from '../../platform/clock.ts';
import { collections, createOnce, firestore } from '../../platform/firestore.ts';
import { stableId } from '../../platform/ids.ts';
import { log } from '../../platform/log.ts';
import type { Message } from '../../platform/message.ts';
import { pack } from '../../platform/packed.ts';
import type { FieldError } from '../../platform/problem.ts';
import { milliseconds, type Policy, policy } from '../../policy.ts';
import type { TopicName } from '../../topology.ts';
import { optional } from '../incident.ts';
import { type RawBody, readableText } from './signal.ts';

export interface QuarantineEntry {
  id: string;
  /** The endpoint: a ticket tool, `monitoring`, or a subscription. */
  source: string;
  state: 'open' | 'replayed' | 'dismissed';
  reason: string;
  errors: FieldError[];
  /** The body, zipped where `encoding` says so; only its beginning where it `isCut`. */
  raw: Buffer;
  encoding?: 'gzip';
  isCut?: true;
  /** For a truncated body: its full length and its hash. */
  length?: number;
  sha256?: string;
  contentType: string;
  receivedAt: Date;
  quarantinedAt: Date;
  /** The sender's own ID of the delivery, if it sent one. */
  eventId?: string;
  /** The control fields beside the body: the event, and its ticket. */
  beside?: { event?: string; ticket?: string };
  /** For a dead letter: the topic and attributes with which a replay publishes it again. */
  topic?: string;
  attributes?: Record<string, string>;
  incidentId?: string;
  /** An edited body was read instead of the original. */
  isMended?: boolean;
  dismissedReason?: string;
  settledAt?: Date;
  settledBy?: string;
  expireAt: Date;
}

/** A document holds 1 MiB; the rest of the entry has room beside the body. */
const mostRawBytes = 900_000;

/**
 * Keeps a body, of whatever size. The same bytes from the same source are one entry, however often they come; one that
 * was settled is open again. A message that failed too often is an entry of its own, and settled once.
 */
export async function quarantine(
  source: string,
  raw: RawBody,
  reason: string,
  options: {
    errors?: FieldError[];
    eventId?: string | undefined;
    beside?: QuarantineEntry['beside'] | undefined;
    messageId?: string;
    message?: { topic: string; attributes: Record<string, string> };
    policy: Policy;
    now: Date;
  },
): Promise<string> {
  const { messageId, message } = options;
  const beside = Object.keys(options.beside ?? {}).length > 0 ? options.beside : undefined;
  const hash = createHash('sha256').update(raw.bytes).digest('hex');
  // The proof covers the body only, so different fields beside it make no other entry.
  const words = options.eventId === undefined && beside ? JSON.stringify(beside) : undefined;
  const told = [messageId, words].filter((each) => each !== undefined);
  const id = stableId('qua', source, hash, ...told);
  const packed = pack(raw.bytes, mostRawBytes);
  const entry: QuarantineEntry = {
    id,
    source,
    state: 'open',
    reason: readableText(reason, 2_000),
    errors: (options.errors ?? []).slice(0, 50).map(shortened),
    raw: packed.bytes,
    ...optional('encoding', packed.encoding),
    ...(packed.cut ? { isCut: true, ...packed.cut } : {}),
    contentType: raw.contentType,
    receivedAt: raw.receivedAt,
    quarantinedAt: options.now,
    ...optional('beside', beside),
    ...(options.eventId ? { eventId: options.eventId } : {}),
    ...(message ? { topic: message.topic, attributes: storable(message.attributes) } : {}),
    expireAt: new Date(options.now.getTime() + milliseconds(options.policy.intake.quarantineKeptFor)),
  };
  const ref = firestore().collection(collections.quarantine).doc(id);
  if (await createOnce(ref, entry))
    log('WARNING', 'quarantined: authentic but not understood', { quarantineId: id, source, reason: entry.reason });
  else if (messageId === undefined) await reopen(ref, entry);
  return id;
}

/** Keeps a message that could not be processed; a replay puts it back on its topic. */
export async function quarantineMessage(
  source: string,
  { bytes, attributes, publishedAt }: Message,
  topic: TopicName,
  reason: string,
  { contentType = 'application/json', errors = [] }: { contentType?: string; errors?: FieldError[] } = {},
): Promise<void> {
  const raw = { bytes, contentType, receivedAt: publishedAt ?? now() };
  await quarantine(source, raw, reason, { errors, message: { topic, attributes }, policy, now: now() });
}

/** A message may quote a key of the body, however long that is. */
const shortened = ({ path, message }: FieldError): FieldError => ({
  path: readableText(path, 500),
  message: readableText(message, 1_000),
});

/** Firestore refuses blank field names and reserves those such as `__name__`. Metronome uses neither, so they are left out. */
const storable = (attributes: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).filter(([key]) => key !== '' && !/^__.*__$/s.test(key)));

async function reopen(ref: DocumentReference, entry: QuarantineEntry): Promise<void> {
  const isReopened = await firestore().runTransaction(async (transaction) => {
    const before = await transaction.get(ref);
    if (before.get('state') === 'open') return false;
    transaction.set(ref, entry);
    return true;
  });
  if (isReopened) log('WARNING', 'quarantined again after it was settled', { quarantineId: entry.id });
}
