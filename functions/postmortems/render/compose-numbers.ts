/** The week in numbers: groups, times, checkpoints, load. Pure. */

import { actorText } from '../../words/actor.ts';
import type { Aggregates, Durations, Group, ScoreStatistics } from '../aggregates.ts';
import type { DutyLoad } from '../duty-load.ts';
import { spans } from '../entry.ts';
import { slotsKept } from '../over-weeks.ts';
import type { BundleHead } from '../store.ts';
import { doors } from '../trends.ts';
import { type Block, type Column, type Fact, type Inline, tableOf, text } from './blocks.ts';
import { percent, span } from './format.ts';
import { sayLost, sayMedian, saySlots } from './measures.ts';
import type { Page } from './page.ts';

const separator = ' · ';

export function composeNumbers(head: BundleHead, page: Page): Block[] {
  const { word, value } = page;
  const { aggregates } = head;
  const { total, checkpoints, duty } = aggregates;
  const responses = (n: number): string => word('responses', { n });
  const counts = (kind: string, of: object, unit: (n: number) => string): string[] =>
    Object.entries(of).map(([key, count]) => `${value(kind, key)} ${unit(count as number)}`);
  const left = Object.fromEntries(doors.map((door) => [door, head.doors[door]]));
  const slots = counts('slot', total.slots, (n) => word('times', { n }));
  const rows: Fact[] = [
    [value('field', 'businessImpact'), [counts('impact', total.impact, responses).join(separator)]],
    [word('lostTime'), [sayLost(aggregates.lostTime, page)]],
    [word('slots'), [[saySlots(slotsKept(total.slots), page), ...slots].join(separator)]],
    [word('doors'), [counts('door', left, responses).join(separator)]],
    [word('load'), [loadText(aggregates, page)]],
    ...(duty ? [[word('dutyLoad'), [dutyText(duty, page)]] satisfies Fact] : []),
  ];
  const facts: Block = { kind: 'facts', rows };
  // Tables of none would hide what a quiet week has to say.
  if (total.incidents === 0) return [facts];
  return [
    groupTable(aggregates, page),
    timesTable(total, page),
    ...hours(aggregates, page),
    tableOf(checkpoints, [
      [word('checkpoints'), ({ id }) => value('checkpoint', id)],
      [value('result', 'pass'), ({ pass }) => String(pass), 'number'],
      [value('result', 'fail'), ({ fail }) => String(fail), 'number'],
      [value('result', 'no-data'), ({ noData }) => String(noData), 'number'],
      [value('result', 'not-applicable'), ({ notApplicable }) => String(notApplicable), 'number'],
    ]),
    facts,
  ];
}

/** The total, and the groups of each kind under its name. */
function groupTable({ total, bySource, byTool, byCause, byUrgency, byArea }: Aggregates, page: Page): Block {
  const { word, value } = page;
  const kinds = [
    ['bySource', 'source', bySource],
    ['byTool', 'tool', byTool],
    ['byCause', 'cause', byCause],
    ['byUrgency', 'urgency', byUrgency],
    ['byArea', 'area', byArea],
  ] as const;
  const rows: { label: Inline; group?: Group }[] = [
    { label: word('total'), group: total },
    ...kinds.flatMap(([name, kind, groups]) => [
      ...(groups.length > 0 ? [{ label: { strong: word(name) } }] : []),
      ...groups.map((group) => ({ label: value(kind, group.key), group })),
    ]),
  ];
  const of = (n: number, whole: number): string => ` (${word('trends.known', { n, total: whole })})`;
  const sum = ({ known, unknown, sum: scores }: ScoreStatistics): string =>
    known === 0 ? '–' : `${scores}${of(known, known + unknown)}`;
  const number = (name: string, say: (group: Group) => string) =>
    [name, ({ group }: { group?: Group }) => (group ? say(group) : []), 'number'] as const;
  const measured = (key: 'score' | 'firstResponse' | 'recovery', part: 'reference' | 'confirmed' | 'median') =>
    `${word(key)} (${word(part)})`;
  return tableOf(rows, [
    [word('group'), ({ label }) => [label]],
    number(word('trends.column.incidents'), ({ incidents }) => String(incidents)),
    number(measured('score', 'reference'), ({ score }) => sum(score.reference)),
    number(measured('score', 'confirmed'), ({ score }) => sum(score.confirmed)),
    number(
      value('field', 'affectedCustomerCount'),
      ({ customers, incidents }) => `${customers.sum}${of(incidents - customers.unknown, incidents)}`,
    ),
    number(measured('firstResponse', 'median'), ({ firstResponse }) => sayMedian(firstResponse, page)),
    number(measured('recovery', 'median'), ({ recovery }) => sayMedian(recovery, page)),
  ]);
}

function loadText({ load, total }: Aggregates, { word, language }: Page): string {
  const { topShare, responders, incidents } = load;
  if (topShare === null) return word('noLoad');
  const people = load.people
    .slice(0, 10)
    .map((each) => `${actorText(each.name, each.actorName, language)} ${word('responses', { n: each.incidents })}`);
  const line = { share: percent(topShare), people: responders, incidents, total: total.incidents };
  return `${word('loadLine', line)} ${people.join(separator)}`;
}

/** Names appear in it only as load to balance. */
function dutyText(load: DutyLoad, { word }: Page): string {
  const { incidents, atNight, uncovered, unknown = 0, unknownHours = 0, people } = load;
  return [
    word('dutyLine', { incidents, atNight }),
    ...(uncovered > 0 ? [word('dutyUncovered', { n: uncovered })] : []),
    ...(unknown > 0 ? [word('dutyUnknown', { n: unknown })] : []),
    ...(unknownHours > 0 ? [word('dutyUnknownHours', { hours: unknownHours })] : []),
    ...people.slice(0, 10).map((each) => word('dutyPerson', { ...each })),
  ].join(separator);
}

function timesTable(total: Group, page: Page): Block {
  const { word, language, policy } = page;
  // Where fewer than nine in ten have ended, nobody knows it yet.
  const p90 = ({ n, p90Minutes }: Durations): string =>
    p90Minutes !== null
      ? span(p90Minutes, language)
      : n === 0 || n >= policy.review.percentileFrom
        ? '–'
        : word('tooFew');
  const upTo = (minutes: number | null): string =>
    minutes === null ? word('beyond') : word('upTo', { span: span(minutes, language) }).replaceAll(' ', '\u00a0');
  return tableOf(spans, [
    [word('distribution'), (name) => word(name)],
    [word('median'), (name) => sayMedian(total[name], page), 'number'],
    [word('p90'), (name) => p90(total[name]), 'number'],
    [word('known'), (name) => word('trends.known', { n: total[name].known, total: total.incidents }), 'number'],
    [word('pending'), (name) => String(total[name].pending), 'number'],
    [word('unknown'), (name) => String(total[name].unknown), 'number'],
    ...total.firstResponse.distribution.map(
      ({ upToMinutes }, index): Column<(typeof spans)[number]> => [
        upTo(upToMinutes),
        (name) => String(total[name].distribution[index]?.count ?? 0),
        'number',
      ],
    ),
  ]);
}

/** When they occurred: a row a day, a column an hour, and nothing where there was none. */
function hours({ byHour: { days, known, unknown } }: Aggregates, { word, value }: Page): Block[] {
  if (known === 0) return [];
  const table = tableOf(
    days,
    [
      [word('weekday'), ({ weekday }) => value('weekday', weekday)],
      ...Array.from(
        { length: 24 },
        (_, hour): Column<(typeof days)[number]> => [
          String(hour),
          ({ hours: counts }) => String(counts[hour] || ''),
          'number',
        ],
      ),
      [word('total'), ({ hours: counts }) => String(counts.reduce((sum, count) => sum + count, 0)), 'number'],
    ],
    { isDense: true },
  );
  return [text({ strong: word('byHour') }, ` (${word('trends.known', { n: known, total: known + unknown })})`), table];
}
