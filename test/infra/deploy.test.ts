import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { MetricServiceClient } from '@google-cloud/monitoring';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FunctionSpec, functions, secretNames, subscriptions } from '../../functions/topology.ts';
import {
  type Command,
  deployCommands,
  gaugeCommands,
  identityCommand,
  rollbackCommand,
} from '../../infra/deploy/commands.ts';
import { hasGaugePoint } from '../../infra/deploy/gauge-point.ts';
import { type SmokeOptions, smoke } from '../../infra/deploy/smoke.ts';
import { localProject } from '../../infra/local/house.ts';
import { accounts } from '../../infra/provision/accounts.ts';
import { gcloudOf, typed } from '../../infra/provision/gcloud.ts';
import { partsOf, readParts, renderPlan } from '../../infra/provision/plan.ts';
import type { Part, Step } from '../../infra/provision/step.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';

const target = {
  project: 'shop-incidents',
  projectNumber: '424242',
  region: 'asia-northeast1',
  environment: { ZENDESK_SUBDOMAIN: 'shop' },
  consoleMembers: ['group:support@shop.example'],
  secretVersions: { NOTIFY_CHANNELS: '3' },
  database: '(default)',
};

/** With a value of its own in each variable that somebody may set. */
const whole = {
  ...target,
  environment: Object.fromEntries(
    [...new Set(functions.flatMap((each) => each.environment))].map((name) => [name, `its-${name.toLowerCase()}`]),
  ),
  consoleMembers: ['group:support@shop.example', 'user:lead@shop.example'],
};

const commands = deployCommands((name) => `dist/${name}`, target);
const deployOf = (service: string): Command =>
  commands.find((each) => each.does === `deploy ${service}`) ?? { tool: 'gcloud', args: [], does: '' };
const flag = (command: Command, name: string): string | undefined =>
  command.args.find((arg) => arg === name || arg.startsWith(`${name}=`));

/** The plan of a project that has nothing, and as it is shown. */
async function wholePlan(): Promise<{ parts: Part[]; steps: Step[]; text: string }> {
  process.env.METADATA_SERVER_DETECTION = 'none';
  const planned = await partsOf({
    ...target,
    operatorEmail: 'a@b.example',
    gcloud: gcloudOf(target.project),
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

  test('lets the outside reach the public doors alone', () => {
    const open = functions.filter((each) => flag(deployOf(each.service), '--no-invoker-iam-check') !== undefined);
    expect(open.map((each) => each.name).sort()).toEqual(['alerts', 'slack', 'tickets']);
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
    const target = { ...whole, smokeAccount: 'smoke@shop-incidents.iam.gserviceaccount.com', database: 'records' };
    const all = [
      ...deployCommands((name) => `dist/${name}`, target),
      rollbackCommand(functions[0] as FunctionSpec, 'metronome-tickets-00007-abc', target),
      ...gaugeCommands(target),
      identityCommand('https://api.example/api', target),
    ];
    const text = all.map(({ tool, args, does }) => `# ${does}\n${typed(tool, args)}\n`).join('\n');
    await expect(text).toMatchFileSnapshot('promised/deployment.txt');
  });

  test('as a person, it asks for a token of no audience, and grants nobody the API', () => {
    expect(identityCommand('https://api.example/api', target).args).toEqual(['auth', 'print-identity-token']);
    expect(commands.filter(({ does }) => does.endsWith('call metronome-api'))).toEqual([]);
  });

  test('keeps the records in (default) without saying so, and a blank variable is one that is not set', () => {
    const blank = { ...target, environment: { ZENDESK_SUBDOMAIN: '', CONSOLE_URL: 'https://desk.example' } };
    const variablesOf = (name: string) =>
      deployCommands((each) => each, blank)
        .find(({ does }) => does === `deploy metronome-${name}`)
        ?.args.find((each) => each.startsWith('--set-env-vars='));
    expect(variablesOf('tickets')).toBe('--set-env-vars=^##^GOOGLE_CLOUD_PROJECT=shop-incidents');
    expect(variablesOf('notify')).toBe(
      '--set-env-vars=^##^GOOGLE_CLOUD_PROJECT=shop-incidents##CONSOLE_URL=https://desk.example',
    );
  });

  test.each([
    ['is not set', undefined, 'https://metronome-console-424242.asia-northeast1.run.app/console'],
    // As a substitution of Cloud Build that nobody gave leaves it.
    ['is blank', '', 'https://metronome-console-424242.asia-northeast1.run.app/console'],
    ['is set', 'https://desk.example', 'https://desk.example'],
  ])('leads people to the console where CONSOLE_URL %s', (_, CONSOLE_URL, address) => {
    const told = deployCommands((each) => each, { ...target, environment: { CONSOLE_URL } }).flatMap(
      (each) => /##(CONSOLE_URL=[^#]*)/.exec(flag(each, '--set-env-vars') ?? '')?.[1] ?? [],
    );
    expect(new Set(told)).toEqual(new Set([`CONSOLE_URL=${address}`]));
    expect(told).toHaveLength(functions.filter((each) => each.environment.includes('CONSOLE_URL')).length);
  });

  test('puts what takes messages in place before the doors that publish them', () => {
    const order = commands.filter((each) => each.does.startsWith('deploy ')).map((each) => each.does);
    expect(order.indexOf('deploy metronome-ticket-events')).toBeLessThan(order.indexOf('deploy metronome-tickets'));
  });

  test('is described in Cloud Build by scripts that exist', () => {
    const top = join(import.meta.dirname, '../..');
    const { scripts } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));
    const text = readFileSync(join(top, 'cloudbuild.yaml'), 'utf8');
    const named = [...text.matchAll(/npm run ([\w:]+)|args: \[run, (\w+)\]/g)].map((match) => match[1] ?? match[2]);
    expect(named.length).toBeGreaterThan(4);
    for (const name of named) expect(scripts, name).toHaveProperty(name as string);
  });
});

describe('Cloud Build', () => {
  const text = readFileSync(join(import.meta.dirname, '../../cloudbuild.yaml'), 'utf8').replaceAll(/^\s*#.*$/gm, '');
  const used = new Set([...text.matchAll(/(?<!\$)\$\{?(_?[A-Z][A-Z_]*)/g)].map((match) => match[1] ?? ''));
  const declared = new Set([...text.matchAll(/^ {2}(_[A-Z_]+):/gm)].map((match) => match[1] ?? ''));

  test('replaces what is declared, and nothing that a shell should read', () => {
    // A substitution that is declared and not used fails a build as well.
    expect([...used].filter((name) => name.startsWith('_')).sort()).toEqual([...declared].sort());
    expect([...used].filter((name) => !name.startsWith('_'))).toEqual(['PROJECT_ID']);
    for (const [, name] of text.matchAll(/\$\$\{?([A-Z_]+)/g)) {
      expect(['PATH', ...[...text.matchAll(/([A-Z_]+)=\$_/g)].map((match) => match[1])]).toContain(name);
    }
  });

  test('changes nothing before every check has passed, and tries what it has deployed at last', () => {
    const waits = new Map<string, string[]>();
    for (const step of text.split(/^ {2}- id: /m).slice(1)) {
      const [id = ''] = step.split('\n');
      // One that says nothing waits for all before it.
      waits.set(id, /waitFor: \[(.*)\]/.exec(step)?.[1]?.split(', ') ?? [...waits.keys()]);
    }
    const awaited = (id: string): string[] => (waits.get(id) ?? []).flatMap((each) => [each, ...awaited(each)]);
    const checks = ['lint', 'test', 'test-official', 'test-tools', 'bundle'];
    expect(awaited('provision')).toEqual(expect.arrayContaining(checks));
    expect(awaited('deploy')).toEqual(expect.arrayContaining(['provision', ...checks]));
    expect(awaited('smoke-test')).toContain('deploy');
  });

  test('runs Node 24, and Java 21 for the emulators', () => {
    const images = new Set([...text.matchAll(/name: (\S+)/g)].map((match) => match[1]));
    expect([...images]).toEqual(['node:24-trixie', 'gcr.io/google.com/cloudsdktool/google-cloud-cli:slim']);
    expect(text).toContain('openjdk-21-jre-headless');
    expect(text).toContain('npm run test:official');
  });
});

describe('the plan of an empty project', () => {
  test('is this, whole (else: vitest -u, and look at what has changed)', async () => {
    await expect((await wholePlan()).text).toMatchFileSnapshot('promised/plan.txt');
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
    expect(commands).toHaveLength(2);
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

describe('the smoke test', () => {
  let scenario: Scenario;
  let startedAt: Date;
  beforeAll(async () => {
    scenario = await openScenario('2026-11-24T00:01:00Z');
  });
  beforeEach(() => {
    startedAt = new Date(scenario.house.cloud.clock.now());
  });
  afterAll(() => scenario.stop());
  const areWritten = async (): Promise<boolean> => {
    const client = new MetricServiceClient({
      projectId: localProject,
      apiEndpoint: '127.0.0.1',
      port: scenario.house.cloud.port,
      sslCreds: credentials.createInsecure(),
    });
    const until = new Date(scenario.house.cloud.clock.now());
    const isThere = await hasGaugePoint(client, localProject, { since: startedAt, until });
    await client.close();
    return isThere;
  };
  /** A door before which something else answers for so many requests. */
  const behind = async (status: number, requests: number): Promise<{ url: string; stop(): Promise<unknown> }> => {
    let left = requests;
    const serve = async (request: IncomingMessage, response: ServerResponse) => {
      left -= 1;
      if (left >= 0) return void response.writeHead(status).end();
      const { 'content-type': type = '', authorization = '' } = request.headers;
      const reply = await fetch(`${scenario.url}${request.url}`, {
        method: 'POST',
        headers: { 'content-type': type, authorization },
        body: await textOf(request),
      });
      response.writeHead(reply.status).end(await reply.text());
    };
    const server = createServer((request, response) => void serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const stop = () => new Promise((resolve) => server.close(resolve).closeAllConnections());
    return { url: `http://127.0.0.1:${port}`, stop };
  };
  const options = () => ({
    ticketsUrl: `${scenario.url}/tickets`,
    ticketsToken: 'local',
    apiUrl: `${scenario.url}/api`,
    gauges: { write: () => Promise.reject(new Error('nobody may')), areWritten },
    patience: {
      pause: (milliseconds: number) => scenario.advance(`PT${milliseconds / 1_000}S`),
      say: () => undefined,
    },
  });

  test('files a drill, finds its incident, ends it, and waits until a gauge was written', async () => {
    expect(await areWritten()).toBe(false);
    const id = await smoke(options());
    expect(await areWritten()).toBe(true);
    // None since then: what was written before a deployment says nothing of it.
    await scenario.advance('PT1S');
    startedAt = new Date(scenario.house.cloud.clock.now());
    expect(await areWritten()).toBe(false);
    const { body } = await scenario.get(`/api/incidents/${id}`);
    expect(body).toMatchObject({ isDrill: true, status: 'recovered' });
  });

  test('fails where the door does not take it', async () => {
    await expect(smoke({ ...options(), ticketsToken: 'wrong' })).rejects.toThrow('The door answered 401');
  });

  test('fails where the incident does not come out', async () => {
    const wrong = { ...options(), apiUrl: `${scenario.url}/nothing` };
    await expect(smoke(wrong)).rejects.toThrow('has no incident at the API');
  });

  test('waits for a revision, a grant and a token that have not arrived everywhere', async () => {
    const slow = await behind(403, 3);
    let refusals = 2;
    const identityToken = async () => {
      refusals -= 1;
      if (refusals >= 0) throw new Error('Permission iam.serviceAccounts.getOpenIdToken denied');
      return 'token';
    };
    const id = await smoke({ ...options(), ticketsUrl: `${slow.url}/tickets`, identityToken });
    expect(id).toMatch(/^inc_/);
    await slow.stop();
  });

  test('fails where a door is not let in for good', async () => {
    const shut = await behind(403, Number.POSITIVE_INFINITY);
    await expect(smoke({ ...options(), ticketsUrl: `${shut.url}/tickets` })).rejects.toThrow('The door answered 403');
    await shut.stop();
  });

  test('fails where no gauge comes', async () => {
    const gauges = { write: async () => undefined, areWritten: async () => false };
    const since = scenario.house.cloud.clock.now();
    await expect(smoke({ ...options(), gauges })).rejects.toThrow('No gauge was written within 15 minutes');
    expect(scenario.house.cloud.clock.now() - since).toBeGreaterThanOrEqual(900_000);
  });
});

describe('what the smoke test asks, and how long it waits', () => {
  /** `isCut`: the connection ends without an answer. */
  type Reply = { status?: number; body?: unknown; isCut?: boolean };
  /** Cloud Run's own answers, where no function of ours is asked, are no JSON. */
  const cloudRuns = '<html><title>Not yet</title></html>';
  /** By the call: what it is answered the first time, the second…, and the id of the drill that was sent. */
  type Replies = Record<string, (count: number, sent: string) => Reply>;
  /** A door and an API that answer so, what they were asked, and how long was waited in all. */
  async function smokeOf(
    replies: Record<string, (count: number, sent: string) => Reply>,
    more: Partial<SmokeOptions> = {},
  ) {
    const asked: { call: string; authorization?: string | undefined; body?: unknown }[] = [];
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const call = `${request.method} ${request.url}`;
      const text = await textOf(request);
      asked.push({ call, authorization: request.headers.authorization, ...(text && { body: JSON.parse(text) }) });
      const sent = (asked[0]?.body as { id: string } | undefined)?.id ?? '';
      const count = asked.filter((each) => each.call === call).length;
      const { status = 200, body = {}, isCut } = replies[call]?.(count, sent) ?? { status: 404, body: cloudRuns };
      if (isCut) return void request.socket.destroy();
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    const server = createServer((request, response) => void answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    let waitedSeconds = 0;
    const said: string[] = [];
    const outcome = await smoke({
      ticketsUrl: `${root}/tickets`,
      ticketsToken: 'the-token',
      apiUrl: `${root}/api`,
      identityToken: async () => 'somebody',
      gauges: { write: async () => undefined, areWritten: async () => true },
      patience: {
        pause: async (ms) => {
          waitedSeconds += ms / 1_000;
        },
        say: (text) => void said.push(text),
      },
      ...more,
    }).catch((error: Error) => error.message);
    server.close();
    server.closeAllConnections();
    return { asked, waitedSeconds, outcome, said };
  }
  const filed = (): Reply => ({ status: 201, body: { incident: { id: 'inc_1' } } });
  const timeline = (): Reply => ({ body: { events: [{ type: 'reminded' }, { type: 'filed' }] } });
  const well = {
    'POST /tickets': filed,
    'GET /api/incidents/inc_1/timeline': timeline,
    'POST /api/incidents/inc_1/events': () => ({ status: 201 }),
  };

  test('is a drill by the door with its token, its timeline and its end by the API, as somebody', async () => {
    const { asked, waitedSeconds, outcome } = await smokeOf(well);
    const [drill] = asked;
    const authorization = 'Bearer somebody';
    expect([outcome, waitedSeconds]).toEqual(['inc_1', 0]);
    expect(asked).toEqual([
      {
        call: 'POST /tickets',
        authorization: 'Bearer the-token',
        body: {
          id: expect.stringMatching(/^smoke-[\da-f-]{36}$/),
          subject: 'Deployment drill',
          drill: true,
          ongoing: 'no',
          customer: { id: 'drill' },
        },
      },
      { call: 'GET /api/incidents/inc_1/timeline', authorization },
      {
        call: 'POST /api/incidents/inc_1/events',
        authorization,
        body: {
          type: 'customer-updated',
          customers: 'all',
          message: 'Deployment drill ended',
          channel: 'ticket',
          recovery: true,
        },
      },
    ]);
    // As nobody where it is no person's, and with another drill each time.
    const again = await smokeOf(well, { identityToken: undefined } as unknown as Partial<SmokeOptions>);
    expect(again.asked.map((each) => each.authorization)).toEqual(['Bearer the-token', undefined, undefined]);
    expect(again.asked[0]?.body).not.toEqual(drill?.body);
  });

  test('finds the incident of a report that was spilled in the list, by the id that was sent', async () => {
    const of = (origin: string, id: string) => ({ id, origin: { id: origin } });
    const { outcome, waitedSeconds } = await smokeOf({
      ...well,
      'POST /tickets': () => ({ status: 202 }),
      'GET /api/incidents?limit=50': (count, sent) => ({
        body: { incidents: [of('another', 'inc_2'), ...(count > 2 ? [of(sent, 'inc_1')] : [])] },
      }),
    });
    expect([outcome, waitedSeconds]).toEqual(['inc_1', 10]);
    const empty = await smokeOf({ ...well, 'POST /tickets': () => ({ status: 202 }) });
    expect(empty.outcome).toContain('has no incident at the API: not in the list (404)');
  });

  test.each<[string, Replies, string | RegExp, number]>([
    [
      'a door that is not there yet, for two minutes',
      { 'POST /tickets': () => ({ status: 404, body: 'x' }) },
      'The door answered 404: x',
      120,
    ],
    [
      'one that refuses, not at all',
      { 'POST /tickets': () => ({ status: 401, body: 'x' }) },
      'The door answered 401: x',
      0,
    ],
    [
      'one without an incident, not at all',
      { 'POST /tickets': () => ({ body: { id: 1 } }) },
      'The door answered no incident: {"id":1}',
      0,
    ],
    [
      'a door that is there soon',
      { ...well, 'POST /tickets': (count) => (count < 4 ? { status: 503 } : filed()) },
      'inc_1',
      15,
    ],
    [
      'an incident that does not come, for three minutes',
      { ...well, 'GET /api/incidents/inc_1/timeline': () => ({ status: 404, body: cloudRuns }) },
      'has no incident at the API: GET its timeline answered 404',
      180,
    ],
    [
      'an API that lets nobody in yet',
      {
        ...well,
        'GET /api/incidents/inc_1/timeline': (count) => (count < 4 ? { status: 403, body: cloudRuns } : timeline()),
      },
      'inc_1',
      15,
    ],
    [
      'one that was not filed, as long',
      { ...well, 'GET /api/incidents/inc_1/timeline': () => ({ body: { events: [{ type: 'reminded' }] } }) },
      'has no incident at the API: its timeline has no filed event',
      180,
    ],
    [
      'an end that is not taken, as long',
      { ...well, 'POST /api/incidents/inc_1/events': () => ({ status: 409, body: 'x' }) },
      'The drill inc_1 could not be ended: 409 x',
      180,
    ],
    [
      'an end that is taken soon',
      { ...well, 'POST /api/incidents/inc_1/events': (count) => ({ status: count < 3 ? 500 : 201 }) },
      'inc_1',
      10,
    ],
    [
      'a door to which the connection fails at first',
      { ...well, 'POST /tickets': (count) => (count < 4 ? { isCut: true } : filed()) },
      'inc_1',
      15,
    ],
    [
      'one to which it never holds, for two minutes',
      { ...well, 'POST /tickets': () => ({ isCut: true }) },
      /^The door at http:.*\/tickets did not answer: .+\. See whether .* and the logs of metronome-tickets$/,
      120,
    ],
    [
      'an API to which the connection fails at first',
      {
        ...well,
        'GET /api/incidents/inc_1/timeline': (count) => (count < 4 ? { isCut: true } : timeline()),
        'POST /api/incidents/inc_1/events': (count) => (count < 3 ? { isCut: true } : { status: 201 }),
      },
      'inc_1',
      25,
    ],
    [
      'one to which it never holds, for three minutes',
      { ...well, 'GET /api/incidents/inc_1/timeline': () => ({ isCut: true }) },
      /has no incident at the API: The API at http:.* did not answer: .+\. See whether .* and the logs of metronome-api$/,
      180,
    ],
    [
      'a list that cannot be had, as long',
      {
        ...well,
        'POST /tickets': () => ({ status: 202 }),
        'GET /api/incidents?limit=50': () => ({ isCut: true }),
      },
      'did not answer',
      180,
    ],
    [
      'an end that cannot be told, as long',
      { ...well, 'POST /api/incidents/inc_1/events': () => ({ isCut: true }) },
      /^The drill inc_1 could not be ended\. The API at .* did not answer: .+ the logs of metronome-api$/,
      180,
    ],
    [
      'a timeline that is no JSON, as long',
      { ...well, 'GET /api/incidents/inc_1/timeline': () => ({ body: cloudRuns }) },
      'its timeline has no filed event',
      180,
    ],
    [
      'a door that answers something else, not at all',
      { 'POST /tickets': () => ({ body: cloudRuns }) },
      'The door answered no incident: <html>',
      0,
    ],
  ])('waits for %s', async (_, replies, expected, seconds) => {
    const { outcome, waitedSeconds } = await smokeOf(replies);
    const said = typeof expected === 'string' ? expect.stringContaining(expected) : expect.stringMatching(expected);
    expect([outcome, waitedSeconds]).toEqual([said, seconds]);
  });

  // The first are Cloud Run's own, of a revision or a grant that has not arrived; a door of ours answers the others.
  test.each([
    [403, true],
    [404, true],
    [502, true],
    [503, true],
    [400, false],
    [401, false],
    [405, false],
    [422, false],
  ])('asks again a door that answers %i: %s', async (status, isAskedAgain) => {
    const door = (count: number): Reply => (count === 1 ? { status, body: 'x' } : filed());
    const { outcome, waitedSeconds } = await smokeOf({ ...well, 'POST /tickets': door });
    expect([outcome, waitedSeconds]).toEqual(isAskedAgain ? ['inc_1', 5] : [`The door answered ${status}: x`, 0]);
  });

  test('waits for a token, and a quarter of an hour for a gauge; whether they could be had now or not', async () => {
    const refused = { identityToken: () => Promise.reject(new Error('not yet')) };
    const noToken = await smokeOf(well, refused);
    expect([noToken.outcome, noToken.waitedSeconds]).toEqual([
      expect.stringContaining('there is no identity token: not yet'),
      180,
    ]);
    const gauges = { write: () => Promise.reject(new Error('nobody may')), areWritten: async () => false };
    const none = await smokeOf(well, { gauges });
    expect([none.outcome, none.waitedSeconds, none.said]).toEqual([
      'No gauge was written within 15 minutes: see the logs of metronome-gauges',
      900,
      ['The gauges come with the next tick, since now: nobody may'],
    ]);
    let looks = 0;
    const unread = async (most: number) => {
      looks += 1;
      if (looks <= most) throw new Error('14 UNAVAILABLE');
      return true;
    };
    const late = await smokeOf(well, { gauges: { ...gauges, areWritten: () => unread(3) } });
    expect([late.outcome, late.waitedSeconds]).toEqual(['inc_1', 15]);
    const never = await smokeOf(well, { gauges: { ...gauges, areWritten: () => unread(1_000) } });
    expect([never.outcome, never.waitedSeconds]).toEqual([
      'No gauge was written within 15 minutes: they cannot be read: 14 UNAVAILABLE',
      900,
    ]);
  });
});
