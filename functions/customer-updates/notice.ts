/** The words of a notice and of a page about an incident, with a draft of the next message to its customers. Pure. */
import type { OnDuty } from '../duty/shift.ts';
import { emergencyFill, shownImpact } from '../incidents/emergency/emergency.ts';
import { codeOf, goesOn, type Incident, optional } from '../incidents/incident.ts';
import { knownFrom } from '../incidents/links/brought.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import { waitsFrom } from '../incidents/views/board-place.ts';
import { clock, cut, shortClock } from '../words/clock.ts';
import { fromText, glanceText, overText } from '../words/glance.ts';
import { both, fillIn, nameFor, type Reader, rowOf, say } from '../words/language.ts';
import { actorText, areaLines, dutyText } from '../words/people.ts';
import { reasonFor } from '../words/say-recorded.ts';
import { consoleTexts } from '../words/texts/console.ts';
import { asked, drillMark, glanceTexts, headings, labels, recorded, unscopedHeading } from '../words/texts/notices.ts';
import { calledOf, contactText } from '../words/whom.ts';
import type { PlannedNotice, Questioned } from './decide-notices.ts';
import * as drafts from './draft.ts';

export interface Writing extends drafts.Writing {
  /** The console's address, without a slash at its end. */
  consoleUrl: string | undefined;
  /** Who is on duty for the incident's area; undefined if no calendar says so. */
  onDuty?: OnDuty | undefined;
  /** The ID of an incident that may be the same trouble. */
  same?: string | undefined;
}

export type ComposedNotice = ReturnType<typeof writePage>;

/** Longer lists are cut: the page has the rest. */
const mostLines = 20;
/** Drafts to those who wrote after their recovery are alike but for the name. */
const mostAnswers = 3;

type Reading = Writing & Reader;

const inBoth = (writing: Writing, write: (by: Reading) => string) =>
  both((language) => write({ ...writing, language }));

export function writeNotice(incident: Incident, notice: PlannedNotice, writing: Writing): ComposedNotice {
  const url = addressOf(incident, notice, writing);
  const write = (by: Reading): string =>
    [
      subjectOf(incident, notice, by),
      glanceLine(incident, notice, by),
      ...actionLines(incident, notice, by),
      ...emergencyLines(incident, notice, by),
      ...placeLines(incident, by),
      ...sameLines(incident, by),
      ...failedLines(notice, by),
      ...worseLines(notice, by),
      ...questionedLines(notice.questioned, by),
      ...waitingLines(notice, by),
      ...(notice.told.length > 0 ? happenedLines(incident, notice.told, by) : []),
      ...draftLines(incident, draftsOf(incident, notice, by), by),
    ].join('\n');
  const subject = inBoth(writing, (by) => subjectOf(incident, notice, by));
  return { subject, text: inBoth(writing, write), ...optional('url', url) };
}

/** The text of a page: the incident in one line, and where to find it. */
export function writePage(incident: Incident, writing: Writing) {
  const url = writing.consoleUrl && `${writing.consoleUrl}/incidents/${incident.id}`;
  const glance = (by: Reading): string => glanceLine(incident, undefined, by);
  const title = cut(incident.title) || incident.id;
  return {
    subject: inBoth(writing, (by) => `${codeOf(incident.id)} ${title} | ${glance(by)}`),
    text: inBoth(writing, (by) => [glance(by), ...placeLines(incident, by)].join('\n')),
    ...optional('url', url),
  };
}

/** The page on which to read and record what the notice is about. */
function addressOf({ id }: Incident, notice: PlannedNotice, { consoleUrl }: Writing): string | undefined {
  const isToTell = notice.told.length + notice.unreached.length + notice.escalated.length > 0;
  return consoleUrl && `${consoleUrl}/incidents/${id}${isToTell ? '#update' : ''}`;
}

/** While the scope is unknown, there is nobody to update. */
const isUnscoped = ({ escalated }: PlannedNotice, kind: PlannedNotice['kind']): boolean =>
  kind === 'escalation' && escalated.length === 0;

/** The request, with a link to the page where it is done. */
function actionLines(incident: Incident, notice: PlannedNotice, by: Reading): string[] {
  const action = asked[isUnscoped(notice, notice.kind) ? 'scope-due' : notice.kind];
  const isOfRoles = notice.kind === 'emergency-begun' || notice.kind === 'role-due';
  const situation = isOfRoles && by.consoleUrl && `${by.consoleUrl}/incidents/${incident.id}/situation`;
  const at = situation || addressOf(incident, notice, by);
  return at && action ? [`${say(by, action)}: ${at}`] : [];
}

function subjectOf(incident: Incident, notice: PlannedNotice, by: Reading): string {
  const title = cut(incident.title) || incident.id;
  const headed = notice.kinds.map((kind) => (isUnscoped(notice, kind) ? unscopedHeading : headings[kind]));
  const heading = headed.map((each) => upper(say(by, each))).join(' / ');
  return `${incident.isDrill ? drillMark[by.language] : ''}${heading}: ${title}`;
}

const upper = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** Impact, customer count, urgency, assignee and deadline. */
function glanceLine(incident: Incident, notice: PlannedNotice | undefined, by: Reading): string {
  const { language, now } = by;
  const dueAt = dueOf(notice);
  return [
    glanceText({ ...shownImpact(incident), status: incident.status }, by),
    ...(goesOn(incident) ? [nameFor(by, 'urgencyMark', incident.urgency.level)] : []),
    incident.assignee
      ? `${nameFor(by, 'field', 'assignee')}: ${actorText(incident.assignee, undefined, language)}`
      : consoleTexts['board.noAssignee'][language],
    ...(dueAt ? [overText(dueAt, language, now) ?? say(by, labels.due, { due: short(dueAt, by) })] : []),
    ...(goesOn(incident) ? [nameFor(by, 'ongoing', incident.ongoing)] : []),
  ].join(' | ');
}

/** Identifies the incident: its code, occurrence, report, area, and who is on duty. */
function placeLines(incident: Incident, by: Reading): string[] {
  const { language, policy, now, onDuty } = by;
  const { occurredAt, ticketUrls } = incident;
  const from = knownFrom(incident);
  return [
    [
      codeOf(incident.id),
      `${say(by, labels.occurred)}: ${occurredAt ? clock(occurredAt, language, policy, now) : say(by, consoleTexts.unknown)}${fromText(from.occurredAt, language)}`,
      `${nameFor(by, 'field', 'reportedAt')}: ${clock(incident.reportedAt, language, policy, now)}${fromText(from.reportedAt, language)}`,
      ...(ticketUrls[0] ? [`${say(by, labels.ticket)}: ${ticketUrls[0]}`] : []),
    ].join(' | '),
    ...areaLines(incident.origin.area, policy, language),
    ...(onDuty ? [dutyText(onDuty, language, (at) => short(at, by))] : []),
  ];
}

/** The first customer that a notice is about. */
function dueOf(notice: PlannedNotice | undefined): Date | undefined {
  // An escalation is about the first missed deadline, not about the next one.
  const waiting = notice?.escalated.flatMap((each) => waitsFrom(each) ?? []) ?? [];
  const [longest] = waiting.sort((a, b) => a.getTime() - b.getTime());
  const told = notice?.told[0]?.dueAt ?? notice?.scopeDueAt;
  return notice?.kinds.includes('escalation') ? (longest ?? told) : (told ?? longest);
}

const short = (at: Date, { now, language, policy }: Reading): string => shortClock(at, now, language, policy);

/** The page on which the two can be merged with one tap. */
function sameLines({ id }: Incident, by: Reading): string[] {
  const { same, consoleUrl } = by;
  if (!same) return [];
  const question = say(by, labels.same, { code: codeOf(same) });
  return [consoleUrl ? `${question}: ${consoleUrl}/incidents/${id}` : question];
}

/** Updates that did not arrive, each with recipient, ticket and reason. */
function failedLines(notice: PlannedNotice, by: Reading): string[] {
  if (!notice.kinds.includes('update-failed')) return [];
  const failed = Map.groupBy(notice.unreached, ({ unreached }) => unreached?.updateId);
  const lines = [...failed.values()].slice(0, mostLines).map((contacts) => {
    const names = contacts.flatMap(({ customers }) => customers.map(({ id, name }) => name ?? id));
    const { ticket, unreached } = contacts[0] as Contact;
    const reason = unreached?.why ? `: ${cut(reasonFor(by, unreached.why))}` : '';
    const on = ticket ? ` (${nameFor(by, 'tool', ticket.tool)} ${ticket.id})` : '';
    return `- ${cut(rowOf(by, names))}${on}${reason}`;
  });
  return ['', say(by, labels.notSent), ...lines];
}

/** The rule that made it an emergency, and the open roles. */
function emergencyLines(incident: Incident, notice: PlannedNotice, by: Reading): string[] {
  const { emergency } = incident;
  if (!emergency || !notice.kinds.some((kind) => kind === 'emergency-begun' || kind === 'role-due')) return [];
  const given = emergencyFill(emergency, by.policy);
  const why = fillIn(nameFor(by, 'emergencyRule', emergency.rule), given);
  const roles = notice.roles.map((role) => nameFor(by, 'role', role)).join(by.language === 'ja' ? '・' : ', ');
  return [
    say(by, labels.emergency, { why }),
    ...(isOfOneReport(incident) ? [say(by, labels.oneReport)] : []),
    ...(roles ? [say(by, labels.roles, { roles })] : []),
  ];
}

/** One ticket can make trouble look larger than it is, so the notice of such an emergency says that it rests on one report. */
const isOfOneReport = ({ emergency, source, links, verifiedAt, scopedAt }: Incident): boolean =>
  source === 'ticket' &&
  emergency?.rule !== 'several-reports-of-one-area' &&
  !links?.length &&
  verifiedAt === undefined &&
  scopedAt === undefined;

/** For each waiting customer: the deadline, the start of the wait, and the last update. */
function waitingLines(notice: PlannedNotice, by: Reading): string[] {
  const others = othersThan(notice.told, [...notice.escalated, ...notice.unreached]);
  const rows = [...notice.told, ...others.map((contact) => ({ contact, dueAt: contact.nextUpdateDueAt }))];
  if (rows.length === 0) return [];
  const lines = rows.slice(0, mostLines).map(({ contact, dueAt }) => {
    const since = short(contact.lastUpdateAt ?? contact.affectedKnownAt, by);
    const due = dueAt ? short(dueAt, by) : '';
    const waits = say(by, dueAt ? labels.dueSince : labels.waitsSince, { due, since });
    const { lastUpdateAt, lastMessage = '' } = contact;
    const told = lastUpdateAt
      ? say(by, lastMessage ? labels.lastToldSaying : labels.lastTold, {
          at: short(lastUpdateAt, by),
          text: cut(lastMessage),
        })
      : say(by, labels.neverTold);
    const overdueSince = notice.escalated.some(({ id }) => id === contact.id) && contact.overdueSince;
    const missed = overdueSince && say(by, labels.missed, { n: contact.missedInARow, at: short(overdueSince, by) });
    return `- ${nameOfContact(contact, by)}: ${rowOf(by, [waits, missed || [], told].flat())}`;
  });
  if (rows.length > mostLines) lines.push(say(by, consoleTexts['board.more'], { n: rows.length - mostLines }));
  return ['', say(by, labels.waiting, { n: rows.length }), ...lines];
}

/** Each contact once. */
function othersThan(told: PlannedNotice['told'], contacts: readonly Contact[]): Contact[] {
  const named = new Set(told.map(({ contact }) => contact.id));
  return [...new Map(contacts.map((each) => [each.id, each])).values()].filter((each) => !named.has(each.id));
}

/** What has been recorded since the customers of this notice were last told. */
function happenedLines(incident: Incident, told: PlannedNotice['told'], by: Reading): string[] {
  const since = Math.min(...told.map(({ contact }) => contact.lastUpdateAt?.getTime() ?? 0));
  const { mitigation, impact, cause } = incident;
  const { language } = by;
  const scope = impact.affectedCustomerCount === undefined ? '' : ` (${glanceText(impact, by)})`;
  const summary = mitigation?.summary ? ` — ${cut(mitigation.summary)}` : '';
  const did = mitigation ? `: ${nameFor(by, 'mitigation', mitigation.kind)}${summary}` : '';
  const facts = [
    [incident.firstResponseAt, recorded.responded[language]],
    [incident.verifiedAt, (drafts.isSeen(incident) ? recorded.confirmed : recorded.looked)[language]],
    [incident.scopedAt, recorded.scoped[language] + scope],
    [incident.mitigatedAt, recorded.mitigated[language] + did],
    [incident.recoveredAt, recorded.recovered[language]],
  ] as const;
  const lines = drafts.inOrderSince(since, facts).map(([at, what]) => `- ${short(at, by)} ${what}`);
  if (cause?.summary) lines.push(`- ${recorded.cause[language]}: ${cut(cause.summary)}`);
  const heading = since > 0 ? labels.happened : labels.happenedSoFar;
  return ['', heading[language], ...(lines.length > 0 ? lines : [`- ${labels.nothingYet[language]}`])];
}

/** What a later report says worse; what a person had stated stays. */
function worseLines({ worse }: PlannedNotice, by: Reading): string[] {
  const valueText = (field: string, value: string | number): string =>
    typeof value === 'number'
      ? say(by, glanceTexts.count, { n: value })
      : nameFor(by, field === 'ongoing' ? 'ongoing' : 'impact', value);
  return worse.slice(-mostLines).map(({ field, known, reported, isTaken }) => {
    const label = isTaken ? labels.worse : labels.kept;
    const values = { known: valueText(field, known), reported: valueText(field, reported) };
    return `- ${say(by, label, { field: nameFor(by, 'field', field), ...values })}`;
  });
}

function questionedLines(questioned: Questioned[], by: Reading): string[] {
  if (questioned.length === 0) return [];
  const lines = questioned.slice(0, mostLines).map((each) => {
    const said = each.word.message ? say(by, labels.quoted, { text: cut(each.word.message) }) : '';
    return `- ${nameOfQuestioned(each, by)}: ${said || say(by, labels.noText)}`;
  });
  const rest = questioned.length - lines.length;
  return ['', nameFor(by, 'event', 'customer-wrote'), ...lines, ...(rest > 0 ? [say(by, labels.moreMessages)] : [])];
}

function nameOfQuestioned({ contact, word }: Questioned, by: Reading): string {
  if (contact && !contact.isTheOthers) return nameOfContact(contact, by);
  return cut(word.customers[0] ?? '') || `${say(by, labels.ticket)} ${word.ticket.id}`;
}

/** Customers who wrote after their recovery come first. A failed update is drafted again from the current record. */
function draftsOf(incident: Incident, { escalated, kinds, questioned, told, unreached }: PlannedNotice, by: Writing) {
  const { now } = by;
  const wrote = [...new Set(questioned.flatMap(({ contact }) => contact ?? []))];
  const isOver = kinds.includes('recovery-questioned');
  const answers = isOver ? wrote.slice(0, mostAnswers).map((each) => drafts.answerTo(each, now)) : [];
  const others = othersThan(told, [...(isOver ? [] : wrote), ...unreached, ...escalated]);
  const again = others.map((contact) => ({ contact, dueAt: contact.nextUpdateDueAt ?? now }));
  return [...answers, ...drafts.draftGroups(incident, [...told, ...again], by)];
}

/** One draft in the customers' language, for the most urgent message; the page has the others. */
function draftLines(incident: Incident, [group, ...more]: drafts.DraftGroup[], by: Reading): string[] {
  if (!group) return [];
  const names = group.told.slice(0, mostLines).map(({ contact }) => nameOfContact(contact, by));
  const n = group.told.length - names.length;
  const to = rowOf(by, [...names, ...(n > 0 ? [say(by, consoleTexts['board.more'], { n })] : [])]);
  const title = say(by, labels.draft, { kind: nameFor(by, 'draftKind', group.kind), to });
  const message = drafts.draftMessage(incident, group, by);
  const rest = more.length > 0 ? [say(by, labels.moreDrafts, { n: more.length })] : [];
  return ['', title, ...message.split('\n').map((line) => `> ${line}`.trimEnd()), ...rest];
}

function nameOfContact(contact: Contact, by: Reading): string {
  const called = calledOf(contact);
  return contactText({ ...called, name: cut(called.name) }, by);
}
