import type { IncomingMessage } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { addressOf, enterLong, RateLimits, readLimited, refuseLimited } from '../../functions/intake/rate-limit.ts';
import { policy as ours, type Policy } from '../../functions/policy.ts';
import { doorConcurrency } from '../../functions/topology.ts';

const start = Date.parse('2026-11-24T01:00:00Z');
const at = (seconds: number) => new Date(start + seconds * 1_000);
const policy: Policy = {
  ...ours,
  intake: { ...ours.intake, requestsPerMinute: 60, burstMinutes: 2, unverifiedPerMinute: 6, addressTrustedFor: 'PT1H' },
};

describe('a verified sender', () => {
  test('may spend a burst, then its rate; what it has to wait is said in whole seconds', () => {
    const limits = new RateLimits();
    for (let count = 0; count < 120; count += 1) expect(limits.takeVerified('a', 'x', policy, at(0))).toBeUndefined();
    expect(limits.takeVerified('a', 'x', policy, at(0))).toBe(1);
    expect(limits.takeVerified('a', 'x', policy, at(1))).toBeUndefined();
    expect(limits.takeVerified('a', 'x', policy, at(1))).toBe(1);
    expect(limits.takeVerified('b', 'x', policy, at(1))).toBeUndefined();
  });

  test('is never refused while fewer than the policy’s number came in the last minute, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4_000 }), { maxLength: 600 }), (gaps) => {
        const limits = new RateLimits();
        const times: number[] = [];
        let now = start;
        for (const gap of gaps) {
          now += gap;
          const inLastMinute = times.filter((each) => each > now - 60_000).length;
          const wait = limits.takeVerified('a', 'x', policy, new Date(now));
          expect(inLastMinute < 60 && wait !== undefined).toBe(false);
          times.push(now);
        }
      }),
    );
  });

  test('loses nothing when the clock is set back, and gains nothing', () => {
    const limits = new RateLimits();
    for (let count = 0; count < 120; count += 1) limits.takeVerified('a', 'x', policy, at(100));
    expect(limits.takeVerified('a', 'x', policy, at(0))).toBeDefined();
    expect(limits.takeVerified('a', 'x', policy, at(3))).toBeUndefined();
  });

  test('has at least 3,000 requests a minute by our policy', () => {
    const limits = new RateLimits();
    for (let count = 0; count < 3_000; count += 1) expect(limits.takeVerified('a', 'x', ours, at(0))).toBeUndefined();
  });
});

test('an address has so many bodies read at once before it is verified, three times as many after, and its turn again', () => {
  const limits = new RateLimits();
  const begun = (address: string, seconds = 0) => limits.beginReading(address, ours, at(seconds));
  const { unverifiedAtOnce: most } = ours.intake;
  const ends = Array.from({ length: most }, () => begun('a'));
  expect([ends.every(Boolean), begun('a'), begun('b') !== undefined]).toEqual([true, undefined, true]);
  ends[0]?.();
  expect([begun('a') !== undefined, begun('a')]).toEqual([true, undefined]);
  limits.takeVerified('zendesk', 'a', ours, at(0));
  const more = Array.from({ length: 2 * most }, () => begun('a'));
  expect([more.every(Boolean), begun('a')]).toEqual([true, undefined]);
  // The trust is of an hour.
  for (const end of [...ends.slice(1), ...more]) end?.();
  expect([begun('a', 3_601) !== undefined, Array.from({ length: most }, () => begun('a', 3_601)).at(-1)]).toEqual([
    true,
    undefined,
  ]);
});

test('while half of an instance reads bodies of anybody, only addresses that were verified lately begin another', () => {
  const limits = new RateLimits();
  const begun = (address: string, seconds = 0) => limits.beginReading(address, ours, at(seconds));
  const half = doorConcurrency / 2;
  limits.takeVerified('zendesk', 'zendesk', ours, at(0));
  const ends = Array.from({ length: half }, (_, each) => begun(`bad ${each % 5}`));
  expect([ends.every(Boolean), begun('new'), begun('bad 9')]).toEqual([true, undefined, undefined]);
  expect(begun('zendesk')).toBeDefined();
  // An hour after it was verified, it is as good as any.
  expect(begun('zendesk', 3_601)).toBeUndefined();
  ends[0]?.();
  expect(begun('new')).toBeUndefined();
  ends[1]?.();
  expect(begun('new')).toBeDefined();
});

describe('a body that holds its place', () => {
  const held = (limits: RateLimits, seconds: number, address = 'bad') => limits.noteHeld(address, seconds, ours, at(0));
  const wait = (limits: RateLimits, seconds = 0, address = 'bad') => limits.waitUnverified(address, ours, at(seconds));

  test('costs twenty failures a second, also beyond what there is, until all of it is paid', () => {
    const limits = new RateLimits();
    for (let each = 0; each < 9; each += 1) held(limits, 3);
    expect(wait(limits)).toBeUndefined();
    for (let each = 0; each < 11; each += 1) held(limits, 3);
    // 600 of 1,200, at ten a second.
    expect([wait(limits), wait(limits, 60), wait(limits, 61)]).toEqual([61, 1, undefined]);
  });

  test('costs nothing where it comes at once, or from where somebody was verified lately', () => {
    const limits = new RateLimits();
    for (let each = 0; each < 1_000; each += 1) held(limits, 0.049);
    limits.takeVerified('zendesk', 'shared', ours, at(0));
    for (let each = 0; each < 100; each += 1) held(limits, 3, 'shared');
    expect([wait(limits), wait(limits, 0, 'shared')]).toEqual([undefined, undefined]);
    // Nor is there any debt when the trust ends.
    expect(wait(limits, 3_601, 'shared')).toBeUndefined();
  });
});

describe('an address that only fails', () => {
  const fail = (limits: RateLimits, count: number, address = 'bad') => {
    for (let each = 0; each < count; each += 1) limits.noteUnverified(address, policy, at(0));
  };

  test('is refused past the limit, and after a while heard again', () => {
    const limits = new RateLimits();
    fail(limits, 5);
    expect(limits.waitUnverified('bad', policy, at(0))).toBeUndefined();
    fail(limits, 1);
    expect(limits.waitUnverified('bad', policy, at(0))).toBe(10);
    expect(limits.waitUnverified('good', policy, at(0))).toBeUndefined();
    expect(limits.waitUnverified('bad', policy, at(10))).toBeUndefined();
  });

  test('does not keep out a sender who was verified from there lately', () => {
    const limits = new RateLimits();
    limits.takeVerified('zendesk', 'shared', policy, at(0));
    fail(limits, 50, 'shared');
    expect(limits.waitUnverified('shared', policy, at(0))).toBeUndefined();
    // An hour to the millisecond after it was verified it is trusted, and no longer.
    const failUntil = (seconds: number) => {
      for (let each = 0; each < 50; each += 1) limits.noteUnverified('shared', policy, at(seconds));
    };
    failUntil(3_600);
    expect(limits.waitUnverified('shared', policy, at(3_600))).toBeUndefined();
    expect(limits.waitUnverified('shared', policy, new Date(at(3_600).getTime() + 1))).toBe(10);
    limits.takeVerified('zendesk', 'shared', policy, at(3_601));
    expect(limits.waitUnverified('shared', policy, at(3_601))).toBeUndefined();
  });

  test('is remembered among ten thousand, and the one that failed longest ago is forgotten first', () => {
    const strict: Policy = { ...policy, intake: { ...policy.intake, unverifiedPerMinute: 1 } };
    const limits = new RateLimits();
    const note = (from: number, to: number) => {
      for (let each = from; each < to; each += 1) limits.noteUnverified(`a${each}`, strict, at(0));
    };
    const isHeld = (each: number) => limits.waitUnverified(`a${each}`, strict, at(0)) !== undefined;
    note(0, 10_000);
    expect([isHeld(0), isHeld(9_999)]).toEqual([true, true]);
    note(0, 1);
    note(10_000, 10_001);
    expect([isHeld(0), isHeld(1), isHeld(2), isHeld(10_000)]).toEqual([true, false, true, true]);
  });

  test('of ten thousand verified senders, the one verified longest ago is trusted no more', () => {
    const limits = new RateLimits();
    const verify = (from: number, to: number) => {
      for (let each = from; each < to; each += 1) limits.takeVerified('zendesk', `a${each}`, ours, at(0));
    };
    const isTrusted = (each: number) => {
      fail(limits, 6, `a${each}`);
      return limits.waitUnverified(`a${each}`, policy, at(0)) === undefined;
    };
    verify(0, 10_000);
    verify(0, 1);
    verify(10_000, 10_001);
    expect([0, 1, 2, 10_000].map(isTrusted)).toEqual([true, false, true, true]);
  });
});

describe('a body whose sender may be anybody', () => {
  const calls = (limits: RateLimits, seconds = 0) => ({ limits, address: 'a', policy, now: at(seconds) });
  const body = (length: number, headers: Record<string, string> = {}) =>
    Object.assign(Readable.from([Buffer.alloc(length)]), { headers }) as unknown as IncomingMessage;
  const refused = (retryAfter: number, message: string) =>
    expect.objectContaining({ status: 429, message, headers: { 'retry-after': String(retryAfter) } });

  test('is refused where its address only fails, and says for how long; one that could not be read is a failure', async () => {
    const limits = new RateLimits();
    for (let each = 0; each < 6; each += 1) {
      expect(() => refuseLimited(calls(limits))).not.toThrow();
      const encoded = readLimited(body(1, { 'content-encoding': 'gzip' }), calls(limits));
      await expect(encoded).rejects.toMatchObject({ status: 415 });
    }
    const message = 'Too many requests that are not verified. Send it again in 10 s.';
    expect(() => refuseLimited(calls(limits))).toThrow(refused(10, message));
    expect(() => refuseLimited(calls(limits, 10))).not.toThrow();
  });

  test('waits for its turn among those of its address, unless it is verified, and then leaves its place', async () => {
    const limits = new RateLimits();
    const { unverifiedAtOnce: most } = policy.intake;
    const read = Array.from({ length: most }, (_, length) => readLimited(body(length), calls(limits)));
    await expect(readLimited(body(1), calls(limits))).rejects.toThrow(
      refused(1, 'Too many bodies are being read whose senders are not verified. Send it again in 1 s.'),
    );
    expect(await readLimited(body(7), calls(limits), policy.intake.maxBodyBytes)).toHaveLength(7);
    expect((await Promise.all(read)).map(({ length }) => length)).toEqual(Array.from(read.keys()));
    const again = Array.from({ length: most }, () => readLimited(body(1), calls(limits)));
    expect(await Promise.all(again)).toHaveLength(most);
    expect(() => refuseLimited(calls(limits))).not.toThrow();
  });

  afterEach(() => void vi.useRealTimers());
  test.each<[string, seconds: number, verifiedBytes: number | undefined, wait: number | undefined]>([
    ['ends after a second', 1, undefined, 24],
    ['ends at once', 0, undefined, undefined],
    ['never ends', 3, undefined, 188],
    ['never ends, of a sender who is verified', 3, 1_000, undefined],
  ])('that %s is paid for by its address', async (_, seconds, verifiedBytes, wait) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const limits = new RateLimits();
    const slow = Object.assign(new PassThrough(), { headers: {} });
    const caller = { ...calls(limits), policy: { ...ours, intake: { ...ours.intake, unverifiedPerMinute: 15 } } };
    const read = readLimited(slow as unknown as IncomingMessage, caller, verifiedBytes).then(String, String);
    await vi.advanceTimersByTimeAsync(seconds * 1_000);
    slow.end('x');
    expect(await read).toBe(seconds < 3 ? 'x' : 'Problem: The request timed out. Send it again.');
    expect(limits.waitUnverified('a', caller.policy, at(0))).toBe(wait);
  });
});

test('long bodies of verified senders share 32 MiB until each is filed; one of unknown length counts as the longest', () => {
  const caller = { limits: new RateLimits(), address: 'a', policy, now: at(0) };
  const { maxAlertBodyBytes: most, maxBodyBytes } = policy.intake;
  const enter = (length?: number) => {
    const headers = length === undefined ? {} : { 'content-length': String(length) };
    return enterLong({ headers } as unknown as IncomingMessage, caller, most);
  };
  const leave = [most, most, undefined, most].map(enter);
  expect(() => enter(maxBodyBytes + 1)).toThrow('Too many long bodies are being filed. Send it again in 1 s.');
  expect(() => enter()).toThrow();
  expect(() => enter(maxBodyBytes)).not.toThrow();
  leave[2]?.();
  expect(() => enter(most)).not.toThrow();
  expect(() => enter(most)).toThrow();
});

describe('where a request comes from', () => {
  const from = (forwarded: string | undefined, remoteAddress = '10.0.0.1', trustedHops = 0) => {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    return addressOf({ headers, socket: { remoteAddress } } as never, trustedHops);
  };

  test('behind a load balancer of one’s own senders have addresses of their own', () => {
    expect(from('1.2.3.4, 203.0.113.9, 35.191.0.1', undefined, 1)).toBe('203.0.113.9');
    expect(from('203.0.113.10, 35.191.0.1', undefined, 1)).toBe('203.0.113.10');
    // Past the load balancer there is no hop to trust but the last.
    expect(from('203.0.113.9', undefined, 1)).toBe('203.0.113.9');
    // Nor where it has made up some itself.
    expect(from('1.2.3.4, 203.0.113.9', undefined, 2)).toBe('203.0.113.9');
  });

  test('of several headers the last hop counts; without any, and without a connection, it comes from nowhere', () => {
    const request = (headers: object, socket?: object) => addressOf({ headers, socket } as never);
    expect(request({ 'x-forwarded-for': ['203.0.113.8', '203.0.113.9'] })).toBe('203.0.113.9');
    expect([request({}), request({}, {})]).toEqual(['', '']);
  });

  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['1.2.3.4, 203.0.113.9', '203.0.113.9'],
    ['evil, , 203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8::6', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3::', '2001:db8:1:2::/64'],
    ['2001:db8:1::5:6:7', '2001:db8:1:0::/64'],
    ['2001:db8::3:4:5:6:7', '2001:db8:0:3::/64'],
    ['1::2:3:4:5:6:7:8', '1:2:3:4::/64'],
    ['::', '0:0:0:0::/64'],
    ['::FFFF:203.0.113.9', '203.0.113.9'],
    ['a::ffff:1.2.3.4', 'a:0:0:0::/64'],
    ['x'.repeat(65), 'x'.repeat(64)],
    ['::1', '0:0:0:0::/64'],
    ['', '10.0.0.1'],
    [undefined, '10.0.0.1'],
  ])('%s', (forwarded, address) => {
    expect(from(forwarded)).toBe(address);
  });
});
