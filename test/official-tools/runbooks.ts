/** The runbooks of the documents, played: their commands as they are printed, in a shell, with the real gcloud and the project's own commands. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { CommandLine } from '../../infra/command-line.ts';
import { typed } from '../infra/command.ts';
import { top } from './tools.ts';

/** Each block that has a name, by that name: `<!-- runbook NAME -->` comes before it. */
export function runbooksOf(page: string): Map<string, string> {
  const content = readFileSync(join(top, page), 'utf8');
  const blocks = content.matchAll(/<!-- runbook ([a-z-]+) -->\n```bash\n(.*?)```/gs);
  return new Map([...blocks].map(([, name = '', commands = '']) => [name, commands]));
}

/** What a reader puts in the place of words in capitals, and of examples. @throws Error where the text has none of it */
export function filledIn(commands: string, own: Readonly<Record<string, string>>): string {
  return Object.entries(own).reduce((filled, [word, value]) => {
    const place = /^[A-Z]+$/.test(word) ? new RegExp(`\\b${word}\\b`, 'g') : word;
    const next = filled.replaceAll(place, value);
    if (next === filled) throw new Error(`The runbook does not say ${word}:\n${commands}`);
    return next;
  }, commands);
}

export interface Shell {
  /** @returns what the commands said together; the first that fails ends them */
  play(commands: string): Promise<{ code: number | null; output: string }>;
  close(): void;
}

/**
 * A shell in which `npm run` runs these commands in this process, on its clock.
 * @param answer what is typed where a command asks
 */
export async function openShell(commands: Readonly<Record<string, CommandLine>>, answer: string): Promise<Shell> {
  const folder = mkdtempSync(join(tmpdir(), 'metronome-shell-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'npm'),
    `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, 'npm-call.mjs')}' "$@"\n`,
  );
  chmodSync(join(bin, 'npm'), 0o755);
  const socket = join(folder, 'socket');
  const run = async ([verb, name = '', dashes, ...args]: string[]) => {
    const command = commands[name];
    if (verb !== 'run' || dashes !== '--' || !command)
      return { code: 1, out: '', err: `There is no npm ${verb} ${name}.\n` };
    return typed(command, args, process.env, Readable.from([`${answer}\n`]));
  };
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    void text(connection).then(async (asked) => connection.end(JSON.stringify(await run(JSON.parse(asked)))));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    async play(text) {
      const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, NPM_SERVER: socket };
      const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', text], {
        cwd: top,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
      return { code, output };
    },
    close() {
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}
