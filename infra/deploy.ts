/**
 * `npm run deploy`: one image of all functions, a revision of each service beside the one that serves, a drill through the
 * public door of those, and then all traffic to them. Cloud Build runs the same.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { environment } from '../functions/platform/environment.ts';
import { bundleAll, renderSizes } from './bundle.ts';
import { type CommandLine, commandLine, lineTo, runTyped } from './command-line.ts';
import {
  type Code,
  type DeployTarget,
  gaugeCommands,
  identityCommand,
  pageClaims,
  pageTokenCommand,
} from './deploy/commands.ts';
import { configurationFile, readConfiguration, shellDifferences } from './deploy/configuration.ts';
import { hasGaugePoint } from './deploy/gauge-point.ts';
import { type Releasing, release, renderCommands, rollBack } from './deploy/release.ts';
import { type GaugeCheck, smoke, type Time } from './deploy/smoke.ts';
import { releaseName } from './deploy/state.ts';
import { secretId } from './provision/accounts.ts';
import { authOf, clientsOf } from './provision/clients.ts';
import { enable } from './provision/enable.ts';
import { typed as asTyped, type Gcloud, gcloudOf, runTool, withFile } from './provision/gcloud.ts';
import { inRealTime } from './provision/patience.ts';
import { newestVersion, secretToSend } from './provision/project.ts';
import { serviceUrl } from './provision/service-url.ts';
import { reasonOf } from './reason-of.ts';
import { secretNames } from './topology.ts';

const top = join(import.meta.dirname, '..');

const usage = `npm run deploy -- --project P --region R [--image IMAGE] [--only bundle|smoke|rollback] [--release NAME]
  [--config FILE] [--dry-run]

  --image    deploy an image built earlier, by its digest (…@sha256:…): for example, promote staging to production
  --only     one part: bundle, a smoke test of the serving release, or a rollback to the last good release
  --release  roll back to this release instead
  --config   the configuration file, if it is not ${configurationFile}
  --dry-run  print the commands without running them

SMOKE_ACCOUNT is the service account that calls the API and opens a page in the smoke test.
`;

const read = (args: string[]) =>
  parseArgs({
    args,
    options: {
      project: { type: 'string' },
      region: { type: 'string' },
      image: { type: 'string' },
      only: { type: 'string' },
      release: { type: 'string' },
      config: { type: 'string', default: join(top, configurationFile) },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
type Values = ReturnType<typeof read>;

const parts = ['bundle', 'smoke', 'rollback'];
const byDigest = /^[\w.:/-]+@sha256:[\da-f]{64}$/;

/** Everything of one smoke test: what was just granted arrives within minutes, and a gauge comes with a tick every five. */
const smokeWithinMs = { candidate: 300_000, serving: 900_000 };

/**
 * @param dist where the bundles are made
 * @param clock other than the real one
 */
export const deployFrom = (dist: string, clock?: Pick<Time, 'now' | 'pause'>): CommandLine =>
  commandLine(usage, async (typed) => {
    const values = read(typed.args);
    const { project, region, image, only, help } = values;
    const isRight = (only === undefined || parts.includes(only)) && (image === undefined || byDigest.test(image));
    if (help || !project || !region || !isRight) {
      typed.out(usage);
      return help ? 0 : 2;
    }
    const say = lineTo(typed);
    try {
      await deploy(project, region, values, dist, { ...inRealTime(say), now: Date.now, ...clock });
      return 0;
    } catch (error) {
      typed.err(`${reasonOf(error)}\n`);
      return 1;
    }
  });

async function deploy(project: string, region: string, values: Values, dist: string, time: Time): Promise<void> {
  const { image, only, 'dry-run': isDryRun } = values;
  const code: Code = image === undefined ? { source: dist } : { image };
  const target = await targetOf(project, region, values, time);
  const gcloud = gcloudOf(project);
  const smokeTest = (tag?: string) => testSmoke(target, gcloud, time, tag);
  const releasing: Releasing = { target, gcloud, time, smokeTest };
  if (isDryRun) return time.say(renderPart(target, code, only));
  if (only === 'rollback') return rollBack(releasing, values.release);
  if (only === 'smoke') {
    await smokeTest();
  } else {
    if ('source' in code) time.say(renderSizes(await bundleAll(dist)));
    if (only === 'bundle') return;
    await release(releasing, code);
  }
  // Provisioning makes them at rest: what has been tried may tick, and be watched.
  time.say('start the schedules and the alert policies');
  await enable(gcloud, region, time);
}

function renderPart(target: DeployTarget, code: Code, only: string | undefined): string {
  const bundle = asTyped('node', ['infra/bundle.ts']);
  const test = `# file a drill at ${serviceUrl('tickets', target)}/tickets, wait for its incident at ${serviceUrl('api', target)}/api, open its page, and wait for the gauges to be written\n# start the schedules and the alert policies`;
  if (only === 'bundle') return bundle;
  if (only === 'smoke') return test;
  if (only === 'rollback') return '# send all traffic to the revisions that are tagged as good';
  return [...('source' in code ? [bundle] : []), renderCommands(target, code), test].join('\n');
}

async function targetOf(project: string, region: string, values: Values, time: Time): Promise<DeployTarget> {
  const isDryRun = values['dry-run'];
  const configuration = readConfiguration(await readFile(values.config, 'utf8'), project);
  const differences = shellDifferences(environment(), configuration);
  if (differences.length > 0) {
    throw new Error(
      `These variables are set in this shell but differ in ${configurationFile}, and only the file is deployed: ${differences.join(', ')}. Put them there under ${JSON.stringify(project)} → "environment", and unset them here.`,
    );
  }
  const { projectNumber } = isDryRun
    ? { projectNumber: 'PROJECT_NUMBER' }
    : await gcloudOf(project).json<{ projectNumber: string }>(['projects', 'describe', project]);
  return {
    project,
    region,
    projectNumber,
    configuration,
    smokeAccount: environment().SMOKE_ACCOUNT,
    secretVersions: isDryRun ? {} : await newestVersions(gcloudOf(project)),
    release: releaseName(time.now()),
  };
}

/** @throws Error where a secret has no version that is enabled */
async function newestVersions(gcloud: Gcloud): Promise<DeployTarget['secretVersions']> {
  const versions = secretNames.map(async (name) => [name, await newestVersion(gcloud, secretId(name))] as const);
  return Object.fromEntries(await Promise.all(versions));
}

/** @param tag what is tried before it serves: the gauges are written by what serves, and are left out of it */
async function testSmoke(target: DeployTarget, gcloud: Gcloud, time: Time, tag?: string): Promise<void> {
  const { smokeAccount } = target;
  if (!smokeAccount) time.say('Skipping the page test: SMOKE_ACCOUNT is not set, and IAP admits no one else.');
  const id = await smoke({
    ticketsUrl: `${serviceUrl('tickets', target, tag)}/tickets`,
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
