/** The one clock: what happens when, in which order, and what it waits for. No time passes here but the clock's own. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Driven, LocalClock } from '../src/clock.ts';

const start = Date.parse('2026-11-24T00:00:00Z');

beforeEach(() => void vi.useFakeTimers({ now: start, toFake: ['Date', 'setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Something that is due at these times after the start, and notes each at which it ran. */
function due(clock: LocalClock, log: string[], name: string, times: number[], work?: (at: number) => Promise<void>) {
  const left = [...times];
  const driven: Driven & { replanned: number[]; arrived: number } = {
    replanned: [],
    arrived: 0,
    nextDueAt: () => (left[0] === undefined ? undefined : start + left[0]),
    runDue: async (now) => {
      while (left[0] !== undefined && start + left[0] <= now) left.shift();
      log.push(`${name} at ${now - start}`);
      await work?.(now - start);
    },
    replan: (now) => void driven.replanned.push(now - start),
    arrive: () => {
      driven.arrived += 1;
    },
  };
  clock.drive(driven);
  return driven;
}
const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
};

describe('a jump', () => {
  test('goes through every instant at which something is due, in order, the last included, and ends at its aim', async () => {
    const clock = new LocalClock();
    const log: string[] = [];
    const a = due(clock, log, 'a', [10, 30, 100]);
    due(clock, log, 'b', [30, 20, 101]);
    const seen: boolean[] = [clock.isJumping];
    const ended = clock.jump(start + 100);
    seen.push(clock.isJumping);
    expect(await ended).toBe(start + 100);
    expect(log).toEqual(['a at 10', 'a at 30', 'b at 30', 'a at 100']);
    expect([clock.now() - start, clock.isJumping, a.arrived]).toEqual([100, false, 1]);
    expect(clock.nextDueAt()).toBe(start + 101);
    // From there it runs on as real time does.
    vi.advanceTimersByTime(5);
    expect(clock.now() - start).toBe(105);
  });

  test('waits at an instant until what was due there has finished', async () => {
    const clock = new LocalClock();
    const log: string[] = [];
    due(clock, log, 'a', [10], async () => {
      await settle();
      log.push(`a ends at ${clock.now() - start}`);
    });
    due(clock, log, 'b', [20]);
    await clock.jump((now) => now + 50);
    expect(log).toEqual(['a at 10', 'a ends at 10', 'b at 20']);
  });

  test('waits for what was due however long that takes, where nobody waits for time to pass', async () => {
    const clock = new LocalClock();
    const log: string[] = [];
    const release = Promise.withResolvers<void>();
    due(clock, log, 'a', [10], () => release.promise);
    due(clock, log, 'b', [20]);
    const jump = clock.jump(start + 50);
    for (const ms of [30, 30, 60_000]) {
      await settle();
      vi.advanceTimersByTime(ms);
    }
    await settle();
    expect([log, clock.now() - start]).toEqual([['a at 10'], 10]);
    release.resolve();
    await jump;
    expect(log).toEqual(['a at 10', 'b at 20']);
  });

  test('waits for the one before it, and does not go back', async () => {
    const clock = new LocalClock();
    const log: string[] = [];
    due(clock, log, 'a', [10, 60]);
    const [first, second] = [clock.jump((now) => now + 50), clock.jump((now) => now + 50)];
    expect(await Promise.all([first, second])).toEqual([start + 50, start + 100]);
    expect(log).toEqual(['a at 10', 'a at 60']);
    await expect(clock.jump(start + 99)).rejects.toThrow('The clock does not go back.');
    expect(clock.now() - start).toBe(100);
    // One that failed holds up nobody.
    expect(await clock.jump(start + 100)).toBe(start + 100);
  });

  test('runs at once what is overdue, at the time that it is', async () => {
    const clock = new LocalClock();
    const log: string[] = [];
    due(clock, log, 'a', [-50]);
    await clock.jump(start + 10);
    expect(log).toEqual(['a at 0']);
  });

  test('continues past what failed, and says so', async () => {
    const said: string[] = [];
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    const clock = new LocalClock();
    const log: string[] = [];
    due(clock, log, 'a', [10, 20], async (at) => {
      if (at === 10) throw new Error('it failed');
    });
    await clock.jump(start + 30);
    write.mockRestore();
    expect([log, said]).toEqual([['a at 10', 'a at 20'], [expect.stringContaining('local cloud: Error: it failed')]]);
  });

  test('takes its waiters with it, each at its time, once nobody else is at work', async () => {
    const clock = new LocalClock();
    const log: string[] = [];
    due(clock, log, 'a', [10], async () => {
      await clock.waitFor(start + 25);
      log.push(`a goes on at ${clock.now() - start}`);
    });
    due(clock, log, 'b', [20, 40]);
    const jump = clock.jump(start + 50);
    for (let turn = 0; turn < 5; turn += 1) {
      await settle();
      vi.advanceTimersByTime(30);
    }
    await jump;
    expect(log).toEqual(['a at 10', 'b at 20', 'a goes on at 25', 'b at 40']);
  });

  test('ends where it is when the clock is stopped', async () => {
    const clock = new LocalClock();
    const log: string[] = [];
    let stopped: Promise<void> | undefined;
    due(clock, log, 'a', [10, 20], async () => {
      stopped ??= clock.stop();
    });
    await expect(clock.jump(start + 50)).rejects.toThrow('The clock was stopped.');
    await stopped;
    expect([log, clock.now() - start, clock.isStopping]).toEqual([['a at 10'], 10, true]);
  });
});

describe('a clock that was started', () => {
  test('runs what is due when its time has come, as real time passes, and nothing once it is stopped', async () => {
    const clock = new LocalClock();
    const log: string[] = [];
    due(clock, log, 'a', [10, 20, 30]);
    vi.advanceTimersByTime(15);
    await settle();
    expect(log).toEqual([]);
    clock.start();
    for (const ms of [0, 4, 1]) {
      vi.advanceTimersByTime(ms);
      await settle();
      log.push(`after ${clock.now() - start}`);
    }
    expect(log).toEqual(['a at 15', 'after 15', 'after 19', 'a at 20', 'after 20']);
    await clock.stop();
    vi.advanceTimersByTime(50);
    await settle();
    expect(log.at(-1)).toBe('after 20');
  });

  test('that hears of something sooner runs it sooner', async () => {
    const clock = new LocalClock();
    const log: string[] = [];
    clock.start();
    due(clock, log, 'late', [1_000]);
    due(clock, log, 'soon', [10]);
    vi.advanceTimersByTime(10);
    await settle();
    expect(log).toEqual(['soon at 10']);
  });

  test('releases a waiter at that time, and at once where it is past, or where the clock stops', async () => {
    const clock = new LocalClock();
    const log: string[] = [];
    const wait = (name: string, at: number) => void clock.waitFor(start + at).then(() => log.push(name));
    wait('past', -1);
    wait('now', 0);
    wait('later', 10);
    wait('much later', 10_000);
    await settle();
    expect(log).toEqual(['past', 'now']);
    vi.advanceTimersByTime(9);
    await settle();
    expect(log).toEqual(['past', 'now']);
    vi.advanceTimersByTime(1);
    await settle();
    expect(log).toEqual(['past', 'now', 'later']);
    await clock.stop();
    expect(log).toEqual(['past', 'now', 'later', 'much later']);
  });
});

test('a clock that was stopped continues where it is started again', async () => {
  const clock = new LocalClock();
  const log: string[] = [];
  due(clock, log, 'a', [10, 20]);
  clock.start();
  await clock.stop();
  vi.advanceTimersByTime(15);
  clock.start();
  vi.advanceTimersByTime(0);
  await settle();
  expect(log).toEqual(['a at 15']);
  await clock.jump(start + 30);
  expect([log, clock.now() - start]).toEqual([['a at 15', 'a at 20'], 30]);
  await clock.stop();
});

test('a clock that is set fires nothing between, has all planned again, and keeps how far it is off', () => {
  const saved: number[] = [];
  const clock = new LocalClock({ load: () => 5_000, save: (offset) => void saved.push(offset) });
  expect(clock.now() - start).toBe(5_000);
  const log: string[] = [];
  const a = due(clock, log, 'a', [6_000]);
  clock.set(start + 60_000);
  expect([log, a.replanned, saved, clock.now() - start]).toEqual([[], [60_000], [60_000], 60_000]);
});

test('a held clock moves only when it is moved, and waits for nothing', async () => {
  const clock = new LocalClock();
  const log: string[] = [];
  clock.start();
  clock.hold();
  due(clock, log, 'a', [10], async () => {
    await settle();
    log.push('a ends');
  });
  vi.advanceTimersByTime(100);
  await settle();
  expect([log, clock.now() - start]).toEqual([[], 0]);
  clock.moveHeld(start + 9);
  clock.moveHeld(start + 12);
  expect([log, clock.now() - start]).toEqual([['a at 12'], 12]);
  await settle();
  expect(log).toEqual(['a at 12', 'a ends']);
});
