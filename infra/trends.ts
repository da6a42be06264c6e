/** `npm run trends -- history.csv`: when a team's own counts changed by more than chance explains. Nothing is stored. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { policy } from '../functions/policy.ts';
import { type CountAlarm, type CountedWeek, checkWeeks, neededWeeks } from '../functions/postmortems/changed-counts.ts';
import { readWeek, type Week, weekAfter, weekOf } from '../functions/postmortems/week.ts';
import { commandLine, runTyped } from './command-line.ts';
import { counted } from './counted.ts';
import { readTable } from './read-table.ts';
import { reasonOf } from './reason-of.ts';

const usage = `npm run trends -- history.csv [--encoding NAME] [--settings DIR]

A table with a header, a row a week:   week,incidents     2026-W47,12
or a row an incident:                  date               2026-11-17

  week, date  a week such as 2026-W47, or any day in it, such as 2026-11-17 (週, 日付)
  incidents   the number in that week; without this column, each row is one incident (件数)
  --encoding  the table's encoding: utf-8, shift_jis or utf-16le; detected by default
  --settings  the folder of your own settings, if it is not infra/settings (METRONOME_SETTINGS sets it too)

Other columns are ignored. A week without a row is not compared, unless each row is one incident.
`;

const columns = { week: ['week', 'date', '週', '日付'], incidents: ['incidents', '件数'] };

export const trends = commandLine(usage, async ({ args, out, err }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { encoding: { type: 'string' }, settings: { type: 'string' }, help: { type: 'boolean' } },
  });
  const [file] = positionals;
  if (values.help || !file) {
    (values.help ? out : err)(usage);
    return values.help ? 0 : 2;
  }
  try {
    const weeks = countWeeks(readTable(readFileSync(file), values.encoding).text);
    out(`${sayChecked(weeks).join('\n')}\n`);
    return 0;
  } catch (error) {
    err(`${reasonOf(error)}\n\n${usage}`);
    return 2;
  }
});

function sayChecked(weeks: readonly CountedWeek[]): string[] {
  const { alarms, judgedWeeks } = checkWeeks(weeks, policy);
  const read = `${counted(weeks.length, 'week')} read, ${judgedWeeks} judged.`;
  const { weeksAfter: after, weeksBefore, leastWeeksBefore: before } = policy.underReporting;
  if (judgedWeeks === 0) {
    const needed = `${after} weeks in a row, and at least ${before} of the ${weeksBefore} before them`;
    return [read, `Nothing was judged: ${neededWeeks(policy)} weeks are needed (${needed}).`];
  }
  if (alarms.length > 0) return [read, ...alarms.map(say)];
  return [read, 'In these, counts have not changed by more than chance explains.'];
}

function say({ week, kind, before, after, weeksBefore, p }: CountAlarm): string {
  const rate = (value: number): string => value.toFixed(1);
  return `${week}  ${kind}  ${rate(before)} a week in ${weeksBefore} weeks, then ${rate(after)} a week in ${policy.underReporting.weeksAfter}  (p = ${p.toPrecision(2)})`;
}

/**
 * The counts of a table.
 * @throws Error naming the line that cannot be read, or the column that is not there
 */
export function countWeeks(csv: string): CountedWeek[] {
  const rows = parse(csv, { bom: true, columns: true, trim: true, skip_empty_lines: true }) as Record<string, string>[];
  const [first] = rows;
  const nameOf = (names: string[]): string | undefined =>
    Object.keys(first ?? {}).find((each) => names.includes(each.toLowerCase()));
  const [week, incidents] = [nameOf(columns.week), nameOf(columns.incidents)];
  if (week === undefined) throw new Error(`The table needs a column ${columns.week.join(' or ')}.`);
  const counts = new Map<string, number>();
  rows.forEach((row, index) => {
    const line = index + 2;
    const { id } = weekIn(row[week] ?? '', line);
    if (incidents !== undefined && counts.has(id)) throw new Error(`Line ${line}: ${id} is counted twice.`);
    const count = incidents === undefined ? 1 : Number(row[incidents] || Number.NaN);
    if (!Number.isSafeInteger(count) || count < 0)
      throw new Error(`Line ${line}: ${row[incidents ?? '']} is not a count.`);
    counts.set(id, (counts.get(id) ?? 0) + count);
  });
  return incidents === undefined ? withEmptyWeeks(counts) : listed(counts);
}

const listed = (counts: ReadonlyMap<string, number>): CountedWeek[] =>
  [...counts].map(([week, incidents]) => ({ week, incidents })).sort((a, b) => (a.week < b.week ? -1 : 1));

function weekIn(text: string, line: number): Week {
  const week = readWeek(text.toUpperCase(), policy.zone);
  if (week) return week;
  const [, year, month, day] = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/.exec(text) ?? [];
  const noon = new Date(`${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}T12:00:00Z`);
  if (Number.isNaN(noon.getTime())) throw new Error(`Line ${line}: ${text} is neither a week nor a day.`);
  return weekOf(new Date(noon.getTime() - 12 * 3_600_000), 'UTC');
}

/** Where each row is one incident, a week without a row had none. */
function withEmptyWeeks(counts: ReadonlyMap<string, number>): CountedWeek[] {
  const all = listed(counts);
  const [first, last] = [all[0], all.at(-1)].map((each) => each && readWeek(each.week, 'UTC'));
  const whole = new Map<string, number>();
  for (let at = first; at && last && at.start <= last.start; at = weekAfter(at, 1, 'UTC')) {
    whole.set(at.id, counts.get(at.id) ?? 0);
  }
  return listed(whole);
}

if (import.meta.main) await runTyped(trends);
