/** A command that cannot reach its Firestore says in one sentence what to set, and does nothing. */

import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { erased } from '../../functions/incidents/record/erase-value.ts';
import { newDelivery } from '../../functions/platform/delivery.ts';
import { runIn } from '../../functions/platform/environment.ts';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import type { CommandLine } from '../../infra/command-line.ts';
import { deployFrom } from '../../infra/deploy.ts';
import { drill } from '../../infra/drill.ts';
import { erase as eraseCommand } from '../../infra/erase.ts';
import { importTable } from '../../infra/import.ts';
import { lacksFirestore } from '../../infra/lacks-firestore.ts';
import { localProject } from '../../infra/local/start-cloud.ts';
import { migrate } from '../../infra/migrate.ts';
import { notion } from '../../infra/notion.ts';
import { provision } from '../../infra/provision.ts';
import { openScenario } from '../scenarios/house.ts';
import { inOwnProcess, typed } from './command.ts';

/** A port at which nothing listens any more. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof address === 'object' && address ? address.port : 0;
}

const imports = ['test/fixtures/import/notion.csv', '--map', 'test/fixtures/import/map.json'];

test('without a project or an emulator, the import, the erasure and a drill say what to set', async () => {
  const commands: [command: CommandLine, args: string[], said: string][] = [
    [importTable, imports, 'Nothing was written.'],
    [eraseCommand, ['--customer', 'store-1'], 'Nothing was changed.'],
    [drill, ['--from', 'inc_1'], 'Nothing was started.'],
  ];
  for (const [command, args, said] of commands) {
    const { code, err } = await typed(command, args);
    expect([said, code]).toEqual([said, 2]);
    expect(err).toMatch(
      /^Set GOOGLE_CLOUD_PROJECT to your project, or FIRESTORE_EMULATOR_HOST=127\.0\.0\.1:8081 .*\n$/,
    );
    expect(err).toContain(said);
  }
});

test('an erasure of nobody and an import of nothing are wrong calls, and help is no mistake', async () => {
  const [wrong, helped, tableless] = await Promise.all([
    typed(eraseCommand, []),
    inOwnProcess('erase.ts', ['--help']),
    inOwnProcess('import.ts', []),
  ]);
  expect([tableless.code, tableless.out]).toEqual([2, expect.stringContaining('npm run import -- file.csv --map')]);
  expect([wrong.code, helped.code, helped.out]).toEqual([2, 0, wrong.out]);
  expect(wrong.out).toContain('npm run erase -- --customer ID');
});

test.each<[name: string, command: CommandLine]>([
  ['deploy', deployFrom('dist')],
  ['drill', drill],
  ['erase', eraseCommand],
  ['import', importTable],
  ['migrate', migrate],
  ['notion', notion],
  ['provision', provision],
])('an option that %s does not have is named, with those that it has', async (name, command) => {
  const { code, out, err } = await typed(command, ['--databse', 'records']);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(new RegExp(`^Unknown option '--databse'.*\n\nnpm run ${name} -- `));
});

const lacks = (project: string | undefined, emulator: string): Promise<string | undefined> =>
  runIn({ FIRESTORE_EMULATOR_HOST: emulator }, () => lacksFirestore(project));

test('an emulator that does not answer, and a project that is left out, are named', async () => {
  const emulator = `127.0.0.1:${await freePort()}`;
  expect(await lacks('p', emulator)).toContain(`Nothing answers at FIRESTORE_EMULATOR_HOST=${emulator}`);
  expect(await lacks(undefined, emulator)).toContain('Set GOOGLE_CLOUD_PROJECT as well');
});

test.each([
  ['127.0.0.1', (port: number) => `127.0.0.1:${port}`],
  ['127.0.0.1', (port: number) => `http://127.0.0.1:${port}`],
  ['127.0.0.1', (port: number) => `localhost:${port}`],
  ['::1', (port: number) => `[::1]:${port}`],
])('an emulator on %s is found by its address', async (host, addressOf) => {
  const server = createServer((socket) => socket.destroy());
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject).listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
  expect(await lacks('p', addressOf(port))).toBeUndefined();
  server.close();
});

test('the erasure says which customer nothing names, what it changed, and how to continue one that was broken off', async () => {
  const scenario = await openScenario('2026-11-24T01:00:00Z');
  try {
    await scenario.ticket({ id: 'T-1', subject: '会計できない', customer: { id: 'store-1' } });
    const other = await scenario.ticket({ id: 'T-2', subject: '山田と伊藤が待つ', customer: { id: 'store-2' } });
    const environment = {
      FIRESTORE_EMULATOR_HOST: `127.0.0.1:${scenario.house.cloud.port}`,
      GOOGLE_CLOUD_PROJECT: localProject,
    };
    const erase = (id: string, ...more: string[]) => typed(eraseCommand, ['--customer', id, ...more], environment);
    const inRecords = { ...environment, FIRESTORE_DATABASE: 'records' };
    const [unknown, planned, elsewhere] = await Promise.all([
      erase('store-9'),
      erase('store-1', '--dry-run'),
      typed(eraseCommand, ['--customer', 'store-1'], inRecords),
    ]);
    expect([unknown.code, unknown.out]).toEqual([1, expect.stringContaining('There is no customer store-9')]);
    expect([elsewhere.code, elsewhere.out]).toEqual([1, expect.stringContaining('none of 0 documents names it')]);
    expect([planned.code, planned.out]).toEqual([0, expect.stringContaining('Would change')]);
    expect(planned.out).not.toContain('from now on');
    const customersOf = async () =>
      (await scenario.get('/api/incidents')).body.incidents.find(
        (each: { origin: { id: string } }) => each.origin.id === 'T-1',
      )?.affectedCustomers;
    expect(await customersOf()).toMatchObject([{ id: 'store-1' }]);

    await scenario.post('/_local/faults', {
      faults: [{ target: 'firestore.Commit', effect: 'fail', code: 'PERMISSION_DENIED', times: 100 }],
    });
    const broken = await erase('store-1');
    scenario.house.cloud.faults.clear();
    const goOn =
      /documents could not be changed and still name the customer:\n(?: {2}.+\n)+The contacts were kept, .+ Run it again with --as (erased-[\da-f]{12})\. Finished work is kept\.\n$/;
    expect([broken.code, broken.err]).toEqual([1, expect.stringMatching(goOn)]);

    const { FIRESTORE_EMULATOR_HOST } = environment;
    const names = ['--name', '山田', '--name', '伊藤'];
    const args = [
      '--customer',
      'store-1',
      ...names,
      '--as',
      'erased-1',
      '--project',
      localProject,
      '--database',
      '(default)',
    ];
    const done = await typed(eraseCommand, args, {
      FIRESTORE_EMULATOR_HOST,
      FIRESTORE_DATABASE: 'records',
      GOOGLE_CLOUD_PROJECT: 'of-the-shell',
    });
    expect([done.code, done.err]).toEqual([0, '']);
    expect(done.out).toMatch(/^Changed, of \d+ documents:\n(?: {2}\w+: \d+\n)+/);
    expect(done.out).toContain('Its pseudonym is erased-1.');
    expect(done.out.slice(done.out.indexOf('Deleted data')).replaceAll('\n', ' ').trim()).toBe(
      [
        'Deleted data stays readable for 7 days in point-in-time recovery, for 14 in backups, and for up to 7 in undelivered',
        'messages. Notices stay in Slack, Teams, Google Chat, mail and PagerDuty, and tickets with their comments',
        'and notes in the ticket tools. Erase them there: generic T-1.',
      ].join(' '),
    );
    expect(await customersOf()).toMatchObject([{ id: 'erased-1' }]);
    expect((await scenario.get(`/api/incidents/${other.body.incident.id}`)).body.title).toBe(
      `${erased}と${erased}が待つ`,
    );
    // Begun again by its pseudonym, it is done, and not taken for an unknown customer.
    const again = await erase('store-1', '--as', 'erased-1');
    expect([again.code, again.out]).toEqual([0, expect.stringMatching(/^Changed, of \d+ documents:\n {2}nothing\n/)]);

    // Where the last of its records but the contacts fails at each of three tries, it says the names that no other record says any more.
    await scenario.ticket({ id: 'T-3', subject: '会計できない', customer: { id: 'store-3', name: "山口's" } });
    const last = firestore().collection(collections.drills).doc('drl_last');
    await last.set({ told: "山口'sと木村へ" });
    const { out } = await erase('store-3', '--dry-run');
    const counts = [...out.matchAll(/^ {2}(?!contacts)\w+: (\d+)$/gm)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    );
    await scenario.post('/_local/faults', {
      faults: [{ target: 'firestore.Commit', effect: 'fail', code: 'PERMISSION_DENIED', skip: counts - 1, times: 3 }],
    });
    const { err } = await erase('store-3', '--name', '木村');
    const how = /Run it again with --as (\S+) --name '山口'\\''s' --name '木村'\. Finished work is kept\.\n$/;
    expect(err).toMatch(how);
    await erase('store-3', '--as', how.exec(err)?.[1] ?? '', '--name', "山口's", '--name', '木村');
    expect((await last.get()).get('told')).toBe(`${erased}と${erased}へ`);

    const filed = await scenario.ticket({ id: 'T-4', subject: '会計できない', customer: { id: 'store-4' } });
    const page = firestore().collection(collections.notionPages).doc(filed.body.incident.id);
    await page.set({
      changedAt: new Date(0),
      version: '1',
      delivery: newDelivery(new Date(0), { state: 'delivered' }),
    });
    expect((await erase('store-4')).out).toContain('\n1 page in Notion is rewritten by the running functions');
  } finally {
    await scenario.stop();
  }
});
