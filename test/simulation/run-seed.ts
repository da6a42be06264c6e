/** Runs one seed in a process of its own. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { RemoteName } from './remote/services.ts';
import type { Outcome } from './simulation.ts';

export interface Run {
  seed: number;
  days: number;
  /** How busy the world is; 1 is some forty things a day. */
  share?: number;
  /** `all`, `none`, or kinds of faults separated by commas. */
  faults: string;
  /** The services outside that there are, which then fail as everything does. */
  remote?: readonly RemoteName[];
  /** The version that is there, and the next one. */
  bundles: readonly [string, string];
  /** Gets every step as a line. */
  traceFile?: string | undefined;
  /** Ends as the first broken promise is seen, where that is all that is asked. */
  endsAtFirst?: boolean | undefined;
}

export type RunMessage = { kind: 'progress'; share: number } | { kind: 'outcome'; outcome: Outcome };

/** @throws Error when the run itself broke down */
export function runSeed(run: Run, onProgress: (share: number) => void = () => {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'run.ts'), [JSON.stringify(run)], {
      silent: true,
      execArgv: ['--max-semi-space-size=64'],
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-8_000);
    });
    child.on('message', (message: RunMessage) => {
      if (message.kind === 'progress') onProgress(message.share);
      else resolve(message.outcome);
    });
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`Seed ${run.seed} broke down (exit code ${code}):\n${said}`)));
  });
}
