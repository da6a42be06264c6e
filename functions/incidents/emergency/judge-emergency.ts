/** Which facts make an incident an emergency (`docs/reference/rules/k-emergency.md`). Nobody declares one. Pure. */
import { milliseconds, type Policy } from '../../policy.ts';
import type { Incident } from '../incident.ts';
import { hasRhythm } from '../rhythm/cadence.ts';
import type { AreaReport, EmergencyInputs, EmergencyRule } from './emergency.ts';

export interface Judgement {
  rule: EmergencyRule;
  why: string;
  inputs: EmergencyInputs;
}

export type EmergencyFacts = Pick<
  Incident,
  'kind' | 'status' | 'isAboutMetronome' | 'links' | 'urgency' | 'impact' | 'origin'
>;

/** What every rule of the table asks for: it is open, its urgency is high, and a core task has stopped. */
export function isStoppedAndUrgent(incident: EmergencyFacts): boolean {
  const { status, urgency, impact } = incident;
  return hasRhythm(incident) && status === 'open' && urgency.level === 'high' && impact.businessImpact === 'stopped';
}

/** By what is known of this incident alone. @returns undefined where it is no emergency */
export function judgeEmergency(incident: EmergencyFacts, policy: Policy): Judgement | undefined {
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

/** A report that may be one of several, by when it was made itself. */
export type Reported = EmergencyFacts &
  Pick<Incident, 'id' | 'isDrill' | 'detectedAt' | 'reporter' | 'affectedCustomers' | 'emergency'>;

/**
 * Several customers who report within the window that business has stopped in one area. The newest report that is still
 * open becomes the emergency, unless one of them is one already.
 * @param incident the report that is looked at
 * @param others reports of the same area, from as long before and after it as the window is
 * @returns which of them is the emergency, and why
 */
export function judgeReports(
  incident: Reported,
  others: readonly Reported[],
  policy: Policy,
): { incident: Reported; judgement: Judgement } | undefined {
  const { customers: enough, within } = policy.emergency.sameArea;
  const area = areaOf(incident);
  if (area === undefined) return undefined;
  const found = reportsWith(incident, others, policy);
  const customers = new Set(found.map(customerOf));
  if (customers.size < enough || found.some(({ emergency }) => emergency?.endedAt === null)) return undefined;
  const newest = found.filter(isStoppedAndUrgent).toSorted(byReport).at(-1);
  if (!newest) return undefined;
  const listed = found.toSorted(byReport).map(
    (each): AreaReport => ({
      incidentId: each.id,
      customerId: customerOf(each) as string,
      reportedAt: each.detectedAt,
    }),
  );
  const minutes = milliseconds(within) / 60_000;
  const why = `${customers.size} customers reported within ${minutes} min that business has stopped in ${area}.`;
  const { rule, inputs } = judged(newest, 'several-reports-of-one-area', why);
  return { incident: newest, judgement: { rule, why, inputs: { ...inputs, reports: listed } } };
}

/**
 * Whether an emergency by several reports still is one by them: where one of them was corrected or retracted, those that
 * are left may be too few.
 * @param others reports of the same area, from as long before and after it as the window is
 */
export function areStillSeveral(incident: Reported, others: readonly Reported[], policy: Policy): boolean {
  const customers = new Set(reportsWith(incident, others, policy).map(customerOf));
  return customers.size >= policy.emergency.sameArea.customers;
}

/** Whether what others may have been judged by is the same as before; its area is what it was filed with. */
export function isSameReport(before: Reported, after: Reported): boolean {
  if (!isReport(before) || areaOf(before) === undefined) return true;
  return isReport(after) && customerOf(before) === customerOf(after);
}

/** The reports of the same trouble in the window that holds the most customers, itself among them. */
function reportsWith(incident: Reported, others: readonly Reported[], policy: Policy): Reported[] {
  const reports = [incident, ...others.filter((each) => each.id !== incident.id)].filter(
    (each) => isSameTrouble(each, incident) && customerOf(each) !== undefined,
  );
  return fullestWindow(reports, incident, milliseconds(policy.emergency.sameArea.within));
}

function judged({ urgency, impact, origin }: EmergencyFacts, rule: EmergencyRule, why: string): Judgement {
  const inputs = {
    level: urgency.level,
    businessImpact: impact.businessImpact ?? null,
    affectedCustomerCount: impact.affectedCustomerCount ?? null,
    area: origin.area ?? null,
  };
  return { rule, why, inputs };
}

/** What was found not to occur is no report of anything. */
const isReport = ({ kind, status, impact }: Reported): boolean =>
  kind === 'incident' && status !== 'not-occurring' && impact.businessImpact === 'stopped';

/** A drill and what is real never make one emergency. */
const isSameTrouble = (one: Reported, other: Reported): boolean =>
  isReport(one) && one.isDrill === other.isDrill && isOneArea(one, other);

export const isOneArea = (one: Reported, other: Reported): boolean =>
  fold(areaOf(one) ?? '') === fold(areaOf(other) ?? '');

/** A report is one customer’s: others that it names have not reported. */
function customerOf({ reporter, affectedCustomers }: Reported): string | undefined {
  const isAffected = affectedCustomers.some((each) => each.id === reporter?.id);
  return isAffected ? reporter?.id : affectedCustomers[0]?.id;
}

/** The reports in the window around this one that has the most customers. */
function fullestWindow(reports: readonly Reported[], { detectedAt }: Reported, windowMs: number): Reported[] {
  const at = detectedAt.getTime();
  const starts = reports
    .map((each) => each.detectedAt.getTime())
    .filter((start) => start <= at && start >= at - windowMs);
  const windows = starts.map((start) =>
    reports.filter((each) => each.detectedAt.getTime() >= start && each.detectedAt.getTime() <= start + windowMs),
  );
  const count = (found: readonly Reported[]): number => new Set(found.map(customerOf)).size;
  return windows.reduce((most, each) => (count(each) > count(most) ? each : most), []);
}

const byReport = (one: Reported, other: Reported): number =>
  one.detectedAt.getTime() - other.detectedAt.getTime() || (one.id < other.id ? -1 : 1);

const areaOf = ({ origin }: Pick<Incident, 'origin'>): string | undefined => origin.area?.trim() || undefined;

const fold = (text: string): string => text.normalize('NFKC').trim().toLowerCase();
