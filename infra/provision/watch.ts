/**
 * What watches Metronome: alert policies on its gauges, on their absence and on what Google measures of it, each with
 * what to do. Data only.
 */

import { ownService } from '../../functions/incidents/incident.ts';
import { longestFixedGapMs } from '../../functions/incidents/rhythm/cadence.ts';
import { policy } from '../../functions/policy.ts';
import { functions, gaugePrefix, serviceOf, subscriptions } from '../../functions/topology.ts';

export type ChannelKey = 'operator' | 'door' | 'topic';

/** Whoever operates Metronome is told past it; and Metronome itself, by both of its doors, so that one may fail. */
export const everyone: readonly ChannelKey[] = ['operator', 'door', 'topic'];

/** The schedule that exports the database to a second region, and its account. */
export const copyJob = 'metronome-copy';

/** What people have to do about their work is no incident of Metronome. */
const operatorOnly: readonly ChannelKey[] = ['operator'];

export type Watched =
  | { kind: 'above'; filter: string; value: number; durationSeconds: number; aggregation?: Aggregation }
  | { kind: 'absent'; filter: string; durationSeconds: number; aggregation?: Aggregation }
  | { kind: 'log'; filter: string; atMostEverySeconds: number };

/** A service level objective's error budget is spent so many times as fast as allowed, over each of these lookbacks. */
export interface Burn {
  kind: 'burn';
  objective: string;
  rate: number;
  lookbackSeconds: readonly number[];
}

export interface Aggregation {
  alignmentPeriod: { seconds: number };
  perSeriesAligner: string;
  crossSeriesReducer?: string;
  groupByFields?: readonly string[];
}

export interface WatchSpec<Kind = Watched> {
  /** Also the user label by which the policy is found again. */
  key: string;
  displayName: string;
  severity: 'CRITICAL' | 'ERROR' | 'WARNING';
  channels: readonly ChannelKey[];
  condition: string;
  watched: Kind;
  /** What the operator on call does about it. */
  what: string;
}

const gauge = (name: string): string => `metric.type = "${gaugePrefix}${name}" AND resource.type = "global"`;
/** The services that anyone may call. */
const doors = functions.filter((each) => each.trigger === 'public').map((each) => `"${each.service}"`);
const minutes = (count: number): number => count * 60;
/** Gauges are written every 5 minutes: a window of twice that is never empty. */
const gaugeWindow = (perSeriesAligner: string): Aggregation => ({
  alignmentPeriod: { seconds: minutes(10) },
  perSeriesAligner,
});
const hours = (count: number): number => count * 3_600;
/** Through the night nobody is reminded: the slot of the last fixed time stays open until the first of the morning. */
const longestSlotSeconds = longestFixedGapMs(policy) / 1_000;

/** What waits in a subscription that keeps messages for less can never be so old. */
const backlogSeconds = minutes(15);
const quoted = (of: readonly { name: string }[]): string => of.map((each) => `"${each.name}"`).join(', ');
const patient = quoted(subscriptions.filter((each) => each.retentionSeconds > 2 * backlogSeconds));
const all = quoted(subscriptions);
const requests = 'metric.type = "run.googleapis.com/request_count" AND resource.type = "cloud_run_revision"';
const perService = (seconds: number): Aggregation => ({
  alignmentPeriod: { seconds },
  perSeriesAligner: 'ALIGN_DELTA',
  crossSeriesReducer: 'REDUCE_SUM',
  groupByFields: ['resource.label.service_name'],
});

export const watches: readonly WatchSpec[] = [
  {
    key: 'gauges-absent',
    displayName: 'Metronome: no gauges',
    severity: 'CRITICAL',
    channels: everyone,
    condition: 'No gauge for 15 minutes',
    watched: { kind: 'absent', filter: gauge('open_incidents'), durationSeconds: minutes(15) },
    what: 'Nothing has written the gauges for 15 minutes, so reminders may stand still as well. Look whether the schedules `gauges-tick` and `minute-tick` are enabled (provisioning resumes them), then at the logs of the services metronome-gauges and metronome-minute-tick.',
  },
  {
    key: 'slots-stand-still',
    displayName: 'Metronome: slots are not closed',
    severity: 'CRITICAL',
    channels: everyone,
    condition: 'A slot is older than the longest interval',
    watched: {
      kind: 'above',
      filter: gauge('oldest_overdue_seconds'),
      value: longestSlotSeconds + minutes(60),
      durationSeconds: minutes(10),
      aggregation: gaugeWindow('ALIGN_MAX'),
    },
    what: 'No interval between updates is longer than 12 hours, and a slot has stayed open for 13: the minute tick does not look at its timers. Look at the logs of metronome-minute-tick for “a timer could not be looked at”.',
  },
  {
    key: 'updates-failed',
    displayName: 'Metronome: updates to customers were not sent',
    severity: 'ERROR',
    channels: everyone,
    condition: 'An update has not got there for 15 minutes',
    watched: {
      kind: 'above',
      filter: gauge('failed_updates'),
      value: 0,
      durationSeconds: minutes(15),
      aggregation: { alignmentPeriod: { seconds: minutes(5) }, perSeriesAligner: 'ALIGN_MAX' },
    },
    what: 'An update that somebody confirmed has not reached a customer’s ticket, or nobody knows whether it has. The board shows the incident, and its page says why; tell the customer otherwise, or send it again. GET /api/deliveries and the console list them with what the tool answered.',
  },
  {
    key: 'undelivered',
    displayName: 'Metronome: notices are not delivered',
    severity: 'ERROR',
    channels: everyone,
    condition: 'A notice waits for 15 minutes',
    watched: {
      kind: 'above',
      filter: gauge('undelivered_notices'),
      value: 0,
      durationSeconds: minutes(15),
      aggregation: gaugeWindow('ALIGN_MAX'),
    },
    what: 'A channel of NOTIFY_CHANNELS does not take notices. They are listed at GET /api/deliveries and in the console, with why. A changed webhook address needs a new version of the secret and a deployment; what is waiting is delivered by itself for a day.',
  },
  {
    key: 'quarantined',
    displayName: 'Metronome: quarantine is not looked at',
    severity: 'WARNING',
    channels: operatorOnly,
    condition: 'Something lies in quarantine for 6 hours',
    watched: {
      kind: 'above',
      filter: gauge('quarantined'),
      value: 0,
      durationSeconds: hours(6),
      aggregation: gaugeWindow('ALIGN_MIN'),
    },
    what: 'Reports came in that could not be read, and nobody has looked at them for 6 hours. They are listed at GET /api/quarantine and in the console: replay them, or dismiss them with a reason.',
  },
  {
    key: 'many-wait',
    displayName: 'Metronome: many customers wait',
    severity: 'WARNING',
    channels: operatorOnly,
    condition: 'More than 50 customers are overdue for 30 minutes',
    watched: {
      kind: 'above',
      filter: gauge('overdue_contacts'),
      value: 50,
      durationSeconds: minutes(30),
      aggregation: gaugeWindow('ALIGN_MIN'),
    },
    what: 'More customers wait than people can write to one by one. Scope the incident and update all of its customers at once, and add people.',
  },
  {
    key: 'backup-late',
    displayName: 'Metronome: the daily backup is missing',
    severity: 'ERROR',
    channels: operatorOnly,
    condition: 'The newest backup is older than 50 hours',
    watched: {
      kind: 'above',
      filter: gauge('newest_backup_seconds'),
      value: hours(50),
      durationSeconds: 0,
      aggregation: gaugeWindow('ALIGN_MIN'),
    },
    what: 'Backups are taken daily, and two in a row have failed. `gcloud firestore backups schedules list --database=DATABASE` shows whether the schedule is there (provisioning makes it again), `gcloud firestore backups list` what became of each. Until one succeeds, point-in-time recovery goes back 7 days.',
  },
  {
    key: 'copy-failed',
    displayName: 'Metronome: the export to the second region did not begin',
    severity: 'ERROR',
    channels: operatorOnly,
    condition: 'The schedule of the export was refused',
    watched: {
      kind: 'log',
      filter: `resource.type="cloud_scheduler_job" AND resource.labels.job_id="${copyJob}" AND severity>=ERROR`,
      atMostEverySeconds: hours(1),
    },
    what: 'Where there is a copy in a second region (`--copy-to`), its weekly export did not begin. The log entry says why: 403 is a grant that is missing, which provisioning makes again, 404 the bucket or the database. Start it by hand with `gcloud scheduler jobs run metronome-copy --location=REGION`.',
  },
  {
    key: 'backlog',
    displayName: 'Metronome: messages pile up',
    severity: 'ERROR',
    channels: everyone,
    condition: 'A message is older than 15 minutes',
    watched: {
      kind: 'above',
      filter: `metric.type = "pubsub.googleapis.com/subscription/oldest_unacked_message_age" AND resource.type = "pubsub_subscription" AND resource.labels.subscription_id = one_of(${patient})`,
      value: backlogSeconds,
      durationSeconds: minutes(5),
      aggregation: {
        alignmentPeriod: { seconds: minutes(1) },
        perSeriesAligner: 'ALIGN_MAX',
        crossSeriesReducer: 'REDUCE_MAX',
        groupByFields: ['resource.label.subscription_id'],
      },
    },
    what: 'A function does not take the messages of its subscription. Nothing is lost for 7 days. Look at the logs of the function that the subscription pushes to; 401 and 403 mean that the push account may not invoke it, and a deployment grants that again.',
  },
  {
    key: 'minute-tick-absent',
    displayName: 'Metronome: the minute tick does not run',
    severity: 'CRITICAL',
    channels: everyone,
    condition: 'No minute tick has succeeded for 15 minutes',
    watched: {
      kind: 'absent',
      filter: `${requests} AND metric.labels.response_code_class = "2xx" AND resource.labels.service_name = "${serviceOf('minuteTick')}"`,
      durationSeconds: minutes(15),
      aggregation: perService(minutes(1)),
    },
    what: 'Nobody is reminded, and new incidents are not announced. Look whether the schedule `minute-tick` is enabled (provisioning resumes it), then at the logs of metronome-minute-tick. A tick that waited is dropped after 10 minutes: once it runs again, it does the work of those that failed.',
  },
  {
    key: 'pushes-fail',
    displayName: 'Metronome: a function refuses its messages',
    severity: 'ERROR',
    channels: everyone,
    condition: 'Pushes to a function fail for 20 minutes',
    watched: {
      kind: 'above',
      filter: `metric.type = "pubsub.googleapis.com/subscription/push_request_count" AND resource.type = "pubsub_subscription" AND metric.labels.response_class != "ack" AND resource.labels.subscription_id = one_of(${all})`,
      value: 0,
      durationSeconds: minutes(20),
      aggregation: {
        alignmentPeriod: { seconds: minutes(10) },
        perSeriesAligner: 'ALIGN_DELTA',
        crossSeriesReducer: 'REDUCE_SUM',
        groupByFields: ['resource.label.subscription_id'],
      },
    },
    what: 'The function of that subscription answers with errors, each time anew. Its logs say why; 401 and 403 mean that the push account may not invoke it, and a deployment grants that again. Roll back if a deployment has just been made.',
  },
  {
    key: 'doors-fail',
    displayName: 'Metronome: doors answer with errors',
    severity: 'CRITICAL',
    channels: everyone,
    condition: 'An answer of 5xx within an hour',
    watched: {
      kind: 'above',
      filter: `${requests} AND metric.labels.response_code_class = "5xx" AND resource.labels.service_name = one_of(${doors.join(', ')})`,
      value: 0,
      durationSeconds: 0,
      aggregation: perService(hours(1)),
    },
    what: 'A sender was refused with 5xx. It tries again, most of them for some hours; look at the logs of the service at once, and roll back if a deployment has just been made.',
  },
  {
    key: 'door-refuses',
    displayName: 'Metronome: a door refuses its senders',
    severity: 'ERROR',
    channels: operatorOnly,
    condition: 'More than 4 requests within an hour were refused with 401',
    watched: {
      kind: 'above',
      filter: `${requests} AND metric.labels.response_code = "401" AND resource.labels.service_name = one_of(${doors.join(', ')})`,
      value: 4,
      durationSeconds: 0,
      aggregation: perService(hours(1)),
    },
    what: 'Somebody sends what cannot be verified: after a rotation that is a sender with the old secret, and its reports are lost unless it sends them again. Press “Try” on the connections page, compare the secret at the sender with the newest version here, and have its delivery log sent again. Strangers who try doors look the same.',
  },
  {
    key: 'door-down',
    displayName: 'Metronome: a door does not answer',
    severity: 'CRITICAL',
    channels: operatorOnly,
    condition: 'A door did not answer Google’s uptime check',
    watched: {
      kind: 'above',
      filter:
        'metric.type = "monitoring.googleapis.com/uptime_check/check_passed" AND resource.type = "uptime_url" AND resource.labels.host = starts_with("metronome-")',
      value: 1,
      durationSeconds: 0,
      aggregation: {
        alignmentPeriod: { seconds: minutes(20) },
        perSeriesAligner: 'ALIGN_NEXT_OLDER',
        crossSeriesReducer: 'REDUCE_COUNT_FALSE',
        groupByFields: ['resource.label.host'],
      },
    },
    what: 'Asked from several places in the world, a public door did not answer, or not as a door does. See whether the service is there and starts (`gcloud run services list --region=REGION`), and roll back if a deployment has just been made.',
  },
  {
    key: 'flood',
    displayName: 'Metronome: a door is flooded',
    severity: 'WARNING',
    channels: operatorOnly,
    condition: 'More than 30,000 requests in 5 minutes were refused with 401 or 429',
    watched: {
      kind: 'above',
      filter: `metric.type = "run.googleapis.com/request_count" AND resource.type = "cloud_run_revision" AND metric.labels.response_code = one_of("401", "429") AND resource.labels.service_name = one_of(${doors.join(', ')})`,
      value: 30_000,
      durationSeconds: 0,
      aggregation: {
        alignmentPeriod: { seconds: minutes(5) },
        perSeriesAligner: 'ALIGN_DELTA',
        crossSeriesReducer: 'REDUCE_SUM',
        groupByFields: ['resource.label.service_name'],
      },
    },
    what: 'Somebody sends what cannot be verified, a hundred a second or more, and each refusal costs a little (see “An attack”). Verified senders are served beside it while there are instances. To cap the bill: `gcloud run services update metronome-tickets --region=REGION --max-instances=1`, and the same of metronome-alerts; the next deployment takes that back.',
  },
  {
    key: 'stored-nowhere',
    displayName: 'Metronome: a report was stored nowhere',
    severity: 'CRITICAL',
    channels: everyone,
    condition: 'A door could store a report neither in Firestore nor in Pub/Sub',
    watched: {
      kind: 'log',
      filter: `resource.type="cloud_run_revision" AND resource.labels.service_name=(${doors.join(' OR ')}) AND severity>=CRITICAL`,
      atMostEverySeconds: minutes(15),
    },
    what: 'The sender was told to send it again. See whether Firestore and Pub/Sub are well (https://status.cloud.google.com), and ask the sender’s delivery log whether it did.',
  },
];

/** By this a policy is known as Metronome's, and which it is. */
export const policyLabel = 'metronome-policy';

/** Every policy carries these: alerts of it are about Metronome itself, and have no rhythm. */
export const watchLabels = (key: string): Record<string, string> => ({ service: ownService, [policyLabel]: key });
