/** HTTP on `PORT`: the functions at `/<function>/…`, each behind the real functions-framework, and `/_local/…`. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { getTestServer } from '@google-cloud/functions-framework/testing';

export type LocalRoutes = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** @param functionNames those registered with functions-framework before this is called */
export function createFront(functionNames: readonly string[], localRoutes: LocalRoutes): Server {
  const inner = new Map<string, Server>(functionNames.map((name) => [name, getTestServer(name)]));
  const front = createServer((request, response) => {
    const name = /^\/([^/?]*)/.exec(request.url ?? '/')?.[1] ?? '';
    const server = inner.get(name);
    if (server) {
      server.emit('request', request, response);
      return;
    }
    void answerLocal(request, response, localRoutes, functionNames);
  });
  front.requestTimeout = 30_000;
  return front;
}

async function answerLocal(
  request: IncomingMessage,
  response: ServerResponse,
  localRoutes: LocalRoutes,
  functionNames: readonly string[],
): Promise<void> {
  try {
    if (await localRoutes(request, response)) return;
    request.resume();
    sendJson(response, 404, {
      title: 'Not found',
      status: 404,
      detail: `There is /${functionNames.join(', /')} and /_local.`,
    });
  } catch (error) {
    request.resume();
    sendJson(response, 400, {
      title: 'Not understood',
      status: 400,
      detail: error instanceof Error ? error.message : String(error),
    });
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const type = status >= 400 ? 'application/problem+json' : 'application/json; charset=utf-8';
  response.writeHead(status, { 'content-type': type }).end(`${JSON.stringify(body)}\n`);
}

/** Listens on this machine alone. @returns the port, which the system chose where 0 was asked for */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
