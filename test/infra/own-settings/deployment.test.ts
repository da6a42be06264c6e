/** What is wrong in a team's `deployment.json`, in the words of both languages, and that the gate of its settings sees it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfiguration } from '../../../infra/deployment-file.ts';
import { settingsFrom } from '../../../infra/settings.ts';
import { typed } from '../command.ts';

const folder = mkdtempSync(join(tmpdir(), 'metronome-deployment-'));
const file = join(folder, 'deployment.json');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (content: unknown) =>
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
const settings = (...args: string[]) => typed(settingsFrom('.'), ['--settings', folder, ...args]);

const rows: [own: unknown, path: string, found: string, en: string, ja: string][] = [
  [{ region: 'nam5' }, 'region', '"nam5"', 'a region of Cloud Run, such as asia-northeast1', 'Cloud Run のリージョン'],
  [{ database: '' }, 'database', '""', 'a text that is not empty', '空でない文字列'],
  [{ operator: 3 }, 'operator', '3', 'an e-mail address, or a list of them', 'メールアドレス、またはその一覧'],
  [{ pager: 'x' }, 'pager', '"x"', 'projects/P/notificationChannels/N', 'projects/P/notificationChannels/N'],
  [{ cloudBuild: 'yes' }, 'cloudBuild', '"yes"', 'true or false', 'true または false'],
  [{ environment: [] }, 'environment', '[]', 'entries in { … }', '項目の入った { … }'],
  [
    { environment: { SENDERS: 'a##b' } },
    'environment.SENDERS',
    '"a##b"',
    'a text without ##, or null',
    '空でなく ## を含まない',
  ],
  [{ environment: { ZENDESK_SUBDOMIAN: 'x' } }, 'environment.ZENDESK_SUBDOMIAN', '"x"', 'null alone: no', 'null のみ'],
  [
    { environment: { FIRESTORE_DATABASE: 'x' } },
    'environment.FIRESTORE_DATABASE',
    '"x"',
    '"database" of',
    'プロジェクトの "database"',
  ],
  [{ console: ['allUsers'] }, 'console.1', '"allUsers"', 'user:…, group:… or domain:…', 'user:…、group:…、domain:…'],
  [
    { balancer: 'http://x.example' },
    'balancer',
    '"http://x.example"',
    'an address such as https:',
    'https:// で始まる',
  ],
  [{ buildWorkerPool: 'x' }, 'buildWorkerPool', '"x"', 'projects/P/locations/R/workerPools/NAME', 'projects/P/'],
  [
    { maxInstances: { slack: 0 } },
    'maxInstances.slack',
    '0',
    'a whole number from 1 to 1000',
    '1 以上 1000 以下の整数',
  ],
  [
    { memoryMiB: { slack: 64 } },
    'memoryMiB.slack',
    '64',
    'a whole number from 128 to 4096',
    '128 以上 4096 以下の整数',
  ],
  [{ minInstances: { slak: 1 } }, 'minInstances.slak', '1', 'slack, ', 'slack, '],
  [{ alerts: { backlogg: {} } }, 'alerts.backlogg', '{}', 'backlog, ', 'backlog, '],
  [{ alerts: { backlog: { forMinutes: -1 } } }, 'alerts.backlog.forMinutes', '-1', 'a whole number from 0', '0 以上'],
  [{ consle: [] }, 'consle', '[]', 'console, ', 'console, '],
  [{ minInstances: { slack: 3 } }, 'minInstances.slack', '3', 'at most maxInstances (2)', 'maxInstances (2) 以下'],
  [
    { environment: { TRUSTED_HOPS: '1' } },
    'environment.TRUSTED_HOPS',
    '"1"',
    '0 without "balancer"',
    '"balancer" がなければ',
  ],
  [{ region: 'us-east1', copyTo: 'us-east1' }, 'copyTo', '"us-east1"', 'another region than', 'データベースとは別の'],
];

describe.each(rows)('%j', (own, path, found, en, ja) => {
  test('is refused with its place, what is there and what is allowed, in both languages', async () => {
    write({ shop: own });
    for (const command of [[], ['--check']]) {
      const inEnglish = await settings(...command, '--language', 'en');
      expect(inEnglish).toMatchObject({ code: 1, out: '' });
      expect(inEnglish.err).toContain(`${file}: shop.${path}: there is ${found}; allowed is ${en}`);
      const { err } = await settings(...command, '--language', 'ja');
      expect(err).toContain(`${file}: shop.${path}: 現在の値は ${found}、指定できるのは ${ja}`);
    }
    expect(() => readConfiguration(folder, 'another')).toThrow(`shop.${path}`);
  });
});

test.each([
  ['{"shop": ', /deployment\.json is no JSON: /, /deployment\.json は JSON として読めません: /],
  [[], /deployment\.json: there is \[\]; allowed is entries in/, /deployment\.json: 現在の値は \[\]/],
  [{ shop: 'x' }, /deployment\.json: shop: there is "x"; allowed is entries in/, /shop: 現在の値は "x"/],
])('%j is no file of settings', async (content, en, ja) => {
  write(content);
  expect((await settings('--check', '--language', 'en')).err).toMatch(en);
  expect((await settings('--check', '--language', 'ja')).err).toMatch(ja);
});

test('one that is right is said to be', async () => {
  write({ shop: { region: 'us-east1', operator: ['a@shop.example'] }, staging: {} });
  const { code, err, out } = await settings('--check', '--language', 'en');
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain(`${file} is right, for shop, staging.\n`);
  expect((await settings('--language', 'ja')).out).toContain(`${file}: shop、staging。誤りはありません。\n`);
});
