/** The package as another project has it: packed, installed into an empty folder, imported, type-checked, and run by its name. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const workspace = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8'));
const run = (command: string, args: string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8' });

let project: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'packed-'));
  run('npm', ['run', 'build'], workspace);
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', project], workspace));
  writeFileSync(join(project, 'package.json'), '{"type": "module", "private": true}');
  const own = ['@google-cloud/firestore', '@types/node'].map((name) => `${name}@${manifest.devDependencies[name]}`);
  const options = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  run('npm', ['install', ...options, `./${packed.filename}`, ...own], project);
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

const program = `import { Firestore } from '@google-cloud/firestore';
import { Faults, Iam, startCloud, type LocalCloud } from 'local-google-cloud';

const iam = new Iam({
  roles: { 'roles/datastore.viewer': ['datastore.entities.get', 'datastore.entities.list'] },
  grants: { reader: [{ role: 'roles/datastore.viewer', on: 'project' }] },
});
const cloud: LocalCloud = await startCloud({ port: 0, iam, faults: new Faults(), indexes: { file: { indexes: [] } } });
process.env.FIRESTORE_EMULATOR_HOST = \`127.0.0.1:\${cloud.port}\`;
const firestore = new Firestore({ projectId: 'any-project' });
await firestore.doc('rooms/one').set({ size: 3, at: 1 });
const found = await firestore.collection('rooms').where('size', '>', 2).get();
const lacking = await firestore.collection('rooms').where('size', '==', 3).orderBy('at').get().catch((error) => error.code);
console.log(JSON.stringify({ found: found.size, lacking }));
await firestore.terminate();
await cloud.stop();
`;

test('serves a client, and holds its queries to an index file', () => {
  writeFileSync(join(project, 'use.ts'), program);
  expect(JSON.parse(run(process.execPath, ['use.ts'], project))).toEqual({ found: 1, lacking: 9 });
});

test('has types that a strict project takes', () => {
  writeFileSync(join(project, 'use.ts'), program);
  const options = {
    module: 'nodenext',
    target: 'es2024',
    strict: true,
    noEmit: true,
    types: ['node'],
    skipLibCheck: false,
  };
  writeFileSync(
    join(project, 'own.ts'),
    program.replace(/^.*@google-cloud.*$/m, '').replaceAll(/.*(firestore|found).*\n/gi, ''),
  );
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['own.ts'] }));
  const require = createRequire(import.meta.url);
  const compiler = require.resolve('typescript/package.json');
  const { bin } = require(compiler);
  expect(run(process.execPath, [join(dirname(compiler), bin.tsc)], project)).toBe('');
});

test('is started by its name, and says where it listens', async () => {
  const cloud = spawn(join(project, 'node_modules/.bin/local-google-cloud'), ['--port', '0'], { cwd: project });
  try {
    let said = '';
    for await (const chunk of cloud.stdout) {
      said += chunk;
      if (said.includes('Ctrl-C')) break;
    }
    expect(said).toMatch(/FIRESTORE_EMULATOR_HOST=127\.0\.0\.1:[1-9]\d*\n/);
  } finally {
    const ended = once(cloud, 'exit');
    cloud.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }
});
