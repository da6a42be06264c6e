/** The next message to customers who wait, from the record: which one, its recipients, and its facts. Pure. */
import type { Context } from '../incidents/facts/decision.ts';
import type { TimelineEvent } from '../incidents/facts/events.ts';
import type { Incident } from '../incidents/incident.ts';
import { slotAfter } from '../incidents/rhythm/cadence.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import { clock, cut, shortClock } from '../words/clock.ts';
import { type DraftFacts, type DraftKind, type DraftPart, writeDraftLines } from '../words/drafts.ts';
import type { Language } from '../words/language.ts';
import { drillMark } from '../words/texts/notices.ts';
import { unansweredQuestions } from './decide-notices.ts';
import type { NoticeRecipient } from './look-events.ts';

export type Writing = Pick<Context, 'policy' | 'now'>;

export interface DraftGroup {
  kind: DraftKind;
  told: NoticeRecipient[];
}

/** What is due to each customer of an incident: answers to those who wrote after their recovery come first. */
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
  return [...asked.map((each) => answerTo(each, by.now)), ...draftGroups(incident, told, by)];
}

export const answerTo = (contact: Contact, dueAt: Date): DraftGroup => ({
  kind: 'recovery-questioned',
  told: [{ contact, dueAt }],
});

/** Customers whose drafts differ in the greeting at most, in the order of `told`. */
export function draftGroups(incident: Incident, told: readonly NoticeRecipient[], by: Writing): DraftGroup[] {
  const groups = new Map<string, DraftGroup>();
  const { language } = by.policy.sender;
  for (const each of told) {
    const kind = draftKindOf(incident, each, by.now);
    const facts = { ...draftFacts(incident, [each], language, by), customerName: undefined };
    const key = JSON.stringify([kind, writeDraftLines(kind, facts, language, by.policy.drafts)]);
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

/** @returns the message, in the language that the policy names for customers */
export const draftMessage = (incident: Incident, group: DraftGroup, by: Writing): string =>
  writeDraft(incident, group, by, by.policy.sender.language);

export function writeDraft(incident: Incident, { kind, told }: DraftGroup, by: Writing, language: Language): string {
  const words = writeDraftLines(kind, draftFacts(incident, told, language, by), language, by.policy.drafts);
  return [...(incident.isDrill ? [drillMark[language].trim()] : []), ...words].join('\n');
}

function draftFacts(incident: Incident, told: readonly NoticeRecipient[], language: Language, by: Writing): DraftFacts {
  const { policy, now } = by;
  const [first] = told;
  const contacts = told.map(({ contact }) => contact);
  const write = (at: Date | undefined): string | undefined => at && clock(at, language, policy, now);
  const { mitigation, impact, occurredAt } = incident;
  const isConfirmed = isSeen(incident);
  const isToReporters = contacts.length > 0 && contacts.every((each) => isReporter(incident, each));
  const recoveredAt = contacts.find((each) => each.recoveredAt)?.recoveredAt;
  // Where the two contradict each other, nobody is told that it lasted from the later to the earlier.
  const isReversed = recoveredAt && occurredAt && recoveredAt < occurredAt;
  return {
    customerName: first && told.length === 1 ? nameToGreet(first.contact) : undefined,
    company: policy.sender.company[language] || undefined,
    telephone: policy.sender.telephone || undefined,
    records: policy.sender.records[language] || undefined,
    functionName: policy.sender.functions.find(({ area }) => area === incident.origin.area)?.[language],
    title: incident.title && isToReporters ? cut(incident.title) : undefined,
    now: clock(now, language, policy, now),
    occurredAt: isReversed ? undefined : write(occurredAt),
    isConfirmed,
    impact: isConfirmed && impact.businessImpact !== 'none' ? impact.businessImpact : undefined,
    workaround: mitigation?.kind === 'workaround' && mitigation.summary ? cut(mitigation.summary) : undefined,
    progress: progressSince(incident, Math.max(0, ...contacts.map(since))),
    wasTold: contacts.every((each) => each.lastUpdateAt !== undefined),
    isToldOver: contacts.every((each) => each.stoppedAt !== undefined && each.stoppedAt !== null),
    recoveredAt: write(recoveredAt),
    recoveredUntil: recoveredAt && occurredAt && shortClock(recoveredAt, occurredAt, language, policy),
    // Sent now or a little later, the rhythm's next slot is no sooner than this.
    nextUpdateAt: clock(slotAfter(now, 'update', incident, policy).dueAt, language, policy, now),
  };
}

/** Of one customer, as they or a colleague have said it: a name that another customer gave them greets nobody. */
function nameToGreet({ customers, name }: Contact): string | undefined {
  const [only, second] = customers;
  return only && !second && !only.isNamedByOthers ? name : undefined;
}

/** Somebody has stated that it happens, and nobody since that it does not. */
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

/** Of facts, each with when it was recorded, those that are later, in their order. */
export const inOrderSince = <T>(sinceMs: number, facts: readonly (readonly [at: Date | undefined, what: T])[]) =>
  facts
    .filter((fact): fact is [Date, T] => fact[0] !== undefined && fact[0].getTime() > sinceMs)
    .sort(([a], [b]) => a.getTime() - b.getTime());

function isReporter(incident: Incident, contact: Contact): boolean {
  const { reporter, source } = incident;
  return source === 'ticket' && reporter !== undefined && contact.customers.some((each) => each.id === reporter.id);
}
