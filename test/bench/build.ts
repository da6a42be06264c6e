/** Everything that is measured, as it would be deployed: our functions by `npm run bundle`'s own steps, and the bare ones. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleAll } from '../../infra/bundle.ts';
import { builtAt, top } from './processes.ts';

const bare = ['create', 'five', 'page', 'publish'];

/** @returns how many bytes each function loads as it starts, and how many more when they are first needed */
export async function buildAll(): Promise<{ name: string; atStart: number; onDemand: number }[]> {
  const bundles = await bundleAll(builtAt);
  for (const name of bare) {
    const directory = join(builtAt, `bare-${name}`);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'package.json'), '{"type":"module","main":"index.mjs"}\n');
    await build({
      entryPoints: [join(import.meta.dirname, `baseline/${name}.ts`)],
      outfile: join(directory, 'index.mjs'),
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      external: ['@google-cloud/functions-framework'],
      banner: {
        js: `import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
const require = createRequire(import.meta.url);
const __filename = fileURLToPath(import.meta.url);
const __dirname = dirname(__filename);`,
      },
      minifySyntax: true,
      minifyWhitespace: true,
      legalComments: 'none',
      absWorkingDir: top,
      logLevel: 'error',
    });
  }
  return bundles.map(({ name, atStart, onDemand }) => ({ name, atStart: atStart.bytes, onDemand: onDemand.bytes }));
}
