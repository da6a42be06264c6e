/** What a primary shows of the incidents that are linked to it. Urgency is not judged by it. Pure. */

import { type Brought, codeOf, type Incident } from '../incident.ts';
import { isWorse } from '../signals/signal.ts';

const times = ['reportedAt', 'firstResponseAt', 'occurredAt'] as const;
type Times = Partial<Pick<Incident, (typeof times)[number] | 'isOccurredAtApproximate'>>;

/** An outage was reported when the first of its reports was, and is as bad as the worst of them says. */
export function broughtBy(linked: Times & Pick<Incident, 'impact'>, primary: Incident): Brought {
  // About a time is a little later than that time, so that the order of links does not matter.
  const placeOf = (of: Times, field: (typeof times)[number]): number =>
    Number(of[field] ?? Number.POSITIVE_INFINITY) + (field === 'occurredAt' && of.isOccurredAtApproximate ? 0.5 : 0);
  const earlier = times.filter((field) => placeOf(linked, field) < placeOf(primary, field));
  const { businessImpact } = linked.impact;
  return {
    ...Object.fromEntries(earlier.map((field) => [field, linked[field]])),
    ...(isWorse(businessImpact, primary.impact.businessImpact ?? 'none') ? { businessImpact } : {}),
  };
}

/** By field, the linked incident whose value the primary shows. What somebody has corrected since is the primary's own. */
export type KnownFrom = Partial<Record<keyof Brought, { incidentId: string; code: string }>>;

export function knownFrom({ impact, links = [], ...own }: Incident): KnownFrom {
  const from = (field: keyof Brought) => {
    const shown = (field === 'businessImpact' ? impact.businessImpact : own[field])?.valueOf();
    const link = links.find(({ brought }) => shown !== undefined && brought?.[field]?.valueOf() === shown);
    return link ? [[field, { incidentId: link.incidentId, code: codeOf(link.incidentId) }]] : [];
  };
  return Object.fromEntries([...times, 'businessImpact' as const].flatMap(from));
}
