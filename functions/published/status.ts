/** What the public status says: of outages that a rule publishes, in words of its own. Nobody's words are in it. Pure. */
import { isSeen } from '../customer-updates/draft.ts';
import { isGoingOn } from '../incidents/emergency/emergency.ts';
import { codeOf, countAffected, goesOn, type Incident } from '../incidents/incident.ts';
import { milliseconds, type Policy } from '../policy.ts';

export const statusImpacts = ['none', 'minor', 'major', 'critical'] as const;
export type StatusImpact = (typeof statusImpacts)[number];

export interface StatusIncident {
  code: string;
  /** What does not work, by its public name; absent if the area has none. */
  what?: { ja: string; en: string };
  impact: Exclude<StatusImpact, 'none'>;
  /** A person has seen that it happens; until then customers report it. */
  isConfirmed: boolean;
  since: Date;
  publishedAt: Date;
  mitigatedAt?: Date;
  resolvedAt?: Date;
  /** The record's version: an older state never replaces a newer one. */
  sequence: number;
}

/** `status/current` in the public database. */
export interface PublicStatus {
  /** By incident code. */
  incidents: Record<string, StatusIncident>;
  updatedAt: Date;
}

/** Once published, an outage stays there until long after it is resolved. @returns undefined if it is not to be shown */
export function statusIncident(
  incident: Incident,
  known: StatusIncident | undefined,
  policy: Policy,
  now: Date,
): StatusIncident | undefined {
  const { id, kind, isDrill, isAboutMetronome, status, impact, occurredAt, reportedAt, mitigatedAt } = incident;
  if (kind !== 'incident' || isDrill || isAboutMetronome || status === 'linked') return undefined;
  if (!known && !isPublishedByRule(incident, policy)) return undefined;
  const name = policy.sender.functions.find(({ area }) => area === incident.origin.area);
  const confirmed = isSeen(incident) ? impact.businessImpact : undefined;
  return {
    code: codeOf(id),
    ...(name ? { what: { ja: name.ja, en: name.en } } : {}),
    impact: confirmed === 'stopped' ? 'critical' : confirmed === 'degraded' ? 'major' : (known?.impact ?? 'minor'),
    isConfirmed: known?.isConfirmed === true || isSeen(incident),
    since: occurredAt && occurredAt < reportedAt ? occurredAt : reportedAt,
    publishedAt: known?.publishedAt ?? now,
    ...(mitigatedAt ? { mitigatedAt } : {}),
    ...(goesOn(incident) ? {} : { resolvedAt: incident.recoveredAt ?? known?.resolvedAt ?? now }),
    sequence: incident.lastSequence,
  };
}

function isPublishedByRule(incident: Incident, { publicStatus }: Policy): boolean {
  const { impact, affectedCustomers, emergency } = incident;
  if (!goesOn(incident)) return false;
  if (publicStatus.emergencies && isGoingOn(emergency)) return true;
  return (countAffected(impact.affectedCustomerCount, affectedCustomers.length) ?? 0) >= publicStatus.customersFrom;
}

/** With an incident as it is now; the newest that are listed. @returns the same if nothing changes */
export function withIncident(
  status: PublicStatus | undefined,
  incident: Incident,
  policy: Policy,
  now: Date,
): PublicStatus | undefined {
  const code = codeOf(incident.id);
  const { [code]: known, ...others } = status?.incidents ?? {};
  if (known && known.sequence > incident.lastSequence) return status;
  const shown = statusIncident(incident, known, policy, now);
  if (!shown && !known) return status;
  const { listedFor, mostListed } = policy.publicStatus;
  const listed = Object.values(others)
    .concat(shown ?? [])
    .filter(({ resolvedAt }) => !resolvedAt || resolvedAt.getTime() > now.getTime() - milliseconds(listedFor))
    .sort((one, other) => other.publishedAt.getTime() - one.publishedAt.getTime())
    .slice(0, mostListed);
  return { incidents: Object.fromEntries(listed.map((each) => [each.code, each])), updatedAt: now };
}
