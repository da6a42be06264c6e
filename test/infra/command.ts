/** A command of `infra/` as somebody types it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type Environment, runIn } from '../../functions/platform/environment.ts';
import type { CommandLine } from '../../infra/command-line.ts';

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

const top = join(import.meta.dirname, '../..');

/**
 * In this process: a process of its own takes half a second of a processor until it begins.
 * @param environment all that it finds set beside a folder without settings
 * @param input what is typed while it runs
 */
export async function typed(
  command: CommandLine,
  args: string[],
  environment: Environment = {},
  input: NodeJS.ReadableStream = Readable.from([]),
): Promise<Ended> {
  const said = { out: '', err: '' };
  const code = await runIn({ METRONOME_SETTINGS: process.env.METRONOME_SETTINGS, ...environment }, () =>
    command({ args, input, out: (each) => (said.out += each), err: (each) => (said.err += each) }),
  );
  return { code, ...said };
}

/** A keyboard: typing a line does not close it, and the command ends without that. */
export function keyboard(line: string): NodeJS.ReadableStream {
  const keys = new PassThrough();
  if (line.endsWith('\n')) keys.write(line);
  else keys.end(line);
  return keys;
}

/**
 * In a process of its own.
 * @param environment beside what tests need of this process, such as its path: nothing else of it is there
 */
export async function inOwnProcess(
  script: string,
  args: string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  const passed = ['PATH', 'HOME', 'NODE_COMPILE_CACHE', 'METADATA_SERVER_DETECTION', 'METRONOME_SETTINGS'];
  const own = Object.fromEntries(passed.map((name) => [name, process.env[name] ?? '']));
  const child = spawn(process.execPath, [join(top, 'infra', script), ...args], {
    cwd: top,
    env: { ...own, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}
