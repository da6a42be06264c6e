/** The house under load: started as `npm start` starts it, on a data directory of its own, and watched from outside. */
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, top } from '../processes.ts';
import type { Plan, Sent } from './generator.ts';

export const tokens = ['load-a', 'load-b'];

export interface Target {
  port: number;
  /** Bytes of memory, of data on disk, and open files and sockets where the system tells. */
  watch(): { rss: number; disk: number; handles: number | undefined };
  get(path: string): Promise<{ incidents: { origin: { id: string } }[]; nextPageToken?: string }>;
  stop(): Promise<void>;
}

export async function startTarget(): Promise<Target> {
  const directory = mkdtempSync(join(tmpdir(), 'metronome-load-'));
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ['--import', './infra/require-node.mjs', 'infra/local/main.ts', '--language', 'ja'],
    {
      cwd: top,
      env: {
        PATH: process.env.PATH,
        PORT: String(port),
        LOCAL_CLOUD_PORT: '0',
        LOCAL_DATA_DIR: directory,
        TICKETS_TOKEN: tokens.join(','),
      },
      stdio: 'ignore',
    },
  );
  const kill = (): void => void child.kill('SIGKILL');
  process.on('exit', kill);
  const base = `http://127.0.0.1:${port}`;
  await answering(`${base}/api/incidents`, child);
  return {
    port,
    watch: () => ({ rss: rssOf(child), disk: bytesIn(directory), handles: handlesOf(child) }),
    get: async (path) => (await (await fetch(base + path)).json()) as never,
    async stop() {
      process.off('exit', kill);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Runs a plan in several generators, each with its share of rate and connections. */
export async function load(plan: Plan, generators = 2): Promise<Sent> {
  const share = {
    ...plan,
    connections: Math.ceil(plan.connections / generators),
    ...(plan.rate === undefined ? {} : { rate: plan.rate / generators }),
  };
  const all = await Promise.all(Array.from({ length: generators }, () => generate(share)));
  return all.reduce((sum, each) => ({
    offered: sum.offered + each.offered,
    statuses: added(sum.statuses, each.statuses),
    withoutRetryAfter: sum.withoutRetryAfter + each.withoutRetryAfter,
    taken: [...sum.taken, ...each.taken],
    latencies: Array.from({ length: Math.max(sum.latencies.length, each.latencies.length) }, (_, second) => [
      ...(sum.latencies[second] ?? []),
      ...(each.latencies[second] ?? []),
    ]),
  }));
}

function generate(plan: Plan): Promise<Sent> {
  const child = fork(join(import.meta.dirname, 'generator.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const kill = (): void => void child.kill('SIGKILL');
  process.on('exit', kill);
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('A generator ended before it had told anything.')));
    child.once('message', (sent) => {
      process.off('exit', kill);
      child.removeAllListeners('exit');
      child.disconnect();
      resolve(sent as Sent);
    });
    child.send(plan);
  });
}

const added = (a: Record<number, number>, b: Record<number, number>): Record<number, number> =>
  Object.fromEntries(
    [...Object.keys(a), ...Object.keys(b)].map((key) => [key, (a[Number(key)] ?? 0) + (b[Number(key)] ?? 0)]),
  );

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (const giveUpAt = performance.now() + 60_000; ; ) {
    try {
      if ((await fetch(url)).ok) return;
    } catch (error) {
      if (performance.now() > giveUpAt || child.exitCode !== null) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function rssOf(child: ChildProcess): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' })) * 1_024;
}

function bytesIn(directory: string): number {
  return readdirSync(directory).reduce(
    (sum, name) => sum + (statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

function handlesOf(child: ChildProcess): number | undefined {
  const directory = `/proc/${child.pid}/fd`;
  return existsSync(directory) ? readdirSync(directory).length : undefined;
}
