/** Processor time of committing a ticket as `tickets`, whose permissions are checked, against the unchecked owner. */
import type { Firestore } from '@google-cloud/firestore';
import { connectFirestore } from '../../functions/platform/firestore.ts';
import { asFigure, inPairs, measure, median, ratioOf, round } from './measure.ts';
import { environmentOf, startCloudProcess } from './processes.ts';
import { openIncidentSeeds } from './seed.ts';

await measure(async (isQuick) => {
  const cloud = await startCloudProcess();
  const commits = isQuick ? 300 : 600;
  const clients = {
    account: connectFirestore(environmentOf(cloud, 'tickets')),
    owner: connectFirestore(environmentOf(cloud)),
  };
  let filed = 0;
  /** The cloud's milliseconds a commit, eight at a time. */
  const take = async (firestore: Firestore, count: number): Promise<number> => {
    const before = await cloud.operations();
    let left = count;
    const work = async (): Promise<void> => {
      while (left-- > 0) await file(firestore, `inc_asked${filed++}`);
    };
    await Promise.all(Array.from({ length: 8 }, work));
    return ((await cloud.operations()).cpuMillis - before.cpuMillis) / count;
  };
  // Connections, and what the runtime compiles as it goes, are nobody's cost.
  for (const client of Object.values(clients)) await take(client, 300);
  const taken = await inPairs(
    isQuick ? 3 : 9,
    () => take(clients.account, commits),
    () => take(clients.owner, commits),
  );
  cloud.stop();
  const millis = (values: number[]): string => `${round(median(values))} ms`;
  return asFigure(
    'permissions.ratio',
    ratioOf(taken),
    `${millis(taken.ours)} a commit as tickets, ${millis(taken.baseline)} as the owner`,
  );
});

function file(firestore: Firestore, id: string): Promise<unknown> {
  const batch = firestore.batch();
  for (const { path, data } of openIncidentSeeds(id, new Date())) batch.set(firestore.doc(path), data);
  return batch.commit();
}
