import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { doors, type WeekSummary } from '../../functions/postmortems/trends.ts';
import {
  type Block,
  endsBlock,
  findUnderReporting,
  judgeBlocks,
  listBlocks,
  weeksToRead,
} from '../../functions/postmortems/under-reporting.ts';
import { weekAfter } from '../../functions/postmortems/week.ts';
import { summary, week } from './facts.ts';

const noDoors = { questions: 0, outside: 0, notOccurring: 0, linked: 0, dismissed: 0, drills: 0 };
const block = (index: number, incidents: number, left: Partial<Block['doors']> = {}): Block => ({
  index,
  firstWeek: `first-${index}`,
  lastWeek: `last-${index}`,
  incidents,
  reports: null,
  doors: { ...noDoors, ...left },
});
const judge = (...counts: number[]) =>
  judgeBlocks(
    counts.map((count, index) => block(index, count)),
    policy,
  ).map(({ level, rule }) => `${level}: ${rule}`);

/** Weeks from 2026-W02 on: the first ends the block before the story's first. 2026-W01 is week 104 of the grid. */
function weeksOf(from: string, perWeek: { incidents: number; questions?: number }[]): WeekSummary[] {
  const start = week(from);
  return perWeek.map(({ incidents, questions = 0 }, index) =>
    summary(weekAfter(start, index, policy.zone).id, incidents, { questions }),
  );
}

describe('blocks of four weeks on a grid (table H)', () => {
  test('the grid starts on Monday 2024-01-01, whatever the bundle', () => {
    expect(endsBlock('2024-W04', policy)).toBe(true);
    expect(endsBlock('2024-W03', policy)).toBe(false);
    expect(endsBlock('2024-W05', policy)).toBe(false);
    // 2025-12-29 is 104 weeks after the grid's start: 26 whole blocks.
    expect(endsBlock('2025-W52', policy)).toBe(true);
    expect(endsBlock('2026-W04', policy)).toBe(true);
    expect(endsBlock('2026-W48', policy)).toBe(true);
  });

  test('a block is listed once all its weeks are known and over', () => {
    const weeks = weeksOf(
      '2026-W01',
      [1, 2, 3, 4, 5, 6, 7, 8].map((incidents) => ({ incidents })),
    );
    const blocks = (upTo: string, of = weeks) =>
      listBlocks(of, week(upTo), policy).map(({ firstWeek, lastWeek, incidents }) => [firstWeek, lastWeek, incidents]);
    expect(blocks('2026-W03', weeks.slice(0, 3))).toEqual([]);
    expect(blocks('2026-W04', weeks.slice(0, 4))).toEqual([['2026-W01', '2026-W04', 10]]);
    expect(blocks('2026-W07', weeks.slice(0, 7))).toEqual([['2026-W01', '2026-W04', 10]]);
    expect(blocks('2026-W08')).toEqual([
      ['2026-W01', '2026-W04', 10],
      ['2026-W05', '2026-W08', 26],
    ]);
    const unfinished = weeks.map((each) => (each.week === '2026-W08' ? { ...each, isComplete: false } : each));
    expect(blocks('2026-W08', unfinished)).toEqual([['2026-W01', '2026-W04', 10]]);
    expect(findUnderReporting(unfinished, week('2026-W08'), policy)).toMatchObject({ judged: null, findings: [] });
  });
});

describe('what a bundle looks back on', () => {
  const { trendWeeks, blockWeeks } = policy.underReporting;
  const own = week('2026-W48');
  const back = (count: number, from = own) =>
    Array.from({ length: count }, (_, index) => summary(weekAfter(from, index - count, policy.zone).id, 1));

  test('the blocks of the trend, however much longer the past is', () => {
    const blocks = listBlocks([...back(3 * trendWeeks), summary(own.id, 1)], own, policy);
    const whole = Math.floor(trendWeeks / blockWeeks);
    expect(blocks).toHaveLength(whole);
    expect(blocks[0]?.firstWeek).toBe(weekAfter(own, 1 - whole * blockWeeks, policy.zone).id);
  });

  // A trend of whole blocks needs every week that is read; one that ends within a block has a few to spare.
  test.each([6 * blockWeeks, trendWeeks])(
    'what is read for a trend of %i weeks reaches to its first block, wherever the week stands in its own, and hardly beyond',
    (weeks) => {
      const of = { ...policy, underReporting: { ...policy.underReporting, trendWeeks: weeks } };
      const needed = [0, 1, 2, 3].map((after) => {
        const from = weekAfter(own, after, policy.zone);
        const whole = listBlocks([...back(2 * weeks, from), summary(from.id, 1)], from, of);
        let count = 0;
        while (listBlocks([...back(count, from), summary(from.id, 1)], from, of).length < whole.length) count += 1;
        return count;
      });
      expect(weeksToRead(of)).toBeGreaterThanOrEqual(Math.max(...needed, weeks - 1));
      expect(weeksToRead(of)).toBeLessThan(weeks + blockWeeks);
    },
  );

  test('a block’s reports are its weeks’ together, and unknown where one week’s are', () => {
    const weeks = [...back(3), summary(own.id, 1)].map((each, index) => ({ ...each, reports: 10 ** index }));
    expect(listBlocks(weeks, own, policy).map(({ reports }) => reports)).toEqual([1_111]);
    const uncounted = weeks.map((each, index) => (index === 1 ? { ...each, reports: null } : each));
    expect(listBlocks(uncounted, own, policy).map(({ reports }) => reports)).toEqual([null]);
  });
});

describe('what falling counts raise (table H)', () => {
  test('three falls in a row are a question, two are nothing', () => {
    expect(judge(30, 29, 28)).toEqual([]);
    expect(judge(30, 29, 28, 27)).toEqual(['question: three-falls']);
    expect(judge(30, 29, 29, 28)).toEqual([]);
    expect(judge(29, 30, 29, 28)).toEqual([]);
  });

  test('three falls of more than 2√(first + last) are a warning', () => {
    // 36 − 16 = 20; 2√52 = 14.42.
    expect(judge(36, 30, 20, 16)).toEqual(['warning: three-falls-beyond-chance']);
    // 18 − 8 = 10 and 2√26 = 10.198: within chance.
    expect(judge(18, 15, 12, 8)).toEqual(['question: three-falls']);
    // 18 − 7 = 11 and 2√25 = 10: beyond it.
    expect(judge(18, 15, 12, 7)).toEqual(['warning: three-falls-beyond-chance']);
    // 24 − 12 = 12 and 2√36 = 12: not more than chance.
    expect(judge(24, 20, 16, 12)).toEqual(['question: three-falls']);
    // 9 + 1 = 10, 2√10 = 6.32, 8 > 6.32.
    expect(judge(9, 5, 3, 1)).toEqual(['warning: three-falls-beyond-chance']);
  });

  test('four falls of more than 3√(first + last) are an alarm', () => {
    // 40 − 16 = 24; 3√56 = 22.45.
    expect(judge(40, 34, 28, 22, 16)).toEqual(['alarm: four-falls-beyond-chance']);
    // 40 − 18 = 22; 3√58 = 22.85: a warning still.
    expect(judge(40, 34, 28, 22, 18)).toEqual(['warning: three-falls-beyond-chance']);
    // 65 − 35 = 30 and 3√100 = 30: not more than that.
    expect(judge(65, 55, 50, 40, 35)).toEqual(['warning: three-falls-beyond-chance']);
  });

  test('the first is the block before the first fall, however long they last', () => {
    const [finding] = judgeBlocks(
      [20, 44, 41, 36, 30, 25, 19].map((count, index) => block(index, count)),
      policy,
    );
    expect(finding).toMatchObject({ level: 'alarm', first: 44, last: 19, fall: 25 });
    expect(finding?.blocks.map((each) => each.incidents)).toEqual([44, 41, 36, 30, 25, 19]);
  });

  test('a fall that no door explains names none, and says at whose end it was judged', () => {
    const [finding] = judgeBlocks(
      [30, 29, 28, 27].map((count, index) => block(index, count, { questions: 5 - index, outside: 2 })),
      policy,
    );
    expect(finding).toMatchObject({
      block: { firstWeek: 'first-3', lastWeek: 'last-3' },
      door: null,
      doorRose: 0,
      otherDoorsRose: -3,
    });
    expect(finding?.blocks.map(({ otherDoors }) => otherDoors)).toEqual([7, 6, 5, 4]);
  });

  test('two blocks are too few to say that a door absorbed them, and so is none', () => {
    expect(judgeBlocks([block(0, 60), block(1, 10, { questions: 60 })], policy)).toEqual([]);
    expect(judgeBlocks([], policy)).toEqual([]);
  });

  test('blocks are not compared across a gap', () => {
    const blocks = [40, 34, 28, 22, 16].map((count, index) => block(index < 2 ? index : index + 1, count));
    expect(judgeBlocks(blocks, policy)).toEqual([]);
  });

  test('what left by other doors meanwhile is an alarm after two blocks, naming the largest', () => {
    // 50 − 20 = 30 > 3√70 = 25.1; doors rose by 28 + 4 − 2 = 30.
    const blocks = [
      block(0, 50, { questions: 5, outside: 3, linked: 4 }),
      block(1, 48, { questions: 5, outside: 3, linked: 4 }),
      block(2, 20, { questions: 33, outside: 7, linked: 2 }),
    ];
    expect(judgeBlocks(blocks, policy)).toMatchObject([
      {
        level: 'alarm',
        rule: 'absorbed-by-another-door',
        door: 'questions',
        doorRose: 28,
        otherDoorsRose: 30,
        fall: 30,
      },
    ]);
    const fewer = [blocks[0] as Block, blocks[1] as Block, block(2, 20, { questions: 32, outside: 7, linked: 2 })];
    expect(judgeBlocks(fewer, policy)).toEqual([]);
    const atChance = [block(0, 45), block(1, 45), block(2, 20, { questions: 60 })];
    // 25 > 3√65 = 24.19, and 44 − 20 = 24 < 3√64 = 24: not more than.
    expect(judgeBlocks(atChance, policy)).toHaveLength(1);
    expect(judgeBlocks([block(0, 44), block(1, 45), block(2, 20, { questions: 60 })], policy)).toEqual([]);
  });
});

describe('the practice’s own story', () => {
  // Incidents fell four months in a row while a new question workflow swallowed them, a few more each month.
  const perBlock = [
    { incidents: 40, questions: 4 },
    { incidents: 34, questions: 10 },
    { incidents: 28, questions: 16 },
    { incidents: 22, questions: 22 },
    { incidents: 16, questions: 28 },
  ];
  const weeks = weeksOf(
    '2026-W01',
    perBlock.flatMap((each) =>
      Array.from({ length: 4 }, () => ({ incidents: each.incidents / 4, questions: each.questions / 4 })),
    ),
  );

  test('raises a warning at the third fall and the alarm at the fourth, and nothing before', () => {
    const levels = weeks.map((own, index) => {
      const found = findUnderReporting(weeks.slice(0, index + 1), week(own.week), policy);
      return `${own.week} ${found.judged?.endsWithThisWeek ? 'judged' : '-'} ${found.findings.map((each) => each.level)}`;
    });
    expect(levels.filter((each) => each.includes('judged'))).toEqual([
      '2026-W04 judged ',
      '2026-W08 judged ',
      '2026-W12 judged ',
      '2026-W16 judged warning',
      '2026-W20 judged alarm',
    ]);
    const firstAlarm = levels.findIndex((each) => each.includes('alarm'));
    expect(firstAlarm).toBe(19);
    const [alarm] = findUnderReporting(weeks, week('2026-W20'), policy).findings;
    expect(alarm).toMatchObject({ door: 'questions', doorRose: 24, otherDoorsRose: 24, first: 40, last: 16 });
  });

  test('swallowed at once, it is an alarm two blocks later, by the door', () => {
    const sudden = weeksOf(
      '2026-W01',
      [10, 10, 10, 10, 9, 10, 10, 10, 3, 3, 3, 4].map((incidents, index) => ({
        incidents,
        questions: index < 8 ? 1 : 9,
      })),
    );
    const at = (id: string, count: number) => findUnderReporting(sudden.slice(0, count), week(id), policy).findings;
    expect(at('2026-W08', 8)).toEqual([]);
    expect(at('2026-W11', 11)).toEqual([]);
    expect(at('2026-W12', 12)).toMatchObject([{ level: 'alarm', rule: 'absorbed-by-another-door', door: 'questions' }]);
  });
});

describe('properties', () => {
  const counts = fc.array(fc.nat(60), { minLength: 1, maxLength: 8 });

  test('counts that do not fall raise nothing', () => {
    fc.assert(
      fc.property(counts, (found) => {
        expect(judge(...found.toSorted((a, b) => a - b))).toEqual([]);
      }),
    );
  });

  test('an alarm by falls always has four of them, and rises nowhere', () => {
    fc.assert(
      fc.property(counts, (found) => {
        for (const finding of judgeBlocks(
          found.map((count, index) => block(index, count)),
          policy,
        )) {
          const seen = finding.blocks.map((each) => each.incidents);
          expect(seen).toEqual(seen.toSorted((a, b) => b - a));
          if (finding.level === 'alarm') expect(seen.length).toBeGreaterThanOrEqual(5);
        }
      }),
    );
  });

  test('every door is summed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...doors), (door) => {
        const found = judgeBlocks([block(0, 60), block(1, 50), block(2, 10, { [door]: 60 })], policy);
        expect(found).toMatchObject([{ door, otherDoorsRose: 60 }]);
      }),
    );
  });
});
