/**
 * What Metronome promises of itself, as service level objectives of Cloud Monitoring, and an alert policy for each that fires
 * while its error budget is spent too fast. What fails at once and altogether has a watch of its own (`watch.ts`).
 */
import type { protos, ServiceMonitoringServiceClient } from '@google-cloud/monitoring';
import { gaugePrefix } from '../../functions/topology.ts';
import { functions } from '../topology.ts';
import { bring, compare, create, type Part, refuse, type Step } from './step.ts';
import { type Burn, everyone, type WatchSpec } from './watch.ts';

type Service = protos.google.monitoring.v3.IService;
type Objective = protos.google.monitoring.v3.IServiceLevelObjective;

interface ObjectiveSpec {
  /** Its ID, and the ID of its policy. */
  key: string;
  displayName: string;
  /** The share of requests or of time that has to be good. */
  goal: number;
  indicator: protos.google.monitoring.v3.IServiceLevelIndicator;
  /** What the operator on call does. */
  what: string;
}

const doors = functions.filter((each) => each.trigger === 'public').map((each) => `"${each.service}"`);
const doorRequests = `metric.type="run.googleapis.com/request_count" resource.type="cloud_run_revision" resource.labels.service_name=one_of(${doors.join(', ')})`;

/** Time is good while a gauge, which is written every five minutes, is at most so high. */
const whileAtMost = (gauge: string, max: number): protos.google.monitoring.v3.IServiceLevelIndicator => ({
  windowsBased: {
    windowPeriod: { seconds: 300 },
    metricMeanInRange: {
      timeSeries: `metric.type="${gaugePrefix}${gauge}" resource.type="global"`,
      range: { min: 0, max },
    },
  },
});

/** Beyond this, a due timer's reminder counts as late. */
export const lateSeconds = 300;

export const objectives: readonly ObjectiveSpec[] = [
  {
    key: 'doors-available',
    displayName: 'Intake available: 99.9 % of requests are not answered with 5xx',
    goal: 0.999,
    indicator: {
      requestBased: {
        goodTotalRatio: {
          totalServiceFilter: doorRequests,
          badServiceFilter: `${doorRequests} metric.labels.response_code_class="5xx"`,
        },
      },
    },
    what: 'Senders receive more 5xx answers than the month’s budget allows. They retry, so look for a recurring cause in the logs of metronome-tickets, metronome-alerts and metronome-slack by status, and in the dashboard’s latency.',
  },
  {
    key: 'reminders-in-time',
    displayName: 'Reminders on time: 99 % of the time no timer waits longer than 5 minutes',
    goal: 0.99,
    indicator: whileAtMost('oldest_timer_seconds', lateSeconds),
    what: 'Timers repeatedly wait longer than 5 minutes, so reminders are late. In the logs of metronome-minute-tick, “a timer could not be looked at” names those that fail. If there are none, more timers are due than one tick can process.',
  },
  {
    key: 'notices-delivered',
    displayName: 'Notices delivered: 99 % of the time no notice waits for its channel',
    goal: 0.99,
    indicator: whileAtMost('undelivered_notices', 0.5),
    what: 'A channel in NOTIFY_CHANNELS fails repeatedly. The connections page shows its failures, and the logs of metronome-notify show its answers.',
  },
];

const daySeconds = 86_400;
/** Six times as fast as the month allows spends a twentieth of its budget in six hours; half an hour tells whether it still does. */
const burn = { rate: 6, lookbackSeconds: [6 * 3_600, 1_800] } as const;

export const burns: readonly WatchSpec<Burn>[] = objectives.map(({ key, displayName, what }) => ({
  key,
  displayName: `Metronome: ${displayName.split(':')[0]?.toLowerCase()}`,
  severity: 'WARNING',
  channels: everyone,
  condition: 'The error budget burns 6 times too fast, over 6 hours and over 30 minutes',
  watched: { kind: 'burn', objective: key, ...burn },
  what: `${displayName}. ${what}`,
}));

const serviceId = 'metronome';
const serviceOf = (project: string): string => `projects/${project}/services/${serviceId}`;
export const objectiveName = (project: string, key: string): string =>
  `${serviceOf(project)}/serviceLevelObjectives/${key}`;
const label = { metronome: 'objectives' };

export function objectivePart(client: ServiceMonitoringServiceClient, project: string): Part {
  const parent = serviceOf(project);
  const plan = (service: Service | undefined, existing: readonly Objective[]): Step[] => {
    if (service && service.userLabels?.metronome !== label.metronome)
      return [refuse('monitored service', serviceId, 'a service of this name is there, and somebody else’s')];
    const wanted = { displayName: 'Metronome', custom: {}, userLabels: label };
    const add = () => client.createService({ parent: `projects/${project}`, serviceId, service: wanted });
    const own = service
      ? bring('monitored service', serviceId, [], add)
      : create('monitored service', serviceId, add, 'for the objectives');
    return [own, ...objectives.map((spec) => planObjective(spec, existing))];
  };
  const planObjective = (spec: ObjectiveSpec, existing: readonly Objective[]): Step => {
    const desired = objectiveOf(spec);
    const found = existing.find((each) => each.name?.endsWith(`/${spec.key}`));
    if (!found) {
      const request = { parent, serviceLevelObjectiveId: spec.key, serviceLevelObjective: desired };
      return create('objective', spec.key, () => client.createServiceLevelObjective(request), spec.displayName);
    }
    return bring('objective', spec.key, compare(desired, found), () =>
      client.updateServiceLevelObjective({
        serviceLevelObjective: { ...desired, name: found.name ?? '' },
        updateMask: { paths: ['display_name', 'goal', 'service_level_indicator', 'rolling_period'] },
      }),
    );
  };
  return {
    title: 'Objectives',
    api: 'monitoring.googleapis.com',
    isOneByOne: true,
    ofNothing: () => plan(undefined, []),
    read: async () => {
      const [services] = await client.listServices({ parent: `projects/${project}` });
      const service = services.find((each) => each.name?.endsWith(`/services/${serviceId}`));
      return plan(service, service ? (await client.listServiceLevelObjectives({ parent }))[0] : []);
    },
  };
}

/** In Google's form. */
export function objectiveOf({ displayName, goal, indicator }: ObjectiveSpec): Objective {
  return { displayName, goal, serviceLevelIndicator: indicator, rollingPeriod: { seconds: 30 * daySeconds } };
}
