import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scoreImpact } from '../../../functions/incidents/signal/score.ts';
import { policy } from '../../../functions/policy.ts';

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
    expect(scoreImpact('stopped', customers, policy).value).toBe(4 * bracket);
    expect(scoreImpact('degraded', customers, policy).value).toBe(2 * bracket);
    expect(scoreImpact('inconvenient', customers, policy).value).toBe(bracket);
    expect(scoreImpact('none', customers, policy).value).toBe(0);
  });

  test('the score carries its rule and what it was taken from', () => {
    expect(scoreImpact('degraded', 12, policy)).toEqual({
      value: 6,
      rule: 'impact-by-customers',
      inputs: { businessImpact: 'degraded', affectedCustomerCount: 12 },
    });
    expect(scoreImpact(undefined, undefined, policy)).toEqual({
      value: null,
      rule: 'inputs-unknown',
      inputs: { businessImpact: null, affectedCustomerCount: null },
    });
    expect(scoreImpact('stopped', 0, policy).inputs.affectedCustomerCount).toBe(0);
  });

  test('a policy whose brackets begin later scores what lies below them as nothing', () => {
    const brackets = [{ from: 5, value: 3 }];
    expect(scoreImpact('stopped', 4, { ...policy, score: { ...policy.score, brackets } }).value).toBe(0);
  });

  test('an unknown input gives no score, which is not zero', () => {
    const nothing = { value: null, rule: 'inputs-unknown' };
    expect(scoreImpact(undefined, 3, policy)).toMatchObject(nothing);
    expect(scoreImpact('stopped', undefined, policy)).toMatchObject(nothing);
    expect(scoreImpact('stopped', Number.NaN, policy)).toMatchObject(nothing);
  });

  test('more customers never score less', () => {
    fc.assert(
      fc.property(fc.constantFrom(...impacts), fc.nat(10_000), fc.nat(10_000), (impact, customers, more) => {
        const [fewer, all] = [scoreImpact(impact, customers, policy), scoreImpact(impact, customers + more, policy)];
        expect(all.value as number).toBeGreaterThanOrEqual(fewer.value as number);
      }),
    );
  });
});
