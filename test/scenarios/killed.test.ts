import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'metronome-'));
let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** `npm start` as a process of its own; resolves with its address once it says that it runs. */
function start(): Promise<string> {
  const started = spawn(process.execPath, ['infra/local/main.ts'], {
    env: { ...process.env, PORT: '0', LOCAL_CLOUD_PORT: '0', LOCAL_DATA_DIR: directory },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  return new Promise((resolve, reject) => {
    let output = '';
    started.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const url = /API +(http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
      if (url) resolve(url);
    });
    started.once('exit', () => reject(new Error(`It ended: ${output}`)));
  });
}

const headers = { authorization: 'Bearer local', 'content-type': 'application/json' };
const file = (url: string, id: string) =>
  fetch(`${url}/tickets`, { method: 'POST', headers, body: JSON.stringify({ id, subject: '注文が通らない' }) });

test('what was answered 201 is there after kill -9 and a restart, and the same report is still the same incident', async () => {
  const url = await start();
  const replies = await Promise.all(Array.from({ length: 20 }, (_, index) => file(url, `K-${index}`)));
  const answered = await Promise.all(
    replies.map(async (reply) => ((await reply.json()) as { incident: { id: string } }).incident.id),
  );
  expect(replies.every((reply) => reply.status === 201)).toBe(true);
  child?.kill('SIGKILL');

  const again = await start();
  const list = (await (await fetch(`${again}/api/incidents?limit=200`)).json()) as { incidents: { id: string }[] };
  expect(list.incidents.map((each) => each.id).sort()).toEqual(answered.sort());
  expect((await file(again, 'K-3')).status).toBe(200);
});
