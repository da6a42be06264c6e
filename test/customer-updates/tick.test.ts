/** The minute tick: everything that is due is looked at once, the oldest first, and what fails holds up nothing else. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { tickWith } from '../../functions/customer-updates/tick.ts';
import type { Timer } from '../../functions/incidents/records.ts';
import type { DueTimer } from '../../functions/incidents/timers.ts';
import { useClock } from '../../functions/platform/clock.ts';
import { collections, firestore, timerRef } from '../../functions/platform/firestore.ts';
import { policy, policyVersion } from '../../functions/policy.ts';
import { useOwnCloud } from '../own-cloud.ts';

const nowMs = Date.parse('2026-11-24T01:00:00Z');
let done: string[];
let failing: string[];
let looking: () => Promise<void>;
const doing = (what: string) => async (): Promise<void> => {
  done.push(what);
  if (failing.includes(what)) throw new Error(`${what} fails`);
};
useOwnCloud();
beforeAll(() => useClock(() => nowMs));
afterAll(() => {
  useClock(Date.now);
});
beforeEach(async () => {
  [done, failing, looking] = [[], [], async () => undefined];
  await firestore().recursiveDelete(firestore().collection(collections.timers));
});

const minuteTick = tickWith({
  looks: {
    incident: async () => async (found: DueTimer) => {
      await looking();
      await doing(found.timer.id)();
    },
  } as never,
  beforeLooks: [async () => doing('before')],
  everyMinute: [async () => doing('besides'), async () => doing('besides, too')],
});
const due = (id: string, ms: number, subject: Timer['subject'] = 'incident') =>
  timerRef(id).set({ id, subject, subjectId: 'inc_1', wakeAt: new Date(nowMs + ms), pending: [] });
const tick = () =>
  minuteTick({ id: '1', type: 'x', source: 'x', specversion: '1.0', data: { message: { messageId: '1', data: '' } } });

test('looks at what is due by now and at nothing that is due later, after what comes before all looks', async () => {
  await due('now', 0);
  await due('later', 1);
  await due('long-ago', -60_000);
  await tick();
  expect(done).toEqual(['before', 'long-ago', 'now', 'besides', 'besides, too']);
});

test('where nothing is due does what every minute does, and no more', async () => {
  await tick();
  expect(done).toEqual(['besides', 'besides, too']);
});

test('goes on past what fails, and past a timer that nobody looks at', async () => {
  failing = ['before', 'one', 'besides'];
  await due('nobodys', -3, 'drill');
  await due('one', -2);
  await due('two', -1);
  await tick();
  expect(done).toEqual(['before', 'one', 'two', 'besides', 'besides, too']);
});

test('looks at each once, though they are more than one page of them, and prepares once', async () => {
  const ids = Array.from({ length: 201 }, (_, index) => `t-${index}`);
  await Promise.all(ids.map((id, index) => due(id, -index)));
  await tick();
  expect(done.filter((each) => each.startsWith('t-')).toSorted()).toEqual(ids.toSorted());
  expect(done.filter((each) => each === 'before')).toHaveLength(1);
});

test('looks at sixteen at once, so that one that takes long holds up none of them, and no more', async () => {
  let [atOnce, most] = [0, 0];
  const together: (() => void)[] = [];
  looking = async () => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    await new Promise<void>((go) => {
      together.push(go);
      if (together.length === 16 || atOnce + done.length > 16) for (const each of together) each();
    });
    atOnce -= 1;
  };
  await Promise.all(Array.from({ length: 20 }, (_, index) => due(`t-${index}`, -index)));
  await tick();
  expect([most, done.filter((each) => each.startsWith('t-')).length]).toEqual([16, 20]);
});

describe('leaves the rest to the next tick', () => {
  const many = async (count: number): Promise<void> => {
    for (let from = 0; from < count; from += 400) {
      const batch = firestore().batch();
      for (let index = from; index < Math.min(count, from + 400); index += 1) {
        const timer = { id: `t-${index}`, subject: 'incident', subjectId: 'inc_1', pending: [] };
        batch.set(timerRef(timer.id), { ...timer, wakeAt: new Date(nowMs - count + index) });
      }
      await batch.commit();
    }
  };
  const looked = (): number => done.filter((each) => each.startsWith('t-')).length;

  test('after a thousand', async () => {
    await many(1_001);
    await tick();
    expect([looked(), done.includes('t-1000')]).toEqual([1_000, false]);
  });

  test('after half a minute', async () => {
    await many(201);
    const start = Math.round(performance.now());
    let passedMs = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => start + passedMs);
    looking = async () => {
      passedMs = done.length < 101 ? 29_999 : 30_000;
    };
    try {
      await tick();
    } finally {
      clock.mockRestore();
    }
    expect(looked()).toBe(200);
  });
});

test('keeps the policy by which it decides', async () => {
  await tick();
  const kept = await firestore().collection(collections.policies).get();
  expect(kept.docs.map((each) => each.id)).toEqual([policyVersion(policy)]);
});
