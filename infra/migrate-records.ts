/** Brings the documents of incidents to the form that is written now. Safe to repeat, and to break off and begin again. */
import { FieldPath, type Firestore, type QueryDocumentSnapshot } from '@google-cloud/firestore';
import { isEarlier } from '../functions/incidents/facts/earlier-events.ts';
import { eventId } from '../functions/incidents/facts/timeline.ts';
import type { Incident } from '../functions/incidents/incident.ts';
import { contactsInAll, type StoredContact } from '../functions/incidents/record/cohorts.ts';
import { derivedFrom, isCurrent } from '../functions/incidents/record/form.ts';
import { timelineRef } from '../functions/incidents/record/records.ts';
import { collections, fromDocument, hasGrpcCode, readAll } from '../functions/platform/firestore.ts';
import { isOfEarlierLinks, migrateLinks, migrateTimeline } from './migrate-links.ts';

export interface Progress {
  /** The number of records at the beginning. */
  total: number;
  read: number;
  changed: number;
}

const pageSize = 300;
const atOnce = 20;

/** @param tell is called after each page */
export async function migrateRecords(
  db: Firestore,
  { isDryRun = false, tell = () => {} }: { isDryRun?: boolean; tell?: (progress: Progress) => void } = {},
): Promise<Progress> {
  const { count: total } = (await db.collection(collections.incidents).count().get()).data();
  const progress: Progress = { total, read: 0, changed: 0 };
  const changed = new Set<string>();
  // A timeline holds what the tickets of its members said, so all of them come before the first link.
  for await (const page of pagesOf(db)) {
    const earlier = await ofEarlierTimelines(db, page);
    await forEach(earlier, async ({ ref }) => {
      if (isDryRun || (await migrateTimeline(ref))) changed.add(ref.id);
    });
  }
  for await (const page of pagesOf(db)) {
    await forEach(page, async (document) => {
      const incident = fromDocument<Incident>(document.data());
      const isLinked = isOfEarlierLinks(incident);
      if (!isLinked && isCurrent(incident)) return;
      const work = (): Promise<boolean> => (isLinked ? migrateLinks(document.ref) : migrate(document));
      if (isDryRun || (await work())) changed.add(document.id);
    });
    progress.read += page.length;
    progress.changed = changed.size;
    tell(progress);
  }
  return progress;
}

async function* pagesOf(db: Firestore): AsyncGenerator<QueryDocumentSnapshot[]> {
  const pages = db.collection(collections.incidents).orderBy(FieldPath.documentId()).limit(pageSize);
  for (let last: QueryDocumentSnapshot | undefined; ; ) {
    const { docs } = await (last ? pages.startAfter(last) : pages).get();
    yield docs;
    last = docs.at(-1);
    if (docs.length < pageSize) return;
  }
}

/** Those whose first event does not say that it is a fact. */
async function ofEarlierTimelines(db: Firestore, page: QueryDocumentSnapshot[]): Promise<QueryDocumentSnapshot[]> {
  if (page.length === 0) return [];
  const filed = await db.getAll(...page.map(({ id }) => timelineRef(id, eventId(1))));
  return page.filter((_, index) => filed[index]?.exists && isEarlier(filed[index].data()));
}

async function forEach<T>(all: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  const one = async (): Promise<void> => {
    for (let each = waiting.shift(); each !== undefined; each = waiting.shift()) await work(each);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/** @returns whether it was brought up to date; what was written meanwhile, or is gone, needs nothing */
async function migrate(document: QueryDocumentSnapshot): Promise<boolean> {
  const incident = fromDocument<Incident>(document.data());
  try {
    // After the incident: no contact changes without it, whose version this requires.
    const contacts = contactsInAll(await readAll<StoredContact>(document.ref.collection(collections.contacts)));
    const fields = derivedFrom(incident, document.updateTime.toDate(), contacts);
    await document.ref.update({ ...fields }, { lastUpdateTime: document.updateTime });
    return true;
  } catch (error) {
    if (!hasGrpcCode(error, 'FAILED_PRECONDITION', 'NOT_FOUND')) throw error;
    return false;
  }
}
