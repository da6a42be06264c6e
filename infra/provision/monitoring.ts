/** Channels, metric descriptors and alert policies, on Google Cloud and on this machine alike. */
import type {
  AlertPolicyServiceClient,
  MetricServiceClient,
  NotificationChannelServiceClient,
  protos,
} from '@google-cloud/monitoring';
import { gaugePrefix } from '../../functions/topology.ts';
import { gauges } from '../topology.ts';
import {
  type Called,
  type ChannelNames,
  type ChannelSettings,
  channelPart,
  channelsFor,
  pagesFor,
} from './channels.ts';
import { isLive, isSilenced } from './live.ts';
import { burns, objectiveName } from './objectives.ts';
import { bring, compare, create, leave, type Part, type Step } from './step.ts';
import { type Thresholds, withThreshold } from './thresholds.ts';
import {
  type Burn,
  policyLabel,
  silenced,
  stateLabel,
  states,
  type Watched,
  type WatchSpec,
  watches,
  watchLabels,
} from './watch.ts';

type Policy = protos.google.monitoring.v3.IAlertPolicy;
type Descriptor = protos.google.api.IMetricDescriptor;

export interface MonitoringClients {
  metrics: MetricServiceClient;
  channels: NotificationChannelServiceClient;
  policies: AlertPolicyServiceClient;
}

export interface MonitoringSettings extends ChannelSettings {
  /** Whether alert policies alert before a deployment has been tried. */
  alertsAtOnce?: boolean;
  /** A team's own thresholds. */
  thresholds?: Thresholds;
  /** Whether there are service level objectives, whose budgets are watched. */
  hasObjectives?: boolean;
}

export function monitoringParts(clients: MonitoringClients, project: string, settings: MonitoringSettings): Part[] {
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

const keyOf = (policy: Policy): string | undefined => policy.userLabels?.[policyLabel];

type AnyWatch = WatchSpec<Watched | Burn>;

function policyPart(
  client: AlertPolicyServiceClient,
  project: string,
  names: ChannelNames,
  { alertsAtOnce = false, hasObjectives = false, thresholds = {}, pager }: MonitoringSettings,
): Part {
  const name = `projects/${project}`;
  const called: Called = { names, pager };
  const planned: readonly AnyWatch[] = [...watches, ...(hasObjectives ? burns : [])].map((spec: AnyWatch) =>
    withThreshold(spec, thresholds),
  );
  const plan = (existing: readonly Policy[], alerts: boolean): Step[] => [
    ...planned.map((spec) => {
      const found = existing.find((each) => keyOf(each) === spec.key);
      if (!found) {
        const add = async (isAgain: boolean) => {
          // Google chooses the name, so creating it twice would give two.
          if (isAgain && (await client.listAlertPolicies({ name }))[0].some((each) => keyOf(each) === spec.key)) return;
          await client.createAlertPolicy({ name, alertPolicy: policyOf(spec, called, alerts, project) });
        };
        return create(
          'alert policy',
          spec.key,
          add,
          `${spec.severity}: ${spec.condition}, to ${[...spec.channels, ...(pagesFor(spec, pager) ? ['pager'] : [])].join(', ')}${alerts ? '' : '; disabled until deployed'}`,
        );
      }
      // People may add channels to a policy; ours have to be among them.
      const before = found.notificationChannels ?? [];
      const ours = [...names.values(), pager];
      const added = before.filter((each) => !ours.includes(each));
      const isQuiet = alerts && !alertsAtOnce && isSilenced(found);
      const policyNow = () => ({
        ...policyOf(spec, called, alerts, project),
        ...(isQuiet ? { enabled: { value: false } } : {}),
      });
      const desired = policyNow();
      const channels = [...(desired.notificationChannels ?? []), ...added];
      const lacks = channels.filter((each) => !before.includes(each));
      const { notificationChannels: _, ...rest } = desired;
      const differences = [
        ...compare(rest, found),
        ...(lacks.length > 0 ? [{ field: 'notificationChannels', is: before, shouldBe: channels }] : []),
      ];
      const step = bring('alert policy', spec.key, differences, async () => {
        const current = policyNow();
        const alertPolicy = {
          ...current,
          name: found.name ?? '',
          notificationChannels: [...(current.notificationChannels ?? []), ...added],
        };
        await client.updateAlertPolicy({ alertPolicy, updateMask: { paths: managed } });
      });
      if (!isQuiet) return step;
      return step.action === 'keep' ? leave('alert policy', spec.key, silenced) : { ...step, note: silenced };
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

/** The policy in Google's form. */
export function policyOf(spec: AnyWatch, called: Called, alerts: boolean, project: string): Policy {
  const { watched } = spec;
  return {
    displayName: spec.displayName,
    severity: spec.severity,
    userLabels: { ...watchLabels(spec.key), [stateLabel]: alerts ? states.started : states.atRest },
    documentation: { content: spec.what, mimeType: 'text/markdown' },
    // If only the long lookback burns too fast, the burning has stopped.
    combiner: watched.kind === 'burn' ? 'AND' : 'OR',
    enabled: { value: alerts },
    conditions:
      watched.kind === 'burn'
        ? watched.lookbackSeconds.map((seconds) => burnOf(watched, seconds, project))
        : [{ displayName: spec.condition, ...conditionOf(watched) }],
    notificationChannels: channelsFor(spec, called),
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
