/**
 * What one look at an incident brings about: which slots have ended, which customers the notice names, whether missed
 * slots are escalated, and when to look again. At most one notice. `docs/reference/rules/c-updates.md` has the rules. Pure.
 */

import type { CustomerWord } from '../incidents/decision.ts';
import { isOfEmergency } from '../incidents/emergency/decide-emergency.ts';
import { isGoingOn, openRoles } from '../incidents/emergency/emergency.ts';
import type { EventOf } from '../incidents/events.ts';
import { evolveAll, passed } from '../incidents/fold/evolve.ts';
import { byId } from '../incidents/fold/state.ts';
import { type Incident, optional } from '../incidents/incident.ts';
import { type Slot, scopeSlot } from '../incidents/rhythm/cadence.ts';
import { type Contact, withOneOthers } from '../incidents/rhythm/contact.ts';
import { nextPage, pageFor, whyPaged } from '../incidents/rhythm/paging.ts';
import { nextEscalation, type TimerFacts, wakeAt } from '../incidents/rhythm/wake.ts';
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

/** A customer who wrote; without a contact where the ticket is nobody's who is known. */
export interface Questioned {
  word: CustomerWord;
  contact: Contact | undefined;
}

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
  const isTold = (each: TimerFacts['pending'][number]): boolean =>
    incident.status !== 'linked' && isStillSo(each, incident, current);
  const pending = timer.pending.filter((each) => each.since <= now && isTold(each));
  const told = tell(current, now, policy);
  const escalateAt = nextEscalation(current, policy);
  const isRow = ({ stoppedAt, missedInARow }: Contact): boolean =>
    !stoppedAt && missedInARow >= policy.cadence.escalateAfterMissed;
  const escalated = escalateAt && escalateAt <= now ? current.filter(isRow) : [];
  const scope = askForScope(incident, contacts.length, timer.scopeDueAt ?? null, now, policy);
  const unscoped = scope ? unscopedAt(incident, contacts.length, timer.scopeDueAt ?? null, scope.dueAt, policy) : 0;
  const kinds = kindsOf({ pending, told, isEscalated: escalated.length + unscoped > 0, scope });
  const roles = kinds.includes('emergency-begun') || kinds.includes('role-due') ? openRoles(incident.roles) : [];
  const page = decidePage(incident, kinds, now, policy);
  const events: EventOf[] = [
    ...(until.closed.length > 0 ? [slotsClosedEvent(until.closed, contacts, now)] : []),
    ...remindedEvents(told, current, scope, kinds.includes('role-due') ? roles : [], now),
    ...(escalated.length > 0 ? [escalatedEvent(escalated, current, now)] : []),
    ...(unscoped > 0 ? [unscopedEvent(unscoped, now)] : []),
    ...(page ? [page] : []),
  ];
  const looked = evolveAll(until, events, now, policy);
  const after = (contact: Contact): Contact => looked.contacts.get(contact.id) ?? contact;

  const notice = kinds[0] && {
    /** The one that it is sent under; the first of `kinds`. */
    kind: kinds[0],
    /** Everything that one notice says. */
    kinds,
    /** What it tells, as its id says it. */
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
    /** Who wrote, and what. */
    questioned: pending.flatMap(({ word }): Questioned[] =>
      word ? [{ word, contact: contactOf(word, looked.contacts) }] : [],
    ),
    /** What later reports say worse than was known. */
    worse: pending.flatMap(({ worse = [] }) => worse),
    ...optional('scopeDueAt', scope?.dueAt),
    /** Of an emergency: which nobody has taken, where they are asked for. */
    roles,
  };
  const nextTimer = {
    pending: timer.pending.filter((each) => each.since > now && isTold(each)),
    scopeDueAt: scope?.dueAt ?? timer.scopeDueAt ?? null,
  };
  const wake = wakeAt(looked.incident, [...looked.contacts.values()], nextTimer, policy);
  return {
    notice,
    page,
    events,
    /** Those that have changed. */
    contacts: contacts.map(after).filter((each, index) => each !== contacts[index]),
    /** With the sums of its slots, and the page that is on. */
    incident: looked.incident,
    /** What the timer holds from here on; null when nothing is left to wait for. */
    timer: wake && { ...nextTimer, wakeAt: wake.at, why: wake.why },
  };
}

/**
 * A failure is announced until its customers have been updated another way. Roles are asked for while their emergency lasts and one is open.
 */
function isStillSo(
  each: TimerFacts['pending'][number],
  { emergency, roles }: Incident,
  contacts: readonly Contact[],
): boolean {
  if (each.kind === 'update-failed') return contacts.some(({ unreached }) => unreached?.updateId === each.key);
  if (each.kind === 'emergency-begun') return isGoingOn(emergency);
  if (each.kind !== 'role-due') return true;
  return (
    isGoingOn(emergency) &&
    isOfEmergency(each, emergency) &&
    each.since > emergency.since &&
    openRoles(roles).length > 0
  );
}

/** What this look does about paging: what its notice pages for, else what is due by now. */
function decidePage(
  incident: Incident,
  kinds: readonly NoticeKind[],
  now: Date,
  policy: Policy,
): EventOf<'paged'> | undefined {
  const due = nextPage(incident, policy);
  const isDue = due !== null && due.at <= now;
  const atOnce = pageFor(incident, kinds, now);
  const why = [...(atOnce?.why ?? []), ...(isDue && due.action === 'trigger' ? due.why : [])];
  const step = atOnce ? { ...atOnce, why } : isDue ? due : undefined;
  return (
    step && {
      type: 'paged',
      occurredAt: now,
      actor: 'rule',
      detail: { action: step.action, reasons: step.why, why: whyPaged(step) },
    }
  );
}

/** The author of a message: the customer that the tool names, else the ticket's. */
export function contactOf(
  { customers, ticket }: CustomerWord,
  current: ReadonlyMap<string, Contact>,
): Contact | undefined {
  const all = [...current.values()];
  return (
    all.find((each) => each.customers.some(({ id }) => customers.includes(id))) ??
    all.find((each) => each.ticket?.tool === ticket.tool && each.ticket.id === ticket.id)
  );
}

/**
 * Once one customer's reminder is due, the notice also names every customer that is due within the next ten minutes
 * and has not been announced: one notice instead of several.
 */
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

/** The last slot of the scope that is to be asked for by now. Those that passed while Metronome was away are one. */
function askForScope(
  incident: Incident,
  contactCount: number,
  last: Date | null,
  now: Date,
  policy: Policy,
): Slot | null {
  let asked: Slot | null = null;
  for (let steps = 0; steps < 500; steps += 1) {
    const slot = scopeSlot(incident, contactCount, asked?.dueAt ?? last, policy);
    if (!slot || slot.remindAt > now) break;
    asked = slot;
  }
  return asked;
}

/**
 * Whether the scope was due in vain so often that it is escalated now: as the second deadline has passed, and daily from
 * then, like missed updates. @returns how often, or 0
 */
function unscopedAt(incident: Incident, contactCount: number, last: Date | null, dueAt: Date, policy: Policy): number {
  const { escalateAfterMissed, escalateEvery } = policy.cadence;
  let slot = scopeSlot(incident, contactCount, null, policy);
  for (let missed = 1; slot && missed < escalateAfterMissed; missed += 1) {
    slot = scopeSlot(incident, contactCount, slot.dueAt, policy);
  }
  if (!slot || last === null) return 0;
  const from = slot.dueAt.getTime();
  const times = (at: Date): number => Math.max(0, Math.ceil((at.getTime() - from) / milliseconds(escalateEvery)));
  return times(dueAt) > times(last) ? escalateAfterMissed : 0;
}

function kindsOf(found: {
  pending: TimerFacts['pending'];
  told: NoticeRecipient[];
  isEscalated: boolean;
  scope: Slot | null;
}): NoticeKind[] {
  const kinds = new Set<string>(found.pending.map((each) => each.kind));
  if (found.told.length > 0) kinds.add('update-due');
  if (found.isEscalated) kinds.add('escalation');
  if (found.scope) kinds.add('scope-due');
  return incidentNoticeKinds.filter((kind) => kinds.has(kind));
}
