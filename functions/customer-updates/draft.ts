/** The next message to customers who wait, from the record: which one, its recipients, and its facts. Pure. */
import type { Context } from '../incidents/facts/decision.ts';
import type { TimelineEvent } from '../incidents/facts/events.ts';
import type { Incident } from '../incidents/incident.ts';
import { slotAfter } from '../incidents/rhythm/cadence.ts';
import { type Contact, customerIdsOf } from '../incidents/rhythm/contact.ts';
import { milliseconds, type Policy } from '../policy.ts';
import { cut, letterClock, nameZoneOnce, shortLetterClock } from '../words/clock.ts';
import { type DraftFacts, type DraftKind, type DraftPart, lacksSubject, writeDraftLines } from '../words/drafts.ts';
import type { Language } from '../words/language.ts';
import { drillMark } from '../words/texts/notices.ts';
import { unansweredQuestions } from './decide-notices.ts';
import type { NoticeRecipient } from './look-events.ts';
import type { DraftSources, TicketReport } from './ticket-reports.ts';

/** `reports` quotes each customer of an outage by their own ticket. Without it, only the incident's own report is known. */
export interface Writing extends Pick<Context, 'policy' | 'now'>, DraftSources {}

export interface DraftGroup {
  kind: DraftKind;
  told: NoticeRecipient[];
}

/** When the first of a group is due, and whether that is now: late, or within what one notice covers. */
export function dueOf({ told }: DraftGroup, { now, policy }: Writing): { dueAt: Date; isDue: boolean } {
  const dueAt = new Date(Math.min(...told.map((each) => each.dueAt.getTime())));
  return { dueAt, isDue: isDue(dueAt, now, policy) };
}

const isDue = (dueAt: Date, now: Date, { cadence }: Policy): boolean =>
  dueAt.getTime() <= now.getTime() + milliseconds(cadence.noticeCoversNext);

/** Late, due with one notice, or waiting for an answer to their own message. */
function isAwaited(incident: Incident, { contact, dueAt }: NoticeRecipient, { now, policy }: Writing): boolean {
  const ids = customerIdsOf(contact);
  const hasWritten = incident.unanswered?.some(({ customers }) => customers.some((id) => ids.includes(id)));
  return hasWritten === true || isDue(dueAt, now, policy);
}

/** These customers have just been updated and no message is due: they get another only if somebody chooses them. */
export const isToldLately = (incident: Incident, { kind, told }: DraftGroup, by: Writing): boolean =>
  (kind === 'progress' || kind === 'no-progress') && !told.some((each) => isAwaited(incident, each, by));

/** What has to be filled in before a text can be sent. */
export const draftNeeds = ['described'] as const;

export function needsOf(incident: Incident, { kind, told }: DraftGroup, by: Writing): (typeof draftNeeds)[number][] {
  const facts = draftFacts(incident, told, languageOf({ told }, by), by);
  const isFirst = kind === 'first' || (kind === 'late' && !facts.wasTold);
  return isFirst && lacksSubject(facts) ? ['described'] : [];
}

/** The next message for every customer: due customers first, and among these the drafts that need something filled in. */
export function allDraftGroups(
  incident: Incident,
  contacts: readonly Contact[],
  events: readonly TimelineEvent[],
  by: Writing,
): DraftGroup[] {
  const asked = [...new Set(unansweredQuestions(incident, contacts, events).map(({ contact }) => contact))];
  const told = contacts.flatMap((contact) =>
    contact.nextUpdateDueAt && !asked.includes(contact) ? [{ contact, dueAt: contact.nextUpdateDueAt }] : [],
  );
  return dueFirst(incident, [...asked.map((each) => answerTo(each, by.now)), ...draftGroups(incident, told, by)], by);
}

/** Due groups first, and among these the ones that need something filled in; groups that have just been told come last. */
export function dueFirst(incident: Incident, groups: readonly DraftGroup[], by: Writing): DraftGroup[] {
  const placeOf = (group: DraftGroup): number =>
    isToldLately(incident, group, by)
      ? 3
      : !group.told.some((each) => isAwaited(incident, each, by))
        ? 2
        : needsOf(incident, group, by).length > 0
          ? 0
          : 1;
  const sorted = groups.map((group) => ({ group, place: placeOf(group), dueAt: dueOf(group, by).dueAt }));
  sorted.sort((one, other) => one.place - other.place || one.dueAt.getTime() - other.dueAt.getTime());
  return sorted.map(({ group }) => group);
}

export const answerTo = (contact: Contact, dueAt: Date): DraftGroup => ({
  kind: 'recovery-questioned',
  told: [{ contact, dueAt }],
});

/** Customers whose drafts differ in the greeting at most, in the order of `told`. */
export function draftGroups(incident: Incident, told: readonly NoticeRecipient[], by: Writing): DraftGroup[] {
  const groups = new Map<string, DraftGroup>();
  for (const each of told) {
    const language = languageOf({ told: [each] }, by);
    const kind = draftKindOf(incident, each, by.now);
    const facts = { ...draftFacts(incident, [each], language, by), customerName: undefined };
    const lines = writeDraftLines(kind, facts, language, by.policy.drafts);
    // Due customers and customers who have just been told are in separate groups.
    const key = JSON.stringify([kind, isAwaited(incident, each, by), lines]);
    const group = groups.get(key) ?? { kind, told: [] };
    group.told.push(each);
    groups.set(key, group);
  }
  return [...groups.values()];
}

export function draftKindOf(incident: Incident, { contact, dueAt }: NoticeRecipient, now: Date): DraftKind {
  if (contact.endsWith === 'not-occurring') return 'not-occurring';
  if (contact.recoveredAt) return 'recovery';
  if ((contact.nextUpdateDueAt ?? dueAt) < now) return 'late';
  if (!contact.lastUpdateAt) return 'first';
  return progressSince(incident, since(contact)).length > 0 ? 'progress' : 'no-progress';
}

/** The language from the list of customers, otherwise the policy's. Customers of one group share it. */
export const languageOf = ({ told: [first] }: Pick<DraftGroup, 'told'>, { list, policy }: Writing): Language =>
  first?.contact.customers.flatMap(({ id }) => list?.byId.get(id)?.language ?? [])[0] ?? policy.sender.language;

/** @returns the message, in the language of those who are told */
export const draftMessage = (incident: Incident, group: DraftGroup, by: Writing): string =>
  writeDraft(incident, group, by, languageOf(group, by));

export function writeDraft(incident: Incident, { kind, told }: DraftGroup, by: Writing, language: Language): string {
  const words = writeDraftLines(kind, draftFacts(incident, told, language, by), language, by.policy.drafts);
  const letter = [...(incident.isDrill ? [drillMark[language].trim()] : []), ...words].join('\n');
  return nameZoneOnce(letter, by.now, by.policy);
}

function draftFacts(incident: Incident, told: readonly NoticeRecipient[], language: Language, by: Writing): DraftFacts {
  const { policy, now } = by;
  const [first] = told;
  const contacts = told.map(({ contact }) => contact);
  const write = (at: Date | undefined): string | undefined => at && letterClock(at, language, policy, now);
  const { mitigation, impact, occurredAt, reportedAt, cause } = incident;
  const isConfirmed = isSeen(incident);
  const isTaken = isTakenUp(incident);
  const recoveredAt = contacts.find((each) => each.recoveredAt)?.recoveredAt;
  // An alert lags behind the reports: whatever was reported had begun by then.
  const isLaterThanReport = occurredAt !== undefined && occurredAt > reportedAt;
  const startsAt = isLaterThanReport ? reportedAt : occurredAt;
  // If the times contradict each other, no message says that the trouble lasted from the later one to the earlier one.
  const isReversed = recoveredAt && startsAt && recoveredAt < startsAt;
  const start = isReversed ? undefined : write(startsAt);
  return {
    customerName: first && told.length === 1 ? nameToGreet(first.contact) : undefined,
    company: policy.sender.company[language] || undefined,
    telephone: policy.sender.telephone || undefined,
    records: policy.sender.records[language] || undefined,
    functionName: policy.sender.functions.find(({ area }) => area === incident.origin.area)?.[language],
    title: subjectFor(incident, contacts, by.reports),
    described: incident.described ? cut(incident.described) : undefined,
    now: letterClock(now, language, policy, now),
    ...(isLaterThanReport ? { reportedAt: start } : { occurredAt: start }),
    isConfirmed,
    isTaken,
    isCauseSought: policy.sender.mentionsCause && isTaken && cause === undefined,
    impact: isConfirmed && impact.businessImpact !== 'none' ? impact.businessImpact : undefined,
    isStopped: impact.businessImpact === 'stopped',
    workaround: mitigation?.kind === 'workaround' && mitigation.summary ? cut(mitigation.summary) : undefined,
    progress: progressSince(incident, Math.max(0, ...contacts.map(since))),
    wasTold: contacts.every((each) => each.lastUpdateAt !== undefined),
    isToldOver: contacts.every((each) => each.stoppedAt !== undefined && each.stoppedAt !== null),
    recoveredAt: write(recoveredAt),
    recoveredUntil: recoveredAt && startsAt && shortLetterClock(recoveredAt, startsAt, language, policy),
    // Sent now or a little later, the rhythm's next slot is no sooner than this.
    nextUpdateAt: letterClock(slotAfter(now, 'update', incident, policy).dueAt, language, policy, now),
  };
}

/** The subject of the ticket on which the contact is answered, otherwise of their first ticket. */
function reportOf(contact: Contact, reports: readonly TicketReport[]): TicketReport | undefined {
  const { ticket, isTheOthers } = contact;
  if (isTheOthers) return undefined;
  const ids = customerIdsOf(contact);
  const own = reports.filter(({ customer }) => customer !== undefined && ids.includes(customer.id));
  return own.find((each) => each.tool === ticket?.tool && each.sourceId === ticket.id) ?? own[0];
}

/** The subject that they all reported in the same words, each on their own ticket. */
function subjectFor(incident: Incident, contacts: readonly Contact[], reports: readonly TicketReport[] = []) {
  const titles = contacts.map((contact) => {
    const title = reportOf(contact, reports)?.title ?? (isReporter(incident, contact) ? incident.title : '');
    return cut(title);
  });
  const [title, ...more] = new Set(titles);
  return more.length === 0 ? title || undefined : undefined;
}

/** Somebody has taken the incident or recorded a finding. */
const isTakenUp = ({ assignee, firstResponseAt, verifiedAt }: Incident): boolean =>
  (assignee ?? firstResponseAt ?? verifiedAt) !== undefined;

/** The customer's name as they or a colleague wrote it. A name that another customer used for them is never used in a greeting. */
function nameToGreet({ customers, name }: Contact): string | undefined {
  const [only, second] = customers;
  return only && !second && !only.isNamedByOthers ? name : undefined;
}

/** A person has confirmed the problem, and nobody has contradicted that since. */
export const isSeen = (incident: Pick<Incident, 'happened' | 'status'>): boolean =>
  incident.happened === 'yes' && incident.status !== 'not-occurring';

const since = ({ lastUpdateAt }: Contact): number => lastUpdateAt?.getTime() ?? 0;

function progressSince(incident: Incident, sinceMs: number): DraftPart[] {
  const { verifiedAt, scopedAt, mitigatedAt, mitigation } = incident;
  // A workaround is announced where its description follows.
  const found = mitigation?.summary ? 'workaroundFound' : undefined;
  const done = mitigation?.kind === 'workaround' ? found : mitigation?.kind;
  const facts = [
    [isSeen(incident) ? verifiedAt : undefined, 'seen' as const],
    [scopedAt, 'scoped' as const],
    [mitigatedAt, done],
  ] as const;
  return inOrderSince(sinceMs, facts).flatMap(([, part]) => part ?? []);
}

/** The facts recorded after `sinceMs`, in order. */
export const inOrderSince = <T>(sinceMs: number, facts: readonly (readonly [at: Date | undefined, what: T])[]) =>
  facts
    .filter((fact): fact is [Date, T] => fact[0] !== undefined && fact[0].getTime() > sinceMs)
    .sort(([a], [b]) => a.getTime() - b.getTime());

function isReporter(incident: Incident, contact: Contact): boolean {
  const { reporter, source } = incident;
  return source === 'ticket' && reporter !== undefined && contact.customers.some((each) => each.id === reporter.id);
}
