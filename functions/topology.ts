/**
 * What the functions know of their surroundings: topics, who is called by what comes on them, and names. What else exists on
 * Google Cloud, `infra/topology.ts` says. Pure.
 */

/** Builds the images of the functions from their bundles. */
export const buildAccount = 'metronome-build';
/** Runs `cloudbuild.yaml`, and may do nothing else. */
export const checkAccount = 'metronome-check';
/** Runs `infra/cloudbuild.deploy.yaml`; only a trigger that may deploy needs it. */
export const deployAccount = 'metronome-deploy';

export const gaugePrefix = 'custom.googleapis.com/metronome/';

/** The deployed functions: what each is given is in `infra/topology.ts`. */
export type FunctionName =
  | 'tickets'
  | 'ticketEvents'
  | 'alerts'
  | 'alertEvents'
  | 'deadLetters'
  | 'minuteTick'
  | 'gauges'
  | 'notify'
  | 'outgoing'
  | 'slack'
  | 'slackEvents'
  | 'weeklyTick'
  | 'releases'
  | 'changes'
  | 'series'
  | 'api'
  | 'console'
  | 'publicPages';

/** Requests that one instance of a door serves at a time. */
export const doorConcurrency = 40;

/** First segments of other paths that a function answers beside its name. */
export const alsoAt: { readonly [name: string]: readonly string[] } = {
  alerts: ['opsgenie', 'pagerduty'],
  publicPages: ['s', 'status'],
};

/** The database of what customers can see, beside that of the records. */
export const publicDatabaseOf = (database = '(default)'): string =>
  `${database === '' || database === '(default)' ? 'metronome' : database}-public`;

/** The Cloud Run service of a function, and the account that it runs as. */
export const serviceOf = (name: FunctionName): string =>
  `metronome-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export const topics = {
  ticketNotifications: 'ticket-notifications',
  alertNotifications: 'alert-notifications',
  minuteTick: 'minute-tick',
  gaugesTick: 'gauges-tick',
  weeklyTick: 'weekly-tick',
  notifications: 'notifications',
  outgoing: 'outgoing',
  slackActions: 'slack-actions',
  cloudBuilds: 'cloud-builds',
  alertSeries: 'alert-series',
  deadLetters: 'dead-letters',
} as const;

export type TopicName = (typeof topics)[keyof typeof topics];

/** A push subscription of our own: explicit retries, backoff and dead letters, unlike an implicit trigger. */
export interface SubscriptionSpec {
  name: string;
  topic: TopicName;
  /** The function that it pushes to. */
  function: FunctionName;
  ackDeadlineSeconds: number;
  retentionSeconds: number;
  minimumBackoffSeconds: number;
  maximumBackoffSeconds: number;
  /** Attempts before a message is a dead letter; an outage must not use them up. Undefined: tried until it expires. */
  maxDeliveryAttempts?: number;
}

const days = 86_400;
/** Settings for messages that must not be lost. */
const patient = {
  ackDeadlineSeconds: 60,
  retentionSeconds: 7 * days,
  minimumBackoffSeconds: 10,
  maximumBackoffSeconds: 600,
};

/** A delayed tick is worthless: the next one does its work, and continues what was left. */
const momentary = {
  ackDeadlineSeconds: 60,
  retentionSeconds: 600,
  minimumBackoffSeconds: 10,
  maximumBackoffSeconds: 60,
};

const often = { maximumBackoffSeconds: 60 };
const tried = { ...patient, maxDeliveryAttempts: 100 };

export const subscriptions: readonly SubscriptionSpec[] = [
  { name: 'ticket-events', topic: topics.ticketNotifications, function: 'ticketEvents', ...tried },
  { name: 'alert-events', topic: topics.alertNotifications, function: 'alertEvents', ...tried },
  { name: 'minute-tick', topic: topics.minuteTick, function: 'minuteTick', ...momentary },
  { name: 'gauges-tick', topic: topics.gaugesTick, function: 'gauges', ...momentary },
  // A waiting notice falls back to other channels within minutes, so it is retried often.
  { name: 'notifications', topic: topics.notifications, function: 'notify', ...tried, ...often },
  // An update is given up after a quarter of an hour: it is tried often until then.
  { name: 'outgoing', topic: topics.outgoing, function: 'outgoing', ...tried, ackDeadlineSeconds: 180, ...often },
  // The person who pressed is waiting for it.
  { name: 'slack-actions', topic: topics.slackActions, function: 'slackEvents', ...tried, ...often },
  { name: 'cloud-builds', topic: topics.cloudBuilds, function: 'releases', ...tried },
  // A metric of yesterday is no evidence of today's alert.
  { name: 'alert-series', topic: topics.alertSeries, function: 'series', ...patient, retentionSeconds: days },
  // A big week takes a while to assemble.
  { name: 'weekly-tick', topic: topics.weeklyTick, function: 'weeklyTick', ...tried, ackDeadlineSeconds: 600 },
  { name: 'dead-letters', topic: topics.deadLetters, function: 'deadLetters', ...patient },
];
