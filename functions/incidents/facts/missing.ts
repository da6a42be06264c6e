/** The facts that an incident still lacks, and the recorded times that contradict each other. Pure. */

import type { Reason } from '../../platform/problem.ts';
import { refuse } from '../../words/refusals/refuse.ts';
import { heavyMitigations, type Incident, type MissingFact } from '../incident.ts';

type Asked = readonly [field: string, why: string][];
const askedOfAll: Asked = [
  ['title', 'The report has no subject.'],
  ['occurredAt', 'Nobody has said when it occurred.'],
  ['ongoing', 'Nobody has said whether it still goes on.'],
  ['impact.businessImpact', 'Nobody has said what it does to the business.'],
  ['impact.affectedCustomerCount', 'Nobody has counted who is affected.'],
];
const askedOfIncidents: Asked = [
  ['impact.scopeMethod', 'Nobody has said how the scope was confirmed.'],
  ['impact.scopeEvidenceUrl', 'No evidence of the scope is linked.'],
  ['impact.recurrenceRisk', 'Nobody has said whether it could recur.'],
  ['firstResponseAt', 'Nobody has responded yet.'],
  ['verifiedAt', 'Nobody has confirmed that it is happening.'],
];
const lighterWay = 'mitigation.lighterWayTried';
const askedOfWhatOccurs: Asked = [
  ['mitigation', 'Nobody has said what helped the customer.'],
  [lighterWay, 'Nobody has said which lighter way was tried before the revert or the release.'],
  ['recoveredAt', 'Nobody has recorded that the affected customers can work again.'],
  ['cause', 'The cause is not known.'],
  ['permanentFix', 'No permanent fix is stated.'],
  ['prevention', 'No prevention is stated.'],
];
/** The value of a field while it is unknown; other fields are absent then. */
const unsaid: Readonly<Record<string, string>> = { title: '', ongoing: 'unknown' };
/** The incident's field that a field of a report fills. */
const fieldOfReport: Readonly<Record<string, string>> = {
  subject: 'title',
  businessImpact: 'impact.businessImpact',
  affectedCustomerCount: 'impact.affectedCustomerCount',
};

/** The facts to ask people for: those not recorded yet, and those that a report stated unreadably. */
export function listMissing(incident: Omit<Incident, 'missing'>): MissingFact[] {
  const { kind, status, mitigation, leftOut } = incident;
  const asked = [
    ...(kind === 'outside' ? [] : askedOfAll),
    ...(kind === 'incident' ? askedOfIncidents : []),
    ...(kind === 'incident' && status !== 'not-occurring' ? askedOfWhatOccurs : []),
  ];
  const isHeavy = heavyMitigations.includes(mitigation?.kind ?? '');
  const missing = asked
    .filter(([field]) => valueAt(incident, field) === unsaid[field] && (isHeavy || field !== lighterWay))
    .map(([field, why]) => ({ field, why }));
  const unread = leftOut
    .map(({ path, message }) => ({ field: fieldOfReport[path] ?? path, why: message }))
    .filter(({ field }) => isIn(missing, field) || !asked.some(([known]) => known === field));
  return [...missing.filter(({ field }) => !isIn(unread, field)), ...unread];
}

const isIn = (facts: readonly MissingFact[], field: string): boolean => facts.some((each) => each.field === field);

const valueAt = (incident: object, path: string): unknown =>
  path.split('.').reduce<unknown>((within, name) => (within as Record<string, unknown> | undefined)?.[name], incident);

const facts = ['firstResponseAt', 'verifiedAt', 'scopedAt', 'mitigatedAt', 'recoveredAt'] as const;
export type Times = Pick<Incident, 'receivedAt' | 'occurredAt' | 'isOccurredAtApproximate' | (typeof facts)[number]>;

/**
 * Whether a fact of that time is from before the occurrence; where that is not known, or about, nobody can say. What has
 * been received has occurred by then: a time in the future is a clock's error, or a mistake.
 */
export const isBeforeOccurrence = (at: Date, { occurredAt, isOccurredAtApproximate, receivedAt }: Times): boolean =>
  occurredAt !== undefined && isOccurredAtApproximate !== true && at < occurredAt && at < receivedAt;

/** Facts from before the occurrence, from any source: for example after a report that states a later occurrence. */
export function contradictionsOf(incident: Times) {
  const { occurredAt } = incident;
  return facts.flatMap((field) => {
    const at = incident[field];
    return occurredAt && at && isBeforeOccurrence(at, incident) ? [{ field, at, occurredAt }] : [];
  });
}

/** Both times, so that a person can correct the wrong one. */
export const sayBefore = (at: Date, occurredAt: Date): Reason => refuse('before-occurrence', { at, occurredAt });
