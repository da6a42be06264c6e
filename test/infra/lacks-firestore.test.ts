/** A command that cannot reach its Firestore says in one sentence what to set, and does nothing. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lacksFirestore } from '../../infra/lacks-firestore.ts';
import { localProject } from '../../infra/local/house.ts';
import { openScenario } from '../scenarios/house.ts';

const top = join(import.meta.dirname, '../..');

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

interface Ended {
  code: number;
  out: string;
  error: string;
}

function run(command: string, args: string[], environment: Record<string, string>): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env;
  const options = { cwd: top, env: { PATH, HOME, ...environment } };
  return new Promise((resolve) => {
    execFile(process.execPath, [join('infra', command), ...args], options, (failed, out, error) => {
      resolve({ code: Number(failed?.code ?? 0), out, error });
    });
  });
}

const imports = ['test/fixtures/import/notion.csv', '--map', 'test/fixtures/import/map.json'];

test('without a project or an emulator, the import and the erasure say what to set', async () => {
  for (const [command, args] of [
    ['import.ts', imports],
    ['erase.ts', ['--customer', 'store-1']],
  ] as const) {
    const { code, error } = await run(command, [...args], {});
    expect([command, code]).toEqual([command, 2]);
    expect(error).toMatch(
      /^Set GOOGLE_CLOUD_PROJECT to your project, or FIRESTORE_EMULATOR_HOST=127\.0\.0\.1:8081 .*\n$/,
    );
  }
});

test('an emulator that does not answer, and a project that is left out, are named', async () => {
  const emulator = `127.0.0.1:${await freePort()}`;
  expect(await lacksFirestore({ project: 'p', emulator })).toContain(
    `Nothing answers at FIRESTORE_EMULATOR_HOST=${emulator}`,
  );
  expect(await lacksFirestore({ project: undefined, emulator })).toContain('Set GOOGLE_CLOUD_PROJECT as well');
});

test('the erasure of a customer whom nothing names says that there is none', async () => {
  const scenario = await openScenario('2026-11-24T01:00:00Z');
  try {
    await scenario.ticket({ id: 'T-1', subject: '会計できない', customer: { id: 'store-1' } });
    const environment = {
      FIRESTORE_EMULATOR_HOST: `127.0.0.1:${scenario.house.cloud.port}`,
      GOOGLE_CLOUD_PROJECT: localProject,
    };
    const { code, out } = await run('erase.ts', ['--customer', 'store-9'], environment);
    expect([code, out]).toEqual([1, expect.stringContaining('There is no customer store-9')]);
    const known = await run('erase.ts', ['--customer', 'store-1', '--dry-run'], environment);
    expect([known.code, known.out]).toEqual([0, expect.stringContaining('Would change')]);
  } finally {
    await scenario.stop();
  }
});
