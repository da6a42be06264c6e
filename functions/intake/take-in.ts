/** Shared by the doors once a sender is verified: file, quarantine, or hand over to Pub/Sub if Firestore is slow. */
import { quarantine } from '../incidents/signals/quarantine.ts';
import type { RawBody } from '../incidents/signals/signal.ts';
import { namedFiling, presentFiling } from '../incidents/views/present.ts';
import { readConfig } from '../platform/config.ts';
import { Late, withinMs } from '../platform/deadline.ts';
import type { Answer } from '../platform/door.ts';
import { errorFacts, log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { publish } from '../platform/publish.ts';
import { milliseconds } from '../policy.ts';
import type { TopicName } from '../topology.ts';
import { readAndFile } from './read-and-file.ts';
import type { Delivered, IntakeSource } from './sources/source.ts';

/** The body of a verified sender, before it is stored. */
interface Delivery extends Delivered {
  source: IntakeSource;
  /** The topic that takes the body when Firestore does not answer. */
  topic: TopicName;
  raw: RawBody;
  now: Date;
}

/**
 * Reads and files a body within the door's deadline. After the deadline, storing continues in the background: it is idempotent,
 * and the event door files the body anyway.
 * @throws Problem 503 if neither Firestore nor Pub/Sub accepts it
 */
export async function takeIn(delivery: Delivery): Promise<Answer> {
  const stored = store(delivery);
  const { tool } = delivery.source;
  try {
    return await withinMs(milliseconds(delivery.policy.intake.storeWithin), stored, 'Firestore');
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (error instanceof Late) {
      stored.catch((failure) => log('WARNING', 'storing failed after the door’s deadline', errorFacts(failure)));
      log('WARNING', 'Firestore did not answer in time', { tool });
    } else log('ERROR', 'Firestore refused', { tool, ...errorFacts(error) });
  }
  await spill(delivery);
  return { status: 202, body: { accepted: true } };
}

/** @throws Problem 400 for what is not JSON, 422 where a strict source's body is not understood, after it was quarantined */
async function store({ source, raw, ...by }: Delivery): Promise<Answer> {
  const read = await readAndFile(source, raw, by);
  if (read.kind === 'filed') {
    const { created } = read.filing;
    // Anybody who saw a signed body may send it again. The answer to such a repeat reveals nothing newer.
    const isWhole = source.isStrict && (created || by.eventId === undefined);
    const body = isWhole ? presentFiling(read.filing, readConfig().JOIN_KEY_SECRET) : namedFiling(read.filing);
    return { status: created ? 201 : 200, body };
  }
  if (read.kind === 'ignored') return { status: 200, body: { ignored: read.why } };
  const { message, errors, isJson } = read;
  if (!isJson) throw new Problem(400, message);
  await quarantine(source.tool, raw, message, { ...by, errors });
  if (!source.isStrict) return { status: 202, body: { accepted: true, quarantined: true } };
  throw new Problem(422, `${message} It is kept in quarantine; correct it and send it again.`, { errors });
}

/** The second route: Pub/Sub takes the raw body, and it is filed from there. */
const spillWithinMs = 2_500;

/** @throws Problem 503 with `Retry-After` when Pub/Sub does not take it either */
export async function spill(delivery: Delivery): Promise<void> {
  const { topic, beside, eventId, raw } = delivery;
  const { tool } = delivery.source;
  try {
    const known = { source: tool, receivedAt: raw.receivedAt.toISOString(), contentType: raw.contentType };
    const attributes = { ...known, ...beside, ...(eventId ? { eventId } : {}) };
    const bytes = raw.bytes.length > 0 ? raw.bytes : Buffer.from(' ');
    await publish(topic, bytes, { attributes, withinMs: spillWithinMs });
    log('NOTICE', 'spilled to Pub/Sub', { tool, topic });
  } catch (error) {
    log('CRITICAL', 'stored nowhere: neither Firestore nor Pub/Sub took it', { tool, ...errorFacts(error) });
    const detail = 'It could be stored nowhere. Send it again in a few seconds; the same report is never filed twice.';
    throw new Problem(503, detail, { headers: { 'retry-after': '5' } });
  }
}
