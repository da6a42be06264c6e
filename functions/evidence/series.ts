/** Metric evidence: the series behind an alert's condition, from an hour before it began, or why there is none. */
import type { protos } from '@google-cloud/monitoring';
import type { Incident } from '../incidents/incident.ts';
import type { AlertFacts } from '../incidents/signals/signal.ts';
import { now } from '../platform/clock.ts';
import { withinMs } from '../platform/deadline.ts';
import { defined } from '../platform/defined.ts';
import { TemporaryFailure } from '../platform/failures.ts';
import { createOnce, dataOf, incidentRef } from '../platform/firestore.ts';
import { errorFacts, log } from '../platform/log.ts';
import { jsonIn, objectAt } from '../platform/loose.ts';
import { messageDoor } from '../platform/message.ts';
import { alertPolicies, monitoring } from '../platform/monitoring.ts';
import { milliseconds, type Policy, policy } from '../policy.ts';
import { type SeriesEvidence, seriesRef } from './kept-evidence.ts';
import { readSeries } from './points.ts';

type Condition = protos.google.monitoring.v3.AlertPolicy.ICondition;
type Measured = NonNullable<Condition['conditionThreshold'] | Condition['conditionAbsent']>;

/** The push endpoint of `alert-series`: a slow or failing Cloud Monitoring holds up no notice. */
export const series = messageDoor(async (message) => {
  const { seriesOf } = objectAt(jsonIn(message.bytes));
  const isId = typeof seriesOf === 'string' && /^inc_[\w-]{1,64}$/.test(seriesOf);
  const incident = isId ? dataOf<Incident>(await incidentRef(seriesOf).get()) : undefined;
  if (incident) return keepSeries(incident, policy, now());
  log('ERROR', 'a message names no incident of which to fetch the series', { messageId: message.id });
});

/** Fetches and keeps the series behind an alert's incident, once. @throws TemporaryFailure if it keeps nothing */
export async function keepSeries(incident: Incident, policy: Policy, now: Date): Promise<void> {
  const { alert } = incident;
  // Other tools than Cloud Monitoring keep their series themselves.
  if (incident.origin.tool !== 'monitoring' || !alert) return;
  try {
    if ((await seriesRef(incident.id).get()).exists) return;
    const fetched = fetchSeries(alert, incident, policy, now);
    const evidence = await withinMs(milliseconds(policy.evidence.seriesWithin), fetched, 'Cloud Monitoring');
    if (!(await createOnce(seriesRef(incident.id), evidence))) return;
    const { series, whyNot = null } = evidence;
    log('INFO', 'metric evidence', { incidentId: incident.id, series: series.length, whyNot });
  } catch (error) {
    log('WARNING', 'metric evidence could not be kept', { incidentId: incident.id, ...errorFacts(error) });
    throw new TemporaryFailure('metric evidence could not be kept');
  }
}

async function fetchSeries(alert: AlertFacts, incident: Incident, policy: Policy, now: Date): Promise<SeriesEvidence> {
  const began = alert.startedAt ?? incident.occurredAt ?? incident.receivedAt;
  const earliest = now.getTime() - milliseconds(policy.evidence.seriesAtMost);
  const from = new Date(Math.max(began.getTime() - milliseconds(policy.evidence.seriesBefore), earliest));
  const span = { fetchedAt: now, from, until: now };
  const none = (whyNot: string, facts: Partial<SeriesEvidence> = {}) => ({ ...span, ...facts, series: [], whyNot });
  try {
    const condition = await findCondition(alert);
    if (typeof condition === 'string') return none(condition);
    const { conditionThreshold: threshold, conditionAbsent: absence } = condition;
    const measured = threshold ?? absence;
    const facts: Partial<SeriesEvidence> = {
      ...(threshold ? { threshold: threshold.thresholdValue ?? 0, comparison: String(threshold.comparison) } : {}),
      ...defined({ condition: condition.displayName || undefined, filter: measured?.filter || undefined }),
    };
    if (!measured?.filter) return none('Its condition is not one on a metric filter; see the alert itself.', facts);
    const series = readSeries(await listSeries(alert.project, measured, from, now), policy);
    if (series.length === 0) return none('Cloud Monitoring has no points of it in that time.', facts);
    return { ...span, ...facts, series };
  } catch (error) {
    return none(explain(error, alert));
  }
}

/** The condition of the policy that the alert is about, or why it cannot be told. */
async function findCondition(alert: AlertFacts): Promise<Condition | string> {
  // If the body has no policy number, it has only the policy's title.
  if (!/^\d+$/.test(alert.policy)) return 'The alert does not say which policy it is from.';
  const client = await alertPolicies();
  const [policy] = await client.getAlertPolicy({ name: `projects/${alert.project}/alertPolicies/${alert.policy}` });
  const conditions = policy.conditions ?? [];
  const named = conditions.find((each) => each.displayName === alert.conditionName);
  const only = conditions.length === 1 ? conditions[0] : undefined;
  return named ?? only ?? 'Its policy no longer has the condition that the alert names.';
}

async function listSeries(project: string, { filter, aggregations }: Measured, from: Date, until: Date) {
  const client = await monitoring();
  const [aggregation, secondaryAggregation] = aggregations ?? [];
  const asked = {
    name: `projects/${project}`,
    filter: filter ?? '',
    interval: { startTime: seconds(from), endTime: seconds(until) },
    view: 'FULL' as const,
    ...defined({ aggregation, secondaryAggregation }),
    pageSize: 2_000,
  };
  // One page is more than is kept.
  const [found] = await client.listTimeSeries(asked, { autoPaginate: false });
  return found;
}

const seconds = (at: Date) => ({ seconds: Math.floor(at.getTime() / 1_000) });

function explain(error: unknown, alert: AlertFacts): string {
  const code = (error as { code?: unknown }).code;
  if (code === 5) return 'Its policy is not there any more.';
  if (code === 7) return `Metronome may not read Cloud Monitoring of ${alert.project} (roles/monitoring.viewer).`;
  if (code === 12) return 'Cloud Monitoring does not serve this kind of condition here.';
  return `Cloud Monitoring did not answer: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}`;
}
