/** The week in numbers: groups, times, checkpoints, load. Pure. */

import type { Policy } from '../../policy.ts';
import { actorText } from '../../words/actor.ts';
import type { Durations, Group, ScoreStatistics } from '../aggregates.ts';
import type { DutyLoad } from '../duty-load.ts';
import { slotsKept } from '../over-weeks.ts';
import type { BundleHead } from '../store.ts';
import { doors } from '../trends.ts';
import type { Block, Inline } from './blocks.ts';
import { percent, span } from './format.ts';
import { sayLost, sayMedian, saySlots } from './measures.ts';
import type { Speech, TextKey } from './words.ts';

export function composeNumbers(head: BundleHead, speech: Speech, { review }: Policy): Block[] {
  const { word, value } = speech;
  const { aggregates } = head;
  const counted = (name: string, count: string): string => `${name} ${count}`;
  const of = (n: number, total: number): string => ` (${word('of', { n, total })})`;
  const sum = ({ known, unknown, sum: value }: ScoreStatistics): string =>
    known === 0 ? '–' : `${value}${of(known, known + unknown)}`;
  const row = (group: Group, label: string): Inline[][] => [
    [label],
    [String(group.incidents)],
    [sum(group.score.reference)],
    [sum(group.score.confirmed)],
    [`${group.customers.sum}${of(group.incidents - group.customers.unknown, group.incidents)}`],
    [sayMedian(group.firstResponse, speech)],
    [sayMedian(group.recovery, speech)],
  ];
  const groups: [TextKey, string, Group[]][] = [
    ['bySource', 'source', aggregates.bySource],
    ['byTool', 'tool', aggregates.byTool],
    ['byCause', 'cause', aggregates.byCause],
    ['byUrgency', 'urgency', aggregates.byUrgency],
    ['byArea', 'area', aggregates.byArea],
  ];
  const rows = [
    row(aggregates.total, word('total')),
    ...groups.flatMap(([name, kind, all]) => [
      ...(all.length > 0 ? [[[{ strong: word(name) }], [], [], [], [], [], []] satisfies Inline[][]] : []),
      ...all.map((group) => row(group, value(kind, group.key))),
    ]),
  ];
  const impacts = Object.entries(aggregates.total.impact).map(([key, count]) =>
    counted(value('impact', key), word('responses', { n: count })),
  );
  const slots = [
    saySlots(slotsKept(aggregates.total.slots), speech),
    ...Object.entries(aggregates.total.slots).map(([key, count]) =>
      counted(value('slot', key), word('times', { n: count })),
    ),
  ];
  const left = doors.map((door) => counted(value('door', door), word('responses', { n: head.doors[door] })));
  const { load } = aggregates;
  const spread =
    load.topShare === null
      ? word('noLoad')
      : word('loadLine', {
          share: percent(load.topShare),
          people: load.responders,
          incidents: load.incidents,
          total: aggregates.total.incidents,
        });
  const people = load.people
    .slice(0, 10)
    .map((each) =>
      counted(actorText(each.name, each.actorName, speech.locale), word('responses', { n: each.incidents })),
    );
  const separator = ' · ';
  return [
    {
      kind: 'table',
      head: [
        word('group'),
        word('incidents'),
        `${word('score')} (${word('reference')})`,
        `${word('score')} (${word('confirmed')})`,
        word('affected'),
        `${word('firstResponse')} (${word('median')})`,
        `${word('recovery')} (${word('median')})`,
      ],
      numeric: [1, 2, 3, 4, 5, 6],
      rows,
    },
    timesTable(aggregates.total, speech, review),
    ...hours(head, speech),
    {
      kind: 'table',
      head: [
        word('checkpoints'),
        ...['pass', 'fail', 'no-data', 'not-applicable'].map((each) => value('result', each)),
      ],
      numeric: [1, 2, 3, 4],
      rows: aggregates.checkpoints.map((each) => [
        [value('checkpoint', each.id)],
        [String(each.pass)],
        [String(each.fail)],
        [String(each.noData)],
        [String(each.notApplicable)],
      ]),
    },
    {
      kind: 'facts',
      rows: [
        [word('impact'), [impacts.join(separator)]],
        [word('lostTime'), [sayLost(aggregates.lostTime, speech)]],
        [word('slots'), [slots.join(separator)]],
        [word('doors'), [left.join(separator)]],
        [word('load'), [`${spread}${people.length > 0 ? ` ${people.join(separator)}` : ''}`]],
        ...(aggregates.duty
          ? [[word('dutyLoad'), [dutyText(aggregates.duty, speech)]] satisfies [string, Inline[]]]
          : []),
      ],
    },
  ];
}

/** Names stand in it as load to spread. */
function dutyText(load: DutyLoad, { word }: Speech): string {
  const { incidents, atNight, uncovered, unknown = 0, unknownHours = 0, people } = load;
  return [
    word('dutyLine', { incidents, atNight }),
    ...(uncovered > 0 ? [word('dutyUncovered', { n: uncovered })] : []),
    ...(unknown > 0 ? [word('dutyUnknown', { n: unknown })] : []),
    ...(unknownHours > 0 ? [word('dutyUnknownHours', { hours: unknownHours })] : []),
    ...people.slice(0, 10).map((each) => word('dutyPerson', { ...each })),
  ].join(' · ');
}

function timesTable(total: Group, speech: Speech, { percentileFrom }: Policy['review']): Block {
  const { word, locale } = speech;
  const all: [TextKey, Durations][] = [
    ['firstResponse', total.firstResponse],
    ['mitigation', total.mitigation],
    ['recovery', total.recovery],
  ];
  const bars = total.firstResponse.distribution.map(({ upToMinutes }) =>
    upToMinutes === null ? word('beyond') : word('upTo', { span: span(upToMinutes, locale) }).replaceAll(' ', '\u00a0'),
  );
  // Where fewer than nine in ten have ended, nobody knows it yet.
  const p90 = ({ n, p90Minutes }: Durations): string =>
    p90Minutes !== null ? span(p90Minutes, locale) : n === 0 || n >= percentileFrom ? '–' : word('tooFew');
  return {
    kind: 'table',
    head: [word('distribution'), word('median'), word('p90'), word('known'), word('pending'), word('unknown'), ...bars],
    numeric: Array.from({ length: bars.length + 5 }, (_, index) => index + 1),
    rows: all.map(([name, of]) => [
      [word(name)],
      [sayMedian(of, speech)],
      [p90(of)],
      [word('of', { n: of.known, total: total.incidents })],
      [String(of.pending)],
      [String(of.unknown)],
      ...of.distribution.map(({ count }): Inline[] => [String(count)]),
    ]),
  };
}

/** When they occurred: a row a day, a column an hour, and nothing where there was none. */
function hours({ aggregates }: BundleHead, { word, value }: Speech): Block[] {
  const { days, known, unknown } = aggregates.byHour;
  if (known === 0) return [];
  return [
    { kind: 'text', content: [{ strong: word('byHour') }, ` (${word('of', { n: known, total: known + unknown })})`] },
    {
      kind: 'table',
      isDense: true,
      head: [word('weekday'), ...Array.from({ length: 24 }, (_, hour) => String(hour)), word('total')],
      numeric: Array.from({ length: 25 }, (_, index) => index + 1),
      rows: days.map(({ weekday, hours: counts }) => [
        [value('weekday', weekday)],
        ...counts.map((count): Inline[] => [count === 0 ? '' : String(count)]),
        [String(counts.reduce((sum, count) => sum + count, 0))],
      ]),
    },
  ];
}
