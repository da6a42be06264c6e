/** A query whose index is still being built fails, so traffic waits until all indexes are ready. */
import type { Gcloud } from '../provision/gcloud.ts';
import type { Time } from './smoke.ts';

interface Index {
  name: string;
  /** CREATING, READY or NEEDS_REPAIR (Firestore Admin API, Index.State). */
  state?: string;
}

const pauseMs = 20_000;
export const indexesWithinMs = 3_600_000;

/** @throws Error if one needs repair, or is not ready within an hour */
export async function waitForIndexes(gcloud: Gcloud, database: string, time: Time): Promise<void> {
  const deadline = time.now() + indexesWithinMs;
  for (let isFirst = true; ; isFirst = false) {
    const unready = (await indexesOf(gcloud, database)).filter(
      ({ state }) => state === 'CREATING' || state === 'NEEDS_REPAIR',
    );
    const broken = unready.filter(({ state }) => state === 'NEEDS_REPAIR');
    if (broken.length > 0) throw new Error(`Indexes need repair: ${named(broken)}. Delete them, and provision again.`);
    if (unready.length === 0) return;
    if (time.now() + pauseMs > deadline)
      throw new Error(`After an hour, indexes are still being built: ${named(unready)}.`);
    if (isFirst) time.say(`Waiting for ${unready.length} indexes of ${database} to be ready …`);
    await time.pause(pauseMs);
  }
}

const named = (indexes: readonly Index[]): string =>
  indexes.map(({ name }) => name.replace(/^.*\/collectionGroups\//, '')).join(', ');

async function indexesOf(gcloud: Gcloud, database: string): Promise<Index[]> {
  const list = <T>(kind: string) => gcloud.json<T[]>(['firestore', 'indexes', kind, 'list', `--database=${database}`]);
  const [composite, fields] = await Promise.all([
    list<Index>('composite'),
    list<{ name: string; indexConfig?: { indexes?: { state?: string }[] } }>('fields'),
  ]);
  const ofFields = fields.flatMap(({ name, indexConfig }) =>
    (indexConfig?.indexes ?? []).map((each) => ({ ...each, name })),
  );
  return [...composite, ...ofFields];
}
