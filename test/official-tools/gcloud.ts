/** The real gcloud, where one is on the path: loaded once, since provisioning calls it some two hundred times. */
import { execFileSync, spawn } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** What such tests say where they do not run. */
export const noGcloud = 'DID NOT RUN: there is no gcloud on the path (CONTRIBUTING.md)';

/** The SDK's folder; undefined where there is no gcloud. */
export const sdk: string | undefined = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'gcloud'))
  .filter((file) => isThere(file))
  .map((file) => dirname(dirname(realpathSync(file))))
  .find((folder) => existsSync(join(folder, 'lib/gcloud.py')));

function isThere(file: string): boolean {
  try {
    accessSync(file);
    return true;
  } catch {
    return false;
  }
}

const python = process.env.CLOUDSDK_PYTHON ?? 'python3';
const here = import.meta.dirname;

/** What gcloud's own parser says against each command line; null: nothing. */
export const complaintsOf = (lines: readonly (readonly string[])[]): (string | null)[] =>
  askPython('gcloud-parse.py', lines);

/** The paths of what gcloud's own message, which Google makes from the API, does not know of a body. */
export const unknownFields = (api: string, version: string, message: string, body: object): string[] =>
  askPython('gcloud-fields.py', { api, version, message, body });

function askPython<T>(script: string, input: unknown): T {
  const config = mkdtempSync(join(tmpdir(), 'metronome-gcloud-'));
  const environment = { ...quiet(), CLOUDSDK_CONFIG: config, CLOUDSDK_CORE_PROJECT: 'shop-incidents' };
  try {
    const text = execFileSync(python, [join(here, script)], {
      input: JSON.stringify(input),
      encoding: 'utf8',
      env: { ...environment, GCLOUD_LIB: join(sdk ?? '', 'lib') },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    return JSON.parse(text) as T;
  } finally {
    rmSync(config, { recursive: true });
  }
}

export const quiet = (): NodeJS.ProcessEnv => ({
  ...process.env,
  CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1',
  CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: '1',
  CLOUDSDK_CORE_CHECK_GCE_METADATA: '0',
  CLOUDSDK_SURVEY_DISABLE_PROMPTS: '1',
});

export interface LoadedGcloud {
  /** To be put first on the path. */
  bin: string;
  environment: Record<string, string>;
  stop(): void;
}

/** @param environment what the first load sees; each command sees its caller's */
export async function loadGcloud(environment: NodeJS.ProcessEnv): Promise<LoadedGcloud> {
  const directory = mkdtempSync(join(tmpdir(), 'metronome-gcloud-'));
  const socket = join(directory, 'socket');
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  const call = `#!/bin/sh\nexec ${python} -S -E ${join(here, 'gcloud-call.py')} "$@"\n`;
  writeFileSync(join(bin, 'gcloud'), call);
  chmodSync(join(bin, 'gcloud'), 0o755);
  const server = spawn(python, [join(here, 'gcloud-server.py'), socket], {
    env: { ...environment, GCLOUD_LIB: join(sdk ?? '', 'lib'), CLOUDSDK_ROOT_DIR: sdk ?? '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    server.stdout.once('data', () => resolve());
    server.once('exit', (code) => reject(new Error(`The loaded gcloud ended with ${code}.`)));
  });
  return {
    bin,
    environment: { GCLOUD_SERVER: socket },
    stop() {
      server.removeAllListeners('exit');
      server.kill();
      rmSync(directory, { recursive: true });
    },
  };
}
