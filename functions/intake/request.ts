/** What every public intake door does with a request: guard, verify, read, file, answer. */
import type { IncomingMessage } from 'node:http';
import { quarantine } from '../incidents/signals/quarantine.ts';
import type { RawBody } from '../incidents/signals/signal.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { type Answer, closedDoor, queryOf, requireMethod, unverified } from '../platform/door.ts';
import { PerEnvironment } from '../platform/environment.ts';
import { errorFacts, log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { policy } from '../policy.ts';
import type { TopicName } from '../topology.ts';
import { addressOf, enterLong, RateLimits, readLimited, refuseLimited, tooMany } from './rate-limit.ts';
import { besideIn } from './sources/control.ts';
import type { Beside, Envelope, IntakeSource } from './sources/source.ts';
import { mostBytesOf } from './sources/sources.ts';
import { takeIn } from './take-in.ts';

const limits = new PerEnvironment(() => new RateLimits());

/** The parts of a source that guard a request; doors without reports have no other parts. */
type Verifier = Omit<IntakeSource, 'tool' | 'read' | 'accepted'> & { tool: string };

export interface Received {
  raw: RawBody;
  eventId: string | undefined;
  beside: Beside;
}

/** @param topic what takes the body when Firestore does not answer in time */
export async function takeRequest(request: IncomingMessage, source: IntakeSource, topic: TopicName): Promise<Answer> {
  if (request.method === 'HEAD' && source.answersHead) return { status: 200, body: {} };
  return receive(request, source, (received) => takeReceived(source, topic, received));
}

export async function takeReceived(source: IntakeSource, topic: TopicName, received: Received): Promise<Answer> {
  const { raw, beside } = received;
  const answer = await takeIn({ source, topic, ...received, policy, now: raw.receivedAt });
  return source.accepted && answer.status < 300 ? source.accepted(raw, beside, answer) : answer;
}

/**
 * Guards a request, verifies its sender, reads its body and hands it to `work`.
 * @throws Problem 401, 405, 413, 415 and 429; 503 instead of the passing ones where its sender would take those for the end
 */
export async function receive<T>(
  request: IncomingMessage,
  source: Verifier,
  work: (received: Received) => Promise<T>,
): Promise<T> {
  try {
    return await verified(request, source, work);
  } catch (error) {
    throw source.givesUpOnRefusals ? askAgain(error) : error;
  }
}

/** A 4xx makes this sender give up, so temporary problems are answered 503. */
function askAgain(error: unknown): unknown {
  if (!(error instanceof Problem) || ![408, 413, 429].includes(error.status)) return error;
  return new Problem(503, error.message, { headers: { 'retry-after': '5', ...error.headers } });
}

async function verified<T>(request: IncomingMessage, source: Verifier, work: (received: Received) => Promise<T>) {
  const receivedAt = now();
  const config = readConfig();
  requireMethod(request, source.methods);
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
  // Runs before the proof is checked: otherwise a correct guess would get a different answer.
  refuseLimited(caller);
  if (!needsBody) await admit(Buffer.alloc(0));
  requireJson(request);
  const mostBytes = needsBody ? policy.intake.maxBodyBytes : mostBytesOf(source, policy);
  const leave = needsBody ? undefined : enterLong(request, caller, mostBytes);
  try {
    const bytes = await readLimited(request, caller, needsBody ? undefined : mostBytes);
    if (needsBody) await admit(bytes);
    const contentType = String(request.headers['content-type'] ?? 'application/json');
    const raw = { bytes: source.kept?.(bytes) ?? bytes, contentType, receivedAt };
    const eventId = source.eventId?.(envelope, bytes, config);
    const beside = besideIn(envelope, source.takesBeside ?? []);
    return await work({ raw, eventId, beside });
  } catch (error) {
    if (source.givesUpOnRefusals && error instanceof Problem && error.status === 413 && !needsBody)
      await noteTooLong(source, mostBytes, receivedAt);
    throw error;
  } finally {
    leave?.();
  }
}

/** Nobody reads the tool's own log, so one entry in quarantine says what to set there, however often the group comes. */
async function noteTooLong({ tool }: Verifier, mostBytes: number, receivedAt: Date): Promise<void> {
  const reason = `A group of alerts is longer than ${mostBytes} bytes and cannot be taken. Set max_alerts in the tool’s webhook.`;
  log('ERROR', 'a group of alerts is too long: set max_alerts', { tool, mostBytes });
  const nothing = { bytes: Buffer.alloc(0), contentType: 'application/json', receivedAt };
  // If it cannot be noted now, the next request notes it.
  await quarantine(tool, nothing, reason, { policy, now: receivedAt }).catch((error: unknown) =>
    log('WARNING', 'a group that is too long could not be noted', { tool, ...errorFacts(error) }),
  );
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
