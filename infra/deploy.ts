/**
 * `npm run deploy`: one image of all functions, a revision of each service beside the one that serves, a drill through the
 * public door of those, and then all traffic to them. Cloud Build runs the same.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../functions/platform/environment.ts';
import { bundleAll, renderSizes } from './bundle.ts';
import {
  type CommandLine,
  commandOf,
  lineTo,
  runTyped,
  sharedUsage,
  type ValuesOf,
  WrongCall,
} from './command-line.ts';
import {
  type Code,
  type DeployTarget,
  gaugeCommands,
  identityCommand,
  pageClaims,
  pageTokenCommand,
} from './deploy/commands.ts';
import { hasGaugePoint } from './deploy/gauge-point.ts';
import { originOfCheckout } from './deploy/origin.ts';
import { type Releasing, release, renderCommands, rollBack } from './deploy/release.ts';
import { type GaugeCheck, smoke, type Time } from './deploy/smoke.ts';
import { releaseName } from './deploy/state.ts';
import { fileName, readConfiguration, regionOf, shellDifferences } from './deployment-file.ts';
import { customersFile } from './own-settings/customers-file.ts';
import { secretId } from './provision/accounts.ts';
import { authOf, clientsOf } from './provision/clients.ts';
import { enable } from './provision/enable.ts';
import { typed as asTyped, type Gcloud, gcloudOf, runTool, withFile } from './provision/gcloud.ts';
import { inRealTime } from './provision/patience.ts';
import { secretToSend, versionsToDeploy } from './provision/project.ts';
import { publicUrl, serviceUrl } from './provision/service-url.ts';
import { defaultDatabase, refuseForeignDatabase } from './provision/whose.ts';
import { settingsFolder } from './settings-folder.ts';

const top = join(import.meta.dirname, '..');

const usage = `npm run deploy -- --project P [--region R] [--image IMAGE] [--only bundle|smoke|rollback] [--release NAME]
  [--settings DIR] [--dry-run]

${sharedUsage}
  --region   the region, if provisioning has not remembered it
  --image    deploy an image built earlier, by its digest (…@sha256:…): for example, promote staging to production
  --only     one part: bundle, a smoke test of the serving release, or a rollback to the last good release
  --release  roll back to this release instead
  --dry-run  print the commands without running them

SMOKE_ACCOUNT is the service account that calls the API and opens a page in the smoke test.
`;

const options = {
  region: { type: 'string' },
  image: { type: 'string' },
  only: { type: 'string' },
  release: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
} as const;
type Values = ValuesOf<typeof options>;

const parts = ['bundle', 'smoke', 'rollback'];
const byDigest = /^[\w.:/-]+@sha256:[\da-f]{64}$/;

/** The time limit of a smoke test: new grants take minutes to arrive, and a gauge is written every five. */
const smokeWithinMs = { candidate: 300_000, serving: 900_000 };

/**
 * @param dist where the bundles are made
 * @param clock other than the real one
 * @param bundled the functions whose bundles are made; absent: all
 */
export const deployFrom = (
  dist: string,
  clock?: Pick<Time, 'now' | 'pause'>,
  bundled?: readonly string[],
): CommandLine =>
  commandOf(usage, options, async (values, typed) => {
    const { project, image, only } = values;
    const isRight = (only === undefined || parts.includes(only)) && (image === undefined || byDigest.test(image));
    if (!project || !isRight) throw new WrongCall();
    const configuration = readConfiguration(settingsFolder(values.settings), project);
    const place = { project, region: regionOf(configuration, project, values.region), configuration };
    const time = { ...inRealTime(lineTo(typed)), now: Date.now, ...clock };
    await deploy(place, values, { to: dist, only: bundled }, time);
    if (only === undefined && existsSync(join(settingsFolder(values.settings), customersFile))) {
      time.say(
        `Customers are loaded apart: ${asTyped('npm', ['run', 'settings', '--', '--load-customers', '--project', project])}`,
      );
    }
    return 0;
  });

type Place = Pick<DeployTarget, 'project' | 'region' | 'configuration'>;

interface Bundling {
  to: string;
  only: readonly string[] | undefined;
}

async function deploy(place: Place, values: Values, { to, only: bundled }: Bundling, time: Time): Promise<void> {
  const { image, only, 'dry-run': isDryRun } = values;
  const code: Code = image === undefined ? { source: to } : { image };
  const { project, region } = place;
  const gcloud = gcloudOf(project);
  refuseDifferences(place);
  // Checks the running revisions before anything is built or changed.
  if (!isDryRun && only !== 'bundle') {
    const token = (await gcloud.run(['auth', 'print-access-token'])).trim();
    await refuseForeignDatabase(gcloud, place.configuration.database ?? defaultDatabase, token);
  }
  const target = await targetOf(place, isDryRun, time);
  const smokeTest = (tag?: string) => testSmoke(target, gcloud, time, tag);
  const releasing: Releasing = { target, gcloud, time, smokeTest };
  if (isDryRun) return time.say(renderPart(target, code, only));
  if (only === 'rollback') return rollBack(releasing, values.release);
  if (only === 'smoke') {
    await smokeTest();
  } else {
    if ('source' in code) time.say(renderSizes(await bundleAll(to, bundled)));
    if (only === 'bundle') return;
    await release(releasing, code);
  }
  // Provisioning creates schedules and watches paused: after a successful test they may run.
  time.say('start the schedules and the alert policies');
  await enable(gcloud, region, time);
}

function renderPart(target: DeployTarget, code: Code, only: string | undefined): string {
  const bundle = asTyped('npm', ['run', 'bundle']);
  const test = `# file a drill at ${doorUrl(target)}, wait for its incident at ${serviceUrl('api', target)}/api, open its page, and wait for the gauges to be written\n# start the schedules and the alert policies`;
  if (only === 'bundle') return bundle;
  if (only === 'smoke') return test;
  if (only === 'rollback') return '# send all traffic to the revisions that are tagged as good';
  return [...('source' in code ? [bundle] : []), renderCommands(target, code), test].join('\n');
}

/** @throws Error if a shell has what the settings have not: only those are deployed */
function refuseDifferences({ project, configuration }: Place): void {
  const differences = shellDifferences(environment(), configuration);
  if (differences.length === 0) return;
  throw new Error(
    `These variables are set in this shell but differ in ${fileName}, and only the file is deployed: ${differences.join(', ')}. Put them there under ${JSON.stringify(project)} → "environment" (FIRESTORE_DATABASE as "database"), and unset them here.`,
  );
}

async function targetOf(place: Place, isDryRun: boolean, time: Time): Promise<DeployTarget> {
  const gcloud = gcloudOf(place.project);
  const { projectNumber } = isDryRun
    ? { projectNumber: 'PROJECT_NUMBER' }
    : await gcloud.json<{ projectNumber: string }>(['projects', 'describe', place.project]);
  return {
    ...place,
    projectNumber,
    smokeAccount: environment().SMOKE_ACCOUNT,
    origin: await originOfCheckout(),
    secretVersions: isDryRun ? {} : await versionsToDeploy(gcloud, time.say),
    release: releaseName(time.now()),
  };
}

/** A load balancer leads to the serving revision even before the tested one. */
const doorUrl = ({ configuration: { balancer }, ...target }: DeployTarget, tag?: string): string =>
  `${publicUrl('tickets', { ...target, balancer }, tag)}/tickets`;

/** @param tag what is tried before it serves: the gauges are written by what serves, and are left out of it */
async function testSmoke(target: DeployTarget, gcloud: Gcloud, time: Time, tag?: string): Promise<void> {
  const { smokeAccount } = target;
  if (!smokeAccount) time.say('Skipping the page test: SMOKE_ACCOUNT is not set, and IAP admits no one else.');
  const id = await smoke({
    ticketsUrl: doorUrl(target, tag),
    ticketsToken: await secretToSend(gcloud, secretId('TICKETS_TOKEN')),
    apiUrl: `${serviceUrl('api', target, tag)}/api`,
    identityToken: async () => (await runTool('gcloud', identityCommand(target).args)).trim(),
    pages: smokeAccount ? pagesOf(`${serviceUrl('console', target, tag)}/console`, smokeAccount, time) : undefined,
    gauges: tag ? undefined : gaugesOf(gcloud, target, time),
    withinMs: tag ? smokeWithinMs.candidate : smokeWithinMs.serving,
    time,
  });
  time.say(`The drill${tag ? ` at ${tag}` : ''} is ${id}.`);
}

const pagesOf = (url: string, account: string, time: Time) => ({
  url,
  token: () =>
    withFile(pageClaims(url, account, time.now()), async (path) =>
      (await runTool('gcloud', pageTokenCommand(path, account).args)).trim(),
    ),
});

function gaugesOf(gcloud: Gcloud, target: DeployTarget, time: Time): GaugeCheck {
  const since = new Date(time.now());
  // One token for all looks: a start of gcloud takes a second.
  let auth: ReturnType<typeof authOf> | undefined;
  return {
    write: async () => {
      for (const { tool, args, does } of gaugeCommands(target)) {
        time.say(does);
        await runTool(tool, args);
      }
    },
    areWritten: async () => {
      auth ??= authOf(gcloud);
      const clients = clientsOf(gcloud.project, await auth);
      try {
        return await hasGaugePoint(clients.metrics, gcloud.project, { since, until: new Date(time.now()) });
      } finally {
        await clients.close();
      }
    },
  };
}

if (import.meta.main) await runTyped(deployFrom(join(top, 'dist')));
