/** What the commands of this folder have in common: each is a function of what was typed, and of its environment. */
import { environment } from '../functions/platform/environment.ts';
import { reasonOf } from './reason-of.ts';

export interface Typed {
  args: string[];
  /** The keyboard, or what was piped in. */
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  /** Writes to standard output, and to standard error, as it is. */
  out(text: string): void;
  err(text: string): void;
}

/** @returns the exit code: 0 for done, 1 for failed, 2 for options that are wrong or missing */
export type CommandLine = (typed: Typed) => Promise<number>;

/** A command that answers wrong options with what is wrong and with its usage. */
export function commandLine(usage: string, work: CommandLine): CommandLine {
  return async (typed) => {
    try {
      return await work(typed);
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (typeof code !== 'string' || !code.startsWith('ERR_PARSE_ARGS_')) throw error;
      typed.err(`${reasonOf(error)}\n\n${usage}`);
      return 2;
    }
  };
}

/** Runs a command from the terminal. It exits once its work is done and its output is flushed. */
export async function runTyped(command: CommandLine): Promise<void> {
  process.exitCode = await command({
    args: process.argv.slice(2),
    // Not opened before it is read.
    get input() {
      return process.stdin;
    },
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  });
}

/** Writes a line of its own. */
export const lineTo =
  ({ out }: Typed) =>
  (text: string): void =>
    out(`${text}\n`);

/** The project that is typed, or else that of the environment. */
export const usualProject = (typed?: string): string | undefined => typed ?? environment().GOOGLE_CLOUD_PROJECT;
