/** What each path reads, writes and commits where little else is there. */
import { startHouse } from '../../infra/local/house.ts';
import { counterOf } from './counter.ts';
import { measure } from './measure.ts';
import { beginsAt } from './paths.ts';

await measure(async () => {
  const { sender, counted, countPaths } = counterOf(await startHouse({ port: 0, cloudPort: 0 }));
  // Soon after a whole minute, so that no schedule falls into what is counted.
  await sender.post('/_local/clock', { set: beginsAt });
  await countPaths();
  const figures = Object.fromEntries(Object.entries(counted).map(([name, each]) => [`operations.${name}`, each]));
  return { figures, notes: {} };
});
