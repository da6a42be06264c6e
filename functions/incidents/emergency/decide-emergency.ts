/** How an emergency begins and ends with what is recorded, and what has to be announced. Pure. */
import { milliseconds, type Policy, policyVersion } from '../../policy.ts';
import type { Announcement } from '../facts/decision.ts';
import type { EventOf } from '../facts/events.ts';
import type { Incident } from '../incident.ts';
import { type Emergency, isGoingOn } from './emergency.ts';
import { isSameReport, isStoppedAndUrgent, type Judgement, judgeEmergency } from './judge-emergency.ts';

interface EmergencyDecision {
  emergency?: Emergency | undefined;
  /** What people read of it. */
  concluded?: EventOf;
  /** Whether the reports of its area are to be counted: only the store has them. */
  asksForArea?: boolean;
}

const nothing: EmergencyDecision = {};

/**
 * What the facts of one incident make of it as they change.
 * @param before undefined where it is filed now
 * @param after with all that is decided besides
 */
export function decideEmergency(
  before: Incident | undefined,
  after: Incident,
  policy: Policy,
  now: Date,
): EmergencyDecision {
  const decided = decideOwn(before, after, policy, now);
  // One that another incident was made an emergency by may be that no more: the minute tick asks.
  const hasLeft = before !== undefined && !isSameReport(before, after);
  return hasLeft ? { ...decided, asksForArea: true } : decided;
}

function decideOwn(before: Incident | undefined, after: Incident, policy: Policy, now: Date): EmergencyDecision {
  const { emergency } = after;
  if (isGoingOn(emergency)) {
    if (stillHolds(emergency, after, policy)) return nothing;
    const ended = end(emergency, after, now);
    // Linked to one that came before it, it is no less one of several: another of them is the emergency now.
    const goesOnElsewhere = after.status === 'linked' && emergency.rule === 'several-reports-of-one-area';
    return goesOnElsewhere ? { ...ended, asksForArea: true } : ended;
  }
  const judgement = judgeEmergency(after, policy);
  if (judgement) return beginEmergency(judgement, policy, now);
  // With others of its area it may be one: the minute tick asks. Of what is filed now it asks anyway.
  const isNewly =
    before !== undefined && isStoppedAndUrgent(after) && !(isStoppedAndUrgent(before) && !isGoingOn(before.emergency));
  return isNewly && after.origin.area ? { asksForArea: true } : nothing;
}

/** The kind of what asks the next look for the reports of an area; it is told to nobody. */
export const areaFacts = 'area-facts';

export const askForArea = (incident: Incident, now: Date): Announcement => ({
  kind: areaFacts,
  key: `area@${incident.lastSequence}`,
  since: now,
});

/**
 * The other reports that made it one of several are too few now, though nothing has changed on itself: a fact, with what
 * it was decided by.
 */
export function endByReports(now: Date): EventOf<'emergency-ended'> {
  const detail = { ...changedFact, inputs: { reports: 'too-few' } };
  return { type: 'emergency-ended', actor: 'rule', occurredAt: now, detail };
}

/** Several reports stay several while this one is unchanged. */
const stillHolds = ({ rule }: Emergency, incident: Incident, policy: Policy): boolean =>
  rule === 'several-reports-of-one-area'
    ? isStoppedAndUrgent(incident)
    : judgeEmergency(incident, policy) !== undefined;

export function beginEmergency({ rule, why, inputs }: Judgement, policy: Policy, now: Date) {
  const judged = { rule, inputs, policyVersion: policyVersion(policy) };
  const emergency: Emergency = { ...judged, since: now, endedAt: null };
  const detail = { ...judged, why, inputs: { ...inputs } };
  const concluded: EventOf = { type: 'emergency-begun', actor: 'rule', occurredAt: now, detail };
  return { emergency, concluded };
}

/**
 * It is told at once, and the roles are asked for again while nobody has them.
 * @param now later than it began where what had ended it is retracted
 */
export function announceEmergency(emergency: Emergency, policy: Policy, now: Date): Announcement[] {
  const { askRolesEvery, askRolesTimes } = policy.emergency;
  const asks = Array.from({ length: askRolesTimes }, (_, index): Announcement => {
    const at = now.getTime() + (index + 1) * milliseconds(askRolesEvery);
    // A whole minute, so that the tick of that minute asks.
    const since = new Date(Math.floor(at / 60_000) * 60_000);
    return { kind: 'role-due', key: roleKey(emergency, index + 1), since };
  });
  return [{ kind: 'emergency-begun', key: `emergency@${now.toISOString()}`, since: now }, ...asks];
}

const roleKey = ({ since }: Emergency, time: number | string): string => `roles@${since.toISOString()}#${time}`;

/** Whether the running emergency set a reminder. */
export const isOfEmergency = ({ key }: Pick<Announcement, 'key'>, emergency: Emergency): boolean =>
  key.startsWith(roleKey(emergency, ''));

const endings: Partial<Record<Incident['status'], { rule: string; why: string }>> = {
  recovered: { rule: 'recovered', why: 'The business of every affected customer works again.' },
  'not-occurring': { rule: 'not-occurring', why: 'It was found not to occur.' },
  linked: { rule: 'linked', why: 'It was linked to another incident.' },
};

export const changedFact = { rule: 'fact-changed', why: 'What made it an emergency is no longer so.' };

function end(emergency: Emergency, incident: Incident, now: Date): EmergencyDecision {
  const detail = endings[incident.status] ?? changedFact;
  const { recoveredAt = now } = incident.status === 'recovered' ? incident : {};
  // Clocks of instances differ: by one that is behind, it would end before it began.
  const endedAt = new Date(Math.max(emergency.since.getTime(), Math.min(now.getTime(), recoveredAt.getTime())));
  return {
    emergency: { ...emergency, endedAt },
    concluded: { type: 'emergency-ended', actor: 'rule', occurredAt: endedAt, detail },
  };
}
