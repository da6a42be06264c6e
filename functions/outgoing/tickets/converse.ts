/**
 * Holds a conversation with a ticket tool: one request after the other, each with a deadline, none redirected. On Google
 * Cloud only https is spoken, and only with public addresses, by the very lookup that the connection is made from. What
 * is said of a failure names no address, header or body.
 */
import { lookup as resolve } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { now } from '../../platform/clock.ts';
import { traceHeaders } from '../../platform/log.ts';
import { isPrivate, PrivateAddress, publicLookup } from '../../platform/public-address.ts';
import { askWithToken } from './access-token.ts';
import type { ToolConnection } from './connection.ts';
import { heard } from './silence.ts';
import type { Conversation, ToolAnswer, ToolRequest } from './ticket-tool.ts';

export interface Way {
  /** Private and plain addresses are refused unless this is so: on this machine alone. */
  allowPrivate: boolean;
  timeoutMs: number;
  /** After this nothing more is asked: a ticket of thousands of comments is read only so far. */
  longestMs?: number;
}

/** What is held under a lease of three minutes: one look for a comment, and one comment sent. */
const longestMs = 90_000;
const tooLong: ToolAnswer = { status: undefined, wasSent: false, why: 'It took too long to answer everything.' };

export async function converse<Outcome>(
  conversation: Conversation<Outcome>,
  connection: ToolConnection,
  way: Way,
): Promise<Outcome> {
  const endsAt = performance.now() + (way.longestMs ?? longestMs);
  let step = conversation.next();
  while (!step.done) {
    if (performance.now() >= endsAt) {
      step = conversation.next(tooLong);
      continue;
    }
    step = conversation.next(await ask(step.value, connection, way));
  }
  return step.value;
}

function ask(request: ToolRequest, connection: ToolConnection, way: Way): Promise<ToolAnswer> {
  const { address, credentials, headers } = connection;
  const askOnce = async (asked: ToolRequest, authorization?: string): Promise<ToolAnswer> => {
    const proof = authorization === undefined ? headers : { ...headers, authorization };
    const answer = await exchange(asked, { ...connection, headers: proof }, way);
    // What never left has kept nobody waiting.
    if (answer.status !== undefined || answer.wasSent) {
      heard(connection.tool.tool, answer.status !== undefined, now().getTime());
    }
    return answer;
  };
  return credentials ? askWithToken(request, address, credentials, now().getTime(), askOnce) : askOnce(request);
}

/** No answer that a conversation reads is longer. */
const mostAnswerBytes = 8 * 1024 * 1024;
/** With these no connection was made, so the tool has got nothing. */
const unreached = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);

function exchange(request: ToolRequest, { address, headers }: ToolConnection, way: Way): Promise<ToolAnswer> {
  const notSent = (why: string): ToolAnswer => ({ status: undefined, wasSent: false, why });
  if (!URL.canParse(address + request.path)) return Promise.resolve(notSent('The tool’s address is none.'));
  const url = new URL(address + request.path);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isPlain = url.protocol !== 'https:';
  if (!way.allowPrivate && (isPlain || (isIP(host) && isPrivate(host)))) {
    return Promise.resolve(notSent('The tool’s address is not https, or is private.'));
  }
  const bytes = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
  return new Promise((done) => {
    const outgoing = (isPlain ? httpRequest : httpsRequest)(url, {
      method: request.method,
      headers: {
        accept: 'application/json',
        'user-agent': 'Metronome',
        ...(bytes ? { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length } : {}),
        ...traceHeaders(),
        ...headers,
      },
      agent: false,
      lookup: way.allowPrivate ? resolve : (publicLookup as LookupFunction),
    });
    const finish = (answer: ToolAnswer): void => {
      clearTimeout(deadline);
      done(answer);
      outgoing.destroy();
    };
    const deadline = setTimeout(
      () => finish({ status: undefined, wasSent: true, why: `It did not answer within ${way.timeoutMs / 1_000} s.` }),
      way.timeoutMs,
    );
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const { statusCode: status = 0 } = response;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= mostAnswerBytes) chunks.push(chunk);
        else response.destroy();
      });
      const answered = (): void => finish({ status, headers: plain(response.headers), body: parse(chunks) });
      response.on('end', answered);
      // A status has come; where the rest does not, that is all that is known.
      response.on('error', answered);
      response.on('close', answered);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const wasRefused = error instanceof PrivateAddress;
      const isUnreached = wasRefused || unreached.has(error.code ?? '');
      const why = wasRefused ? 'The tool’s address is private.' : `It could not be reached: ${error.code ?? 'error'}.`;
      finish({ status: undefined, wasSent: !isUnreached, why });
    });
    outgoing.end(bytes);
  });
}

const plain = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );

function parse(chunks: Buffer[]): unknown {
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}
