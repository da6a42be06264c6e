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
