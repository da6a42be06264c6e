import { afterEach, expect, test, vi } from 'vitest';
import { LocalClock } from '../../infra/cloud/src/clock.ts';

afterEach(() => void vi.useRealTimers());

test('a jump that takes long says how far it is, and a short one says nothing', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const start = Date.parse('2026-11-24T00:00:00Z');
  const hourMs = 3_600_000;
  let due = start;
  let takesMs = 0;
  const clock = new LocalClock();
  clock.drive({
    nextDueAt: () => due,
    runDue: async () => {
      due += hourMs;
      vi.advanceTimersByTime(takesMs);
    },
  });
  clock.set(start);
  const told: [string, number][] = [];
  clock.onProgress = (at, share) => told.push([new Date(at).toISOString().slice(0, 13), Math.round(share * 100)]);
  await clock.jump(start + 10 * hourMs);
  expect(told).toEqual([]);
  takesMs = 900;
  await clock.jump(start + 20 * hourMs);
  // After every third hour 2.7 s have passed.
  expect(told).toEqual([
    ['2026-11-24T14', 40],
    ['2026-11-24T17', 70],
    ['2026-11-24T20', 100],
  ]);
});
