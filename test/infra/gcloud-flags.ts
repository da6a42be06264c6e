/**
 * Every gcloud command that Metronome runs or tells people to run, with the flags it may use, and the roles it grants.
 * Whatever is not here fails a test.
 *
 * Taken from Google's reference, one page a command: cloud.google.com/sdk/gcloud/reference/ and the words of the command
 * with `/` between them. Read beside it, in November 2026:
 * - run/docs/deploy-functions, run/docs/configuring/services/build-service-account: `--function`, `--base-image`,
 *   `--build-service-account`, and the roles run.sourceDeveloper, run.builder, iam.serviceAccountUser
 * - run/docs/securing/identity-aware-proxy-cloud-run: `--iap`, iap.admin, iap.httpsResourceAccessor, and run.invoker for
 *   IAP's agent. `--iap` and `iap web … --resource-type=cloud-run` have left beta since; `gcloud beta` has both still.
 * - run/docs/authenticating/public: `--no-invoker-iam-check`
 * - firestore/docs/manage-databases, firestore/docs/backups: `--delete-protection`, `--enable-pitr`, `--recurrence`
 * - logging/docs/reference/v2/rest/v2/exclusions: what an exclusion is, and `sample`
 * - scheduler/docs/access-control, iam/docs/roles-permissions: roles and permissions
 *
 * Not checked: nothing of this has run against a project, and permissions that a role lacks are seen only there.
 */
export const everywhere = ['--project', '--quiet', '--format'];

const iamBinding = ['--member', '--role', '--condition'];

const runDeploy = [
  '--region',
  '--source',
  '--function',
  '--base-image',
  '--build-service-account',
  '--service-account',
  '--memory',
  '--cpu',
  '--cpu-boost',
  '--concurrency',
  '--timeout',
  '--min-instances',
  '--max-instances',
  '--ingress',
  '--no-allow-unauthenticated',
  '--invoker-iam-check',
  '--no-invoker-iam-check',
  '--set-env-vars',
  '--set-secrets',
  '--clear-secrets',
  '--labels',
];

export const flagsOf: Record<string, readonly string[]> = {
  // Deploying.
  'run deploy': runDeploy,
  'beta run deploy': [...runDeploy, '--iap'],
  'run services add-iam-policy-binding': ['--region', ...iamBinding],
  'run services update': ['--region', '--max-instances'],
  'run services update-traffic': ['--region', '--to-latest', '--to-revisions'],
  'beta iap web add-iam-policy-binding': ['--resource-type', '--service', '--region', ...iamBinding],
  'builds triggers create github': [
    '--name',
    '--repo-owner',
    '--repo-name',
    '--branch-pattern',
    '--build-config',
    '--service-account',
    '--substitutions',
  ],
  // Provisioning.
  'services enable': [],
  'beta services identity create': ['--service'],
  'iam service-accounts create': ['--display-name', '--description'],
  'iam service-accounts add-iam-policy-binding': iamBinding,
  'secrets create': ['--replication-policy', '--data-file'],
  'secrets versions add': ['--data-file'],
  'secrets add-iam-policy-binding': iamBinding,
  'projects add-iam-policy-binding': iamBinding,
  'pubsub topics add-iam-policy-binding': iamBinding,
  'pubsub subscriptions add-iam-policy-binding': iamBinding,
  'firestore databases create': ['--location', '--type', '--database', '--enable-pitr', '--delete-protection'],
  'firestore databases update': ['--database', '--enable-pitr', '--delete-protection', '--no-delete-protection'],
  'firestore backups schedules create': ['--database', '--recurrence', '--retention'],
  'monitoring dashboards create': ['--config-from-file'],
  'monitoring dashboards update': ['--config-from-file'],
  // Looking.
  'auth list': ['--filter'],
  'auth login': [],
  'auth application-default login': [],
  'auth print-access-token': [],
  'auth print-identity-token': ['--impersonate-service-account', '--audiences'],
  'projects describe': [],
  'projects get-iam-policy': [],
  'services list': ['--enabled'],
  'iam service-accounts list': [],
  'iam service-accounts get-iam-policy': [],
  'secrets list': [],
  'secrets get-iam-policy': [],
  'secrets versions list': ['--filter', '--sort-by', '--limit'],
  'secrets versions access': ['--secret'],
  'pubsub topics get-iam-policy': [],
  'pubsub subscriptions get-iam-policy': [],
  'firestore databases list': [],
  'firestore backups list': [],
  'firestore backups schedules list': ['--database'],
  'run services list': ['--region'],
  'scheduler jobs list': ['--location'],
  'monitoring policies list': [],
  'beta monitoring channels list': [],
  'monitoring dashboards list': [],
  // Taking down.
  'scheduler jobs delete': ['--location'],
  'monitoring policies delete': [],
  'beta monitoring channels delete': [],
  'monitoring dashboards delete': [],
  'run services delete': ['--region'],
  // By hand, in the documents.
  'pubsub topics publish': ['--message'],
  'firestore export': ['--snapshot-time', '--collection-ids', '--database'],
  'firestore import': ['--database', '--collection-ids'],
  'firestore databases restore': ['--source-backup', '--destination-database'],
  'logging sinks update': ['--add-exclusion', '--update-exclusion', '--remove-exclusions'],
  'logging sinks describe': [],
};

/** Predefined roles that are granted, from Google's list (cloud.google.com/iam/docs/roles-permissions). */
export const predefinedRoles = [
  'roles/datastore.user',
  'roles/datastore.viewer',
  'roles/datastore.owner',
  'roles/pubsub.publisher',
  'roles/pubsub.subscriber',
  'roles/pubsub.admin',
  'roles/monitoring.viewer',
  'roles/monitoring.metricWriter',
  'roles/monitoring.admin',
  'roles/secretmanager.secretAccessor',
  'roles/secretmanager.admin',
  'roles/iam.serviceAccountTokenCreator',
  'roles/iam.serviceAccountUser',
  'roles/iam.serviceAccountAdmin',
  'roles/iap.admin',
  'roles/iap.httpsResourceAccessor',
  'roles/resourcemanager.projectIamAdmin',
  'roles/serviceusage.serviceUsageAdmin',
  'roles/cloudscheduler.admin',
  'roles/firebaserules.admin',
  'roles/logging.configWriter',
  'roles/logging.logWriter',
  'roles/run.admin',
  'roles/run.builder',
  'roles/run.invoker',
  'roles/run.sourceDeveloper',
];

/** What is wrong with a command: a name that is not in the table, or a flag that its command does not have. */
export function complaintsOf(args: readonly string[]): string[] {
  const words = args.filter((arg) => !arg.startsWith('--')).join(' ');
  const [name] = Object.keys(flagsOf)
    .filter((each) => `${words} `.startsWith(`${each} `))
    .sort((one, other) => other.length - one.length);
  if (name === undefined) return [`no reference for: ${words}`];
  const known = [...everywhere, ...(flagsOf[name] ?? [])];
  const flags = args.filter((arg) => arg.startsWith('--')).map((arg) => arg.replace(/=.*$/s, ''));
  const roles = args.flatMap((arg) => (arg.startsWith('--role=') ? [arg.slice('--role='.length)] : []));
  return [
    ...flags.filter((each) => !known.includes(each)).map((each) => `${name} ${each}`),
    ...roles.filter((each) => !predefinedRoles.includes(each)).map((each) => `no such role: ${each}`),
  ];
}
