/** `npm run bundle`: each function as one file with its source map, and how large it is. */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildResult, build } from 'esbuild';
import { type FunctionSpec, functions } from '../functions/topology.ts';
import { type Door, doors } from './bundle/doors.ts';
import { lockOf } from './bundle/lock.ts';

const top = join(import.meta.dirname, '..');
const framework = '@google-cloud/functions-framework';

export interface Bundle {
  name: string;
  directory: string;
  bytes: number;
  gzippedBytes: number;
  /** The packages whose code is loaded as the function starts. */
  atStart: string[];
  /** Those that are loaded when they are first needed. */
  onDemand: string[];
}

/** Packages written as CommonJS look for these, which a module does not have. */
const banner = `import { createRequire as metronomeCreateRequire } from 'node:module';
import { dirname as metronomeDirname } from 'node:path';
import { fileURLToPath as metronomeFileURLToPath } from 'node:url';
const require = metronomeCreateRequire(import.meta.url);
const __filename = metronomeFileURLToPath(import.meta.url);
const __dirname = metronomeDirname(__filename);`;

/** @param to the folder that gets a folder for each function */
export async function bundleAll(to: string): Promise<Bundle[]> {
  await rm(to, { recursive: true, force: true });
  const manifest = JSON.parse(await readFile(join(top, 'package.json'), 'utf8'));
  const lock = JSON.parse(await readFile(join(top, 'package-lock.json'), 'utf8'));
  const found = await doors(join(top, 'functions/index.ts'));
  const bundleOf = async (spec: FunctionSpec): Promise<Bundle> => {
    const door = found.find((each) => each.name === spec.name);
    if (!door) throw new Error(`functions/index.ts has no door ${spec.name}.`);
    const directory = join(to, spec.name);
    await mkdir(directory, { recursive: true });
    const result = await bundleOne(entryOf(spec, door), directory);
    const assets = door.path.replace(/\/[^/]+$/, '/assets');
    await cp(join(top, assets), join(directory, 'assets'), { recursive: true }).catch(() => undefined);
    await writeManifest(spec, directory, manifest, lock);
    const code = await readFile(join(directory, 'index.mjs'));
    return {
      name: spec.name,
      directory,
      bytes: code.length,
      gzippedBytes: gzipSync(code).length,
      ...packagesOf(result),
    };
  };
  return Promise.all(functions.map(bundleOf));
}

/** One door, loaded as the instance starts: a lazy one would make the first sender wait for it. */
function entryOf(spec: FunctionSpec, door: Door): string {
  const from = (path: string): string => JSON.stringify(`./${path.replace(/^functions\//, '')}`);
  return [
    `import { ${door.kind} } from '${framework}';`,
    `import { ${spec.name} } from ${from(door.path)};`,
    ...(door.isRaw
      ? [`import { ownRawBody } from ${from('functions/platform/raw-body.ts')};`, `ownRawBody('${spec.name}');`]
      : []),
    `${door.kind}('${spec.name}', ${spec.name});`,
  ].join('\n');
}

async function bundleOne(entry: string, directory: string): Promise<BuildResult<{ metafile: true }>> {
  return build({
    stdin: { contents: entry, resolveDir: join(top, 'functions'), sourcefile: 'entry.ts', loader: 'ts' },
    outfile: join(directory, 'index.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The framework loads the function, and both have to mean the same registry.
    external: [framework],
    banner: { js: banner },
    sourcemap: 'linked',
    sourcesContent: false,
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: 'none',
    metafile: true,
    absWorkingDir: top,
    logLevel: 'error',
  });
}

async function writeManifest(
  spec: FunctionSpec,
  directory: string,
  manifest: { dependencies: Record<string, string>; version: string },
  lock: Parameters<typeof lockOf>[0],
): Promise<void> {
  const own = {
    name: `metronome-${spec.service}`,
    version: manifest.version,
    private: true,
    type: 'module',
    main: 'index.mjs',
    engines: { node: '24.x' },
    dependencies: { [framework]: manifest.dependencies[framework] ?? '' },
  };
  await writeFile(join(directory, 'package.json'), `${JSON.stringify(own, null, 2)}\n`);
  await writeFile(join(directory, 'package-lock.json'), `${JSON.stringify(lockOf(lock, own), null, 2)}\n`);
  // Pages of a stack say where in the source they are.
  await writeFile(join(directory, '.gcloudignore'), 'node_modules\n');
}

/** Which packages are reached by static imports, and which only by an import that runs later. */
function packagesOf(result: BuildResult<{ metafile: true }>): { atStart: string[]; onDemand: string[] } {
  const { inputs, outputs } = result.metafile;
  const start = Object.values(outputs).find((each) => each.entryPoint)?.entryPoint ?? '';
  const reached = new Set<string>([start]);
  for (const path of reached) {
    for (const each of inputs[path]?.imports ?? []) {
      if (!each.external && each.kind !== 'dynamic-import') reached.add(each.path);
    }
  }
  const names = (paths: Iterable<string>): Set<string> =>
    new Set([...paths].flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  const atStart = names(reached);
  const onDemand = [...names(Object.keys(inputs))].filter((each) => !atStart.has(each));
  return { atStart: [...atStart].sort(), onDemand: onDemand.sort() };
}

export function renderSizes(bundles: readonly Bundle[]): string {
  const kib = (bytes: number): string => `${Math.round(bytes / 1_024)} KiB`.padStart(10);
  const google = (names: readonly string[]): string =>
    names
      .filter((each) => each.startsWith('@google-cloud/'))
      .join(', ')
      .replaceAll('@google-cloud/', '');
  return [
    `${'function'.padEnd(14)}${'size'.padStart(10)}${'gzipped'.padStart(10)}  clients at start; when first needed`,
    ...bundles.map(
      (each) =>
        `${each.name.padEnd(14)}${kib(each.bytes)}${kib(each.gzippedBytes)}  ${google(each.atStart) || '–'}; ${google(each.onDemand) || '–'}`,
    ),
  ].join('\n');
}

if (import.meta.main) {
  const bundles = await bundleAll(join(top, 'dist'));
  process.stdout.write(`${renderSizes(bundles)}\n`);
}
