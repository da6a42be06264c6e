/** What every operation costs while 1,000, 10,000 and 100,000 incidents are open. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { measure } from './measure.ts';

await measure(async (isQuick) => {
  // Side by side: what is counted is the same, however long it takes.
  const counts = async (sizes: number[]): Promise<[string, unknown][]> => {
    const found: [string, unknown][] = [];
    for (const size of sizes) {
      for (const [name, counted] of Object.entries(await countAmong(size)))
        found.push([`growth.${name}.${size}`, counted]);
    }
    return found;
  };
  const [few, many] = await Promise.all([counts([1_000, 10_000]), counts(isQuick ? [] : [100_000])]);
  return { figures: Object.fromEntries([...few, ...many]), notes: {} };
});

/** In a process of its own: the functions' clients stay with the first cloud that they find. */
function countAmong(size: number): Promise<object> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'count.ts'), [String(size)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    process.on('exit', () => child.kill());
    child.on('message', (counted) => resolve(counted as object));
    child.on('exit', (code) => reject(new Error(`Counting among ${size} ended with ${code}.`)));
  });
}
