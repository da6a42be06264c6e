/**
 * The public doors judge size, type and encoding before anything is parsed. functions-framework parses every body first, up
 * to 1 GB and unzipped, but passes over a request that announces no body: so the announcement is taken away as the request
 * starts, and the door reads the stream itself.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.ts';

/** Functions, or prefixes of their paths, that receive requests with an unread body. */
const owners = new Set<string>();
/** The length that each has announced. */
const announced = new WeakMap<IncomingMessage, string | undefined>();

/** Call it before the server listens. */
export function ownRawBody(name: string): void {
  const isFirst = owners.size === 0;
  owners.add(name);
  if (!isFirst) return;
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage };
    request.url = decodable(request.url ?? '/');
    const target = process.env.FUNCTION_TARGET ?? /^\/([^/?]*)/.exec(request.url ?? '')?.[1];
    // A process for a single function may learn which one from its command line only.
    const isOwned = owners.has(target ?? '') || (owners.size === 1 && process.env.FUNCTION_TARGET === undefined);
    if (!isOwned) return;
    announced.set(request, request.headers['content-length']);
    delete request.headers['content-length'];
    delete request.headers['transfer-encoding'];
  });
}

/** The declared length of a request; undefined if it declares none, as with chunks. */
export function announcedLength(request: IncomingMessage): number | undefined {
  const length = announced.get(request) ?? request.headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** A path that cannot be decoded would be answered by the framework, in HTML: undecoded, it is simply unknown. */
function decodable(url: string): string {
  const path = url.replace(/[?#].*$/s, '');
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return path.replaceAll('%', '%25') + url.slice(path.length);
  }
}

/** A body of more than this is not even drained: the connection is closed. */
const drainUpToBytes = 64 * 1024 * 1024;
/** A sender that has not finished by then is not waited for, unless it may send a long body. */
const readWithinMs = 3_000;

/**
 * @throws Problem 415 for an encoding that is not taken, 413 over `maxBytes` (after draining, so that the sender reads the
 * answer), 408 when the body does not arrive in time
 */
export async function readRawBody(
  request: IncomingMessage,
  maxBytes: number,
  withinMs = readWithinMs,
): Promise<Buffer> {
  const encoding = String(request.headers['content-encoding'] ?? 'identity')
    .trim()
    .toLowerCase();
  const isEncoded = encoding !== '' && encoding !== 'identity';
  const length = announcedLength(request) ?? 0;
  let keep = !isEncoded && length <= maxBytes;
  const chunks: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve, reject) => {
    // Created on demand: an error records its stack.
    const late = (): Problem =>
      new Problem(408, 'The request timed out. Send it again.', { headers: { 'retry-after': '1' } });
    // After a delay, the process first reads what has arrived and then judges the time.
    const timeout = setTimeout(() => setImmediate(() => finish(late())), withinMs);
    const finish = (error?: Error): void => {
      clearTimeout(timeout);
      request.off('data', onData).off('end', onEnd).off('error', finish).off('close', onClose);
      if (error) reject(error);
      else resolve();
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) {
        keep = false;
        chunks.length = 0;
      }
      if (keep) chunks.push(chunk);
      if (size > drainUpToBytes) finish();
    };
    const onEnd = (): void => finish();
    const onClose = (): void => finish(request.complete ? undefined : new Problem(400, 'The body ended early.'));
    request.on('data', onData).on('end', onEnd).on('error', finish).on('close', onClose);
    if (request.complete && request.readableEnded) finish();
  });
  const closing = { headers: { connection: 'close' } };
  if (isEncoded) {
    const detail = `Content-Encoding ${encoding.slice(0, 40)} is not supported. Send the body unencoded.`;
    throw new Problem(415, detail, size > drainUpToBytes ? closing : {});
  }
  if (size > maxBytes || length > maxBytes) {
    const detail = `The body is larger than ${maxBytes} bytes. Send less, for example with a link to the rest.`;
    throw new Problem(413, detail, closing);
  }
  return Buffer.concat(chunks);
}

/** Why a text is not JSON, without quoting it. */
export const notJson = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/["'].*["']/s, '…').slice(0, 200) : '';

/** The deepest nesting of brackets, outside of texts. */
export function depthIn(text: string): number {
  let [deepest, open] = [0, 0];
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]/gs)) {
    if (token === '{' || token === '[') open += 1;
    else if (token === '}' || token === ']') open -= 1;
    deepest = Math.max(deepest, open);
  }
  return deepest;
}

/** `JSON.parse` itself keeps keys such as `__proto__` out of prototypes. @throws Problem 400 saying where JSON ends */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = notJson(error);
    throw new Problem(400, `The body is not JSON${reason ? `: ${reason}` : ''}. Send one JSON object in UTF-8.`);
  }
}
