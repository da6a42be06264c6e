/** An emergency by several reports, once something is said of another of them: more of what `npm test` plays. */
import { expect, test } from 'vitest';
import { degraded, useEmergencies } from './emergency-house.ts';

const house = useEmergencies();
const { state, ended, close, reports, emergencies } = house;

type Said = (ids: string[]) => Promise<unknown>;
test.each<[what: string, seconds: number[], say: Said, goesOn: boolean]>([
  ['it has a workaround', [0, 60, 120], ([first = '']) => state(first, degraded), false],
  ['it does not occur', [0, 60, 120], ([first = '']) => close(first), false],
  ['it has recovered', [0, 60, 120], ([first = '']) => state(first, { type: 'recovered' }), true],
  [
    'it is linked to the emergency',
    [0, 60, 120],
    ([first = '', , third]) => state(first, { type: 'linked', to: third, basis: '同じ' }),
    true,
  ],
  [
    'it has another title',
    [0, 60, 120],
    ([first = '']) => state(first, { ...degraded, field: 'title', value: '別の件名' }),
    true,
  ],
  ['it has a workaround, and four had reported', [0, 30, 60, 120], ([first = '']) => state(first, degraded), true],
])('%s', async (what, seconds, say, goesOn) => {
  const ids = await reports(`area of ${what}`, seconds);
  const last = seconds.length - 1;
  expect(await emergencies(ids)).toEqual([last]);
  await say(ids);
  await house.advance('PT2M');
  expect(await emergencies(ids)).toEqual(goesOn ? [last] : []);
  if (!goesOn) {
    expect(await ended(ids[last] ?? '')).toMatchObject({ actor: 'rule', detail: { rule: 'fact-changed' } });
  }
  for (const id of ids) await close(id);
});

test('it came after the others had made one, and is one too few once another of them has left', async () => {
  const ids = await reports('later', [0, 60, 120]);
  ids.push(...(await reports('later', [180])));
  expect(await emergencies(ids)).toEqual([2]);
  for (const [index, goesOn] of [[0, [2]] as const, [3, []] as const]) {
    await state(ids[index] ?? '', degraded);
    await house.advance('PT2M');
    expect(await emergencies(ids)).toEqual(goesOn);
  }
  for (const id of ids) await close(id);
});

test('it is linked to one that came before it, and the newest of those that are open is one in its place', async () => {
  const ids = await reports('linked', [0, 60, 120]);
  const [first = '', , third = ''] = ids;
  expect(await emergencies(ids)).toEqual([2]);
  await state(third, { type: 'linked', to: first, basis: '同じ' });
  await house.advance('PT2M');
  expect(await emergencies(ids)).toEqual([1]);
  for (const id of ids) await close(id);
});
