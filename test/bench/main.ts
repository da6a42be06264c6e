/**
 * `npm run bench`: each figure beside its bar, and `test/bench/results.json`. `-- --quick` takes fewer pairs of smaller
 * sizes and leaves the file alone; `-- intake tick` takes those alone.
 */
import { execFileSync, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from './build.ts';
import type { Measured } from './measure.ts';
import { paths } from './paths.ts';
import { builtAt, top } from './processes.ts';
import { isWorse, renderTable } from './table.ts';

const files = [
  'cold-start',
  'slack-door',
  'intake',
  'operations',
  'growth',
  'tick',
  'bundle',
  'console',
  'permissions',
  'jump',
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((each) => !files.includes(each));
if (unknown.length > 0) throw new Error(`There is no figure ${unknown.join(', ')}: there is ${files.join(', ')}.`);
const chosen = positionals.length > 0 ? files.filter((each) => positionals.includes(each)) : files;
const isWhole = positionals.length === 0 && !values.quick;

// A run that is stopped takes what it started with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const startedAt = performance.now();
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const elapsed = (): string => `${Math.round((performance.now() - startedAt) / 1_000)} s`;

say('building the bundles');
const bundles = await buildAll();
const figures: Record<string, unknown> = {};
const notes: Record<string, string> = {};
for (const file of chosen) {
  say(`${elapsed()}: ${file}`);
  const measured = await run(file);
  Object.assign(figures, measured.figures);
  Object.assign(notes, measured.notes);
}
for (const { name, atStart, onDemand } of bundles) {
  figures[`bundleBytes.${name}`] = atStart;
  notes[`bundleBytes.${name}`] = `as it starts, and ${onDemand.toLocaleString('en')} when they are first needed`;
}

const before = committed();
process.stdout.write(`${renderTable(figures, notes, before, paths)}\n`);
const worse = Object.keys(figures).filter((key) => isWorse(key, figures[key], before[key]));
if (worse.length > 0 && !values.quick) say(`\nA tenth or more worse than the committed figures: ${worse.join(', ')}`);
const path = isWhole ? join(top, 'test/bench/results.json') : join(builtAt, 'results.json');
writeFileSync(path, `${JSON.stringify(figures, null, 2)}\n`);
say(`\n${elapsed()}; written to ${path}`);
process.exit(0);

function run(file: string): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, `${file}.ts`), values.quick ? ['--quick'] : [], {
      // What functions log while they are measured is nobody's to read.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const kill = (): void => void child.kill();
    process.on('exit', kill);
    child.on('exit', () => process.off('exit', kill));
    let measured: Measured | undefined;
    child.on('message', (message) => {
      measured = message as Measured;
    });
    child.on('exit', (code) => (measured ? resolve(measured) : reject(new Error(`${file} ended with ${code}.`))));
  });
}

/** What the last commit says; nothing where there is none yet. */
function committed(): Record<string, unknown> {
  try {
    const text = execFileSync('git', ['show', 'HEAD:test/bench/results.json'], {
      cwd: top,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
