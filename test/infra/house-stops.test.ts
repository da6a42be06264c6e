import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openScenario, withImpatientDoors } from '../scenarios/house.ts';

const unheard: unknown[] = [];
const hear = (reason: unknown): void => void unheard.push(reason);
beforeAll(() => void process.prependListener('unhandledRejection', hear));
afterAll(() => void process.removeListener('unhandledRejection', hear));
afterEach(() => {
  unheard.length = 0;
  vi.restoreAllMocks();
});

test.each([
  ['waits for an answer', { effect: 'hang' }],
  ['is about to ask once more', { effect: 'fail', code: 'UNAVAILABLE' }],
] as const)('a door that %s as its house stops stores no more, and says so', async (_, how) => {
  const scenario = await openScenario();
  const said: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => said.push(String(chunk)) > 0);
  scenario.house.cloud.faults.add({ target: 'firestore.*', times: 1_000, ...how });
  // Who files it later would be waited for as well.
  scenario.house.cloud.faults.add({ target: 'pubsub.push', times: 1_000, effect: 'fail' });
  const { status } = await withImpatientDoors(() => scenario.ticket({ id: 'late-1', subject: 'late' }));
  await scenario.stop();
  expect(status).toBe(202);
  const ended = (): boolean => unheard.length > 0 || said.some((line) => /storing failed after the door/.test(line));
  await expect.poll(ended).toBe(true);
  expect(unheard).toEqual([]);
});
