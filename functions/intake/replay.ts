/** Settles a quarantined report: replays the original, or dismisses it with a reason. Both are safe to repeat. */
import type { QuarantineEntry } from '../incidents/signals/quarantine.ts';
import { presentFiling } from '../incidents/views/present.ts';
import { readConfig } from '../platform/config.ts';
import { defined, given } from '../platform/defined.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import { unpack } from '../platform/packed.ts';
import { Problem } from '../platform/problem.ts';
import { publish } from '../platform/publish.ts';
import { policy } from '../policy.ts';
import type { TopicName } from '../topology.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { readAndFile } from './read-and-file.ts';
import { sourceOf } from './sources/sources.ts';

type Replaying = Promise<Record<string, unknown>>;

/**
 * Files the edited body of an entry, in the editor's name and with the first time of receipt. The entry keeps the original
 * body, and the signal the edited one.
 * @throws Problem 422 if it is still not understood or says more than facts, 409 if it is settled, 413
 */
export function mendEntry(entry: QuarantineEntry, body: string, actor: string, now: Date): Replaying {
  const bytes = Buffer.from(body.toWellFormed());
  if (entry.state !== 'open') throw new Problem(409, refuse('settled'));
  if (!sourceOf(entry.source)) throw new Problem(422, refuse('message-of-our-own'));
  const { maxBodyBytes: most } = policy.intake;
  if (bytes.length > most) throw new Problem(413, refuse('body-too-large', { n: bytes.length, most }));
  return replayEntry(entry, actor, now, bytes);
}

/**
 * Reads an entry again with today's code and its first time of receipt, and files it.
 * @throws Problem 422 when it is still not understood or was cut, 409 when it was dismissed
 */
export async function replayEntry(entry: QuarantineEntry, actor: string, now: Date, mended?: Buffer): Replaying {
  if (entry.state === 'dismissed') throw new Problem(409, refuse('dismissed'));
  if (entry.isCut && !mended) throw new Problem(422, refuse('body-cut', { n: entry.length ?? 0 }));
  const replayed = { state: 'replayed', settledAt: now, settledBy: actor } as const;
  const source = sourceOf(entry.source);
  if (!source) {
    const { topic, attributes = {} } = entry;
    if (!topic) throw new Problem(422, refuse('nothing-reads', { source: entry.source }));
    // A message of our own that failed too often returns to its topic.
    if (entry.state !== 'replayed') {
      await publish(topic as TopicName, unpack(entry.raw, entry.encoding), { attributes });
      await settle(entry.id, replayed);
    }
    return { created: false, republished: topic };
  }
  const { contentType, receivedAt, eventId, beside } = entry;
  const raw = { bytes: mended ?? unpack(entry.raw, entry.encoding), contentType, receivedAt };
  // An editor states facts, even if the tool's rule was for something else.
  const by = mended ? { beside: given(beside ?? {}, ['ticket']), mendedBy: actor } : { beside };
  const read = await readAndFile(source, raw, { eventId, ...by, policy, now });
  if (read.kind === 'unreadable') {
    throw new Problem(422, refuse('still-unreadable', { why: read.message }), { errors: read.errors });
  }
  const filing = read.kind === 'filed' ? read.filing : undefined;
  const settled = defined({ isMended: mended ? (true as const) : undefined, incidentId: filing?.incident.id });
  await settle(entry.id, { ...replayed, ...settled });
  if (read.kind === 'ignored') return { created: false, ignored: read.why };
  return presentFiling(read.filing, readConfig().JOIN_KEY_SECRET);
}

async function settle(id: string, settled: Partial<QuarantineEntry>): Promise<void> {
  await firestore().collection(collections.quarantine).doc(id).update(settled);
  log('NOTICE', 'quarantine: replayed', { quarantineId: id, incidentId: settled.incidentId });
}

/** @throws Problem 409 when it was replayed meanwhile */
export async function dismissEntry(id: string, reason: string, actor: string, now: Date): Promise<void> {
  const ref = firestore().collection(collections.quarantine).doc(id);
  await firestore().runTransaction(async (transaction) => {
    const entry = fromDocument<QuarantineEntry>((await transaction.get(ref)).data());
    if (entry.state === 'replayed') throw new Problem(409, refuse('replayed'));
    if (entry.state === 'dismissed') return;
    transaction.update(ref, { state: 'dismissed', dismissedReason: reason, settledAt: now, settledBy: actor });
  });
  log('NOTICE', 'quarantine: dismissed', { quarantineId: id });
}
