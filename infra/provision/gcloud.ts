/** The command-line tools, for what the client libraries do not cover. Arguments never pass through a shell. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '../../functions/platform/environment.ts';
import { reasonOf } from '../reason-of.ts';
import type { Step } from './step.ts';

export interface Gcloud {
  project: string;
  /** @throws Error with what the tool wrote on stderr */
  run(args: readonly string[], input?: string): Promise<string>;
  json<T>(args: readonly string[]): Promise<T>;
}

/** Only the end of its output says why; the lines before are progress. */
const mostOfAnError = 2_000;

export class CommandFailed extends Error {}
/** The tool itself is not installed. */
export class CommandMissing extends CommandFailed {}

/** Whether a tool failed because what it was asked about is not there, or its API is off. Any other failure tells nothing. */
const isAbsent = (error: unknown): boolean =>
  /\bNOT_FOUND\b|\bnot found\b|\b404\b|does not exist|has not been used in|it is disabled/i.test(reasonOf(error));

/** @returns what is read, or this where it is not there */
export const unlessAbsent = <T>(reading: Promise<T>, nothing: T): Promise<T> =>
  reading.catch((error: unknown) => {
    if (isAbsent(error)) return nothing;
    throw error;
  });

export function gcloudOf(project: string): Gcloud {
  const run = (args: readonly string[], input?: string) => runTool('gcloud', withProject(args, project), input);
  return {
    project,
    run,
    json: async <T>(args: readonly string[]) => JSON.parse((await run([...args, '--format=json'])) || '[]') as T,
  };
}

const withProject = (args: readonly string[], project: string): string[] => [
  ...args,
  `--project=${project}`,
  '--quiet',
];

/** A start of gcloud takes a second of a processor and 100 MB: a few run at the same time, and the others wait for their turn. */
const mostAtOnce = 6;
let running = 0;
const waiting: (() => void)[] = [];

/**
 * @param input written to its standard input: what must not appear in a list of processes
 * @param more variables beside those of the environment
 * @param from the folder that it runs in, if it is another
 */
export async function runTool(...call: Parameters<typeof startTool>): Promise<string> {
  if (running >= mostAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await startTool(...call);
  } finally {
    const next = waiting.shift();
    // A turn is handed on as it is, so that nobody who comes now takes it.
    if (next) next();
    else running -= 1;
  }
}

function startTool(
  tool: string,
  args: readonly string[],
  input?: string,
  more: Readonly<Record<string, string>> = {},
  from?: string,
): Promise<string> {
  const options = { maxBuffer: 64 * 1024 * 1024, env: { ...environment(), ...more }, ...(from ? { cwd: from } : {}) };
  return new Promise((resolve, reject) => {
    const child = execFile(tool, [...args], options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        return reject(new CommandMissing(`${tool} is not installed.`));
      reject(
        new CommandFailed(
          // firebase-tools says on its standard output what went wrong; that of gcloud may hold a secret.
          `${tool} ${args.slice(0, 4).join(' ')}: ${(stderr || (tool === 'firebase' && stdout) || error.message).trim().slice(-mostOfAnError)}`,
        ),
      );
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

/** As one would type it. */
export function typed(tool: string, args: readonly string[]): string {
  const quoted = args.map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`));
  return [tool, ...quoted].join(' ');
}

/** A step that one gcloud command does. @param input what it reads, and the command that could write such */
export function byCommand(
  gcloud: Gcloud,
  step: Omit<Step, 'apply' | 'command' | 'differences'> & { differences?: Step['differences'] },
  args: readonly string[],
  input?: { value(): string; typed: string },
): Step {
  const command = typed('gcloud', withProject(args, gcloud.project));
  return {
    differences: [],
    ...step,
    command: input ? `${input.typed} | ${command}` : command,
    apply: () => gcloud.run(args, input?.value()),
  };
}

/** For a command that takes its content from a file. */
export async function withFile<T>(content: unknown, work: (path: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'metronome-'));
  try {
    const path = join(directory, 'content.json');
    await writeFile(path, JSON.stringify(content));
    return await work(path);
  } finally {
    await rm(directory, { recursive: true });
  }
}
