/** Settles what lies in quarantine: replayed as it came, or dismissed with a reason. Both are safe to repeat. */
import { fileSignal } from '../incidents/file-signal.ts';
import { presentFiling } from '../incidents/present.ts';
import { readConfig } from '../platform/config.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { parseJson } from '../platform/raw-body.ts';
import { policy } from '../policy.ts';
import type { QuarantineEntry } from './quarantine.ts';
import { readerOf } from './readers.ts';
import type { RawBody } from './signal.ts';
import { Unreadable } from './sources/source.ts';

/**
 * Reads an entry again with today's code and its first time of receipt, and files it.
 * @throws Problem 422 when it is still not understood, 409 when it was dismissed
 */
export async function replayEntry(entry: QuarantineEntry, actor: string, now: Date): Promise<Record<string, unknown>> {
  if (entry.state === 'dismissed') throw new Problem(409, 'It was dismissed; it stays so.');
  const read = readerOf(entry.source);
  if (!read) throw new Problem(422, `Nothing here reads what came from ${entry.source}.`);
  const raw: RawBody = { bytes: Buffer.from(entry.raw), contentType: entry.contentType, receivedAt: entry.receivedAt };
  try {
    const context = {
      receivedAt: raw.receivedAt,
      policy,
      config: readConfig(),
      ...(entry.eventId ? { eventId: entry.eventId } : {}),
    };
    const reading = read(parseJson(raw.bytes), raw.bytes, context);
    const filing = 'signal' in reading ? await fileSignal(reading.signal, raw, policy, now) : undefined;
    const settled = {
      state: 'replayed',
      settledAt: now,
      settledBy: actor,
      ...(filing ? { incidentId: filing.incident.id } : {}),
    } satisfies Partial<QuarantineEntry>;
    await firestore().collection(collections.quarantine).doc(entry.id).update(settled);
    log('NOTICE', 'quarantine: replayed', { quarantineId: entry.id, incidentId: filing?.incident.id });
    return filing ? presentFiling(filing) : { created: false, ...reading };
  } catch (error) {
    if (error instanceof Unreadable) {
      throw new Problem(422, `${error.message} It stays in quarantine.`, { errors: error.errors });
    }
    throw error;
  }
}

/** @throws Problem 409 when it was replayed meanwhile */
export async function dismissEntry(id: string, reason: string, actor: string, now: Date): Promise<void> {
  const ref = firestore().collection(collections.quarantine).doc(id);
  await firestore().runTransaction(async (transaction) => {
    const entry = fromDocument<QuarantineEntry>((await transaction.get(ref)).data());
    if (entry.state === 'replayed') throw new Problem(409, 'It was replayed; its incident is on record.');
    if (entry.state === 'dismissed') return;
    transaction.update(ref, { state: 'dismissed', dismissedReason: reason, settledAt: now, settledBy: actor });
  });
  log('NOTICE', 'quarantine: dismissed', { quarantineId: id });
}
