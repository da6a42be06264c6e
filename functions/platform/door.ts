/** What every HTTP door does around its own work: trace, path, errors as problems, one log line. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorFacts, log, traceIdOf, withTrace } from './log.ts';
import { Problem, type ProblemCode } from './problem.ts';

export interface Answer {
  status: number;
  /** Undefined is an empty one. */
  body: unknown;
  headers?: Record<string, string>;
}

/** The path within a function: `/tickets/zendesk` and `/zendesk` are both `/zendesk` to the function `tickets`. */
export function pathWithin(functionName: string, url: string): string {
  const path = url.replace(/[?#].*$/s, '');
  const prefix = `/${functionName}`;
  const rest = path === prefix || path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
  return rest === '' ? '/' : rest;
}

export const queryOf = (url: string): URLSearchParams => new URLSearchParams(/\?(.*)$/s.exec(url)?.[1]);

export const traceOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined =>
  traceIdOf((name) => [headers[name]].flat()[0]);

type Work = () => Promise<Answer>;

/**
 * Answers a request with what `work` returns, or with the problem it throws.
 * @param form of problems, where the door answers as another's API does
 */
export async function answerRequest(
  door: string,
  request: IncomingMessage,
  response: ServerResponse,
  work: Work,
  form?: (problem: Problem) => Answer,
) {
  await withTrace(traceOf(request), async () => {
    const answer = await Promise.resolve()
      .then(work)
      .catch((error: unknown) => problemAnswer(door, error, form));
    if (!request.complete) request.resume();
    send(response, answer);
  });
}

const answerOf = (problem: Problem): Answer => ({
  status: problem.status,
  body: problem.body(),
  headers: { 'content-type': 'application/problem+json', ...problem.headers },
});

export function problemAnswer(door: string, error: unknown, form = answerOf): Answer {
  if (!(error instanceof Problem)) {
    log('ERROR', `${door}: failed`, { door, ...errorFacts(error) });
    return form(new Problem(500, 'Internal error; it is logged. Send the request again.'));
  }
  const { status, message: detail } = error;
  const paths = error.errors.map((each) => each.path).slice(0, 20);
  log(status >= 500 ? 'ERROR' : 'WARNING', `${door}: refused with ${status}`, { door, status, detail, paths });
  return form(error);
}

function send(response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
  // One text, sent together with the headers: bytes would be written separately.
  const text = answer.body === undefined ? '' : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    ...(text !== '' ? { 'content-type': 'application/json; charset=utf-8' } : {}),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...answer.headers,
    ...(answer.status === 204 ? {} : { 'content-length': Buffer.byteLength(text) }),
  });
  response.end(text);
}

/** @throws Problem 405 */
export function requireMethod({ method = '' }: IncomingMessage, methods: readonly string[] = ['POST']): void {
  if (methods.includes(method)) return;
  throw new Problem(405, `Only ${methods.join(' and ')} is supported here.`, {
    headers: { allow: methods.join(', ') },
  });
}

export const unverified = (challenge: string, detail: string, code?: ProblemCode): Problem =>
  new Problem(401, detail, { headers: { 'www-authenticate': challenge }, code });

/** @param names the variables of its secrets, of which none is set */
export function closedDoor(door: string, names: readonly string[], challenge: string): Problem {
  const why = `${names.join(' or ')} is not set, or is a published example value`;
  log('ERROR', `${door}: this door is closed, ${why}`, { tool: door });
  return unverified(challenge, `This endpoint is closed: ${why}.`, 'door-closed');
}

/** Whether the text is one of the secrets; the time reveals nothing about how much is right. */
export function isOneOf(given: string | undefined, secrets: readonly string[]): boolean {
  if (given === undefined) return false;
  const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
  const of = digest(given);
  return secrets.map((each) => timingSafeEqual(of, digest(each))).includes(true);
}

/** The parts of an `Authorization` header: its scheme in lower case and the rest. */
export function authorization(header: string | undefined): { scheme: string; value: string } | undefined {
  const match = /^([\w-]+)\s+(.*)$/s.exec((header ?? '').trim());
  return match ? { scheme: (match[1] ?? '').toLowerCase(), value: match[2] ?? '' } : undefined;
}

export function basicPassword(value: string): string | undefined {
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : text.slice(colon + 1);
}
