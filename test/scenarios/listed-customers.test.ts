/** A team's own list of customers: loaded by a command, in force within a minute, and one read a minute from then on. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readList } from '../../functions/find/listed-customers.ts';
import { now } from '../../functions/platform/clock.ts';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import { erase } from '../../infra/erase.ts';
import { localProject } from '../../infra/local/start-cloud.ts';
import { replaceList } from '../../infra/own-settings/write-customers.ts';
import { settingsFrom } from '../../infra/settings.ts';
import { type Ended, typed } from '../infra/command.ts';
import { openConsole } from './console.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T00:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'metronome-listed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'customers.csv');
const environment = () => ({
  FIRESTORE_EMULATOR_HOST: `127.0.0.1:${scenario.house.cloud.port}`,
  GOOGLE_CLOUD_PROJECT: localProject,
});
const load = (...args: string[]): Promise<Ended> =>
  typed(settingsFrom('.'), ['--load-customers', '--settings', folder, '--language', 'en', ...args], environment());
const rowsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `c-${at},Store ${at},org-${at};旧${at}`);

let tickets = 0;
async function customerOf(customer: object): Promise<unknown> {
  tickets += 1;
  const { body } = await scenario.ticket({ id: `T-${tickets}`, subject: `Nothing works (${tickets})`, customer });
  return (await scenario.get(`/api/incidents/${body.incident.id}`)).body.reporter;
}

beforeAll(async () => {
  writeFileSync(file, ['id,name,aliases', ...rowsOf(5_000), 'haru,麺処 はる,org-haru'].join('\n'));
});

test('where the list was never read, a ticket goes to Pub/Sub until it can be', async () => {
  const { faults } = scenario.house.cloud;
  faults.add({ target: 'firestore.RunQuery', effect: 'fail', code: 'PERMISSION_DENIED', times: 1 });
  const answered = await scenario.ticket({ id: 'T-spilled', subject: 'Spilled', customer: { id: 'c' } });
  faults.clear();
  expect([answered.status, answered.body]).toEqual([202, { accepted: true }]);
  await scenario.advance('PT1M');
  const { incidents } = (await scenario.get('/api/incidents')).body;
  expect(incidents.map((each: { origin: { id: string } }) => each.origin.id)).toEqual(['T-spilled']);
});

test('without a list, a ticket’s customer is who it says; a minute after 5,001 are loaded, it is the one of the list', async () => {
  expect(await customerOf({ id: 'org-4999' })).toEqual({ id: 'org-4999' });
  expect(await load()).toEqual({
    code: 0,
    err: '',
    out: `5001 customers of ${file} are loaded into ${localProject}, in place of 0. They are in force within a minute.\n`,
  });
  await scenario.advance('PT1M');
  expect(await customerOf({ id: 'org-4999' })).toEqual({ id: 'c-4999', name: 'Store 4999' });
  expect(await customerOf({ id: '旧17', name: '旧17' })).toEqual({ id: 'c-17', name: 'Store 17' });
  expect(await customerOf({ id: 'nobody' })).toEqual({ id: 'nobody' });
});

test('each is found by their names, and a person may type one of them', async () => {
  const find = async (q: string) => (await scenario.get(`/api/customers?q=${encodeURIComponent(q)}`)).body.customers;
  expect(await find('org-haru')).toEqual([{ id: 'haru', name: '麺処 はる', aliases: ['org-haru'] }]);
  expect(await find('Store 49')).toHaveLength(50);
  expect((await scenario.get('/api/customers')).body.customers.slice(0, 2)).toMatchObject([
    { id: 'nobody' },
    { id: 'c-17' },
  ]);
  const html = await openConsole(scenario).page('/console/settings');
  expect(html).toMatch(/customers\.csv<\/code><\/dt><dd><a href="\/console\/customers">5001 customers<\/a>/);
});

test('tickets read one document a minute for it, however many come', async () => {
  const { operations } = scenario.house.cloud.firestore;
  await scenario.advance('PT1M');
  const readsOf = async (count: number): Promise<number> => {
    const before = operations.reads;
    for (let at = 0; at < count; at += 1) {
      tickets += 1;
      await scenario.ticket({
        id: `T-${tickets}`,
        subject: `Something of its own ${tickets}`,
        customer: { id: 'org-1' },
      });
    }
    return operations.reads - before;
  };
  const [first, more] = [await readsOf(1), await readsOf(20)];
  expect(first).toBeLessThanOrEqual(1 + more / 20);
  expect(operations.reads).toBeGreaterThan(0);
});

test('what cannot be read again stays as it was', async () => {
  const { faults } = scenario.house.cloud;
  faults.add({ target: 'firestore.BatchGetDocuments', effect: 'fail', code: 'PERMISSION_DENIED', times: 1 });
  await scenario.advance('PT1M');
  expect(await customerOf({ id: 'org-12' })).toEqual({ id: 'c-12', name: 'Store 12' });
  faults.clear();
});

describe('loaded again', () => {
  test('the new list replaces the old one, whole', async () => {
    writeFileSync(file, 'id,name,aliases,contact\nc-1,Store 1,org-4999,chain\nc-2,Store 2,,chain\n');
    expect((await load()).out).toContain(`2 customers of ${file} are loaded into ${localProject}, in place of 5001.`);
    await scenario.advance('PT1M');
    expect(await customerOf({ id: 'org-4999' })).toMatchObject({ id: 'c-1', contactId: 'chain' });
    expect(await customerOf({ id: 'org-haru' })).toEqual({ id: 'org-haru' });
  });

  test('each customer is written to in their own language', async () => {
    writeFileSync(file, 'id,name,language\nc-1,Store 1,en\nc-2,Store 2,ja\nc-3,Store 3,\n');
    await load();
    await scenario.advance('PT1M');
    const affectedCustomers = [{ id: 'c-1' }, { id: 'c-2' }, { id: 'c-3' }];
    const { body } = await scenario.ticket({
      id: 'T-languages',
      subject: 'レジ',
      affectedCustomers,
      reporterAffected: false,
    });
    const draftsOf = async (more = ''): Promise<{ customers: string[]; language: string; text: string }[]> =>
      (await scenario.get(`/api/incidents/${body.incident.id}/drafts${more}`)).body.drafts;
    const drafts = await draftsOf();
    expect(drafts.map(({ customers, language }) => [...customers.toSorted(), language])).toEqual(
      expect.arrayContaining([
        ['c-1', 'en'],
        ['c-2', 'c-3', 'ja'],
      ]),
    );
    const isJapanese = (text: string): boolean => /[ぁ-ん]/.test(text);
    for (const { language, text } of drafts)
      expect(isJapanese(text.replaceAll('レジ', '')), text).toBe(language === 'ja');
    expect((await draftsOf('?language=en')).map(({ language }) => language)).toEqual(['en', 'en']);
    const described = { type: 'described', text: 'レジ' };
    expect((await scenario.post(`/api/incidents/${body.incident.id}/events`, described)).status).toBe(201);
    const html = await openConsole(scenario).page(`/console/incidents/${body.incident.id}/drafts`);
    expect(html).toMatch(/Kind regards/);
    expect(html).toMatch(/よろしくお願いいたします/);
  });

  test('a list that is wrong, or that is not there, changes nothing', async () => {
    writeFileSync(file, 'id,name\n1,A\n1,B\n');
    const wrong = await load();
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining(`${file}:3: id: there is "1"`)]);
    rmSync(file);
    expect(await load()).toEqual({ code: 1, out: '', err: `There is no ${file}.\n` });
    expect((await readList(firestore())).rows).toHaveLength(3);
  });

  test('of two at once one is there, and none of the other', async () => {
    const lists = ['a', 'b'].map((each) =>
      Array.from({ length: 4_000 }, (_, at) => ({
        id: `${each}${at}`,
        name: `${each}${at}`,
        aliases: ['x'.repeat(150) + each + at],
      })),
    );
    await Promise.all(lists.map((rows) => replaceList(firestore(), rows, now())));
    expect((await firestore().collection(collections.customers).get()).size).toBe(2);
    expect(lists).toContainEqual((await readList(firestore())).rows);
  });
});

test('an erasure takes the row, and ends with 1 while the file has it', async () => {
  const row = 'c-1,渋谷の店,むかしの店\n';
  writeFileSync(file, `id,name,aliases\n${row}c-2,渋谷の店 東口,\n`);
  await load();
  const { body } = await scenario.ticket({ id: 'T-erased', subject: 'むかしの店です', customer: { id: 'other' } });
  const run = () => typed(erase, ['--customer', 'c-1', '--settings', folder], environment());
  const first = await run();
  expect([first.code, first.err]).toEqual([1, expect.stringContaining(`${file} still has the row of c-1`)]);
  expect(first.out).toMatch(/\n {2}customers: 1\nThe customer was known as: .*渋谷の店/);
  // Others keep their names, whatever these have in common.
  expect((await readList(firestore())).rows).toEqual([{ id: 'c-2', name: '渋谷の店 東口', aliases: [] }]);
  expect((await scenario.get(`/api/incidents/${body.incident.id}`)).body.title).not.toContain('むかし');
  writeFileSync(file, 'id,name,aliases\nc-2,渋谷の店 東口,\n');
  await scenario.ticket({ id: 'T-again', subject: 'x', customer: { id: 'c-1' } });
  expect(await run()).toMatchObject({ code: 0, err: '' });
});
