/**
 * The words of a notice about an incident: who waits and since when, what they were last told and when, what has been
 * recorded since, a draft of the next message, and where to record it as sent. Pure.
 */
import type { Incident } from '../incidents/incident.ts';
import { slotAfter } from '../incidents/rhythm/cadence.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import type { Policy } from '../policy.ts';
import { headings, type Language } from '../words/headings.ts';
import type { PlannedNotice, Told } from './decide-notices.ts';
import {
  type DraftFacts,
  type DraftKind,
  draftNames,
  drafts,
  drillMark,
  impacts,
  labels,
  mitigations,
} from './wording.ts';

export interface Writing {
  policy: Policy;
  now: Date;
  /** Of the console, without a slash at its end. */
  consoleUrl: string | undefined;
}

export interface NoticeWords {
  subject: Record<Language, string>;
  text: Record<Language, string>;
  url?: string;
}

const languages: readonly Language[] = ['ja', 'en'];
/** Longer lists are cut: the page has the rest. */
const mostLines = 20;
const longestQuote = 200;

export function writeNotice(incident: Incident, notice: PlannedNotice, by: Writing): NoticeWords {
  const url = by.consoleUrl
    ? `${by.consoleUrl}/incidents/${incident.id}${notice.told.length > 0 ? '#customer-updated' : ''}`
    : undefined;
  const write = (language: Language): string =>
    [
      subjectOf(incident, notice, language),
      factsLine(incident, language, by.policy),
      ...waitingLines(notice, language, by),
      ...(notice.told.length > 0 ? happenedLines(incident, notice.told, language, by) : []),
      ...draftLines(incident, notice.told, by, language),
      ...(url ? ['', `${labels.record[language]}: ${url}`] : []),
    ].join('\n');
  return {
    subject: { ja: subjectOf(incident, notice, 'ja'), en: subjectOf(incident, notice, 'en') },
    text: { ja: write('ja'), en: write('en') },
    ...(url ? { url } : {}),
  };
}

function subjectOf(incident: Incident, notice: PlannedNotice, language: Language): string {
  const title = cut(incident.title) || incident.id;
  const heading = notice.kinds.map((kind) => headings[kind][language]).join(' / ');
  return `${incident.isDrill ? drillMark[language] : ''}${heading}: ${title}`;
}

function factsLine(incident: Incident, language: Language, policy: Policy): string {
  const { high, low, ongoing, over, ongoingUnknown } = labels;
  const state = { yes: ongoing, no: over, unknown: ongoingUnknown }[incident.ongoing][language];
  const level = (incident.urgency.level === 'high' ? high : low)[language];
  const occurred = incident.occurredAt ? clock(incident.occurredAt, language, policy) : labels.unknown[language];
  return [
    `${labels.urgency[language]}: ${level} (${state})`,
    `${labels.occurred[language]}: ${occurred}`,
    `${labels.reported[language]}: ${clock(incident.reportedAt, language, policy)}`,
    ...(incident.ticketUrls[0] ? [`${labels.ticket[language]}: ${incident.ticketUrls[0]}`] : []),
  ].join(' | ');
}

/** Who waits since when, until when, and what they heard last. */
function waitingLines(notice: PlannedNotice, language: Language, by: Writing): string[] {
  const named = new Set(notice.told.map(({ contact }) => contact.id));
  const rows: { contact: Contact; dueAt: Date | null }[] = [
    ...notice.told,
    ...notice.escalated
      .filter((each) => !named.has(each.id))
      .map((contact) => ({ contact, dueAt: contact.nextUpdateDueAt })),
  ];
  const lines = rows.slice(0, mostLines).map(({ contact, dueAt }) => {
    const { policy } = by;
    const since = clock(contact.lastUpdateAt ?? contact.affectedKnownAt, language, policy);
    const last = contact.lastUpdateAt
      ? `${labels.lastTold[language]} ${clock(contact.lastUpdateAt, language, policy)}${
          contact.lastMessage ? `「${cut(contact.lastMessage)}」` : ''
        }`
      : labels.neverTold[language];
    const waits = language === 'ja' ? `${since}${labels.since.ja}` : `${labels.since.en} ${since}`;
    const due = dueAt ? `, ${labels.due[language]} ${clock(dueAt, language, policy)}` : '';
    return `- ${nameOf(contact, language)}: ${waits}${due}; ${last}`;
  });
  if (rows.length > mostLines) lines.push(more(rows.length - mostLines, language));
  const count = language === 'ja' ? `(${rows.length})` : ` (${rows.length})`;
  return lines.length > 0 ? ['', `${labels.waiting[language]}${count}`, ...lines] : [];
}

/** What has been recorded since the customers of this notice were last told. */
function happenedLines(incident: Incident, told: Told[], language: Language, by: Writing): string[] {
  const since = Math.min(...told.map(({ contact }) => contact.lastUpdateAt?.getTime() ?? 0));
  const is = (ja: string, en: string): string => (language === 'ja' ? ja : en);
  const { mitigation, impact, cause } = incident;
  const facts: [at: Date | undefined, what: string][] = [
    [incident.firstResponseAt, is('対応を開始', 'a responder took it up')],
    [incident.verifiedAt, is('事実を確認', 'it was verified')],
    [
      incident.scopedAt,
      is('影響範囲を確認', 'the scope was confirmed') +
        (impact.affectedCustomerCount === undefined ? '' : ` (${impact.affectedCustomerCount})`),
    ],
    [
      incident.mitigatedAt,
      mitigation
        ? is(`一次対応: ${mitigations[mitigation.kind].ja}`, `mitigated by ${mitigations[mitigation.kind].en}`) +
          (mitigation.summary ? ` — ${cut(mitigation.summary)}` : '')
        : is('一次対応', 'mitigated'),
    ],
    [incident.recoveredAt, is('業務が回復', 'the business works again')],
  ];
  const lines = facts
    .filter((fact): fact is [Date, string] => fact[0] !== undefined && fact[0].getTime() > since)
    .sort(([a], [b]) => a.getTime() - b.getTime())
    .map(([at, what]) => `- ${clock(at, language, by.policy)} ${what}`);
  if (cause?.summary) lines.push(`- ${is('原因', 'cause')}: ${cut(cause.summary)}`);
  return ['', labels.happened[language], ...(lines.length > 0 ? lines : [`- ${labels.nothingYet[language]}`])];
}

/** The next message to these customers, for whoever sends it: what is recorded, and when they hear from us again. */
export function draftMessage(incident: Incident, group: Told[], language: Language, by: Writing): string {
  const [first] = group;
  if (!first) return '';
  const words = drafts[draftKindOf(first, by.now)][language](draftFacts(incident, group, language, by));
  return [...(incident.isDrill ? [drillMark[language].trim()] : []), ...words].join('\n');
}

/** One draft for each kind of message that is due, in the reader's language first. */
function draftLines(incident: Incident, told: Told[], by: Writing, reader: Language): string[] {
  const groups = new Map<DraftKind, Told[]>();
  for (const each of told) {
    const kind = draftKindOf(each, by.now);
    groups.set(kind, [...(groups.get(kind) ?? []), each]);
  }
  const ordered = [...languages].sort((a, b) => Number(b === reader) - Number(a === reader));
  return [...groups].flatMap(([kind, group]) =>
    ordered.flatMap((language) => {
      const to = group.slice(0, mostLines).map(({ contact }) => nameOf(contact, reader));
      const rest = group.length > mostLines ? ` ${more(group.length - mostLines, reader)}` : '';
      const title = `${labels.draft[reader]} (${draftNames[kind][reader]}, ${language === 'ja' ? '日本語' : 'English'})`;
      const words = drafts[kind][language](draftFacts(incident, group, language, by));
      return [
        '',
        `${title} ${labels.to[reader]}: ${to.join(', ')}${rest}`,
        ...quote(words, incident.isDrill, language),
      ];
    }),
  );
}

function quote(words: string[], isDrill: boolean, language: Language): string[] {
  return [...(isDrill ? [drillMark[language].trim()] : []), ...words].map((line) => `> ${line}`.trimEnd());
}

export function draftKindOf({ contact, dueAt }: Told, now: Date): DraftKind {
  if (contact.endsWith === 'not-occurring') return 'not-occurring';
  if (contact.recoveredAt) return 'recovery';
  if ((contact.nextUpdateDueAt ?? dueAt) < now) return 'late';
  return contact.lastUpdateAt ? 'progress' : 'first';
}

function draftFacts(incident: Incident, group: Told[], language: Language, by: Writing): DraftFacts {
  const { policy, now } = by;
  const write = (at: Date): string => clock(at, language, policy);
  const recovered = group.flatMap(({ contact }) => contact.recoveredAt ?? []);
  const due = group.flatMap(({ contact }) => contact.nextUpdateDueAt ?? []).sort((a, b) => a.getTime() - b.getTime());
  const { businessImpact } = incident.impact;
  return {
    ...(incident.title && group.every(({ contact }) => isReporter(incident, contact))
      ? { title: cut(incident.title) }
      : {}),
    ...(incident.occurredAt ? { occurredAt: write(incident.occurredAt) } : {}),
    ...(businessImpact && businessImpact !== 'none' ? { impact: impacts[businessImpact] } : {}),
    ...(incident.mitigation ? { mitigation: mitigations[incident.mitigation.kind] } : {}),
    isVerified: incident.verifiedAt !== undefined && incident.status !== 'not-occurring',
    isScoped: incident.scopedAt !== undefined,
    ...(recovered[0] ? { recoveredAt: write(recovered[0]) } : {}),
    ...(due[0] && due[0] < now ? { wasDueAt: write(due[0]) } : {}),
    // Sent now or a little later, the rhythm's next slot is no sooner than this.
    nextUpdateAt: write(slotAfter(now, 'update', incident, policy).dueAt),
  };
}

function isReporter(incident: Incident, contact: Contact): boolean {
  const { reporter, source } = incident;
  return source === 'ticket' && reporter !== undefined && contact.customers.some((each) => each.id === reporter.id);
}

function nameOf(contact: Contact, language: Language): string {
  if (contact.isTheOthers) return labels.others[language];
  const [first, ...rest] = contact.customers;
  const name = contact.name ?? first?.name ?? first?.id ?? contact.id;
  return rest.length > 0 ? `${name} +${rest.length}` : name;
}

function more(count: number, language: Language): string {
  return language === 'ja' ? `ほか${count}件` : `and ${count} more`;
}

/** One line of what somebody wrote. */
function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longestQuote ? `${line.slice(0, longestQuote).toWellFormed()}…` : line;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `11月24日(火) 10:15`, or `Tue, Nov 24, 10:15 (Asia/Tokyo)`. */
export function clock(at: Date, language: Language, policy: Policy): string {
  const key = `${language} ${policy.zone}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-US', {
      timeZone: policy.zone,
      month: language === 'ja' ? 'long' : 'short',
      day: 'numeric',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(key, format);
  }
  const text = format.format(at);
  return language === 'ja' ? text : `${text} (${policy.zone})`;
}
