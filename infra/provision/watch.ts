/**
 * The alert policies that watch Metronome: on its gauges, on missing gauges, and on Google's own metrics, each with what to do.
 * Data only.
 */

import { ownService } from '../../functions/incidents/fold/beginning.ts';
import { longestFixedGapMs } from '../../functions/incidents/rhythm/cadence.ts';
import { policy } from '../../functions/policy.ts';
import { gaugePrefix, serviceOf, subscriptions } from '../../functions/topology.ts';
import { functions } from '../topology.ts';

export type ChannelKey = 'operator' | 'door' | 'topic';

/** The operator by mail, bypassing Metronome, and Metronome itself by two endpoints, in case one fails. */
export const everyone: readonly ChannelKey[] = ['operator', 'door', 'topic'];

/** The schedule that exports the database to a second region, and its account. */
export const copyJob = 'metronome-copy';

/** Work that waits for people is not an incident of Metronome. */
const operatorOnly: readonly ChannelKey[] = ['operator'];

export type Watched =
  | { kind: 'above'; filter: string; value: number; durationSeconds: number; aggregation?: Aggregation }
  | { kind: 'absent'; filter: string; durationSeconds: number; aggregation?: Aggregation }
  | { kind: 'log'; filter: string; atMostEverySeconds: number };

/** The error budget of an objective is spent this many times too fast, over each of these lookback windows. */
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
  /** Also the user label that identifies the policy. */
  key: string;
  displayName: string;
  severity: 'CRITICAL' | 'ERROR' | 'WARNING';
  channels: readonly ChannelKey[];
  condition: string;
  watched: Kind;
  /** The action for the operator on call. */
  what: string;
}

const gauge = (name: string): string => `metric.type = "${gaugePrefix}${name}" AND resource.type = "global"`;
/** The publicly callable services. */
const doors = functions.filter((each) => each.trigger === 'public').map((each) => `"${each.service}"`);
const minutes = (count: number): number => count * 60;
/** Gauges are written every 5 minutes: a window of twice that is never empty. */
const gaugeWindow = (perSeriesAligner: string): Aggregation => ({
  alignmentPeriod: { seconds: minutes(10) },
  perSeriesAligner,
});
const hours = (count: number): number => count * 3_600;
/** No reminders at night: the slot of the last fixed time stays open until the first one in the morning. */
const longestSlotSeconds = longestFixedGapMs(policy) / 1_000;

/** A subscription that keeps messages for less time never reaches this age. */
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
    what: 'No gauges have been written for 15 minutes, so reminders may have stopped too. Check that the schedules `gauges-tick` and `minute-tick` are enabled (provisioning resumes them), then read the logs of metronome-gauges and metronome-minute-tick.',
  },
  {
    key: 'slots-stand-still',
    displayName: 'Metronome: update slots are not being closed',
    severity: 'CRITICAL',
    channels: everyone,
    condition: 'A slot has been open for longer than the longest interval',
    watched: {
      kind: 'above',
      filter: gauge('oldest_overdue_seconds'),
      value: longestSlotSeconds + minutes(60),
      durationSeconds: minutes(10),
      aggregation: gaugeWindow('ALIGN_MAX'),
    },
    what: 'The longest interval between updates is 12 hours, but a slot has been open for 13: the minute tick isn’t processing its timers. Search the logs of metronome-minute-tick for “a timer could not be looked at”.',
  },
  {
    key: 'updates-failed',
    displayName: 'Metronome: updates to customers were not sent',
    severity: 'ERROR',
    channels: everyone,
    condition: 'A customer update has been undelivered for 15 minutes',
    watched: {
      kind: 'above',
      filter: gauge('failed_updates'),
      value: 0,
      durationSeconds: minutes(15),
      aggregation: { alignmentPeriod: { seconds: minutes(5) }, perSeriesAligner: 'ALIGN_MAX' },
    },
    what: 'A confirmed update hasn’t reached a customer’s ticket, or its delivery is unknown. The board shows the incident, and its page shows the reason. Contact the customer another way, or send the update again. The console and GET /api/deliveries list each one with the tool’s answer.',
  },
  {
    key: 'undelivered',
    displayName: 'Metronome: notices are not delivered',
    severity: 'ERROR',
    channels: everyone,
    condition: 'A notice has been undelivered for 15 minutes',
    watched: {
      kind: 'above',
      filter: gauge('undelivered_notices'),
      value: 0,
      durationSeconds: minutes(15),
      aggregation: gaugeWindow('ALIGN_MAX'),
    },
    what: 'A channel in NOTIFY_CHANNELS isn’t accepting notices. The console and GET /api/deliveries list them with the reason. If the webhook address changed, add a new version of the secret and deploy. Waiting notices are retried for a day.',
  },
  {
    key: 'quarantined',
    displayName: 'Metronome: unreadable reports are waiting',
    severity: 'WARNING',
    channels: operatorOnly,
    condition: 'An unreadable report has waited for 6 hours',
    watched: {
      kind: 'above',
      filter: gauge('quarantined'),
      value: 0,
      durationSeconds: hours(6),
      aggregation: gaugeWindow('ALIGN_MIN'),
    },
    what: 'Reports that couldn’t be parsed have waited for 6 hours. The console and GET /api/quarantine list them: replay them, or dismiss them with a reason.',
  },
  {
    key: 'many-wait',
    displayName: 'Metronome: many customers are waiting',
    severity: 'WARNING',
    channels: operatorOnly,
    condition: 'More than 50 customers have been overdue for 30 minutes',
    watched: {
      kind: 'above',
      filter: gauge('overdue_contacts'),
      value: 50,
      durationSeconds: minutes(30),
      aggregation: gaugeWindow('ALIGN_MIN'),
    },
    what: 'More customers are waiting than people can update one by one. Record the scope, update all customers of the incident at once, and add people.',
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
    what: 'Two daily backups in a row have failed. Check that the schedule exists with `gcloud firestore backups schedules list --database=DATABASE` (provisioning recreates it), and check each backup’s state with `gcloud firestore backups list`. Until one succeeds, point-in-time recovery covers 7 days.',
  },
  {
    key: 'copy-failed',
    displayName: 'Metronome: the export to the second region did not start',
    severity: 'ERROR',
    channels: operatorOnly,
    condition: 'The schedule of the export was refused',
    watched: {
      kind: 'log',
      filter: `resource.type="cloud_scheduler_job" AND resource.labels.job_id="${copyJob}" AND severity>=ERROR`,
      atMostEverySeconds: hours(1),
    },
    what: 'The weekly export to the second region (`--copy-to`) did not start. The log entry shows the reason: 403 means a missing grant, which provisioning restores; 404 means that the bucket or database is missing. Start it by hand with `gcloud scheduler jobs run metronome-copy --location=REGION`.',
  },
  {
    key: 'backlog',
    displayName: 'Metronome: messages are piling up',
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
    what: 'A function isn’t processing the messages of its subscription. Messages are kept for 7 days. Read the logs of the function that the subscription pushes to. 401 and 403 mean that the push account may not invoke it; a deployment restores that grant.',
  },
  {
    key: 'minute-tick-absent',
    displayName: 'Metronome: the minute tick does not run',
    severity: 'CRITICAL',
    channels: everyone,
    condition: 'No minute tick has succeeded for 5 minutes',
    watched: {
      kind: 'absent',
      filter: `${requests} AND metric.labels.response_code_class = "2xx" AND resource.labels.service_name = "${serviceOf('minuteTick')}"`,
      durationSeconds: minutes(5),
      aggregation: perService(minutes(1)),
    },
    what: 'Reminders and announcements have stopped. Check that the schedule `minute-tick` is enabled (provisioning resumes it), then read the logs of metronome-minute-tick. Waiting ticks are dropped after 10 minutes; the next one that runs catches up.',
  },
  {
    key: 'pushes-fail',
    displayName: 'Metronome: a function rejects its messages',
    severity: 'ERROR',
    channels: everyone,
    condition: 'Pushes to a function have failed for 20 minutes',
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
    what: 'The subscription’s function answers every push with an error. Its logs show the reason. 401 and 403 mean that the push account may not invoke it; a deployment restores that grant. If you just deployed, roll back.',
  },
  {
    key: 'doors-fail',
    displayName: 'Metronome: intake endpoints answer with errors',
    severity: 'CRITICAL',
    channels: everyone,
    condition: 'A 5xx answer within the last hour',
    watched: {
      kind: 'above',
      filter: `${requests} AND metric.labels.response_code_class = "5xx" AND resource.labels.service_name = one_of(${doors.join(', ')})`,
      value: 0,
      durationSeconds: 0,
      aggregation: perService(hours(1)),
    },
    what: 'A sender received a 5xx. Most senders retry for some hours. Read the service’s logs now, and roll back if you just deployed.',
  },
  {
    key: 'door-refuses',
    displayName: 'Metronome: an intake endpoint rejects its senders',
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
    what: 'Someone is sending requests that fail verification. After a rotation, this is usually a sender with the old secret, whose reports are lost unless it resends them. Compare the sender’s secret with the newest version here, press **Check now** on the connections page, and resend from the sender’s delivery log. Strangers probing the endpoint look the same.',
  },
  {
    key: 'door-down',
    displayName: 'Metronome: an intake endpoint does not answer',
    severity: 'CRITICAL',
    channels: operatorOnly,
    condition: 'An intake endpoint failed Google’s uptime check',
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
    what: 'Uptime checks from several locations failed. Check that the service exists and starts (`gcloud run services list --region=REGION`), and roll back if you just deployed.',
  },
  {
    key: 'flood',
    displayName: 'Metronome: an intake endpoint is flooded',
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
    what: 'Someone is sending a hundred or more unverified requests a second, and each refusal costs a little (see “An attack”). Verified senders are still served while instances are free. To cap the cost: `gcloud run services update metronome-tickets --region=REGION --max-instances=1`, and the same for metronome-alerts. The next deployment undoes this.',
  },
  {
    key: 'stored-nowhere',
    displayName: 'Metronome: a report could not be stored',
    severity: 'CRITICAL',
    channels: everyone,
    condition: 'A report could be stored neither in Firestore nor in Pub/Sub',
    watched: {
      kind: 'log',
      filter: `resource.type="cloud_run_revision" AND resource.labels.service_name=(${doors.join(' OR ')}) AND severity>=CRITICAL`,
      atMostEverySeconds: minutes(15),
    },
    what: 'Metronome asked the sender to retry. Check Firestore and Pub/Sub (https://status.cloud.google.com), and check the sender’s delivery log for the retry.',
  },
];

/** The label that marks a policy as Metronome's, and says which one it is. */
export const policyLabel = 'metronome-policy';

/**
 * Whether it was started since it was made: one that was, and is disabled, was silenced by a person. In the label `metronome-state`.
 */
export const stateLabel = 'metronome-state';
export const states = { atRest: 'at-rest', started: 'started' } as const;
export const silenced = 'silenced by hand: it stays disabled until somebody enables it';

/** Every policy carries these: alerts of it are about Metronome itself, and have no rhythm. */
export const watchLabels = (key: string): Record<string, string> => ({ service: ownService, [policyLabel]: key });
