/** `kill -9` at each step of the road from a timer to a delivered notice: after a restart the notice is there. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'metronome-rhythm-'));
let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

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

// biome-ignore lint/suspicious/noExplicitAny: a scenario reads what it expects, and fails where it is not there
async function call(url: string, path: string, body?: unknown): Promise<any> {
  const headers = { authorization: 'Bearer local', 'content-type': 'application/json' };
  const reply = await fetch(url + path, {
    headers,
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return reply.json();
}

it.each([
  ['before the claim', { target: 'firestore.Commit' }],
  ['after the claim, before the publish', { target: 'pubsub.Publish' }],
  ['after the publish, before the record', { target: 'firestore.Commit', skip: 1 }],
  ['after the record, before the delivery', { target: 'firestore.Commit', skip: 2 }],
  ['after the delivery, before its record', { target: 'firestore.Commit', skip: 3 }],
])(
  '%s',
  async (_, where) => {
    const url = await start();
    await call(url, '/_local/clock', { set: '2026-11-24T10:00:00+09:00' });
    const ticket = { id: 'T-1', subject: '注文が通らない', customer: { id: 'store-12' } };
    const { id } = (await call(url, '/tickets', ticket)).incident;
    await call(url, '/_local/clock', { advance: 'PT9M' });
    await call(url, '/_local/faults', { ...where, effect: 'hang' });
    const jump = call(url, '/_local/clock', { advance: 'PT90S' }).catch(() => undefined);
    await expect.poll(async () => (await call(url, '/_local/faults')).faults, { timeout: 20_000 }).toEqual([]);
    child?.kill('SIGKILL');
    await jump;

    const again = await start();
    await call(again, '/_local/clock', { advance: 'PT7M' });
    const { messages } = await call(again, '/_local/inbox');
    const due = messages.filter((each: { kind: string }) => each.kind === 'update-due');
    expect(due.length).toBeGreaterThanOrEqual(1);
    expect(new Set(due.map((each: { id: string }) => each.id)).size).toBe(1);
    const { events } = await call(again, `/api/incidents/${id}/timeline`);
    expect(events.filter((each: { type: string }) => each.type === 'reminded')).toHaveLength(1);
  },
  60_000,
);
