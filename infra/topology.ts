/**
 * What exists on Google Cloud beside topics and subscriptions: functions, their rights and secrets, schedules and gauges.
 * `npm run provision` applies it to a project, and `infra/local` to this machine.
 */
import { policy } from '../functions/policy.ts';
import {
  alsoAt,
  doorConcurrency,
  type FunctionName,
  serviceOf,
  type TopicName,
  topics,
} from '../functions/topology.ts';

/** Secrets in Secret Manager, given to the functions that name them. */
export const secretNames = [
  'TICKETS_TOKEN',
  'TICKETS_SIGNING_SECRET',
  'ZENDESK_SIGNING_SECRET',
  'INTERCOM_CLIENT_SECRET',
  'FRESHDESK_TOKEN',
  'JIRA_WEBHOOK_SECRET',
  'ALERTS_TOKEN',
  'ALERTS_SIGNING_SECRET',
  'GRAFANA_SIGNING_SECRET',
  'OPSGENIE_API_KEY',
  'PAGERDUTY_ROUTING_KEYS',
  'PAGERDUTY_WEBHOOK_SECRET',
  'GITHUB_WEBHOOK_SECRET',
  'GITLAB_WEBHOOK_TOKEN',
  'JOIN_KEY_SECRET',
  'PAGES_SECRET',
  'NOTIFY_CHANNELS',
  'SMTP_URL',
  'DEADMAN_URL',
  'DUTY_CALENDARS',
  'ZENDESK_OAUTH_CLIENT_SECRET',
  'INTERCOM_ACCESS_TOKEN',
  'FRESHDESK_API_KEY',
  'JIRA_API_TOKEN',
  'NOTION_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_BOT_TOKEN',
] as const;
export type SecretName = (typeof secretNames)[number];

/** A role, where it is granted, and why the function cannot do without it. */
export interface Grant {
  role: string;
  /** The whole project, the records' database, the database of what customers can see, or one topic. */
  on: 'project' | 'database' | 'publicDatabase' | { topic: TopicName };
  why: string;
}

export interface FunctionSpec {
  /** The function's name and target; the first path segment of its address. */
  name: FunctionName;
  /** First segments of other paths that it answers. */
  alsoAt: readonly string[];
  /** The Cloud Run service, and the account it runs as: a name of our own beside others’ in a project. At most 30 characters. */
  service: string;
  /** Who may call it: anyone (it verifies its sender), Cloud IAM, IAP, or the push subscription of a topic. */
  trigger: 'public' | 'iam' | 'iap' | 'push';
  does: string;
  memoryMiB: number;
  /** Requests that one instance serves at a time. */
  concurrency: number;
  timeoutSeconds: number;
  minInstances: number;
  /** The instance limit caps the bill of an attack. */
  maxInstances: number;
  secrets: readonly SecretName[];
  /** Non-secret variables that the operator sets. */
  environment: readonly string[];
  grants: readonly Grant[];
}

const keepsRecords: Grant = {
  role: 'roles/datastore.user',
  on: 'database',
  why: 'reads and writes the records in Firestore',
};
const publishes = (topic: TopicName, why: string): Grant => ({ role: 'roles/pubsub.publisher', on: { topic }, why });
const tells = publishes(topics.notifications, 'publishes notices');
/** A message that failed too often and is no report goes back to its topic. */
const replays = [
  publishes(topics.notifications, 'publishes notices, and replays those that failed too often'),
  publishes(topics.weeklyTick, 'replays a weekly tick that failed too often'),
  publishes(topics.cloudBuilds, 'replays a build that failed too often'),
  publishes(topics.slackActions, 'replays what was pressed in Slack and failed too often'),
];
const sends = publishes(topics.outgoing, 'puts updates to customers on their way');
/** The addresses of the ticket tools, and Metronome's accounts there. */
const outgoingTools = [
  'ZENDESK_SUBDOMAIN',
  'ZENDESK_OAUTH_CLIENT_ID',
  'ZENDESK_API_URL',
  'INTERCOM_ADMIN_ID',
  'INTERCOM_API_URL',
  'FRESHDESK_DOMAIN',
  'FRESHDESK_API_URL',
  'JIRA_SITE',
  'JIRA_CLOUD_ID',
  'JIRA_TOKEN_EXPIRES',
  'JIRA_API_EMAIL',
  'JIRA_API_URL',
  'JIRA_PROJECT',
  'JIRA_ISSUE_TYPE',
];
const customerPages = ['CUSTOMER_PAGES', 'PUBLIC_STATUS', 'PUBLIC_URL'];
const ticketTools = ['ZENDESK_SUBDOMAIN', 'INTERCOM_APP_ID', 'FRESHDESK_DOMAIN', 'JIRA_CUSTOMER_FIELD'];

/** A door of people and tools: many small requests at once. */
const door = { memoryMiB: 512, concurrency: doorConcurrency, timeoutSeconds: 60, minInstances: 0, maxInstances: 5 };
/** Called by a push subscription, which holds back by itself while a function is busy. */
const worker = { memoryMiB: 512, concurrency: 20, timeoutSeconds: 60, minInstances: 0, maxInstances: 5 };
/** One run at a time: a second one would only find the first one's work done. */
const single = { memoryMiB: 512, concurrency: 1, timeoutSeconds: 60, minInstances: 0, maxInstances: 1 };

/** A function's specification; its service is named after it. */
type Own = Pick<FunctionSpec, 'grants'> & Partial<Omit<FunctionSpec, 'name' | 'service' | 'trigger' | 'does'>>;

const define = (
  name: FunctionName,
  trigger: FunctionSpec['trigger'],
  does: string,
  size: typeof door,
  own: Own,
): FunctionSpec => ({
  name,
  service: serviceOf(name),
  trigger,
  does,
  ...size,
  alsoAt: alsoAt[name] ?? [],
  secrets: [],
  environment: [],
  ...own,
});

export const functions: readonly FunctionSpec[] = [
  define('tickets', 'public', 'files the tickets that support tools and others send', door, {
    secrets: [
      'TICKETS_TOKEN',
      'TICKETS_SIGNING_SECRET',
      'ZENDESK_SIGNING_SECRET',
      'INTERCOM_CLIENT_SECRET',
      'FRESHDESK_TOKEN',
      'JIRA_WEBHOOK_SECRET',
      'JOIN_KEY_SECRET',
    ],
    environment: ['TRUSTED_HOPS', ...ticketTools],
    grants: [keepsRecords, publishes(topics.ticketNotifications, 'spills a body while Firestore does not answer')],
  }),
  define('ticketEvents', 'push', 'files tickets that come by Pub/Sub, and those that were spilled', worker, {
    secrets: ['JOIN_KEY_SECRET'],
    environment: ticketTools,
    grants: [keepsRecords],
  }),
  define('alerts', 'public', 'files the alerts that Cloud Monitoring and other tools send', door, {
    secrets: [
      'ALERTS_TOKEN',
      'ALERTS_SIGNING_SECRET',
      'GRAFANA_SIGNING_SECRET',
      'OPSGENIE_API_KEY',
      'PAGERDUTY_ROUTING_KEYS',
      'PAGERDUTY_WEBHOOK_SECRET',
    ],
    environment: ['TRUSTED_HOPS'],
    grants: [
      keepsRecords,
      publishes(topics.alertNotifications, 'spills a body while Firestore does not answer'),
      publishes(topics.cloudBuilds, 'spills a change event while Firestore does not answer'),
    ],
  }),
  define('alertEvents', 'push', 'files alerts that come by Pub/Sub, and those that were spilled', worker, {
    grants: [keepsRecords],
  }),
  define('deadLetters', 'push', 'quarantines messages that failed too often', worker, {
    grants: [keepsRecords],
  }),
  define('minuteTick', 'push', 'processes the timers that are due, and publishes a notice an incident', single, {
    environment: ['CONSOLE_URL', 'CUSTOMER_PAGES', 'PUBLIC_STATUS', 'NOTION_DATABASES', ...outgoingTools],
    secrets: ['DUTY_CALENDARS', 'DEADMAN_URL'],
    grants: [
      keepsRecords,
      tells,
      sends,
      publishes(topics.minuteTick, 'continues what is more than one run can do'),
      publishes(topics.alertSeries, 'asks for the series behind an alert'),
    ],
  }),
  define('gauges', 'push', 'writes the gauges that alert policies watch', single, {
    environment: ['CONSOLE_URL', 'JIRA_TOKEN_EXPIRES'],
    grants: [
      { role: 'roles/datastore.viewer', on: 'database', why: 'counts the records in Firestore' },
      { role: 'roles/datastore.backupsViewer', on: 'project', why: 'sees when the newest backup was taken' },
      tells,
      { role: 'roles/monitoring.metricWriter', on: 'project', why: 'writes the gauges' },
    ],
  }),
  define('notify', 'push', 'delivers notices to their channels', worker, {
    secrets: ['NOTIFY_CHANNELS', 'SMTP_URL'],
    environment: ['CONSOLE_URL', 'PAGERDUTY_EVENTS_URL', 'MAIL_FROM'],
    grants: [keepsRecords, tells, publishes(topics.outgoing, 'puts notices for Slack on their way')],
  }),
  define(
    'outgoing',
    'push',
    'sends updates to customers’ tickets and what Slack shows, and writes the records to Notion',
    single,
    {
      // A slow tool, or a queue for a channel, must not delay other deliveries.
      concurrency: 20,
      timeoutSeconds: 180,
      secrets: [
        'ZENDESK_OAUTH_CLIENT_SECRET',
        'INTERCOM_ACCESS_TOKEN',
        'FRESHDESK_API_KEY',
        'JIRA_API_TOKEN',
        'SLACK_BOT_TOKEN',
        'NOTION_TOKEN',
      ],
      environment: [
        ...outgoingTools,
        'SLACK_API_URL',
        'CONSOLE_URL',
        'CUSTOMER_PAGES',
        'PUBLIC_STATUS',
        'NOTION_DATABASES',
        'NOTION_API_URL',
      ],
      grants: [
        keepsRecords,
        { role: 'roles/datastore.user', on: 'publicDatabase', why: 'writes what customers can see' },
        tells,
        publishes(topics.outgoing, 'edits the cards of what it has sent'),
      ],
    },
  ),
  define('slack', 'public', 'takes what people press and type in Slack', door, {
    maxInstances: 2,
    secrets: ['SLACK_SIGNING_SECRET', 'SLACK_BOT_TOKEN'],
    environment: ['TRUSTED_HOPS', 'SLACK_API_URL'],
    grants: [publishes(topics.slackActions, 'hands on what was pressed and typed in Slack')],
  }),
  define('slackEvents', 'push', 'records what was pressed in Slack, and answers who pressed', worker, {
    secrets: ['SLACK_BOT_TOKEN'],
    environment: [
      ...new Set([
        'CONSOLE_URL',
        'CUSTOMER_PAGES',
        'PUBLIC_STATUS',
        'SENDERS',
        'SLACK_API_URL',
        ...ticketTools,
        ...outgoingTools,
      ]),
    ],
    grants: [keepsRecords, sends],
  }),
  define('weeklyTick', 'push', 'assembles the week’s bundle', single, {
    memoryMiB: 1024,
    timeoutSeconds: 540,
    grants: [keepsRecords],
  }),
  define('releases', 'push', 'keeps what Cloud Build says of each build', worker, {
    grants: [keepsRecords],
  }),
  define('changes', 'public', 'keeps the releases that GitHub and GitLab tell', door, {
    maxInstances: 1,
    secrets: ['GITHUB_WEBHOOK_SECRET', 'GITLAB_WEBHOOK_TOKEN'],
    environment: ['TRUSTED_HOPS'],
    grants: [keepsRecords, publishes(topics.cloudBuilds, 'spills a body while Firestore does not answer')],
  }),
  define('series', 'push', 'fetches the series behind an alert from Cloud Monitoring', worker, {
    grants: [
      keepsRecords,
      { role: 'roles/monitoring.viewer', on: 'project', why: 'fetches the series behind an alert, once' },
    ],
  }),
  define('api', 'iam', 'the JSON API', door, {
    secrets: ['JOIN_KEY_SECRET', 'PAGES_SECRET'],
    environment: [...new Set(['CONSOLE_URL', ...customerPages, 'SENDERS', ...ticketTools, ...outgoingTools])],
    grants: [keepsRecords, sends, ...replays],
  }),
  define('console', 'iap', 'the pages, for who comes in through Identity-Aware Proxy', door, {
    secrets: ['PAGES_SECRET'],
    environment: [
      ...new Set([
        'CONSOLE_URL',
        ...customerPages,
        'IAP_AUDIENCE',
        'NOTION_DATABASES',
        'SENDERS',
        ...ticketTools,
        ...outgoingTools,
      ]),
    ],
    grants: [keepsRecords, sends, ...replays],
  }),
  define('publicPages', 'public', 'what customers can see: their own pages, and the public status', door, {
    maxInstances: 2,
    environment: [...customerPages, 'TRUSTED_HOPS'],
    grants: [{ role: 'roles/datastore.viewer', on: 'publicDatabase', why: 'reads what customers can see' }],
  }),
];

/** A Cloud Scheduler job that publishes to a topic. */
export interface ScheduleSpec {
  name: string;
  topic: TopicName;
  /** Cron, read in `timeZone`. */
  schedule: string;
  timeZone: string;
  retryCount: number;
}

export const schedules: readonly ScheduleSpec[] = [
  { name: 'minute-tick', topic: topics.minuteTick, schedule: '* * * * *', timeZone: policy.zone, retryCount: 1 },
  { name: 'gauges-tick', topic: topics.gaugesTick, schedule: '*/5 * * * *', timeZone: policy.zone, retryCount: 1 },
  { name: 'weekly-tick', topic: topics.weeklyTick, schedule: '5 0 * * 1', timeZone: policy.zone, retryCount: 5 },
];

/** A gauge that Metronome writes, below `gaugePrefix`. */
const gauge = (
  name: string,
  unit: string,
  description: string,
  labels: readonly { key: string; description: string }[] = [],
) => ({ name, labels, unit, description });

export const gauges = [
  gauge('open_incidents', '1', 'Open incidents.', [{ key: 'level', description: 'The urgency: high or low.' }]),
  gauge('overdue_contacts', '1', 'Customers whose update is overdue.'),
  gauge('oldest_overdue_seconds', 's', 'How long the longest-waiting customer’s update has been overdue.'),
  gauge('oldest_timer_seconds', 's', 'How long the oldest due timer has waited: 0 while reminders are on time.'),
  gauge('quarantined', '1', 'Reports that could not be parsed.'),
  gauge('failed_updates', '1', 'Incidents with updates to customers that failed, or whose delivery is unknown.'),
  gauge('undelivered_notices', '1', 'Notices of the last day that have not been delivered.'),
  gauge('newest_backup_seconds', 's', 'Age of the newest database backup.'),
];
