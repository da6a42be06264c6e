/** How records look outside: JSON with RFC 3339 times and without what is only kept for the store. Pure. */
import { given } from '../../platform/defined.ts';
import type { Emergency } from '../emergency/emergency.ts';
import { codeOf, type Incident, optional } from '../incident.ts';
import { type KnownFrom, knownFrom } from '../links/brought.ts';
import type { derivedFrom } from '../record/form.ts';
import type { Filing } from '../signals/file-signal.ts';
import { joinKeyIn } from '../signals/join-key.ts';

/** The number of customers shown; the search by customer finds the others. */
const mostShown = 200;

/** Fields for queries and for the `ETag`. */
const hidden = [
  'schemaVersion',
  'statedSequence',
  'schedule',
  'toAll',
  'updatesAskedAt',
  'beside',
  'outage',
  'answers',
  'support',
] as const;
const derived: (keyof ReturnType<typeof derivedFrom>)[] = ['changedAt', 'customerIds', 'board', 'search'];

export type PresentedIncident = Omit<Incident, (typeof hidden)[number] | 'emergency'> & {
  reportCount?: number;
  knownFrom?: KnownFrom;
  /** The size of `affectedCustomers`, of which the first 200 are shown. */
  namedCustomerCount: number;
  emergency: Emergency | null;
};

export function presentIncident(incident: Incident, reportCount?: number): PresentedIncident {
  const isPrimary = (incident.links?.length ?? 0) > 0;
  const kept: readonly string[] = [...hidden, ...derived];
  const shown: Record<string, unknown> = {
    ...Object.fromEntries(Object.entries(incident).filter(([field]) => !kept.includes(field))),
    code: codeOf(incident.id),
    affectedCustomers: incident.affectedCustomers.slice(0, mostShown),
    namedCustomerCount: incident.affectedCustomers.length,
    emergency: incident.emergency ?? null,
    ...(isPrimary ? { knownFrom: knownFrom(incident) } : {}),
    ...optional('reportCount', reportCount),
  };
  // Firestore sorts fields by name; readers want the subject first.
  return { ...given(shown, firstShown), ...shown } as PresentedIncident;
}

const firstShown = [
  'id',
  'code',
  'kind',
  'title',
  'status',
  'ongoing',
  'urgency',
  'emergency',
  'score',
  'impact',
  'missing',
  'reportCount',
  'occurredAt',
  'reportedAt',
  'filedAt',
] as const satisfies readonly (keyof PresentedIncident)[];

/** Details that only the fold needs. */
const foldedOnly = new Set(['report', 'after', 'routing', 'imported', 'said', 'together']);

export function presentEvent<Of extends { detail: object }>(event: Of): Of {
  const shown = Object.entries(event.detail).filter(([name]) => !foldedOnly.has(name));
  return { ...event, detail: Object.fromEntries(shown) };
}

/** The answer to a tool: only what its first delivery recorded, nothing from later. */
export function namedFiling({ created, incident, filed }: Filing): Record<string, unknown> {
  const { id, kind } = filed ?? { id: incident.id, kind: incident.routing.kind };
  return { created, [kind]: { id, code: codeOf(id) } };
}

/** An intake door's answer: the record under the name of its kind. @param secrets what its `joinKey` is made with */
export function presentFiling(filing: Filing, secrets: readonly string[]): Record<string, unknown> {
  const { incident, created } = filing;
  return {
    created,
    [incident.kind]: { ...presentIncident(incident, created ? 1 : undefined), ...joinKeyIn(incident.id, secrets) },
  };
}
