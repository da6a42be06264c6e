/**
 * The living instances of the functions, and what it is for one to die.
 *
 * All of them live in this thread, each with modules, globals and a time of its own. Nothing runs in an instance but
 * what an answer, a request or a timer of its own sets off, and the simulation hands these out one by one: so it dies,
 * as by `kill -9`, when it is handed nothing any more and its connections end. Threads that are really killed would add
 * nothing but the time that it takes to hear from them: thousands of steps a second become hundreds.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import diagnostics from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { type Duplex, duplexPair } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';
import { Random } from './random.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

export interface Request {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface Response {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface InstanceOptions {
  /** In the order of their coming to life, from 1. */
  number: number;
  seed: string;
  /** How far its clock is ahead, milliseconds. */
  skewMs: number;
  environment: Record<string, string>;
  /** The true time, epoch milliseconds. */
  now(): number;
}

type Factory = (...globals: unknown[]) => void;

const realRequire = createRequire(import.meta.url);
const globalNames = Object.keys(
  createVirtualTime({ now: Date.now, wallClock: Date.now, random: new Random('') }).globals,
);
const moduleNames = 'require module exports __filename __dirname simulatedUrl process console global'.split(' ');

/** A bundle, compiled once for all instances that run it. */
export class Version {
  readonly path: string;
  readonly factory: Factory;

  constructor(path: string) {
    this.path = path;
    this.factory = compileFunction(readFileSync(path, 'utf8'), [...moduleNames, ...globalNames], {
      filename: path,
    }) as Factory;
  }
}

/**
 * functions-framework runs each request in a domain, to answer 500 where something is thrown that nobody catches. Here
 * that ends the run, and Node without domains is twice as fast.
 */
const noDomain = {
  on: () => undefined,
  run: (work: () => void) => work(),
};

/** What is said on the way is of no interest here. */
const silentConsole = new Proxy(console, { get: () => () => undefined });

const living = new AsyncLocalStorage<Instance>();

/** The instance whose bdoing this is. */
export const currentInstance = (): Instance | undefined => living.getStore();

/**
 * `@hono/node-server` puts classes of its own in the place of these, which extend those that it finds: each instance
 * has its own, or every one would extend that of the one before, and none that has died would be forgotten.
 */
const replaced = { Request: globalThis.Request, Response: globalThis.Response };
for (const [name, value] of Object.entries(replaced)) {
  const get = (): unknown => {
    const own = currentInstance()?.globals;
    return own && Object.hasOwn(own, name) ? own[name] : value;
  };
  Object.defineProperty(globalThis, name, { get, configurable: true });
}

export class Instance {
  readonly number: number;
  /** What it has set on `global`. */
  readonly globals: Record<string, unknown> = Object.create(globalThis);
  readonly time: VirtualTime;
  readonly #front: Server;
  readonly #unsubscribe: (() => void)[] = [];
  /** Both ends of the connections of requests that are under way. */
  readonly #open = new Set<Duplex>();
  #isAlive = true;

  constructor(version: Version, options: InstanceOptions) {
    const { now, skewMs, seed } = options;
    this.number = options.number;
    this.time = createVirtualTime({ now, wallClock: () => now() + skewMs, random: new Random(seed) });
    this.#front = living.run(this, () => this.#load(version, options.environment));
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  #load({ path, factory }: Version, environment: Record<string, string>): Server {
    const own = Object.create(process, {
      env: { value: { ...environment }, writable: true },
      // What the functions log is of no interest here.
      stdout: { value: { write: () => true } },
      stderr: { value: { write: () => true } },
    });
    const { crypto, timers } = this.time.modules;
    const modules: Record<string, object> = {
      crypto,
      timers,
      process: own,
      domain: { create: () => noDomain },
      diagnostics_channel: { ...diagnostics, subscribe: this.#subscribe },
    };
    const require = (name: string): unknown => modules[name.replace(/^node:/, '')] ?? realRequire(name);
    const module = { exports: {} as { front: Server } };
    const globals = globalNames.map((name) => this.time.globals[name]);
    const built = [require, module, module.exports, path, dirname(path), pathToFileURL(path).href, own, silentConsole];
    factory(...built, this.globals, ...globals);
    return module.exports.front;
  }

  /** Of the requests of this process, an instance hears of its own only. */
  readonly #subscribe = (channel: string, listen: (message: unknown, name: string | symbol) => void): void => {
    const listenToOwn = (message: unknown, name: string | symbol): void => {
      if ((message as { server?: Server }).server === this.#front) listen(message, name);
    };
    diagnostics.subscribe(channel, listenToOwn);
    this.#unsubscribe.push(() => diagnostics.unsubscribe(channel, listenToOwn));
  };

  /** Through the real HTTP server, over a pair of streams. Never answered by one that has died. */
  request({ method, path, headers, body }: Request, answered: (response: Response | undefined) => void): void {
    const [near, far] = duplexPair();
    this.#open.add(near).add(far);
    far.once('close', () => {
      this.#open.delete(near);
      this.#open.delete(far);
    });
    living.run(this, () => this.#front.emit('connection', far));
    const outgoing = httpRequest({ method, path, headers, createConnection: () => near as unknown as Socket });
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode: status = 0, headers: answeredWith } = response;
        if (this.#isAlive) answered({ status, headers: answeredWith, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    outgoing.on('error', () => this.#isAlive && answered(undefined));
    outgoing.end(body);
  }

  /** From here on nothing sets anything off in it. */
  die(): void {
    this.#isAlive = false;
    this.time.timers.stop();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    // Node keeps who parses a connection, and with that all of the instance, until it has ended.
    for (const end of this.#open) end.destroy();
  }
}
