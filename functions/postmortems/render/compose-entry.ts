/** One incident as a card of the page. Pure. */

import { codeOf } from '../../incidents/code.ts';
import { actorText } from '../../words/actor.ts';
import type { Checkpoint } from '../checkpoints.ts';
import { type DurationFact, type Entry, lacksPrevention } from '../entry.ts';
import { type Block, type Inline, link, type Tone } from './blocks.ts';
import { dateTime, duration, type Period } from './format.ts';
import { sayReason } from './sentences.ts';
import type { Speech } from './words.ts';

const tones: Record<Checkpoint['result'], Tone> = {
  pass: 'good',
  fail: 'bad',
  'not-applicable': 'plain',
  'no-data': 'warn',
};

export function titleOf(entry: { title: string; isDrill?: boolean }, speech: Speech): string {
  return `${entry.isDrill ? speech.word('drillMark') : ''}${entry.title || speech.word('untitled')}`;
}

export function composeEntry(
  entry: Entry,
  speech: Speech,
  week: Period,
  incidentUrl: (id: string) => string | undefined,
): Block {
  const { word, value } = speech;
  const reference = entry.score.reference.value;
  const confirmed = entry.score.confirmed?.value ?? null;
  const badges: Inline[] = [
    { badge: codeOf(entry.id), tone: 'plain' },
    {
      badge: `${word('urgency')} ${value('urgency', entry.urgency.level)}`,
      tone: entry.urgency.level === 'high' ? 'bad' : 'plain',
    },
    { badge: value('status', entry.status), tone: entry.status === 'open' ? 'warn' : 'good' },
    ...(entry.status === 'open' && entry.ongoing !== 'no'
      ? [{ badge: value('ongoing', entry.ongoing), tone: 'warn' as const }]
      : []),
    { badge: value('source', entry.source), tone: 'plain' },
    ...(entry.status === 'linked'
      ? []
      : [
          {
            badge: `${word('score')} ${confirmed ?? reference ?? word('unknown')} (${word(confirmed === null ? 'reference' : 'confirmed')})`,
            tone: 'plain' as const,
          },
        ]),
  ];
  const blocks: Block[] = [];
  if (entry.linkedTo) blocks.push({ kind: 'text', content: [word('linkedTo', { id: entry.linkedTo })] });
  if (entry.description) blocks.push({ kind: 'text', content: [entry.description], isMuted: true });
  blocks.push({ kind: 'facts', rows: factsOf(entry, speech, week, incidentUrl) });
  for (const heading of ['prevention', 'response'] as const) {
    const rows = entry.checkpoints
      .filter((each) => each.heading === heading)
      .map((each) => checkpointRow(each, speech));
    if (rows.length === 0) continue;
    blocks.push({ kind: 'text', content: [{ strong: value('heading', heading) }] });
    blocks.push({ kind: 'list', style: 'plain', items: rows });
  }
  const slots = entry.rhythm.slots.slice(0, 12);
  if (slots.length > 0) {
    blocks.push({ kind: 'text', content: [{ strong: word('rhythm') }] });
    blocks.push({
      kind: 'list',
      style: 'plain',
      items: [
        ...slots.map((slot): Inline[] => [
          `${slot.customer === 'others' ? word('others') : slot.customer}: ${dateTime(slot.dueAt, week, speech.locale)} `,
          { badge: value('slot', slot.outcome), tone: slot.outcome === 'late' ? 'warn' : 'bad' },
        ]),
        ...(entry.rhythm.slots.length > slots.length
          ? [[word('more', { n: entry.rhythm.slots.length - slots.length })]]
          : []),
      ],
    });
  }
  return { kind: 'card', id: entry.id, title: titleOf(entry, speech), badges, blocks };
}

function checkpointRow(checkpoint: Checkpoint, speech: Speech): Inline[] {
  const { value, word } = speech;
  return [
    { badge: value('result', checkpoint.result), tone: tones[checkpoint.result] },
    ` ${value('checkpoint', checkpoint.id)} — ${sayReason(checkpoint, speech)}`,
    ...checkpoint.evidence.flatMap((url): Inline[] => [' ', link(word('evidence'), url)]),
  ];
}

function factsOf(
  entry: Entry,
  speech: Speech,
  week: Period,
  incidentUrl: (id: string) => string | undefined,
): [string, Inline[]][] {
  const { word, value, locale } = speech;
  const rows: [string, Inline[]][] = [];
  const add = (label: string, content: Inline[] | undefined): void => {
    if (content && content.length > 0) rows.push([label, content]);
  };
  const time = (iso: string | undefined): string => (iso ? dateTime(iso, week, locale) : word('notYet'));
  const when = (iso: string | undefined, took: DurationFact): string =>
    iso ? `${time(iso)} (${duration(took, speech)})` : duration(took, speech);
  const separator = locale === 'ja' ? '、' : ', ';
  const { impact, durations, cause, mitigation } = entry;

  const about = entry.occurredAt && entry.isOccurredAtApproximate ? ` ${word('approximately')}` : '';
  add(word('occurredAt'), [entry.occurredAt ? `${time(entry.occurredAt)}${about}` : word('unknown')]);
  add(word('reportedAt'), [time(entry.reportedAt)]);
  add(word('responded'), [when(entry.firstResponseAt, durations.firstResponse)]);
  if (entry.status !== 'linked' && entry.status !== 'not-occurring') {
    add(word('mitigatedAt'), [
      when(entry.mitigatedAt, durations.mitigation),
      ...(mitigation
        ? [` ${value('mitigation', mitigation.kind)}${mitigation.summary ? `: ${mitigation.summary}` : ''}`]
        : []),
      ...(mitigation?.lighterWayTried ? [` (${word('lighterWay')}: ${mitigation.lighterWayTried})`] : []),
    ]);
    add(word('recoveredAt'), [when(entry.recoveredAt, durations.recovery)]);
  }
  if (entry.status === 'linked') return rows;
  add(word('impact'), [value('impact', impact.businessImpact ?? 'unknown')]);
  add(word('affected'), [
    impact.affectedCustomerCount === undefined ? word('unknown') : String(impact.affectedCustomerCount),
    ...(entry.namedCustomers.length > 0 ? [` (${brief(entry.namedCustomers, separator, speech)})`] : []),
  ]);
  add(word('score'), [
    `${word('reference')} ${entry.score.reference.value ?? word('unknown')} / ${word('confirmed')} ${entry.score.confirmed?.value ?? word('notYet')}`,
  ]);
  if (entry.status !== 'not-occurring') {
    add(word('cause'), [
      cause ? `${value('cause', cause.category)}${cause.summary ? `: ${cause.summary}` : ''}` : word('notYet'),
      ...(cause?.releaseId
        ? [` (${word('release')}: ${cause.releaseId === 'none' ? word('none') : cause.releaseId})`]
        : []),
    ]);
    add(word('fix'), [entry.permanentFix ?? word('notYet')]);
    add(word('prevention'), [entry.prevention ?? word(lacksPrevention(entry) ? 'preventionAsked' : 'notYet')]);
  }
  if (impact.recurrenceRisk) add(word('recurrence'), [value('risk', impact.recurrenceRisk)]);
  if (entry.responders.length > 0)
    add(word('responders'), [
      brief(
        entry.responders.map((who) => actorText(who, entry.actorNames?.[who], speech.locale)),
        separator,
        speech,
      ),
    ]);
  const urls = [...entry.ticketUrls, ...(entry.url && !entry.ticketUrls.includes(entry.url) ? [entry.url] : [])];
  add(
    word('tickets'),
    urls.slice(0, 10).flatMap((url, index): Inline[] => [...(index > 0 ? [' '] : []), link(url, url)]),
  );
  const own = incidentUrl(entry.id);
  add(word('incident'), [own ? link(entry.id, own) : entry.id]);
  if (entry.missing.length > 0) {
    add(word('missing'), [entry.missing.map((each) => value('field', each.field)).join(separator)]);
  }
  return rows;
}

const mostNames = 12;

function brief(names: string[], separator: string, speech: Speech): string {
  const shown = names.slice(0, mostNames).join(separator);
  return names.length > mostNames
    ? `${shown}${separator}${speech.word('more', { n: names.length - mostNames })}`
    : shown;
}
