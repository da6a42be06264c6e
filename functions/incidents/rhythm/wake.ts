/** When an incident has to be looked at next: the earliest thing that time alone brings about, table C. Pure. */
import { milliseconds, type Policy } from '../../policy.ts';
import type { Announcement } from '../facts/decision.ts';
import type { Incident } from '../incident.ts';
import { hasOtherRow, hasRhythm, isFixedTime, scopeSlot, spreadOf } from './cadence.ts';
import type { Contact } from './contact.ts';
import { nextPage } from './paging.ts';

export interface TimerFacts {
  pending: readonly Announcement[];
  /** While there is no contact: the scope's slot that has been asked for last. */
  scopeDueAt?: Date | null;
}

export interface Wake {
  at: Date;
  why: string;
}

/** What a decision does with the incident's timer. `Wake`: it wakes at that time at the latest. */
export type TimerDecision = 'keep' | 'delete' | Wake;

/**
 * What becomes of a timer by anything but time: by a statement, a follow-up, a link, an answer.
 * @param touched new or changed contacts
 * @param announced whether a next look has something to tell
 */
export function timerAfter(
  before: Incident,
  after: Incident,
  touched: readonly Contact[],
  announced: boolean,
  now: Date,
  policy: Policy,
): TimerDecision {
  const page = nextPage(after, policy);
  if (after.status === 'linked') {
    if (page) return { at: now, why: 'its page is to be ended' };
    return before.status === 'linked' ? 'keep' : 'delete';
  }
  const isOpened = before.status !== 'open' && after.status === 'open';
  if (after.kind === 'question') {
    if (before.status === 'open' && after.status !== 'open') return 'delete';
    return isOpened ? questionWake(after, policy) : 'keep';
  }
  if (after.kind === 'outside') return 'keep';
  if (before.kind !== 'incident') return { at: after.filedAt, why: 'it has become an incident and is to be announced' };
  if (announced) return { at: now, why: 'something is to be announced' };
  if (isOpened) return { at: now, why: 'it is open again: its scope may have to be asked for' };
  if (hasRhythm(after) && !hasRhythm(before)) return { at: now, why: 'it has a rhythm now' };
  // By the table's other row, the next slot may be due before its timer wakes.
  if (hasRhythm(after) && hasOtherRow(before, after))
    return { at: now, why: 'it goes by the other row of the table now' };
  // Once every reminder is sent, it waits for its slot to end, also after a link to an incident without a timer.
  const wakes = touched.flatMap((each) =>
    each.remindAt ? [{ at: each.remindAt, why: each.dueReason }] : contactWakes(each, after, policy),
  );
  const was = nextPage(before, policy);
  if (page && (page.action !== was?.action || page.at < was.at)) {
    wakes.push({ at: new Date(Math.max(page.at.getTime(), now.getTime())), why: 'whom it pages changes' });
  }
  return earliest(wakes) ?? 'keep';
}

/** A question is looked at again when it should have been answered. */
export function questionWake(question: Pick<Incident, 'reportedAt'>, policy: Policy): Wake {
  const { unansweredQuestionAfter } = policy.routing;
  const at = new Date(question.reportedAt.getTime() + milliseconds(unansweredQuestionAfter));
  return { at, why: `it should have been answered within ${unansweredQuestionAfter}` };
}

/** The minutes over which the closing of slots that end at one fixed time is spread. */
const closingSpreadMinutes = 10;

/** @returns null when nothing is left to wait for: the timer can go */
export function wakeAt(
  incident: Incident,
  contacts: readonly Contact[],
  timer: TimerFacts,
  policy: Policy,
): Wake | null {
  const wakes: Wake[] = timer.pending.map(({ kind, since }) => ({ at: since, why: `${kind} is to be announced` }));
  const scope = scopeSlot(incident, contacts.length, timer.scopeDueAt ?? null, policy);
  if (scope) wakes.push({ at: scope.remindAt, why: `the scope is asked for: ${scope.reason}` });
  const page = nextPage(incident, policy);
  if (page) wakes.push({ at: page.at, why: 'whom it pages changes' });
  if (hasRhythm(incident)) {
    for (const contact of contacts) wakes.push(...contactWakes(contact, incident, policy));
    const escalateAt = nextEscalation(contacts, policy);
    if (escalateAt) wakes.push({ at: escalateAt, why: 'slots were missed in a row' });
  }
  return earliest(wakes);
}

const earliest = (wakes: readonly Wake[]): Wake | null =>
  wakes.toSorted((one, other) => one.at.getTime() - other.at.getTime())[0] ?? null;

function contactWakes({ next, remindAt, reminder }: Contact, incident: Incident, policy: Policy): Wake[] {
  if (!next) return [];
  const wakes = [{ at: closingAt(next.dueAt, incident.id, policy), why: 'a slot ends' }];
  if (remindAt && reminder) wakes.push({ at: remindAt, why: `an update is due ${reminder.dueAt.toISOString()}` });
  return wakes;
}

/** A slot is closed when it ends; one that ends at a fixed time is closed a few minutes later, which depends on the incident. */
export function closingAt(endAt: Date, incidentId: string, policy: Policy): Date {
  if (!isFixedTime(endAt, policy)) return endAt;
  return new Date(endAt.getTime() + spreadOf(incidentId, closingSpreadMinutes) * 60_000);
}

/** The contacts that missed this many slots in a row. */
export const missedRows = (contacts: readonly Contact[], { cadence }: Policy): Contact[] =>
  contacts.filter((each) => !each.stoppedAt && each.missedInARow >= cadence.escalateAfterMissed);

/** One escalation for the incident: at a contact's second missed slot in a row, then daily while any row lasts. */
export function nextEscalation(contacts: readonly Contact[], policy: Policy): Date | null {
  const rows = missedRows(contacts, policy);
  if (rows.length === 0) return null;
  const escalated = rows.flatMap((each) => (each.escalatedAt ? [each.escalatedAt.getTime()] : []));
  if (escalated.length > 0) {
    // From the whole minute on: a day later, the tick of the same minute finds it.
    const last = Math.floor(Math.max(...escalated) / 60_000) * 60_000;
    return new Date(last + milliseconds(policy.cadence.escalateEvery));
  }
  return new Date(Math.min(...rows.map((each) => each.pastSlots.at(-1)?.endAt.getTime() ?? 0)));
}
