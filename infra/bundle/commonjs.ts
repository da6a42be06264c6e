/**
 * Packages written as CommonJS that are imported on demand. When esbuild makes chunks of them, the chunk has a default
 * export alone, and `const { PubSub } = await import('@google-cloud/pubsub')` would get nothing. Each gets a module in
 * between that exports what Node would: every name, and the whole as the default.
 */
import { readFile } from 'node:fs/promises';
import { createRequire, findPackageJSON } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';

const require = createRequire(import.meta.url);
const namespace = 'commonjs-on-demand';
/** Marks our own question to esbuild, which comes back to the same hook. */
const asked = { isAsked: true };

export const commonJsOnDemand: Plugin = {
  name: namespace,
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === asked) return undefined;
      const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: asked });
      if (found.external || found.errors.length > 0) return found;
      const names = await namesOf(found.path);
      return names ? { path: found.path, namespace, pluginData: names } : found;
    });
    build.onLoad({ filter: /./, namespace }, ({ path, pluginData }) => ({
      contents: proxyOf(path, pluginData as string[]),
      resolveDir: dirname(path),
    }));
  },
};

/** The exports of a CommonJS file; undefined for an ES module, which needs no wrapper. */
async function namesOf(path: string): Promise<string[] | undefined> {
  if (!(await isCommonJs(path))) return undefined;
  return Object.keys(require(path) as object).filter((name) => name !== 'default' && /^[\w$]+$/.test(name));
}

async function isCommonJs(path: string): Promise<boolean> {
  if (!path.endsWith('.js')) return path.endsWith('.cjs');
  const manifest = findPackageJSON(pathToFileURL(path));
  return manifest === undefined || JSON.parse(await readFile(manifest, 'utf8')).type !== 'module';
}

function proxyOf(path: string, names: readonly string[]): string {
  return [
    `const whole = require(${JSON.stringify(path)});`,
    ...names.map((name, index) => `const own${index} = whole.${name};`),
    `export { whole as default, ${names.map((name, index) => `own${index} as ${name}`).join(', ')} };`,
  ].join('\n');
}
