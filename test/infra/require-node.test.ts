/** Under a wrong Node version, a message says so, and what to do, before anything else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';

const top = join(import.meta.dirname, '../..');
const { versions } = process;
afterEach(() => {
  Object.defineProperty(process, 'versions', { value: versions });
  vi.restoreAllMocks();
});

test.each<[node: string, isOld: boolean]>([
  ['20.19.0', true],
  ['23.11.1', true],
  ['24.0.0', false],
  ['25.1.0', false],
])('on Node %s (too old: %s)', async (node, isOld) => {
  const said: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => said.push(String(chunk)) > 0);
  const exit = vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`ended with ${code}`);
  });
  Object.defineProperty(process, 'versions', { value: { ...versions, node } });
  const loaded = import(`${pathToFileURL(join(top, 'infra/require-node.mjs')).href}?as=${node}`);
  if (isOld) await expect(loaded).rejects.toThrow('ended with 1');
  else await loaded;
  expect(exit).toHaveBeenCalledTimes(isOld ? 1 : 0);
  const told = said.join('');
  expect(told.startsWith(`Metronome runs on Node 24; this is Node ${node} (`)).toBe(isOld);
  expect(told.includes('"npm ci" brings the right one')).toBe(isOld);
});

test('each script that starts Node, or tests, asks for it first', () => {
  const { scripts } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const started = Object.entries(scripts).filter(([, script]) => /\bnode\b|^vitest/.test(script));
  expect(started.length).toBeGreaterThan(20);
  const asks = /^node (?:--import \.\/infra\/(?:require-node|with-settings)\.mjs |infra\/require-node\.mjs && )/;
  expect(started.filter(([, script]) => !asks.test(script))).toEqual([]);
  expect(readFileSync(join(top, 'infra/with-settings.mjs'), 'utf8')).toMatch(/^import '\.\/require-node\.mjs';$/m);
});
