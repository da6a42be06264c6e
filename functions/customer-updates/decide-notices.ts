/** What a look at an incident decides: at most one notice, and the next look (`docs/reference/rules/c-updates.md`). Pure. */
import { isOfEmergency } from '../incidents/emergency/decide-emergency.ts';
import { isGoingOn, openRoles } from '../incidents/emergency/emergency.ts';
import type { CustomerMessage } from '../incidents/facts/decision.ts';
import type { FactOf, TimelineEvent } from '../incidents/facts/events.ts';
import { evolveAll, passed } from '../incidents/fold/evolve.ts';
import { type Incident, optional } from '../incidents/incident.ts';
import { type Slot, scopeSlot } from '../incidents/rhythm/cadence.ts';
import { byId, type Contact, withOneOthers } from '../incidents/rhythm/contact.ts';
import { nextPage, pageFor, whyPaged } from '../incidents/rhythm/paging.ts';
import { missedRows, nextEscalation, type TimerFacts, wakeAt } from '../incidents/rhythm/wake.ts';
import { incidentNoticeKinds, type NoticeKind } from '../platform/notice-schemas.ts';
import { milliseconds, type Policy } from '../policy.ts';
import {
  escalatedEvent,
  type NoticeRecipient,
  type Reminded,
  remindedEvents,
  slotsClosedEvent,
  unscopedEvent,
} from './look-events.ts';

/** A customer who wrote. `contact` is missing if the ticket belongs to no known customer. */
export interface Questioned {
  word: CustomerMessage;
  contact: Contact | undefined;
}

type Pending = TimerFacts['pending'][number];

export type Plan = ReturnType<typeof decideNotices>;
export type PlannedNotice = NonNullable<Plan['notice']>;

export function decideNotices(
  incident: Incident,
  contacts: readonly Contact[],
  timer: TimerFacts,
  now: Date,
  policy: Policy,
) {
  const until = passed({ incident, contacts: byId(contacts) }, now, policy);
  const current = [...until.contacts.values()];
  // A linked incident is announced as the one that took it over.
  const isTold = (each: Pending): boolean => incident.status !== 'linked' && isStillSo(each, incident, current);
  const pending = timer.pending.filter((each) => each.since <= now && isTold(each));
  const told = tell(current, now, policy);
  const escalateAt = nextEscalation(current, policy);
  const escalated = escalateAt && escalateAt <= now ? missedRows(current, policy) : [];
  const last = timer.scopeDueAt ?? null;
  const slotAfter = (dueAt: Date | null): Slot | null => scopeSlot(incident, contacts.length, dueAt, policy);
  const scope = askForScope(slotAfter, last, now);
  const unscoped = scope && isUnscoped(slotAfter, last, scope.dueAt, policy) ? policy.cadence.escalateAfterMissed : 0;
  const found = new Set<string>(pending.map((each) => each.kind));
  if (told.length > 0) found.add('update-due');
  if (escalated.length + unscoped > 0) found.add('escalation');
  if (scope) found.add('scope-due');
  const kinds: NoticeKind[] = incidentNoticeKinds.filter((kind) => found.has(kind));
  const roles = kinds.includes('emergency-begun') || kinds.includes('role-due') ? openRoles(incident.roles) : [];
  const page = decidePage(incident, kinds, now, policy);
  const closed = until.closed.length > 0 ? [slotsClosedEvent(until.closed, contacts, now)] : [];
  const facts: FactOf[] = [
    ...remindedEvents(told, current, { scope, roles: kinds.includes('role-due') ? roles : [] }, now),
    ...(escalated.length > 0 ? [escalatedEvent(escalated, current, now)] : []),
    ...(unscoped > 0 ? [unscopedEvent(unscoped, now)] : []),
    ...(page ? [page] : []),
  ];
  const looked = evolveAll(until, facts, now, policy, incident.lastSequence + closed.length);
  const after = (contact: Contact): Contact => looked.contacts.get(contact.id) ?? contact;
  const all = [...looked.contacts.values()];

  const notice = kinds[0] && {
    /** The kind under which the notice is sent: the first of `kinds`. */
    kind: kinds[0],
    kinds,
    idParts: [
      ...pending.map(({ kind, key }) => `${kind}:${key}`),
      ...told.map(({ contact, dueAt }) => `due:${contact.id}@${dueAt.toISOString()}`).sort(),
      ...(escalated.length > 0 && escalateAt ? [`escalated@${escalateAt.toISOString()}`] : []),
      ...(scope ? [`scope@${scope.dueAt.toISOString()}`] : []),
    ],
    told: withOneOthers(told).map((each): NoticeRecipient => ({ ...each, contact: after(each.contact) })),
    /** Customers with missed slots in a row. */
    escalated: withOneOthers(escalated).map(after),
    /** Customers that an update did not reach: the notice names them again, with a new draft. */
    unreached: kinds.includes('update-failed') ? current.map(after).filter((each) => each.unreached) : [],
    questioned: pending.flatMap(({ word }): Questioned[] => (word ? [{ word, contact: contactOf(word, all) }] : [])),
    worse: pending.flatMap(({ worse = [] }) => worse),
    ...optional('scopeDueAt', scope?.dueAt),
    /** The emergency roles that nobody has taken, while they are asked for. */
    roles,
  };
  const nextTimer = {
    pending: timer.pending.filter((each) => each.since > now && isTold(each)),
    scopeDueAt: scope?.dueAt ?? timer.scopeDueAt ?? null,
  };
  const wake = wakeAt(looked.incident, all, nextTimer, policy);
  return {
    notice,
    page,
    events: [...closed, ...facts],
    contacts: contacts.map(after),
    /** With its slot counts and its current page. */
    incident: looked.incident,
    /** The timer's next state; null if nothing is left to wait for. */
    timer: wake && { ...nextTimer, wakeAt: wake.at, why: wake.why },
  };
}

/** A failed update is announced until its customers have been updated otherwise; roles are asked for until all are filled. */
function isStillSo(each: Pending, { emergency, roles }: Incident, contacts: readonly Contact[]): boolean {
  if (each.kind === 'update-failed') return contacts.some(({ unreached }) => unreached?.updateId === each.key);
  if (each.kind === 'emergency-begun') return isGoingOn(emergency);
  if (each.kind !== 'role-due') return true;
  if (!isGoingOn(emergency) || !isOfEmergency(each, emergency)) return false;
  return each.since > emergency.since && openRoles(roles).length > 0;
}

/** The page to send: what this notice pages for, otherwise what is due by now. */
function decidePage(incident: Incident, kinds: readonly NoticeKind[], now: Date, policy: Policy) {
  const next = nextPage(incident, policy);
  const due = next && next.at <= now ? next : undefined;
  const atOnce = pageFor(incident, kinds, now);
  const why = [...(atOnce?.why ?? []), ...(due?.action === 'trigger' ? due.why : [])];
  const step = atOnce ? { ...atOnce, why } : due;
  if (!step) return undefined;
  const detail = { action: step.action, reasons: step.why, why: whyPaged(step) };
  return { type: 'paged', occurredAt: now, actor: 'rule', detail } satisfies FactOf<'paged'>;
}

/** The author of a message: the customer that the tool names, else the ticket's. */
export function contactOf({ customers, ticket }: CustomerMessage, all: readonly Contact[]): Contact | undefined {
  return (
    all.find((each) => each.customers.some(({ id }) => customers.includes(id))) ??
    all.find((each) => each.ticket?.tool === ticket.tool && each.ticket.id === ticket.id)
  );
}

/** The last word of each contact who wrote after their recovery and has not heard from us since, oldest first. */
export function unansweredQuestions(
  { status }: Pick<Incident, 'status'>,
  contacts: readonly Contact[],
  events: readonly TimelineEvent[],
): (Questioned & { contact: Contact; at: Date })[] {
  if (status !== 'recovered') return [];
  const last = new Map<string, Questioned & { contact: Contact; at: Date }>();
  for (const event of [...events].sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime())) {
    if (event.type !== 'recovery-questioned') continue;
    const { customers, ticket, message } = event.detail;
    const word = { customers, ticket, ...(message === undefined ? {} : { message }) };
    const contact = contactOf(word, contacts);
    if (!contact || (contact.lastUpdateAt && contact.lastUpdateAt > event.recordedAt)) continue;
    last.set(contact.id, { word, contact, at: event.recordedAt });
  }
  return [...last.values()].sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** One notice instead of several: it names every customer who is due within ten minutes of the first. */
function tell(contacts: readonly Contact[], now: Date, policy: Policy): Reminded[] {
  if (!contacts.some(({ remindAt }) => remindAt && remindAt <= now)) return [];
  const until = new Date(now.getTime() + milliseconds(policy.cadence.noticeCoversNext));
  return contacts
    .flatMap((contact): Reminded[] => {
      const { remindAt, reminder } = contact;
      const isDue = remindAt && reminder && (remindAt <= now || reminder.dueAt <= until);
      return isDue ? [{ contact, dueAt: reminder.dueAt, why: reminder.reason }] : [];
    })
    .sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
}

/** The scope's next slot after a deadline, or its first slot. */
type SlotAfter = (dueAt: Date | null) => Slot | null;

/** The last scope slot that is due by now. Slots that passed while Metronome was away count as one. */
function askForScope(slotAfter: SlotAfter, last: Date | null, now: Date): Slot | null {
  let asked: Slot | null = null;
  for (let steps = 0; steps < 500; steps += 1) {
    const slot = slotAfter(asked?.dueAt ?? last);
    if (!slot || slot.remindAt > now) break;
    asked = slot;
  }
  return asked;
}

/** Whether to escalate an unknown scope: when its second deadline passes, and daily after that. */
function isUnscoped(slotAfter: SlotAfter, last: Date | null, dueAt: Date, { cadence }: Policy): boolean {
  const { escalateAfterMissed, escalateEvery } = cadence;
  let slot = slotAfter(null);
  for (let missed = 1; slot && missed < escalateAfterMissed; missed += 1) slot = slotAfter(slot.dueAt);
  if (!slot || last === null) return false;
  const from = slot.dueAt.getTime();
  const times = (at: Date): number => Math.max(0, Math.ceil((at.getTime() - from) / milliseconds(escalateEvery)));
  return times(dueAt) > times(last);
}
