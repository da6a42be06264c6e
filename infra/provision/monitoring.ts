/** Channels, metric descriptors and alert policies, on Google Cloud and on this machine alike. */
import type {
  AlertPolicyServiceClient,
  MetricServiceClient,
  NotificationChannelServiceClient,
  protos,
} from '@google-cloud/monitoring';
import { gaugePrefix, topics } from '../../functions/topology.ts';
import { gauges } from '../topology.ts';
import { isLive } from './live.ts';
import { burns, objectiveName } from './objectives.ts';
import { bring, compare, create, leave, type Part, type Step } from './step.ts';
import {
  type Burn,
  type ChannelKey,
  policyLabel,
  type Watched,
  type WatchSpec,
  watches,
  watchLabels,
} from './watch.ts';

type Channel = protos.google.monitoring.v3.INotificationChannel;
type Policy = protos.google.monitoring.v3.IAlertPolicy;
type Descriptor = protos.google.api.IMetricDescriptor;

export interface MonitoringClients {
  metrics: MetricServiceClient;
  channels: NotificationChannelServiceClient;
  policies: AlertPolicyServiceClient;
}

export interface ChannelSettings {
  /** Where somebody reads mail who is not told by Metronome; without it that channel is left out. */
  operatorEmail?: string | undefined;
  alertsUrl: string;
  /** The door's token, and which version of the secret it is: what was stored cannot be read back. */
  token: () => Promise<string>;
  tokenVersion: string;
  /** Whether alert policies alert before a deployment has been tried. */
  alertsAtOnce?: boolean;
  /** Whether there are service level objectives, whose budgets are watched. */
  hasObjectives?: boolean;
}

const channelLabel = 'metronome-channel';

/** The names that Google gave to channels, for the policies that call them. */
type ChannelNames = Map<ChannelKey, string>;

export function monitoringParts(clients: MonitoringClients, project: string, settings: ChannelSettings): Part[] {
  const names: ChannelNames = new Map();
  return [
    descriptorPart(clients.metrics, project),
    channelPart(clients.channels, project, settings, names),
    policyPart(clients.policies, project, names, settings),
  ];
}

function descriptorPart(client: MetricServiceClient, project: string): Part {
  const name = `projects/${project}`;
  const plan = (existing: readonly Descriptor[]): Step[] =>
    gauges.map((gauge) => {
      const type = `${gaugePrefix}${gauge.name}`;
      const metricDescriptor = {
        type,
        metricKind: 'GAUGE' as const,
        valueType: 'INT64' as const,
        unit: gauge.unit,
        displayName: `Metronome: ${gauge.name.replaceAll('_', ' ')}`,
        description: gauge.description,
        labels: gauge.labels.map(({ key, description }) => ({ key, valueType: 'STRING' as const, description })),
      };
      const apply = () => client.createMetricDescriptor({ name, metricDescriptor });
      const found = existing.find((each) => each.type === type);
      if (!found) return create('metric', gauge.name, apply);
      const differences = compare(metricDescriptor, found);
      const isAnother = differences.some(({ field }) => field === 'metricKind' || field === 'valueType');
      if (isAnother) {
        return leave('metric', gauge.name, 'it is of another kind, and to change that would delete what was measured');
      }
      return bring('metric', gauge.name, differences, apply);
    });
  return {
    title: 'Metric descriptors',
    api: 'monitoring.googleapis.com',
    isOneByOne: true,
    ofNothing: () => plan([]),
    read: async () => {
      const filter = `metric.type = starts_with("${gaugePrefix}")`;
      return plan((await client.listMetricDescriptors({ name, filter }))[0]);
    },
  };
}

function channelPart(
  client: NotificationChannelServiceClient,
  project: string,
  settings: ChannelSettings,
  names: ChannelNames,
): Part {
  const name = `projects/${project}`;
  const plan = (existing: readonly Channel[]): Step[] => {
    const steps = channelsOf(project, settings).map(({ key, channel, secret }) => {
      const isOfKey = (each: Channel): boolean => each.userLabels?.[channelLabel] === key;
      const found = existing.find(isOfKey);
      const whole = async () => (secret ? { ...channel, labels: { ...channel.labels, ...(await secret()) } } : channel);
      if (!found?.name) {
        const add = async (isAgain: boolean) => {
          const before = isAgain ? (await client.listNotificationChannels({ name }))[0].find(isOfKey) : undefined;
          const [made] = before
            ? [before]
            : await client.createNotificationChannel({ name, notificationChannel: await whole() });
          if (made.name) names.set(key, made.name);
        };
        return create('channel', key, add, `${channel.type}: ${Object.values(channel.labels ?? {}).join(', ')}`);
      }
      names.set(key, found.name);
      return bring('channel', key, compare(channel, found), async () => {
        const notificationChannel = { ...(await whole()), name: found.name ?? '' };
        const updateMask = { paths: ['labels', 'display_name', 'user_labels', 'enabled'] };
        await client.updateNotificationChannel({ notificationChannel, updateMask });
      });
    });
    if (settings.operatorEmail !== undefined) return steps;
    const kept = existing.find((each) => each.userLabels?.[channelLabel] === 'operator');
    if (kept?.name) names.set('operator', kept.name);
    const note = kept ? 'kept as it is' : 'nobody is told past Metronome itself: give --operator EMAIL';
    return [...steps, leave('channel', 'operator', note)];
  };
  return {
    title: 'Notification channels',
    api: 'monitoring.googleapis.com',
    isOneByOne: true,
    ofNothing: () => plan([]),
    read: async () => plan((await client.listNotificationChannels({ name }))[0]),
  };
}

interface PlannedChannel {
  key: ChannelKey;
  channel: Channel;
  /** Labels that the API takes and does not give back. */
  secret?: () => Promise<Record<string, string>>;
}

function channelsOf(project: string, settings: ChannelSettings): PlannedChannel[] {
  const { operatorEmail, alertsUrl, token, tokenVersion } = settings;
  const labelled = (key: ChannelKey, more: Record<string, string> = {}) => ({
    userLabels: { [channelLabel]: key, ...more },
    enabled: { value: true },
  });
  const door: PlannedChannel = {
    key: 'door',
    channel: {
      type: 'webhook_basicauth',
      displayName: 'Metronome: the alerts door',
      labels: { url: alertsUrl, username: 'metronome' },
      ...labelled('door', { 'token-version': tokenVersion }),
    },
    // A token in the query would be in request logs.
    secret: async () => ({ password: await token() }),
  };
  const topic: PlannedChannel = {
    key: 'topic',
    channel: {
      type: 'pubsub',
      displayName: 'Metronome: the alerts topic',
      labels: { topic: `projects/${project}/topics/${topics.alertNotifications}` },
      ...labelled('topic'),
    },
  };
  if (operatorEmail === undefined) return [door, topic];
  const operator: PlannedChannel = {
    key: 'operator',
    channel: {
      type: 'email',
      displayName: 'Metronome: its operator',
      labels: { email_address: operatorEmail },
      ...labelled('operator'),
    },
  };
  return [operator, door, topic];
}

const keyOf = (policy: Policy): string | undefined => policy.userLabels?.[policyLabel];

type AnyWatch = WatchSpec<Watched | Burn>;

function policyPart(
  client: AlertPolicyServiceClient,
  project: string,
  names: ChannelNames,
  { alertsAtOnce = false, hasObjectives = false }: ChannelSettings,
): Part {
  const name = `projects/${project}`;
  const planned: readonly AnyWatch[] = hasObjectives ? [...watches, ...burns] : watches;
  const plan = (existing: readonly Policy[], alerts: boolean): Step[] => [
    ...planned.map((spec) => {
      const found = existing.find((each) => keyOf(each) === spec.key);
      if (!found) {
        const add = async (isAgain: boolean) => {
          // Google gives the name: made a second time there would be two.
          if (isAgain && (await client.listAlertPolicies({ name }))[0].some((each) => keyOf(each) === spec.key)) return;
          await client.createAlertPolicy({ name, alertPolicy: policyOf(spec, names, alerts, project) });
        };
        return create(
          'alert policy',
          spec.key,
          add,
          `${spec.severity}: ${spec.condition}, to ${spec.channels.join(', ')}${alerts ? '' : '; disabled until deployed'}`,
        );
      }
      // Channels that somebody added are theirs to keep; ours have to be among them.
      const called = found.notificationChannels ?? [];
      const added = called.filter((each) => ![...names.values()].includes(each));
      const desired = policyOf(spec, names, alerts, project);
      const channels = [...(desired.notificationChannels ?? []), ...added];
      const lacks = channels.filter((each) => !called.includes(each));
      const { notificationChannels: _, ...rest } = desired;
      const differences = [
        ...compare(rest, found),
        ...(lacks.length > 0 ? [{ field: 'notificationChannels', is: called, shouldBe: channels }] : []),
      ];
      return bring('alert policy', spec.key, differences, async () => {
        const current = policyOf(spec, names, alerts, project);
        const alertPolicy = {
          ...current,
          name: found.name ?? '',
          notificationChannels: [...(current.notificationChannels ?? []), ...added],
        };
        await client.updateAlertPolicy({ alertPolicy, updateMask: { paths: managed } });
      });
    }),
    ...existing
      .filter((each) => isForgotten(each))
      .map((each) =>
        leave('alert policy', each.displayName ?? '', 'the topology no longer names it: delete it by hand'),
      ),
  ];
  return {
    title: 'Alert policies',
    api: 'monitoring.googleapis.com',
    isOneByOne: true,
    ofNothing: () => plan([], alertsAtOnce),
    read: async () => {
      const [existing] = await client.listAlertPolicies({ name });
      return plan(existing, alertsAtOnce || isLive(existing));
    },
  };
}

const managed = [
  'display_name',
  'documentation',
  'user_labels',
  'conditions',
  'combiner',
  'enabled',
  'notification_channels',
  'alert_strategy',
  'severity',
];

function isForgotten(policy: Policy): boolean {
  const key = keyOf(policy);
  return key !== undefined && ![...watches, ...burns].some((each) => each.key === key);
}

/** The policy as Google takes it. @param names what Google called the channels */
export function policyOf(spec: AnyWatch, names: ChannelNames, alerts: boolean, project: string): Policy {
  const { watched } = spec;
  return {
    displayName: spec.displayName,
    severity: spec.severity,
    userLabels: watchLabels(spec.key),
    documentation: { content: spec.what, mimeType: 'text/markdown' },
    // A budget that is spent too fast over the long lookback alone is spent no more.
    combiner: watched.kind === 'burn' ? 'AND' : 'OR',
    enabled: { value: alerts },
    conditions:
      watched.kind === 'burn'
        ? watched.lookbackSeconds.map((seconds) => burnOf(watched, seconds, project))
        : [{ displayName: spec.condition, ...conditionOf(watched) }],
    notificationChannels: spec.channels.flatMap((key) => names.get(key) ?? []),
    alertStrategy: {
      autoClose: { seconds: 1_800 },
      // A log match has no end, and Google asks for a limit.
      ...(watched.kind === 'log' ? { notificationRateLimit: { period: { seconds: watched.atMostEverySeconds } } } : {}),
    },
  };
}

/** Source: cloud.google.com/monitoring/api/timeseries-selectors (`select_slo_burn_rate`). */
function burnOf({ objective, rate }: Burn, seconds: number, project: string) {
  return {
    displayName: `Burn rate over ${seconds / 60} minutes`,
    conditionThreshold: {
      filter: `select_slo_burn_rate("${objectiveName(project, objective)}", "${seconds}s")`,
      comparison: 'COMPARISON_GT' as const,
      thresholdValue: rate,
      duration: { seconds: 0 },
      trigger: { count: 1 },
    },
  };
}

function conditionOf(watched: Watched): protos.google.monitoring.v3.AlertPolicy.ICondition {
  if (watched.kind === 'log') return { conditionMatchedLog: { filter: watched.filter } };
  const duration = { seconds: watched.durationSeconds };
  const alignment = { alignmentPeriod: { seconds: 600 }, perSeriesAligner: 'ALIGN_MAX' as const };
  if (watched.kind === 'absent') {
    return {
      conditionAbsent: {
        filter: watched.filter,
        duration,
        aggregations: [(watched.aggregation ?? alignment) as typeof alignment],
        trigger: { count: 1 },
      },
    };
  }
  return {
    conditionThreshold: {
      filter: watched.filter,
      comparison: 'COMPARISON_GT',
      thresholdValue: watched.value,
      duration,
      aggregations: [(watched.aggregation ?? alignment) as typeof alignment],
      trigger: { count: 1 },
    },
  };
}
