/** Which facts make an incident an emergency (`docs/reference/rules/k-emergency.md`). Nobody declares one. Pure. */
import { milliseconds, type Policy } from '../../policy.ts';
import type { Incident } from '../incident.ts';
import { hasRhythm } from '../rhythm/cadence.ts';
import { type AreaReport, type EmergencyInputs, type EmergencyRule, isGoingOn } from './emergency.ts';

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
  const reports = found.map((each): AreaReport => {
    const { id: incidentId, detectedAt: reportedAt } = each;
    return { incidentId, customerId: customerOf(each) as string, reportedAt };
  });
  const minutes = milliseconds(within) / 60_000;
  const why = `${customers} customers reported within ${minutes} min that business has stopped in ${area}.`;
  const judgement = judged(newest, 'several-reports-of-one-area', why);
  return { incident: newest, judgement: { ...judgement, inputs: { ...judgement.inputs, reports } } };
}

/**
 * Whether an emergency by several reports still is one by them: where one of them was corrected or retracted, those that
 * are left may be too few.
 * @param others reports of the same area, from as long before and after it as the window is
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
