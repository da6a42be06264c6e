import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeUrgency, type UrgencyRule } from '../../../functions/incidents/signals/urgency.ts';
import { policy, policyVersion } from '../../../functions/policy.ts';

const receivedAt = new Date('2026-11-24T01:00:00.000Z');
const judgeAge = (ageMs: number) =>
  judgeUrgency(new Date(receivedAt.getTime() - ageMs), receivedAt, policy, receivedAt);

describe('urgency by the age at filing (table B)', () => {
  test.each<[string, number, 'high' | 'low', UrgencyRule]>([
    ['just now', 0, 'high', 'occurred-within-one-hour'],
    ['exactly 60 minutes ago', 3_600_000, 'high', 'occurred-within-one-hour'],
    ['a millisecond more than 60 minutes ago', 3_600_001, 'low', 'occurred-earlier'],
    ['days ago', 5 * 86_400_000, 'low', 'occurred-earlier'],
    ['exactly 5 minutes ahead: a clock’s error', -300_000, 'high', 'occurred-within-one-hour'],
    ['a millisecond more than 5 minutes ahead', -300_001, 'high', 'occurrence-in-future'],
  ])('%s', (_, ageMs, level, rule) => {
    expect(judgeAge(ageMs)).toMatchObject({ level, rule });
  });

  test('an unknown occurrence is high', () => {
    expect(judgeUrgency(undefined, receivedAt, policy, receivedAt)).toMatchObject({
      level: 'high',
      rule: 'occurrence-unknown',
      inputs: { occurredAt: null, ageMinutes: null },
    });
  });

  test('the decision carries its inputs, its policy and every rule considered, with why', () => {
    const urgency = judgeAge(3_600_001);
    expect(urgency.policyVersion).toBe(policyVersion(policy));
    expect(urgency.inputs).toEqual({
      occurredAt: new Date(receivedAt.getTime() - 3_600_001),
      receivedAt,
      ageMinutes: 60,
    });
    expect(urgency.considered.map((each) => [each.rule, each.held])).toEqual([
      ['occurrence-unknown', false],
      ['occurrence-in-future', false],
      ['occurred-within-one-hour', false],
      ['occurred-earlier', true],
    ]);
    for (const each of urgency.considered) expect(each.why).toMatch(/\.$/);
  });

  const known = 'It is known when it occurred.';
  const unknown = 'It is not known when it occurred.';
  const why = (age: string, isFuture = false) => [
    known,
    isFuture
      ? `${age}; more than 5 min ahead is taken for a mistake and treated as urgent.`
      : 'It is not more than 5 min in the future.',
    `${age}; up to 60 min is urgent.`,
    `${age}; more than 60 min is not urgent.`,
  ];
  test.each<[string, number | undefined, UrgencyRule, string[]]>([
    ['now', 0, 'occurred-within-one-hour', why('It occurred 0 min before it was received')],
    ['two and a half ago', 150_000, 'occurred-within-one-hour', why('It occurred 3 min before it was received')],
    ['just too long ago', 3_600_001, 'occurred-earlier', why('It occurred 61 min before it was received')],
    ['a millisecond ahead', -1, 'occurred-within-one-hour', why('It occurred 1 min after it was received')],
    ['ten minutes ahead', -600_000, 'occurrence-in-future', why('It occurred 10 min after it was received', true)],
    ['a day ago', 86_400_000, 'occurred-earlier', why('It occurred 1440 min before it was received')],
    [
      'nobody knows when',
      undefined,
      'occurrence-unknown',
      ['It is not known when it occurred: treated as urgent.', unknown, unknown, unknown],
    ],
  ])('says why: %s', (_, ageMs, rule, reasons) => {
    const urgency = ageMs === undefined ? judgeUrgency(undefined, receivedAt, policy, receivedAt) : judgeAge(ageMs);
    expect(urgency.considered.map((each) => each.why)).toEqual(reasons);
    expect(urgency.considered.filter((each) => each.held)).toMatchObject([{ rule }]);
    expect(urgency.evaluatedAt).toBe(receivedAt);
  });

  test('a time that is none is an unknown one', () => {
    const urgency = judgeUrgency(new Date(Number.NaN), receivedAt, policy, receivedAt);
    expect([urgency.level, urgency.rule, urgency.inputs.occurredAt]).toEqual(['high', 'occurrence-unknown', null]);
  });

  test('is total and deterministic, and exactly one rule holds, for any dates at all', () => {
    const anyDate = fc.date({ noInvalidDate: false });
    fc.assert(
      fc.property(fc.option(anyDate, { nil: undefined }), fc.date({ noInvalidDate: true }), (occurredAt, received) => {
        const first = judgeUrgency(occurredAt, received, policy, received);
        expect(judgeUrgency(occurredAt, received, policy, received)).toEqual(first);
        expect(first.considered.filter((each) => each.held).map((each) => each.rule)).toEqual([first.rule]);
        expect(first.level === 'low').toBe(first.rule === 'occurred-earlier');
      }),
    );
  });

  test('never gets less urgent by being more recent', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e10, max: 1e10 }), fc.nat(1e10), (ageMs, moreMs) => {
        if (judgeAge(ageMs + moreMs).level === 'high') expect(judgeAge(ageMs).level).toBe('high');
      }),
    );
  });
});
