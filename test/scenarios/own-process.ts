/** `npm start` as a process of its own that a test may kill and start again; what it stores ends with the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { openScenario, type Scenario } from './house.ts';

export interface OwnProcess {
  /** Resolves with the address once the process says that it runs. */
  start(): Promise<string>;
  /** `kill -9` */
  kill(): void;
  /** What the process has stored, in a house of the test's own process: that is there sooner than another of its own. */
  reopen(): Promise<Scenario>;
}

export function ownProcess(): OwnProcess {
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
    const started = spawn(process.execPath, ['infra/local/main.ts', '--language', 'ja'], {
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
  const reopen = (): Promise<Scenario> => openScenario(undefined, { dataDirectory: directory });
  return { start, kill, reopen };
}
