/**
 * `npm run docs`: writes the tables of README.md and docs/ anew, from the code and `bench/results.json`. A test holds
 * them to it.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillTables } from './docs/tables.ts';

const top = join(import.meta.dirname, '..');
for (const path of ['README.md', ...globSync('docs/**/*.md', { cwd: top })]) {
  const before = readFileSync(join(top, path), 'utf8');
  const after = fillTables(before);
  if (after !== before) writeFileSync(join(top, path), after);
}
