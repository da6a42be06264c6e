/** One incident as a card of the page. Pure. */
import { codeOf } from '../../incidents/incident.ts';
import type { KnownFrom } from '../../incidents/links/brought.ts';
import { fromText } from '../../words/glance.ts';
import { actorText } from '../../words/people.ts';
import type { Speech } from '../../words/speech.ts';
import { drillMark } from '../../words/texts/notices.ts';
import type { Checkpoint } from '../checkpoints.ts';
import { type DurationFact, type Entry, lacksPrevention } from '../entry.ts';
import { type Block, badge, type Fact, type Inline, link, list, muted, type Tone, text } from './blocks.ts';
import { duration } from './format.ts';
import type { Page } from './page.ts';
import { sayReason } from './sentences.ts';

export const tones: Record<Checkpoint['result'], Tone> = {
  pass: 'good',
  fail: 'bad',
  'not-applicable': 'plain',
  'no-data': 'warn',
};

export const resultBadge = (result: Checkpoint['result'], { name }: Speech): Inline =>
  badge(name('result', result), tones[result]);

export const titleOf = (entry: { title: string; isDrill?: boolean }, speech: Speech): string =>
  `${entry.isDrill ? drillMark[speech.language] : ''}${entry.title || speech.t('untitled')}`;

export function composeEntry(entry: Entry, page: Page): Extract<Block, { kind: 'card' }> {
  const { t, name } = page;
  const { status, ongoing, urgency } = entry;
  const confirmed = entry.score.confirmed?.value ?? null;
  const basis = confirmed === null ? 'reference' : 'confirmed';
  const score = confirmed ?? entry.score.reference.value ?? t('unknown');
  const isOpen = status === 'open';
  const primaryOf = (id: string): Inline => page.incident(id, `${codeOf(id)} ${entry.primary?.title ?? ''}`.trim());
  const badges = [
    badge(codeOf(entry.id)),
    badge(`${t('board.urgency')} ${name('urgency', urgency.level)}`, urgency.level === 'high' ? 'bad' : 'plain'),
    badge(name('status', status), isOpen ? 'warn' : 'good'),
    ...(isOpen && ongoing !== 'no' ? [badge(name('ongoing', ongoing), 'warn')] : []),
    badge(name('source', entry.source)),
    ...(status === 'linked' ? [] : [badge(`${t('field.score')} ${score} (${t(basis)})`)]),
  ];
  const blocks: Block[] = [
    ...(entry.linkedTo ? [text(t('linkedTo'), ' ', primaryOf(entry.linkedTo))] : []),
    ...(entry.description ? [muted(entry.description)] : []),
    { kind: 'facts', rows: factsOf(entry, page) },
    ...(['prevention', 'response'] as const).flatMap((heading) => {
      const own = entry.checkpoints.filter((each) => each.heading === heading);
      const rows = own.map((each) => checkpointRow(each, page));
      return titled(name('heading', heading), rows);
    }),
    ...titled(t('rhythm'), slotRows(entry, page)),
  ];
  return { kind: 'card', id: entry.id, title: titleOf(entry, page), badges, blocks };
}

const titled = (title: string, rows: Inline[][]): Block[] =>
  rows.length === 0 ? [] : [text({ strong: title }), list('plain', rows)];

const checkpointRow = (checkpoint: Checkpoint, page: Page): Inline[] => [
  resultBadge(checkpoint.result, page),
  ` ${page.name('checkpoint', checkpoint.id)} — ${sayReason(checkpoint, page)}`,
  ...checkpoint.evidence.flatMap((url): Inline[] => [' ', link(page.t('evidence'), url)]),
];

const mostSlots = 12;

function slotRows({ rhythm: { slots } }: Entry, page: Page): Inline[][] {
  const { t, name } = page;
  return [
    ...slots
      .slice(0, mostSlots)
      .map(({ customer, dueAt, outcome, updatedAt }) => [
        `${customer === 'others' ? t('others') : customer}: ${page.time(dueAt)}${updatedAt ? ` → ${page.time(updatedAt)}` : ''} `,
        badge(name('slot', outcome), outcome === 'late' ? 'warn' : 'bad'),
      ]),
    ...page.more(slots.length - mostSlots).map((each) => [each]),
  ];
}

function factsOf(entry: Entry, page: Page): Fact[] {
  const { t, name, language } = page;
  const { impact, durations, cause, mitigation, score, status } = entry;
  const detail = (summary: string | undefined): string => (summary ? `: ${summary}` : '');
  const when = (iso: string | undefined, took: DurationFact): string =>
    iso ? `${page.time(iso)} (${duration(took, page)})` : duration(took, page);
  const about = entry.isOccurredAtApproximate ? ` ${t('approximately')}` : '';
  const from = (of: keyof KnownFrom): string => fromText(entry.knownFrom?.[of], page.language);
  const occurred = entry.occurredAt ? `${page.time(entry.occurredAt)}${about}` : t('unknown');
  const responded = when(entry.firstResponseAt, durations.firstResponse);
  const rows: Fact[] = [
    [name('field', 'occurredAt'), [`${occurred}${from('occurredAt')}`]],
    [name('field', 'reportedAt'), [`${page.time(entry.reportedAt)}${from('reportedAt')}`]],
    [name('field', 'firstResponseAt'), [`${responded}${from('firstResponseAt')}`]],
  ];
  if (status === 'linked') return rows;
  if (status !== 'not-occurring') {
    const did = mitigation ? [` ${name('mitigation', mitigation.kind)}${detail(mitigation.summary)}`] : [];
    const lighter = mitigation?.lighterWayTried ? [` (${t('lighterWay')}: ${mitigation.lighterWayTried})`] : [];
    rows.push(
      [name('event', 'mitigated'), [when(entry.mitigatedAt, durations.mitigation), ...did, ...lighter]],
      [name('field', 'recoveredAt'), [when(entry.recoveredAt, durations.recovery)]],
    );
  }
  const business = name('impact', impact.businessImpact ?? 'unknown');
  const named = entry.namedCustomers.length > 0 ? [` (${brief(entry.namedCustomers, page)})`] : [];
  const [reference, confirmed] = [score.reference.value ?? t('unknown'), score.confirmed?.value ?? t('notYet')];
  rows.push(
    [name('field', 'businessImpact'), [`${business}${from('businessImpact')}`]],
    [name('field', 'affectedCustomerCount'), [String(impact.affectedCustomerCount ?? t('unknown')), ...named]],
    [t('field.score'), [`${t('reference')} ${reference} / ${t('confirmed')} ${confirmed}`]],
  );
  if (status !== 'not-occurring') {
    const releaseId = cause?.releaseId === 'none' ? t('none') : cause?.releaseId;
    rows.push(
      [
        name('field', 'cause'),
        [
          cause ? `${name('cause', cause.category)}${detail(cause.summary)}` : t('notYet'),
          ...(releaseId ? [` (${t('cause.release')}: ${releaseId})`] : []),
        ],
      ],
      [name('field', 'permanentFix'), [entry.permanentFix ?? t('notYet')]],
      [name('field', 'prevention'), [entry.prevention ?? t(lacksPrevention(entry) ? 'preventionAsked' : 'notYet')]],
    );
  }
  const responders = entry.responders.map((who) => actorText(who, entry.actorNames?.[who], language));
  const urls = [...new Set([...entry.ticketUrls, ...(entry.url ? [entry.url] : [])])].slice(0, 10);
  const tickets = urls.flatMap((url, index) => [...(index > 0 ? [' '] : []), link(url, url)]);
  const missing = entry.missing.map((each) => name('field', each.field));
  if (impact.recurrenceRisk) rows.push([t('recurrence'), [name('risk', impact.recurrenceRisk)]]);
  if (responders.length > 0) rows.push([name('field', 'responders'), [brief(responders, page)]]);
  if (tickets.length > 0) rows.push([name('field', 'ticketUrls'), tickets]);
  rows.push([t('incident'), [page.incident(entry.id)]]);
  if (missing.length > 0) rows.push([t('missing'), [page.row(missing)]]);
  return rows;
}

const mostNames = 12;

const brief = (names: string[], page: Page): string =>
  page.row([...names.slice(0, mostNames), ...page.more(names.length - mostNames)]);
