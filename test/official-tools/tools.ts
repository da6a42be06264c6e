/** The environment in which the real gcloud, firebase-tools and the client libraries talk to the stand-in. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quiet } from './gcloud.ts';
import { projectId } from './google/project.ts';

export const top = join(import.meta.dirname, '../..');

const overridden = [
  'ARTIFACTREGISTRY',
  'CLOUDBILLING',
  'CLOUDBUILD',
  'CLOUDRESOURCEMANAGER',
  'CLOUDSCHEDULER',
  'FIREBASERULES',
  'FIRESTORE',
  'IAM',
  'IAMCREDENTIALS',
  'IAP',
  'LOGGING',
  'MONITORING',
  'ORGPOLICY',
  'PUBSUB',
  'RUN',
  'SECRETMANAGER',
  'SERVICEUSAGE',
  'STORAGE',
];

/** gcloud puts a region before the host: this Python resolves it. */
const resolveRegions = `import socket
_resolve = socket.getaddrinfo
def _local(host, *args, **kwargs):
    return _resolve('127.0.0.1' if isinstance(host, str) and host.endswith('127.0.0.1') else host, *args, **kwargs)
socket.getaddrinfo = _local
`;

export function toolEnvironment(url: string): NodeJS.ProcessEnv {
  const directory = mkdtempSync(join(tmpdir(), 'metronome-official-'));
  const config = join(directory, 'gcloud');
  mkdirSync(config);
  writeFileSync(join(directory, 'sitecustomize.py'), resolveRegions);
  writeFileSync(join(directory, 'token'), 'token');
  writeFileSync(
    join(config, 'application_default_credentials.json'),
    JSON.stringify({ type: 'authorized_user', client_id: 'x', client_secret: 'x', refresh_token: 'x' }),
  );
  return {
    ...quiet(),
    CLOUDSDK_CONFIG: config,
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(directory, 'token'),
    CLOUDSDK_CORE_PROJECT: projectId,
    CLOUDSDK_PYTHON_SITEPACKAGES: '1',
    PYTHONPATH: directory,
    ...Object.fromEntries(overridden.map((api) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${api}`, `${url}/`])),
    // The same of firebase-tools.
    FIREBASE_TOKEN: 'token',
    FIREBASE_TOKEN_URL: url,
    FIREBASE_RULES_URL: url,
    FIRESTORE_URL: url,
    FIREBASE_API_URL: url,
    FIREBASE_RESOURCEMANAGER_URL: url,
    FIREBASE_SERVICE_USAGE_URL: url,
    FIREBASE_CLOUDBILLING_URL: url,
    XDG_CONFIG_HOME: join(directory, 'config'),
    METADATA_SERVER_DETECTION: 'none',
  };
}

export interface Ran {
  code: number | null;
  output: string;
}

/** One of the project's commands, as somebody types it. */
export async function run(script: string, args: readonly string[], env: NodeJS.ProcessEnv, typed = ''): Promise<Ran> {
  const child = spawn(process.execPath, [script, ...args], { cwd: top, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  child.stdin.end(typed);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}
