/**
 * What exists on Google Cloud: functions, topics, subscriptions and schedules. Data only. The functions read names from
 * it, `infra/provision.ts` applies it to a project, and `infra/local` to this machine.
 */
import { policy } from './policy.ts';

export const topics = {
  ticketNotifications: 'ticket-notifications',
  alertNotifications: 'alert-notifications',
  minuteTick: 'minute-tick',
  gaugesTick: 'gauges-tick',
  weeklyTick: 'weekly-tick',
  notifications: 'notifications',
  cloudBuilds: 'cloud-builds',
  deadLetters: 'dead-letters',
} as const;

export type TopicName = (typeof topics)[keyof typeof topics];

export interface FunctionSpec {
  /** The function's name and target; the first path segment of its address. */
  name: string;
  /** The Cloud Run service: lower case. */
  service: string;
  /** Who may call it: anyone (it verifies its sender), Cloud IAM, IAP, or the push subscription of a topic. */
  trigger: 'public' | 'iam' | 'iap' | 'push';
}

export const functions: readonly FunctionSpec[] = [
  { name: 'tickets', service: 'tickets', trigger: 'public' },
  { name: 'ticketEvents', service: 'ticket-events', trigger: 'push' },
  { name: 'alerts', service: 'alerts', trigger: 'public' },
  { name: 'alertEvents', service: 'alert-events', trigger: 'push' },
  { name: 'deadLetters', service: 'dead-letters', trigger: 'push' },
  { name: 'minuteTick', service: 'minute-tick', trigger: 'push' },
  { name: 'gauges', service: 'gauges', trigger: 'push' },
  { name: 'notify', service: 'notify', trigger: 'push' },
  { name: 'weeklyTick', service: 'weekly-tick', trigger: 'push' },
  { name: 'api', service: 'api', trigger: 'iam' },
];

/** A push subscription of our own: explicit retries, backoff and dead letters, unlike an implicit trigger. */
export interface SubscriptionSpec {
  name: string;
  topic: TopicName;
  /** The function that it pushes to. */
  function: string;
  ackDeadlineSeconds: number;
  retentionSeconds: number;
  minimumBackoffSeconds: number;
  maximumBackoffSeconds: number;
  /** Attempts before a message is a dead letter; an outage must not use them up. Undefined: tried until it expires. */
  maxDeliveryAttempts?: number;
}

const days = 86_400;
const patient = {
  ackDeadlineSeconds: 60,
  retentionSeconds: 7 * days,
  minimumBackoffSeconds: 10,
  maximumBackoffSeconds: 600,
};

/** A tick that waited is worth nothing: the next one does its work. */
const momentary = {
  ackDeadlineSeconds: 60,
  retentionSeconds: 600,
  minimumBackoffSeconds: 10,
  maximumBackoffSeconds: 60,
};

export const subscriptions: readonly SubscriptionSpec[] = [
  {
    name: 'ticket-events',
    topic: topics.ticketNotifications,
    function: 'ticketEvents',
    ...patient,
    maxDeliveryAttempts: 100,
  },
  {
    name: 'alert-events',
    topic: topics.alertNotifications,
    function: 'alertEvents',
    ...patient,
    maxDeliveryAttempts: 100,
  },
  { name: 'minute-tick', topic: topics.minuteTick, function: 'minuteTick', ...momentary },
  { name: 'gauges-tick', topic: topics.gaugesTick, function: 'gauges', ...momentary },
  { name: 'notifications', topic: topics.notifications, function: 'notify', ...patient, maxDeliveryAttempts: 100 },
  // A big week takes a while to assemble.
  {
    name: 'weekly-tick',
    topic: topics.weeklyTick,
    function: 'weeklyTick',
    ...patient,
    ackDeadlineSeconds: 600,
    maxDeliveryAttempts: 100,
  },
  { name: 'dead-letters', topic: topics.deadLetters, function: 'deadLetters', ...patient },
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
