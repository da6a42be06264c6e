/** The minute tick with 100 due: among 100,000 open incidents, and among 1,000. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Firestore } from '@google-cloud/firestore';
import { connectPubSub } from '../../functions/platform/publish.ts';
import { topics } from '../../functions/topology.ts';
import { asFigure, inPairs, measure, median, ratioOf } from './measure.ts';
import {
  type Cloud,
  environmentOf,
  type FunctionProcess,
  sendOnceUp,
  startCloudProcess,
  startFunction,
} from './processes.ts';
import { clientOf, openIncidentSeeds, quietSeeds, write } from './seed.ts';

const due = 100;

interface Side {
  cloud: Cloud;
  firestore: Firestore;
  tick: FunctionProcess;
  rounds: number;
  reads: number;
}

await measure(async (isQuick) => {
  const many = isQuick ? 10_000 : 100_000;
  const [large, small] = [await open(many), await open(1_000)];
  // The first tick of each builds the local indexes and opens the connections.
  for (const side of [large, small, large, small]) await tickOnce(side);
  const taken = await inPairs(
    isQuick ? 5 : 11,
    () => tickOnce(large),
    () => tickOnce(small),
  );
  const ms = (values: number[]): string => `${Math.round(median(values))} ms`;
  const isSame = large.reads === small.reads;
  const size = `${due} due among ${many.toLocaleString('en')} and among 1,000`;
  return asFigure(
    'tick.ratio100kOver1k',
    ratioOf(taken),
    `${size}: ${ms(taken.ours)}, ${large.reads} reads against ${ms(taken.baseline)}, ${isSame ? 'as many' : small.reads}`,
  );
});

async function open(incidents: number): Promise<Side> {
  const cloud = await startCloudProcess();
  const firestore = clientOf(cloud);
  const pubsub = await connectPubSub(environmentOf(cloud));
  await pubsub.createTopic(topics.notifications);
  await pubsub.close();
  await write(firestore, quietSeeds(incidents, new Date()));
  const tick = await startFunction('minuteTick', 'minuteTick', cloud);
  return { cloud, firestore, tick, rounds: 0, reads: 0 };
}

/** @returns milliseconds */
async function tickOnce(side: Side): Promise<number> {
  side.rounds += 1;
  const filedAt = new Date(Date.now() - 12 * 60_000);
  const round = Array.from({ length: due }, (_, index) => openIncidentSeeds(`inc_due${side.rounds}x${index}`, filedAt));
  await write(side.firestore, round.flat());
  await wait(50);
  await side.cloud.operations();
  const body = JSON.stringify({
    message: { data: 'e30=', messageId: String(side.rounds), publishTime: new Date().toISOString() },
    subscription: 'projects/metronome-local/subscriptions/minute-tick',
  });
  const headers = { 'content-type': 'application/json' };
  const startedAt = performance.now();
  const { status } = await sendOnceUp(
    side.tick,
    'POST',
    `/projects/metronome-local/topics/${topics.minuteTick}`,
    body,
    headers,
  );
  const tookMs = performance.now() - startedAt;
  const { reads, writes } = await side.cloud.operations();
  if (status !== 204 || writes < due * 3) throw new Error(`The tick answered ${status} after ${writes} writes.`);
  side.reads = reads;
  return tookMs;
}
