/** What one change did to a value, done to another that has changed meanwhile. */
import { describe, expect, test } from 'vitest';
import { isSame, merge, mergeFields } from '../../../functions/incidents/retraction/merge.ts';

const [a, b, c] = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];

test.each<[string, unknown, unknown, boolean]>([
  ['fields in another order', { x: 1, y: { p: 1, q: 2 } }, { y: { q: 2, p: 1 }, x: 1 }, true],
  ['another value', { x: 1 }, { x: 2 }, false],
  ['members in another order', [1, 2], [2, 1], false],
  ['the same time', new Date(5), new Date(5), true],
  ['another time', new Date(5), new Date(6), false],
  ['nothing and null', undefined, null, false],
  ['nothing and nothing', undefined, undefined, true],
])('%s', (_, one, other, same) => {
  expect(isSame(one, other)).toBe(same);
});

describe('a value', () => {
  test.each<[string, unknown, unknown, unknown, unknown]>([
    ['that did not change stays as it is now', 'ours', 'was', 'was', 'ours'],
    ['that is as it was becomes what it became', 'was', 'was', 'is', 'is'],
    ['that became another takes the place of a third', 'ours', 'was', 'is', 'is'],
    ['that is as it was is gone where it went', 'was', 'was', undefined, undefined],
    ['that went is gone, whatever it is now', 'ours', 'was', undefined, undefined],
    ['that came where there is another', 'ours', undefined, 'is', 'is'],
    ['that became a time', 'ours', 'was', new Date(5), new Date(5)],
    ['of fields changes only where it changed', { x: 1, y: 9 }, { x: 1, y: 2 }, { x: 3, y: 2 }, { x: 3, y: 9 }],
    ['of fields loses what was lost', { x: 1, y: 9 }, { x: 1, y: 2 }, { y: 2 }, { y: 9 }],
    ['of fields gains what was gained', { y: 9 }, { y: 2 }, { y: 2, z: 4 }, { y: 9, z: 4 }],
    ['of fields where there are none now', 'ours', { x: 1 }, { x: 2 }, { x: 2 }],
    ['of fields where there were none', { y: 9 }, 'was', { x: 2 }, { y: 9, x: 2 }],
  ])('%s', (_, ours, was, is, merged) => {
    expect(merge(ours, was, is)).toStrictEqual(merged);
  });
});

describe('a list', () => {
  test.each<[string, unknown, unknown, unknown, unknown]>([
    ['loses the member that was lost', [a, b, c], [a, b], [a], [a, c]],
    ['gains the member that was gained, after its own', [a, c], [a], [a, b], [a, c, b]],
    ['gains no member twice', [a, b, c], [a], [a, b], [a, b, c]],
    ['has a changed member in its place', [a, { ...b, n: 9 }, c], [a, b], [a, { ...b, n: 2 }], [a, { ...b, n: 2 }, c]],
    ['keeps what changed meanwhile of a member that did not', [{ ...a, n: 9 }, c], [a, b], [a], [{ ...a, n: 9 }, c]],
    [
      'tells links apart by their incident',
      [{ incidentId: 'x', n: 9 }, { incidentId: 'y' }],
      [{ incidentId: 'x' }, { incidentId: 'z' }],
      [{ incidentId: 'z' }],
      [{ incidentId: 'y' }],
    ],
    ['tells words apart by themselves', ['a', 'b', 'c'], ['a', 'b'], ['b'], ['b', 'c']],
    ['is what it became, where there is none now', undefined, ['a'], ['a', 'b'], ['b']],
    ['is what it became, where there was none', ['c'], undefined, ['a'], ['c', 'a']],
  ])('%s', (_, ours, was, is, merged) => {
    expect(merge(ours, was, is)).toEqual(merged);
  });
});

test('fields that are merged leave what they were merged into as it was', () => {
  const ours = { x: 1, y: 2 };
  expect(mergeFields(ours, { x: 1 }, {})).toEqual({ y: 2 });
  expect(ours).toEqual({ x: 1, y: 2 });
});
