import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scoreImpact } from '../../../functions/incidents/signals/score.ts';
import type { BusinessImpact } from '../../../functions/incidents/signals/signal.ts';
import { defined } from '../../../functions/platform/defined.ts';
import { type Policy, policy } from '../../../functions/policy.ts';

const scoreOf = (businessImpact?: BusinessImpact, affectedCustomerCount?: number, by: Policy = policy) =>
  scoreImpact(defined({ businessImpact, affectedCustomerCount }), by);

const impacts = ['stopped', 'degraded', 'inconvenient', 'none'] as const;

describe('score by impact and affected customers (table D)', () => {
  test.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [9, 2],
    [10, 3],
    [99, 3],
    [100, 4],
    [5_000, 4],
  ])('%i customers are bracket %i', (customers, bracket) => {
    expect(scoreOf('stopped', customers).value).toBe(4 * bracket);
    expect(scoreOf('degraded', customers).value).toBe(2 * bracket);
    expect(scoreOf('inconvenient', customers).value).toBe(bracket);
    expect(scoreOf('none', customers).value).toBe(0);
  });

  test('the score carries its rule and what it was taken from', () => {
    expect(scoreOf('degraded', 12)).toEqual({
      value: 6,
      rule: 'impact-by-customers',
      inputs: { businessImpact: 'degraded', affectedCustomerCount: 12 },
    });
    expect(scoreOf(undefined, undefined)).toEqual({
      value: null,
      rule: 'inputs-unknown',
      inputs: { businessImpact: null, affectedCustomerCount: null },
    });
    expect(scoreOf('stopped', 0).inputs.affectedCustomerCount).toBe(0);
  });

  test('a policy whose brackets begin later scores what lies below them as nothing', () => {
    const brackets = [{ from: 5, value: 3 }];
    expect(scoreOf('stopped', 4, { ...policy, score: { ...policy.score, brackets } }).value).toBe(0);
  });

  test('an unknown input gives no score, which is not zero', () => {
    const nothing = { value: null, rule: 'inputs-unknown' };
    expect(scoreOf(undefined, 3)).toMatchObject(nothing);
    expect(scoreOf('stopped', undefined)).toMatchObject(nothing);
    expect(scoreOf('stopped', Number.NaN)).toMatchObject(nothing);
  });

  test('more customers never score less', () => {
    fc.assert(
      fc.property(fc.constantFrom(...impacts), fc.nat(10_000), fc.nat(10_000), (impact, customers, more) => {
        const [fewer, all] = [scoreOf(impact, customers), scoreOf(impact, customers + more)];
        expect(all.value as number).toBeGreaterThanOrEqual(fewer.value as number);
      }),
    );
  });
});
