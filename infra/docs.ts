/**
 * `npm run docs`: writes the tables of README.md and docs/ from the code and `test/bench/results.json`, `docs/llms.txt`, the
 * manifest of the Slack app, and the schema of `policy.json`. Tests hold them to it.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { llmsText, readPages } from './docs/llms.ts';
import { slackManifest } from './docs/slack-manifest.ts';
import { fillTables } from './docs/tables.ts';
import { jsonSchema } from './own-settings/schema.ts';

const top = join(import.meta.dirname, '..');
for (const path of ['README.md', ...globSync('docs/**/*.md', { cwd: top })]) {
  const before = readFileSync(join(top, path), 'utf8');
  const after = fillTables(before);
  if (after !== before) writeFileSync(join(top, path), after);
}

for (const [path, content] of [
  ['docs/how-to/connect/slack-manifest.json', slackManifest()],
  ['docs/reference/policy.schema.json', jsonSchema()],
] as const) {
  const before = JSON.parse(readFileSync(join(top, path), 'utf8'));
  if (!isDeepStrictEqual(before, content)) writeFileSync(join(top, path), `${JSON.stringify(content, null, 2)}\n`);
}

writeFileSync(join(top, 'docs/llms.txt'), llmsText(readPages(top)));
