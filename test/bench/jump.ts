/**
 * A day's jump of the local clock with three open incidents that nobody works on: what of a processor it takes, against a bare
 * client that makes as many commits and queries as the jump did over a connection to a local cloud of its own.
 */
import type { Firestore } from '@google-cloud/firestore';
import { connectFirestore } from '../../functions/platform/firestore.ts';
import { startHouse } from '../../infra/local/house.ts';
import { startLocalCloud } from '../../infra/local/start-cloud.ts';
import { asFigure, inPairs, measure, median, ratioOf, round, together } from './measure.ts';

const open = 3;

await measure(async (isQuick) => {
  const house = await startHouse({ port: 0, cloudPort: 0, environment: {} });
  const bareCloud = await startLocalCloud({ port: 0 });
  const bare = connectFirestore({
    FIRESTORE_EMULATOR_HOST: `127.0.0.1:${bareCloud.port}`,
    GOOGLE_CLOUD_PROJECT: 'bare',
  });
  const { clock, firestore } = house.cloud;
  for (let n = 0; n < open; n += 1) await file(`http://127.0.0.1:${house.port}`, n);
  // The first half day has a rhythm of its own, and what the runtime compiles as it goes is nobody's cost.
  await clock.jump((now) => now + 2 * 86_400_000);
  firestore.operations.reset();
  await clock.jump((now) => now + 86_400_000);
  const { commits, queries } = firestore.operations;
  await operate(bare, commits, queries);
  const taken = await inPairs(
    isQuick ? 3 : 5,
    () => processorMillis(() => clock.jump((now) => now + 86_400_000)),
    () => processorMillis(() => operate(bare, commits, queries)),
  );
  const millis = (values: number[]): string => `${Math.round(median(values))} ms`;
  return together(
    asFigure(
      'jump.ratio',
      ratioOf(taken),
      `${millis(taken.ours)} a day, against ${millis(taken.baseline)} for its ${commits} commits and ${queries} queries`,
    ),
    { figures: { 'jump.millisADay': round(median(taken.ours), 0) }, notes: {} },
  );
});

async function processorMillis(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

async function operate(firestore: Firestore, commits: number, queries: number): Promise<void> {
  const all = firestore.collection('bare');
  for (let n = 0; n < commits; n += 1) await all.doc(String(n % 10)).set({ n, at: new Date() });
  for (let n = 0; n < queries; n += 1) await all.where('n', '>=', 0).limit(1).get();
}

async function file(url: string, n: number): Promise<void> {
  const body = { id: `T-${n}`, subject: 'Orders fail', ongoing: 'yes', customer: { id: `store-${n}` } };
  const response = await fetch(`${url}/tickets`, {
    method: 'POST',
    headers: { authorization: 'Bearer local', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(`Answered ${response.status}.`);
}
