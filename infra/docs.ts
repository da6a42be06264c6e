/**
 * `npm run docs`: writes the tables of README.md and docs/ from the code and `test/bench/results.json`, `docs/llms.txt`, and
 * the manifest of the Slack app. Tests hold them to it.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { llmsText, readPages } from './docs/llms.ts';
import { slackManifest } from './docs/slack-manifest.ts';
import { fillTables } from './docs/tables.ts';

const top = join(import.meta.dirname, '..');
for (const path of ['README.md', ...globSync('docs/**/*.md', { cwd: top })]) {
  const before = readFileSync(join(top, path), 'utf8');
  const after = fillTables(before);
  if (after !== before) writeFileSync(join(top, path), after);
}

const manifest = join(top, 'docs/how-to/connect/slack-manifest.json');
if (!isDeepStrictEqual(JSON.parse(readFileSync(manifest, 'utf8')), slackManifest())) {
  writeFileSync(manifest, `${JSON.stringify(slackManifest(), null, 2)}\n`);
}

writeFileSync(join(top, 'docs/llms.txt'), llmsText(readPages(top)));
