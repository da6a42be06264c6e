/** Google's backups of the database, read by the admin client, which is loaded on first use. */
import { clientOptions } from './emulator.ts';
import { Clients, environment } from './environment.ts';

const clients = new Clients(async (of) => {
  const { v1 } = await import('@google-cloud/firestore-api');
  return new v1.FirestoreAdminClient(await clientOptions('FIRESTORE', of));
});

/** @returns when the newest backup that can be restored was taken; undefined if there is none yet */
export async function newestBackupAt(): Promise<Date | undefined> {
  const client = await clients.get();
  const { GOOGLE_CLOUD_PROJECT: project = await client.getProjectId(), FIRESTORE_DATABASE } = environment();
  const [{ backups }] = await client.listBackups({ parent: `projects/${project}/locations/-` });
  const ofDatabase = `projects/${project}/databases/${FIRESTORE_DATABASE || '(default)'}`;
  const taken = (backups ?? [])
    .filter(({ database, state }) => database === ofDatabase && state === 'READY')
    .map(({ snapshotTime }) => Number(snapshotTime?.seconds ?? 0) * 1_000);
  return taken.length > 0 ? new Date(Math.max(...taken)) : undefined;
}

export const closeBackups = (): Promise<void> => clients.close();
