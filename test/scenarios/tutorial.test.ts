/** The two tutorials are one; `tutorial.long.test.ts` follows it. */
import { expect, test } from 'vitest';
import { steps } from './tutorial.ts';

test('has the same to type in Japanese, but for what the ticket says', () => {
  const english = steps('ja/tutorial.md').map((each) => ({
    ...each,
    typed: each.typed.replaceAll('注文が通らない', 'Orders fail'),
  }));
  expect(english).toEqual(steps('tutorial.md'));
});
