/** What every public intake door does with a request: guard, verify, read, file, answer. */
import type { IncomingMessage } from 'node:http';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { type Answer, closedDoor, queryOf, requirePost, unverified } from '../platform/door.ts';
import { PerEnvironment } from '../platform/environment.ts';
import { Problem } from '../platform/problem.ts';
import { policy } from '../policy.ts';
import type { TopicName } from '../topology.ts';
import { addressOf, RateLimits, readLimited, refuseLimited, tooMany } from './rate-limit.ts';
import { besideOf } from './sources/control.ts';
import { headerOf } from './sources/proof.ts';
import type { Envelope, IntakeSource } from './sources/source.ts';
import { takeIn } from './take-in.ts';

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
