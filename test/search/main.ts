/**
 * `npm run search`: looks for faults with seeds that nobody has used, for `-- --minutes N` (10) or until it is ended. Each finding
 * is printed with its seed and the command that replays it, and kept in `.local/findings/`. Ends with 1 if it found something;
 * nothing else depends on it. A finding becomes a fixed case with its mend, or a row of `test/known-faults.ts`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { resultOf } from '../verify/result.ts';
import { commandOf, type Look, looks } from './looks.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, only: { type: 'string' }, seed: { type: 'string' } },
});
const minutes = Number(values.minutes);
const all = looks();
const chosen = all.filter(({ name }) => values.only?.split(',').includes(name) ?? true);
const isSeed = values.seed === undefined || Number.isSafeInteger(Number(values.seed));
if (!(minutes > 0) || chosen.length === 0 || !isSeed) {
  console.error(`npm run search -- [--minutes N] [--only ${all.map(({ name }) => name).join(',')}] [--seed N]`);
  process.exit(2);
}

const kept = join(import.meta.dirname, '../../.local/findings');
const results = mkdtempSync(join(tmpdir(), 'metronome-search-'));
const until = Date.now() + minutes * 60_000;
let current: ChildProcess | undefined;
let found = 0;
let isEnded = false;
const end = (): void => {
  isEnded = true;
  // The group: npm passes no signal on to what it has started.
  if (current?.pid) process.kill(-current.pid, 'SIGTERM');
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
const timer = setTimeout(end, minutes * 60_000);

let looked = 0;
for (; !isEnded && Date.now() < until; looked += 1) {
  const look = chosen[looked % chosen.length] as Look;
  await lookOnce(look, values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed));
  if (values.seed !== undefined && looked + 1 === chosen.length) break;
}
clearTimeout(timer);
rmSync(results, { recursive: true, force: true });
console.log(`\n${looked} looks, ${found} ${found === 1 ? 'finding' : 'findings'}${found > 0 ? ` in ${kept}` : ''}`);
process.exitCode = found > 0 ? 1 : 0;

async function lookOnce(look: Look, seed: number): Promise<void> {
  const { args, environment } = commandOf(look, seed);
  const file = join(results, `${seed}.json`);
  const began = performance.now();
  current = spawn('npm', args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment, TEST_RESULT_FILE: file },
  });
  let output = '';
  for (const stream of [current.stdout, current.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-400_000);
    });
  const [code] = (await once(current, 'close')) as [number | null];
  current = undefined;
  const seconds = Math.round((performance.now() - began) / 1_000);
  if (isEnded && code !== 0) {
    console.log(`${look.name}, seed ${seed}: ended unfinished after ${seconds} s`);
    return;
  }
  const prefix = Object.entries(environment).map(([name, value]) => `${name}=${value} `);
  const command = look.command ? `npm ${args.join(' ')}` : `npx ${args.slice(2).join(' ')}`;
  const { failures } = resultOf(file, code ?? 1, { command, project: look.tests?.project });
  console.log(
    `${look.name}, seed ${seed}: ${failures.length === 0 ? 'nothing' : `${failures.length} found`} in ${seconds} s`,
  );
  if (failures.length === 0) return;
  found += failures.length;
  const lines = failures.map((each) => `  ${each.replace(/(npx vitest|npm run)/, `${prefix.join('')}$1`)}`);
  console.log(lines.join('\n'));
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, `${look.name}-${seed}.txt`), `${lines.join('\n')}\n\n${output}`);
}
