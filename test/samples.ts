/**
 * Real bodies of the tools and of Google Cloud, posted to the real system as `npm start` runs it. The bodies are kept outside
 * the repository, in the folder `samples`; where that folder is absent there is nothing to do.
 *
 * A body whose door is not there yet is named and not counted.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectPubSub } from '../functions/platform/publish.ts';
import { functions } from '../infra/topology.ts';

const top = join(import.meta.dirname, '..');
const samples = join(top, '../shared/samples');

const startWithinMs = 60_000;
const answerWithinMs = 30_000;
const stopWithinMs = 20_000;

/** The proof vectors' secrets are configured beside our own: what they sign is public, and must be refused all the same. */
const vectorOf = (tool: string): Vector | undefined => {
  const path = join(samples, `${tool}-signature-1.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
};
interface Vector {
  secret: string;
  headers: Record<string, string>;
  body: string;
}
const secrets = {
  zendesk: 'samples-zendesk',
  intercom: 'samples-intercom',
  freshdesk: 'samples-freshdesk',
  jira: 'samples-jira',
  standardwebhooks: `whsec_${Buffer.from('samples-standard-webhooks').toString('base64')}`,
};
const besideVector = (tool: keyof typeof secrets) => [vectorOf(tool)?.secret, secrets[tool]].filter(Boolean).join(',');

type Tool = 'zendesk' | 'intercom' | 'freshdesk' | 'jira';

/** How each tool proves that a body is its own. */
const proofs: Record<Tool, (secret: string, body: Buffer | string, timestamp: string) => Record<string, string>> = {
  zendesk: (secret, body, timestamp) => ({
    'x-zendesk-webhook-signature-timestamp': timestamp,
    'x-zendesk-webhook-signature': createHmac('sha256', secret).update(timestamp).update(body).digest('base64'),
  }),
  intercom: (secret, body) => ({ 'x-hub-signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}` }),
  freshdesk: (secret) => ({ authorization: `Basic ${Buffer.from(`webhook:${secret}`).toString('base64')}` }),
  jira: (secret, body) => ({ 'x-hub-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }),
};

function standardWebhookProof(secret: string, body: string, id: string, timestamp: string): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

let passed = 0;
let failed = 0;
const absentDoors = new Map<string, string[]>();

function check(what: string, isRight: boolean, seen: string): void {
  if (isRight) passed += 1;
  else failed += 1;
  process.stdout.write(`${isRight ? '  ok ' : 'FAIL '} ${what}${seen && `: ${seen}`}\n`);
}

const listed: string[] = functions.map(({ name }) => name);

/** Whether a door is there; when it is not, its sample is noted as waiting for it. */
function isThere(door: string, sample: string): boolean {
  const [name = '', tool] = door.split('/');
  const isHere = listed.includes(name) && (!tool || existsSync(join(top, `functions/intake/sources/${tool}.ts`)));
  if (!isHere) absentDoors.set(door, [...(absentDoors.get(door) ?? []), sample]);
  return isHere;
}

interface System {
  url: string;
  cloudPort: number;
  child: ChildProcess;
  output: () => string;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port could be had.');
  return address.port;
}

async function start(dataDir: string): Promise<System> {
  const port = await freePort();
  const cloudPort = await freePort();
  const env = {
    ...process.env,
    PORT: String(port),
    LOCAL_CLOUD_PORT: String(cloudPort),
    LOCAL_DATA_DIR: dataDir,
    TICKETS_TOKEN: 'local',
    ALERTS_TOKEN: 'local',
    TICKETS_SIGNING_SECRET: besideVector('standardwebhooks'),
    ZENDESK_SIGNING_SECRET: besideVector('zendesk'),
    INTERCOM_CLIENT_SECRET: secrets.intercom,
    FRESHDESK_TOKEN: secrets.freshdesk,
    JIRA_WEBHOOK_SECRET: besideVector('jira'),
  };
  // A group of its own, so that npm and what it runs can be stopped together, as Ctrl-C does.
  const child = spawn('npm', ['start'], { cwd: top, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  // Being in another group, they would outlive this script when it is ended.
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      signalGroup(child, 'SIGKILL');
      process.exit(1);
    });
  }
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const system = { url: `http://127.0.0.1:${port}`, cloudPort, child, output: () => output };
  const deadline = Date.now() + startWithinMs;
  while (child.exitCode === null && Date.now() < deadline) {
    const response = await fetch(`${system.url}/_local/clock`).catch(() => undefined);
    await response?.arrayBuffer();
    if (response) return system;
    await sleep(100);
  }
  await stop(system);
  throw new Error(`npm start ${child.exitCode === null ? 'did not answer in time' : 'ended'}:\n${output.slice(-4000)}`);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid as number), signal);
  } catch {
    // It is gone already.
  }
}

async function stop({ child }: System): Promise<boolean> {
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  signalGroup(child, 'SIGINT');
  for (const deadline = Date.now() + stopWithinMs; !isOver() && Date.now() < deadline; ) await sleep(50);
  const isStopped = isOver();
  signalGroup(child, 'SIGKILL');
  return isStopped;
}

async function post(system: System, path: string, body: Buffer | string, headers: Record<string, string>) {
  const response = await fetch(`${system.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
    signal: AbortSignal.timeout(answerWithinMs),
  });
  const text = await response.text();
  return { status: response.status, seen: `${response.status} ${text.slice(0, 200)}` };
}

const is2xx = (status: number) => status >= 200 && status < 300;

/** A vector must be what our own signing gives; and its door must refuse it, since its secret is public or its time past. */
async function checkVector(system: System, file: string, vector: Vector): Promise<void> {
  const [tool = ''] = file.split('-');
  const given = new Headers(vector.headers);
  const at = (name: string) => given.get(name) ?? '';
  const recomputed =
    tool === 'standardwebhooks'
      ? standardWebhookProof(vector.secret, vector.body, at('webhook-id'), at('webhook-timestamp'))
      : proofs[tool as Tool](vector.secret, vector.body, at('x-zendesk-webhook-signature-timestamp'));
  const differing = Object.entries(recomputed).filter(([name, value]) => at(name) !== value);
  check(`${file} is what this script's signing gives`, differing.length === 0, differing.join(' '));
  const door = tool === 'standardwebhooks' ? 'tickets' : `tickets/${tool}`;
  if (!isThere(door, file)) return;
  const now = new Date().toISOString();
  const fresh = tool === 'standardwebhooks' ? vector.headers : proofs[tool as Tool](vector.secret, vector.body, now);
  const { status, seen } = await post(system, `/${door}`, vector.body, fresh);
  check(
    `${file} at /${door} is refused: ${tool === 'standardwebhooks' ? 'old' : 'a public secret'}`,
    status === 401,
    seen,
  );
}

async function publish(system: System, topic: string, file: string, data: Buffer): Promise<void> {
  const pubsub = await connectPubSub({
    PUBSUB_EMULATOR_HOST: `127.0.0.1:${system.cloudPort}`,
    GOOGLE_CLOUD_PROJECT: 'metronome-local',
  });
  try {
    const id = await Promise.race([
      pubsub.topic(topic).publishMessage({ data }),
      sleep(answerWithinMs, undefined, { ref: false }).then(() => Promise.reject(new Error('no answer in time'))),
    ]);
    check(`${file} published to ${topic}`, id !== '', '');
  } catch (error) {
    check(`${file} published to ${topic}`, false, String(error));
  } finally {
    await pubsub.close();
  }
}

async function checkSample(system: System, file: string): Promise<void> {
  const body = readFileSync(join(samples, file));
  const tool = /^(zendesk|intercom|freshdesk|jira)-/.exec(file)?.[1] as Tool | undefined;
  if (file.includes('-signature-')) {
    await checkVector(system, file, JSON.parse(body.toString()));
  } else if (tool) {
    if (!isThere(`tickets/${tool}`, file)) return;
    const proof = proofs[tool](secrets[tool], body, new Date().toISOString());
    const { status, seen } = await post(system, `/tickets/${tool}`, body, proof);
    check(`${file} at /tickets/${tool}`, tool === 'intercom' ? status === 200 : is2xx(status), seen);
  } else if (file.startsWith('monitoring-')) {
    if (isThere('alerts', file)) {
      const { status, seen } = await post(system, '/alerts?auth_token=local', body, {});
      check(`${file} at /alerts`, is2xx(status), seen);
    }
    const isPublished = file.startsWith('monitoring-pubsub-');
    if (isPublished && isThere('alertEvents', file)) await publish(system, 'alert-notifications', file, body);
  } else if (file.startsWith('cloudbuild-')) {
    if (isThere('releases', file)) await publish(system, 'cloud-builds', file, body);
  } else if (file.startsWith('cloudevent-')) {
    if (!isThere('ticketEvents', file)) return;
    const headers = { 'content-type': 'application/cloudevents+json' };
    const { status, seen } = await post(system, '/ticketEvents', body, headers);
    check(`${file} at /ticketEvents`, is2xx(status), seen);
  } else {
    process.stdout.write(`  --  ${file}: nothing here knows what to do with it\n`);
  }
}

/** One ticket in our own form, so that the way through the system is seen whatever samples there are. */
async function checkTicket(system: System): Promise<void> {
  if (!isThere('tickets', 'a generic ticket')) return;
  const ticket = JSON.stringify({ id: 'samples-1', subject: '注文が通らない', customer: { id: 'store-12' } });
  const first = await post(system, '/tickets', ticket, { authorization: 'Bearer local' });
  check('a generic ticket at /tickets', first.status === 201, first.seen);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signed = standardWebhookProof(secrets.standardwebhooks, ticket, 'msg_samples', timestamp);
  const again = await post(system, '/tickets', ticket, signed);
  check('the same, signed as a standard webhook', again.status === 200, again.seen);
  const forged = await post(system, '/tickets', ticket, { authorization: 'Bearer nobody' });
  check('the same with a wrong token is refused', forged.status === 401, forged.seen);
}

/** Lines of the log that say that something failed, once all that was set off has settled. */
async function failuresOf(system: System): Promise<string[]> {
  const settled = await post(system, '/_local/clock', JSON.stringify({ advance: 'PT1M' }), {});
  check('the clock goes on by a minute and all settles', is2xx(settled.status), settled.seen);
  return system
    .output()
    .split('\n')
    .filter((line) => /"severity"\s*:\s*"(?:ERROR|CRITICAL|ALERT|EMERGENCY)"|"status"\s*:\s*500\b/.test(line));
}

async function main(): Promise<void> {
  if (!existsSync(samples)) {
    process.stdout.write('samples folder absent: nothing to post\n');
    return;
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'metronome-samples-'));
  let system: System | undefined;
  try {
    system = await start(dataDir);
    await checkTicket(system);
    for (const file of readdirSync(samples)
      .filter((name) => name.endsWith('.json'))
      .sort()) {
      await checkSample(system, file).catch((error: unknown) => check(file, false, String(error)));
    }
    const failures = await failuresOf(system);
    check('nothing ended as a 500', failures.length === 0, failures.slice(0, 5).join('\n      '));
    check('the system still runs', system.child.exitCode === null, '');
  } catch (error) {
    check('the system starts and answers', false, error instanceof Error ? error.message : String(error));
  } finally {
    if (system) check('the system stops when asked', await stop(system), '');
    rmSync(dataDir, { recursive: true, force: true });
  }
  for (const [door, files] of absentDoors) {
    process.stdout.write(`  --  ${door} is not there yet, so it was not asked: ${files.join(', ')}\n`);
  }
  process.stdout.write(`samples: ${passed} as expected, ${failed} not\n`);
}

await main();
const resultFile = process.env.TEST_RESULT_FILE;
if (resultFile) writeFileSync(resultFile, JSON.stringify({ numPassedTests: passed, numFailedTests: failed }));
process.exitCode = failed > 0 ? 1 : 0;
