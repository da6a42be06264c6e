/** The public door for tickets: guard, verify, read, file, answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { type Answer, answerRequest, pathWithin, queryOf } from '../platform/door.ts';
import { log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { parseJson, readRawBody } from '../platform/raw-body.ts';
import { policy } from '../policy.ts';
import { topics } from '../topology.ts';
import { generic } from './sources/generic.ts';
import type { Envelope, TicketSource } from './sources/source.ts';
import { takeIn } from './take-in.ts';

/** One a tool: `POST /tickets` is the generic door, `POST /tickets/{tool}` a ticket tool's. */
export const ticketSources: Record<string, TicketSource> = { generic };

export function tickets(request: IncomingMessage, response: ServerResponse): Promise<void> {
  return answerRequest('tickets', request, response, () => takeTicket(request));
}

async function takeTicket(request: IncomingMessage): Promise<Answer> {
  const receivedAt = now();
  const config = readConfig();
  const url = request.url ?? '/';
  const source = sourceAt(pathWithin('tickets', url));
  if (request.method !== 'POST') {
    throw new Problem(405, 'This door takes POST only.', { headers: { allow: 'POST' } });
  }
  const envelope: Envelope = { headers: request.headers, query: queryOf(url) };
  if (source.secrets(config).length === 0) {
    const names = source.secretNames.join(' or ');
    log('ERROR', `tickets: the door of ${source.tool} is closed, ${names} is not set`, { tool: source.tool });
    throw unverified(source, `This door is closed: ${names} is not set.`);
  }
  const refuse = (bytes: Buffer): string | undefined => source.refuse(envelope, bytes, config, policy, receivedAt);
  if (!source.needsBody(envelope)) {
    const refusal = refuse(Buffer.alloc(0));
    if (refusal) throw unverified(source, refusal);
  }
  requireJson(request);
  const bytes = await readRawBody(request, policy.intake.maxBodyBytes);
  if (source.needsBody(envelope)) {
    const refusal = refuse(bytes);
    if (refusal) throw unverified(source, refusal);
  }
  const contentType = String(request.headers['content-type'] ?? 'application/json');
  const eventId = source.eventId?.(envelope);
  const body = parseJson(bytes);
  const answer = await takeIn(
    {
      source: source.tool,
      topic: topics.ticketNotifications,
      raw: { bytes, contentType, receivedAt },
      eventId,
      policy,
      now: receivedAt,
    },
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

function sourceAt(path: string): TicketSource {
  const name = path === '/' ? 'generic' : path.replace(/^\/|\/$/g, '');
  const source = name !== 'generic' || path === '/' ? ticketSources[name] : undefined;
  if (source && Object.hasOwn(ticketSources, name)) return source;
  const paths = Object.keys(ticketSources).map((each) => (each === 'generic' ? '/tickets' : `/tickets/${each}`));
  throw new Problem(404, `There is no door here. Tickets go to ${paths.join(', ')}.`);
}

function unverified(source: TicketSource, detail: string): Problem {
  return new Problem(401, detail, { headers: { 'www-authenticate': source.challenge } });
}

/** @throws Problem 415 when the body says that it is something else than JSON in UTF-8 */
export function requireJson(request: IncomingMessage): void {
  const type = request.headers['content-type'];
  if (type === undefined) return;
  const match = /^\s*application\/(?:[\w.+-]+\+)?json\s*(?:;(.*))?$/i.exec(type);
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(match?.[1] ?? '')?.[1];
  if (!match || (charset && !/^(utf-?8|us-ascii)$/i.test(charset))) {
    throw new Problem(415, `Content-Type ${type.slice(0, 80)} is not taken. Send application/json in UTF-8.`);
  }
}
