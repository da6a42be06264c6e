/**
 * Requests to a server of this very process. What answers is given them as the server gives what comes over a connection;
 * there is none, which would take longer than many an answer.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import { IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

const begins = channel('http.server.request.start');

/** Replaces a connection: nobody reads what is written to it. */
class NoConnection extends Duplex {
  readonly remoteAddress = '127.0.0.1';
  readonly encrypted = false;

  override _read(): void {}

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }

  setTimeout(): this {
    return this;
  }
}

/**
 * @param origin such as `http://127.0.0.1:8080`: everything else goes to `elsewhere`
 * @returns what sends as `fetch` does. Its answers have a status, and no body: none of Pub/Sub's pushes reads one.
 */
export function pushInProcess(server: Server, origin: () => string, elsewhere: typeof fetch): typeof fetch {
  const outside = AsyncLocalStorage.snapshot();
  return (input, init = {}) => {
    const url = typeof input === 'string' ? input : '';
    const { body } = init;
    if (!url.startsWith(`${origin()}/`) || typeof body !== 'string') return elsewhere(input, init);
    return new Promise<Response>((resolve, reject) => {
      const { host, pathname, search } = new URL(url);
      const connection = new NoConnection() as unknown as Socket;
      const request = requestOn(connection, Buffer.from(body), {
        ...(init.headers as Record<string, string>),
        host,
        'content-length': String(Buffer.byteLength(body)),
      });
      request.method = init.method ?? 'GET';
      request.url = pathname + search;
      const response = new ServerResponse(request);
      response.assignSocket(connection);
      response.once('finish', () => {
        response.detachSocket(connection);
        resolve(new Response(null, { status: response.statusCode }));
        process.nextTick(() => response.emit('close'));
      });
      connection.once('close', () => reject(new TypeError('The server ended the request.')));
      init.signal?.addEventListener('abort', () => connection.destroy(), { once: true });
      setImmediate(() =>
        outside(() => {
          // Like the server's own requests: the doors then read the body themselves.
          begins.publish({ request, response, socket: connection, server });
          server.emit('request', request, response);
        }),
      );
    });
  };
}

function requestOn(connection: Socket, body: Buffer, headers: Record<string, string>): IncomingMessage {
  const request = new IncomingMessage(connection);
  request.headers = headers;
  request.rawHeaders = Object.entries(headers).flat();
  request.httpVersion = '1.1';
  request.httpVersionMajor = 1;
  request.httpVersionMinor = 1;
  request.push(body);
  request.push(null);
  request.complete = true;
  return request;
}
