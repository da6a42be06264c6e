/** One message a second into a channel of Slack, in the order in which they came; one that would wait too long comes again. */
import { afterAll, beforeEach, expect, test } from 'vitest';
import { takeTurn } from '../../../functions/outgoing/slack/turns.ts';
import { useClock } from '../../../functions/platform/clock.ts';
import { handEnvironments } from '../../../functions/platform/environment.ts';

const rest = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
let nowMs = 0;
let goesOn = true;
beforeEach(() => {
  nowMs = Date.parse('2026-11-24T01:00:00Z');
  goesOn = true;
  // A process that has sent nothing yet.
  handEnvironments({ functions: {}, owner: {} });
  const passTo = async (until: number): Promise<void> => {
    if (goesOn) nowMs = Math.max(nowMs, until);
  };
  useClock(
    () => nowMs,
    (ms) => passTo(nowMs + ms),
    passTo,
  );
});
afterAll(() => {
  handEnvironments(undefined);
  useClock(Date.now, rest, (until) => rest(until - Date.now()));
});

/** When each has had its turn, by the clock; or why not. */
const turns = (channels: readonly string[]): Promise<(number | string)[]> => {
  const startedAt = nowMs;
  return Promise.all(
    channels.map((channel) =>
      takeTurn(channel).then(
        () => nowMs - startedAt,
        (error: Error) => error.message,
      ),
    ),
  );
};
const tooSoon = 'the channel takes one message a second';

test('who comes at once waits for those before, and no other channel does', async () => {
  expect(await turns(['C1'])).toEqual([0]);
  expect(await turns(['C1'])).toEqual([1_000]);
  nowMs += 999;
  expect(await turns(['C2'])).toEqual([0]);
  expect(await turns(['C1'])).toEqual([1]);
  nowMs += 1_000;
  expect(await turns(['C1'])).toEqual([0]);
});

test('sixty wait, each a second longer, and the next comes again', async () => {
  const startedAt = nowMs;
  const all = await turns(Array(61).fill('C1'));
  expect([all.filter((each) => each === tooSoon).length, all.at(-1), nowMs - startedAt]).toEqual([1, tooSoon, 59_000]);
  expect(await turns(['C1'])).toEqual([1_000]);
});

test('where time does not pass a call that waits comes again, and holds nobody up', async () => {
  goesOn = false;
  expect(await turns(['C1', 'C1', 'C2'])).toEqual([0, tooSoon, 0]);
  nowMs += 1_000;
  expect(await turns(['C1'])).toEqual([0]);
});

test('a clock that was set back holds up nothing', async () => {
  await turns(['C1']);
  nowMs -= 60_000;
  expect(await turns(['C1'])).toEqual([0]);
});
