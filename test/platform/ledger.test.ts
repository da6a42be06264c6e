/**
 * The ledger over random histories: messages that come twice, late and out of order, workers that die after each of their
 * writes, an outside service that refuses, is silent or loses its answer, and that counts what it took.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  backoffMs,
  type Deliverable,
  type Delivery,
  type Limits,
  leased,
  mayBeThere,
  newDelivery,
  type Outcome,
  settled,
} from '../../functions/platform/delivery.ts';
import { LostAnswer, PermanentFailure, TemporaryFailure } from '../../functions/platform/failures.ts';
import { firestore, fromDocument } from '../../functions/platform/firestore.ts';
import { attempt, LostLease, type Work } from '../../functions/platform/ledger.ts';
import { openSmallCloud } from '../outgoing/small-cloud.ts';

const [second, minute] = [1_000, 60_000];
const limits: Limits = { leaseMs: 30 * second, giveUpAfterMs: 30 * minute, longestWaitMs: 2 * minute };

let count = 0;
const small = await openSmallCloud('2026-11-24T01:00:00Z');

class Death extends Error {}
class OwnFailure extends Error {}

/** What happens at one attempt: to the request, or to the worker. */
const happenings = [
  'taken',
  'refused',
  'busy',
  'silent',
  'taken, and the answer is lost',
  'taken, and then we fail',
  'dies before it asks',
  'dies after it was taken',
  'dies as it closes',
] as const;
type Happening = (typeof happenings)[number];

/** The outside service: it takes what it is sent, and knows what it has. */
class Outside {
  taken = 0;
  asked = 0;
  refused = 0;
  take(what: Happening): void {
    this.asked += 1;
    if (what === 'dies before it asks') throw new Death();
    if (what === 'refused') {
      this.refused += 1;
      throw new PermanentFailure('it answered 400');
    }
    if (what === 'busy') throw new TemporaryFailure('it answered 429', 20 * second);
    if (what === 'silent') throw new LostAnswer('no answer', minute);
    this.taken += 1;
    if (what === 'taken, and the answer is lost') throw new LostAnswer('no answer', minute);
    if (what === 'taken, and then we fail') throw new OwnFailure();
    if (what === 'dies after it was taken') throw new Death();
  }
}

interface Kept extends Deliverable {
  name: string;
  seen?: number;
}

/** A worker that dies leaves everything as it lies: the ledger writes nothing after it. */
function workOf(outside: Outside, what: Happening, isAbleToLook: boolean): Work<Kept> {
  return {
    limits,
    facts: {},
    begins: { record: { name: 'x' }, isNew: true },
    send: async () => {
      outside.take(what);
      return { kind: 'delivered' };
    },
    ...(isAbleToLook
      ? { lookUp: async () => (outside.taken > 0 ? { kind: 'delivered' as const } : ('absent' as const)) }
      : {}),
    settling: async () => {
      if (what === 'dies as it closes') throw new Death();
      return undefined;
    },
  };
}

const ref = () => firestore().doc(`ledger/d${count}`);
const read = async () => fromDocument<Kept>((await ref().get()).data()).delivery;

/** What a death throws is caught by nobody in a process that has died: its document stays leased. */
async function come(outside: Outside, what: Happening, isAbleToLook: boolean): Promise<'done' | 'again' | 'dead'> {
  const work = workOf(outside, what, isAbleToLook);
  const { send } = work;
  const dies: Promise<never> = new Promise((_, reject) => {
    work.send = (record, lease) =>
      send(record, lease).catch((error) => {
        if (!(error instanceof Death)) throw error;
        reject(error);
        return new Promise<never>(() => undefined);
      });
  });
  dies.catch(() => undefined);
  try {
    await Promise.race([attempt(ref(), work), dies]);
    return 'done';
  } catch (error) {
    if (error instanceof Death) return 'dead';
    if (error instanceof TemporaryFailure || error instanceof OwnFailure) return 'again';
    throw error;
  }
}

const history = fc.array(
  fc.record({ what: fc.constantFrom(...happenings), passes: fc.integer({ min: 0, max: 12 * minute }) }),
  { minLength: 1, maxLength: 8 },
);

describe('over any history of attempts', () => {
  test('what a channel can look for is taken at most once, and what it took is known in the end', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (all) => {
        count += 1;
        const outside = new Outside();
        for (const { what, passes } of all) {
          await come(outside, what, true);
          expect(outside.taken).toBeLessThanOrEqual(1);
          small.pass(passes);
        }
        // The message comes again until it is settled, at an outside that is well by then.
        for (let more = 0; more < 3; more += 1) {
          small.pass(3 * minute);
          if ((await come(outside, 'taken', true)) === 'done') break;
        }
        const { state, leasedUntil } = await read();
        expect(leasedUntil).toBeNull();
        expect(outside.taken).toBeLessThanOrEqual(1);
        if (outside.taken === 1) expect(state).toBe('delivered');
        else expect(state).toBe('rejected');
        expect(outside.refused > 0 && outside.taken === 0).toBe(state === 'rejected');
      }),
      { numRuns: 40 },
    );
  });

  test('what it cannot look for is sent again, under the same id, and never not', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (all) => {
        count += 1;
        const outside = new Outside();
        for (const { what, passes } of all) {
          await come(outside, what, false);
          small.pass(passes);
        }
        for (let more = 0; more < 3; more += 1) {
          small.pass(3 * minute);
          if ((await come(outside, 'taken', false)) === 'done') break;
        }
        const { state, attempts } = await read();
        expect(outside.taken > 0 ? 'delivered' : 'rejected').toBe(
          state === 'rejected' && outside.taken > 0 ? 'delivered' : state,
        );
        expect(attempts).toBe(outside.asked);
      }),
      { numRuns: 40 },
    );
  });
});

describe('two messages at once', () => {
  test.each([[false], [true]])('are one attempt, where it is there already: %s', async (isThere) => {
    count += 1;
    const outside = new Outside();
    if (isThere) {
      await come(outside, 'busy', true);
      small.pass(minute);
    }
    const both = await Promise.all([come(outside, 'taken', true), come(outside, 'taken', true)]);
    expect(both).toContain('done');
    expect(outside.taken).toBe(1);
  });

  test('of a lease that has run out write nothing over each other', async () => {
    count += 1;
    const outside = new Outside();
    let overtaken: unknown;
    const slow: Work<Kept> = {
      ...workOf(outside, 'taken', false),
      send: async (_, lease) => {
        small.pass(31 * second);
        overtaken = await attempt(ref(), workOf(outside, 'taken', false));
        await lease.extend();
        outside.take('taken');
        return { kind: 'delivered' };
      },
    };
    await expect(attempt(ref(), slow)).rejects.toBeInstanceOf(LostLease);
    expect(overtaken).toMatchObject({ delivery: { state: 'delivered', attempts: 2 } });
    expect([outside.taken, (await read()).attempts]).toEqual([1, 2]);
  });

  test('is still ours where somebody wrote the document for another reason', async () => {
    count += 1;
    const work: Work<Kept> = {
      ...workOf(new Outside(), 'taken', false),
      send: async (_, lease) => {
        await ref().update({ name: 'y' });
        await lease.extend({ seen: 1 });
        await ref().update({ name: 'z' });
        return { kind: 'delivered' };
      },
    };
    await attempt(ref(), work);
    expect(fromDocument<Kept>((await ref().get()).data())).toMatchObject({
      name: 'z',
      seen: 1,
      delivery: { state: 'delivered', leasedUntil: null },
    });
  });

  test('whose answer to the lease was lost is attempted all the same', async () => {
    count += 1;
    const outside = new Outside();
    await come(outside, 'busy', true);
    small.pass(minute);
    small.faults.add({ target: 'firestore.Commit', effect: 'fail-after', code: 'UNAVAILABLE' });
    expect(await come(outside, 'taken', true)).toBe('done');
    expect([outside.taken, (await read()).state]).toEqual([1, 'delivered']);
    small.faults.clear();
  });
});

describe('the entry', () => {
  const at = new Date('2026-11-24T01:00:00Z');
  const later = (ms: number): Date => new Date(at.getTime() + ms);
  const taken = (more: Partial<Delivery> = {}): Delivery => leased(newDelivery(at, more), at, 'me', { limits });

  test.each<[Outcome, ms: number, state: Delivery['state'], comesAgain: boolean]>([
    [{ kind: 'delivered' }, 0, 'delivered', false],
    [{ kind: 'rejected', why: 'x' }, 0, 'rejected', false],
    [{ kind: 'retry', why: 'x' }, limits.giveUpAfterMs, 'waiting', true],
    [{ kind: 'retry', why: 'x' }, limits.giveUpAfterMs + 1, 'given-up', false],
    [{ kind: 'unknown', why: 'x' }, limits.giveUpAfterMs, 'unknown', true],
    [{ kind: 'unknown', why: 'x' }, limits.giveUpAfterMs + 1, 'unknown', false],
    [{ kind: 'unknown', why: 'x', isLast: true }, 0, 'unknown', false],
  ])('after %j, %i ms since it was asked for, is %s', (outcome, ms, state, comesAgain) => {
    const done = settled(taken(), outcome, later(ms), limits, 'd');
    expect(done).toMatchObject({ comesAgain, delivery: { state, leasedUntil: null, leasedBy: null } });
    expect(done.delivery.retryAt !== null).toBe(comesAgain);
    expect(mayBeThere(done.delivery)).toBe(state === 'unknown');
  });

  test('waits between half of the backoff and the whole, as long as its channel says at most', () => {
    const all = fc.record({ attempts: fc.integer({ min: 1, max: 60 }), id: fc.string() });
    fc.assert(
      fc.property(all, ({ attempts, id }) => {
        const whole = Math.min(10 * second * 2 ** (attempts - 1), limits.longestWaitMs);
        const ms = backoffMs(attempts, limits, id);
        expect(ms).toBe(backoffMs(attempts, limits, id));
        expect(ms).toBeGreaterThanOrEqual(whole / 2);
        expect(ms).toBeLessThanOrEqual(whole);
      }),
    );
    const drawn = new Set(Array.from({ length: 50 }, (_, each) => backoffMs(3, limits, `ntc_${each}`)));
    expect(drawn.size).toBeGreaterThan(45);
  });

  test('that is delivered again is tried for its whole time again, and keeps what may be there', () => {
    const before = newDelivery(at, { state: 'given-up', lastError: 'x', attempts: 4 });
    expect(leased(before, later(minute), 'me', { limits })).toMatchObject({
      state: 'waiting',
      since: later(minute),
      lastError: null,
      attempts: 1,
    });
    expect(taken({ state: 'unknown' })).toMatchObject({ state: 'unknown', since: at });
    expect(leased(before, later(minute), 'me', { limits, since: at })).toMatchObject({ since: at });
  });
});
