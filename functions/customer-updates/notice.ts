/**
 * The words of a notice about an incident: how long, how bad and for how many; who waits and since when; what has been
 * recorded since they were told; a draft of the next message; and where to record it as sent. Pure.
 */

import type { OnDuty } from '../duty/shift.ts';
import { waitsFrom } from '../incidents/board-place.ts';
import { codeOf } from '../incidents/code.ts';
import { emergencyFill } from '../incidents/emergency/emergency.ts';
import { goesOn, type Incident } from '../incidents/incident.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import { isFailed } from '../incidents/sending.ts';
import type { Policy } from '../policy.ts';
import { actorText } from '../words/actor.ts';
import { areaLines } from '../words/area.ts';
import { clock, cut, shortClock } from '../words/clock.ts';
import { dutyText } from '../words/duty.ts';
import { glanceText, overText } from '../words/glance.ts';
import { fillIn, type Language, nameOf, say } from '../words/language.ts';
import { sayRecorded } from '../words/say-recorded.ts';
import { asked, drillMark, glanceTexts, headings, labels, recorded, unscopedHeading } from '../words/texts/notices.ts';
import type { PlannedNotice, Questioned } from './decide-notices.ts';
import { type DraftGroup, draftGroups, draftMessage, isSeen } from './draft.ts';

export interface Writing {
  policy: Policy;
  now: Date;
  /** Of the console, without a slash at its end. */
  consoleUrl: string | undefined;
  /** Who is on duty for the incident's area; undefined where no calendar says so. */
  onDuty?: OnDuty | undefined;
  /** The id of the incident that it may be the same trouble as. */
  same?: string | undefined;
}

export interface NoticeWords {
  subject: Record<Language, string>;
  text: Record<Language, string>;
  url?: string;
}

/** Longer lists are cut: the page has the rest. */
const mostLines = 20;
/** Drafts to those who wrote after their recovery are alike but for the name. */
const mostAnswers = 3;

export function writeNotice(incident: Incident, notice: PlannedNotice, by: Writing): NoticeWords {
  const url = addressOf(incident, notice, by);
  const write = (language: Language): string =>
    [
      subjectOf(incident, notice, language, by.policy),
      glanceLine(incident, notice, language, by),
      ...actionLines(incident, notice, language, by),
      ...emergencyLines(incident, notice, language, by),
      ...placeLines(incident, language, by),
      ...sameLines(incident, language, by),
      ...failedLines(incident, notice, language, by),
      ...worseLines(notice, language, by.policy),
      ...questionedLines(notice.questioned, language, by.policy),
      ...waitingLines(notice, language, by),
      ...(notice.told.length > 0 ? happenedLines(incident, notice.told, language, by) : []),
      ...draftLines(incident, draftsOf(incident, notice, by), by, language),
    ].join('\n');
  return {
    subject: { ja: subjectOf(incident, notice, 'ja', by.policy), en: subjectOf(incident, notice, 'en', by.policy) },
    text: { ja: write('ja'), en: write('en') },
    ...(url ? { url } : {}),
  };
}

/** The text of a page: the incident in one line, and where to find it. */
export function writePage(incident: Incident, by: Writing): NoticeWords {
  const url = by.consoleUrl ? `${by.consoleUrl}/incidents/${incident.id}` : undefined;
  const inBoth = (write: (language: Language) => string): Record<Language, string> => ({
    ja: write('ja'),
    en: write('en'),
  });
  const glance = (language: Language): string => glanceLine(incident, undefined, language, by);
  const title = cut(incident.title) || incident.id;
  return {
    subject: inBoth((language) => `${codeOf(incident.id)} ${title} | ${glance(language)}`),
    text: inBoth((language) => [glance(language), ...placeLines(incident, language, by)].join('\n')),
    ...(url ? { url } : {}),
  };
}

/** Where what a notice is about is seen and recorded. */
function addressOf({ id }: Incident, notice: PlannedNotice, { consoleUrl }: Writing): string | undefined {
  const isToTell = notice.told.length + notice.unreached.length + notice.escalated.length > 0;
  return consoleUrl && `${consoleUrl}/incidents/${id}${isToTell ? '#update' : ''}`;
}

/** Where nobody knows who is affected, there is nobody to update. */
const isUnscoped = ({ escalated }: PlannedNotice, kind: PlannedNotice['kind']): boolean =>
  kind === 'escalation' && escalated.length === 0;

/** What is asked for, and where it is done. */
function actionLines(incident: Incident, notice: PlannedNotice, language: Language, by: Writing): string[] {
  const action = asked[isUnscoped(notice, notice.kind) ? 'scope-due' : notice.kind];
  const isOfRoles = notice.kind === 'emergency-begun' || notice.kind === 'role-due';
  const at =
    isOfRoles && by.consoleUrl
      ? `${by.consoleUrl}/incidents/${incident.id}/situation`
      : addressOf(incident, notice, by);
  return at && action ? [`${say({ language, policy: by.policy }, action)}: ${at}`] : [];
}

function subjectOf(incident: Incident, notice: PlannedNotice, language: Language, policy: Policy): string {
  const title = cut(incident.title) || incident.id;
  const headed = notice.kinds.map((kind) => (isUnscoped(notice, kind) ? unscopedHeading : headings[kind]));
  const heading = headed.map((each) => upper(say({ language, policy }, each))).join(' / ');
  return `${incident.isDrill ? drillMark[language] : ''}${heading}: ${title}`;
}

const upper = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** How bad and for how many, how urgent, whose it is and until when. */
function glanceLine(incident: Incident, notice: PlannedNotice | undefined, language: Language, by: Writing): string {
  const { policy, now } = by;
  const customer = policy.customerLabel[language];
  const name = (kind: string, value: string): string => nameOf(kind, value, language, customer);
  const dueAt = dueOf(notice);
  return [
    glanceText({ ...incident.impact, status: incident.status }, language, customer, now),
    ...(goesOn(incident) ? [name('urgencyMark', incident.urgency.level)] : []),
    incident.assignee
      ? `${labels.owner[language]}: ${actorText(incident.assignee, undefined, language)}`
      : labels.nobody[language],
    ...(dueAt ? [overText(dueAt, language, now) ?? dueText(dueAt, language, by)] : []),
    ...(goesOn(incident) ? [name('ongoing', incident.ongoing)] : []),
  ].join(' | ');
}

/** What places it: its code, when it began and was reported, where, and who is on duty. */
function placeLines(incident: Incident, language: Language, { policy, now, onDuty }: Writing): string[] {
  return [
    [
      codeOf(incident.id),
      `${labels.occurred[language]}: ${incident.occurredAt ? clock(incident.occurredAt, language, policy, now) : labels.unknown[language]}`,
      `${labels.reported[language]}: ${clock(incident.reportedAt, language, policy, now)}`,
      ...(incident.ticketUrls[0] ? [`${labels.ticket[language]}: ${incident.ticketUrls[0]}`] : []),
    ].join(' | '),
    ...areaLines(incident.origin.area, policy, language),
    ...(onDuty ? [dutyText(onDuty, language, (at) => shortClock(at, now, language, policy))] : []),
  ];
}

/** The first customer that a notice is about. */
function dueOf(notice: PlannedNotice | undefined): Date | undefined {
  // An escalation is about the first deadline that nobody met, not about the next one.
  const waiting = notice?.escalated.flatMap((each) => waitsFrom(each) ?? []) ?? [];
  const [longest] = waiting.sort((a, b) => a.getTime() - b.getTime());
  const told = notice?.told[0]?.dueAt ?? notice?.scopeDueAt ?? undefined;
  return notice?.kinds.includes('escalation') ? (longest ?? told) : (told ?? longest);
}

const dueText = (at: Date, language: Language, { policy, now }: Writing): string =>
  say({ language, policy }, labels.due, { due: shortClock(at, now, language, policy) });

/** Where what may be one trouble is merged with one tap. */
function sameLines({ id }: Incident, language: Language, { same, policy, consoleUrl }: Writing): string[] {
  if (!same) return [];
  const question = say({ language, policy }, labels.same, { code: codeOf(same) });
  return [consoleUrl ? `${question}: ${consoleUrl}/incidents/${id}` : question];
}

/** Updates that did not arrive, each with recipient, ticket and reason. */
function failedLines(incident: Incident, notice: PlannedNotice, language: Language, { policy }: Writing): string[] {
  if (!notice.kinds.includes('update-failed')) return [];
  const customer = policy.customerLabel[language];
  const known = new Map(incident.affectedCustomers.map((each) => [each.id, each.name ?? each.id]));
  const failed = (incident.sending ?? []).filter(isFailed);
  const lines = failed.slice(0, mostLines).map(({ customers, tool, ticketId, why }) => {
    const names = customers.map((id) =>
      id === 'others' ? say({ language, policy }, labels.others) : (known.get(id) ?? id),
    );
    const whom = cut(names.join(language === 'ja' ? '、' : ', '));
    const reason = why ? `: ${cut(sayRecorded(why, language, customer) ?? why)}` : '';
    return `- ${whom} (${nameOf('tool', tool, language, customer)} ${ticketId})${reason}`;
  });
  return ['', labels.notSent[language], ...lines];
}

/** By which rule it is one, and who is lacking. */
function emergencyLines(incident: Incident, notice: PlannedNotice, language: Language, by: Writing): string[] {
  const { emergency } = incident;
  if (!emergency || !notice.kinds.some((kind) => kind === 'emergency-begun' || kind === 'role-due')) return [];
  const customer = by.policy.customerLabel[language];
  const given = emergencyFill(emergency, by.policy);
  const why = fillIn(nameOf('emergencyRule', emergency.rule, language, customer), given);
  const roles = notice.roles
    .map((role) => nameOf('role', role, language, customer))
    .join(language === 'ja' ? '・' : ', ');
  return [
    say({ language, policy: by.policy }, labels.emergency, { why }),
    ...(isOfOneReport(incident) ? [labels.oneReport[language]] : []),
    ...(roles ? [say({ language, policy: by.policy }, labels.roles, { roles })] : []),
  ];
}

/** A single ticket can make trouble look larger than it is. It is an emergency all the same; its notice says that it rests on one report. */
const isOfOneReport = ({ emergency, source, links, verifiedAt, scopedAt }: Incident): boolean =>
  source === 'ticket' &&
  emergency?.rule !== 'several-reports-of-one-area' &&
  !links?.length &&
  verifiedAt === undefined &&
  scopedAt === undefined;

/** Who waits until when and since when, and what they heard last. */
function waitingLines(notice: PlannedNotice, language: Language, by: Writing): string[] {
  const { policy, now } = by;
  const others = othersThan(notice.told, [...notice.escalated, ...notice.unreached]);
  const rows: { contact: Contact; dueAt: Date | null }[] = [
    ...notice.told,
    ...others.map((contact) => ({ contact, dueAt: contact.nextUpdateDueAt })),
  ];
  if (rows.length === 0) return [];
  const short = (at: Date): string => shortClock(at, now, language, policy);
  const lines = rows.slice(0, mostLines).map(({ contact, dueAt }) => {
    const since = short(contact.lastUpdateAt ?? contact.affectedKnownAt);
    const waits = dueAt
      ? say({ language, policy }, labels.dueSince, { due: short(dueAt), since })
      : say({ language, policy }, labels.waitsSince, { since });
    const message = contact.lastMessage ? `「${cut(contact.lastMessage)}」` : '';
    const told = contact.lastUpdateAt
      ? say({ language, policy }, labels.lastTold, { at: short(contact.lastUpdateAt) }) + message
      : labels.neverTold[language];
    const why =
      notice.escalated.some(({ id }) => id === contact.id) && contact.overdueSince
        ? [say({ language, policy }, labels.missed, { n: contact.missedInARow, at: short(contact.overdueSince) })]
        : [];
    const said = [waits, ...why, told].join(language === 'ja' ? '、' : ', ');
    return `- ${nameOfContact(contact, language, policy)}: ${said}`;
  });
  if (rows.length > mostLines) lines.push(say({ language, policy }, labels.more, { n: rows.length - mostLines }));
  return ['', say({ language, policy }, labels.waiting, { n: rows.length }), ...lines];
}

/** Each contact once. */
function othersThan(told: PlannedNotice['told'], contacts: readonly Contact[]): Contact[] {
  const named = new Set(told.map(({ contact }) => contact.id));
  return [...new Map(contacts.map((each) => [each.id, each])).values()].filter((each) => !named.has(each.id));
}

/** What has been recorded since the customers of this notice were last told. */
function happenedLines(incident: Incident, told: PlannedNotice['told'], language: Language, by: Writing): string[] {
  const { policy, now } = by;
  const since = Math.min(...told.map(({ contact }) => contact.lastUpdateAt?.getTime() ?? 0));
  const { mitigation, impact, cause } = incident;
  const customer = policy.customerLabel[language];
  const name = (kind: string, value: string): string => nameOf(kind, value, language, customer);
  const scope = impact.affectedCustomerCount === undefined ? '' : ` (${glanceText(impact, language, customer, now)})`;
  const did = mitigation
    ? `: ${name('mitigation', mitigation.kind)}${mitigation.summary ? ` — ${cut(mitigation.summary)}` : ''}`
    : '';
  const facts: [at: Date | undefined, what: string][] = [
    [incident.firstResponseAt, recorded.responded[language]],
    [incident.verifiedAt, (isSeen(incident) ? recorded.confirmed : recorded.looked)[language]],
    [incident.scopedAt, recorded.scoped[language] + scope],
    [incident.mitigatedAt, recorded.mitigated[language] + did],
    [incident.recoveredAt, recorded.recovered[language]],
  ];
  const lines = facts
    .filter((fact): fact is [Date, string] => fact[0] !== undefined && fact[0].getTime() > since)
    .sort(([a], [b]) => a.getTime() - b.getTime())
    .map(([at, what]) => `- ${shortClock(at, now, language, policy)} ${what}`);
  if (cause?.summary) lines.push(`- ${recorded.cause[language]}: ${cut(cause.summary)}`);
  const heading = since > 0 ? labels.happened : labels.happenedSoFar;
  return ['', heading[language], ...(lines.length > 0 ? lines : [`- ${labels.nothingYet[language]}`])];
}

/** What a later report says worse; what a person had stated stays. */
function worseLines({ worse }: PlannedNotice, language: Language, policy: Policy): string[] {
  const customer = policy.customerLabel[language];
  const valueText = (field: string, value: string | number): string => {
    if (typeof value === 'number') return say({ language, policy }, glanceTexts.count, { n: value });
    return nameOf(field === 'ongoing' ? 'ongoing' : 'impact', value, language, customer);
  };
  return worse.slice(-mostLines).map(({ field, known, reported, isTaken }) => {
    const label = isTaken ? labels.worse : labels.kept;
    const given = {
      field: nameOf('field', field, language, customer),
      known: valueText(field, known),
      reported: valueText(field, reported),
    };
    return `- ${say({ language, policy }, label, given)}`;
  });
}

/** Who wrote, and what they wrote. */
function questionedLines(questioned: Questioned[], language: Language, policy: Policy): string[] {
  if (questioned.length === 0) return [];
  const lines = questioned.slice(0, mostLines).map((each) => {
    const said = each.word.message ? say({ language, policy }, labels.quoted, { text: cut(each.word.message) }) : '';
    return `- ${nameOfQuestioned(each, language, policy)}: ${said || labels.noText[language]}`;
  });
  const rest = questioned.length - lines.length;
  return ['', say({ language, policy }, labels.wrote), ...lines, ...(rest > 0 ? [labels.moreMessages[language]] : [])];
}

function nameOfQuestioned({ contact, word }: Questioned, language: Language, policy: Policy): string {
  if (contact && !contact.isTheOthers) return nameOfContact(contact, language, policy);
  return cut(word.customers[0] ?? '') || `${labels.ticket[language]} ${word.ticket.id}`;
}

/** Customers who wrote after their recovery come first. A failed update is drafted again from the current record. */
function draftsOf(
  incident: Incident,
  { escalated, kinds, questioned, told, unreached }: PlannedNotice,
  by: Writing,
): DraftGroup[] {
  const { now } = by;
  const wrote = [...new Set(questioned.flatMap(({ contact }) => contact ?? []))];
  const isOver = kinds.includes('recovery-questioned');
  const answers = (isOver ? wrote : []).map(
    (contact): DraftGroup => ({ kind: 'recovery-questioned', told: [{ contact, dueAt: now }] }),
  );
  const again = othersThan(told, [...(isOver ? [] : wrote), ...unreached, ...escalated]).map((contact) => ({
    contact,
    dueAt: contact.nextUpdateDueAt ?? now,
  }));
  return [...answers.slice(0, mostAnswers), ...draftGroups(incident, [...told, ...again], by)];
}

/** One draft, of the message that is most urgent, in the customers' language: the others are on the page. */
function draftLines(incident: Incident, groups: DraftGroup[], by: Writing, reader: Language): string[] {
  const n = groups.length - 1;
  const more = n > 0 ? [say({ language: reader, policy: by.policy }, labels.moreDrafts, { n })] : [];
  return [...groups.slice(0, 1).flatMap((group) => draftOf(incident, group, by, reader)), ...more];
}

function draftOf(incident: Incident, group: DraftGroup, by: Writing, reader: Language): string[] {
  const names = group.told.slice(0, mostLines).map(({ contact }) => nameOfContact(contact, reader, by.policy));
  const n = group.told.length - names.length;
  const to = [...names, ...(n > 0 ? [say({ language: reader, policy: by.policy }, labels.more, { n })] : [])];
  const kind = nameOf('draftKind', group.kind, reader, by.policy.customerLabel[reader]);
  const title = say({ language: reader, policy: by.policy }, labels.draft, {
    kind,
    to: to.join(reader === 'ja' ? '、' : ', '),
  });
  const message = draftMessage(incident, group, by);
  return ['', title, ...message.split('\n').map((line) => `> ${line}`.trimEnd())];
}

function nameOfContact(contact: Contact, language: Language, policy: Policy): string {
  if (contact.isTheOthers) return say({ language, policy }, labels.others);
  const [first, ...rest] = contact.customers;
  const name = cut(contact.name ?? first?.name ?? first?.id ?? contact.id);
  return rest.length > 0 ? say({ language, policy }, labels.andMore, { name, n: rest.length }) : name;
}
