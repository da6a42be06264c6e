/** The commands that deploy: built here for Cloud Build and laptops alike. No I/O. */
import {
  buildAccount,
  type FunctionSpec,
  functions,
  type SecretName,
  schedules,
  serviceOf,
  topics,
} from '../../functions/topology.ts';
import { emailOf, pushAccount, secretId } from '../provision/accounts.ts';
import { serviceUrl } from '../provision/service-url.ts';
import { ownLabel } from '../provision/services.ts';
import { defaultDatabase } from '../provision/whose.ts';

export interface DeployTarget {
  project: string;
  projectNumber: string;
  region: string;
  /** Variables that are no secrets, as the operator has set them. */
  environment: Readonly<Record<string, string | undefined>>;
  /** The newest version of each secret that is enabled: an instance that starts later reads the same. */
  secretVersions: Partial<Record<SecretName, string>>;
  /** Who calls the API in the smoke test, where it is no person. */
  smokeAccount?: string | undefined;
  database: string;
  /** The people of the console: user:…, group:… or domain:… */
  consoleMembers: readonly string[];
}

export interface Command {
  tool: 'gcloud';
  args: string[];
  /** What it is for, in the log. */
  does: string;
}

export const runtime = 'nodejs24';

/** Deploys one function from its bundle. */
export function deployCommand(spec: FunctionSpec, directory: string, target: DeployTarget): Command {
  const { project, region } = target;
  const variables = variablesOf(spec, target);
  return {
    tool: 'gcloud',
    does: `deploy ${spec.service}`,
    args: [
      'run',
      'deploy',
      spec.service,
      `--project=${project}`,
      `--region=${region}`,
      `--source=${directory}`,
      `--function=${spec.name}`,
      `--base-image=${runtime}`,
      `--build-service-account=projects/${project}/serviceAccounts/${emailOf(buildAccount, project)}`,
      `--service-account=${emailOf(spec.service, project)}`,
      `--memory=${spec.memoryMiB}Mi`,
      '--cpu=1',
      '--cpu-boost',
      `--concurrency=${spec.concurrency}`,
      `--timeout=${spec.timeoutSeconds}`,
      `--min-instances=${spec.minInstances}`,
      `--max-instances=${spec.maxInstances}`,
      // Pub/Sub pushes of the same project count as internal; nobody else reaches those functions at all.
      `--ingress=${spec.trigger === 'push' ? 'internal' : 'all'}`,
      // Not a grant to all users, which many organisations forbid: the check for a caller is off.
      ...(spec.trigger === 'public'
        ? ['--no-invoker-iam-check']
        : ['--invoker-iam-check', '--no-allow-unauthenticated']),
      ...(spec.trigger === 'iap' ? ['--iap'] : []),
      // A delimiter of its own: values may hold commas.
      `--set-env-vars=^##^${variables.map(([name, value]) => `${name}=${value}`).join('##')}`,
      ...(spec.secrets.length > 0
        ? [
            `--set-secrets=${spec.secrets.map((name) => `${name}=${secretId(name)}:${target.secretVersions[name] ?? 'latest'}`).join(',')}`,
          ]
        : ['--clear-secrets']),
      `--labels=app=${ownLabel.app}`,
      '--quiet',
    ],
  };
}

function variablesOf(spec: FunctionSpec, target: DeployTarget): [string, string][] {
  const derived: Record<string, string> = {
    CONSOLE_URL: `${serviceUrl('console', target)}/console`,
    IAP_AUDIENCE: `/projects/${target.projectNumber}/locations/${target.region}/services/${serviceOf('console')}`,
  };
  const set = spec.environment.flatMap((name): [string, string][] => {
    const value = target.environment[name] || derived[name];
    return value ? [[name, value]] : [];
  });
  const database: [string, string][] =
    target.database === defaultDatabase ? [] : [['FIRESTORE_DATABASE', target.database]];
  return [['GOOGLE_CLOUD_PROJECT', target.project], ...database, ...set];
}

/**
 * IAP's own account in the project: gcloud lets it call the service that it deploys behind IAP, and would wait for it in
 * vain where it was never made. Asked for again, nothing changes.
 */
const iapAgentCommand = ({ project }: DeployTarget): Command => ({
  tool: 'gcloud',
  does: 'have the account of IAP',
  args: ['beta', 'services', 'identity', 'create', '--service=iap.googleapis.com', `--project=${project}`, '--quiet'],
});

/** Who may call a service, granted once it is there. */
export function invokerCommands(spec: FunctionSpec, target: DeployTarget): Command[] {
  const { project, region } = target;
  const bind = (member: string): Command => ({
    tool: 'gcloud',
    does: `let ${member.split('@')[0]} call ${spec.service}`,
    args: [
      'run',
      'services',
      'add-iam-policy-binding',
      spec.service,
      `--project=${project}`,
      `--region=${region}`,
      `--member=${member}`,
      '--role=roles/run.invoker',
      '--quiet',
    ],
  });
  if (spec.trigger === 'push') return [bind(`serviceAccount:${emailOf(pushAccount, project)}`)];
  // The smoke test asks the API for the incident of its drill; a person who deploys may call it already.
  if (spec.trigger === 'iam') return target.smokeAccount ? [bind(`serviceAccount:${target.smokeAccount}`)] : [];
  if (spec.trigger !== 'iap') return [];
  return [
    bind(`serviceAccount:service-${target.projectNumber}@gcp-sa-iap.iam.gserviceaccount.com`),
    ...target.consoleMembers.map(
      (member): Command => ({
        tool: 'gcloud',
        does: `let ${member} open the console`,
        args: [
          'iap',
          'web',
          'add-iam-policy-binding',
          '--resource-type=cloud-run',
          `--service=${spec.service}`,
          `--project=${project}`,
          `--region=${region}`,
          `--member=${member}`,
          '--role=roles/iap.httpsResourceAccessor',
          '--condition=None',
          '--quiet',
        ],
      }),
    ),
  ];
}

/** After a rollback a service stays at its revision; a deployment moves it on. */
export function latestCommand(spec: FunctionSpec, target: DeployTarget): Command {
  return traffic(spec, target, '--to-latest', `send all traffic of ${spec.service} to what was deployed`);
}

export function rollbackCommand(spec: FunctionSpec, revision: string, target: DeployTarget): Command {
  return traffic(spec, target, `--to-revisions=${revision}=100`, `go back to ${revision}`);
}

function traffic(spec: FunctionSpec, { project, region }: DeployTarget, to: string, does: string): Command {
  return {
    tool: 'gcloud',
    does,
    args: [
      'run',
      'services',
      'update-traffic',
      spec.service,
      `--project=${project}`,
      `--region=${region}`,
      to,
      '--quiet',
    ],
  };
}

/** What the schedule would publish: it is paused until this has been tried. */
export function gaugeCommands({ project }: DeployTarget): Command[] {
  const ticks = schedules.filter((each) => each.topic === topics.gaugesTick);
  return ticks.map(({ name }) => ({
    tool: 'gcloud',
    does: 'have the gauges written now',
    args: [
      'pubsub',
      'topics',
      'publish',
      topics.gaugesTick,
      `--message=${JSON.stringify({ schedule: name })}`,
      `--project=${project}`,
      '--quiet',
    ],
  }));
}

/** Who calls the API in the smoke test. People have a token for no audience; an account has to say which it is for, and who it is. */
export function identityCommand(apiUrl: string, { smokeAccount }: DeployTarget): Command {
  const base = ['auth', 'print-identity-token'];
  const args = smokeAccount
    ? [
        ...base,
        `--impersonate-service-account=${smokeAccount}`,
        `--audiences=${new URL(apiUrl).origin}`,
        '--include-email',
      ]
    : base;
  return { tool: 'gcloud', does: 'call the API as somebody', args };
}

/** All commands of a deployment, in order. Doors come last: what they publish to is then there to take it. */
export function deployCommands(directoryOf: (name: string) => string, target: DeployTarget): Command[] {
  const order: FunctionSpec['trigger'][] = ['push', 'iam', 'iap', 'public'];
  return [...functions]
    .sort((one, other) => order.indexOf(one.trigger) - order.indexOf(other.trigger))
    .flatMap((spec) => [
      ...(spec.trigger === 'iap' ? [iapAgentCommand(target)] : []),
      deployCommand(spec, directoryOf(spec.name), target),
      ...invokerCommands(spec, target),
      latestCommand(spec, target),
    ]);
}
