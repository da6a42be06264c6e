/** HTTP on `PORT`: the functions at `/<function>/…`, each behind the real functions-framework, and `/_local/…`. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import type { FunctionSpec } from '../topology.ts';
import { takeTurns } from './turns.ts';

type Served = Pick<FunctionSpec, 'alsoAt' | 'trigger' | 'concurrency'> & { name: string };
export type LocalRoutes = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/**
 * @param functions those registered with functions-framework before this is called
 * @param overhear sees each request to a function before the function does
 */
export function createFront(
  functions: readonly Served[],
  localRoutes: LocalRoutes,
  overhear: (request: IncomingMessage, response: ServerResponse) => void = () => undefined,
): Server {
  const inner = new Map(
    functions.flatMap((spec) => {
      const served = { server: getTestServer(spec.name), inTurn: turnsOf(spec) };
      return [spec.name, ...spec.alsoAt].map((name) => [name, served] as const);
    }),
  );
  const names = [...inner.keys()];
  const front = createServer((request, response) => {
    const name = /^\/([^/?]*)/.exec(request.url ?? '/')?.[1] ?? '';
    const found = inner.get(name);
    if (!isOwnHost(request) || !isOwnOrigin(request)) refuseStranger(request, response);
    else if (!found) void answerLocal(request, response, localRoutes, names);
    else {
      overhear(request, response);
      found.inTurn(response, {
        serve: () => void found.server.emit('request', request, response),
        refuse: () => refuse(request, response),
      });
    }
  });
  front.requestTimeout = 30_000;
  // Shorter, and a sender that keeps connections often meets one that is just being closed.
  front.keepAliveTimeout = 60_000;
  return front;
}

/** A minute's worth of one verified sender, who is not to be refused. */
const mostWaiting = 3_000;
/** Longer than a sender waits for its answer; Cloud Run gives up after some ten seconds. */
const longestWaitMs = 25_000;

/**
 * As many requests at once as one instance of a function would take on Google Cloud, since this is one process: with
 * those of five, each would be so late that Firestore missed the door's deadline. What Pub/Sub pushes it bounds itself.
 */
function turnsOf({ trigger, concurrency }: Served): ReturnType<typeof takeTurns> {
  const atOnce = trigger === 'push' ? Number.POSITIVE_INFINITY : concurrency;
  return takeTurns({ atOnce, mostWaiting, longestWaitMs });
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.setHeader('retry-after', '1');
  sendJson(response, 503, {
    type: 'about:blank',
    title: 'Too much at once',
    status: 503,
    detail: 'More requests wait for this function than it can answer soon. Send it again in a second.',
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
    // A visitor of the printed address wants to see it.
    if (request.method === 'GET' && /^\/(\?|$)/.test(request.url ?? '/') && functionNames.includes('console')) {
      response.writeHead(302, { location: '/console' }).end();
      return;
    }
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

/** A name that somebody else owns may resolve to this machine (DNS rebinding): a page of theirs must not read the records. */
const isOwnHost = ({ headers: { host = '' } }: IncomingMessage): boolean =>
  /^(localhost|127\.0\.0\.1)(:\d+)?$/i.test(host);

/** Any page that is open may post here: it must neither turn this clock nor file a report. */
const isOwnOrigin = ({ headers: { host = '', origin } }: IncomingMessage): boolean =>
  origin === undefined || origin === `http://${host}`;

function refuseStranger(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  sendJson(response, 403, {
    title: 'Not from here',
    status: 403,
    detail: 'This answers to programs and pages of this machine only: call it as localhost or 127.0.0.1.',
  });
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
