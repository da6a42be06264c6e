/** The incident, question or outside ticket that a first signal makes. Pure. */

import { given } from '../../platform/defined.ts';
import type { Policy } from '../../policy.ts';
import { listMissing } from '../facts/missing.ts';
import { affectedOf, codeOf, countAffected, earliest, type Impact, type Incident, optional } from '../incident.ts';
import type { RoutingDecision } from '../signals/routing.ts';
import { scoreImpact } from '../signals/score.ts';
import type { Signal } from '../signals/signal.ts';
import { judgeUrgency } from '../signals/urgency.ts';

export function openIncident(
  id: string,
  generation: number,
  signal: Signal,
  routing: RoutingDecision,
  policy: Policy,
  now: Date,
): Incident {
  const reportedAt = earliest(signal.reportedAt, signal.receivedAt);
  const affectedCustomers = affectedOf(signal);
  const count = countAffected(signal.affectedCustomerCount, affectedCustomers.length);
  const impact: Impact = { ...given(signal, ['businessImpact']), ...optional('affectedCustomerCount', count) };
  const incident: Omit<Incident, 'missing'> = {
    id,
    schemaVersion: 2,
    code: codeOf(id),
    kind: routing.kind,
    generation,
    title: signal.title ?? '',
    ...given(signal, [
      'description',
      'source',
      'ongoing',
      'isDrill',
      'drill',
      'receivedAt',
      'reporterAccount',
      'alert',
    ]),
    origin: {
      ...given(signal, ['tool', 'url', 'form', 'channel', 'area']),
      id: signal.sourceId,
      ...(signal.tags.length > 0 ? { tags: signal.tags } : {}),
    },
    routing,
    status: routing.kind === 'outside' ? 'kept' : 'open',
    isAboutMetronome: signal.source === 'alert' && signal.alert?.service?.toLowerCase() === ownService,
    ...optional('occurredAt', signal.occurredAt?.at),
    ...(signal.occurredAt?.isApproximate ? { isOccurredAtApproximate: true } : {}),
    reportedAt,
    detectedAt: reportedAt,
    filedAt: now,
    urgency: judgeUrgency(signal.occurredAt?.at, signal.receivedAt, policy, now),
    impact,
    score: { reference: scoreImpact(impact, policy), confirmed: null },
    ticketUrls: signal.source === 'ticket' && signal.url ? [signal.url] : [],
    responders: [],
    affectedCustomers,
    ...optional('reporter', signal.customer),
    slots: { met: 0, late: 0, missed: 0, notReminded: 0 },
    leftOut: signal.problems,
    lastSequence: 1,
    statedSequence: 1,
  };
  return { ...incident, missing: listMissing(incident) };
}

/** Metronome's own alert policies carry this service label. */
export const ownService = 'metronome';
