/**
 * A stand-in of the REST APIs that provisioning and deployment use, for the real gcloud, firebase-tools and client
 * libraries: what was made is there afterwards, what is not there is a 404, what is there already a 409, an API that is
 * off refuses, and a request that it does not know is refused and noted.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are what Google's tools send; each handler looks at what it needs
  body: any;
  raw: Buffer;
  headers: IncomingMessage['headers'];
}

export interface Noted {
  method: string;
  path: string;
  status: number;
}

/** Answered with this status, in the form of Google's errors. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly object[];
  constructor(status: number, code: string, message: string, details: readonly object[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export const notFound = (what: string): Refusal => new Refusal(404, 'NOT_FOUND', `Resource not found: ${what}.`);
export const alreadyThere = (what: string): Refusal =>
  new Refusal(409, 'ALREADY_EXISTS', `Resource already exists: ${what}.`);
export const invalid = (why: string): Refusal => new Refusal(400, 'INVALID_ARGUMENT', why);

/** An answer that is no JSON. */
export class Plain {
  readonly text: string;
  readonly headers: Record<string, string>;
  constructor(text: string, headers: Record<string, string> = {}) {
    this.text = text;
    this.headers = headers;
  }
}

/** The path that is this pattern, from its beginning to its end. */
export const whole = (path: string): RegExp => new RegExp(`^${path}$`);

export type Handler = (call: Call, ...parts: string[]) => unknown;
/** Method, pattern of the path, and what answers; the groups of the pattern are its further arguments. */
export type Route = readonly [method: string, path: RegExp, handler: Handler];

/** @param path as text: a pattern that is the whole of it */
export const route = (method: string, path: string | RegExp, handler: Handler): Route => [
  method,
  typeof path === 'string' ? whole(path) : path,
  handler,
];

/** An API: its name, and what it answers. */
export interface Api {
  name: string;
  routes: readonly Route[];
}

export interface Google {
  url: string;
  /** All requests, in order. */
  calls: Noted[];
  /** What no route answered: a test that meets one has left what the stand-in knows. */
  unknown: string[];
  stop(): Promise<void>;
}

/** An answer that Google gives a few times instead of what was asked for. */
export interface Fault {
  method: string;
  path: RegExp;
  times: number;
  refusal: Refusal;
  /** It was done all the same: the answer alone was lost. */
  isDone?: boolean;
}

/**
 * @param isOn whether the project has that API switched on
 * @param faults each is taken as often as it says
 * @param isAway whether a request is for a region that does not answer
 */
export async function serve(
  apis: readonly Api[],
  isOn: (api: string) => boolean,
  faults: readonly Fault[] = [],
  isAway: (host: string, path: string) => boolean = () => false,
): Promise<Google> {
  const calls: Noted[] = [];
  const unknown: string[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await callOf(request);
    const [status, body, headers] = isAway(call.headers.host ?? '', call.path)
      ? [503, { error: { code: 503, message: 'The region does not answer.', status: 'UNAVAILABLE' } }]
      : answer(apis, isOn, call, unknown, faults);
    calls.push({ method: call.method, path: `${call.path}${call.query.size > 0 ? `?${call.query}` : ''}`, status });
    send(response, status, body, headers);
  };
  const server: Server = createServer((request, response) => void take(request, response));
  // As a proxy it lets nothing out, and notes who asked.
  server.on('connect', ({ url = '' }, socket) => {
    calls.push({ method: 'CONNECT', path: url, status: 503 });
    socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(Number(process.env.STAND_IN_PORT ?? 0), '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    unknown,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function callOf(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const url = new URL(request.url ?? '/', 'http://google');
  let body: unknown = {};
  if (/json/.test(request.headers['content-type'] ?? '')) {
    try {
      body = JSON.parse(raw.toString() || '{}');
    } catch {
      // What is no JSON is there as it came.
    }
  }
  return {
    method: request.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    body,
    raw,
    headers: request.headers,
  };
}

type Answer = [status: number, body: unknown, headers?: Record<string, string>];

function answer(
  apis: readonly Api[],
  isOn: (api: string) => boolean,
  call: Call,
  unknown: string[],
  faults: readonly Fault[],
): Answer {
  for (const { name, routes } of apis) {
    for (const [method, pattern, handler] of routes) {
      const match = method === call.method ? pattern.exec(call.path) : null;
      if (!match) continue;
      try {
        if (!isOn(name)) throw switchedOff(name);
        const fault = faults.find((each) => each.times > 0 && each.method === call.method && each.path.test(call.path));
        if (fault) fault.times -= 1;
        const found = fault && !fault.isDone ? undefined : handler(call, ...match.slice(1));
        if (fault) throw fault.refusal;
        return found instanceof Plain ? [200, found.text, found.headers] : [200, found ?? {}];
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { status, code, message, details } = error;
        return [status, { error: { code: status, message, status: code, details } }];
      }
    }
  }
  unknown.push(
    `${call.method} ${call.path}${call.query.size > 0 ? `?${call.query}` : ''} ${call.raw.subarray(0, 300)}`,
  );
  return [400, { error: { code: 400, message: `No route for ${call.method} ${call.path}`, status: 'UNIMPLEMENTED' } }];
}

function switchedOff(api: string): Refusal {
  const message = `${api} has not been used in this project before or it is disabled. Enable it and retry.`;
  return new Refusal(403, 'PERMISSION_DENIED', message, [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'SERVICE_DISABLED', domain: 'googleapis.com' },
  ]);
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}
