/** The processes that a figure is taken from: a local cloud, and functions as they are deployed. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Environment } from '../../functions/platform/environment.ts';
import { functionEnvironments } from '../../infra/local/environments.ts';
import type { CloudReport } from './cloud.ts';

export const top = join(import.meta.dirname, '../..');
/** Where `main.ts` puts the bundles, inside the repository so that functions-framework is found. */
export const builtAt = join(top, '.local/bench');
const framework = join(top, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
const project = 'metronome-local';

export interface Cloud {
  port: number;
  /** What was counted since the last call. */
  operations(): Promise<CloudReport>;
  stop(): void;
}

export async function startCloudProcess(): Promise<Cloud> {
  const child = fork(join(import.meta.dirname, 'cloud.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  process.on('exit', () => child.kill('SIGKILL'));
  const answer = (): Promise<CloudReport> =>
    new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('The cloud of the bench ended.'));
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        resolve(message as CloudReport);
      });
    });
  const { port } = await answer();
  return {
    port,
    operations: () => {
      const answered = answer();
      child.send('operations');
      return answered;
    },
    stop: () => void child.kill(),
  };
}

/** One of our functions calls as its own account; anything else gets what its owner needs to find the cloud. */
export function environmentOf(cloud: Pick<Cloud, 'port'>, target?: string): Environment {
  const host = `127.0.0.1:${cloud.port}`;
  const owner = {
    FIRESTORE_EMULATOR_HOST: host,
    PUBSUB_EMULATOR_HOST: host,
    MONITORING_EMULATOR_HOST: host,
    GOOGLE_CLOUD_PROJECT: project,
    METADATA_SERVER_DETECTION: 'none',
    METRONOME_LOCAL: '1',
    TICKETS_TOKEN: 'local',
    ALERTS_TOKEN: 'local',
    NODE_ENV: 'production',
  };
  return (target && functionEnvironments(owner, project, host)[target]) || owner;
}

export interface FunctionProcess {
  port: number;
  child: ChildProcess;
  agent: Agent;
  stop(): Promise<void>;
}

/**
 * Starts a bundle as the platform does: functions-framework, told the target by the environment. It is not waited for.
 * @param source a folder of `.local/bench`
 * @param options.nodeArguments such as `--cpu-prof`
 */
export async function startFunction(
  target: string,
  source: string,
  cloud: Cloud,
  options: { nodeArguments?: string[]; environment?: Record<string, string> } = {},
): Promise<FunctionProcess> {
  const port = await freePort();
  // Ours are one folder for all, as they are deployed.
  const cwd = source.startsWith('bare-') ? join(builtAt, source) : builtAt;
  const child = spawn(process.execPath, [...(options.nodeArguments ?? []), framework], {
    cwd,
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      FUNCTION_TARGET: target,
      ...environmentOf(cloud, target),
      ...options.environment,
    },
    // What it logs is written, as it is on the platform, and read by nobody.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.on('exit', kill);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  return {
    port,
    child,
    agent,
    async stop() {
      process.off('exit', kill);
      agent.destroy();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      // A profile is written only by a process that ends by itself.
      child.kill(options.nodeArguments ? 'SIGINT' : 'SIGKILL');
      await ended;
    },
  };
}

/** Of a processor, since the process began; NaN where the system does not tell. In the system's ticks of 10 ms. */
export function processorMillis({ child }: Pick<FunctionProcess, 'child'>): number {
  const path = `/proc/${child.pid}/stat`;
  if (!existsSync(path)) return Number.NaN;
  // `man 5 proc`: utime and stime are the 14th and 15th field, and the second may hold spaces, in brackets.
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export interface Reply {
  status: number;
  body: string;
  /** From sending to the first byte of the answer. */
  firstByteMs: number;
}

/** A plain request: `fetch` would cost this process more than the answer costs the function. */
export function send(
  to: FunctionProcess,
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const announced = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request(
      { host: '127.0.0.1', port: to.port, method, path, agent: to.agent, headers: { ...headers, ...announced } },
      (incoming) => {
        const firstByteMs = performance.now() - startedAt;
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8'), firstByteMs }),
        );
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Tries again until somebody listens. @throws what the last try threw, after 30 s or once the process has ended */
export async function sendOnceUp(to: FunctionProcess, ...what: [string, string, string?, Record<string, string>?]) {
  const giveUpAt = performance.now() + 30_000;
  for (;;) {
    try {
      return await send(to, ...what);
    } catch (error) {
      if (performance.now() > giveUpAt || to.child.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
