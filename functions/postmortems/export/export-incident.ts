/** An incident as a page of its own. Pure. */

import { codeOf, type Incident } from '../../incidents/incident.ts';
import type { Exported } from '../../incidents/views/exported.ts';
import type { Policy } from '../../policy.ts';
import { actorText } from '../../words/actor.ts';
import { nameFor } from '../../words/language.ts';
import { type DurationFact, durationsOf } from '../entry.ts';
import { weekOf } from '../week.ts';

/** @returns undefined for what is no incident of the team's: a drill, a question, or what was kept outside */
export function exportIncident(incident: Incident, policy: Policy, consoleUrl?: string) {
  if (incident.kind !== 'incident' || incident.isDrill) return undefined;
  const name = (kind: string, value: string): string => nameFor({ language: 'ja', policy }, kind, value);
  const { impact, mitigation, cause, score } = incident;
  const did = mitigation && [name('mitigation', mitigation.kind), mitigation.summary, mitigation.lighterWayTried];
  const isLinked = incident.status === 'linked';
  const { firstResponse, mitigation: mitigated, recovery } = durationsOf(incident);
  return {
    kind: 'incidents',
    id: incident.id,
    title: incident.title || codeOf(incident.id),
    fields: {
      code: codeOf(incident.id),
      status: name('status', incident.status),
      urgency: name('urgency', incident.urgency.level),
      impact: name('impact', impact.businessImpact ?? 'unknown'),
      customers: impact.affectedCustomerCount ?? null,
      cause: name('cause', cause?.category ?? 'not-stated'),
      reference: score.reference.value,
      confirmed: score.confirmed?.value ?? null,
      source: name('source', incident.source),
      area: incident.origin.area ?? null,
      occurredAt: incident.occurredAt ?? null,
      reportedAt: incident.reportedAt,
      respondedAt: incident.firstResponseAt ?? null,
      mitigatedAt: incident.mitigatedAt ?? null,
      recoveredAt: incident.recoveredAt ?? null,
      reviewedAt: incident.reviewedAt ?? null,
      responseMinutes: minutesOf(firstResponse),
      mitigationMinutes: minutesOf(mitigated),
      recoveryMinutes: minutesOf(recovery),
      assignee: incident.assignee ?? null,
      responders: respondersOf(incident) || null,
      causeSummary: cause?.summary ?? null,
      mitigation: did?.filter(Boolean).join('\n') ?? null,
      permanentFix: incident.permanentFix ?? null,
      prevention: incident.prevention ?? null,
      tickets: incident.ticketUrls,
      missing: (!isLinked && incident.missing.map(({ field }) => name('field', field)).join('、')) || null,
      linkedTo: isLinked && incident.linkedTo ? codeOf(incident.linkedTo) : null,
      link: consoleUrl ? `${consoleUrl}/incidents/${incident.id}` : null,
    },
    lines: incident.description ? [{ is: 'text', text: incident.description }] : [],
    weekId: weekOf(incident.filedAt, policy.zone).id,
  } satisfies Exported<'incidents'>;
}

const respondersOf = ({ responders, actorNames }: Incident): string =>
  responders
    .toSorted()
    .map((each) => actorText(each, actorNames?.[each], 'ja'))
    .join('、');

const minutesOf = (fact: DurationFact): number | null => ('minutes' in fact ? fact.minutes : null);
