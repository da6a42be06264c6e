/** A record that is folded again, since a fact of it counts no more: what that changes beside the fact that says so. Pure. */
import { closingsBetween } from '../clocks/closings.ts';
import { announceEmergency, askForArea, changedFact, decideEmergency } from '../emergency/decide-emergency.ts';
import { isGoingOn } from '../emergency/emergency.ts';
import type { Context, Pending } from '../facts/decision.ts';
import type { ClosedSlot, EventOf, TimelineEvent } from '../facts/events.ts';
import { asNext, isSame } from '../facts/timeline.ts';
import type { Incident } from '../incident.ts';
import type { Contact, State } from '../rhythm/contact.ts';
import { fold, type PolicyOf } from './fold.ts';

/** A record with its whole history. */
export interface History extends State {
  events: readonly TimelineEvent[];
}

export interface Refolded {
  after: Incident;
  /** Those that are new or other than they were. */
  contacts: Contact[];
  gone: string[];
  /** Deadlines that became otherwise. */
  slots: ClosedSlot[];
  /** What rules conclude. */
  events: EventOf[];
  outbox: Pending[];
}

/** @param fact by which something counts no more */
export function refold(
  { incident: before, contacts: known, events }: History,
  fact: EventOf,
  { now, policy }: Pick<Context, 'now' | 'policy'>,
  why: string,
  policyOf: PolicyOf,
): Refolded {
  const { incident: after, contacts: all } = fold(before.id, [...events, asNext(before, fact, now)], policyOf);
  return {
    after,
    contacts: [...all.values()].filter((each) => !isSame(each, known.get(each.id))),
    gone: [...known.keys()].filter((id) => !all.has(id)),
    slots: closingsBetween(known, all),
    ...emergencyAfter(before, after, { now, policy }, why),
  };
}

/** Removes an emergency that no fact supports any more. If its ending is retracted, it pages again as a new episode. */
function emergencyAfter(
  before: Incident,
  after: Incident,
  { now, policy }: Pick<Context, 'now' | 'policy'>,
  why: string,
): { events: EventOf[]; outbox: Pending[] } {
  const by = { actor: 'rule', occurredAt: now };
  const asks = decideEmergency(before, after, policy, now).asksForArea ? [askForArea(after, now)] : [];
  const [was, is] = [before.emergency, after.emergency];
  if (isGoingOn(is) && !isGoingOn(was)) {
    const { rule, inputs, policyVersion } = is;
    const begun: EventOf = {
      ...by,
      type: 'emergency-begun',
      detail: { rule, why, inputs: { ...inputs }, policyVersion },
    };
    return { events: [begun], outbox: [...announceEmergency(is, policy, now), ...asks] };
  }
  if (!isGoingOn(was) || isGoingOn(is)) return { events: [], outbox: asks };
  return { events: [{ ...by, type: 'emergency-ended', detail: changedFact }], outbox: asks };
}
