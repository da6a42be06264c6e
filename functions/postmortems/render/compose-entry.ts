/** One incident as a card of the page. Pure. */

import type { KnownFrom } from '../../incidents/brought.ts';
import { codeOf } from '../../incidents/code.ts';
import { actorText } from '../../words/actor.ts';
import { fromText } from '../../words/glance.ts';
import { drillMark } from '../../words/texts/notices.ts';
import type { Checkpoint } from '../checkpoints.ts';
import { type DurationFact, type Entry, lacksPrevention } from '../entry.ts';
import { type Block, badge, type Fact, type Inline, link, list, muted, type Tone, text } from './blocks.ts';
import { duration } from './format.ts';
import type { Page } from './page.ts';
import { sayReason } from './sentences.ts';
import type { Speech } from './words.ts';

export const tones: Record<Checkpoint['result'], Tone> = {
  pass: 'good',
  fail: 'bad',
  'not-applicable': 'plain',
  'no-data': 'warn',
};

export const resultBadge = (result: Checkpoint['result'], { value }: Speech): Inline =>
  badge(value('result', result), tones[result]);

export const titleOf = (entry: { title: string; isDrill?: boolean }, speech: Speech): string =>
  `${entry.isDrill ? drillMark[speech.language] : ''}${entry.title || speech.word('untitled')}`;

export function composeEntry(entry: Entry, page: Page): Extract<Block, { kind: 'card' }> {
  const { word, value } = page;
  const { status, ongoing, urgency } = entry;
  const confirmed = entry.score.confirmed?.value ?? null;
  const score = confirmed ?? entry.score.reference.value ?? word('unknown');
  const isOpen = status === 'open';
  const badges = [
    badge(codeOf(entry.id)),
    badge(`${word('board.urgency')} ${value('urgency', urgency.level)}`, urgency.level === 'high' ? 'bad' : 'plain'),
    badge(value('status', status), isOpen ? 'warn' : 'good'),
    ...(isOpen && ongoing !== 'no' ? [badge(value('ongoing', ongoing), 'warn')] : []),
    badge(value('source', entry.source)),
    ...(status === 'linked'
      ? []
      : [badge(`${word('score')} ${score} (${word(confirmed === null ? 'reference' : 'confirmed')})`)]),
  ];
  const blocks: Block[] = [
    ...(entry.linkedTo
      ? [
          text(
            word('linkedTo'),
            ' ',
            page.incident(entry.linkedTo, `${codeOf(entry.linkedTo)} ${entry.primary?.title ?? ''}`.trim()),
          ),
        ]
      : []),
    ...(entry.description ? [muted(entry.description)] : []),
    { kind: 'facts', rows: factsOf(entry, page) },
    ...(['prevention', 'response'] as const).flatMap((heading) => {
      const own = entry.checkpoints.filter((each) => each.heading === heading);
      return titled(
        value('heading', heading),
        own.map((each) => checkpointRow(each, page)),
      );
    }),
    ...titled(word('rhythm'), slotRows(entry, page)),
  ];
  return { kind: 'card', id: entry.id, title: titleOf(entry, page), badges, blocks };
}

const titled = (title: string, rows: Inline[][]): Block[] =>
  rows.length === 0 ? [] : [text({ strong: title }), list('plain', rows)];

const checkpointRow = (checkpoint: Checkpoint, page: Page): Inline[] => [
  resultBadge(checkpoint.result, page),
  ` ${page.value('checkpoint', checkpoint.id)} — ${sayReason(checkpoint, page)}`,
  ...checkpoint.evidence.flatMap((url): Inline[] => [' ', link(page.word('evidence'), url)]),
];

const mostSlots = 12;

function slotRows({ rhythm: { slots } }: Entry, page: Page): Inline[][] {
  const { word, value } = page;
  return [
    ...slots
      .slice(0, mostSlots)
      .map(({ customer, dueAt, outcome, updatedAt }) => [
        `${customer === 'others' ? word('others') : customer}: ${page.time(dueAt)}${updatedAt ? ` → ${page.time(updatedAt)}` : ''} `,
        badge(value('slot', outcome), outcome === 'late' ? 'warn' : 'bad'),
      ]),
    ...page.more(slots.length - mostSlots).map((each) => [each]),
  ];
}

function factsOf(entry: Entry, page: Page): Fact[] {
  const { word, value, language } = page;
  const { impact, durations, cause, mitigation, score, status } = entry;
  const detail = (summary: string | undefined): string => (summary ? `: ${summary}` : '');
  const when = (iso: string | undefined, took: DurationFact): string =>
    iso ? `${page.time(iso)} (${duration(took, page)})` : duration(took, page);
  const about = entry.isOccurredAtApproximate ? ` ${word('approximately')}` : '';
  const from = (of: keyof KnownFrom): string => fromText(entry.knownFrom?.[of], page.language);
  const occurred = entry.occurredAt ? `${page.time(entry.occurredAt)}${about}` : word('unknown');
  const rows: Fact[] = [
    [value('field', 'occurredAt'), [`${occurred}${from('occurredAt')}`]],
    [value('field', 'reportedAt'), [`${page.time(entry.reportedAt)}${from('reportedAt')}`]],
    [
      value('field', 'firstResponseAt'),
      [`${when(entry.firstResponseAt, durations.firstResponse)}${from('firstResponseAt')}`],
    ],
  ];
  if (status === 'linked') return rows;
  if (status !== 'not-occurring') {
    const did = mitigation ? [` ${value('mitigation', mitigation.kind)}${detail(mitigation.summary)}`] : [];
    const lighter = mitigation?.lighterWayTried ? [` (${word('lighterWay')}: ${mitigation.lighterWayTried})`] : [];
    rows.push(
      [value('event', 'mitigated'), [when(entry.mitigatedAt, durations.mitigation), ...did, ...lighter]],
      [value('field', 'recoveredAt'), [when(entry.recoveredAt, durations.recovery)]],
    );
  }
  const named = entry.namedCustomers.length > 0 ? [` (${brief(entry.namedCustomers, page)})`] : [];
  const [reference, confirmed] = [score.reference.value ?? word('unknown'), score.confirmed?.value ?? word('notYet')];
  rows.push(
    [
      value('field', 'businessImpact'),
      [`${value('impact', impact.businessImpact ?? 'unknown')}${from('businessImpact')}`],
    ],
    [value('field', 'affectedCustomerCount'), [String(impact.affectedCustomerCount ?? word('unknown')), ...named]],
    [word('score'), [`${word('reference')} ${reference} / ${word('confirmed')} ${confirmed}`]],
  );
  if (status !== 'not-occurring') {
    const releaseId = cause?.releaseId === 'none' ? word('none') : cause?.releaseId;
    rows.push(
      [
        value('field', 'cause'),
        [
          cause ? `${value('cause', cause.category)}${detail(cause.summary)}` : word('notYet'),
          ...(releaseId ? [` (${word('cause.release')}: ${releaseId})`] : []),
        ],
      ],
      [value('field', 'permanentFix'), [entry.permanentFix ?? word('notYet')]],
      [value('field', 'prevention'), [entry.prevention ?? word(lacksPrevention(entry) ? 'preventionAsked' : 'notYet')]],
    );
  }
  const responders = entry.responders.map((who) => actorText(who, entry.actorNames?.[who], language));
  const urls = [...new Set([...entry.ticketUrls, ...(entry.url ? [entry.url] : [])])].slice(0, 10);
  const tickets = urls.flatMap((url, index) => [...(index > 0 ? [' '] : []), link(url, url)]);
  const missing = entry.missing.map((each) => value('field', each.field));
  if (impact.recurrenceRisk) rows.push([word('recurrence'), [value('risk', impact.recurrenceRisk)]]);
  if (responders.length > 0) rows.push([value('field', 'responders'), [brief(responders, page)]]);
  if (tickets.length > 0) rows.push([value('field', 'ticketUrls'), tickets]);
  rows.push([word('incident'), [page.incident(entry.id)]]);
  if (missing.length > 0) rows.push([word('missing'), [page.row(missing)]]);
  return rows;
}

const mostNames = 12;

const brief = (names: string[], page: Page): string =>
  page.row([...names.slice(0, mostNames), ...page.more(names.length - mostNames)]);
