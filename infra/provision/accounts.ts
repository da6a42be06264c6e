/** Who may do what: the accounts of Metronome and the grants between them, derived from the topology. Data only. */
import { buildAccount, checkAccount, deployAccount, subscriptions, topics } from '../../functions/topology.ts';
import { functions } from '../topology.ts';

export interface Account {
  id: string;
  description: string;
}

/** Signs the pushes of Pub/Sub, and may do nothing but call the functions they go to. */
export const pushAccount = 'metronome-push';

export const emailOf = (account: string, project: string): string => `${account}@${project}.iam.gserviceaccount.com`;
export const secretId = (name: string): string => `metronome-${name.toLowerCase().replaceAll('_', '-')}`;

export const accounts: readonly Account[] = [
  ...functions.map((each) => ({ id: each.service, description: `Metronome, ${each.name}: ${each.does}` })),
  { id: pushAccount, description: 'Metronome: signs what Pub/Sub pushes to its functions' },
  { id: buildAccount, description: 'Metronome: builds the images of its functions' },
];

/** What checking and deploying in Cloud Build needs besides, and only if it is asked for. */
export const cloudBuildAccounts: readonly Account[] = [
  { id: checkAccount, description: 'Metronome: checks its commits in Cloud Build' },
  { id: deployAccount, description: 'Metronome: deploys it from Cloud Build' },
];

export type On =
  | { project: true }
  /** The database of the records, or that of what customers can see, by a condition. */
  | { database: 'records' | 'public' }
  | { topic: string }
  | { subscription: string }
  | { secret: string }
  | { bucket: string }
  | { account: string };

const places = {
  project: { project: true },
  database: { database: 'records' },
  publicDatabase: { database: 'public' },
} as const satisfies Record<string, On>;

export interface AccountGrant {
  /** An account of ours by its id, or one of Google's agents. */
  to: { account: string } | { agent: 'pubsub' | 'monitoring-notification' };
  role: string;
  on: On;
  why: string;
}

/** The account that deploys. It creates all other accounts, so it is the one to guard. */
const deployerRoles: readonly [string, string][] = [
  ['roles/run.admin', 'deploys the services and says who may call them'],
  ['roles/run.sourceDeveloper', 'deploys from source'],
  ['roles/artifactregistry.admin', 'says how long images stay'],
  ['roles/storage.admin', 'says how long sources stay'],
  ['roles/iam.serviceAccountUser', 'lets the functions run as their accounts'],
  ['roles/iam.serviceAccountAdmin', 'makes the accounts, and says who may sign as one'],
  ['roles/resourcemanager.projectIamAdmin', 'grants the roles of this table'],
  ['roles/serviceusage.serviceUsageAdmin', 'turns the APIs on'],
  ['roles/pubsub.admin', 'makes topics and subscriptions, and grants on them'],
  ['roles/cloudscheduler.admin', 'makes the schedules'],
  ['roles/monitoring.admin', 'makes channels, policies and the dashboard'],
  ['roles/secretmanager.admin', 'makes the secrets, and grants on them'],
  ['roles/datastore.owner', 'makes the database, its indexes and its backups'],
  ['roles/firebaserules.admin', 'releases the rules'],
  ['roles/iap.admin', 'says who may open the console'],
  ['roles/logging.configWriter', 'says which logs are not kept'],
  ['roles/logging.logWriter', 'writes the log of the build'],
  ['roles/cloudbuild.builds.viewer', 'sees whether a commit has passed its checks'],
];

export const grants: readonly AccountGrant[] = [
  ...functions.flatMap((each): AccountGrant[] => {
    const to = { account: each.service };
    return [
      ...each.grants.map(({ role, on, why }) => ({
        to,
        role,
        on: typeof on === 'string' ? places[on] : on,
        why,
      })),
      ...each.secrets.map((name) => ({
        to,
        role: 'roles/secretmanager.secretAccessor',
        on: { secret: secretId(name) },
        why: `reads ${name}`,
      })),
    ];
  }),
  {
    to: { agent: 'pubsub' },
    role: 'roles/iam.serviceAccountTokenCreator',
    on: { account: pushAccount },
    why: 'signs pushes as that account',
  },
  {
    to: { agent: 'pubsub' },
    role: 'roles/pubsub.publisher',
    on: { topic: topics.deadLetters },
    why: 'moves messages that failed too often',
  },
  ...subscriptions
    .filter((each) => each.maxDeliveryAttempts !== undefined)
    .map((each) => ({
      to: { agent: 'pubsub' as const },
      role: 'roles/pubsub.subscriber',
      on: { subscription: each.name },
      why: 'takes messages that failed too often out of it',
    })),
  {
    to: { agent: 'monitoring-notification' },
    role: 'roles/pubsub.publisher',
    on: { topic: topics.alertNotifications },
    why: 'publishes alerts',
  },
  { to: { account: buildAccount }, role: 'roles/run.builder', on: { project: true }, why: 'builds and stores images' },
];

export const cloudBuildGrants: readonly AccountGrant[] = [
  {
    to: { account: deployAccount },
    role: 'roles/iam.serviceAccountTokenCreator',
    on: { account: deployAccount },
    why: 'calls the API and opens a page as itself in the smoke test: a build has no identity token of its own',
  },
  {
    to: { account: checkAccount },
    role: 'roles/logging.logWriter',
    on: { project: true },
    why: 'writes the log of the build',
  },
  ...deployerRoles.map(([role, why]) => ({
    to: { account: deployAccount },
    role,
    on: { project: true as const },
    why,
  })),
];

export function memberOf(to: AccountGrant['to'], project: string, projectNumber: string): string {
  return 'account' in to
    ? `serviceAccount:${emailOf(to.account, project)}`
    : `serviceAccount:service-${projectNumber}@gcp-sa-${to.agent}.iam.gserviceaccount.com`;
}

/** The required APIs, and what for. */
export const apis: readonly [string, string][] = [
  ['cloudresourcemanager.googleapis.com', 'to see what the account that provisions may do'],
  ['serviceusage.googleapis.com', 'to turn on the others'],
  ['orgpolicy.googleapis.com', 'to see what the organisation forbids'],
  ['iam.googleapis.com', 'accounts'],
  ['iamcredentials.googleapis.com', 'tokens of accounts: pushes, and the smoke test'],
  ['run.googleapis.com', 'the functions'],
  ['cloudbuild.googleapis.com', 'their images, and release evidence'],
  ['artifactregistry.googleapis.com', 'where the images lie'],
  ['storage.googleapis.com', 'where a deployment puts the source of its image'],
  ['firestore.googleapis.com', 'the records'],
  ['firebaserules.googleapis.com', 'the rules that deny every client'],
  ['pubsub.googleapis.com', 'messages'],
  ['cloudscheduler.googleapis.com', 'ticks'],
  ['monitoring.googleapis.com', 'gauges and alerts'],
  ['logging.googleapis.com', 'logs, and which of them are not kept'],
  ['secretmanager.googleapis.com', 'secrets'],
  ['iap.googleapis.com', 'the console'],
];

/** The permissions on the project that provisioning needs. */
export const neededPermissions: readonly string[] = [
  // The permissions that a deployment needs, checked first so that none turns out missing halfway.
  'run.services.create',
  'run.services.get',
  'run.services.list',
  'run.services.setIamPolicy',
  'run.services.update',
  'iap.webServices.getIamPolicy',
  'iap.webServices.setIamPolicy',
  'serviceusage.services.enable',
  'serviceusage.services.list',
  'iam.serviceAccounts.create',
  'iam.serviceAccounts.list',
  'iam.serviceAccounts.setIamPolicy',
  // A push subscription names the account that signs for it.
  'iam.serviceAccounts.actAs',
  'resourcemanager.projects.getIamPolicy',
  'resourcemanager.projects.setIamPolicy',
  'pubsub.topics.create',
  'pubsub.topics.attachSubscription',
  'pubsub.topics.setIamPolicy',
  'pubsub.subscriptions.create',
  'pubsub.subscriptions.update',
  'pubsub.subscriptions.setIamPolicy',
  'cloudscheduler.jobs.create',
  'cloudscheduler.jobs.update',
  'cloudscheduler.jobs.enable',
  'cloudscheduler.jobs.pause',
  'monitoring.alertPolicies.create',
  'monitoring.alertPolicies.update',
  'monitoring.notificationChannels.create',
  'monitoring.notificationChannels.update',
  'monitoring.metricDescriptors.create',
  'monitoring.uptimeCheckConfigs.create',
  'monitoring.uptimeCheckConfigs.list',
  'monitoring.uptimeCheckConfigs.update',
  'monitoring.services.create',
  'monitoring.services.list',
  'monitoring.slos.create',
  'monitoring.slos.list',
  'monitoring.slos.update',
  'monitoring.dashboards.create',
  'monitoring.dashboards.update',
  'artifactregistry.repositories.create',
  'artifactregistry.repositories.get',
  'artifactregistry.repositories.update',
  'storage.buckets.create',
  'storage.buckets.get',
  'storage.buckets.update',
  'logging.sinks.get',
  'logging.sinks.update',
  // A policy that matches logs is a rule of Logging as well.
  'logging.notificationRules.create',
  'secretmanager.secrets.create',
  'secretmanager.secrets.setIamPolicy',
  'secretmanager.versions.add',
  // The webhook channel is given the token of the alerts door.
  'secretmanager.versions.access',
  'datastore.databases.create',
  'datastore.databases.update',
  'datastore.backupSchedules.create',
  'datastore.schemas.create',
  'datastore.schemas.update',
  'firebaserules.rulesets.create',
  'firebaserules.rulesets.get',
  'firebaserules.releases.create',
  'firebaserules.releases.get',
  'firebaserules.releases.update',
];
