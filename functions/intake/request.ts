/**
 * What every public intake door does with a request: guard, verify, read, file, answer. What is not understood is kept, and
 * what Firestore does not take in time is stored somewhere durable.
 */
import type { IncomingMessage } from 'node:http';
import { quarantine } from '../incidents/signals/quarantine.ts';
import type { RawBody } from '../incidents/signals/signal.ts';
import { presentFiling } from '../incidents/views/present.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { Late, withinMs } from '../platform/deadline.ts';
import { type Answer, closedDoor, queryOf, requirePost, unverified } from '../platform/door.ts';
import { PerEnvironment } from '../platform/environment.ts';
import { errorFacts, log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { publish } from '../platform/publish.ts';
import { milliseconds, policy } from '../policy.ts';
import type { TopicName } from '../topology.ts';
import { addressOf, RateLimits, readLimited, refuseLimited, tooMany } from './rate-limit.ts';
import { readAndFile } from './read-and-file.ts';
import { besideOf } from './sources/control.ts';
import { headerOf } from './sources/proof.ts';
import type { Delivered, Envelope, IntakeSource } from './sources/source.ts';

const limits = new PerEnvironment(() => new RateLimits());

/** @param topic what takes the body when Firestore does not answer in time */
export async function takeRequest(request: IncomingMessage, source: IntakeSource, topic: TopicName): Promise<Answer> {
  const receivedAt = now();
  const config = readConfig();
  if (request.method === 'HEAD' && source.answersHead) return { status: 200, body: {} };
  requirePost(request);
  const envelope: Envelope = { headers: request.headers, query: queryOf(request.url ?? '/') };
  const { tool, challenge } = source;
  if (source.secretNames.every((name) => config[name].length === 0))
    throw closedDoor(tool, source.secretNames, challenge);
  const address = addressOf(request, config.TRUSTED_HOPS);
  const caller = { limits: limits.get(), address, policy, now: receivedAt };
  const admit = async (bytes: Buffer): Promise<void> => {
    const refusal = await source.refuse(envelope, bytes, config, policy, receivedAt);
    if (refusal !== undefined) {
      caller.limits.noteUnverified(address, policy, receivedAt);
      throw unverified(challenge, refusal);
    }
    const sender = `${tool}:${source.sender?.(envelope) ?? ''}`;
    const wait = caller.limits.takeVerified(sender, address, policy, receivedAt);
    if (wait !== undefined) throw tooMany(wait, `More than ${policy.intake.requestsPerMinute} requests a minute.`);
  };
  const needsBody = source.needsBody(envelope);
  // Before its proof is looked at: else a guess that is right would be told from the others.
  refuseLimited(caller);
  if (!needsBody) await admit(Buffer.alloc(0));
  requireJson(request);
  const bytes = await readLimited(request, caller, !needsBody);
  if (needsBody) await admit(bytes);
  const contentType = String(request.headers['content-type'] ?? 'application/json');
  const raw = { bytes, contentType, receivedAt };
  const eventId = source.eventId?.(envelope);
  const beside = besideOf((name) => envelope.query.get(name) ?? headerOf(envelope.headers, `metronome-${name}`));
  const answer = await takeIn({ source, topic, raw, eventId, beside, policy, now: receivedAt });
  return source.acceptedStatus && answer.status < 300 ? { ...answer, status: source.acceptedStatus } : answer;
}

/** @throws Problem 415 when the body says that it is something else than JSON in UTF-8 */
function requireJson(request: IncomingMessage): void {
  const type = request.headers['content-type'];
  if (type === undefined) return;
  const match = /^\s*application\/(?:[\w.+-]+\+)?json\s*(?:;(.*))?$/i.exec(type);
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(match?.[1] ?? '')?.[1];
  if (!match || (charset && !/^(utf-?8|us-ascii)$/i.test(charset))) {
    throw new Problem(415, `Content-Type ${type.slice(0, 80)} is not supported. Send application/json in UTF-8.`);
  }
}

/** A body whose sender is verified, on its way from a door to where it is stored. */
interface Delivery extends Delivered {
  source: IntakeSource;
  /** The topic that takes the body when Firestore does not answer. */
  topic: TopicName;
  raw: RawBody;
  now: Date;
}

/**
 * Reads and files a body, within the door's own deadline. Storing continues in the background when that passes: it is
 * idempotent, and the event door files it anyway.
 */
async function takeIn(delivery: Delivery): Promise<Answer> {
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
    const body = presentFiling(read.filing, readConfig().JOIN_KEY_SECRET);
    return { status: read.filing.created ? 201 : 200, body };
  }
  if (read.kind === 'ignored') return { status: 200, body: { ignored: read.why } };
  const { message, errors, isJson } = read;
  if (!isJson) throw new Problem(400, message);
  await quarantine(source.tool, raw, message, { ...by, errors });
  if (!source.isStrict) return { status: 202, body: { accepted: true, quarantined: true } };
  throw new Problem(422, `${message} It is kept in quarantine; correct it and send it again.`, { errors });
}

/** The second way in: Pub/Sub takes a body as it is, and it is filed from there. */
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
