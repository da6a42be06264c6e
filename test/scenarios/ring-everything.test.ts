/** Somebody rings everything once from the command line, and sees who has heard. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settingsFrom } from '../../infra/settings.ts';
import { typed } from '../infra/command.ts';
import { openScenario, type Scenario } from './house.ts';

let scenario: Scenario;
let status = 404;
const receiver = createServer((_, response) => void response.writeHead(status).end('ok'));
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const NOTIFY_CHANNELS = JSON.stringify([{ kind: 'slack', name: 'desk', url, allowPrivate: true }]);
  scenario = await openScenario(undefined, { environment: { ...process.env, NOTIFY_CHANNELS } });
});
afterAll(async () => {
  receiver.close();
  await scenario?.stop();
});

const ring = () => typed(settingsFrom('.'), ['--ring', '--language', 'en'], { PORT: new URL(scenario.url).port });

test('each channel is shown with its receipt, and one that has not taken it ends with 1', async () => {
  const refused = await ring();
  expect(refused).toMatchObject({ code: 1, err: '' });
  expect(refused.out).toMatch(/^Of the test notice:\n/);
  expect(refused.out).toContain('  inbox: delivered\n');
  expect(refused.out).toMatch(/ {2}desk: rejected .*404/);
  status = 200;
  expect(await ring()).toEqual({
    code: 0,
    err: '',
    out: 'Of the test notice:\n  desk: delivered\n  inbox: delivered\n',
  });
});

test('where nothing runs, it says where it looked', async () => {
  const ended = await typed(settingsFrom('.'), ['--ring'], { PORT: '1' });
  expect([ended.code, ended.err]).toEqual([1, expect.stringContaining('http://127.0.0.1:1/api: ')]);
});
