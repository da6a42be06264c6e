/**
 * What exists on Google Cloud: functions, topics, subscriptions, schedules and accounts. Data only. The functions read
 * names from it, `infra/provision.ts` applies it to a project, and `infra/local` to this machine.
 */

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
  trigger: 'public' | 'iam' | 'iap' | TopicName;
}

export const functions: readonly FunctionSpec[] = [
  { name: 'tickets', service: 'tickets', trigger: 'public' },
  { name: 'api', service: 'api', trigger: 'iam' },
];
