/** The record as all of its facts make it. Pure. */
import type { Policy } from '../../policy.ts';
import { closingsBetween } from '../clocks/closings.ts';
import { announceEmergency, askForArea, changedFact, decideEmergency } from '../emergency/decide-emergency.ts';
import { isGoingOn } from '../emergency/emergency.ts';
import type { Context, Pending } from '../facts/decision.ts';
import type { EventOf, TimelineEvent } from '../facts/events.ts';
import { afterEvent, asNext, isSame, isSequenced, takenBack } from '../facts/timeline.ts';
import type { Incident } from '../incident.ts';
import type { State } from '../rhythm/contact.ts';
import { decideLaterReport } from '../signals/later-report.ts';
import type { Signal } from '../signals/signal.ts';
import { type EndedLinks, endedLinks } from './ended-links.ts';
import { begin, evolve, evolveAll } from './evolve.ts';

export type PolicyOf = (version: string | undefined) => Policy;

/**
 * @param timeline in any order; what a retraction names and a link that was ended are left out, as if they had never been
 * @param policyOf the rules of a version: each fact, and the time before it, goes by those that were in force
 * @param until the event before which it ends
 * @throws Error where the timeline has no `filed`
 */
export function fold(id: string, timeline: readonly TimelineEvent[], policyOf: PolicyOf, until?: string): State {
  const ordered = inOrder(timeline);
  const [filed, ...later] = ordered;
  if (filed?.type !== 'filed') throw new Error('A timeline begins with what was filed.');
  const taken = takenBack(timeline);
  const { gone, shares } = endedLinks(ordered);
  let { incident, contacts }: State = begin(id, filed, policyOf(filed.policyVersion));
  for (const event of later) {
    if (event.id === until) break;
    const policy = policyOf(event.policyVersion);
    if (isSequenced(event)) {
      const isLeftOut = taken.has(event.id) || gone.has(event.id) || isConcludedAgain(event, timeline);
      if (!isLeftOut) ({ incident, contacts } = evolve({ incident, contacts }, withShare(event, shares), policy));
      incident = afterEvent(incident, event);
    } else if (!gone.has(event.id)) {
      const facts = heard(incident, event, policy);
      ({ incident, contacts } = evolveAll({ incident, contacts }, facts, event.recordedAt, policy));
    }
  }
  return { incident, contacts };
}

/** A report that is heard again opens what was over again by itself, where what is left has it do so. */
const isConcludedAgain = ({ type, detail }: TimelineEvent, timeline: readonly TimelineEvent[]): boolean =>
  type === 'reopened' &&
  detail.signalId !== undefined &&
  timeline.some((each) => each.id === detail.signalId && each.type === 'signal-received' && each.detail.report);

const withShare = (event: TimelineEvent, shares: EndedLinks['shares']): TimelineEvent =>
  shares.has(event.id)
    ? ({ ...event, detail: { ...event.detail, share: shares.get(event.id) } } as TimelineEvent)
    : event;

/** Facts by their sequence, and each signal after the one up to which the record was known as it came. */
function inOrder(timeline: readonly TimelineEvent[]): TimelineEvent[] {
  const placeOf = (event: TimelineEvent): number =>
    event.type === 'signal-received' ? (event.detail.after ?? 0) + 0.5 : Number(event.id);
  return timeline.toSorted(
    (one, other) =>
      placeOf(one) - placeOf(other) ||
      one.recordedAt.getTime() - other.recordedAt.getTime() ||
      (one.id < other.id ? -1 : 1),
  );
}

/**
 * A report that changed nothing as it came, since somebody had stated the same, does so without that statement. What it
 * did change is told by facts of its own as well, which then change nothing more.
 */
function heard(incident: Incident, event: TimelineEvent, policy: Policy): EventOf[] {
  if (event.type !== 'signal-received' || !event.detail.report) return [];
  const { id, recordedAt, occurredAt: happenedAt, detail } = event;
  const signal = { ...detail, ...detail.report, id, happenedAt } as unknown as Signal;
  return decideLaterReport(incident, signal, policy, recordedAt, detail.of).facts;
}

export interface History extends State {
  events: readonly TimelineEvent[];
}

/** A record folded again, since something counts no more by `fact`: what that changes beside the fact itself. */
export function refold(
  { incident: before, contacts: known, events }: History,
  fact: EventOf,
  { now, policy }: Pick<Context, 'now' | 'policy'>,
  why: string,
  policyOf: PolicyOf,
) {
  const { incident: after, contacts: all } = fold(before.id, [...events, asNext(before, fact, now)], policyOf);
  return {
    before,
    after,
    /** Those that are as they were are the same objects. */
    contacts: [...all.values()].map((each) => {
      const was = known.get(each.id);
      return was && isSame(each, was) ? was : each;
    }),
    known: [...known.values()],
    /** Deadlines that became otherwise. */
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
    const detail = { rule, why, inputs: { ...inputs }, policyVersion };
    const outbox = [...announceEmergency(is, policy, now), ...asks];
    return { events: [{ ...by, type: 'emergency-begun', detail }], outbox };
  }
  if (!isGoingOn(was) || isGoingOn(is)) return { events: [], outbox: asks };
  return { events: [{ ...by, type: 'emergency-ended', detail: changedFact }], outbox: asks };
}
