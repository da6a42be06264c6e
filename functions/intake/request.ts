/** What every public intake door does with a request: guard, verify, read, file, answer. */
import type { IncomingMessage } from 'node:http';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { type Answer, queryOf } from '../platform/door.ts';
import { log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { parseJson, readRawBody } from '../platform/raw-body.ts';
import { policy } from '../policy.ts';
import type { Envelope, IntakeSource } from './sources/source.ts';
import { takeIn } from './take-in.ts';

/** @param topic what takes the body when Firestore does not answer in time */
export async function takeRequest(request: IncomingMessage, source: IntakeSource, topic: string): Promise<Answer> {
  const receivedAt = now();
  const config = readConfig();
  if (request.method !== 'POST') {
    throw new Problem(405, 'This door takes POST only.', { headers: { allow: 'POST' } });
  }
  const envelope: Envelope = { headers: request.headers, query: queryOf(request.url ?? '/') };
  if (source.secrets(config).length === 0) {
    const names = source.secretNames.join(' or ');
    log('ERROR', `${source.tool}: this door is closed, ${names} is not set`, { tool: source.tool });
    throw unverified(source, `This door is closed: ${names} is not set.`);
  }
  const refuse = (bytes: Buffer): string | undefined => source.refuse(envelope, bytes, config, policy, receivedAt);
  const needsBody = source.needsBody(envelope);
  if (!needsBody) {
    const refusal = refuse(Buffer.alloc(0));
    if (refusal) throw unverified(source, refusal);
  }
  requireJson(request);
  const bytes = await readRawBody(request, policy.intake.maxBodyBytes);
  if (needsBody) {
    const refusal = refuse(bytes);
    if (refusal) throw unverified(source, refusal);
  }
  const contentType = String(request.headers['content-type'] ?? 'application/json');
  const eventId = source.eventId?.(envelope);
  const body = (source.parse ?? parseJson)(bytes);
  const answer = await takeIn(
    { tool: source.tool, topic, raw: { bytes, contentType, receivedAt }, eventId, policy, now: receivedAt },
    () => source.read(body, bytes, { receivedAt, policy, config, ...(eventId ? { eventId } : {}) }),
    (error) => {
      if (!source.isStrict) return { status: 202, body: { accepted: true, quarantined: true } };
      throw new Problem(422, `${error.message} It is kept in quarantine; mend it and send it again.`, {
        errors: error.errors,
      });
    },
  );
  return source.acceptedStatus && answer.status < 300 ? { ...answer, status: source.acceptedStatus } : answer;
}

function unverified(source: IntakeSource, detail: string): Problem {
  return new Problem(401, detail, { headers: { 'www-authenticate': source.challenge } });
}

/** @throws Problem 415 when the body says that it is something else than JSON in UTF-8 */
function requireJson(request: IncomingMessage): void {
  const type = request.headers['content-type'];
  if (type === undefined) return;
  const match = /^\s*application\/(?:[\w.+-]+\+)?json\s*(?:;(.*))?$/i.exec(type);
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(match?.[1] ?? '')?.[1];
  if (!match || (charset && !/^(utf-?8|us-ascii)$/i.test(charset))) {
    throw new Problem(415, `Content-Type ${type.slice(0, 80)} is not taken. Send application/json in UTF-8.`);
  }
}
