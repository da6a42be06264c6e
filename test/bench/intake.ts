/** Tickets stored a second at 16 connections: our function, and a bare one that commits the same documents ready made. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { Timestamp } from '@google-cloud/firestore';
import { asFigure, inPairs, measure, median, quantile, ratioOf, round, together } from './measure.ts';
import {
  builtAt,
  type Cloud,
  type FunctionProcess,
  processorMillis,
  send,
  sendOnceUp,
  startCloudProcess,
  startFunction,
} from './processes.ts';
import { clientOf } from './seed.ts';
import { nextTicketId, ticketBody, ticketHeaders } from './ticket.ts';

const connections = 16;

await measure(async (isQuick) => {
  // All in all fewer than the door's burst for one sender, so that none of them is refused.
  const requests = isQuick ? 800 : 1_300;
  const cloud = await startCloudProcess();
  // `--profile` leaves a CPU profile of our function in the folder of the bundles.
  const isProfiled = process.argv.includes('--profile');
  const nodeArguments = isProfiled ? ['--cpu-prof', `--cpu-prof-dir=${builtAt}`] : undefined;
  const ours = await startFunction('tickets', 'tickets', cloud, nodeArguments ? { nodeArguments } : {});
  const documents = await leftByOne(ours, cloud);
  const bare = await startFunction('five', 'bare-five', cloud, { environment: { BENCH_DOCUMENTS: documents } });
  await sendOnceUp(bare, 'POST', '/', JSON.stringify(ticketBody(nextTicketId())), ticketHeaders);
  const latencies: number[] = [];
  // Both are warm before anything counts.
  for (const each of [ours, bare]) await load(each, isQuick ? 800 : 1_500);
  const processor = { ours: [] as number[], baseline: [] as number[] };
  const pair = (each: FunctionProcess, took: number[], firstBytes?: number[]) => async (): Promise<number> => {
    const before = processorMillis(each);
    const rate = await load(each, requests, firstBytes);
    took.push((processorMillis(each) - before) / requests);
    return rate;
  };
  const pairs = isQuick ? 3 : 7;
  const taken = await inPairs(pairs, pair(ours, processor.ours, latencies), pair(bare, processor.baseline));
  if (isProfiled) await ours.stop();
  const against = (of: typeof taken, digits: number): string =>
    `${round(median(of.ours), digits)} against ${round(median(of.baseline), digits)}`;
  return together(
    asFigure('intake.ratio', ratioOf(taken), `${against(taken, 0)} a second`),
    asFigure('intake.processor', ratioOf(processor), `${against(processor, 2)} ms of a processor a ticket`),
    {
      figures: {
        'intake.perSecond': Math.round(median(taken.ours)),
        'intake.p99Ms': round(quantile(latencies, 0.99), 1),
      },
      notes: {},
    },
  );
});

/** @returns tickets stored a second */
async function load(to: FunctionProcess, requests: number, latencies: number[] = []): Promise<number> {
  let left = requests;
  const startedAt = performance.now();
  const connect = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const body = JSON.stringify(ticketBody(nextTicketId()));
      const { status, firstByteMs } = await send(to, 'POST', '/', body, ticketHeaders);
      if (status !== 201) throw new Error(`Answered ${status}.`);
      latencies.push(firstByteMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, connect));
  return (requests * 1_000) / (performance.now() - startedAt);
}

/** Files one ticket, and keeps the documents that it left where the bare function finds them. */
async function leftByOne(ours: FunctionProcess, cloud: Cloud): Promise<string> {
  const reply = await sendOnceUp(ours, 'POST', '/', JSON.stringify(ticketBody(nextTicketId())), ticketHeaders);
  const { incident } = JSON.parse(reply.body) as { incident: { id: string } };
  const firestore = clientOf(cloud);
  const root = firestore.doc(`incidents/${incident.id}`);
  const found = await Promise.all([
    root.get(),
    ...['timeline', 'contacts'].map(async (name) => (await root.collection(name).get()).docs),
    ...['signals', 'timers'].map(async (name) => (await firestore.collection(name).get()).docs),
  ]);
  const documents = found.flat().map((document) => ({
    path: document.ref.path.replace(incident.id, 'TICKET').replace(/^(signals\/).*/, '$1TICKET'),
    data: plain(document.data()),
  }));
  await firestore.terminate();
  if (documents.length !== 5) throw new Error(`A ticket left ${documents.length} documents, not five.`);
  const file = join(builtAt, 'documents.bin');
  writeFileSync(file, serialize(documents));
  return file;
}

/** Dates for timestamps: what our own function hands to the client. */
function plain(value: unknown): unknown {
  if (value instanceof Timestamp) return value.toDate();
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}
