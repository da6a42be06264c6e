/**
 * Timers, clocks and lots that are in the simulation's hands: deadlines, back-offs and leases then cost no real time, and
 * their order is the seed's. Node's own internals (sockets, HTTP/2) keep their time.
 */
import { AsyncResource } from 'node:async_hooks';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import { promisify } from 'node:util';
import type { Random } from './random.ts';

export interface TimeSource {
  /** The true time, epoch milliseconds: timers and `performance.now` go by it. */
  now(): number;
  /** What the wall clock of this process shows. */
  wallClock(): number;
  random: Random;
}

/** One turn of the real event loop: all that has arrived at this process comes in. */
export const turn: () => Promise<void> = promisify(setImmediate);

/** Timers that fire when they are told to. */
export class VirtualTimers {
  readonly #now: () => number;
  readonly #waiting = new Map<number, VirtualTimer>();
  #lastId = 0;
  #immediates = 0;
  #isStopped = false;
  /** Grows with whatever is done with timers or immediates. */
  activity = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether immediates wait. */
  get hasImmediates(): boolean {
    return this.#immediates > 0;
  }

  /** When the earliest timer is due, epoch milliseconds of true time. */
  nextAt(): number | undefined {
    return this.#earliest()?.at;
  }

  /** Calls back the earliest timer, if it is due. */
  fire(): void {
    const timer = this.#earliest();
    if (!timer || timer.at > this.#now()) return;
    if (timer.isRepeated) this.schedule(timer);
    else this.cancel(timer);
    timer.call();
  }

  #earliest(): VirtualTimer | undefined {
    let earliest: VirtualTimer | undefined;
    for (const timer of this.#waiting.values()) if (!earliest || timer.at < earliest.at) earliest = timer;
    return earliest;
  }

  start(call: () => void, delayMs: unknown, isRepeated: boolean): VirtualTimer {
    this.#lastId += 1;
    const timer = new VirtualTimer(this, this.#lastId, call, Math.max(1, Number(delayMs) || 0), isRepeated);
    this.schedule(timer);
    return timer;
  }

  /** From here on no timer fires, and none is set. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting.clear();
  }

  schedule(timer: VirtualTimer): void {
    if (this.#isStopped) return;
    this.activity += 1;
    timer.at = this.#now() + Math.ceil(timer.delayMs);
    // Of timers that are due at once, the one that was set first fires first.
    this.#waiting.delete(timer.id);
    this.#waiting.set(timer.id, timer);
  }

  cancel(timer: unknown): void {
    const id = timer instanceof VirtualTimer ? timer.id : Number(timer);
    if (this.#waiting.delete(id)) this.activity += 1;
  }

  /** An immediate is left to Node, and counted while it waits. */
  immediate(real: typeof setImmediate, call: () => void): NodeJS.Immediate {
    this.#immediates += 1;
    this.activity += 1;
    const immediate = real(() => {
      this.#immediates -= 1;
      this.#uncleared.delete(immediate);
      call();
    });
    this.#uncleared.add(immediate);
    return immediate;
  }

  readonly #uncleared = new Set<unknown>();

  forget(immediate: unknown): void {
    if (this.#uncleared.delete(immediate)) this.#immediates -= 1;
  }
}

/** What `setTimeout` answers, with all that callers do with it. */
class VirtualTimer {
  readonly id: number;
  readonly delayMs: number;
  readonly isRepeated: boolean;
  readonly call: () => void;
  readonly #timers: VirtualTimers;
  at = 0;

  constructor(owner: VirtualTimers, id: number, call: () => void, delayMs: number, isRepeated: boolean) {
    this.#timers = owner;
    this.id = id;
    this.call = call;
    this.delayMs = delayMs;
    this.isRepeated = isRepeated;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  refresh(): this {
    this.#timers.schedule(this);
    return this;
  }

  close(): this {
    this.#timers.cancel(this);
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.id;
  }

  [Symbol.dispose](): void {
    this.#timers.cancel(this);
  }
}

type Callback = (...args: unknown[]) => void;

const real = { setImmediate, clearImmediate, Date, crypto, Math };

/** Replacements of the globals and the built-in modules of the same names. */
export interface VirtualTime {
  timers: VirtualTimers;
  globals: Record<string, unknown>;
  modules: { crypto: object; timers: object };
}

export function createVirtualTime(source: TimeSource): VirtualTime {
  const virtual = new VirtualTimers(source.now);
  const start = (call: Callback, delayMs: unknown, isRepeated: boolean, args: unknown[]) =>
    virtual.start(
      AsyncResource.bind(() => call(...args)),
      delayMs,
      isRepeated,
    );
  const replaced = {
    setTimeout: (call: Callback, delayMs?: unknown, ...args: unknown[]) => start(call, delayMs, false, args),
    setInterval: (call: Callback, delayMs?: unknown, ...args: unknown[]) => start(call, delayMs, true, args),
    setImmediate: (call: Callback, ...args: unknown[]) => virtual.immediate(real.setImmediate, () => call(...args)),
    clearTimeout: (timer: unknown) => virtual.cancel(timer),
    clearInterval: (timer: unknown) => virtual.cancel(timer),
    clearImmediate: (immediate: NodeJS.Immediate) => {
      virtual.forget(immediate);
      real.clearImmediate(immediate);
    },
  };
  Object.defineProperty(replaced.setTimeout, promisify.custom, {
    value: (delayMs?: number, value?: unknown) =>
      new Promise((resolve) => replaced.setTimeout(() => resolve(value), delayMs)),
  });
  Object.defineProperty(replaced.setImmediate, promisify.custom, {
    value: (value?: unknown) => new Promise((resolve) => replaced.setImmediate(() => resolve(value))),
  });
  const startedAt = source.now();
  const lots = drawnLots(source.random);
  return {
    timers: virtual,
    globals: {
      ...replaced,
      Date: dateOf(source),
      performance: withOwn(performance, { now: () => source.now() - startedAt }),
      AbortSignal: abortSignalOf(replaced.setTimeout),
      Math: Object.create(Math, { random: { value: () => source.random.next() } }),
      crypto: withOwn(globalThis.crypto, { randomUUID: lots.randomUUID, getRandomValues: lots.randomFillSync }),
    },
    modules: { crypto: { ...crypto, ...lots }, timers: { ...timers, ...replaced } },
  };
}

/** For this thread itself. It cannot be undone. */
export function installVirtualTime({ globals, modules }: VirtualTime): void {
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    if (name in timers) Object.assign(timers, { [name]: value });
  }
  const { randomBytes, randomUUID } = modules.crypto as typeof crypto;
  Object.assign(crypto, { randomBytes, randomUUID });
  syncBuiltinESMExports();
}

function dateOf({ wallClock }: TimeSource): DateConstructor {
  const now = () => Math.floor(wallClock());
  return new Proxy(real.Date, {
    construct: (target, args, asked) => Reflect.construct(target, args.length === 0 ? [now()] : args, asked),
    apply: (target) => new target(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}

/** An object as it is but for some of its methods. */
function withOwn<T extends object>(target: T, own: Record<string, unknown>): T {
  return new Proxy(target, {
    get: (_, name) => {
      if (typeof name === 'string' && name in own) return own[name];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function abortSignalOf(start: (call: Callback, delayMs: number) => unknown): typeof AbortSignal {
  const timeout = (delayMs: number): AbortSignal => {
    const controller = new AbortController();
    start(() => controller.abort(new DOMException('It took too long.', 'TimeoutError')), delayMs);
    return controller.signal;
  };
  return new Proxy(AbortSignal, { get: (target, name) => (name === 'timeout' ? timeout : Reflect.get(target, name)) });
}

function drawnLots(random: Random) {
  const bytes = (size: number): Buffer => {
    const filled = Buffer.alloc(size);
    for (let at = 0; at < size; at += 1) filled[at] = random.between(0, 255);
    return filled;
  };
  return {
    randomBytes: (size: number, done?: (error: Error | null, bytes: Buffer) => void) => {
      if (!done) return bytes(size);
      process.nextTick(done, null, bytes(size));
      return undefined;
    },
    randomUUID: (): string => {
      const drawn = bytes(16);
      drawn[6] = ((drawn[6] ?? 0) & 0x0f) | 0x40;
      drawn[8] = ((drawn[8] ?? 0) & 0x3f) | 0x80;
      return drawn.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    },
    randomFillSync: <T extends NodeJS.ArrayBufferView>(into: T): T => {
      Buffer.from(into.buffer, into.byteOffset, into.byteLength).set(bytes(into.byteLength));
      return into;
    },
  };
}
