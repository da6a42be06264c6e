/** A team tries the test of changed counts on its own years: by the API, and as a command. Nothing is stored. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { weekAfter } from '../../functions/postmortems/week.ts';
import { trends } from '../../infra/trends.ts';
import { typed } from '../infra/command.ts';
import { week } from '../postmortems/facts.ts';
import { useScenario } from './house.ts';

const idOf = (index: number): string => weekAfter(week('2025-W01'), index, policy.zone).id;
const weeks = Array.from({ length: 34 }, (_, index) => ({
  week: idOf(index),
  incidents: index < 26 ? 5 : index % 2,
  questions: index < 26 ? 1 : 6,
}));

describe('by the API', () => {
  const scenario = useScenario('2026-11-24T01:00:00Z');
  const check = (body: unknown) => scenario.post('/api/trends/check', body);

  test('the changes are answered, and nothing is stored', async () => {
    const { status, body } = await check({ weeks: weeks.toReversed() });
    expect(status).toBe(200);
    expect(body.alarms).toHaveLength(1);
    expect(body.alarms[0]).toMatchObject({ week: idOf(28), kind: 'fall', weeksBefore: 25 });
    expect(body.alarms[0].p).toBeLessThan(0.001);
    expect(body).toMatchObject({ judgedWeeks: 18, neededWeeks: 17 });
    const few = await check({ weeks: weeks.slice(0, 8) });
    expect(few.body).toEqual({ alarms: [], judgedWeeks: 0, neededWeeks: 17 });
    expect((await check({ weeks: [] })).body).toEqual({ alarms: [], judgedWeeks: 0, neededWeeks: 17 });
    expect((await scenario.get('/api/postmortems')).body.postmortems).toEqual([]);
  });

  test.each<[what: string, weeks: unknown, path: string]>([
    ['a week that does not exist', [{ week: '2026-W54', incidents: 1 }], 'weeks.0.week'],
    ['a week that is counted twice', [weeks[0], weeks[0]], 'weeks'],
    ['half an incident', [{ week: '2026-W01', incidents: 0.5 }], 'weeks.0.incidents'],
    ['fewer than none', [{ week: '2026-W01', incidents: -1 }], 'weeks.0.incidents'],
    ['another key', [{ week: '2026-W01', incidents: 1, reports: 2 }], 'weeks.0'],
    [
      'more weeks than anybody has',
      Array.from({ length: 2_001 }, (_, index) => ({ ...weeks[0], week: idOf(index) })),
      'weeks',
    ],
  ])('%s is refused, and named', async (_, stated, path) => {
    const { status, body } = await check({ weeks: stated });
    expect([status, body.errors[0].path]).toEqual([422, path]);
  });
});

describe('as a command', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'trends-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (table: string | Uint8Array, ...more: string[]) => {
    const file = join(folder, 'history.csv');
    writeFileSync(file, table);
    return typed(trends, [file, ...more]);
  };
  const lines = (head: string): string => [head, ...weeks.map((each) => `${each.week},${each.incidents},x`)].join('\n');

  test('a row a week', async () => {
    const { code, out } = await run(lines('week,incidents,note'));
    expect(code).toBe(0);
    expect(out).toMatch(
      /^34 weeks read, 18 judged\.\n2025-W29 {2}fall {2}5\.0 a week in 25 weeks, then \d\.\d a week in 4 {2}\(p = 0\.000\d+\)\n$/,
    );
  });

  test('with Japanese names of columns, any day for a week, and lower case', async () => {
    const table = ['週,件数', '2025-w01,5', '2025/1/12,7', '2025-01-19,4'].join('\n');
    const { code, out } = await run(table);
    expect([code, out]).toEqual([
      0,
      '3 weeks read, 0 judged.\nNothing was judged: 17 weeks are needed (4 weeks in a row, and at least 13 of the 26 before them).\n',
    ]);
  });

  test('all is well only where weeks were judged', async () => {
    const steady = ['week,incidents', ...weeks.slice(0, 20).map(({ week: id }) => `${id},5`)];
    const well = 'In these, counts have not changed by more than chance explains.';
    expect((await run(steady.join('\n'))).out).toBe(`20 weeks read, 4 judged.\n${well}\n`);
    // As many weeks, of which no four follow each other.
    const gaps = ['week,incidents', ...weeks.filter((_, at) => at % 4 !== 3).map(({ week: id }) => `${id},5`)];
    expect((await run(gaps.join('\n'))).out).toMatch(/^26 weeks read, 0 judged\.\nNothing was judged: 17 weeks/);
  });

  test('a row an incident: weeks without one had none', async () => {
    const days = Array.from({ length: 20 }, (_, at) =>
      new Array<Date>(6).fill(weekAfter(week('2025-W01'), at, policy.zone).end),
    ).flat();
    const table = ['date', ...days.map((each) => each.toISOString().slice(0, 10)), '2025-07-01'].join('\n');
    const { out } = await run(table);
    expect(out).toMatch(/^27 weeks read, 11 judged\.\n2025-W2\d {2}fall {2}6\.0 a week/);
  });

  test.each<[what: string, table: string, says: string]>([
    ['no column of weeks', 'name,incidents\na,1', 'The table needs a column week or date or 週 or 日付.'],
    ['what is no week', 'week,incidents\n2026-W47,1\nlast week,2', 'Line 3: last week is neither a week nor a day.'],
    ['what is no count', 'week,incidents\n2026-W47,many', 'Line 2: many is not a count.'],
    ['a count that is missing', 'week,incidents\n2026-W47,', 'Line 2:  is not a count.'],
    ['a week twice', 'week,incidents\n2026-W47,1\n2026-11-17,2', 'Line 3: 2026-W47 is counted twice.'],
  ])('%s is named, and how it is called', async (_, table, says) => {
    const { code, err } = await run(table);
    expect([code, err.split('\n')[0]]).toEqual([2, says]);
    expect(err).toContain('npm run trends -- history.csv');
  });

  test('without a table it says how it is called', async () => {
    expect(await typed(trends, [])).toMatchObject({ code: 2, err: expect.stringContaining('npm run trends') });
    expect(await typed(trends, ['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('npm run trends') });
  });
});
