/** What each path reads, writes and commits, counted by the local cloud as Firestore bills it. */
import { startHouse } from '../infra/local/house.ts';
import { measure } from './measure.ts';
import { beginsAt, paths } from './paths.ts';
import { senderTo } from './sender.ts';

await measure(async () => {
  const house = await startHouse({ port: 0, cloudPort: 0 });
  const sender = senderTo(`http://127.0.0.1:${house.port}`);
  const { operations } = house.cloud.firestore;
  // Soon after a whole minute, so that no schedule falls into what is counted.
  await sender.post('/_local/clock', { set: beginsAt });
  const figures: Record<string, unknown> = {};
  for (const [name, { prepare, take }] of Object.entries(paths)) {
    const prepared = await prepare?.(sender);
    operations.reset();
    await take(sender, prepared);
    const { reads, writes, commits } = operations;
    figures[`operations.${name}`] = { reads, writes, commits };
  }
  return { figures, notes: {} };
});
