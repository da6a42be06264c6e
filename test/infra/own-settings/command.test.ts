/** `npm run settings`, and what other commands make of a team's settings. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { withOwn } from '../../../functions/policy/own.ts';
import { defaults, policyVersion } from '../../../functions/policy.ts';
import { builtFrom } from '../../../infra/bundle/built-from.ts';
import { bundleAll } from '../../../infra/bundle.ts';
import { inForce } from '../../../infra/own-settings/policy-file.ts';
import { jsonSchema } from '../../../infra/own-settings/schema.ts';
import { settingsFrom } from '../../../infra/settings.ts';
import { typed } from '../command.ts';

const top = join(import.meta.dirname, '../../..');
const directory = mkdtempSync(join(tmpdir(), 'metronome-settings-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let folders = 0;
function folderWith(policy?: unknown): string {
  folders += 1;
  const folder = join(directory, String(folders));
  mkdirSync(folder);
  if (policy !== undefined) {
    writeFileSync(join(folder, 'policy.json'), typeof policy === 'string' ? policy : JSON.stringify(policy));
  }
  return folder;
}
const settings = (folder: string, ...args: string[]) => typed(settingsFrom(top), ['--settings', folder, ...args]);
const own = { $schema: 'x', zone: 'Europe/Berlin', cadence: { calm: { first: 'PT2H' } } };

test('docs/reference/policy.schema.json is what the code writes (else: npm run docs)', () => {
  const kept = JSON.parse(readFileSync(join(top, 'docs/reference/policy.schema.json'), 'utf8'));
  expect(kept).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
});

describe('npm run settings', () => {
  test('says what differs, what it is for, and the version', async () => {
    const folder = folderWith(own);
    const version = policyVersion(withOwn(defaults, { zone: own.zone, cadence: own.cadence }));
    expect(await settings(folder, '--language', 'en')).toEqual({
      code: 0,
      err: '',
      out: `${folder}/policy.json

zone = "Europe/Berlin" (by default "Asia/Tokyo")
  Time zone of weeks, fixed times, and times that are given without one

cadence.calm.first = "PT2H" (by default "PT60M")
  Low and not ongoing: first update within

Version ${version}; that of the defaults is ${policyVersion(defaults)}.

Still to set up (the pages Settings and Connections of the console say what else, of endpoints, channels and tools):
  sender: Messages to customers carry no company name or phone number: set policy.sender.
`,
    });
    expect((await settings(folder, '--language', 'ja')).out).toContain('cadence.calm.first = "PT2H" (初期値: "PT60M")');
  });

  test('follows the locale of the machine', async () => {
    const inLocale = async (LANG: string) =>
      (await typed(settingsFrom(top), ['--settings', folderWith()], { LANG })).out;
    expect(await inLocale('ja_JP.UTF-8')).toMatch(
      /policy\.json はまだありません。すべて初期値です。\n\n設定が必要な項目/,
    );
    expect(await inLocale('C.UTF-8')).toMatch(/policy\.json yet: everything has its default\.\n\nStill to set up/);
  });

  test.each([
    ['en', '{"zone": ', /policy\.json is no JSON: /],
    ['ja', '{"zone": ', /policy\.json は JSON として読めません: /],
    ['en', { zone: 1 }, /policy\.json: zone: there is 1; allowed is a time zone such as/],
  ])('--check ends with 1 where something is wrong, in %s: %j', async (language, policy, why) => {
    const ended = await settings(folderWith(policy), '--check', '--language', language);
    expect(ended).toMatchObject({ code: 1, out: '' });
    expect(ended.err).toMatch(why);
  });

  test('--check ends with 0 where nothing is wrong, and a byte order mark is nothing', async () => {
    const folder = folderWith(`\uFEFF${JSON.stringify(own)}`);
    expect(await settings(folder, '--check')).toEqual({ code: 0, err: '', out: `${folder}/policy.json is right.\n` });
  });

  test('names a folder that is not there', async () => {
    const ended = await settings(join(directory, 'nowhere'));
    expect(ended.code).toBe(1);
    expect(ended.err).toContain(`There is no folder ${join(directory, 'nowhere')}`);
  });
});

describe('--from-policy', () => {
  /** A repository in which upstream has gone on since a team edited the policy. */
  function repository(edit: (source: string) => string): string {
    const folder = mkdtempSync(join(directory, 'git-'));
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b.example', ...args], {
        cwd: folder,
        stdio: 'pipe',
      });
    const write = (text: string) => writeFileSync(join(folder, 'functions/policy.ts'), text);
    mkdirSync(join(folder, 'functions/policy'), { recursive: true });
    const source =
      "import { words } from './policy/words.ts';\nexport const policy = {\n  zone: 'Asia/Tokyo',\n  urgency: { highUpTo: 'PT60M' },\n  areas: [] as string[],\n  words,\n};\n";
    write(source);
    writeFileSync(join(folder, 'functions/policy/words.ts'), "export const words: string[] = ['a'];\n");
    git('init', '--initial-branch', 'main');
    git('add', '.');
    git('commit', '--message', 'base');
    git('branch', 'upstream/main');
    write(edit(source));
    git('commit', '--all', '--allow-empty', '--message', 'ours');
    git('checkout', '--quiet', 'upstream/main');
    write(source.replace('PT60M', 'PT45M'));
    git('commit', '--all', '--message', 'theirs');
    git('checkout', '--quiet', 'main');
    return folder;
  }

  test('writes what the team has changed, and nothing that upstream has', async () => {
    const edited = repository((source) =>
      source.replace('Asia/Tokyo', 'Europe/Berlin').replace('[] as string[]', "[{ area: 'pos', owner: 'us' }]"),
    );
    const folder = folderWith();
    const ended = await typed(settingsFrom(edited), ['--from-policy', '--settings', folder]);
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(readFileSync(join(folder, 'policy.json'), 'utf8'))).toEqual({
      zone: 'Europe/Berlin',
      areas: [{ area: 'pos', owner: 'us' }],
    });
    expect(ended.out).toContain('git checkout upstream/main -- functions/policy.ts functions/policy\n');
  });

  test('writes customers into a file of their own, as the policy had them', async () => {
    const customers = "[{ id: 's-1', name: 'Ueno, East', aliases: ['org-7', 'U'] }]";
    const edited = repository((source) =>
      source.replace('areas: []', `customers: ${customers} as object[],\n  areas: []`),
    );
    const folder = folderWith();
    const ended = await typed(settingsFrom(edited), ['--from-policy', '--settings', folder, '--language', 'en']);
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(readFileSync(join(folder, 'policy.json'), 'utf8'))).toEqual({});
    expect(readFileSync(join(folder, 'customers.csv'), 'utf8')).toBe(
      'id,name,aliases,language,contact\ns-1,"Ueno, East",org-7;U,,\n',
    );
    expect(ended.out).toContain(`${folder}/customers.csv is right, with 1 rows.`);
    const again = await settings(folderWith({ customers: [] }), '--check', '--language', 'en');
    expect(again.err).toContain('policy.json: customers: there is []; allowed is rows of customers.csv');
  });

  test('writes nothing where the policy is as it was, where a file is there, or where Git knows no commit', async () => {
    const same = settingsFrom(repository((source) => source));
    const folder = folderWith();
    expect(await typed(same, ['--from-policy', '--settings', folder])).toMatchObject({ code: 0, err: '' });
    expect(existsSync(join(folder, 'policy.json'))).toBe(false);
    const there = await typed(same, ['--from-policy', '--settings', folderWith({})]);
    expect(there).toMatchObject({ code: 1, err: expect.stringContaining('is there already: move it away first.') });
    const unknown = await typed(same, ['--from-policy', '--settings', folder, '--upstream', 'nothing']);
    expect(unknown).toMatchObject({ code: 1, err: 'Git knows no commit nothing: name one by --upstream.\n' });
  });

  test('says what of it can no longer be', async () => {
    const edited = repository((source) => source.replace("'PT60M'", "'1 hour'"));
    const ended = await typed(settingsFrom(edited), ['--from-policy', '--settings', folderWith()]);
    expect(ended.code).toBe(1);
    expect(ended.err).toContain('urgency.highUpTo: there is "1 hour"');
  });
});

describe('a process that is started through npm', () => {
  const started = (folder: string, ...args: string[]) => {
    const script = join(directory, 'script.mjs');
    const policy = pathToFileURL(join(top, 'functions/policy.ts')).href;
    writeFileSync(script, `import { policy } from ${JSON.stringify(policy)};\nconsole.log(policy.zone);\n`);
    try {
      return execFileSync(process.execPath, ['--import', './infra/with-settings.mjs', script, ...args], {
        cwd: top,
        env: { ...process.env, METRONOME_SETTINGS: folder },
        encoding: 'utf8',
        stdio: 'pipe',
      });
    } catch (error) {
      return (error as { stderr: string }).stderr;
    }
  };

  test('has the team’s own policy from its first line on, and stops where it is wrong', () => {
    expect(started(folderWith(own))).toBe('Europe/Berlin\n');
    expect(started(folderWith())).toBe('Asia/Tokyo\n');
    expect(started(folderWith(), '--settings', folderWith(own))).toBe('Europe/Berlin\n');
    expect(started(folderWith({ zone: 1 }))).toMatch(/policy\.json: zone: there is 1; allowed is a time zone/);
  });

  test('reads the settings wherever something is deployed, started or decided, and in no test', () => {
    const { scripts } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const reading = Object.keys(scripts).filter((name) => scripts[name]?.includes('with-settings.mjs'));
    expect(reading).toEqual([
      'start',
      'bundle',
      'deploy',
      'erase',
      'drill',
      'provision',
      'status',
      'migrate',
      'import',
      'trends',
    ]);
  });
});

test('a bundle holds the policy that was in force when it was built, who built it, and from which commit', async () => {
  onTestFinished(() => void Reflect.deleteProperty(globalThis, 'METRONOME_OWN_POLICY'));
  inForce({ zone: 'America/Sao_Paulo' });
  const folder = join(directory, 'bundle');
  await bundleAll(folder, ['gauges', 'minuteTick']);
  const { by = '', commit = '' } = builtFrom(top);
  expect([by, commit]).toEqual([expect.stringContaining('@'), expect.stringMatching(/^[\da-f]{7,}(-dirty)?$/)]);
  const tick = readdirSync(join(folder, 'minuteTick'), { encoding: 'utf8' }).filter((file) => file.endsWith('.mjs'));
  expect(tick.some((file) => readFileSync(join(folder, 'minuteTick', file), 'utf8').includes(commit))).toBe(true);
  expect(builtFrom(directory)).not.toHaveProperty('commit');
  const files = readdirSync(join(folder, 'gauges')).filter((file) => file.endsWith('.mjs'));
  const code = files.map((file) => readFileSync(join(folder, 'gauges', file), 'utf8')).join('\n');
  // Once: it is no part of what every module begins with.
  expect(code.split('America/Sao_Paulo')).toHaveLength(2);
  expect(code.includes('METRONOME_OWN_POLICY')).toBe(false);
});
