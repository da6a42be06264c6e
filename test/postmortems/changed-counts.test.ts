/** Changed counts, table H: which weeks are compared, when a change is new, and how long it is shown. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import {
  type CountedWeek,
  checkWeeks,
  type Finding,
  findAlarms,
  findChangedCounts,
  weeksToRead,
} from '../../functions/postmortems/changed-counts.ts';
import { noMeeting, withAnswer } from '../../functions/postmortems/meeting.ts';
import { compareRates } from '../../functions/postmortems/statistics.ts';
import type { WeekSummary } from '../../functions/postmortems/trends.ts';
import { weekAfter } from '../../functions/postmortems/week.ts';
import { at, summary, week } from './facts.ts';

const start = week('2025-W01');
const idOf = (index: number): string => weekAfter(start, index, policy.zone).id;
const weeksOf = (counts: (number | null)[]): CountedWeek[] =>
  counts.flatMap((incidents, index) => (incidents === null ? [] : [{ week: idOf(index), incidents }]));
const times = (count: number, of: number | null): (number | null)[] => new Array<number | null>(count).fill(of);
const alarmsOf = (...of: Parameters<typeof checkWeeks>) => checkWeeks(...of).alarms;
const noticed = (...counts: (number | null)[]): string[] =>
  alarmsOf(weeksOf(counts), policy).map((each) => `${each.kind} ${each.week}`);

describe('which weeks are compared', () => {
  test.each<[what: string, counts: (number | null)[], alarms: string[]]>([
    ['no weeks at all', [], []],
    ['twelve weeks before: too few', [...times(12, 20), ...times(4, 0)], []],
    ['thirteen', [...times(13, 20), ...times(4, 0)], [`fall ${idOf(16)}`]],
    ['thirteen of which one was not counted', [...times(6, 20), null, ...times(6, 20), ...times(4, 0)], []],
    ['one of the last four was not counted', [...times(26, 20), 0, null, 0, 0], []],
    [
      'what was before the 26 is not compared with',
      [...times(40, 500), ...times(26, 20), ...times(4, 20)],
      [`fall ${idOf(40)}`],
    ],
    ['a change is noticed once while it lasts', [...times(26, 20), ...times(20, 5)], [`fall ${idOf(27)}`]],
    ['none where nothing happens', [...times(26, 0), ...times(20, 0)], []],
    ['a rise', [...times(26, 5), ...times(6, 15)], [`rise ${idOf(27)}`]],
    ['a fall, a rise', [...times(26, 20), ...times(12, 5), ...times(12, 40)], [`fall ${idOf(27)}`, `rise ${idOf(39)}`]],
    [
      'a second fall, long after the first has become usual',
      [...times(26, 40), ...times(40, 20), ...times(6, 5)],
      [`fall ${idOf(28)}`, `fall ${idOf(67)}`],
    ],
    [
      'a second fall while the first still holds, once that has lasted',
      [...times(26, 40), ...times(14, 20), ...times(8, 5)],
      [`fall ${idOf(28)}`, `fall ${idOf(42)}`],
    ],
    [
      'a second rise while the first still holds',
      [...times(26, 5), ...times(14, 15), ...times(8, 40)],
      [`rise ${idOf(27)}`, `rise ${idOf(41)}`],
    ],
    [
      'a slow fall is noticed once',
      Array.from({ length: 52 }, (_, index) => Math.max(6, 20 - Math.max(0, index - 25))),
      [`fall ${idOf(35)}`],
    ],
  ])('%s', (_, counts, alarms) => {
    expect(noticed(...counts)).toEqual(alarms);
  });

  test('an alarm has the rates, the weeks and the chance that it was raised by', () => {
    const [alarm] = alarmsOf(weeksOf([...times(26, 5), 1, 2, 1, 2]), policy);
    const { fall } = compareRates(130, 26, 6, 4);
    expect(alarm).toEqual({ week: idOf(29), kind: 'fall', before: 5, after: 1.5, weeksBefore: 26, p: fall });
  });

  test('just below the chance that the policy names it is noticed, and at it not', () => {
    const weeks = weeksOf([...times(26, 5), 1, 2, 1, 2]);
    const [alarm] = alarmsOf(weeks, policy);
    const of = (alarmBelow: number) => ({ ...policy, underReporting: { ...policy.underReporting, alarmBelow } });
    expect(alarmsOf(weeks, of(Number(alarm?.p)))).toEqual([]);
    expect(alarmsOf(weeks, of(Number(alarm?.p) * 1.0001))).toEqual([alarm]);
  });
});

test('the order of the weeks makes no difference, and what is asked from a week on is what the whole history says', () => {
  const history = fc.array(fc.option(fc.nat(12), { freq: 12 }), { minLength: 60, maxLength: 90 });
  fc.assert(
    fc.property(history, fc.integer({ min: 40, max: 59 }), fc.integer(), (counts, from, seed) => {
      const weeks = weeksOf(counts.map((each, index) => (each === null ? null : index > 45 ? each : each * 3)));
      const mixed = weeks.toSorted(
        (a, b) => Math.sin(seed + b.week.charCodeAt(7)) - Math.sin(seed + a.week.charCodeAt(7)),
      );
      const [first, last] = [week(idOf(from)), week(idOf(counts.length - 1))];
      expect(findAlarms(mixed, first, last, policy)).toEqual(findAlarms(weeks, first, last, policy));
      expect(checkWeeks(mixed, policy)).toEqual(checkWeeks(weeks, policy));
    }),
    { numRuns: 40 },
  );
});

describe('what a bundle says', () => {
  const cliff = (weeks: number, low = 8): WeekSummary[] =>
    Array.from({ length: weeks }, (_, index) =>
      summary(
        idOf(index),
        index < 30 ? 20 : low,
        index < 30 ? { questions: 4, outside: 9, drills: 1 } : { questions: 16, outside: 8, linked: 16, drills: 1 },
      ),
    );
  const answeredIn = (id: string) => {
    const said = withAnswer(noMeeting(id), { id: 'falling-counts' }, 'フォーム', {
      actor: 'a',
      now: at('2026-01-01T00:00:00Z'),
    });
    return said ? [said] : [];
  };
  const of = (count: number, meetings = answeredIn('2024-W01'), standing: Finding[] = []) =>
    findChangedCounts(cliff(count), { standing, meetings, week: week(idOf(count - 1)), policy });

  test('a change is noticed with what rose meanwhile, and stays as it was noticed', () => {
    const { findings } = of(40);
    expect(findings).toMatchObject([{ week: idOf(32), kind: 'fall', weeksBefore: 26, answeredIn: null }]);
    // What fell, and what stayed as it was, is no evidence. The largest rise is first.
    expect(findings[0]?.doors).toEqual([
      { door: 'linked', before: 0, after: 12 },
      { door: 'questions', before: 4, after: 13 },
    ]);
    expect(of(33).findings).toEqual(findings);
    expect(of(32).findings).toEqual([]);
  });

  test('an answer of the meeting in which it was noticed, or of a later one, is its answer', () => {
    expect(of(40, answeredIn(idOf(31))).findings[0]?.answeredIn).toBeNull();
    expect(of(40, answeredIn(idOf(32))).findings[0]?.answeredIn).toBe(idOf(32));
    expect(of(40, [...answeredIn(idOf(36)), ...answeredIn(idOf(34))]).findings[0]?.answeredIn).toBe(idOf(34));
    // What this week's own meeting says is not in its bundle.
    expect(of(40, answeredIn(idOf(39))).findings[0]?.answeredIn).toBeNull();
  });

  test('it is shown for as long as its week is, and stays after that until it is answered', () => {
    const [finding] = of(40).findings;
    const shown = 32 + policy.underReporting.trendWeeks;
    expect(of(shown, answeredIn(idOf(34))).findings).toHaveLength(1);
    expect(of(shown + 1, answeredIn(idOf(34)), []).findings).toEqual([]);
    const standing = finding ? [finding] : [];
    expect(of(shown + 1, [], standing).findings).toEqual(standing);
    expect(of(shown + 1, answeredIn(idOf(shown - 2)), standing).findings).toEqual([]);
    // One that is shown anyway is not there twice.
    expect(of(shown, [], standing).findings).toEqual(standing);
  });

  test('a week that is not over is not counted', () => {
    const weeks = cliff(33);
    const open = weeks.map((each, index) => (index === 32 ? { ...each, isComplete: false } : each));
    const found = findChangedCounts(open, { standing: [], meetings: [], week: week(idOf(32)), policy });
    expect(found).toMatchObject({ isJudged: true, findings: [] });
  });

  test('with too few weeks it says that it has not judged', () => {
    expect(of(17).isJudged).toBe(true);
    expect(of(16)).toMatchObject({ isJudged: false, usual: null });
  });

  test('what is usual is what chance gives at the mean of the weeks before the last four', () => {
    const weeks = [...times(14, 10), ...times(4, 0)].map((count, index) => summary(idOf(index), count ?? 0));
    const { usual } = findChangedCounts(weeks, { standing: [], meetings: [], week: week(idOf(17)), policy });
    expect(usual).toEqual({ weeks: 14, mean: 10, low: 4, high: 17 });
  });

  test('it reads the weeks that it shows, and those that the first of them is compared with', () => {
    const whole = cliff(80, 15);
    const own = week(idOf(79));
    const first = weekAfter(own, -weeksToRead(policy), policy.zone).id;
    const read = whole.filter((each) => each.week >= first);
    expect(read.length).toBeLessThan(whole.length);
    const nothing = { standing: [], meetings: [], week: own, policy };
    expect(findChangedCounts(read, nothing)).toEqual(findChangedCounts(whole, nothing));
  });
});
