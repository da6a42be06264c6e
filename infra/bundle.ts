/**
 * `npm run bundle`: one source folder for all services, in which each function has a folder of its own, and how large each
 * is. An instance reads its `index.mjs` and the chunks that it imports as it starts; what is imported on demand is in
 * chunks of its own. In a single file all of it would be parsed at every cold start, which took a quarter longer.
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildResult, build, type Metafile, type OutputFile } from 'esbuild';
import { builtFrom } from './bundle/built-from.ts';
import { commonJsOnDemand } from './bundle/commonjs.ts';
import { doorOf, doors, entryOf, framework } from './bundle/doors.ts';
import { lockOf } from './bundle/lock.ts';
import { isSeldomEntry, isStub, loadAtOnce, seldomAtOnce } from './bundle/seldom.ts';
import { ownPolicyInForce } from './own-settings/policy-file.ts';
import { type FunctionSpec, functions } from './topology.ts';

const top = join(import.meta.dirname, '..');

/** Which modules a function loads at its start, which on first use, and which hardly ever. */
type How = 'atStart' | 'onDemand' | 'seldom';

export interface Bundle extends Record<How, Loaded> {
  name: string;
  directory: string;
}

export interface Loaded {
  files: string[];
  bytes: number;
  gzippedBytes: number;
  packages: string[];
}

/** Packages written as CommonJS look for these, which a module does not have. */
const banner = `import { createRequire as metronomeCreateRequire } from 'node:module';
import { dirname as metronomeDirname } from 'node:path';
import { fileURLToPath as metronomeFileURLToPath } from 'node:url';
const require = metronomeCreateRequire(import.meta.url);
const __filename = metronomeFileURLToPath(import.meta.url);
const __dirname = metronomeDirname(__filename);`;

/**
 * @param to the folder that gets a folder for each function
 * @param only these, by their names; all by default
 */
export async function bundleAll(to: string, only?: readonly string[]): Promise<Bundle[]> {
  await rm(to, { recursive: true, force: true });
  const manifest = JSON.parse(await readFile(join(top, 'package.json'), 'utf8'));
  const lock = JSON.parse(await readFile(join(top, 'package-lock.json'), 'utf8'));
  const found = await doors(join(top, 'functions/index.ts'));
  const bundleOf = async (spec: FunctionSpec): Promise<Bundle> => {
    const door = doorOf(found, spec.name);
    const directory = join(to, spec.name);
    await mkdir(directory, { recursive: true });
    const result = await bundleOne(entryOf(door), directory);
    await copyAssets(Object.keys(result.metafile.inputs), directory);
    const { atStart, onDemand, seldom } = chunksOf(result);
    return {
      name: spec.name,
      directory,
      atStart: await loadedFrom(atStart),
      onDemand: await loadedFrom(onDemand),
      seldom: await loadedFrom(seldom),
    };
  };
  const wanted = functions.filter(({ name }) => only?.includes(name) ?? true);
  await mkdir(to, { recursive: true });
  await writeManifest(to, manifest, lock);
  await writeFile(join(to, 'index.mjs'), chooserOf(wanted.map(({ name }) => name)));
  return Promise.all(wanted.map(bundleOf));
}

/** The entry point of every service: all functions share one image, and FUNCTION_TARGET selects one. */
const chooserOf = (names: readonly string[]): string =>
  [
    'const functions = {',
    ...names.map((name) => `  ${name}: () => import('./${name}/index.mjs'),`),
    '};',
    'const target = process.env.FUNCTION_TARGET;',
    'if (!Object.hasOwn(functions, target)) throw new Error("FUNCTION_TARGET names no function of Metronome: " + target);',
    'await functions[target]();',
    '',
  ].join('\n');

async function bundleOne(entry: string, directory: string): Promise<BuildResult<{ metafile: true }>> {
  const result = await build({
    stdin: { contents: entry, resolveDir: join(top, 'functions'), sourcefile: 'entry.ts', loader: 'ts' },
    outdir: directory,
    entryNames: 'index',
    // Placed beside the entry: code that looks for a neighbouring file finds it from any chunk.
    chunkNames: '[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    define: {
      METRONOME_OWN_POLICY: JSON.stringify(ownPolicyInForce()),
      METRONOME_BUILT_FROM: JSON.stringify(JSON.stringify(builtFrom(top))),
    },
    // The framework loads the function, and both have to mean the same registry.
    external: [framework],
    banner: { js: banner },
    sourcemap: 'linked',
    sourcesContent: false,
    // Names are not minified; `keepNames` would set each function's name at run time, a tenth of a cold start.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    plugins: [commonJsOnDemand, seldomAtOnce],
    write: false,
    metafile: true,
    absWorkingDir: top,
    logLevel: 'error',
  });
  const writeOut = ({ path, text, contents }: OutputFile): Promise<void> =>
    writeFile(path, path.endsWith('.mjs') ? loadAtOnce(text) : contents);
  await Promise.all(result.outputFiles.map(writeOut));
  return result;
}

/** The files that code reads at run time: the folders `assets` of all bundled modules, merged into one. */
async function copyAssets(inputs: readonly string[], directory: string): Promise<void> {
  const folders = new Set(
    inputs.filter((path) => path.startsWith('functions/')).map((path) => join(dirname(path), 'assets')),
  );
  for (const folder of folders) {
    await cp(join(top, folder), join(directory, 'assets'), { recursive: true }).catch(() => undefined);
  }
}

async function writeManifest(
  directory: string,
  manifest: { dependencies: Record<string, string>; version: string },
  lock: Parameters<typeof lockOf>[0],
): Promise<void> {
  const own = {
    name: 'metronome',
    version: manifest.version,
    private: true,
    type: 'module',
    main: 'index.mjs',
    engines: { node: '24.x' },
    dependencies: { [framework]: manifest.dependencies[framework] ?? '' },
  };
  await writeFile(join(directory, 'package.json'), `${JSON.stringify(own, null, 2)}\n`);
  await writeFile(join(directory, 'package-lock.json'), `${JSON.stringify(lockOf(lock, own), null, 2)}\n`);
  // Source maps are deployed too: Node does not read them at a start, but they make stacks readable.
  await writeFile(join(directory, '.gcloudignore'), 'node_modules\n');
}

type Output = Metafile['outputs'][string];
interface Chunk {
  path: string;
  output: Output;
}

/** The chunks that the entry imports statically, those that it may import later, and the rest. */
function chunksOf({ metafile: { outputs } }: BuildResult<{ metafile: true }>): Record<How, Chunk[]> {
  const chunks = Object.entries(outputs).flatMap(([path, output]) => (path.endsWith('.mjs') ? [{ path, output }] : []));
  const entries = chunks.flatMap(({ path }) => (path.endsWith('/index.mjs') ? [path] : []));
  const reach = (kinds: readonly string[]): Set<string> => {
    const reached = new Set(entries);
    for (const path of reached) {
      for (const each of outputs[path]?.imports ?? []) {
        const isWanted = !each.external && kinds.includes(each.kind) && !isSeldomEntry(outputs[each.path]?.entryPoint);
        if (isWanted) reached.add(each.path);
      }
    }
    return reached;
  };
  const atStart = reach(['import-statement']);
  const inUse = reach(['import-statement', 'dynamic-import']);
  return {
    atStart: chunks.filter(({ path }) => atStart.has(path)),
    onDemand: chunks.filter(({ path }) => inUse.has(path) && !atStart.has(path)),
    seldom: chunks.filter(({ path }) => !inUse.has(path)),
  };
}

async function loadedFrom(chunks: readonly Chunk[]): Promise<Loaded> {
  const codes = await Promise.all(chunks.map(({ path }) => readFile(join(top, path))));
  const inputs = chunks.flatMap(({ output }) => Object.keys(output.inputs)).filter((each) => !isStub(each));
  const packages = new Set(inputs.flatMap((path) => packageOf.exec(path)?.[1] ?? []));
  return {
    files: chunks.map(({ path }) => basename(path)),
    bytes: codes.reduce((sum, code) => sum + code.length, 0),
    // As slow as the bundle itself, so it is computed only for its own command.
    get gzippedBytes() {
      return codes.reduce((sum, code) => sum + gzipSync(code).length, 0);
    },
    packages: [...packages].sort(),
  };
}

/** The innermost package that a file belongs to. */
const packageOf = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/;

export function renderSizes(bundles: readonly Bundle[]): string {
  const kib = ({ bytes }: { bytes: number }): string => `${Math.round(bytes / 1_024)} KiB`.padStart(10);
  const zipped = ({ gzippedBytes }: Loaded): string => kib({ bytes: gzippedBytes });
  const heavy = /^(?:@google-cloud\/(?!\w+-api$)|echarts$|temporal-polyfill$)/;
  const named = ({ packages }: Loaded): string =>
    packages
      .filter((each) => heavy.test(each))
      .map((each) => each.replace('@google-cloud/', ''))
      .join(' ') || '–';
  const rows = bundles.map(({ name, atStart, onDemand, seldom }) => [
    name.padEnd(14),
    ...[atStart, onDemand, seldom].flatMap((each) => [kib(each), zipped(each)]),
    `  ${named(atStart)} | ${named(onDemand)}`,
  ]);
  const head = [
    'function'.padEnd(14),
    ...['at start', 'gzipped', 'on demand', 'gzipped', 'seldom', 'gzipped'].map((each) => each.padStart(10)),
  ];
  return [[...head, '  what weighs most: at start | on demand'], ...rows].map((each) => each.join('')).join('\n');
}

if (import.meta.main) {
  const bundles = await bundleAll(join(top, 'dist'));
  process.stdout.write(`${renderSizes(bundles)}\n`);
}
