/** Bundles the functions as one instance loads them: one file, so that a new instance is there soon. */
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';

const top = join(import.meta.dirname, '../..');

/** One place of the source, written otherwise. */
export interface Change {
  /** From the repository's top. */
  file: string;
  /** Occurs there exactly once. */
  find: string;
  replace: string;
}

/** The next version, which a rollout runs beside this one: its policy differs in a number that no promise needs. */
export const nextVersion: Change = {
  file: 'functions/policy.ts',
  find: "keptFor: 'P90D', // †",
  replace: "keptFor: 'P91D', // †",
};

/**
 * @param to the folder that gets `instance.cjs`
 * @returns the file's path
 * @throws when what a change looks for is not there, or is there twice
 */
export async function buildInstance(to: string, changes: readonly Change[] = []): Promise<string> {
  await mkdir(to, { recursive: true });
  const outfile = join(to, 'instance.cjs');
  const missed = new Set(changes);
  await build({
    entryPoints: [join(import.meta.dirname, 'instance.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    // A script, so that it can be given other globals and built-in modules than those of its process.
    format: 'cjs',
    define: { 'import.meta.url': 'simulatedUrl', 'import.meta.dirname': '__dirname' },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    absWorkingDir: top,
    logLevel: 'error',
    plugins: [applying(changes, missed)],
  });
  if (missed.size > 0) throw new Error(`Not part of the functions: ${[...missed].map((each) => each.file).join(', ')}`);
  // The console reads its assets from beside itself as it loads.
  await cp(join(top, 'functions/console/assets'), join(to, 'assets'), { recursive: true });
  return outfile;
}

/** @throws when what the change looks for is not there, or is there twice */
export function changed(source: string, { file, find, replace }: Change): string {
  const count = source.split(find).length - 1;
  if (count !== 1) throw new Error(`${file} has ${count} times, and not once: ${find}`);
  return source.replace(find, () => replace);
}

function applying(changes: readonly Change[], missed: Set<Change>): Plugin {
  return {
    name: 'changes',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\/functions\/.*\.ts$/ }, async ({ path }) => {
        const wanted = changes.filter((each) => each.file === relative(top, path));
        if (wanted.length === 0) return undefined;
        let contents = await readFile(path, 'utf8');
        for (const change of wanted) {
          contents = changed(contents, change);
          missed.delete(change);
        }
        return { contents, loader: 'ts' };
      }),
  };
}
