/** Each function is bundled, started as a buildpack starts it, and does its work. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subscriptions } from '../../functions/topology.ts';
import { type Bundle, bundleAll } from '../../infra/bundle.ts';
import { functionEnvironments } from '../../infra/local/environments.ts';
import { localProject } from '../../infra/local/start-cloud.ts';
import { functions } from '../../infra/topology.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';
import { signed } from '../scenarios/slack-house.ts';

// Within the repository, so that the framework is found as it is in a deployed function.
const directory = join(import.meta.dirname, '../../dist', `test-${process.pid}`);
const main = createRequire(import.meta.url).resolve('@google-cloud/functions-framework');

const signingSecret = `whsec_${Buffer.from('a-bundle-secret-of-24-by').toString('base64')}`;

let bundles: Bundle[];
let scenario: Scenario;

const bundleOf = (name: string): Bundle => bundles.find((each) => each.name === name) as Bundle;

interface Running {
  url: string;
  child: ChildProcess;
  output(): string;
}

/** Writes each file that is loaded, by `import` or `require`. */
const tellsLoaded = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) { console.error('loaded ' + url); return next(url, context); } });
`)}`;

/** As the buildpack starts it: the framework, the target, and one process a function. */
async function start(name: string, environment: Record<string, string> = {}): Promise<Running> {
  const port = await freePort();
  let output = '';
  const args = [join(main, '../main.js'), `--target=${name}`, `--source=${directory}`, `--port=${port}`];
  const cloud = `127.0.0.1:${scenario.house.cloud.port}`;
  const own = functionEnvironments(scenario.house.environment, localProject, cloud)[name];
  const env = { ...own, ...environment, FUNCTION_TARGET: name, NODE_OPTIONS: `--import ${tellsLoaded}` };
  const child = spawn(process.execPath, args, { env });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const running = { url: `http://127.0.0.1:${port}`, child, output: () => output };
  const until = Date.now() + 30_000;
  while (Date.now() < until && child.exitCode === null) {
    const isUp = await fetch(`${running.url}/favicon.ico`).then(
      () => true,
      () => false,
    );
    if (isUp) return running;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${name} did not start: ${output}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function stop({ child }: Running): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** As its subscription pushes. */
async function push(name: string, { url, output }: Running): Promise<void> {
  const spec = subscriptions.find((each) => each.function === name);
  const message = {
    data: Buffer.from(JSON.stringify(bodies[name] ?? { schedule: spec?.name })).toString('base64'),
    messageId: `m-${name}`,
    publishTime: '2026-11-24T00:00:00.000Z',
    attributes: {},
  };
  const subscription = `projects/metronome-local/subscriptions/${spec?.name}`;
  const response = await fetch(
    `${url}/projects/metronome-local/topics/${spec?.topic}`,
    json({ message, subscription }),
  );
  expect(response.status, `${await response.text()}\n${output()}`).toBe(204);
}

const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

interface Called {
  path: string;
  init?: RequestInit | (() => RequestInit);
  status: number;
  environment?: Record<string, string>;
}

const gitlabDeployment = {
  object_kind: 'deployment',
  status: 'success',
  status_changed_at: '2026-11-24 09:48:00 +0900',
  deployment_id: 5,
  environment: 'production',
  environment_tier: 'production',
  project: { path_with_namespace: 'shop/order' },
  short_sha: 'abcdef12',
  ref: 'main',
};

/** How each function that is called by HTTP is called, and what it answers. */
const calls: Record<string, Called> = {
  tickets: {
    path: '/',
    init: json({ id: 'B-1', subject: '注文が通らない' }, { authorization: 'Bearer local' }),
    status: 201,
  },
  alerts: { path: '/alerts?auth_token=local', init: json(thresholdAlert({ id: 'bundled' })), status: 201 },
  changes: {
    path: '/changes/gitlab',
    init: json(gitlabDeployment, { 'x-gitlab-token': 'local' }),
    status: 202,
    environment: { GITLAB_WEBHOOK_TOKEN: 'local' },
  },
  slack: { path: '/slack/commands', init: () => typed('command=/metronome&text=help&user_id=U1'), status: 200 },
  api: { path: '/api/incidents', status: 200 },
  console: { path: '/console', status: 200 },
  publicPages: { path: '/status/', status: 200, environment: { PUBLIC_STATUS: 'on' } },
};

/** A command, signed as it leaves. */
function typed(body: string): RequestInit {
  return { method: 'POST', body, headers: signed(body, Math.floor(Date.now() / 1_000), 'local') };
}

const bodies: Record<string, unknown> = {
  ticketEvents: { id: 'B-2', subject: '印刷できない' },
  alertEvents: thresholdAlert({ id: 'bundled-2', policy: '7002' }),
  releases: { id: 'build-1', status: 'SUCCESS' },
  notify: {
    id: 'ntc_bundled',
    kind: 'missing-data',
    incidentId: null,
    customers: [],
    isDrill: false,
    subject: { ja: '件名', en: 'Subject' },
    text: { ja: '本文', en: 'Text' },
    createdAt: '2026-11-24T00:00:00.000Z',
  },
};

const names = functions.map(({ name }) => name);

beforeAll(async () => {
  // From wherever it is called: what it bundles is found from its own place.
  const before = process.cwd();
  process.chdir(tmpdir());
  try {
    [bundles, scenario] = await Promise.all([bundleAll(directory, names), openScenario()]);
  } finally {
    process.chdir(before);
  }
});
afterAll(async () => {
  await scenario.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('each bundle', () => {
  test.each(names)('%s starts under functions-framework and does its work', async (name) => {
    const call = calls[name];
    const running = await start(name, call?.environment);
    try {
      if (call) {
        const response = await fetch(
          running.url + call.path,
          typeof call.init === 'function' ? call.init() : (call.init ?? {}),
        );
        expect(response.status, await response.text()).toBe(call.status);
      } else await push(name, running);
    } finally {
      await stop(running);
    }
    const loaded = new Set(running.output().match(/(?<=^loaded .*\/)[^/]+\.mjs$/gm));
    expect(loaded).toContain('index.mjs');
    // The client of an emulator asks for all that gRPC has; a week is a matter of zones, and backups are the admin client's.
    const needed: Record<string, string> = { weeklyTick: 'temporal-polyfill', gauges: 'firestore_admin_client' };
    const expected = new RegExp(`^(?:server|${needed[name] ?? 'server'})-`);
    expect(bundleOf(name).seldom.files.filter((each) => loaded.has(each) && !expected.test(each))).toEqual([]);
  });

  test('reads what it is given, as the door in development does', async () => {
    const { body } = await scenario.get('/api/incidents');
    const titles = body.incidents.map((each: { title: string }) => each.title);
    const filed = ['注文が通らない', '印刷できない'];
    expect(titles).toEqual(expect.arrayContaining(filed));
  });

  test('has its source map, a manifest that pins the framework, and a lock file with hashes alone', () => {
    for (const bundle of bundles) {
      const read = (file: string) => readFileSync(join(bundle.directory, file), 'utf8');
      const files = readdirSync(bundle.directory).filter((each) => each.endsWith('.mjs'));
      expect(files).toContain('index.mjs');
      for (const file of files) expect(read(file).trimEnd().endsWith(`//# sourceMappingURL=${file}.map`)).toBe(true);
      const sources = new Set(files.flatMap((file) => JSON.parse(read(`${file}.map`)).sources));
      expect(sources.size).toBeGreaterThan(10);
      const sizes = files.map((file) => statSync(join(bundle.directory, file)).size);
      const { atStart, onDemand, seldom } = bundle;
      expect(atStart.bytes + onDemand.bytes + seldom.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
    }
  });

  test('is started by one index, in a folder whose manifest pins the framework, with a lock file of hashes alone', async () => {
    const read = (file: string) => readFileSync(join(directory, file), 'utf8');
    const manifest = JSON.parse(read('package.json'));
    expect(manifest).toEqual({
      name: 'metronome',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      private: true,
      type: 'module',
      main: 'index.mjs',
      engines: { node: '24.x' },
      dependencies: { '@google-cloud/functions-framework': expect.stringMatching(/^\d/) },
    });
    // What is installed here is of this machine: there it is installed again.
    expect(read('.gcloudignore')).toBe('node_modules\n');
    const lock = JSON.parse(read('package-lock.json'));
    const { version, integrity } = lock.packages['node_modules/@google-cloud/functions-framework'];
    expect(version).toBe(manifest.dependencies['@google-cloud/functions-framework']);
    expect(integrity).toMatch(/^sha512-/);
    expect(lock.packages['node_modules/express']).toBeDefined();
    await expect(start('toString')).rejects.toThrow('FUNCTION_TARGET names no function of Metronome: toString');
  });
});

describe('what a bundle loads on demand is there when it is called for', () => {
  const used = async (name: string, environment: Record<string, string>, work: (to: Running) => Promise<void>) => {
    const running = await start(name, environment);
    try {
      await work(running);
    } finally {
      await stop(running);
    }
  };

  test('Pub/Sub, which takes a ticket while Firestore is away', () =>
    used('tickets', {}, async ({ url, output }) => {
      scenario.house.cloud.faults.add({
        target: 'firestore.*',
        effect: 'fail',
        code: 'UNAVAILABLE',
        times: 1_000_000,
      });
      const response = await fetch(url, json({ id: 'B-3', subject: 'x' }, { authorization: 'Bearer local' }));
      scenario.house.cloud.faults.clear();
      expect(response.status, output()).toBe(202);
    }));

  test('the check of a signature', () =>
    used('tickets', { TICKETS_SIGNING_SECRET: signingSecret }, async ({ url, output }) => {
      const body = JSON.stringify({ id: 'B-4', subject: 'x' });
      const signedAt = new Date();
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': 'msg_1',
          'webhook-timestamp': String(Math.floor(signedAt.getTime() / 1_000)),
          'webhook-signature': new Webhook(signingSecret).sign('msg_1', signedAt, body),
        },
        body,
      });
      expect(response.status, output()).toBe(201);
    }));

  test('the chart of a week', () =>
    used('console', {}, async ({ url, output }) => {
      expect((await scenario.post('/api/postmortems/2026-W46/assemble', {})).status).toBe(201);
      const response = await fetch(`${url}/console/postmortems/2026-W46/charts/counts.svg`);
      expect(await response.text(), output()).toContain('<svg');
    }));

  test('the check of who comes through Identity-Aware Proxy', () =>
    used('console', { IAP_AUDIENCE: '/projects/1/locations/x/services/metronome-console' }, async ({ url, output }) => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const assertion = `${part({ alg: 'ES256', kid: 'nobody' })}.${part({ email: 'a@b.example' })}.c2lnbmVk`;
      const response = await fetch(`${url}/console`, { headers: { 'x-goog-iap-jwt-assertion': assertion } });
      expect(response.status).toBe(403);
      expect(output()).toContain('an assertion was refused');
      // Whether Google's keys could be had or not: the client that asks for them was made.
      expect(output()).not.toContain('is not a constructor');
    }));
});

describe('what a function loads', () => {
  const publishes = (name: string): boolean =>
    functions.find((each) => each.name === name)?.grants.some((each) => each.role === 'roles/pubsub.publisher') ??
    false;
  const heavy = ['@google-cloud/pubsub', '@google-cloud/monitoring', '@google-cloud/scheduler', 'echarts'];

  test.each(names)('%s starts without a client that it may never need', (name) => {
    expect(bundleOf(name).atStart.packages.filter((each) => heavy.includes(each))).toEqual([]);
  });

  test.each(names)('%s carries Pub/Sub exactly where it may publish', (name) => {
    expect(bundleOf(name).onDemand.packages.includes('@google-cloud/pubsub')).toBe(publishes(name));
  });

  test.each(names)('%s carries Cloud Monitoring exactly where it may use it', (name) => {
    const grants = functions.find((each) => each.name === name)?.grants ?? [];
    const mayUse = grants.some((each) => each.role.startsWith('roles/monitoring.'));
    const carries = bundleOf(name).onDemand.packages.includes('@google-cloud/monitoring');
    expect(carries && !mayUse).toBe(false);
  });
});
