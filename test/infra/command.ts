/** A command of `infra/` as somebody types it, in a process of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

const top = join(import.meta.dirname, '../..');

/** @param environment beside the path and the home of this process: nothing else of it is there */
export async function command(
  script: string,
  args: string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '', METADATA_SERVER_DETECTION = '' } = process.env;
  const child = spawn(process.execPath, [join(top, 'infra', script), ...args], {
    cwd: top,
    env: { PATH, HOME, NODE_COMPILE_CACHE, METADATA_SERVER_DETECTION, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}
