/** Whether a command can reach the Firestore that it is to work on; and if not, the one thing to do about it. */
import { connect } from 'node:net';
import type { Firestore } from '@google-cloud/firestore';
import { GoogleAuth } from 'google-auth-library';
import { environment, runIn } from '../functions/platform/environment.ts';
import { connectFirestore } from '../functions/platform/firestore.ts';
import type { Typed } from './command-line.ts';
import { databaseOf, readConfiguration } from './deployment-file.ts';
import { settingsFolder } from './settings-folder.ts';

const waitMs = 3_000;

/** @returns one sentence; undefined if nothing is in the way */
export async function lacksFirestore(project: string | undefined): Promise<string | undefined> {
  const emulator = environment().FIRESTORE_EMULATOR_HOST;
  if (!project) {
    return emulator
      ? `Set GOOGLE_CLOUD_PROJECT as well, to a project of ${emulator} (npm start has metronome-local).`
      : 'Set GOOGLE_CLOUD_PROJECT to your project, or FIRESTORE_EMULATOR_HOST=127.0.0.1:8081 and GOOGLE_CLOUD_PROJECT=metronome-local for npm start.';
  }
  if (emulator) {
    if (await answers(emulator)) return undefined;
    return `Nothing answers at FIRESTORE_EMULATOR_HOST=${emulator}: start it first (npm start), or unset the variable for ${project} on Google Cloud.`;
  }
  try {
    await new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/datastore' }).getClient();
    return undefined;
  } catch {
    return 'No Google Cloud credentials: run gcloud auth application-default login, or set FIRESTORE_EMULATOR_HOST for npm start.';
  }
}

/** Which records a command works on. */
export interface RecordsChoice {
  project?: string | undefined;
  database?: string | undefined;
  settings?: string | undefined;
}

export const recordsOptions = { database: { type: 'string' } } as const;

/**
 * Works on the records of a project: those of the database that its settings remember, unless another is typed.
 * @param untouched what is said where they cannot be reached
 * @param work is given a client that ends with it; the functions' own modules find the same database
 */
export async function onRecords(
  choice: RecordsChoice,
  { err }: Pick<Typed, 'err'>,
  untouched: string,
  work: (db: Firestore, project: string) => Promise<number>,
): Promise<number> {
  const project = choice.project ?? environment().GOOGLE_CLOUD_PROJECT;
  const lacks = await lacksFirestore(project);
  if (lacks || !project) {
    err(`${lacks} ${untouched}\n`);
    return 2;
  }
  const configuration = readConfiguration(settingsFolder(choice.settings), project);
  const FIRESTORE_DATABASE = databaseOf(configuration, choice.database);
  const own = { ...environment(), GOOGLE_CLOUD_PROJECT: project, FIRESTORE_DATABASE };
  const db = connectFirestore(own);
  try {
    return await runIn(own, () => work(db, project));
  } finally {
    await db.terminate();
  }
}

function answers(address: string): Promise<boolean> {
  const [, host = 'localhost', port = '80'] = /^(?:http:\/\/)?(.*):(\d+)$/.exec(address) ?? [];
  return new Promise((resolve) => {
    const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port: Number(port) });
    const end = (is: boolean) => () => {
      socket.destroy();
      resolve(is);
    };
    socket.setTimeout(waitMs, end(false)).once('connect', end(true)).once('error', end(false));
  });
}
