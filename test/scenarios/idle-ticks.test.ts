/**
 * What a jump of the clock leaves out changes nothing: the same story, once with every tick and once without those that
 * are known to do nothing, is told, recorded and measured the same. `idle-ticks.long.test.ts` draws stories.
 */
import { test } from 'vitest';
import { expectTheSame } from './idle-ticks.ts';

test('a body that nobody can read, before a day ends in which as many were announced, is announced on the next', async () => {
  await expectTheSame([
    { afterMinutes: 0, act: 'unreadable' },
    { afterMinutes: 0, act: 'unreadable' },
    { afterMinutes: 18, act: 'unreadable' },
  ]);
});

test('a run of the gauges that is lost on the way is not taken for one that found nothing new, also in a drill', async () => {
  await expectTheSame([
    { afterMinutes: 0, act: 'a drill' },
    { afterMinutes: 9, act: 'a run is lost' },
    { afterMinutes: 0, act: 'stands still' },
  ]);
});

test('a run that is to be lost, and would have done nothing, is lost itself, and not a later one', async () => {
  await expectTheSame([
    { afterMinutes: 68, act: 'a run is lost' },
    { afterMinutes: 64, act: 'is seen' },
  ]);
});
