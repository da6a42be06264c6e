/** Debian's Alertmanager, unmodified, in front of a house: whatever fails, each alert is on an incident, and its end arrives. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import { alertSecrets } from '../fixtures/secrets.ts';
import { useScenario } from '../scenarios/house.ts';

const program = process.env.ALERTMANAGER ?? 'prometheus-alertmanager';
const environment = { ...process.env, ...alertSecrets };
const scenario = useScenario(undefined, { environment });

let folder: string;
let url: string;
let process_: ChildProcess | undefined;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise<unknown>((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alertmanager-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const receiver = `{ url: "${scenario.url}/alerts/alertmanager", http_config: { authorization: { credentials: local } } }`;
  const { OPSGENIE_API_KEY: apiKey, PAGERDUTY_ROUTING_KEYS: routingKey } = alertSecrets;
  await writeFile(
    join(folder, 'alertmanager.yml'),
    `
route:
  receiver: metronome
  group_by: [alertname]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 1h
  routes:
    - { receiver: moved, matchers: ['alertname = "Moved"'] }
receivers:
  - name: metronome
    webhook_configs: [${receiver}]
  - name: moved
    opsgenie_configs: [{ api_url: "${scenario.url}/opsgenie/", api_key: ${apiKey}, update_alerts: true }]
    pagerduty_configs: [{ url: "${scenario.url}/pagerduty/v2/enqueue", routing_key: ${routingKey} }]
`,
  );
  const options = [`--config.file=${join(folder, 'alertmanager.yml')}`, `--storage.path=${join(folder, 'data')}`];
  const address = [`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='];
  process_ = spawn(program, [...options, ...address], { stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) => {
    process_?.once('error', () =>
      reject(
        new Error(
          `There is no ${program}. Run apt-get install prometheus-alertmanager, or set ALERTMANAGER to its path.`,
        ),
      ),
    );
    process_?.once('exit', (code) => reject(new Error(`${program} ended with ${code}.`)));
  });
  const isReady = () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await Promise.race([failed, vi.waitUntil(isReady, { timeout: 600_000 })]);
});

afterAll(async () => {
  if (process_ && process_.exitCode === null) {
    const ended = once(process_.removeAllListeners('exit'), 'exit');
    process_.kill();
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
});

async function raise(alerts: { name: string; pod: string; endsAt?: Date }[]): Promise<void> {
  const body = alerts.map(({ name, pod, endsAt }) => ({
    labels: { alertname: name, pod, service: 'order' },
    annotations: { summary: `${name} is above 5 %` },
    startsAt: new Date(startedAt).toISOString(),
    ...(endsAt ? { endsAt: endsAt.toISOString() } : {}),
  }));
  const answer = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

const startedAt = Date.now() - 60_000;

/** Each alert that is kept beside a signal, with its state and its incident. */
async function keptAlerts(): Promise<Map<string, string>> {
  const chunks = await firestore().collectionGroup(collections.alertIds).get();
  return new Map(
    chunks.docs.flatMap((each) =>
      String(each.get('ids'))
        .split('\n')
        .map((line): [string, string] => [line, each.ref.path]),
    ),
  );
}

/** As Alertmanager counts them. */
async function refusedDeliveries(): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const failed = metrics.matchAll(
    /^alertmanager_notification_requests_failed_total\{[^}]*integration="webhook"[^}]*\} (\d+)$/gm,
  );
  return [...failed].reduce((sum, [, count]) => sum + Number(count), 0);
}

const ofTool = (tool: string) => firestore().collection(collections.incidents).where('origin.tool', '==', tool).get();
const countsNow = async (): Promise<{ firing: number; resolved: number }[]> =>
  (await ofTool('alertmanager')).docs.map((each) => each.get('alert.counts'));
const kindsNow = async (tool: string): Promise<string[]> =>
  (await firestore().collection(collections.signals).where('tool', '==', tool).get()).docs.map((each) =>
    String(each.get('kind')),
  );

/** Neither Firestore nor Pub/Sub takes anything until Alertmanager was refused: so it has to send that again. */
async function whileNothingIsStored(work: () => Promise<void>): Promise<void> {
  const { faults } = scenario.house.cloud;
  const before = await refusedDeliveries();
  for (const target of ['firestore.Commit', 'pubsub.Publish'])
    faults.add({ target, effect: 'fail', code: 'INTERNAL', times: 1_000_000 });
  await work();
  await expect.poll(refusedDeliveries).toBeGreaterThan(before);
  faults.clear();
}

test('each alert is on an incident while Firestore fails at times, a large group included, and each end arrives', async () => {
  const alerts = ['Errors', 'Latency', 'Queue'].flatMap((name) =>
    Array.from({ length: name === 'Queue' ? 2_000 : 3 }, (_, index) => ({ name, pod: `${name}-${index}` })),
  );
  await whileNothingIsStored(() => raise(alerts));
  const firing = async () => [...(await keptAlerts()).keys()].filter((each) => each.endsWith(' firing')).length;
  await expect.poll(firing).toBe(alerts.length);
  await whileNothingIsStored(() => raise(alerts.map((each) => ({ ...each, endsAt: new Date() }))));
  const resolved = async () => [...(await keptAlerts()).keys()].filter((each) => each.endsWith(' resolved')).length;
  await expect.poll(resolved).toBe(alerts.length);
  const counts = async () =>
    (await countsNow()).map(({ firing, resolved }) => [firing, resolved]).sort((a, b) => (a[1] ?? 0) - (b[1] ?? 0));
  await expect.poll(counts).toEqual([
    [0, 3],
    [0, 3],
    [0, 2_000],
  ]);
});

test('its own Opsgenie and PagerDuty receivers work with another address: an alert begins, and its end arrives', async () => {
  await raise([{ name: 'Moved', pod: 'a' }]);
  for (const tool of ['opsgenie', 'pagerduty']) await expect.poll(() => kindsNow(tool)).toContain('alert-opened');
  await raise([{ name: 'Moved', pod: 'a', endsAt: new Date() }]);
  for (const tool of ['opsgenie', 'pagerduty']) {
    await expect.poll(() => kindsNow(tool)).toContain('alert-closed');
    expect((await ofTool(tool)).size).toBe(1);
  }
});
