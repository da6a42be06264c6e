/** Limits per sender, which protect the bill. Each instance counts alone, and deployment caps their number. */
import type { IncomingMessage } from 'node:http';
import { Problem } from '../platform/problem.ts';
import { announcedLength, readRawBody } from '../platform/raw-body.ts';
import { milliseconds, type Policy } from '../policy.ts';
import { doorConcurrency } from '../topology.ts';

/** What a key may spend: it refills steadily, up to a burst. */
interface Bucket {
  tokens: number;
  at: number;
}

/** Ten thousand keys are remembered; the one that was set least lately is forgotten first. */
class Recent<T> extends Map<string, T> {
  override set(key: string, value: T): this {
    this.delete(key);
    super.set(key, value);
    const [oldest = key] = this.keys();
    if (this.size > 10_000) this.delete(oldest);
    return this;
  }
}

export class Buckets {
  private readonly buckets = new Recent<Bucket>();

  /** @returns the seconds to wait for a token, or undefined when there is one */
  wait(key: string, perMinute: number, burst: number, now: Date): number | undefined {
    const { tokens } = this.refilled(key, perMinute, burst, now);
    return tokens < 1 ? Math.max(1, Math.ceil(((1 - tokens) * 60) / perMinute)) : undefined;
  }

  /** Like `wait`, but takes the token if there is one. */
  take(key: string, perMinute: number, burst: number, now: Date): number | undefined {
    const wait = this.wait(key, perMinute, burst, now);
    this.spend(key, perMinute, burst, now, wait === undefined ? 1 : 0);
    return wait;
  }

  /** Spends tokens, also more than there are: the key then waits until they are refilled. */
  spend(key: string, perMinute: number, burst: number, now: Date, cost: number): void {
    const { tokens, at } = this.refilled(key, perMinute, burst, now);
    this.buckets.set(key, { tokens: tokens - cost, at });
  }

  private refilled(key: string, perMinute: number, burst: number, now: Date): Bucket {
    const known = this.buckets.get(key);
    if (!known) return { tokens: burst, at: now.getTime() };
    // If the clock was set back, nothing is refilled and nothing is lost.
    const elapsed = Math.max(0, now.getTime() - known.at);
    return { tokens: Math.min(burst, known.tokens + (elapsed * perMinute) / 60_000), at: now.getTime() };
  }
}

/** The number of unverified bodies that one instance reads at once before it refuses new addresses: half of its requests. */
const mostReading = doorConcurrency / 2;
/** The cost of each second of reading an unverified body, in failures. Without it, slow bodies would be cheaper than guesses. */
const failuresASecond = 20;

/** The total of long bodies at once: a parsed body takes several times its length. */
const mostLongBytes = 32 * 1024 * 1024;
const longWithinMs = 10_000;

export class RateLimits {
  private readonly senders = new Buckets();
  private readonly failures = new Buckets();
  private readonly verifiedAt = new Recent<number>();
  private readonly reading = new Map<string, number>();
  private readingInAll = 0;
  private longBytes = 0;

  /** Takes a token for a verified sender. @returns the seconds to wait, or undefined */
  takeVerified(sender: string, address: string, policy: Policy, now: Date): number | undefined {
    this.verifiedAt.set(address, now.getTime());
    const { requestsPerMinute, burstMinutes } = policy.intake;
    return this.senders.take(sender, requestsPerMinute, requestsPerMinute * burstMinutes, now);
  }

  /** How long an address waits that failed verification too often. One that was verified recently, as a tool's may, does not. */
  waitUnverified(address: string, policy: Policy, now: Date): number | undefined {
    if (this.isTrusted(address, policy, now)) return undefined;
    const { unverifiedPerMinute } = policy.intake;
    return this.failures.wait(address, unverifiedPerMinute, unverifiedPerMinute, now);
  }

  private isTrusted(address: string, policy: Policy, now: Date): boolean {
    const last = this.verifiedAt.get(address);
    return last !== undefined && now.getTime() - last <= milliseconds(policy.intake.addressTrustedFor);
  }

  /**
   * @returns a function that ends the reading of an unverified sender's body; undefined if the address has too many already, or
   * if half of the instance is reading and the address was not verified lately
   */
  beginReading(address: string, policy: Policy, now: Date): (() => void) | undefined {
    const { unverifiedAtOnce } = policy.intake;
    const reading = this.reading.get(address) ?? 0;
    const isTrusted = this.isTrusted(address, policy, now);
    if (reading >= unverifiedAtOnce * (isTrusted ? 3 : 1)) return undefined;
    if (this.readingInAll >= mostReading && !isTrusted) return undefined;
    this.reading.set(address, reading + 1);
    this.readingInAll += 1;
    return () => {
      this.readingInAll -= 1;
      const left = (this.reading.get(address) ?? 1) - 1;
      if (left > 0) this.reading.set(address, left);
      else this.reading.delete(address);
    };
  }

  /** Long bodies share a budget: all that an instance takes at once would not fit into its memory. @returns as `beginReading` */
  beginLong(bytes: number): (() => void) | undefined {
    if (this.longBytes + bytes > mostLongBytes) return undefined;
    this.longBytes += bytes;
    return () => {
      this.longBytes -= bytes;
    };
  }

  noteUnverified(address: string, policy: Policy, now: Date): void {
    const { unverifiedPerMinute } = policy.intake;
    this.failures.take(address, unverifiedPerMinute, unverifiedPerMinute, now);
  }

  /** Charges an address for the time that one of its bodies took. A trusted address is not charged. */
  noteHeld(address: string, seconds: number, policy: Policy, now: Date): void {
    const cost = Math.floor(seconds * failuresASecond);
    const { unverifiedPerMinute } = policy.intake;
    if (cost < 1 || this.isTrusted(address, policy, now)) return;
    this.failures.spend(address, unverifiedPerMinute, unverifiedPerMinute, now, cost);
  }
}

/** The sender of a request, as far as known before verification. */
export interface Caller {
  limits: RateLimits;
  address: string;
  policy: Policy;
  now: Date;
}

/** @throws Problem 429 for an address that only fails, whatever its next request presents */
export function refuseLimited({ limits, address, policy, now }: Caller): void {
  const wait = limits.waitUnverified(address, policy, now);
  if (wait !== undefined) throw tooMany(wait, 'Too many requests that are not verified.');
}

export function tooMany(waitSeconds: number, detail: string): Problem {
  const headers = { 'retry-after': String(waitSeconds) };
  return new Problem(429, `${detail} Send it again in ${waitSeconds} s.`, { headers });
}

/**
 * Reserves memory for a verified sender's long body, from its first byte until it is filed.
 * @returns a function that releases it
 * @throws Problem 429 if others use all of it
 */
export function enterLong(request: IncomingMessage, { limits, policy }: Caller, mostBytes: number): () => void {
  const bytes = Math.min(announcedLength(request) ?? mostBytes, mostBytes);
  if (bytes <= policy.intake.maxBodyBytes) return () => undefined;
  const leave = limits.beginLong(bytes);
  if (!leave) throw tooMany(1, 'Too many long bodies are being filed.');
  return leave;
}

/**
 * Reads the body of an unverified sender. A broken body counts against its address, and so does the time of each.
 * @param verifiedBytes how long it may be if the sender has proven itself without the body
 * @throws Problem 429 if too many unverified bodies are being read, and as `readRawBody` does
 */
export async function readLimited(request: IncomingMessage, caller: Caller, verifiedBytes?: number): Promise<Buffer> {
  const { limits, address, policy, now } = caller;
  const end = verifiedBytes === undefined ? limits.beginReading(address, policy, now) : (): void => undefined;
  if (!end) throw tooMany(1, 'Too many bodies are being read whose senders are not verified.');
  const begunAt = performance.now();
  try {
    const { maxBodyBytes } = policy.intake;
    const mostBytes = verifiedBytes ?? maxBodyBytes;
    return await readRawBody(request, mostBytes, mostBytes > maxBodyBytes ? longWithinMs : undefined);
  } catch (error) {
    limits.noteUnverified(address, policy, now);
    throw error;
  } finally {
    end();
    if (verifiedBytes === undefined) limits.noteHeld(address, (performance.now() - begunAt) / 1_000, policy, now);
  }
}

/**
 * The address of a request: the last hop of `X-Forwarded-For`, which Cloud Run appends; the sender controls the hops before it.
 * Behind your own proxies it is that many hops further left. An IPv6 address counts by its network, since a host has 2^64 of
 * them.
 */
export function addressOf(request: Pick<IncomingMessage, 'headers' | 'socket'>, trustedHops = 0): string {
  const hops = [request.headers['x-forwarded-for'] ?? ''].flat().join(',').split(',');
  // With fewer hops, the request bypassed the proxies, and only the last hop is certain.
  const hop = hops.length > trustedHops ? hops.at(-1 - trustedHops) : hops.at(-1);
  const address = (hop?.trim() || request.socket?.remoteAddress) ?? '';
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '').slice(0, 64);
  if (!bare.includes(':')) return bare;
  const [groups = [], after = []] = bare
    .toLowerCase()
    .split('::', 2)
    .map((part) => part.split(':').filter((each) => each !== ''));
  const zeros = Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0');
  return `${[...groups, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}
