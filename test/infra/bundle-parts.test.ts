/** What a bundle is made of: which doors there are, what is locked of its one dependency, and how large it is. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';
import { commonJsOnDemand } from '../../infra/bundle/commonjs.ts';
import { doorOf, doors, entryOf } from '../../infra/bundle/doors.ts';
import { type Lock, lockOf } from '../../infra/bundle/lock.ts';
import { renderSizes } from '../../infra/bundle.ts';
import { functions } from '../../infra/topology.ts';

const directory = mkdtempSync(join(tmpdir(), 'metronome-doors-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('the doors', () => {
  const read = (...lines: string[]) => {
    const file = join(directory, 'index.ts');
    writeFileSync(file, lines.join('\n'));
    return doors(file);
  };
  const line = (name: string, file: string, exported = name) =>
    `  ${name}: async () => (await import('./${file}')).${exported},`;

  test('are the lines of a file, those after `eventDoors` of events, and the others read their bodies themselves', async () => {
    const lines = [
      "import './platform/before.ts';",
      'const doors = {',
      line('tickets', 'intake/tickets.ts'),
      '};',
      'const eventDoors = {',
      line('notify', 'notify.ts'),
      '};',
    ];
    const beside = ['functions/platform/before.ts'];
    expect(await read(...lines)).toEqual([
      { name: 'tickets', path: 'functions/intake/tickets.ts', isPush: false, beside },
      { name: 'notify', path: 'functions/notify.ts', isPush: true, beside },
    ]);
  });

  test('of another name than what they export, and a file without events, are mistakes', async () => {
    await expect(read('const eventDoors = {', line('notify', 'notify.ts', 'other'))).rejects.toThrow(
      'The door notify is not exported under its name.',
    );
    await expect(read(line('tickets', 'tickets.ts'))).rejects.toThrow('has no eventDoors.');
  });

  test('are those of the topology, each by its trigger', async () => {
    const found = await doors(join(import.meta.dirname, '../../functions/index.ts'));
    const kinds = (all: { name: string; isPush: boolean }[]) =>
      all.map((each) => `${each.name} ${each.isPush}`).toSorted();
    expect(kinds(found)).toEqual(kinds(functions.map(({ name, trigger }) => ({ name, isPush: trigger === 'push' }))));
  });

  test('begin the bundle of their own name alone, with what the list itself imports; one that is not there begins none', async () => {
    const found = await doors(join(import.meta.dirname, '../../functions/index.ts'));
    expect(entryOf(doorOf(found, 'slack')).split('\n')).toEqual([
      'import "./platform/without-domains.ts";',
      "import { http } from '@google-cloud/functions-framework';",
      'import { slack } from "./slack/door.ts";',
      'import { ownRawBody } from "./platform/raw-body.ts";',
      "ownRawBody('slack');",
      "http('slack', slack);",
    ]);
    expect(entryOf(doorOf(found, 'slackEvents')).split('\n')).toEqual([
      'import "./platform/without-domains.ts";',
      "import { http } from '@google-cloud/functions-framework';",
      'import { slackEvents } from "./slack/events.ts";',
      'import { pushDoor } from "./platform/push-door.ts";',
      'import { ownRawBody } from "./platform/raw-body.ts";',
      "ownRawBody('slackEvents');",
      "http('slackEvents', pushDoor('slackEvents', slackEvents));",
    ]);
    for (const { name } of functions) expect([name, doorOf(found, name).name]).toEqual([name, name]);
    for (const name of ['', 'Slack', 'slackEvent', 'events'])
      expect(() => doorOf(found, name)).toThrow(`functions/index.ts has no door ${name}.`);
  });
});

describe('a package that is imported on demand', () => {
  const common = 'exports.A = class A {}; exports.b = 2;';
  const whole = 'module.exports = Object.assign(() => 1, { A: class A {}, b: 2 });';
  test.each<[string, Record<string, string>, names: string[]]>([
    ['in CommonJS', { 'package.json': '{"main": "a.js"}', 'a.js': common }, ['A', 'b', 'default']],
    ['in CommonJS, exported as one', { 'package.json': '{"main": "a.js"}', 'a.js': whole }, ['A', 'b', 'default']],
    [
      'in CommonJS, with a default and a name that is none of a variable',
      { 'package.json': '{"main": "a.js"}', 'a.js': `${common} exports.default = 3; exports['a-b'] = 4;` },
      ['A', 'b', 'default'],
    ],
    ['of .cjs', { 'package.json': '{"main": "a.cjs", "type": "module"}', 'a.cjs': common }, ['A', 'b', 'default']],
    [
      'in CommonJS, in a folder that says so',
      { 'package.json': '{"main": "lib/a.js", "type": "module"}', 'lib/package.json': '{}', 'lib/a.js': common },
      ['A', 'b', 'default'],
    ],
    ['as a module', { 'package.json': '{"main": "a.js", "type": "module"}', 'a.js': 'export const b = 2;' }, ['b']],
    ['as a module by its ending', { 'package.json': '{"main": "a.mjs"}', 'a.mjs': 'export const b = 2;' }, ['b']],
  ])('%s has its names in a bundle', async (_, files, names) => {
    const place = mkdtempSync(join(directory, 'package-'));
    for (const [name, text] of Object.entries(files)) {
      const file = join(place, 'node_modules/some', name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    await build({
      stdin: { contents: "export const load = () => import('some');", resolveDir: place, loader: 'ts' },
      outdir: join(place, 'out'),
      entryNames: 'index',
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      plugins: [commonJsOnDemand],
    });
    const { load } = await import(pathToFileURL(join(place, 'out/index.mjs')).href);
    const loaded = await load();
    expect(Object.keys(loaded).toSorted()).toEqual(names);
    expect(loaded.b).toBe(2);
  });

  test('and is left out of the bundle is imported from where it is installed', async () => {
    const { outputFiles } = await build({
      stdin: { contents: "export const load = () => import('some/a.cjs');", resolveDir: directory, loader: 'ts' },
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      external: ['some'],
      plugins: [commonJsOnDemand],
    });
    expect(outputFiles.map(({ text }) => text).join('\n')).toContain('import("some/a.cjs")');
  });
});

describe('what is locked', () => {
  const at = (version: string, more: object = {}) => ({ version, integrity: `sha512-${version}`, ...more });
  const lock: Lock = {
    lockfileVersion: 3,
    packages: {
      '': { version: '1.0.0' },
      'node_modules/framework': at('5', {
        dev: true,
        dependencies: { a: '1', b: '1' },
        optionalDependencies: { o: '1' },
      }),
      'node_modules/framework/node_modules/a': at('2', { dependencies: { c: '1' } }),
      'node_modules/a': at('1', { dependencies: { unused: '1' } }),
      'node_modules/b': at('1', {
        devOptional: true,
        dependencies: { a: '1', framework: '5' },
        peerDependencies: { p: '1', q: '1' },
        peerDependenciesMeta: { q: { optional: true } },
      }),
      'node_modules/c': at('1'),
      'node_modules/framework/node_modules/a/node_modules/c': at('9'),
      'node_modules/p': at('1'),
      'node_modules/q': at('1'),
      'node_modules/o': at('1'),
      'node_modules/unused': at('1'),
      'node_modules/stranger': at('1'),
    },
  };
  const own = { name: 'metronome-x', version: '1.2.3', dependencies: { framework: '5' } };

  test('is all that a dependency needs, from where Node would find it, sorted, and nothing for development', () => {
    const locked = lockOf(lock, own);
    expect(locked).toEqual({
      name: 'metronome-x',
      version: '1.2.3',
      lockfileVersion: 3,
      packages: {
        '': own,
        'node_modules/a': lock.packages['node_modules/a'],
        'node_modules/b': at('1', {
          dependencies: { a: '1', framework: '5' },
          peerDependencies: { p: '1', q: '1' },
          peerDependenciesMeta: { q: { optional: true } },
        }),
        'node_modules/framework': at('5', { dependencies: { a: '1', b: '1' }, optionalDependencies: { o: '1' } }),
        'node_modules/framework/node_modules/a': lock.packages['node_modules/framework/node_modules/a'],
        'node_modules/framework/node_modules/a/node_modules/c': at('9'),
        'node_modules/o': at('1'),
        'node_modules/p': at('1'),
        'node_modules/unused': at('1'),
      },
    });
    const [, ...paths] = Object.keys(locked.packages);
    expect(paths).toEqual(paths.toSorted());
  });

  test('is nothing of what is not there', () => {
    expect(Object.keys(lockOf(lock, { ...own, dependencies: { nowhere: '1' } }).packages)).toEqual(['']);
  });
});

test('the sizes are a table, with what weighs most', () => {
  const loaded = (bytes: number, ...packages: string[]) => ({ files: [], bytes, gzippedBytes: bytes / 2, packages });
  const bundle = (name: string, atStart: ReturnType<typeof loaded>, onDemand: ReturnType<typeof loaded>) => ({
    name,
    directory: 'x',
    atStart,
    onDemand,
    seldom: loaded(3_072, 'echarts'),
  });
  const heavy = [
    '@google-cloud/firestore',
    '@google-cloud/pubsub-api',
    'echarts',
    'echarts-x',
    'zod',
    'temporal-polyfill',
  ];
  const shown = renderSizes([
    bundle('tickets', loaded(1_048_576, ...heavy), loaded(2_560, '@google-cloud/pubsub')),
    bundle('slack', loaded(512), loaded(0, 'zod')),
  ]);
  expect(shown).toBe(
    [
      'function        at start   gzipped on demand   gzipped    seldom   gzipped  what weighs most: at start | on demand',
      'tickets         1024 KiB   512 KiB     3 KiB     1 KiB     3 KiB     2 KiB  firestore echarts temporal-polyfill | pubsub',
      'slack              1 KiB     0 KiB     0 KiB     0 KiB     3 KiB     2 KiB  – | –',
    ].join('\n'),
  );
});
