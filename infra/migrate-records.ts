/** Brings the documents of incidents to the form that is written now. Safe to repeat, and to break off and begin again. */
import { FieldPath, type Firestore, type QueryDocumentSnapshot } from '@google-cloud/firestore';
import { derivedFrom, isCurrent } from '../functions/incidents/form.ts';
import type { Incident } from '../functions/incidents/incident.ts';
import type { Contact } from '../functions/incidents/rhythm/contact.ts';
import { withOverdue } from '../functions/incidents/rhythm/slots.ts';
import { collections, fromDocument, grpcCodeOf } from '../functions/platform/firestore.ts';

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

function migrate(document: QueryDocumentSnapshot): Promise<boolean> {
  const incident = fromDocument<Incident>(document.data());
  return updateUnchanged(document, { ...derivedFrom(incident, document.updateTime.toDate()) });
}

/** @returns whether it was brought up to date; what was written meanwhile, or is gone, needs nothing */
async function updateUnchanged(document: QueryDocumentSnapshot, fields: object): Promise<boolean> {
  try {
    await document.ref.update(fields, { lastUpdateTime: document.updateTime });
    return true;
  } catch (error) {
    if (!['FAILED_PRECONDITION', 'NOT_FOUND'].includes(grpcCodeOf(error) ?? '')) throw error;
    return false;
  }
}

/** Next actions say when they were last written, so that what has changed is found. @returns how many did not */
export async function migrateActions(db: Firestore, { isDryRun = false } = {}): Promise<number> {
  const { docs } = await db.collection(collections.actions).get();
  const waiting = docs.filter((each) => each.get('changedAt') === undefined);
  if (isDryRun) return waiting.length;
  let changed = 0;
  for (const document of waiting) {
    if (await updateUnchanged(document, { changedAt: document.updateTime.toDate() })) changed += 1;
  }
  return changed;
}

/**
 * Contacts of older versions do not say since when they should have heard from us, by which a board sorts, nor that they
 * wait in a drill, which keeps them out of the gauges.
 * @returns how many were, or would be, told
 */
export async function migrateContacts(db: Firestore, { isDryRun = false } = {}): Promise<number> {
  const found = await db.collection(collections.incidents).where('isDrill', '==', true).select().get();
  const drills = new Set(found.docs.map((each) => each.id));
  const pages = db.collectionGroup(collections.contacts).orderBy(FieldPath.documentId()).limit(pageSize);
  let changed = 0;
  for (let last: QueryDocumentSnapshot | undefined; ; ) {
    const page = await (last ? pages.startAfter(last) : pages).get();
    for (const document of page.docs) {
      const contact = fromDocument<Contact>(document.data());
      const lacking = lackingIn(contact, drills);
      if (Object.keys(lacking).length === 0) continue;
      if (isDryRun || (await updateUnchanged(document, lacking))) changed += 1;
    }
    last = page.docs.at(-1);
    if (page.size < pageSize) return changed;
  }
}

function lackingIn(contact: Contact, drills: ReadonlySet<string>): Pick<Contact, 'overdueSince' | 'isDrill'> {
  const { overdueSince } = withOverdue(contact);
  const waits = !contact.overdueSince && contact.nextUpdateDueAt && overdueSince;
  return {
    ...(waits ? { overdueSince } : {}),
    ...(drills.has(contact.incidentId) && !contact.isDrill ? { isDrill: true } : {}),
  };
}
