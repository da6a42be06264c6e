import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { functions } from '../functions/topology.ts';
import {
  arrowComplaints,
  blank,
  documentComplaints,
  doorsOf,
  importsOf,
  lengthComplaints,
  lockComplaints,
  longestFileLines,
  machinePathComplaints,
  nameComplaints,
  pinComplaints,
  pureFiles,
  purityComplaints,
  switchedOffComplaints,
} from './manners.ts';

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
    listed = globSync('{*,.ci/*,{functions,infra,test,bench,docs}/**/*}', {
      cwd: top,
      exclude: ['node_modules', '.git'],
    });
  }
  return listed.filter((path) => path !== '' && has(path) && statSync(join(top, path)).isFile());
}

const files = repositoryFiles();
const code = files.filter((path) => /^(functions|infra|test|bench)\/.*\.(ts|mjs)$/.test(path));
const manifest = JSON.parse(read('package.json'));
const complaintsOf = (paths: string[], check: (path: string, text: string) => string[]) =>
  paths.flatMap((path) => check(path, read(path)));

describe('the repository', () => {
  test('is seen at all', () => {
    expect(files).toContain('package.json');
    expect(code).toContain('test/manners.test.ts');
  });

  test('keeps its import arrows', () => {
    expect(complaintsOf(code, arrowComplaints)).toEqual([]);
  });

  test('decides without a clock, lots, the environment or the network', () => {
    expect(complaintsOf(code, purityComplaints)).toEqual([]);
  });

  test('has no file that is too long', () => {
    expect(complaintsOf(code, lengthComplaints)).toEqual([]);
  });

  test('has no test that is narrowed or switched off', () => {
    const tests = code.filter((path) => /^(test|bench)\//.test(path));
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
    expect(lockComplaints(JSON.parse(read('package-lock.json')))).toEqual([]);
    expect(files.filter((path) => /(^|\/)\.npmrc$/.test(path) && /^\s*(@.*:)?registry\s*=/m.test(read(path)))).toEqual(
      [],
    );
  });

  test('has the same doors in its index and in its topology', () => {
    const doors = doorsOf(read('functions/index.ts'));
    expect(doors.length).toBeGreaterThan(0);
    expect(doors.toSorted()).toEqual(functions.map(({ name }) => name).toSorted());
  });

  test('has every script and every file that its documents name', () => {
    const documents = files.filter((path) => path === 'README.md' || /^docs\/.*\.md$/.test(path));
    expect(complaintsOf(documents, (path, text) => documentComplaints(path, text, manifest, has))).toEqual([]);
  });
});

describe('the checks can fail', () => {
  test.each([
    ["import { x } from '../../infra/local/clock.ts';", 'it is not deployed'],
    ["import type { X } from '../../test/x.ts';", 'it is not deployed'],
    ["export * from '../../bench/x.ts';", 'it is not deployed'],
    ["const x = await import('../../infra/local/clock.ts');", 'it is not deployed'],
    ["import '../../../elsewhere.ts';", 'it is outside the repository'],
    ["import { readFileSync } from 'node:fs';", 'imports only what is pure'],
    ["import { randomBytes } from 'node:crypto';", 'imports only what is pure'],
    ["import { createHash, randomBytes } from 'node:crypto';", 'imports only what is pure'],
    ["import {\n  Firestore,\n} from '@google-cloud/firestore';", 'imports only what is pure'],
    ["import { clock } from '../platform/clock.ts';", 'imports only what is pure'],
    ["import type { Clock } from '../platform/clock.ts';", 'imports only what is pure'],
    ["import { fileSignal } from './file-signal.ts';", 'imports only what is pure'],
  ])('arrows of a file that decides: %s', (source, why) => {
    expect(arrowComplaints('functions/incidents/later-word.ts', source)).toEqual([expect.stringContaining(why)]);
  });

  test('arrows of the oracle: nothing of the product, not even its numbers', () => {
    const source = "import { policy } from '../../../functions/policy.ts';\nimport type { Stage } from '../stage.ts';";
    expect(arrowComplaints('test/simulation/oracle/rhythm.ts', source)).toEqual([expect.stringContaining('it judges')]);
    expect(arrowComplaints('test/simulation/world/tickets.ts', source)).toEqual([]);
  });

  test('arrows: what is allowed passes', () => {
    const pure = [
      "import { createHash } from 'node:crypto';",
      "import { Temporal } from 'temporal-polyfill';",
      "import { z } from 'zod';",
      "import { policy } from '../policy.ts';",
      "import { ticketSchema } from '../intake/ticket-schema.ts';",
      "import type { Incident } from './incident.ts';",
      "// import { x } from '../../infra/x.ts';",
      `const text = "import { x } from '../../infra/x.ts'";`,
    ];
    expect(arrowComplaints('functions/incidents/later-word.ts', pure.join('\n'))).toEqual([]);
    const door = "import { readFileSync } from 'node:fs';\nimport { now } from '../platform/clock.ts';";
    expect(arrowComplaints('functions/intake/tickets.ts', door)).toEqual([]);
    expect(arrowComplaints('infra/local/main.ts', "import { x } from '../../functions/topology.ts';")).toEqual([]);
    expect(arrowComplaints('infra/local/main.ts', "import { x } from '../../test/x.ts';")).toHaveLength(1);
  });

  test.each([
    'const now = Date.now();',
    'const now = new Date();',
    'const now = new Date;',
    'const now = Date();',
    'const now = Temporal.Now.instant();',
    'const lot = Math.random();',
    'const id = crypto.randomUUID();',
    'const zone = process.env.TZ;',
    'const text = `at ${Date.now()}`;',
    'await fetch(url);',
    'const now = performance.now();',
    'setTimeout(go, 1000);',
    'globalThis.x = 1;',
    'console.log(1);',
  ])('purity: %s', (source) => {
    expect(purityComplaints('functions/incidents/later-word.ts', source)).toHaveLength(1);
    expect(purityComplaints('functions/intake/tickets.ts', source)).toEqual([]);
  });

  test('purity: times that are given, comments and strings pass', () => {
    const source = [
      'const at = new Date(now.getTime() + 1);',
      'type At = Date;',
      '// Date.now() is not for here.',
      "const text = 'new Date() and process.env';",
      'const label = `Math.random()`;',
      'const isDue = (process: Process) => prefetch(process);',
    ];
    expect(purityComplaints('functions/incidents/later-word.ts', source.join('\n'))).toEqual([]);
  });

  test('every file that decides is held to it', () => {
    for (const path of [...pureFiles, 'functions/intake/ticket-schema.ts', 'functions/intake/schemas.ts']) {
      expect(purityComplaints(path, 'Date.now()')).toHaveLength(1);
    }
  });

  test('blanking leaves code, and only code, where it was', () => {
    const source = "a('it''s') /* b */ + `c ${d('e', { f: `g` })} h` // i\nreturn /[/'\"]/.test(j) / 2; // k";
    const blanked = blank(source);
    expect(blanked).toHaveLength(source.length);
    expect(blanked.replace(/[^a-z\n]/g, '')).toBe('adf\nreturntestj');
    expect(blank("x = 'y'; // z", true)).toBe("x = 'y';     ");
  });

  test('imports are found in every form', () => {
    const source = [
      "import a, { b } from 'one';",
      'import {\n  c,\n  type D,\n} from "two";',
      "import 'three';",
      "export { e } from 'four';",
      "export type * from 'five';",
      "const f = () => import('six');",
      "const g = require('seven');",
      "const h = Array.from('eight').concat(Promise.resolve('nine'));",
    ];
    const found = importsOf(source.join('\n'));
    expect(found.map(({ specifier }) => specifier)).toEqual(['one', 'two', 'three', 'four', 'five', 'six', 'seven']);
    expect(found.map(({ line }) => line)).toEqual([1, 2, 6, 7, 8, 9, 10]);
  });

  test('length', () => {
    const lines = (count: number) => 'x\n'.repeat(count);
    expect(lengthComplaints('functions/a.ts', lines(longestFileLines))).toEqual([]);
    expect(lengthComplaints('functions/a.ts', lines(longestFileLines + 1))).toHaveLength(1);
    expect(lengthComplaints('test/a.test.ts', lines(longestFileLines + 1))).toEqual([]);
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
      a: { integrity: 'x' },
      b: { integrity: 'x', resolved: 'https://a.example/b.tgz' },
      c: {},
    };
    expect(lockComplaints({ packages })).toEqual(['b names where it was downloaded', 'c has no integrity']);
  });

  test('doors', () => {
    const lazy = [
      "export const doors = { tickets: () => import('./intake/tickets.ts'), 'api': async () => (await import('./api.ts')).api };",
      "// notHere: () => import('./gone.ts')",
      "export const alerts = lazy(() => import('./intake/alerts.ts'));",
      "http('console', async (request, response) => (await import('./console/door.ts')).door(request, response));",
    ];
    expect(doorsOf(lazy.join('\n'))).toEqual(['tickets', 'api', 'alerts', 'console']);
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
});
