/** How facts alone begin and end an emergency, and what is announced (`docs/reference/rules/k-emergency.md`). Pure. */
import { milliseconds, type Policy, policyVersion } from '../../policy.ts';
import type { Announcement } from '../facts/decision.ts';
import type { EventOf } from '../facts/events.ts';
import type { Incident } from '../incident.ts';
import { hasRhythm } from '../rhythm/cadence.ts';
import { type Emergency, type EmergencyInputs, type EmergencyRule, isGoingOn } from './emergency.ts';

interface EmergencyDecision {
  emergency?: Emergency | undefined;
  /** What people read of it. */
  concluded?: EventOf;
  /** Whether the reports of its area are to be counted: only the store has them. */
  asksForArea?: boolean;
}

const nothing: EmergencyDecision = {};

/**
 * @param before undefined where the incident is filed now
 * @param after the incident with everything else that is decided
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

/** Ends an emergency by several reports: too few others are left, though nothing changed on this incident itself. */
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

/** Announces it at once, then asks for open roles. @param now later than its beginning where its end was retracted */
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

export type Judgement = ReturnType<typeof judged>;

/** What every rule of the table asks for: it is open, its urgency is high, and a core task has stopped. */
export const isStoppedAndUrgent = (incident: Incident): boolean =>
  hasRhythm(incident) &&
  incident.status === 'open' &&
  incident.urgency.level === 'high' &&
  incident.impact.businessImpact === 'stopped';

/** By what is known of this incident alone. @returns undefined where it is no emergency */
export function judgeEmergency(incident: Incident, policy: Policy): Judgement | undefined {
  if (!isStoppedAndUrgent(incident)) return undefined;
  const { customersFrom, areas } = policy.emergency;
  const count = incident.impact.affectedCustomerCount;
  if (count !== undefined && count >= customersFrom) {
    return judged(incident, 'many-customers-stopped', `Business has stopped for ${count} customers.`);
  }
  const area = areaOf(incident);
  if (area !== undefined && areas.some((each) => fold(each) === fold(area))) {
    return judged(incident, 'key-area-stopped', `Business has stopped in ${area}, which is a key area.`);
  }
  return undefined;
}

/**
 * Several customers who report within the window that business has stopped in one area. The newest report that is still
 * open becomes the emergency, unless one of them is one already.
 * @param incident the report that is looked at
 * @param others reports of the same area, from as long before and after it as the window is
 * @returns which of them is the emergency, and why
 */
export function judgeReports(
  incident: Incident,
  others: readonly Incident[],
  policy: Policy,
): { incident: Incident; judgement: Judgement } | undefined {
  const { customers: enough, within } = policy.emergency.sameArea;
  const area = areaOf(incident);
  if (area === undefined) return undefined;
  const found = reportsWith(incident, others, policy).toSorted(byReport);
  const customers = countCustomers(found);
  if (customers < enough || found.some(({ emergency }) => isGoingOn(emergency))) return undefined;
  const newest = found.findLast(isStoppedAndUrgent);
  if (!newest) return undefined;
  const reports = found.map((each) => {
    const { id: incidentId, detectedAt: reportedAt } = each;
    return { incidentId, customerId: customerOf(each) as string, reportedAt };
  });
  const minutes = milliseconds(within) / 60_000;
  const why = `${customers} customers reported within ${minutes} min that business has stopped in ${area}.`;
  const judgement = judged(newest, 'several-reports-of-one-area', why);
  return { incident: newest, judgement: { ...judgement, inputs: { ...judgement.inputs, reports } } };
}

/**
 * Whether an emergency by several reports still is one: where one was corrected or retracted, too few may be left.
 * @param others reports of the same area, from as long before and after this one as the window is
 */
export const areStillSeveral = (incident: Incident, others: readonly Incident[], policy: Policy): boolean =>
  countCustomers(reportsWith(incident, others, policy)) >= policy.emergency.sameArea.customers;

/** Whether what others may have been judged by is the same as before; its area is what it was filed with. */
export function isSameReport(before: Incident, after: Incident): boolean {
  if (!isReport(before) || areaOf(before) === undefined) return true;
  return isReport(after) && customerOf(before) === customerOf(after);
}

/** The reports of the same trouble in the window that holds the most customers, itself among them. */
function reportsWith(incident: Incident, others: readonly Incident[], policy: Policy): Incident[] {
  const all = [incident, ...others.filter((each) => each.id !== incident.id)];
  const reports = all.filter((each) => isSameTrouble(each, incident) && customerOf(each) !== undefined);
  return fullestWindow(reports, incident, milliseconds(policy.emergency.sameArea.within));
}

function judged({ urgency, impact, origin }: Incident, rule: EmergencyRule, why: string) {
  const inputs: EmergencyInputs = {
    level: urgency.level,
    businessImpact: impact.businessImpact ?? null,
    affectedCustomerCount: impact.affectedCustomerCount ?? null,
    area: origin.area ?? null,
  };
  return { rule, why, inputs };
}

/** What was found not to occur is no report of anything. */
const isReport = ({ kind, status, impact }: Incident): boolean =>
  kind === 'incident' && status !== 'not-occurring' && impact.businessImpact === 'stopped';

/** A drill and what is real never make one emergency. */
const isSameTrouble = (one: Incident, other: Incident): boolean =>
  isReport(one) && one.isDrill === other.isDrill && isOneArea(one, other);

export const isOneArea = (one: Incident, other: Incident): boolean =>
  fold(areaOf(one) ?? '') === fold(areaOf(other) ?? '');

/** A report is one customer’s: others that it names have not reported. */
function customerOf({ reporter, affectedCustomers }: Incident): string | undefined {
  const isAffected = affectedCustomers.some((each) => each.id === reporter?.id);
  return isAffected ? reporter?.id : affectedCustomers[0]?.id;
}

/** The reports in the window around this one that has the most customers. */
function fullestWindow(reports: readonly Incident[], { detectedAt }: Incident, windowMs: number): Incident[] {
  const isWithin = (at: Date, start: Date): boolean => at >= start && at.getTime() <= start.getTime() + windowMs;
  const starts = reports.map((each) => each.detectedAt).filter((start) => isWithin(detectedAt, start));
  const windows = starts.map((start) => reports.filter((each) => isWithin(each.detectedAt, start)));
  return windows.reduce((most, each) => (countCustomers(each) > countCustomers(most) ? each : most), []);
}

const countCustomers = (reports: readonly Incident[]): number => new Set(reports.map(customerOf)).size;

const byReport = (one: Incident, other: Incident): number =>
  one.detectedAt.getTime() - other.detectedAt.getTime() || (one.id < other.id ? -1 : 1);

const areaOf = ({ origin }: Pick<Incident, 'origin'>): string | undefined => origin.area?.trim() || undefined;

const fold = (text: string): string => text.normalize('NFKC').trim().toLowerCase();
