/**
 * `npm run bench`: each figure beside its bar, written to `test/bench/results.json` and the tables of the documents.
 * `-- --check` writes nothing, and ends with 1 where a figure is worse than the committed one. `-- --quick` takes, in fewer
 * pairs, those that a busy machine does not move; `-- intake tick` takes those alone.
 */
import { execFileSync, fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from './build.ts';
import { type Figures, isRatio, worseThan } from './check.ts';
import { files, quick } from './files.ts';
import { type Measured, together } from './measure.ts';
import { paths } from './paths.ts';
import { builtAt, top } from './processes.ts';
import { renderTable } from './table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((each) => !files.includes(each));
if (unknown.length > 0) throw new Error(`There is no figure ${unknown.join(', ')}: there is ${files.join(', ')}.`);
const usual = values.quick ? quick : files;
const chosen = positionals.length > 0 ? files.filter((each) => positionals.includes(each)) : usual;
const isWhole = positionals.length === 0 && !values.quick && !values.check;

// A run that is stopped takes what it started with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const startedAt = performance.now();
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const elapsed = (): string => `${Math.round((performance.now() - startedAt) / 1_000)} s`;

say('building the bundles');
const bundles = await buildAll();
let all = together();
for (const file of chosen) {
  say(`${elapsed()}: ${file}`);
  all = together(all, await run(file));
}
for (const { name, atStart, onDemand } of bundles) {
  const note = `as it starts, and ${onDemand.toLocaleString('en')} when they are first needed`;
  const key = `bundleBytes.${name}`;
  all = together(all, { figures: { [key]: atStart }, notes: { [key]: note } });
}

const { figures, notes, spreads } = all;
const results = join(top, 'test/bench/results.json');
const committed = JSON.parse(readFileSync(results, 'utf8')) as { figures: Figures };
// Of few pairs, only what a busy machine does not move is held to what is committed.
const held = values.quick ? Object.fromEntries(Object.entries(figures).filter(([key]) => !isRatio(key))) : figures;
const worse = worseThan(committed.figures, held, spreads);
process.stdout.write(`${renderTable(figures, notes, committed.figures, worse, paths)}\n`);
if (worse.length > 0) say(`\nWorse than the committed figures: ${worse.join(', ')}`);
const path = isWhole ? results : join(builtAt, 'results.json');
writeFileSync(path, `${figureLines({ commit: commitOf(top), figures })}\n`);
say(`\n${elapsed()}; written to ${path}`);
if (isWhole) execFileSync(process.execPath, [join(top, 'infra/docs.ts')], { stdio: 'inherit' });
process.exit(values.check && worse.length > 0 ? 1 : 0);

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

/** JSON with a line for each figure, as the formatter leaves it. */
function figureLines(results: object): string {
  const text = JSON.stringify(results, null, 2);
  return text.replace(/\{\s+([^{}]*?)\s+\}/g, (_, of: string) => `{ ${of.replace(/\s+/g, ' ')} }`);
}

/** What was measured: a commit, and whether more had changed since. */
function commitOf(directory: string): string {
  const git = (...what: string[]): string => execFileSync('git', what, { cwd: directory, encoding: 'utf8' }).trim();
  try {
    const isClean = git('status', '--porcelain', '--untracked-files=no') === '';
    return `${git('rev-parse', '--short=10', 'HEAD')}${isClean ? '' : ' and what was not committed'}`;
  } catch {
    return 'no commit: there is no git here';
  }
}
