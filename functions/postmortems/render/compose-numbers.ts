/** The week in numbers: groups, times, checkpoints, load. Pure. */
import type { Durations, Group } from '../aggregates.ts';
import type { BundleHead } from '../store.ts';
import { doors } from '../trends.ts';
import type { Block, Inline } from './blocks.ts';
import { percent, span } from './format.ts';
import type { Speech, Word } from './words.ts';

export function composeNumbers(head: BundleHead, speech: Speech): Block[] {
  const { word, value, locale } = speech;
  const { aggregates } = head;
  const counted = (name: string, count: string): string => `${name} ${count}`;
  const times = (of: Durations): string =>
    of.medianMinutes === null || of.p90Minutes === null
      ? '–'
      : `${span(of.medianMinutes, locale)} / ${span(of.p90Minutes, locale)}`;
  const scoreOf = ({ score }: Group): string =>
    `${score.reference.known > 0 ? score.reference.sum : '–'} / ${score.confirmed.known > 0 ? score.confirmed.sum : '–'}`;
  const row = (group: Group, label: string): Inline[][] => [
    [label],
    [String(group.incidents)],
    [scoreOf(group)],
    [`${group.customers.sum}${group.customers.unknown > 0 ? ` (${word('unknown')} ${group.customers.unknown})` : ''}`],
    [times(group.firstResponse)],
    [times(group.recovery)],
  ];
  const middle = `${word('median')} / ${word('p90')}`;
  const groups: [Word, string, Group[]][] = [
    ['bySource', 'source', aggregates.bySource],
    ['byTool', 'tool', aggregates.byTool],
    ['byCause', 'cause', aggregates.byCause],
    ['byUrgency', 'urgency', aggregates.byUrgency],
  ];
  const rows = [
    row(aggregates.total, word('total')),
    ...groups.flatMap(([name, kind, all]) => [
      ...(all.length > 0 ? [[[{ strong: word(name) }], [], [], [], [], []] satisfies Inline[][]] : []),
      ...all.map((group) => row(group, value(kind, group.key))),
    ]),
  ];
  const impacts = Object.entries(aggregates.total.impact).map(([key, count]) =>
    counted(value('impact', key), word('responses', { n: count })),
  );
  const slots = Object.entries(aggregates.total.slots).map(([key, count]) =>
    counted(value('slot', key), word('times', { n: count })),
  );
  const left = doors.map((door) => counted(value('door', door), word('responses', { n: head.doors[door] })));
  const { load } = aggregates;
  const spread =
    load.topShare === null
      ? word('noLoad')
      : word('loadLine', { share: percent(load.topShare), people: load.responders, incidents: load.incidents });
  const people = load.people.slice(0, 10).map((each) => counted(each.name, word('responses', { n: each.incidents })));
  const separator = ' · ';
  return [
    {
      kind: 'table',
      head: [
        word('group'),
        word('incidents'),
        `${word('score')} (${word('reference')} / ${word('confirmed')})`,
        word('affected'),
        `${word('firstResponse')} (${middle})`,
        `${word('recovery')} (${middle})`,
      ],
      numeric: [1, 2, 3, 4, 5],
      rows,
    },
    timesTable(aggregates.total, speech),
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
        [word('slots'), [slots.join(separator)]],
        [word('doors'), [left.join(separator)]],
        [word('load'), [`${spread}${people.length > 0 ? ` ${people.join(separator)}` : ''}`]],
      ],
    },
  ];
}

function timesTable(total: Group, speech: Speech): Block {
  const { word, locale } = speech;
  const all: [Word, Durations][] = [
    ['firstResponse', total.firstResponse],
    ['mitigation', total.mitigation],
    ['recovery', total.recovery],
  ];
  const bars = total.firstResponse.distribution.map(({ upToMinutes }) =>
    upToMinutes === null ? word('beyond') : word('upTo', { span: span(upToMinutes, locale) }).replaceAll(' ', '\u00a0'),
  );
  const show = (minutes: number | null): Inline[] => [minutes === null ? '–' : span(minutes, locale)];
  return {
    kind: 'table',
    head: [word('distribution'), word('median'), word('p90'), word('pending'), word('unknown'), ...bars],
    numeric: Array.from({ length: bars.length + 4 }, (_, index) => index + 1),
    rows: all.map(([name, of]) => [
      [word(name)],
      show(of.medianMinutes),
      show(of.p90Minutes),
      [String(of.pending)],
      [String(of.unknown)],
      ...of.distribution.map(({ count }): Inline[] => [String(count)]),
    ]),
  };
}
