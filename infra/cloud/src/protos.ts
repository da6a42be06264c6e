/** Where the definitions of Google's services are: beside the built package, and in its source those that the clients bring. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const installed = {
  firestore: ['@google-cloud/firestore', 'build/protos/v1.json'],
  'firestore-admin': ['@google-cloud/firestore', 'build/protos/admin_v1.json'],
  monitoring: ['@google-cloud/monitoring', 'build/protos/protos.json'],
  pubsub: ['@google-cloud/pubsub-api', 'build/protos/protos.json'],
  scheduler: ['@google-cloud/scheduler', 'build/protos/protos.json'],
} as const;

export type Protos = keyof typeof installed;

const require = createRequire(import.meta.url);

const installedAt = (name: Protos): string => {
  const [client, path] = installed[name];
  return join(dirname(require.resolve(`${client}/package.json`)), path);
};

export const builtProtos = (name: string, directory: string): string => join(directory, 'protos', `${name}.json`);

/** The files of all definitions, by name. */
export const installedProtos = (): Record<string, string> =>
  Object.fromEntries((Object.keys(installed) as Protos[]).map((name) => [name, installedAt(name)]));

export function protosFile(name: Protos): string {
  const built = builtProtos(name, import.meta.dirname);
  return existsSync(built) ? built : installedAt(name);
}
