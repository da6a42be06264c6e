/** A local cloud in a process of its own, in memory; it says what it counted whenever it is asked. */
import { startLocalCloud } from '../../infra/local/start-cloud.ts';

export interface CloudReport {
  port: number;
  reads: number;
  writes: number;
  commits: number;
  queries: number;
  /** Of a processor, since the process began. */
  cpuMillis: number;
}

const cloud = await startLocalCloud({ port: 0 });
const { operations } = cloud.firestore;

function tell(): void {
  const { reads, writes, commits, queries } = operations;
  const { user, system } = process.cpuUsage();
  const cpuMillis = (user + system) / 1_000;
  process.send?.({ port: cloud.port, reads, writes, commits, queries, cpuMillis } satisfies CloudReport);
  operations.reset();
}

process.on('message', tell);
process.on('disconnect', () => process.exit(0));
tell();
