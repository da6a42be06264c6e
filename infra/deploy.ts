/**
 * `npm run deploy`: bundles, provisioning, every function, and a drill through the public door; what was there before
 * comes back when the drill fails. Cloud Build runs the same.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { environment } from '../functions/platform/environment.ts';
import { functions, secretNames } from '../functions/topology.ts';
import { bundleAll, renderSizes } from './bundle.ts';
import { type CommandLine, commandLine, lineTo, runTyped } from './command-line.ts';
import {
  type Command,
  type DeployTarget,
  deployCommands,
  gaugeCommands,
  identityCommand,
  rollbackCommand,
} from './deploy/commands.ts';
import { hasGaugePoint } from './deploy/gauge-point.ts';
import { type GaugeCheck, smoke } from './deploy/smoke.ts';
import { secretId } from './provision/accounts.ts';
import { authOf, clientsOf } from './provision/clients.ts';
import { usualDatabase } from './provision/database.ts';
import { enable } from './provision/enable.ts';
import { typed as asTyped, type Gcloud, gcloudOf, runTool } from './provision/gcloud.ts';
import { inRealTime } from './provision/patience.ts';
import { newestVersion, secretToSend } from './provision/project.ts';
import { serviceUrl } from './provision/service-url.ts';
import { refuseStrangers, servicesOf } from './provision/services.ts';
import { reasonOf } from './reason-of.ts';

const usage = `npm run deploy -- --project P --region R [--only bundle|functions|smoke|rollback] [--dry-run]
  [--database NAME] [--console MEMBER]…

  --only     one part; without it: bundle, functions, smoke, and a rollback where the smoke test fails
  --dry-run  print the commands and run none
  --database the database that provisioning made, where it is not (default); FIRESTORE_DATABASE says it as well
  --console  who may open the console: user:…, group:…, domain:… (may be repeated)

What README.md lists and is no secret is taken from the environment, each time: ZENDESK_SUBDOMAIN, SENDERS, CONSOLE_URL,
TRUSTED_HOPS and the others. SMOKE_ACCOUNT is who calls the API in the smoke test, where that is no person.
`;

const read = (args: string[]) =>
  parseArgs({
    args,
    options: {
      project: { type: 'string' },
      region: { type: 'string' },
      only: { type: 'string' },
      console: { type: 'string', multiple: true, default: [] },
      database: { type: 'string', default: usualDatabase() },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
type Values = ReturnType<typeof read>;

const parts = ['bundle', 'functions', 'smoke', 'rollback'];

/** What one call deploys, and how. */
interface Deployment {
  target: DeployTarget;
  isDryRun: boolean;
  /** Where the bundles are made. */
  dist: string;
  say(text: string): void;
}

/** @param dist where the bundles are made, and what served before is remembered */
export const deployFrom = (dist: string): CommandLine =>
  commandLine(usage, async (typed) => {
    const values = read(typed.args);
    const { project, region, only, help } = values;
    if (help || !project || !region || (only !== undefined && !parts.includes(only))) {
      typed.out(usage);
      return help ? 0 : 2;
    }
    try {
      const target = await targetOf(project, region, values);
      await deploy({ target, isDryRun: values['dry-run'], dist, say: lineTo(typed) }, only);
      return 0;
    } catch (error) {
      typed.err(`${reasonOf(error)}\n`);
      return 1;
    }
  });

async function deploy(deployment: Deployment, only?: string): Promise<void> {
  const { isDryRun, dist, say } = deployment;
  const isWanted = (part: string): boolean => (only === undefined ? part !== 'rollback' : only === part);
  if (isWanted('bundle')) {
    if (isDryRun) say(asTyped('node', ['infra/bundle.ts']));
    else say(renderSizes(await bundleAll(dist)));
  }
  if (isWanted('functions')) await deployFunctions(deployment);
  if (isWanted('smoke')) {
    try {
      await smokeTest(deployment);
    } catch (error) {
      say(`The smoke test failed: ${reasonOf(error)}`);
      await rollBack(deployment);
      throw new Error('The deployment was rolled back.', { cause: error });
    }
    await start(deployment);
  }
  if (isWanted('rollback')) await rollBack(deployment);
}

async function targetOf(project: string, region: string, values: Values): Promise<DeployTarget> {
  const isDryRun = values['dry-run'];
  const { projectNumber } = isDryRun
    ? { projectNumber: 'PROJECT_NUMBER' }
    : await gcloudOf(project).json<{ projectNumber: string }>(['projects', 'describe', project]);
  return {
    project,
    region,
    projectNumber,
    environment: environment(),
    consoleMembers: values.console,
    smokeAccount: environment().SMOKE_ACCOUNT,
    database: values.database,
    secretVersions: isDryRun ? {} : await newestVersions(gcloudOf(project)),
  };
}

/** @throws Error where a secret has no version that is enabled */
async function newestVersions(gcloud: Gcloud): Promise<DeployTarget['secretVersions']> {
  const versions = secretNames.map(async (name) => [name, await newestVersion(gcloud, secretId(name))] as const);
  return Object.fromEntries(await Promise.all(versions));
}

async function deployFunctions(deployment: Deployment): Promise<void> {
  if (!deployment.isDryRun) await rememberRevisions(deployment);
  for (const command of deployCommands((name) => join('dist', name), deployment.target)) await run(command, deployment);
}

async function run({ tool, args, does }: Command, { isDryRun, say }: Deployment): Promise<void> {
  say(isDryRun ? `# ${does}\n${asTyped(tool, args)}` : does);
  if (!isDryRun) await runTool(tool, args);
}

/** Which revision each service had before: a rollback may come from another process. */
const revisionsFile = (dist: string): string => join(dist, 'revisions-before.json');

/** What serves now, so that it can serve again. @throws Error where a service of a name of ours is somebody else's */
async function rememberRevisions({ target: { project, region }, dist }: Deployment): Promise<void> {
  const services = await servicesOf(gcloudOf(project), region);
  refuseStrangers(services);
  const revisions = Object.fromEntries(
    [...services].flatMap(([name, { status }]) => {
      const serving = status?.traffic?.find((each) => (each.percent ?? 0) > 0)?.revisionName;
      return serving ? [[name, serving]] : [];
    }),
  );
  await mkdir(dist, { recursive: true });
  await writeFile(revisionsFile(dist), `${JSON.stringify(revisions, null, 2)}\n`);
}

/** @throws Error naming each that did not go back */
async function rollBack(deployment: Deployment): Promise<void> {
  const { target, dist, say } = deployment;
  const text = await readFile(revisionsFile(dist), 'utf8').catch(() => '{}');
  const revisions = JSON.parse(text) as Record<string, string>;
  // One that does not go back keeps no other from it.
  const failures: string[] = [];
  for (const spec of functions) {
    const revision = revisions[spec.service];
    if (!revision) {
      say(`${spec.service} had no revision before.`);
      continue;
    }
    const command = rollbackCommand(spec, revision, target);
    await run(command, deployment).catch((error: unknown) => failures.push(`${command.does}: ${reasonOf(error)}`));
  }
  if (failures.length === 0) return;
  throw new Error(
    `Not all of it is back:\n${failures.join('\n')}\nnpm run deploy with --only rollback tries it again.`,
  );
}

/** Provisioning makes schedules and alert policies at rest: what has been tried may tick, and be watched. */
async function start({ target: { project, region }, isDryRun, say }: Deployment): Promise<void> {
  say(`${isDryRun ? '# ' : ''}start the schedules and the alert policies`);
  if (!isDryRun) await enable(gcloudOf(project), region, inRealTime(say));
}

async function smokeTest(deployment: Deployment): Promise<void> {
  const { target, isDryRun, say } = deployment;
  const ticketsUrl = `${serviceUrl('tickets', target)}/tickets`;
  const apiUrl = `${serviceUrl('api', target)}/api`;
  if (isDryRun) {
    return say(`# file a drill at ${ticketsUrl}, wait for its incident at ${apiUrl}, and for the gauges to be written`);
  }
  const gcloud = gcloudOf(target.project);
  const id = await smoke({
    ticketsUrl,
    ticketsToken: await secretToSend(gcloud, secretId('TICKETS_TOKEN')),
    apiUrl,
    gauges: gaugesOf(gcloud, deployment),
    patience: inRealTime(say),
    identityToken: async () => (await runTool('gcloud', identityCommand(apiUrl, target).args)).trim(),
  });
  say(`The drill is ${id}.`);
}

function gaugesOf(gcloud: Gcloud, deployment: Deployment): GaugeCheck {
  const since = new Date();
  return {
    write: async () => {
      for (const command of gaugeCommands(deployment.target)) await run(command, deployment);
    },
    areWritten: async () => {
      const clients = clientsOf(gcloud.project, await authOf(gcloud));
      try {
        return await hasGaugePoint(clients.metrics, gcloud.project, { since, until: new Date() });
      } finally {
        await clients.close();
      }
    },
  };
}

if (import.meta.main) await runTyped(deployFrom(join(import.meta.dirname, '../dist')));
