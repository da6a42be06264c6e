/** What every public intake door does with a request: guard, verify, read, file, answer. */
import type { IncomingMessage } from 'node:http';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { type Answer, queryOf } from '../platform/door.ts';
import { PerEnvironment } from '../platform/environment.ts';
import { log } from '../platform/log.ts';
import { Problem, type ProblemCode } from '../platform/problem.ts';
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
  if (request.method !== 'POST') {
    throw new Problem(405, 'Only POST is supported here.', { headers: { allow: 'POST' } });
  }
  const envelope: Envelope = { headers: request.headers, query: queryOf(request.url ?? '/') };
  if (source.secretNames.every((name) => config[name].length === 0)) {
    const names = source.secretNames.join(' or ');
    const why = `${names} is not set, or is a published example value`;
    log('ERROR', `${source.tool}: this door is closed, ${why}`, { tool: source.tool });
    throw unverified(source, `This endpoint is closed: ${why}.`, 'door-closed');
  }
  const address = addressOf(request, readConfig().TRUSTED_HOPS);
  const admit = async (bytes: Buffer): Promise<void> => {
    const refusal = await source.refuse(envelope, bytes, config, policy, receivedAt);
    if (refusal !== undefined) {
      limits.get().noteUnverified(address, policy, receivedAt);
      throw unverified(source, refusal);
    }
    const sender = `${source.tool}:${source.sender?.(envelope) ?? ''}`;
    const wait = limits.get().takeVerified(sender, address, policy, receivedAt);
    if (wait !== undefined) throw tooMany(wait, `More than ${policy.intake.requestsPerMinute} requests a minute.`);
  };
  const needsBody = source.needsBody(envelope);
  // Before its proof is looked at: else a guess that is right would be told from the others.
  refuseLimited(limits.get(), address, policy, receivedAt);
  if (!needsBody) await admit(Buffer.alloc(0));
  requireJson(request);
  const bytes = await readLimited(request, limits.get(), address, policy, receivedAt, !needsBody);
  if (needsBody) await admit(bytes);
  const contentType = String(request.headers['content-type'] ?? 'application/json');
  const eventId = source.eventId?.(envelope);
  const beside = besideOf((name) => envelope.query.get(name) ?? headerOf(envelope.headers, `metronome-${name}`));
  const answer = await takeIn({
    source,
    topic,
    raw: { bytes, contentType, receivedAt },
    eventId,
    beside,
    policy,
    now: receivedAt,
  });
  return source.acceptedStatus && answer.status < 300 ? { ...answer, status: source.acceptedStatus } : answer;
}

const unverified = (source: IntakeSource, detail: string, code?: ProblemCode): Problem =>
  new Problem(401, detail, { headers: { 'www-authenticate': source.challenge }, ...(code ? { code } : {}) });

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
