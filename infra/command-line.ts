/** What the commands of this folder share: each is a function of its arguments and its environment. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { reasonOf } from './reason-of.ts';

export interface Typed {
  args: string[];
  /** Standard input: the keyboard, or piped text. */
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  /** Writes unchanged text to standard output and standard error. */
  out(text: string): void;
  err(text: string): void;
}

/** @returns the exit code: 0 for done, 1 for failed, 2 for options that are wrong or missing */
export type CommandLine = (typed: Typed) => Promise<number>;

/** The options of every command for a project. */
export const sharedOptions = {
  project: { type: 'string' },
  settings: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

export const sharedUsage = `  --project   the Google Cloud project
  --settings  the folder of your own settings, if it is not infra/settings (METRONOME_SETTINGS sets it too)`;

type OptionTable = NonNullable<ParseArgsConfig['options']>;
export type ValuesOf<O extends OptionTable> = ReturnType<
  typeof parseArgs<{ options: O & typeof sharedOptions }>
>['values'];

/** The call lacks something: it is answered with the usage. */
export class WrongCall extends Error {}

/**
 * A command of a project: it reads its options, answers a wrong call with its usage, and says why it failed.
 * @param options beside those that all have
 */
export function commandOf<const O extends OptionTable>(
  usage: string,
  options: O,
  work: (values: ValuesOf<O>, typed: Typed) => Promise<number>,
): CommandLine {
  return commandLine(usage, async (typed) => {
    const { values } = parseArgs({ args: typed.args, options: { ...sharedOptions, ...options } });
    if ((values as { help?: boolean }).help) {
      typed.out(usage);
      return 0;
    }
    try {
      return await work(values as ValuesOf<O>, typed);
    } catch (error) {
      if (error instanceof WrongCall) {
        if (error.message) typed.err(`${error.message}\n\n${usage}`);
        else typed.out(usage);
        return 2;
      }
      typed.err(`${reasonOf(error)}\n`);
      return 1;
    }
  });
}

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
    // Opened on the first read.
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
