/** Whether a completed action item held: an incident of the same area and cause soon afterwards returns it to the agenda. Pure. */
import type { Incident } from '../incidents/incident.ts';
import { readingForm } from '../incidents/search/reading-form.ts';
import { milliseconds, type Policy } from '../policy.ts';
import type { NextAction } from './actions-rules.ts';
import { isCounted } from './aggregates.ts';
import type { Entry } from './entry.ts';

/** An incident that an action was to prevent. */
export interface Recurrence {
  incidentId: string;
  title: string;
}

/** The incident for which an action item was created. */
export type Prevented = Pick<Incident, 'id' | 'cause' | 'origin'>;

type Of = { actions: readonly NextAction[]; named: ReadonlyMap<string, Prevented>; policy: Policy };

/** The actions that were done and did not hold, by their ids: an incident of the same kind is among `entries`. */
export function findRecurrences({ actions, named, policy }: Of, entries: readonly Entry[]) {
  const within = milliseconds(policy.actions.heldFor);
  const found = new Map<string, Recurrence[]>();
  for (const { id, status, closedAt, incidentId = '' } of actions) {
    const source = named.get(incidentId);
    const kind = source && kindOf(source.cause?.category, source.origin.area);
    if (status !== 'done' || !closedAt || kind === undefined) continue;
    const after = entries.filter((entry) => {
      const since = Date.parse(entry.occurredAt ?? entry.reportedAt) - closedAt.getTime();
      const isSame = entry.id !== incidentId && kindOf(entry.cause?.category, entry.area) === kind;
      return isCounted(entry) && isSame && since > 0 && since <= within;
    });
    const recurred = after.map((each) => ({ incidentId: each.id, title: each.title }));
    if (recurred.length > 0) found.set(id, recurred);
  }
  return found;
}

/** Undefined if the cause or the area is unknown: then nobody can tell whether it is the same. */
function kindOf(category: string | undefined, area: string | undefined): string | undefined {
  const known = area && readingForm(area);
  return category && category !== 'unknown' && known ? `${category} ${known}` : undefined;
}
