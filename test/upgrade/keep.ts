/**
 * `node test/upgrade/keep.ts`: keeps what this version stores under test/fixtures/stored/<version>/, once, when it is
 * released. What was kept is never written again: later versions have to go on reading it.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CollectionReference } from '@google-cloud/firestore';
import { startHouse } from '../../infra/local/house.ts';
import { type StoredDocument, toStored } from './stored-form.ts';
import { storyEnvironment, tellStory } from './story.ts';

const top = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { version: string };
const folder = join(top, 'test/fixtures/stored', version);
if (existsSync(folder)) throw new Error(`What ${version} stores is kept already, in ${folder}.`);

const house = await startHouse({ port: 0, cloudPort: 0, environment: { ...process.env, ...storyEnvironment } });
await tellStory(`http://127.0.0.1:${house.port}`);
const { firestore } = await import('../../functions/platform/firestore.ts');
const found = new Map<string, StoredDocument[]>();
for (const collection of await firestore().listCollections()) await gather(collection);
mkdirSync(folder, { recursive: true });
for (const [name, documents] of found) {
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(documents, null, 1)}\n`);
  process.stdout.write(`${name}: ${documents.length}\n`);
}
await house.stop();
process.exit(0);

async function gather(collection: CollectionReference): Promise<void> {
  for (const document of (await collection.get()).docs) {
    const stored = { path: document.ref.path, data: toStored(document.data()) as Record<string, unknown> };
    found.set(collection.id, [...(found.get(collection.id) ?? []), stored]);
    for (const below of await document.ref.listCollections()) await gather(below);
  }
}
