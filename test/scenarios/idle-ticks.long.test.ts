/** What a jump of the clock leaves out changes nothing, whatever comes when. */
import fc from 'fast-check';
import { test } from 'vitest';
import { runs } from '../fuzz/runs.ts';
import { acts, expectTheSame } from './idle-ticks.ts';

test('any story is told, recorded and measured the same', async () => {
  const step = fc.record({
    afterMinutes: fc.oneof(fc.nat({ max: 12 }), fc.nat({ max: 90 })),
    act: fc.constantFrom(...(Object.keys(acts) as (keyof typeof acts)[])),
  });
  const story = fc.array(step, { minLength: 2, maxLength: 6 });
  await fc.assert(fc.asyncProperty(story, expectTheSame), { ...runs(8), endOnFailure: true });
});
