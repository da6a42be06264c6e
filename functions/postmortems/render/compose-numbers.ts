/** The week in numbers: groups, times, checkpoints, load. Pure. */
import { given } from '../../platform/defined.ts';
import { actorText } from '../../words/people.ts';
import type { Aggregates, Durations, Group, ScoreStatistics } from '../aggregates.ts';
import type { DutyLoad } from '../duty-load.ts';
import { spans, type TimeSpan } from '../entry.ts';
import { slotsKept } from '../over-weeks.ts';
import { sumOf } from '../statistics.ts';
import type { BundleHead } from '../store.ts';
import { doors } from '../trends.ts';
import { type Block, type Fact, type Inline, number, tableOf, text } from './blocks.ts';
import { percent, span } from './format.ts';
import { sayLost, sayMedian, saySlots } from './measures.ts';
import type { Page } from './page.ts';

const separator = ' · ';

export function composeNumbers(head: BundleHead, page: Page): Block[] {
  const { t, name } = page;
  const { aggregates } = head;
  const { total, checkpoints, duty } = aggregates;
  const responses = (n: number): string => t('responses', { n });
  const counts = (kind: string, of: object, unit: (n: number) => string): string[] =>
    Object.entries(of).map(([key, count]) => `${name(kind, key)} ${unit(count as number)}`);
  const slots = counts('slot', total.slots, (n) => t('times', { n }));
  const rows: Fact[] = [
    [name('field', 'businessImpact'), [counts('impact', total.impact, responses).join(separator)]],
    [t('lostTime'), [sayLost(aggregates.lostTime, page)]],
    [t('slots'), [[saySlots(slotsKept(total.slots), page), ...slots].join(separator)]],
    [t('doors'), [counts('door', given(head.doors, doors), responses).join(separator)]],
    [t('load'), [loadText(aggregates, page)]],
    ...(duty ? [[t('dutyLoad'), [dutyText(duty, page)]] satisfies Fact] : []),
  ];
  const facts: Block = { kind: 'facts', rows };
  // Tables of none would hide what a quiet week has to say.
  if (total.incidents === 0) return [facts];
  return [
    groupTable(aggregates, page),
    timesTable(total, page),
    ...hours(aggregates, page),
    tableOf(checkpoints, [
      [t('checkpoints'), ({ id }) => name('checkpoint', id)],
      number(name('result', 'pass'), ({ pass }) => pass),
      number(name('result', 'fail'), ({ fail }) => fail),
      number(name('result', 'no-data'), ({ noData }) => noData),
      number(name('result', 'not-applicable'), ({ notApplicable }) => notApplicable),
    ]),
    facts,
  ];
}

function groupTable({ total, bySource, byTool, byCause, byUrgency, byArea }: Aggregates, page: Page): Block {
  const { t, name } = page;
  const kinds = [
    ['bySource', 'source', bySource],
    ['byTool', 'tool', byTool],
    ['byCause', 'cause', byCause],
    ['byUrgency', 'urgency', byUrgency],
    ['byArea', 'area', byArea],
  ] as const;
  const rows: { label: Inline; group?: Group }[] = [
    { label: t('total'), group: total },
    ...kinds.flatMap(([heading, kind, groups]) => [
      ...(groups.length > 0 ? [{ label: { strong: t(heading) } }] : []),
      ...groups.map((group) => ({ label: name(kind, group.key), group })),
    ]),
  ];
  const of = (n: number, whole: number): string => ` (${t('trends.known', { n, total: whole })})`;
  const sum = ({ known, unknown, sum: scores }: ScoreStatistics): string =>
    known === 0 ? '–' : `${scores}${of(known, known + unknown)}`;
  const ofGroup = (head: string, say: (group: Group) => string | number) =>
    number(head, ({ group }: { group?: Group }) => (group ? say(group) : ''));
  const measured = (key: 'field.score' | 'firstResponse' | 'recovery', part: 'reference' | 'confirmed' | 'median') =>
    `${t(key)} (${t(part)})`;
  return tableOf(rows, [
    [t('group'), ({ label }) => [label]],
    ofGroup(t('trends.column.incidents'), ({ incidents }) => incidents),
    ofGroup(measured('field.score', 'reference'), ({ score }) => sum(score.reference)),
    ofGroup(measured('field.score', 'confirmed'), ({ score }) => sum(score.confirmed)),
    ofGroup(name('field', 'affectedCustomerCount'), ({ customers: { sum: n, unknown }, incidents }) => {
      return `${n}${of(incidents - unknown, incidents)}`;
    }),
    ofGroup(measured('firstResponse', 'median'), ({ firstResponse }) => sayMedian(firstResponse, page)),
    ofGroup(measured('recovery', 'median'), ({ recovery }) => sayMedian(recovery, page)),
  ]);
}

function loadText({ load, total }: Aggregates, { t, language }: Page): string {
  const { topShare, responders, incidents } = load;
  if (topShare === null) return t('noLoad');
  const people = load.people
    .slice(0, 10)
    .map((each) => `${actorText(each.name, each.actorName, language)} ${t('responses', { n: each.incidents })}`);
  const line = { share: percent(topShare), people: responders, incidents, total: total.incidents };
  return `${t('loadLine', line)} ${people.join(separator)}`;
}

/** Names appear in it only as load to balance. */
function dutyText(load: DutyLoad, { t }: Page): string {
  const { incidents, atNight, uncovered, unknown = 0, unknownHours = 0, people } = load;
  return [
    t('dutyLine', { incidents, atNight }),
    ...(uncovered > 0 ? [t('dutyUncovered', { n: uncovered })] : []),
    ...(unknown > 0 ? [t('dutyUnknown', { n: unknown })] : []),
    ...(unknownHours > 0 ? [t('dutyUnknownHours', { hours: unknownHours })] : []),
    ...people.slice(0, 10).map((each) => t('dutyPerson', { ...each })),
  ].join(separator);
}

function timesTable(total: Group, page: Page): Block {
  const { t, language, policy } = page;
  // If fewer than nine in ten have ended, the 90th percentile is still unknown.
  const p90 = ({ n, p90Minutes }: Durations): string =>
    p90Minutes !== null ? span(p90Minutes, language) : n === 0 || n >= policy.review.percentileFrom ? '–' : t('tooFew');
  const upTo = (minutes: number | null): string =>
    minutes === null ? t('beyond') : t('upTo', { span: span(minutes, language) }).replaceAll(' ', '\u00a0');
  return tableOf(spans, [
    [t('distribution'), (name) => t(name)],
    number(t('median'), (name) => sayMedian(total[name], page)),
    number(t('p90'), (name) => p90(total[name])),
    number(t('known'), (name) => t('trends.known', { n: total[name].known, total: total.incidents })),
    number(t('pending'), (name) => total[name].pending),
    number(t('unknown'), (name) => total[name].unknown),
    ...total.firstResponse.distribution.map(({ upToMinutes }, index) =>
      number(upTo(upToMinutes), (name: TimeSpan) => total[name].distribution[index]?.count ?? 0),
    ),
  ]);
}

/** The times of occurrence: a row a day, a column an hour, and blank cells for none. */
function hours({ byHour: { days, known, unknown } }: Aggregates, { t, name }: Page): Block[] {
  if (known === 0) return [];
  type Day = (typeof days)[number];
  const ofHour = (_: unknown, at: number) => number(String(at), (day: Day) => day.hours[at] || '');
  const table = tableOf(
    days,
    [
      [t('weekday'), ({ weekday }) => name('weekday', weekday)],
      ...Array.from({ length: 24 }, ofHour),
      number(t('total'), (day) => sumOf(day.hours)),
    ],
    { isDense: true },
  );
  return [text({ strong: t('byHour') }, ` (${t('trends.known', { n: known, total: known + unknown })})`), table];
}
