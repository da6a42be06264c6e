/**
 * A restore, rehearsed: the whole database is exported, as the copy in a second region is, and destroyed; what is imported from the
 * export is the same documents, and Metronome carries on with them under another database's name.
 */
import type { Firestore } from '@google-cloud/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import { clientOptions, noCredentials } from '../../functions/platform/emulator.ts';
import { handEnvironments } from '../../functions/platform/environment.ts';
import { connectFirestore } from '../../functions/platform/firestore.ts';
import { environmentsOf } from '../../infra/local/environments.ts';
import { localProject } from '../../infra/local/start-cloud.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { useScenario } from './house.ts';

const restored = 'metronome-restored';
const nameOf = (database: string): string => `projects/${localProject}/databases/${database}`;

const scenario = useScenario('2026-11-24T10:00:00+09:00', { environment: toolSecrets });

const connect = (database: string): Firestore =>
  connectFirestore({ ...scenario.house.environment, GOOGLE_CLOUD_PROJECT: localProject, FIRESTORE_DATABASE: database });

/** Every document by its path, as it is on the wire: types, order of fields and all. */
async function contentsOf(database: string): Promise<Map<string, unknown>> {
  const firestore = connect(database);
  const contents = new Map<string, unknown>();
  const read = async (collections: FirebaseFirestore.CollectionReference[]): Promise<void> => {
    for (const collection of collections) {
      for (const document of (await collection.get()).docs) {
        contents.set(document.ref.path, document.data());
        await read(await document.ref.listCollections());
      }
    }
  };
  await read(await firestore.listCollections());
  return contents;
}

async function destroy(database: string): Promise<void> {
  const firestore = connect(database);
  for (const each of await firestore.listCollections()) await firestore.recursiveDelete(each);
}

async function admin() {
  const { FirestoreAdminClient } = await import('@google-cloud/firestore-api');
  return new FirestoreAdminClient({
    ...(await clientOptions('FIRESTORE', scenario.house.environment)),
    ...noCredentials,
  });
}

describe('an export', () => {
  let before: Map<string, unknown>;
  let prefix = '';
  let id = '';

  beforeAll(async () => {
    const filed = await scenario.ticket({
      id: 'T-1',
      subject: '注文が通らない',
      ongoing: 'yes',
      customer: { id: 'store-12' },
    });
    ({ id } = filed.body.incident);
    await scenario.post(`/api/incidents/${id}/events`, { type: 'responded' });
    await scenario.ticket({ id: 'T-2', subject: '印刷できない', area: 'print', customer: { id: 'store-13' } });
    await scenario.advance('PT40M');
    before = await contentsOf('(default)');
    const client = await admin();
    const [operation] = await client.exportDocuments({
      name: nameOf('(default)'),
      outputUriPrefix: 'gs://shop-metronome-copy',
    });
    const [{ outputUriPrefix }] = await operation.promise();
    prefix = outputUriPrefix ?? '';
    await client.close();
  });

  const restore = async (to: string, collectionIds: string[] = []): Promise<void> => {
    const client = await admin();
    const [operation] = await client.importDocuments({ name: nameOf(to), inputUriPrefix: prefix, collectionIds });
    await operation.promise();
    await client.close();
  };

  test('holds every document, and is in its bucket under the time of its beginning', () => {
    expect(before.size).toBeGreaterThan(15);
    expect(prefix).toMatch(/^gs:\/\/shop-metronome-copy\/2026-11-24T/);
  });

  test('restores the same documents into a database of another name, once the first is destroyed', async () => {
    await destroy('(default)');
    expect((await contentsOf('(default)')).size).toBe(0);
    await restore(restored);
    expect(await contentsOf(restored)).toEqual(before);
  });

  test('restores over what has changed since, and deletes nothing', async () => {
    const firestore = connect(restored);
    await firestore.doc(`incidents/${id}`).update({ title: 'changed' });
    await firestore.doc('incidents/theirs').create({ title: 'theirs' });
    await restore(restored, ['incidents']);
    const after = await contentsOf(restored);
    expect(after.get(`incidents/${id}`)).toEqual(before.get(`incidents/${id}`));
    expect(after.get('incidents/theirs')).toEqual({ title: 'theirs' });
    await firestore.doc('incidents/theirs').delete();
  });

  test('is what Metronome carries on with: its pages, its reminders, and the next report of the same', async () => {
    const base = { ...scenario.house.environment, FIRESTORE_DATABASE: restored };
    const addresses = { cloud: `127.0.0.1:${scenario.house.cloud.port}`, root: scenario.url };
    handEnvironments(environmentsOf(base, localProject, addresses));
    expect((await scenario.get(`/console/incidents/${id}`)).status).toBe(200);
    const again = await scenario.ticket({
      id: 'T-1',
      subject: '注文が通らない',
      ongoing: 'yes',
      customer: { id: 'store-12' },
    });
    expect(again.body.incident.id).toBe(id);
    await scenario.advance('PT30M');
    const { incidents } = (await scenario.get('/api/incidents')).body;
    expect(incidents.map((each: { origin: { id: string } }) => each.origin.id).sort()).toEqual(['T-1', 'T-2']);
    expect((await contentsOf('(default)')).size).toBe(0);
    const timeline = await scenario.get(`/api/incidents/${id}/timeline?limit=200`);
    expect(JSON.stringify(timeline.body)).toContain('reminded');
  });

  test('that is not there restores nothing', async () => {
    const client = await admin();
    const asked = client.importDocuments({ name: nameOf(restored), inputUriPrefix: 'gs://shop-metronome-copy/never' });
    await expect(asked).rejects.toMatchObject({ code: 3 });
    await client.close();
  });
});
