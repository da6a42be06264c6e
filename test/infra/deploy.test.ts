import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runIn } from '../../functions/platform/environment.ts';
import { subscriptions } from '../../functions/topology.ts';
import {
  builder,
  type Command,
  candidateCommands,
  type DeployTarget,
  deployCommand,
  gaugeCommands,
  identityCommand,
  inOrder,
  pageTokenCommand,
  trafficCommand,
} from '../../infra/deploy/commands.ts';
import { originLabels, originOfCheckout } from '../../infra/deploy/origin.ts';
import { renderCommands } from '../../infra/deploy/release.ts';
import { originOf, originOfImage, type Revision } from '../../infra/deploy/state.ts';
import { configurationOf } from '../../infra/deployment-file.ts';
import { accounts } from '../../infra/provision/accounts.ts';
import { gcloudOf, typed } from '../../infra/provision/gcloud.ts';
import { partsOf, readParts, renderPlan } from '../../infra/provision/plan.ts';
import { publicUrl } from '../../infra/provision/service-url.ts';
import type { Part, Step } from '../../infra/provision/step.ts';
import { functions, secretNames } from '../../infra/topology.ts';
import { putOnThePath } from './tools-on-the-path.ts';

const project = { project: 'shop-incidents', projectNumber: '424242', region: 'asia-northeast1' };
const target: DeployTarget = {
  ...project,
  configuration: configurationOf({
    environment: { ZENDESK_SUBDOMAIN: 'shop' },
    console: ['group:support@shop.example'],
  }),
  secretVersions: { NOTIFY_CHANNELS: '3' },
  origin: { version: '0.1.0', commit: 'c0ffee' },
  release: 'r20261130-120000',
};
const configured = (configuration: Parameters<typeof configurationOf>[0]): DeployTarget => ({
  ...target,
  configuration: configurationOf(configuration),
});

/** With a value of its own in each variable that somebody may set. */
const whole = configured({
  environment: Object.fromEntries(
    functions.flatMap((each) => each.environment).map((name) => [name, `its-${name.toLowerCase()}`]),
  ),
  database: 'its-firestore_database',
  balancer: 'https://metronome.shop.example',
  console: ['group:support@shop.example', 'user:lead@shop.example'],
  buildWorkerPool: 'projects/builds/locations/us-central1/workerPools/metronome',
  minInstances: { slack: 1 },
});

const image = `asia-northeast1-docker.pkg.dev/shop-incidents/cloud-run-source-deploy/x@sha256:${'0'.repeat(64)}`;
const commandsOf = (to: DeployTarget): Command[] =>
  functions.flatMap((spec) => candidateCommands(spec, { image }, false, to));
const commands = commandsOf(target);
const deployOf = (service: string, all = commands): Command =>
  all.find(({ args: [, verb, name] }) => verb === 'deploy' && name === service) ?? {
    tool: 'gcloud',
    args: [],
    does: '',
  };
const flag = (command: Command, name: string): string | undefined =>
  command.args.find((arg) => arg === name || arg.startsWith(`${name}=`));

/** The plan of a project that has nothing, and as it is shown. */
async function wholePlan(): Promise<{ parts: Part[]; steps: Step[]; text: string }> {
  process.env.METADATA_SERVER_DETECTION = 'none';
  const planned = await partsOf({
    ...project,
    database: '(default)',
    operators: ['a@b.example'],
    gcloud: gcloudOf(project.project),
    hasCloudBuild: true,
    takesDatabase: false,
    staysInRegion: false,
  });
  const steps = await readParts(planned.parts, undefined);
  await planned.close();
  return { parts: planned.parts, steps: steps.flat(), text: renderPlan(planned.parts, steps, true) };
}
const emptyPlan = async (): Promise<Step[]> => (await wholePlan()).steps;

describe('deploying', () => {
  test('gives every function its own account, and says what it may use', () => {
    const seen = functions.map((each) => flag(deployOf(each.service), '--service-account'));
    expect(new Set(seen).size).toBe(functions.length);
    for (const spec of functions) {
      const command = deployOf(spec.service);
      expect(flag(command, '--base-image')).toBe('--base-image=nodejs24');
      expect(flag(command, '--memory')).toBe(`--memory=${spec.memoryMiB}Mi`);
      expect(flag(command, '--concurrency')).toBe(`--concurrency=${spec.concurrency}`);
      expect(flag(command, '--max-instances')).toBe(`--max-instances=${spec.maxInstances}`);
    }
  });

  test('lets nobody past a load balancer, whose last hop is then true', () => {
    const behind = commandsOf(
      configured({ environment: { TRUSTED_HOPS: '1' }, balancer: 'https://metronome.shop.example' }),
    );
    const ingresses = functions.map(({ service, trigger }) => [trigger, flag(deployOf(service, behind), '--ingress')]);
    expect(new Set(ingresses.map(String))).toEqual(
      new Set([
        'public,--ingress=internal-and-cloud-load-balancing',
        'push,--ingress=internal',
        'iam,--ingress=all',
        'iap,--ingress=all',
      ]),
    );
    for (const hops of ['1', '2', 'x'])
      expect(() => configured({ environment: { TRUSTED_HOPS: hops } })).toThrow('past your load balancer');
    expect(() => configured({ environment: { TRUSTED_HOPS: '0' } })).not.toThrow();
    expect(publicUrl('tickets', { ...target, balancer: 'https://metronome.shop.example/' }, 'candidate')).toBe(
      'https://metronome.shop.example',
    );
  });

  test('lets the outside reach the public doors alone', () => {
    const open = functions.filter((each) => flag(deployOf(each.service), '--no-invoker-iam-check') !== undefined);
    expect(open.map((each) => each.name).sort()).toEqual(['alerts', 'changes', 'publicPages', 'slack', 'tickets']);
    for (const spec of functions.filter((each) => each.trigger === 'push')) {
      expect(flag(deployOf(spec.service), '--ingress')).toBe('--ingress=internal');
      const invoker = commands.find(
        (each) => each.args.includes('add-iam-policy-binding') && each.args.includes(spec.service),
      );
      expect(invoker?.args).toContain('--member=serviceAccount:metronome-push@shop-incidents.iam.gserviceaccount.com');
    }
  });

  test('hands secrets only to the functions that name them, and never a value on the command line', () => {
    expect(flag(deployOf('metronome-notify'), '--set-secrets')).toBe(
      '--set-secrets=NOTIFY_CHANNELS=metronome-notify-channels:3,SMTP_URL=metronome-smtp-url:latest',
    );
    expect(flag(deployOf('metronome-gauges'), '--clear-secrets')).toBeDefined();
    const variables = commands.flatMap((each) => flag(each, '--set-env-vars') ?? []).join('\n');
    for (const name of secretNames) expect(variables).not.toContain(`${name}=`);
    expect(flag(deployOf('metronome-tickets'), '--set-env-vars')).toContain('##ZENDESK_SUBDOMAIN=shop');
    expect(flag(deployOf('metronome-console'), '--set-env-vars')).toContain(
      '##IAP_AUDIENCE=/projects/424242/locations/asia-northeast1/services/metronome-console',
    );
  });

  test('runs these commands, whole and in this order (else: vitest -u, and look at what has changed)', async () => {
    const smokeAccount = 'smoke@shop-incidents.iam.gserviceaccount.com';
    const all = [
      ...gaugeCommands(whole),
      identityCommand({ ...whole, smokeAccount }),
      pageTokenCommand('claims.json', smokeAccount),
    ];
    const text = [
      renderCommands({ ...whole, smokeAccount }, { source: 'dist' }),
      ...all.map(({ tool, args, does }) => `# ${does}\n${typed(tool, args)}`),
    ].join('\n');
    const eachInALine = text.replaceAll(/^(#.*)\n/gm, '$1 ⏎ ');
    await expect(`${eachInALine}\n`).toMatchFileSnapshot('promised/deployment.txt');
  });

  test('as a person, it asks for a token of no audience, and grants nobody the API', () => {
    expect(identityCommand(target).args).toEqual(['auth', 'print-identity-token']);
    expect(commands.filter(({ does }) => does.endsWith('call metronome-api'))).toEqual([]);
  });

  test('sets what the file has and a function reads, and keeps the records in (default) without saying so', () => {
    const all = commandsOf(configured({ environment: { CONSOLE_URL: 'https://desk.example', SENDERS: null } }));
    const start = '--set-env-vars=^##^GOOGLE_CLOUD_PROJECT=shop-incidents##FUNCTION_TARGET=';
    expect(flag(deployOf('metronome-tickets', all), '--set-env-vars')).toBe(`${start}tickets`);
    expect(flag(deployOf('metronome-notify', all), '--set-env-vars')).toBe(
      `${start}notify##CONSOLE_URL=https://desk.example`,
    );
  });

  test.each([
    ['is not set', undefined, 'https://metronome-console-424242.asia-northeast1.run.app/console'],
    ['is set', 'https://desk.example', 'https://desk.example'],
  ])('leads people to the console where CONSOLE_URL %s', (_, CONSOLE_URL, address) => {
    const told = commandsOf(configured({ environment: CONSOLE_URL ? { CONSOLE_URL } : {} })).flatMap(
      (each) => /##(CONSOLE_URL=[^#]*)/.exec(flag(each, '--set-env-vars') ?? '')?.[1] ?? [],
    );
    expect(new Set(told)).toEqual(new Set([`CONSOLE_URL=${address}`]));
    expect(told).toHaveLength(functions.filter((each) => each.environment.includes('CONSOLE_URL')).length);
  });

  test('is one image, each service being the function that it says, with a base that Google updates', () => {
    for (const spec of functions) {
      const { args } = deployOf(spec.service);
      expect(args).toEqual(expect.arrayContaining([`--image=${image}`, '--base-image=nodejs24']));
      expect(flag(deployOf(spec.service), '--set-env-vars')).toContain(`##FUNCTION_TARGET=${spec.name}`);
      expect(args.filter((each) => /^--(?:source|function|build)/.test(each))).toEqual([]);
    }
    const { args } = deployCommand(builder, { source: 'dist' }, false, target);
    expect(args).toEqual(
      expect.arrayContaining(['--source=dist', `--function=${builder.name}`, '--base-image=nodejs24']),
    );
    expect(args.filter((each) => each.startsWith('--image'))).toEqual([]);
  });

  test('gives no traffic to a revision that was not tried, but the first of a service, which Cloud Run gives all', () => {
    for (const spec of functions) {
      const [tried, first] = [false, true].map((isNew) => deployCommand(spec, { image }, isNew, target).args);
      expect([tried?.includes('--no-traffic'), first?.includes('--no-traffic')]).toEqual([true, false]);
      expect(tried).toEqual(expect.arrayContaining(['--tag=candidate', '--revision-suffix=r20261130-120000']));
    }
    expect(trafficCommand(builder, 'x-1', target).args).toContain('--to-revisions=x-1=100');
  });

  test('keeps instances of a service, not of a revision, where the file asks for them', () => {
    const all = commandsOf(configured({ minInstances: { slack: 1 } }));
    expect(all.flatMap((each) => flag(each, '--min') ?? []).filter((each) => each !== '--min=0')).toEqual(['--min=1']);
    expect(flag(deployOf('metronome-slack', all), '--min')).toBe('--min=1');
    expect(all.filter((each) => flag(each, '--min-instances'))).toEqual([]);
  });

  test('moves traffic to what takes messages before the doors that publish them', () => {
    const order = inOrder.flat().map(({ name }) => name);
    expect(order.toSorted()).toEqual(functions.map(({ name }) => name).toSorted());
    expect(order.indexOf('ticketEvents')).toBeLessThan(order.indexOf('tickets'));
  });
});

describe('the plan of an empty project', () => {
  test('is this, whole (else: vitest -u, and look at what has changed)', async () => {
    const eachInALine = (await wholePlan()).text.replaceAll(`\n${' '.repeat(6)}`, ' ⏎ ');
    await expect(eachInALine).toMatchFileSnapshot('promised/plan.txt');
  });

  test('reads no part whose API is off, and does one by one what needs the thing before, or is refused beside another', async () => {
    const shown = ({ title, api = 'none', isOneByOne }: Part): string =>
      `${title}: ${api.replace('.googleapis.com', '')}${isOneByOne ? ', one by one' : ''}`;
    expect((await wholePlan()).parts.map(shown)).toEqual([
      'Region: pubsub',
      'APIs: none, one by one',
      'Organisation policies: none',
      'Metric descriptors: monitoring, one by one',
      "Google's agents: none, one by one",
      'Service accounts: iam',
      'Secrets: secretmanager',
      'Pub/Sub topics: pubsub',
      'Push subscriptions: pubsub',
      'Grants to accounts of ours: iam',
      'Grants to the Pub/Sub agent: iam',
      'Firestore: firestore, one by one',
      'Rules, indexes, TTL: firestore, one by one',
      'Firestore, of what customers can see: firestore, one by one',
      'Rules and TTL, of what customers can see: firestore, one by one',
      'Schedules: cloudscheduler',
      'Logs: logging',
      'Images and sources: artifactregistry, one by one',
      'Notification channels: monitoring, one by one',
      'Grants to the alerting agent: iam',
      'Uptime checks: monitoring, one by one',
      'Objectives: monitoring, one by one',
      'Alert policies: monitoring, one by one',
      'Dashboard: monitoring',
    ]);
  });

  test('uses flags that firebase-tools has', async () => {
    const commands = (await emptyPlan()).flatMap((each) => (each.command?.includes('firebase ') ? [each.command] : []));
    expect(commands).toHaveLength(4);
    const tools = join(import.meta.dirname, '../../node_modules/firebase-tools/lib');
    const source = ['index.js', 'commands/deploy.js'].map((file) => readFileSync(join(tools, file), 'utf8')).join('\n');
    const flags = new Set([...source.matchAll(/\.option\("(?:-\w, )?(--[a-z-]+)/g)].map(([, flag]) => flag));
    for (const command of commands) {
      expect(command).toMatch(/^GOOGLE_CLOUD_QUOTA_PROJECT=shop-incidents firebase deploy /);
      for (const [flag] of command.matchAll(/--[a-z-]+/g)) expect(flags).toContain(flag);
    }
  });

  test('creates everything, and shows no secret', async () => {
    const steps = await emptyPlan();
    expect(steps.every((each) => each.action === 'create')).toBe(true);
    const kinds = [
      'API',
      'account',
      'secret',
      'topic',
      'subscription',
      'grant',
      'database',
      'schedule',
      'alert policy',
    ];
    for (const kind of kinds) expect(steps.map((each) => each.kind)).toContain(kind);
    expect(
      steps.filter((each) => each.kind === 'secret').every((each) => each.command?.includes('--data-file=-')),
    ).toBe(true);
  });

  test('signs every push as the account that may call, for the root of the service', async () => {
    const steps = await emptyPlan();
    for (const spec of subscriptions) {
      const step = steps.find((each) => each.kind === 'subscription' && each.name === spec.name);
      expect(step?.note).toMatch(
        /→ https:\/\/[\w-]+-424242\.asia-northeast1\.run\.app\/projects\/shop-incidents\/topics\//,
      );
      expect(step?.note).toContain('signed by metronome-push@shop-incidents');
    }
  });

  test('names services and accounts as Google allows, and as nobody else in the project would', () => {
    for (const { service } of functions) expect(service).toMatch(/^metronome-/);
    for (const { id } of accounts) expect(id).toMatch(/^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/);
  });
});

describe('which code a release is of', () => {
  const revision = (labels: Record<string, string> | undefined, digit: string): [string, Revision] => [
    digit,
    {
      metadata: { name: digit, ...(labels ? { labels } : {}) },
      spec: { containers: [{ image: `here/x@sha256:${digit.repeat(64)}` }] },
    },
  ];
  const labelled = (text: string) => Object.fromEntries(text.split(',').map((each) => each.split('=')));

  test.each([[{ version: '0.1.0', commit: 'c0ffee' }], [{ version: '1.0.0-rc.1', commit: 'c0ffee-modified' }]])(
    'is read from the labels of its revisions: %j',
    (origin) => {
      const [, made] = revision(labelled(originLabels(origin)), 'a');
      expect(Object.values(made.metadata.labels ?? {}).filter((each) => !/^[a-z\d_-]{1,63}$/.test(each))).toEqual([]);
      expect(originOf(made)).toEqual(origin);
    },
  );

  test('is known of an image that was deployed here before, under whatever name', () => {
    const known = revision({ version: '0_1_0', commit: 'c0ffee' }, 'a');
    const state = { services: new Map(), revisions: new Map([revision(undefined, 'b'), known]) };
    const of = (digit: string) => originOfImage(state, `elsewhere/y@sha256:${digit.repeat(64)}`);
    expect(of('a')).toEqual({ version: '0.1.0', commit: 'c0ffee' });
    expect([of('b'), of('c')]).toEqual(Array(2).fill({ version: 'unknown', commit: 'unknown' }));
  });

  test.each<[what: string, git: string | undefined, environment: Record<string, string>, commit: string]>([
    ['Cloud Build names it', undefined, { COMMIT_SHA: 'f00d' }, 'f00d'],
    ['Git knows it', 'case "$1" in rev-parse) echo c0ffee ;; esac', {}, 'c0ffee'],
    ['files differ from it', 'echo c0ffee', {}, 'c0ffee-modified'],
    ['there is no repository', 'exit 128', {}, 'unknown'],
    ['there is no Git', undefined, {}, 'unknown'],
  ])('of this folder: %s', async (_, git, variables, commit) => {
    const path = putOnThePath(git === undefined ? {} : { git }, true);
    onTestFinished(() => path.takeOff());
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    const origin = await runIn({ PATH: process.env.PATH, ...variables }, () => originOfCheckout());
    expect(origin).toEqual({ version, commit });
  });
});
