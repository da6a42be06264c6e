/** `npm start` as a process of its own that a test may kill and start again; what it stores ends with the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

/** @returns `start`, which resolves with the address once the process says that it runs, and `kill -9` */
export function ownProcess(): { start: () => Promise<string>; kill: () => void } {
  let child: ChildProcess | undefined;
  let directory: string | undefined;
  const kill = (): void => void child?.kill('SIGKILL');
  afterEach(() => {
    kill();
    if (directory) rmSync(directory, { recursive: true, force: true });
    directory = undefined;
  });
  const start = (): Promise<string> => {
    directory ??= mkdtempSync(join(tmpdir(), 'metronome-'));
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
  };
  return { start, kill };
}
