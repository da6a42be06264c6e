/** The commands that deploy: built here for Cloud Build and laptops alike. No I/O. */
import { buildAccount, serviceOf, topics } from '../../functions/topology.ts';
import { type Configuration, databaseVariables, delimiter } from '../deployment-file.ts';
import { emailOf, pushAccount, secretId } from '../provision/accounts.ts';
import { serviceUrl } from '../provision/service-url.ts';
import { ownLabel } from '../provision/services.ts';
import { type FunctionSpec, functions, type SecretName, schedules } from '../topology.ts';
import { type Origin, originLabels } from './origin.ts';

export interface DeployTarget {
  project: string;
  projectNumber: string;
  region: string;
  configuration: Configuration;
  /** The newest version of each secret that is enabled: an instance that starts later reads the same. */
  secretVersions: Partial<Record<SecretName, string>>;
  /** The account that calls the API and opens a page in the smoke test, if it is not a person. */
  smokeAccount?: string | undefined;
  /** The code to deploy. */
  origin: Origin;
  /** The deployment's name, which is part of the names of all its revisions. */
  release: string;
}

export interface Command {
  tool: 'gcloud';
  args: string[];
  /** What it is for, in the log. */
  does: string;
}

export const runtime = 'nodejs24';

/** The revision to test before it gets traffic. */
export const candidateTag = 'candidate';
/** Passed its smoke test. A tag, since gcloud copies labels of a service into a new revision (command_lib/run/config_changes.py, LabelChanges). */
export const goodTag = 'good';

/** A source folder, which is built into an image, or an image that was built before, by its digest. */
export type Code = { source: string } | { image: string };

export const revisionOf = ({ service }: FunctionSpec, release: string): string => `${service}-${release}`;

/**
 * A revision of one service beside the one that serves.
 * @param isNew whether there is no such service yet: Cloud Run then gives the first revision all traffic, and gcloud
 * refuses --no-traffic (command_lib/run/config_changes.py, NoTrafficChange)
 */
export function deployCommand(spec: FunctionSpec, code: Code, isNew: boolean, target: DeployTarget): Command {
  const { project, region, release } = target;
  const { balancer, buildWorkerPool, memoryMiB, minInstances, maxInstances } = target.configuration;
  const variables = variablesOf(spec, target);
  return {
    tool: 'gcloud',
    does: `${'source' in code ? 'build the image of all, and ' : ''}deploy ${revisionOf(spec, release)}`,
    args: [
      'run',
      'deploy',
      spec.service,
      `--project=${project}`,
      `--region=${region}`,
      ...('source' in code
        ? [
            `--source=${code.source}`,
            // The image's default if FUNCTION_TARGET is absent; buildpacks recognise a function by it.
            `--function=${spec.name}`,
            `--build-service-account=projects/${project}/serviceAccounts/${emailOf(buildAccount, project)}`,
            ...(buildWorkerPool ? [`--build-worker-pool=${buildWorkerPool}`] : []),
          ]
        : [`--image=${code.image}`]),
      // Google updates it under a running revision, also where the image was built before
      // (docs.cloud.google.com/run/docs/configuring/services/automatic-base-image-updates).
      `--base-image=${runtime}`,
      `--revision-suffix=${release}`,
      `--tag=${candidateTag}`,
      ...(isNew ? [] : ['--no-traffic']),
      `--service-account=${emailOf(spec.service, project)}`,
      `--memory=${memoryMiB[spec.name] ?? spec.memoryMiB}Mi`,
      '--cpu=1',
      '--cpu-boost',
      `--concurrency=${spec.concurrency}`,
      `--timeout=${spec.timeoutSeconds}`,
      // Set on the service: minimum instances of a revision would run, and cost, for as long as it has a tag
      // (docs.cloud.google.com/run/docs/configuring/min-instances).
      `--min=${minInstances[spec.name] ?? (isKeptWarm(spec, target) ? 1 : spec.minInstances)}`,
      `--max-instances=${maxInstances[spec.name] ?? spec.maxInstances}`,
      // Pub/Sub pushes of the same project count as internal; nobody else reaches those functions at all.
      // Calls past a load balancer could name any address as theirs, and the doors would believe it.
      `--ingress=${spec.trigger === 'push' ? 'internal' : spec.trigger === 'public' && balancer ? 'internal-and-cloud-load-balancing' : 'all'}`,
      // Not a grant to all users, which many organisations forbid: the check for a caller is off.
      ...(spec.trigger === 'public'
        ? ['--no-invoker-iam-check']
        : ['--invoker-iam-check', '--no-allow-unauthenticated']),
      ...(spec.trigger === 'iap' ? ['--iap'] : []),
      // A delimiter of its own: values may hold commas.
      `--set-env-vars=^${delimiter}^${[...variables].map(([name, value]) => `${name}=${value}`).join(delimiter)}`,
      ...(spec.secrets.length > 0
        ? [
            `--set-secrets=${spec.secrets.map((name) => `${name}=${secretId(name)}:${target.secretVersions[name] ?? 'latest'}`).join(',')}`,
          ]
        : ['--clear-secrets']),
      `--labels=app=${ownLabel.app},${originLabels(target.origin)}`,
      '--quiet',
    ],
  };
}

/** The public status is shown from memory while Firestore is away, and an instance that starts then has nothing to show. */
const isKeptWarm = ({ name }: FunctionSpec, { configuration }: Pick<DeployTarget, 'configuration'>): boolean =>
  name === 'publicPages' && configuration.environment.PUBLIC_STATUS === 'on';

/** All variables of a service that are no secrets. */
export function variablesOf(spec: FunctionSpec, target: Omit<DeployTarget, 'release'>): Map<string, string> {
  const { environment } = target.configuration;
  const derived: Record<string, string> = {
    CONSOLE_URL: `${serviceUrl('console', target)}/console`,
    PUBLIC_URL: serviceUrl('publicPages', target),
    IAP_AUDIENCE: `/projects/${target.projectNumber}/locations/${target.region}/services/${serviceOf('console')}`,
  };
  const set = spec.environment.flatMap((name): [string, string][] => {
    const value = environment[name] || derived[name];
    return value ? [[name, value]] : [];
  });
  // One image is every function. Cloud Run takes the variable on a service, as firebase-tools sets it (lib/gcp/runv2.js);
  // gcloud's --function does nothing without a build (lib/surface/run/deploy.py).
  return new Map([
    ['GOOGLE_CLOUD_PROJECT', target.project],
    ['FUNCTION_TARGET', spec.name],
    ...databaseVariables(target.configuration),
    ...set,
  ]);
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

/** Grants the right to call a service, once it exists. */
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
    ...[
      ...target.configuration.console,
      // The smoke test opens the page of its drill.
      ...(target.smokeAccount ? [`serviceAccount:${target.smokeAccount}`] : []),
    ].map(
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

/** All traffic to one revision, where it stays until the next deployment. */
export function trafficCommand(spec: FunctionSpec, revision: string, target: Place): Command {
  return updateTraffic(
    spec,
    target,
    [`--to-revisions=${revision}=100`],
    `send all traffic of ${spec.service} to ${revision}`,
  );
}

/** @param release undefined: none of this service is good */
export function goodCommand(spec: FunctionSpec, release: string | undefined, target: Place): Command {
  const revision = release && revisionOf(spec, release);
  return revision
    ? updateTraffic(
        spec,
        target,
        [`--update-tags=${goodTag}=${revision}`, `--remove-tags=${candidateTag}`],
        `tag ${revision} as good`,
      )
    : updateTraffic(spec, target, [`--remove-tags=${goodTag}`], `tag nothing of ${spec.service} as good`);
}

type Place = Pick<DeployTarget, 'project' | 'region'>;

const updateTraffic = ({ service }: FunctionSpec, { project, region }: Place, to: string[], does: string): Command => ({
  tool: 'gcloud',
  does,
  args: ['run', 'services', 'update-traffic', service, `--project=${project}`, `--region=${region}`, ...to, '--quiet'],
});

/** The message that the schedule would publish: the schedule is paused until this release has been tested. */
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

/**
 * The token for the smoke test's API calls. People have a token without an audience; an account has to name the service, also
 * when it calls a tagged revision (cloud.google.com/run/docs/authenticating/service-to-service).
 */
export function identityCommand({
  projectNumber,
  region,
  smokeAccount,
}: Pick<DeployTarget, 'projectNumber' | 'region' | 'smokeAccount'>): Command {
  const base = ['auth', 'print-identity-token'];
  const audience = serviceUrl('api', { projectNumber, region });
  const args = smokeAccount
    ? [...base, `--impersonate-service-account=${smokeAccount}`, `--audiences=${audience}`, '--include-email']
    : base;
  return { tool: 'gcloud', does: 'call the API as somebody', args };
}

/**
 * IAP lets an account in by a token that it has signed for the address (cloud.google.com/iap/docs/authentication-howto);
 * the token is written to standard output.
 * @param claims the file that pageClaims are in
 */
export const pageTokenCommand = (claims: string, account: string): Command => ({
  tool: 'gcloud',
  does: 'open a page as somebody',
  args: ['iam', 'service-accounts', 'sign-jwt', claims, '-', `--iam-account=${account}`, '--quiet'],
});

export const pageClaims = (url: string, account: string, nowMs: number): object => {
  const iat = Math.floor(nowMs / 1_000);
  return { iss: account, sub: account, aud: `${new URL(url).origin}/*`, iat, exp: iat + 600 };
};

/** The order in which traffic moves. Doors come last, when the topics they publish to have subscribers. */
export const inOrder: readonly (readonly FunctionSpec[])[] = (['push', 'iam', 'iap', 'public'] as const).map(
  (trigger) => functions.filter((each) => each.trigger === trigger),
);

/** Its deployment builds the image, which all other services use. */
export const builder: FunctionSpec = functions.find(({ trigger }) => trigger === 'push') as FunctionSpec;

/** The commands for one service before any traffic moves, in order. */
export const candidateCommands = (spec: FunctionSpec, code: Code, isNew: boolean, target: DeployTarget): Command[] => [
  ...(spec.trigger === 'iap' ? [iapAgentCommand(target)] : []),
  deployCommand(spec, code, isNew, target),
  ...invokerCommands(spec, target),
];
