/** The minute tick: everything that is due is looked at once, the oldest first, and what fails holds up nothing else. */
import { beforeEach, describe, expect, test } from 'vitest';
import { tickWith } from '../../functions/customer-updates/tick.ts';
import type { Timer } from '../../functions/incidents/record/records.ts';
import type { DueTimer } from '../../functions/incidents/record/timers.ts';
import { collections, firestore, timerRef } from '../../functions/platform/firestore.ts';
import { policy, policyVersion } from '../../functions/policy.ts';
import { topics } from '../../functions/topology.ts';
import { openSmallCloud } from '../outgoing/small-cloud.ts';
import { crowd } from '../scenarios/crowd.ts';

const nowMs = Date.parse('2026-11-24T01:00:00Z');
const long = new Date(nowMs - 3_600_000);
let done: string[];
let failing: string[];
let looking: () => Promise<void>;
const doing = (what: string) => async (): Promise<void> => {
  done.push(what);
  if (failing.includes(what)) throw new Error(`${what} fails`);
};
const small = await openSmallCloud('2026-11-24T01:00:00Z', [topics.minuteTick]);
const continuations = (): number[] => small.messages().map(({ attributes }) => Number(attributes.continuation));
beforeEach(async () => {
  [done, failing, looking] = [[], [], async () => undefined];
  small.pass(nowMs - small.at().getTime());
  small.messages();
  small.faults.clear();
  await firestore().recursiveDelete(firestore().collection(collections.timers));
});

const minuteTick = tickWith({
  looks: {
    incident: async () => async (found: DueTimer) => {
      await looking();
      await doing(found.timer.id)();
      if (found.timer.id.startsWith('t-')) await timerRef(found.timer.id).delete();
    },
  } as never,
  beforeLooks: [async () => doing('before')],
  everyMinute: [async () => doing('besides'), async () => doing('besides, too')],
});
const due = (id: string, ms: number, subject: Timer['subject'] = 'incident', lane?: 1 | 2) =>
  timerRef(id).set({
    id,
    subject,
    subjectId: 'inc_1',
    wakeAt: new Date(nowMs + ms),
    pending: [],
    ...(lane && { lane }),
  });
const tick = (attributes = {}) =>
  minuteTick({
    id: '1',
    type: 'x',
    source: 'x',
    specversion: '1.0',
    data: { message: { messageId: '1', data: '', attributes } },
  });

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

test('continues past what fails, and past a timer that nobody looks at', async () => {
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

describe('hands the rest on', () => {
  const looked = (): number => done.filter((each) => each.startsWith('t-')).length;

  test('after a thousand, to another invocation, which continues at once and does nothing besides', async () => {
    await crowd(2_100, long);
    await tick();
    expect([looked(), done.includes('besides'), continuations()]).toEqual([1_000, true, [1]]);
    done = [];
    await tick({ continuation: '1' });
    expect([looked(), done.includes('besides'), continuations()]).toEqual([1_000, false, [2]]);
    done = [];
    await tick({ continuation: '2' });
    expect([looked(), continuations()]).toEqual([100, []]);
  });

  test('after half a minute', async () => {
    await crowd(201, long);
    looking = async () => small.pass(nowMs + (done.length < 101 ? 29_999 : 30_000) - small.at().getTime());
    await tick();
    expect([looked(), continuations()]).toEqual([200, [1]]);
  });

  test('and not for ever: neither a hundredth time, nor where all have failed and stay due', async () => {
    await crowd(1_001, long);
    await tick({ continuation: '100' });
    expect([looked(), continuations()]).toEqual([1_000, []]);
    failing = Array.from({ length: 1_001 }, (_, index) => `t-${index}`);
    await crowd(1_001, long);
    small.faults.add({ target: 'firestore.Commit', effect: 'fail', code: 'PERMISSION_DENIED', times: 9_999 });
    await tick();
    expect(continuations()).toEqual([]);
    expect((await timerRef('t-0').get()).get('wakeAt').toDate()).toEqual(long);
  });
});

describe('where more is due than fits one page', () => {
  test('goes by lane, and by age in each; what became due meanwhile in the first lane is next', async () => {
    await crowd(150, long);
    await due('urgent', -1, 'incident', 2);
    await due('announced', 0, 'incident', 1);
    looking = async () => {
      // As the first page of calm deadlines is being processed, an urgent report is filed.
      if (done.length === 50) await due('filed', 0, 'incident', 1);
    };
    await tick();
    expect(done.slice(0, 3)).toEqual(['before', 'announced', 'urgent']);
    expect(done.indexOf('filed')).toBe(103);
    expect(done.filter((each) => each.startsWith('t-'))).toHaveLength(150);
  });

  test('a page of its own goes by lane as well', async () => {
    await due('calm', -3);
    await due('urgent', -2, 'incident', 2);
    await due('announced', -1, 'incident', 1);
    await tick();
    expect(done.slice(1, 4)).toEqual(['announced', 'urgent', 'calm']);
  });
});

describe('a timer whose processing fails', () => {
  const read = async (id: string) => (await timerRef(id).get()).data() as unknown as Timer;
  const wakesIn = async (id: string): Promise<number> =>
    ((await timerRef(id).get()).get('wakeAt').toMillis() - small.at().getTime()) / 60_000;

  test('is tried a minute later, then after two, four and five minutes, and after a success after one again', async () => {
    failing = ['broken'];
    await due('broken', 0);
    const waits: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await tick();
      waits.push(await wakesIn('broken'));
      small.pass((waits.at(-1) ?? 0) * 60_000);
    }
    expect(waits).toEqual([1, 2, 4, 5, 5]);
    expect((await timerRef('broken').get()).get('failingSince').toMillis()).toBe(nowMs);
    failing = [];
    await tick();
    const { failures, failingSince } = await read('broken');
    expect([failures, failingSince]).toEqual([undefined, undefined]);
  });

  test('keeps the time at which it was woken meanwhile, and loses the lease of what failed', async () => {
    const lease = new Date(nowMs + 120_000);
    failing = ['leased', 'woken'];
    looking = async () => {
      for (const id of failing) await timerRef(id).update({ wakeAt: lease, leasedUntil: lease, leasedBy: 'x' });
      await timerRef('woken').update({ wakeAt: new Date(nowMs) });
    };
    await due('leased', 0);
    await due('woken', 0);
    await tick();
    expect([await wakesIn('leased'), (await read('leased')).leasedBy, await wakesIn('woken')]).toEqual([1, null, 0]);
  });

  test('starves nobody: behind a thousand broken ones the next run finds the others', async () => {
    failing = Array.from({ length: 1_000 }, (_, index) => `t-${index}`);
    await crowd(1_000, long);
    await due('sound', 0);
    await tick();
    expect([done.includes('sound'), continuations()]).toEqual([false, [1]]);
    await tick({ continuation: '1' });
    expect(done.includes('sound')).toBe(true);
  });
});

test('keeps the policy by which it decides', async () => {
  await tick();
  const kept = await firestore().collection(collections.policies).get();
  expect(kept.docs.map((each) => each.id)).toEqual([policyVersion(policy)]);
});
