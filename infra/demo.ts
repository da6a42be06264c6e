/**
 * `npm run demo`: a fresh local cloud receives half a year of events through the real doors, and then stays open at today.
 * Nothing is put into the store from behind: what the pages show is what the rules made of it.
 */

import { parseArgs } from 'node:util';
import { liveThrough } from './demo/live-through.ts';
import { progressOn } from './demo/progress.ts';
import { type DemoSettings, demoSettings, whyNot } from './demo/settings.ts';
import { tell, today } from './demo/story.ts';
import { startHouse } from './local/house.ts';
import { sayHere } from './local/words.ts';
import { speakTo } from './own-settings/speak-to.ts';
import { reasonOf } from './reason-of.ts';
import { stopOnce } from './stop-once.ts';

// The functions' own log, for those who look for details.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = ((chunk: string | Uint8Array, ...rest: never[]) =>
  typeof chunk === 'string' && chunk.startsWith('{"severity"') ? true : write(chunk, ...rest)) as typeof write;

try {
  const { values } = parseArgs({ options: { language: { type: 'string' } } });
  await live(demoSettings(process.env, Date.now(), values.language));
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exit(1);
}

async function live({ house: options, language, start, end, seed, arrival }: DemoSettings): Promise<void> {
  speakTo(language);
  const house = await startHouse(options).catch((error: unknown) => {
    throw new Error(whyNot(error, options, language), { cause: error });
  });
  const began = Date.now();
  const span = { language, start, end, arrival: () => arrival(Date.now()) };
  const life = await liveThrough(
    house,
    [...tell(start, end, seed, language), ...today(end, language)],
    span,
    progressOn(process.stderr),
  );
  process.stdout.write(
    sayHere(language, 'lived', {
      seconds: Math.round((Date.now() - began) / 1_000),
      refused: life.refused(),
      base: `http://127.0.0.1:${house.port}`,
    }),
  );
  const stop = stopOnce(() => house.stop(), process.exit);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
}
