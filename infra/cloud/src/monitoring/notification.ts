import { createHash } from 'node:crypto';
import { type SecondsAndNanos, toMillis } from '../wire.ts';
import type { Aggregation } from './align.ts';
import type { Incident } from './incident-store.ts';
import type { AlertPolicy, Condition } from './policy.ts';

const severities: Record<string, string> = { CRITICAL: 'Critical', ERROR: 'Error', WARNING: 'Warning' };

/** An incident's change, for its notification. */
export interface News {
  state: 'open' | 'closed';
  now: number;
  /** The last value; undefined if there was none. */
  value?: number | undefined;
  /** The text instead of a value, if an incident ends for another reason. */
  cancelled?: string;
  isRenotification?: boolean;
}

/** The body that webhooks and Pub/Sub channels get, version 1.2. */
export function notificationBody(policy: AlertPolicy, condition: Condition, incident: Incident, news: News): object {
  const { metric, resource, project } = incident.header;
  const projectId = project.slice('projects/'.length);
  const severity = severities[policy.severity ?? ''] ?? 'No severity';
  const id = incident.opened?.id ?? '';
  const resourceLabels = labelsText(resource.labels);
  const threshold = condition.conditionThreshold;
  return {
    version: '1.2',
    incident: {
      condition: conditionBody(condition),
      condition_name: condition.displayName ?? '',
      documentation: {
        content: policy.documentation?.content ?? '',
        mime_type: policy.documentation?.mimeType ?? 'text/markdown',
        subject: policy.documentation?.subject ?? `[ALERT - ${severity}] ${policy.displayName} on ${projectId}`,
        ...(policy.documentation?.links?.length && {
          links: policy.documentation.links.map(({ displayName, url }) => ({ displayName, url })),
        }),
      },
      ended_at: news.state === 'closed' ? seconds(news.now) : null,
      incident_id: id,
      metadata: { system_labels: {}, user_labels: {} },
      metric: { displayName: metric.type.split('/').slice(1).join('/'), labels: metric.labels, type: metric.type },
      observed_value: news.cancelled ?? (news.value === undefined ? '' : news.value.toFixed(3)),
      policy_name: policy.displayName ?? '',
      ...(Object.keys(policy.userLabels ?? {}).length > 0 && { policy_user_labels: policy.userLabels }),
      resource: { labels: resource.labels, type: resource.type },
      resource_display_name: projectId,
      resource_id: '',
      resource_name: `${projectId} ${resource.type} labels ${resourceLabels}`,
      resource_type_display_name: resource.type,
      scoping_project_id: projectId,
      scoping_project_number: projectNumber(projectId),
      severity,
      started_at: seconds(incident.opened?.at ?? incident.since),
      state: news.state,
      summary: summary(condition, incident, news),
      ...(threshold && { threshold_value: String(threshold.thresholdValue ?? 0) }),
      url: `https://console.cloud.google.com/monitoring/alerting/alerts/${id}?project=${projectId}`,
      ...(news.isRenotification && { renotify: true }),
    },
  };
}

/** The same for the same opening, in the form of the real ones. */
export function incidentId({ condition, key }: Pick<Incident, 'condition' | 'key'>, openedAt: number): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([condition, key, openedAt]))
    .digest();
  return `0.${digest.readBigUInt64BE().toString(36).padStart(12, '0').slice(-12)}`;
}

function summary({ conditionThreshold, conditionAbsent }: Condition, { header }: Incident, news: News): string {
  const { metric, resource, project } = header;
  const name = metric.type.split('/').slice(1).join('/');
  const subject = `${name} for ${project.slice('projects/'.length)} ${resource.type} with metric labels ${labelsText(metric.labels)}`;
  if (news.cancelled) return `${subject}: ${news.cancelled}`;
  const value = news.value?.toFixed(3);
  if (conditionAbsent) {
    return news.state === 'open'
      ? `There was no data for ${subject} for ${toMillis(conditionAbsent.duration ?? {}) / 60_000} minutes.`
      : `${subject} has data again.`;
  }
  if (news.state === 'closed') return `${subject} returned to normal with a value of ${value}.`;
  const side = conditionThreshold?.comparison === 'COMPARISON_LT' ? 'below' : 'above';
  return `${subject} is ${side} the threshold of ${(conditionThreshold?.thresholdValue ?? 0).toFixed(3)} with a value of ${value}.`;
}

function conditionBody({ name, displayName, conditionThreshold, conditionAbsent }: Condition): object {
  const common = ({
    aggregations,
    duration,
    filter,
    trigger,
  }: NonNullable<typeof conditionThreshold | typeof conditionAbsent>) => ({
    ...(aggregations?.length && { aggregations: aggregations.map(aggregationBody) }),
    duration: durationText(duration),
    filter,
    trigger: trigger?.percent === undefined ? { count: trigger?.count ?? 1 } : { percent: trigger.percent },
  });
  return {
    ...(conditionThreshold && {
      conditionThreshold: {
        ...common(conditionThreshold),
        comparison: conditionThreshold.comparison,
        // Zero is absent, as in the JSON of every proto3 message.
        ...(conditionThreshold.thresholdValue && { thresholdValue: conditionThreshold.thresholdValue }),
      },
    }),
    ...(conditionAbsent && { conditionAbsent: common(conditionAbsent) }),
    displayName,
    name,
  };
}

function aggregationBody({
  alignmentPeriod,
  perSeriesAligner,
  crossSeriesReducer,
  groupByFields,
}: Aggregation): object {
  return {
    ...(alignmentPeriod && { alignmentPeriod: durationText(alignmentPeriod) }),
    ...(perSeriesAligner && { perSeriesAligner }),
    ...(crossSeriesReducer && { crossSeriesReducer }),
    ...(groupByFields?.length && { groupByFields }),
  };
}

const durationText = (duration: SecondsAndNanos = {}) => `${toMillis(duration) / 1_000}s`;
const seconds = (at: number) => Math.floor(at / 1_000);

function labelsText(labels: Record<string, string>): string {
  return `{${Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')}}`;
}

function projectNumber(projectId: string): number {
  return createHash('sha256').update(projectId).digest().readUIntBE(0, 5);
}
