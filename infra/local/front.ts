/** HTTP on `PORT`: the functions at `/<function>/…`, each behind the real functions-framework, and `/_local/…`. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import type { FunctionSpec } from '../../functions/topology.ts';

export type LocalRoutes = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** @param functions those registered with functions-framework before this is called */
export function createFront(functions: readonly FunctionSpec[], localRoutes: LocalRoutes): Server {
  const inner = new Map(
    functions.map((spec) => [spec.name, { server: getTestServer(spec.name), admit: admission(spec) }]),
  );
  const names = functions.map(({ name }) => name);
  const front = createServer((request, response) => {
    const name = /^\/([^/?]*)/.exec(request.url ?? '/')?.[1] ?? '';
    const found = inner.get(name);
    if (!found) void answerLocal(request, response, localRoutes, names);
    else if (found.admit(response)) found.server.emit('request', request, response);
    else refuse(request, response);
  });
  front.requestTimeout = 30_000;
  return front;
}

/**
 * As many requests at once as all instances of a function would take on Google Cloud. More would wait in this process,
 * each with its body, until their senders had given up. What Pub/Sub pushes it bounds itself.
 */
function admission({ trigger, concurrency, maxInstances }: FunctionSpec): (response: ServerResponse) => boolean {
  const most = trigger !== 'push' ? concurrency * maxInstances : Number.POSITIVE_INFINITY;
  let open = 0;
  return (response) => {
    if (open >= most) return false;
    open += 1;
    response.once('close', () => {
      open -= 1;
    });
    return true;
  };
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.setHeader('retry-after', '1');
  sendJson(response, 503, {
    type: 'about:blank',
    title: 'Too much at once',
    status: 503,
    detail: 'As many requests as this function takes at once are being answered. Send it again in a second.',
  });
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
