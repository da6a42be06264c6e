import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { functions } from '../infra/topology.ts';
import {
  citationComplaints,
  clockComplaints,
  documentComplaints,
  lockComplaints,
  machinePathComplaints,
  nameComplaints,
  pinComplaints,
  switchedOffComplaints,
} from './manners.ts';
import { pureFilesBelow } from './rooms.config.ts';

const top = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(top, path), 'utf8');
const has = (path: string) => existsSync(join(top, path));

/** What git tracks or is about to; everything that is not installed or made, where there is no git. */
function repositoryFiles(): string[] {
  let listed: string[];
  try {
    const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    listed = execFileSync('git', listing, { cwd: top, encoding: 'utf8', stdio: 'pipe' }).split('\0');
  } catch {
    listed = globSync('{*,.ci/*,{functions,infra,test,docs}/**/*}', { cwd: top, exclude: ['node_modules', '.git'] });
  }
  return listed.filter((path) => path !== '' && has(path) && statSync(join(top, path)).isFile());
}

const files = repositoryFiles();
const code = files.filter((path) => /^(functions|infra|test)\/.*\.(ts|mjs)$/.test(path));
const manifest = JSON.parse(read('package.json'));
const cloudManifest = JSON.parse(read('infra/cloud/package.json'));
const complaintsOf = (paths: string[], check: (path: string, text: string) => string[]) =>
  paths.flatMap((path) => check(path, read(path)));

describe('the repository', () => {
  test('is seen at all', () => {
    expect(files).toContain('package.json');
    expect(code).toContain('test/manners.test.ts');
  });

  test('has files that say they are pure, and none of them asks a clock', () => {
    const pureFiles = pureFilesBelow(top);
    expect(pureFiles.length).toBeGreaterThan(140);
    expect(complaintsOf(pureFiles, clockComplaints)).toEqual([]);
  });

  test('has no test that is narrowed or switched off', () => {
    const tests = code.filter((path) => /^(infra\/cloud\/)?test\//.test(path) && path !== 'test/manners.test.ts');
    expect(complaintsOf(tests, switchedOffComplaints)).toEqual([]);
  });

  test('has no file that is named after nothing it does', () => {
    expect(files.flatMap(nameComplaints)).toEqual([]);
  });

  test('names no path of the machine it was written on', () => {
    const texts = files.filter((path) => !/\.(png|jpe?g|ico|woff2?|pb|gz)$/.test(path));
    expect(complaintsOf(texts, machinePathComplaints)).toEqual([]);
  });

  test('pins what it depends on, and its lock file names no download address', () => {
    expect(pinComplaints(manifest)).toEqual([]);
    expect(pinComplaints(cloudManifest)).toEqual([]);
    expect(lockComplaints(JSON.parse(read('package-lock.json')))).toEqual([]);
    expect(files.filter((path) => /(^|\/)\.npmrc$/.test(path) && /^\s*(@.*:)?registry\s*=/m.test(read(path)))).toEqual(
      [],
    );
  });

  // npm leaves out an optional package of another C library, and takes the Node that is there.
  test('has its own Node for glibc alone, since musl would find no loader for it', () => {
    const { packages } = JSON.parse(read('package-lock.json'));
    const forLinux = Object.keys(manifest.optionalDependencies).filter((name) => name.startsWith('node-linux-'));
    expect(forLinux.map((name) => packages[`node_modules/${name}`].libc)).toEqual(['glibc', 'glibc']);
  });

  test('has one version of what it and its local cloud depend on', () => {
    const versionsOf = (of: typeof manifest): Record<string, string> => ({ ...of.dependencies, ...of.devDependencies });
    const own = versionsOf(manifest);
    const both = Object.entries(versionsOf(cloudManifest)).filter(([name]) => own[name] !== undefined);
    expect(both.length).toBeGreaterThan(5);
    expect(both.filter(([name, version]) => own[name] !== version)).toEqual([]);
  });

  test('has the same doors in its index and in its topology', () => {
    const doors = [...read('functions/index.ts').matchAll(/^ {2}(\w+): async \(\) => \(await import\(/gm)].map(
      ([, name]) => name,
    );
    expect(doors.length).toBeGreaterThan(0);
    expect(doors.toSorted()).toEqual(functions.map(({ name }) => name).toSorted());
  });

  test('has every script and every file that its documents name', () => {
    const documents = files.filter((path) => /^(?:(?:README|CONTRIBUTING)\.md|docs\/.*\.md)$/.test(path));
    expect(complaintsOf(documents, (path, text) => documentComplaints(path, text, manifest, has))).toEqual([]);
  });

  test('cites in its comments only what a reader has', () => {
    const commented = code.filter((path) => path !== 'test/manners.test.ts');
    expect(complaintsOf(commented, (path, text) => citationComplaints(path, text, has))).toEqual([]);
  });
});

describe('the checks can fail', () => {
  test('clocks', () => {
    for (const source of ['const now = new Date();', 'const now = new Date;', 'const now = Date();']) {
      expect(clockComplaints('functions/a.ts', source)).toHaveLength(1);
    }
    expect(clockComplaints('functions/a.ts', 'const at = new Date(now.getTime() + 1);\ntype At = Date;')).toEqual([]);
  });

  test('tests that are switched off', () => {
    const off = [
      'test.only("a", b)',
      'describe.skip("a", b)',
      'it.todo("a")',
      'test.concurrent.only("a", b)',
      'xit("a", b)',
    ];
    for (const source of off) expect(switchedOffComplaints('test/a.test.ts', source)).toHaveLength(1);
    const on = ['test("skip", b)', 'test.each([1])("a", b)', 'test.skipIf(isMac)("a", b)', 'page.only(1)', 'exit(1)'];
    for (const source of on) expect(switchedOffComplaints('test/a.test.ts', source)).toEqual([]);
  });

  test('names', () => {
    const vague = ['functions/utils.ts', 'test/helpers/a.ts', 'infra/clock-manager.ts', 'functions/common/a.ts'];
    for (const path of vague) expect(nameComplaints(path)).toHaveLength(1);
    expect(['functions/commonest.ts', 'functions/managed.ts'].flatMap(nameComplaints)).toEqual([]);
  });

  test('paths of one machine', () => {
    const [work, root] = ['work', 'root'].map((name) => `/${name}`);
    for (const text of [`cd ${work}/x`, `"${root}"`, `(${root}/.cache)`]) {
      expect(machinePathComplaints('a.md', text)).toHaveLength(1);
    }
    for (const text of [`cd .${work}/x`, `https://a.example${work}`, `${work}space/x`, `a${root}/b`]) {
      expect(machinePathComplaints('a.md', text)).toEqual([]);
    }
  });

  test('pins and lock files', () => {
    expect(pinComplaints({ dependencies: { a: '1.2.3', b: '^1.2.3' }, devDependencies: { c: 'latest' } })).toEqual([
      'b is not pinned: ^1.2.3',
      'c is not pinned: latest',
    ]);
    const packages = {
      '': {},
      'infra/own': {},
      'node_modules/own': { resolved: 'infra/own', link: true },
      'node_modules/a': { integrity: 'sha512-x' },
      'node_modules/b': { resolved: 'https://registry.example/b.tgz', integrity: 'sha512-x' },
      'node_modules/c': {},
      'node_modules/d': { resolved: '../elsewhere', link: true },
      'infra/own/node_modules/e': {},
    };
    expect(lockComplaints({ packages })).toEqual([
      'node_modules/b names where it was downloaded',
      'node_modules/c has no integrity',
      'node_modules/d names where it was downloaded',
      'infra/own/node_modules/e has no integrity',
    ]);
  });

  test('documents', () => {
    const text = [
      'Run `npm cit`, `npm start`, then `npm run gone`, or `npm lost`.',
      'See `functions/policy.ts`, `functions/lost.ts`, [here](docs/lost.md) and [there](https://a.example/docs/x.md).',
      '```sh\nnode test/lost.ts < infra/\n```',
      'A word and/or test/case outside code is no path.',
    ].join('\n');
    const known = ['functions/policy.ts', 'infra/'];
    const complaints = documentComplaints('README.md', text, { scripts: { start: '' } }, (path) =>
      known.includes(path),
    );
    expect(complaints.map((complaint) => complaint.replace('README.md names ', ''))).toEqual([
      'the script gone, which package.json lacks',
      'the script lost, which package.json lacks',
      'functions/lost.ts, which does not exist',
      'test/lost.ts, which does not exist',
      'docs/lost.md, which does not exist',
    ]);
  });

  test('citations', () => {
    const cited = [
      '/** Table B of the design. Pure. */',
      '// See `docs/lost.md`.',
      '// Kept in ../shared/samples.',
      '/* As docs/kept.md says, and https://a.example/docs/lost.md. */',
      'const text = "docs/lost.md";',
    ];
    expect(cited.map((text) => citationComplaints('a.ts', text, (path) => path === 'docs/kept.md').length)).toEqual([
      1, 1, 1, 0, 0,
    ]);
  });
});
