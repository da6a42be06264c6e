/** How facts alone begin and end an emergency, and what is announced (`docs/reference/rules/k-emergency.md`). Pure. */
import { milliseconds, type Policy, policyVersion } from '../../policy.ts';
import type { Announcement } from '../facts/decision.ts';
import type { ConclusionOf, FactOf } from '../facts/events.ts';
import { type Incident, unnamedIn } from '../incident.ts';
import { hasRhythm } from '../rhythm/cadence.ts';
import { type Emergency, type EmergencyInputs, type EmergencyRule, isGoingOn } from './emergency.ts';

interface EmergencyDecision {
  emergency?: Emergency | undefined;
  /** The reason in words for people. */
  concluded?: ConclusionOf;
  /** Whether the area's reports have to be counted, for which other records must be read. */
  asksForArea?: boolean;
}

const nothing: EmergencyDecision = {};

/**
 * @param before undefined if the incident is filed now
 * @param after the incident with everything else that is decided
 */
export function decideEmergency(
  before: Incident | undefined,
  after: Incident,
  policy: Policy,
  now: Date,
): EmergencyDecision {
  const decided = decideOwn(before, after, policy, now);
  // The incident may no longer support another incident's emergency: the minute tick checks.
  const hasLeft = before !== undefined && !isSameReport(before, after);
  return hasLeft ? { ...decided, asksForArea: true } : decided;
}

function decideOwn(before: Incident | undefined, after: Incident, policy: Policy, now: Date): EmergencyDecision {
  const { emergency } = after;
  if (isGoingOn(emergency)) {
    if (stillHolds(emergency, after, policy)) return nothing;
    return end(emergency, after, now);
  }
  const judgement = judgeEmergency(after, policy);
  if (judgement) return beginEmergency(judgement, policy, now);
  // Together with other reports of its area it may be an emergency: the minute tick checks. For a new report it checks anyway.
  const isNewly =
    before !== undefined && isStoppedAndUrgent(after) && !(isStoppedAndUrgent(before) && !isGoingOn(before.emergency));
  return isNewly && after.origin.area ? { asksForArea: true } : nothing;
}

/** An outbox entry that makes the next look check the reports of an area; nobody is notified. */
export const areaFacts = 'area-facts';

export const askForArea = (incident: Incident, now: Date): Announcement => ({
  kind: areaFacts,
  key: `area@${incident.lastSequence}`,
  since: now,
});

/** Ends an emergency that rests on several reports because too few are left, although this incident itself did not change. */
export const leaveArea = (now: Date): FactOf<'area-left'> => ({
  type: 'area-left',
  actor: 'rule',
  occurredAt: now,
  detail: {},
});

/** Begins an emergency of several reports or updates which support it: the one fact that depends on other incidents. */
export function reachArea(
  { rule, inputs }: Pick<Emergency, 'rule' | 'inputs'>,
  policy: Policy,
  now: Date,
): FactOf<'area-reached'> {
  const incidents = (inputs.reports ?? []).map((each) => each.incidentId);
  const detail = { incidents, rule, inputs, policyVersion: policyVersion(policy) };
  return { type: 'area-reached', actor: 'rule', occurredAt: now, detail };
}

/** Several reports remain several while this one is unchanged. */
const stillHolds = ({ rule }: Emergency, incident: Incident, policy: Policy): boolean =>
  rule === 'several-reports-of-one-area'
    ? isStoppedAndUrgent(incident)
    : judgeEmergency(incident, policy) !== undefined;

/** The emergency of a linked incident belongs to the whole outage: the primary has it from the link on. */
export const whyTakenOver = 'An incident was linked that is an emergency.';

export function begun(
  { rule, inputs, policyVersion }: Emergency,
  why: string,
  now: Date,
): ConclusionOf<'emergency-begun'> {
  const detail = { rule, inputs, policyVersion, why };
  return { isFact: false, type: 'emergency-begun', actor: 'rule', occurredAt: now, detail };
}

export const ended = (
  detail: Pick<ConclusionOf<'emergency-ended'>['detail'], 'rule' | 'why'>,
  now: Date,
): ConclusionOf<'emergency-ended'> => ({
  isFact: false,
  type: 'emergency-ended',
  actor: 'rule',
  occurredAt: now,
  detail,
});

export function beginEmergency({ rule, why, inputs }: Judgement, policy: Policy, now: Date) {
  const emergency: Emergency = { rule, inputs, policyVersion: policyVersion(policy), since: now, endedAt: null };
  return { emergency, concluded: begun(emergency, why, now) };
}

/** Announces it at once, then asks for open roles. @param now later than its beginning where its end was retracted */
export const announceEmergency = (emergency: Emergency, policy: Policy, now: Date): Announcement[] => [
  { kind: 'emergency-begun', key: `emergency@${now.toISOString()}`, since: now },
  ...askForRoles(emergency, policy, now),
];

/** For an emergency that was announced before: only asks for the open roles, at the remaining times. */
export const keepAsking = (emergency: Emergency, policy: Policy, now: Date): Announcement[] =>
  askForRoles(emergency, policy, emergency.since).filter(({ since }) => since > now);

function askForRoles(emergency: Emergency, policy: Policy, from: Date): Announcement[] {
  const { askRolesEvery, askRolesTimes } = policy.emergency;
  return Array.from({ length: askRolesTimes }, (_, index): Announcement => {
    const at = from.getTime() + (index + 1) * milliseconds(askRolesEvery);
    // A whole minute, so that the tick of that minute asks.
    const since = new Date(Math.floor(at / 60_000) * 60_000);
    return { kind: 'role-due', key: roleKey(emergency, index + 1), since };
  });
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
  const over = endOf(emergency, incident, now);
  return { emergency: over.emergency, concluded: ended(over.detail, over.emergency.endedAt) };
}

/** The emergency, ended by the incident's present state, with the reason. */
export function endOf(emergency: Emergency, incident: Incident, now: Date) {
  const detail = endings[incident.status] ?? changedFact;
  const { recoveredAt = now } = incident.status === 'recovered' ? incident : {};
  // Clocks of instances differ: with a slow clock it would end before it began.
  const endedAt = new Date(Math.max(emergency.since.getTime(), Math.min(now.getTime(), recoveredAt.getTime())));
  return { emergency: { ...emergency, endedAt }, detail };
}

export type Judgement = ReturnType<typeof judged>;

/** The condition of all rules: it is open, its urgency is high, and a core task has stopped. */
export const isStoppedAndUrgent = (incident: Incident): boolean =>
  isStopped(incident) && incident.urgency.level === 'high';

const isStopped = (incident: Incident): boolean =>
  hasRhythm(incident) && incident.status === 'open' && incident.impact.businessImpact === 'stopped';

/** By what is known of this incident alone. @returns undefined if it is no emergency */
export function judgeEmergency(incident: Incident, policy: Policy): Judgement | undefined {
  if (!isStoppedAndUrgent(incident)) return undefined;
  const { customersFrom, areas } = policy.emergency;
  const { affectedCustomerCount: count = 0 } = incident.impact;
  if (count >= customersFrom) {
    return judged(incident, 'many-customers-stopped', policy);
  }
  const area = areaOf(incident);
  if (areas.some((each) => isSame(each, area))) {
    return judged(incident, 'key-area-stopped', policy);
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
  const { customers: enough } = policy.emergency.sameArea;
  const area = areaOf(incident);
  if (area === undefined) return undefined;
  const found = reportsWith(incident, others, policy).toSorted(byReport);
  const customers = countCustomers(found);
  if (customers < enough || found.some(({ emergency }) => isGoingOn(emergency))) return undefined;
  const newest = found.findLast(isStoppedAndUrgent);
  if (!newest) return undefined;
  const rule = 'several-reports-of-one-area';
  const inputs = { ...inputsOf(newest), ...supportOf(found) };
  return { incident: newest, judgement: { rule, why: whySeveral(inputs, policy), inputs } };
}

/** The reports of one trouble and the customers that they count together, wherever they are linked. */
function supportOf(reports: readonly Incident[]): Required<Pick<EmergencyInputs, 'reports' | 'customers'>> {
  const ids = new Set(reports.map(({ id }) => id));
  const named = new Set(reports.flatMap((each) => each.affectedCustomers.map(({ id }) => id)));
  // A primary already counts the customers of its members.
  const apart = reports.filter(({ status, linkedTo = '' }) => status !== 'linked' || !ids.has(linkedTo));
  const customers = named.size + apart.reduce((sum, each) => sum + unnamedIn(each), 0);
  return {
    reports: reports.map((each) => {
      const { id: incidentId, detectedAt: reportedAt } = each;
      return { incidentId, customerId: customerOf(each) as string, reportedAt };
    }),
    customers,
  };
}

/**
 * The inputs of a running emergency with all the reports that support it by now.
 * @param found reports; those of another area or of no customer are left out
 * @returns undefined if they are the same
 */
export function supportedBy(running: Incident, found: readonly Incident[]): EmergencyInputs | undefined {
  const all = [...new Map([running, ...found].map((each) => [each.id, each])).values()];
  const reports = all.filter(
    (each) => isReport(each) && isEmergencyOf(running, each) && customerOf(each) !== undefined,
  );
  const { inputs } = running.emergency as Emergency;
  const now = { ...inputs, ...supportOf(reports.toSorted(byReport)) };
  const idsIn = ({ reports: known = [] }: EmergencyInputs): string => known.map((each) => each.incidentId).join();
  return idsIn(now) === idsIn(inputs) ? undefined : now;
}

/** The area of the report; for a value taken over from a linked report, that report's area. */
const areaOfEmergency = ({ emergency, origin }: Incident): string | undefined =>
  emergency?.inputs.area?.trim() || areaOf({ origin });

/** Whether a running emergency is of the area of a report. */
export const isEmergencyOf = (running: Incident, report: Incident): boolean =>
  isGoingOn(running.emergency) &&
  running.isDrill === report.isDrill &&
  isSame(areaOf(report), areaOfEmergency(running));

export function whySeveral({ area, reports = [] }: EmergencyInputs, policy: Policy): string {
  const customers = new Set(reports.map((each) => each.customerId)).size;
  const minutes = milliseconds(policy.emergency.sameArea.within) / 60_000;
  return `${customers} customers reported within ${minutes} min that business has stopped in ${area?.trim()}.`;
}

/**
 * Whether an emergency that rests on several reports still holds: after a correction or a retraction too few may be left.
 * @param others reports of the same area, from as long before and after this one as the window is
 */
export const areStillSeveral = (incident: Incident, others: readonly Incident[], policy: Policy): boolean =>
  countCustomers(reportsWith(incident, others, policy)) >= policy.emergency.sameArea.customers;

/** Whether the fields that other incidents' judgements use are unchanged; the area never changes after filing. */
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

function judged(incident: Incident, rule: EmergencyRule, policy: Policy) {
  const inputs = inputsOf(incident);
  return { rule, why: whyBegun({ rule, inputs }, policy), inputs };
}

const inputsOf = ({ urgency, impact, origin }: Incident): EmergencyInputs => ({
  level: urgency.level,
  businessImpact: impact.businessImpact ?? null,
  affectedCustomerCount: impact.affectedCustomerCount ?? null,
  area: origin.area ?? null,
});

/** The reason for the emergency, as the timeline shows it. */
export function whyBegun({ rule, inputs }: Pick<Emergency, 'rule' | 'inputs'>, policy: Policy): string {
  if (rule === 'many-customers-stopped') return `Business has stopped for ${inputs.affectedCustomerCount} customers.`;
  if (rule === 'key-area-stopped') return `Business has stopped in ${inputs.area?.trim()}, which is a key area.`;
  return whySeveral(inputs, policy);
}

/** An incident that could not be confirmed does not count as a report. */
const isReport = ({ kind, status, impact }: Incident): boolean =>
  kind === 'incident' && status !== 'not-occurring' && impact.businessImpact === 'stopped';

/** Drills and real reports never form one emergency. */
const isSameTrouble = (one: Incident, other: Incident): boolean =>
  isReport(one) && one.isDrill === other.isDrill && isSame(areaOf(one), areaOf(other));

const isSame = (area: string | undefined, other: string | undefined): boolean =>
  area !== undefined && other !== undefined && fold(area) === fold(other);

/** A report counts one customer: the others that it names have not reported. */
function customerOf({ reporter, affectedCustomers }: Incident): string | undefined {
  const isAffected = affectedCustomers.some((each) => each.id === reporter?.id);
  return isAffected ? reporter?.id : affectedCustomers[0]?.id;
}

/** Of all time windows that contain this report, the reports in the one with the most customers. */
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
