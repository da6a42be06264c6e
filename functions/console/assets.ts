/** The stylesheet, the script and the icon: files beside this one, sent from our own origin alone. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Problem } from '../platform/problem.ts';
import { refuse } from '../words/refusals/refuse.ts';

const types = {
  'console.css': 'text/css; charset=utf-8',
  'console.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;
export type AssetName = keyof typeof types;

const kept = new Map<AssetName, { bytes: Buffer; version: string }>();

function read(name: AssetName): { bytes: Buffer; version: string } {
  let found = kept.get(name);
  if (!found) {
    const bytes = readFileSync(new URL(`./assets/${name}`, import.meta.url));
    found = { bytes, version: createHash('sha256').update(bytes).digest('hex').slice(0, 12) };
    kept.set(name, found);
  }
  return found;
}

/** The address names the content, so that a browser may keep it for good. */
export const asset = (name: AssetName): string => `/console/assets/${name}?v=${read(name).version}`;

/** @throws Problem 404 */
export function readAsset(name: string): { bytes: Buffer; type: string } {
  if (!Object.hasOwn(types, name)) throw new Problem(404, refuse('no-file'));
  return { bytes: read(name as AssetName).bytes, type: types[name as AssetName] };
}
