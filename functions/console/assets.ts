/** The stylesheet, with its tokens before it, the script and the icon: files beside this one, sent from our own origin alone. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Problem } from '../platform/problem.ts';
import { refuse } from '../words/refusals/refuse.ts';

const types = {
  'console.css': 'text/css; charset=utf-8',
  'console.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

/** One request fetches both. */
const parts: Readonly<Record<string, string[]>> = { 'console.css': ['tokens.css', 'console.css'] };
const read = (name: string): Buffer => readFileSync(new URL(`./assets/${name}`, import.meta.url));

const assets = new Map(
  Object.entries(types).map(([name, type]) => {
    const bytes = Buffer.concat((parts[name] ?? [name]).map(read));
    return [name, { bytes, type, version: hash('sha256', bytes).slice(0, 12) }];
  }),
);

/** The address names the content, so that a browser may keep it for good. */
export const asset = (name: keyof typeof types): string => `/console/assets/${name}?v=${assets.get(name)?.version}`;

/** @throws Problem 404 */
export function readAsset(name: string): { bytes: Buffer; type: string } {
  const found = assets.get(name);
  if (!found) throw new Problem(404, refuse('no-file'));
  return found;
}
