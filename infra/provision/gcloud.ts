/** The command-line tools, for what the client libraries do not cover. Arguments never pass through a shell. */
import { execFile } from 'node:child_process';
import type { Step } from './step.ts';

export interface Gcloud {
  project: string;
  /** @throws Error with what the tool wrote on stderr */
  run(args: readonly string[], input?: string): Promise<string>;
  json<T>(args: readonly string[]): Promise<T>;
}

/** Its end says why; what comes before is progress. */
const mostOfAnError = 2_000;

export class CommandFailed extends Error {}
/** The tool itself is not installed. */
export class CommandMissing extends CommandFailed {}

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

/**
 * @param input written to its standard input: what must not stand in a list of processes
 * @param environment beside what this process has
 */
export function runTool(
  tool: string,
  args: readonly string[],
  input?: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const options = { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...environment } };
  return new Promise((resolve, reject) => {
    const child = execFile(tool, [...args], options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        return reject(new CommandMissing(`${tool} is not installed.`));
      reject(
        new CommandFailed(
          `${tool} ${args.slice(0, 4).join(' ')}: ${(stderr || error.message).trim().slice(-mostOfAnError)}`,
        ),
      );
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

/** As it could be typed. */
export function typed(tool: string, args: readonly string[]): string {
  const quoted = args.map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`));
  return [tool, ...quoted].join(' ');
}

/** A step that one gcloud command does. */
export function byCommand(
  gcloud: Gcloud,
  step: Omit<Step, 'apply' | 'command' | 'differences'> & { differences?: Step['differences'] },
  args: readonly string[],
  input?: () => string,
): Step {
  return {
    differences: [],
    ...step,
    command: typed('gcloud', withProject(args, gcloud.project)),
    apply: () => gcloud.run(args, input?.()),
  };
}
