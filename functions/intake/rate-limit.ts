/** Limits per sender, which protect the bill. Each instance counts alone, and deployment caps their number. */
import type { IncomingMessage } from 'node:http';
import { Problem } from '../platform/problem.ts';
import { readRawBody } from '../platform/raw-body.ts';
import { milliseconds, type Policy } from '../policy.ts';

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

class Buckets {
  private readonly buckets = new Recent<Bucket>();

  /** @returns the seconds to wait for a token, or undefined when there is one */
  wait(key: string, perMinute: number, burst: number, now: Date): number | undefined {
    const { tokens } = this.refilled(key, perMinute, burst, now);
    return tokens < 1 ? Math.max(1, Math.ceil(((1 - tokens) * 60) / perMinute)) : undefined;
  }

  /** As `wait`, and takes the token that is there. */
  take(key: string, perMinute: number, burst: number, now: Date): number | undefined {
    const { tokens, at } = this.refilled(key, perMinute, burst, now);
    const wait = this.wait(key, perMinute, burst, now);
    this.buckets.set(key, { tokens: wait === undefined ? tokens - 1 : tokens, at });
    return wait;
  }

  private refilled(key: string, perMinute: number, burst: number, now: Date): Bucket {
    const known = this.buckets.get(key);
    if (!known) return { tokens: burst, at: now.getTime() };
    // A clock that was set back refills nothing, and loses nothing.
    const elapsed = Math.max(0, now.getTime() - known.at);
    return { tokens: Math.min(burst, known.tokens + (elapsed * perMinute) / 60_000), at: now.getTime() };
  }
}

export class RateLimits {
  private readonly senders = new Buckets();
  private readonly failures = new Buckets();
  private readonly verifiedAt = new Recent<number>();
  private readonly reading = new Map<string, number>();

  /** Of a sender who was verified. @returns the seconds to wait, or undefined */
  takeVerified(sender: string, address: string, policy: Policy, now: Date): number | undefined {
    this.verifiedAt.set(address, now.getTime());
    const { requestsPerMinute, burstMinutes } = policy.intake;
    return this.senders.take(sender, requestsPerMinute, requestsPerMinute * burstMinutes, now);
  }

  /**
   * How long an address that failed verification too often waits. A tool shares its addresses with strangers, so that one
   * which was verified lately does not wait.
   */
  waitUnverified(address: string, policy: Policy, now: Date): number | undefined {
    if (this.isTrusted(address, policy, now)) return undefined;
    const { unverifiedPerMinute } = policy.intake;
    return this.failures.wait(address, unverifiedPerMinute, unverifiedPerMinute, now);
  }

  private isTrusted(address: string, policy: Policy, now: Date): boolean {
    const last = this.verifiedAt.get(address);
    return last !== undefined && now.getTime() - last <= milliseconds(policy.intake.addressTrustedFor);
  }

  /** @returns what ends the reading of a body whose sender is not verified yet, or undefined where the address has too many */
  beginReading(address: string, policy: Policy, now: Date): (() => void) | undefined {
    const { unverifiedAtOnce } = policy.intake;
    const reading = this.reading.get(address) ?? 0;
    if (reading >= unverifiedAtOnce * (this.isTrusted(address, policy, now) ? 3 : 1)) return undefined;
    this.reading.set(address, reading + 1);
    return () => {
      const left = (this.reading.get(address) ?? 1) - 1;
      if (left > 0) this.reading.set(address, left);
      else this.reading.delete(address);
    };
  }

  noteUnverified(address: string, policy: Policy, now: Date): void {
    const { unverifiedPerMinute } = policy.intake;
    this.failures.take(address, unverifiedPerMinute, unverifiedPerMinute, now);
  }
}

/** Who sends a request, by what is known before it is verified. */
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
 * The body of a sender who may be anybody. One that is late or broken counts against its address.
 * @param isVerified whether the sender has proven itself without it
 * @throws Problem 429 where too many of its address are being read, and as `readRawBody` does
 */
export async function readLimited(request: IncomingMessage, caller: Caller, isVerified = false): Promise<Buffer> {
  const { limits, address, policy, now } = caller;
  const end = isVerified ? (): void => undefined : limits.beginReading(address, policy, now);
  if (!end) throw tooMany(1, 'Too many bodies of this address are being read.');
  try {
    return await readRawBody(request, policy.intake.maxBodyBytes);
  } catch (error) {
    limits.noteUnverified(address, policy, now);
    throw error;
  } finally {
    end();
  }
}

/**
 * Where a request comes from: the last hop of `X-Forwarded-For`, which Cloud Run appends itself; the sender controls
 * what comes before it. Behind your own proxies it is that many hops further left. Of an IPv6 address the network counts: a host has 2^64 of them.
 */
export function addressOf(request: Pick<IncomingMessage, 'headers' | 'socket'>, trustedHops = 0): string {
  const hops = [request.headers['x-forwarded-for'] ?? ''].flat().join(',').split(',');
  // Where there are fewer it did not come through the proxies, and nothing but the last hop is sure.
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
