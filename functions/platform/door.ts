/** What every HTTP door does around its own work: trace, path, errors as problems, one log line. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorFacts, log, traceIdOf, withTrace } from './log.ts';
import { Problem } from './problem.ts';

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

export function queryOf(url: string): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
}

export const traceOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined =>
  traceIdOf((name) => [headers[name]].flat()[0]);

/** Answers a request with what `work` returns, or with the problem it throws. */
export async function answerRequest(
  door: string,
  request: IncomingMessage,
  response: ServerResponse,
  work: () => Promise<Answer>,
): Promise<void> {
  await withTrace(traceOf(request), async () => {
    let answer: Answer;
    try {
      answer = await work();
    } catch (error) {
      answer = problemAnswer(door, error);
    }
    if (!request.complete) request.resume();
    send(response, answer);
  });
}

export function problemAnswer(door: string, error: unknown): Answer {
  if (error instanceof Problem) {
    log(error.status >= 500 ? 'ERROR' : 'WARNING', `${door}: refused with ${error.status}`, {
      door,
      status: error.status,
      detail: error.message,
      paths: error.errors.map((each) => each.path).slice(0, 20),
    });
    return {
      status: error.status,
      body: error.body(),
      headers: { 'content-type': 'application/problem+json', ...error.headers },
    };
  }
  log('ERROR', `${door}: failed`, { door, ...errorFacts(error) });
  const problem = new Problem(500, 'Internal error; it is logged. Send the request again.');
  return { status: 500, body: problem.body(), headers: { 'content-type': 'application/problem+json' } };
}

function send(response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
  // As one text with the headers: bytes would be written beside them.
  const text = answer.body === undefined ? '' : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    ...(text !== '' ? { 'content-type': 'application/json; charset=utf-8' } : {}),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...answer.headers,
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Whether the given text is one of the secrets, in a time that does not tell how much of it is right. */
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

/** The password of a Basic authorization. */
export function basicPassword(value: string): string | undefined {
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : text.slice(colon + 1);
}
