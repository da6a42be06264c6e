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
