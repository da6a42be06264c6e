/**
 * `npm run deploy`: bundles, provisioning, every function, and a drill through the public door; what was there before
 * comes back when the drill fails. Cloud Build runs the same.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { MetricServiceClient } from '@google-cloud/monitoring';
import { OAuth2Client } from 'google-auth-library';
import { functions, secretNames } from '../functions/topology.ts';
import { bundleAll, renderSizes } from './bundle.ts';
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
import { usualDatabase } from './provision/database.ts';
import { clientEndpoint } from './provision/endpoints.ts';
import { type Gcloud, gcloudOf, runTool, typed } from './provision/gcloud.ts';
import { inRealTime } from './provision/patience.ts';
import { newestVersion, secretToSend } from './provision/project.ts';
import { serviceUrl } from './provision/service-url.ts';
import { refuseStrangers, servicesOf } from './provision/services.ts';

const usage = `npm run deploy -- --project P --region R [--only bundle|functions|smoke|rollback] [--dry-run]
  [--database NAME] [--console MEMBER]…

  --only     one part; without it: bundle, functions, smoke, and a rollback where the smoke test fails
  --dry-run  print the commands and run none
  --database the database that provisioning made, where it is not (default); FIRESTORE_DATABASE says it as well
  --console  who may open the console: user:…, group:…, domain:… (may be repeated)

What README.md lists and is no secret is taken from the environment, each time: ZENDESK_SUBDOMAIN, SENDERS, CONSOLE_URL,
TRUSTED_HOPS and the others. SMOKE_ACCOUNT is who calls the API in the smoke test, where that is no person.
`;

const { values } = parseArgs({
  options: {
    project: { type: 'string' },
    region: { type: 'string' },
    only: { type: 'string' },
    console: { type: 'string', multiple: true, default: [] },
    database: { type: 'string', default: usualDatabase() },
    'dry-run': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const top = join(import.meta.dirname, '..');
const dist = join(top, 'dist');
/** Which revision each service had before: a rollback may come from another process. */
const revisionsFile = join(dist, 'revisions-before.json');
const say = (text: string): void => void process.stdout.write(`${text}\n`);

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { project, region, only } = values;
  const parts = ['bundle', 'functions', 'smoke', 'rollback'];
  if (values.help || !project || !region || (only !== undefined && !parts.includes(only))) {
    process.stdout.write(usage);
    if (!values.help) process.exitCode = 2;
    return;
  }
  const isWanted = (part: string): boolean => (only === undefined ? part !== 'rollback' : only === part);
  const target = await targetOf(project, region);
  if (isWanted('bundle')) {
    if (values['dry-run']) say(typed('node', ['infra/bundle.ts']));
    else say(renderSizes(await bundleAll(dist)));
  }
  if (isWanted('functions')) await deployFunctions(target);
  if (isWanted('smoke')) {
    try {
      await smokeTest(target);
    } catch (error) {
      say(`The smoke test failed: ${error instanceof Error ? error.message : String(error)}`);
      await rollBack(target);
      throw new Error('The deployment was rolled back.', { cause: error });
    }
  }
  if (isWanted('rollback')) await rollBack(target);
}

async function targetOf(project: string, region: string): Promise<DeployTarget> {
  const { projectNumber } = values['dry-run']
    ? { projectNumber: 'PROJECT_NUMBER' }
    : await gcloudOf(project).json<{ projectNumber: string }>(['projects', 'describe', project]);
  return {
    project,
    region,
    projectNumber,
    environment: process.env,
    consoleMembers: values.console,
    smokeAccount: process.env.SMOKE_ACCOUNT,
    database: values.database,
    secretVersions: values['dry-run'] ? {} : await newestVersions(gcloudOf(project)),
  };
}

/** @throws Error where a secret has no version that is enabled */
async function newestVersions(gcloud: Gcloud): Promise<DeployTarget['secretVersions']> {
  const versions = secretNames.map(async (name) => [name, await newestVersion(gcloud, secretId(name))] as const);
  return Object.fromEntries(await Promise.all(versions));
}

async function deployFunctions(target: DeployTarget): Promise<void> {
  if (!values['dry-run']) await rememberRevisions(target);
  for (const command of deployCommands((name) => join('dist', name), target)) await run(command);
}

async function run({ tool, args, does }: Command): Promise<void> {
  say(values['dry-run'] ? `# ${does}\n${typed(tool, args)}` : does);
  if (!values['dry-run']) await runTool(tool, args);
}

/** What serves now, so that it can serve again. @throws Error where a service of a name of ours is somebody else's */
async function rememberRevisions({ project, region }: DeployTarget): Promise<void> {
  const services = await servicesOf(gcloudOf(project), region);
  refuseStrangers(services);
  const revisions = Object.fromEntries(
    [...services].flatMap(([name, { status }]) => {
      const serving = status?.traffic?.find((each) => (each.percent ?? 0) > 0)?.revisionName;
      return serving ? [[name, serving]] : [];
    }),
  );
  await mkdir(dirname(revisionsFile), { recursive: true });
  await writeFile(revisionsFile, `${JSON.stringify(revisions, null, 2)}\n`);
}

/** @throws Error naming each that did not go back */
async function rollBack(target: DeployTarget): Promise<void> {
  const text = await readFile(revisionsFile, 'utf8').catch(() => '{}');
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
    await run(command).catch((error: unknown) =>
      failures.push(`${command.does}: ${error instanceof Error ? error.message : String(error)}`),
    );
  }
  if (failures.length === 0) return;
  throw new Error(
    `Not all of it is back:\n${failures.join('\n')}\nnpm run deploy with --only rollback tries it again.`,
  );
}

async function smokeTest(target: DeployTarget): Promise<void> {
  const ticketsUrl = `${serviceUrl('tickets', target)}/tickets`;
  const apiUrl = `${serviceUrl('api', target)}/api`;
  if (values['dry-run']) {
    return say(`# file a drill at ${ticketsUrl}, wait for its incident at ${apiUrl}, and for the gauges to be written`);
  }
  const gcloud = gcloudOf(target.project);
  const id = await smoke({
    ticketsUrl,
    ticketsToken: await secretToSend(gcloud, secretId('TICKETS_TOKEN')),
    apiUrl,
    gauges: gaugesOf(gcloud, target),
    patience: inRealTime(say),
    identityToken: async () => (await runTool('gcloud', identityCommand(apiUrl, target).args)).trim(),
  });
  say(`The drill is ${id}.`);
}

function gaugesOf(gcloud: Gcloud, target: DeployTarget): GaugeCheck {
  const since = new Date();
  return {
    write: async () => {
      for (const command of gaugeCommands(target)) await run(command);
    },
    areWritten: async () => {
      const authClient = new OAuth2Client();
      authClient.quotaProjectId = gcloud.project;
      authClient.setCredentials({ access_token: (await gcloud.run(['auth', 'print-access-token'])).trim() });
      const options = { projectId: gcloud.project, authClient, ...clientEndpoint('MONITORING') } as object;
      const client = new MetricServiceClient(options as { projectId: string });
      try {
        return await hasGaugePoint(client, gcloud.project, { since, until: new Date() });
      } finally {
        await client.close();
      }
    },
  };
}
