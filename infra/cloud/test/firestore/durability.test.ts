import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Firestore } from '@google-cloud/firestore';
import { expect, test } from 'vitest';
import { startCloud as startWhole } from '../../src/cloud.ts';
import { openStorage, readDurability } from '../../src/storage.ts';
import { isElsewhere, startLocal } from './client.ts';

test.skipIf(isElsewhere)(
  'after kill -9 every acknowledged commit is there, whole, and no other is there in part',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'firestore-'));
    const server = spawn(process.execPath, [join(import.meta.dirname, 'serve-until-killed.ts'), directory]);
    const [port] = await once(server.stdout, 'data');
    const client = new Firestore({ projectId: 'p', host: `127.0.0.1:${String(port).trim()}`, ssl: false });
    const acknowledged: string[] = [];
    const writing = Array.from({ length: 500 }, async (_, at) => {
      const batch = client.batch();
      for (const part of ['a', 'b', 'c']) batch.create(client.doc(`parts/${at}-${part}`), { of: at, part });
      await batch.commit();
      acknowledged.push(String(at));
      if (acknowledged.length === 200) server.kill('SIGKILL');
    });
    void Promise.allSettled(writing);
    await once(server, 'exit');
    expect(acknowledged.length).toBeGreaterThanOrEqual(200);
    void client.terminate();

    const cloud = await startLocal({ db: openStorage(directory) });
    const again = cloud.connect({ projectId: 'p' });
    const parts = new Map<string, number>();
    for (const doc of (await again.collection('parts').get()).docs) {
      const [of = ''] = doc.id.split('-');
      parts.set(of, (parts.get(of) ?? 0) + 1);
    }
    expect(acknowledged.filter((of) => parts.get(of) !== 3)).toEqual([]);
    expect([...parts.values()].filter((count) => count !== 3)).toEqual([]);
    // The indexes survived along with the documents.
    expect((await again.collection('parts').where('part', '==', 'a').count().get()).data().count).toBe(parts.size);
    const latest = await again.collection('parts').orderBy('of', 'desc').limit(1).get();
    const { writeTime } = await again.doc('parts/later').set({});
    expect(writeTime.valueOf() > (latest.docs[0]?.updateTime.valueOf() ?? '')).toBe(true);
    await cloud.close();
    rmSync(directory, { recursive: true });
  },
);

test('LOCAL_DURABILITY=full has each commit reach the disk, and is not guessed at', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'firestore-'));
  const synchronousOf = (text: string | undefined) => {
    const db = openStorage(directory, { durability: readDurability(text) });
    const row = db.prepare('PRAGMA synchronous').get();
    db.close();
    return row?.synchronous;
  };
  const cloudsOf = async (durability?: 'normal' | 'full') => {
    const cloud = await startWhole({ port: 0, dataDirectory: directory, ...(durability ? { durability } : {}) });
    const row = cloud.db.prepare('PRAGMA synchronous').get();
    await cloud.stop();
    return row?.synchronous;
  };
  const [normal, full] = [1, 2];
  expect([await cloudsOf(), await cloudsOf('normal'), await cloudsOf('full')]).toEqual([normal, normal, full]);
  expect([undefined, '', 'normal', 'full'].map(synchronousOf)).toEqual([normal, normal, normal, full]);
  expect(() => readDurability('FULL')).toThrow('LOCAL_DURABILITY has to be normal or full, and is “FULL”.');
  rmSync(directory, { recursive: true });
});
