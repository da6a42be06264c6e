/**
 * `npm run build`: JavaScript and types in `dist/`, since Node strips no types below `node_modules`, and beside them the
 * definitions of Google's services, so that the package needs no client.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { builtProtos, installedProtos } from './src/protos.ts';

const here = import.meta.dirname;
const dist = join(here, 'dist');
rmSync(dist, { recursive: true, force: true });

const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
const compiler = join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.tsc);
execFileSync(process.execPath, [compiler, '--project', join(here, 'tsconfig.build.json')], { stdio: 'inherit' });

for (const [name, file] of Object.entries(installedProtos())) {
  const target = builtProtos(name, dist);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, JSON.stringify(JSON.parse(readFileSync(file, 'utf8'))));
}
copyFileSync(join(here, '../../LICENSE'), join(dist, 'LICENSE'));
