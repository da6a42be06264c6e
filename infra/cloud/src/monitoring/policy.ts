import { GrpcError } from '../grpc.ts';
import { type SecondsAndNanos, toMillis } from '../wire.ts';
import { type Aggregation, unsupported } from './align.ts';
import { metricTypesIn, parseFilter, restrictsResource } from './filter.ts';

export interface Threshold {
  filter: string;
  aggregations?: Aggregation[];
  denominatorFilter?: string;
  forecastOptions?: object;
  comparison?: string;
  thresholdValue?: number;
  duration?: SecondsAndNanos;
  trigger?: { count?: number; percent?: number };
}

export interface Absence {
  filter: string;
  aggregations?: Aggregation[];
  duration?: SecondsAndNanos;
  trigger?: { count?: number; percent?: number };
}

export interface Condition {
  name: string;
  displayName?: string;
  conditionThreshold?: Threshold;
  conditionAbsent?: Absence;
  conditionMatchedLog?: { filter?: string };
}

/** google.monitoring.v3.AlertPolicy, as far as it is acted upon. */
export interface AlertPolicy {
  name: string;
  displayName?: string;
  documentation?: {
    content?: string;
    mimeType?: string;
    subject?: string;
    links?: { displayName?: string; url?: string }[];
  };
  userLabels?: Record<string, string>;
  conditions?: Condition[];
  combiner?: string;
  /** google.protobuf.BoolValue: false comes without its `value`. */
  enabled?: { value?: boolean };
  validity?: { code: number; message: string };
  notificationChannels?: string[];
  creationRecord?: { mutateTime: SecondsAndNanos };
  mutationRecord?: { mutateTime: SecondsAndNanos };
  alertStrategy?: {
    notificationRateLimit?: { period?: SecondsAndNanos };
    autoClose?: SecondsAndNanos;
    notificationPrompts?: string[];
    notificationChannelStrategy?: { notificationChannelNames?: string[]; renotifyInterval?: SecondsAndNanos }[];
  };
  severity?: string;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

export const isEnabled = ({ enabled }: AlertPolicy) => enabled === undefined || enabled.value === true;
export const autoCloseMs = ({ alertStrategy }: AlertPolicy) =>
  alertStrategy?.autoClose ? toMillis(alertStrategy.autoClose) : 7 * dayMs;
/** When it was last written. */
export const changedAt = ({ mutationRecord }: AlertPolicy) => toMillis(mutationRecord?.mutateTime ?? {});

/** What the API refuses. @throws GrpcError INVALID_ARGUMENT */
export function refuseInvalid(policy: AlertPolicy): void {
  const refuse = (why: string): never => {
    throw new GrpcError('INVALID_ARGUMENT', why);
  };
  const conditions = policy.conditions ?? [];
  if (!policy.displayName) refuse('Field alert_policy.display_name must be set.');
  if (conditions.length === 0 || conditions.length > 6)
    refuse('Field alert_policy.conditions must have 1 to 6 conditions.');
  if (!policy.combiner || policy.combiner === 'COMBINE_UNSPECIFIED') refuse('Field alert_policy.combiner must be set.');
  refuseWords('alert_policy', policy);
  const { content = '', mimeType, subject = '', links = [] } = policy.documentation ?? {};
  if (lengthOf(content) > 8_192 || Buffer.byteLength(content) > 10_240)
    refuse('Field alert_policy.documentation.content must have at most 8192 characters and 10240 bytes.');
  if (mimeType && mimeType !== 'text/markdown')
    refuse('Field alert_policy.documentation.mime_type must be text/markdown.');
  if (Buffer.byteLength(subject) > 10_240)
    refuse('Field alert_policy.documentation.subject must have at most 10240 bytes.');
  if (links.length > 3) refuse('Field alert_policy.documentation.links may have at most 3 links.');
  for (const { displayName = '', url = '' } of links) {
    if (displayName === '' || lengthOf(displayName) > 63 || url.length > 2_083)
      refuse('A link of alert_policy.documentation has a name of 1 to 63 characters and a url of at most 2083.');
  }
  const isOfLogs = conditions.some(({ conditionMatchedLog }) => conditionMatchedLog);
  if (isOfLogs && conditions.length > 1)
    refuse('Alert policies with a log matching condition can only have a single condition.');
  if (isOfLogs !== (policy.alertStrategy?.notificationRateLimit !== undefined)) {
    refuse('A notification rate limit must be specified for log-based alert policies, and for no others.');
  }
  for (const [at, { conditionThreshold: threshold, conditionAbsent: absent }] of conditions.entries()) {
    const metric = threshold ?? absent;
    if (!metric) continue;
    parseFilter(metric.filter);
    if (lengthOf(metric.filter) > 2_048) refuse('The filter of a condition must have at most 2048 characters.');
    if (metricTypesIn(metric.filter).length === 0) refuse('The filter of a condition must specify a metric type.');
    if (!restrictsResource(metric.filter)) {
      const field = `alert_policy.conditions[${at}].condition_${threshold ? 'threshold' : 'absent'}.filter`;
      refuse(
        `Field ${field} had an invalid value of "${metric.filter}": must specify a restriction on "resource.type" in the filter.`,
      );
    }
    const durationMs = toMillis(metric.duration ?? {});
    if (durationMs % minuteMs !== 0) refuse('The duration of a condition must be a multiple of a minute.');
    if (absent && durationMs < 2 * minuteMs) refuse('The duration of an absence must be at least 120 seconds.');
    if (durationMs > 23.5 * 60 * minuteMs) refuse('The duration of a condition must be at most 23 hours 30 minutes.');
    if (threshold && !['COMPARISON_GT', 'COMPARISON_LT'].includes(threshold.comparison ?? '')) {
      refuse('Only COMPARISON_GT and COMPARISON_LT are supported.');
    }
    for (const { alignmentPeriod } of metric.aggregations ?? []) {
      if (alignmentPeriod && toMillis(alignmentPeriod) < minuteMs)
        refuse('An alignment period is at least 60 seconds.');
    }
  }
  const autoClose = policy.alertStrategy?.autoClose;
  if (autoClose && toMillis(autoClose) < 30 * minuteMs) refuse('Auto close is at least 30 minutes.');
}

const lengthOf = (text: string): number => Array.from(text).length;

/** The name and the labels that people give a policy or a channel. @throws GrpcError INVALID_ARGUMENT */
export function refuseWords(
  field: 'alert_policy' | 'notification_channel',
  { displayName = '', userLabels = {} }: { displayName?: string; userLabels?: Record<string, string> },
): void {
  const refuse = (why: string): never => {
    throw new GrpcError('INVALID_ARGUMENT', why);
  };
  if (lengthOf(displayName) > 512) refuse(`Field ${field}.display_name must have at most 512 characters.`);
  const labels = Object.entries(userLabels);
  if (labels.length > 64) refuse(`Field ${field}.user_labels has more than 64 labels.`);
  for (const [key, value] of labels) {
    if (!/^[a-z][a-z0-9_-]{0,62}$/.test(key) || !/^[a-z0-9_-]{0,63}$/.test(value)) {
      refuse(`Field ${field}.user_labels["${key}"] has an invalid key or value (lower case, 63 characters).`);
    }
  }
}

/** The unevaluated parts of a policy, by name; undefined if all of it is evaluated. */
export function notEvaluated({ conditions = [], combiner }: AlertPolicy): string | undefined {
  if (conditions.length > 1 && combiner !== 'OR') return `combiner ${combiner}`;
  for (const { conditionThreshold, conditionAbsent } of conditions) {
    const metric = conditionThreshold ?? conditionAbsent;
    if (!metric) return 'this kind of condition';
    const aggregations = metric.aggregations ?? [];
    if (aggregations.length > 1) return 'a second aggregation';
    const aggregator = aggregations[0] && unsupported(aggregations[0]);
    if (aggregator) return aggregator;
    if (conditionThreshold?.denominatorFilter) return 'a denominator';
    if (conditionThreshold?.forecastOptions) return 'a forecast';
  }
  return undefined;
}
