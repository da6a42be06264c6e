/** Brings the documents of incidents to the form that is written now. Safe to repeat, and to break off and begin again. */
import { FieldPath, type Firestore, type QueryDocumentSnapshot } from '@google-cloud/firestore';
import type { Incident } from '../functions/incidents/incident.ts';
import { contactsInAll, type StoredContact } from '../functions/incidents/record/cohorts.ts';
import { derivedFrom, isCurrent } from '../functions/incidents/record/form.ts';
import { collections, fromDocument, hasGrpcCode, readAll } from '../functions/platform/firestore.ts';

export interface Progress {
  /** How many there were as it began. */
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
  const incidents = db.collection(collections.incidents);
  const { count: total } = (await incidents.count().get()).data();
  const progress: Progress = { total, read: 0, changed: 0 };
  const pages = incidents.orderBy(FieldPath.documentId()).limit(pageSize);
  for (let last: QueryDocumentSnapshot | undefined; ; ) {
    const page = await (last ? pages.startAfter(last) : pages).get();
    const waiting = page.docs.filter((each) => !isCurrent(fromDocument<Incident>(each.data())));
    const work = async (): Promise<void> => {
      for (let document = waiting.shift(); document; document = waiting.shift()) {
        if (isDryRun || (await migrate(document))) progress.changed += 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    progress.read += page.size;
    tell(progress);
    last = page.docs.at(-1);
    if (page.size < pageSize) return progress;
  }
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
