/** Which of a primary's values come from a linked incident. Pure. */

import { byItself, membersOf } from '../facts/outage.ts';
import { codeOf, type Incident } from '../incident.ts';

const fields = ['reportedAt', 'firstResponseAt', 'occurredAt', 'businessImpact'] as const;
type Field = (typeof fields)[number];

/** By field, the linked incident whose value the primary shows, if it is not its own. */
export type KnownFrom = Partial<Record<Field, { incidentId: string; code: string }>>;

export function knownFrom(incident: Incident): KnownFrom {
  const own = byItself(incident);
  const members = membersOf(incident).map((each) => each.incident);
  const shownIn = (of: Pick<Incident, 'impact'> & Partial<Incident>, field: Field): unknown =>
    (field === 'businessImpact' ? of.impact.businessImpact : of[field])?.valueOf();
  return Object.fromEntries(
    fields.flatMap((field) => {
      const shown = shownIn(incident, field);
      if (shown === undefined || shownIn(own, field) === shown) return [];
      const from = members.find((each) => shownIn(each, field) === shown);
      return from ? [[field, { incidentId: from.id, code: codeOf(from.id) }]] : [];
    }),
  );
}
