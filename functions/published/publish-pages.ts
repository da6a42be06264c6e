/**
 * Writes what customers can see: pages whose link has changed, and what is shown of incidents that have. What has been seen is
 * noted beside it, so that a database that is empty, after a restore, is filled again from the records.
 */
import type { CollectionReference, Query, QueryDocumentSnapshot } from '@google-cloud/firestore';
import { readAllReports } from '../customer-updates/ticket-reports.ts';
import { codeOf, type Incident, latest } from '../incidents/incident.ts';
import { readAllContacts } from '../incidents/views/first-contacts.ts';
import type { UpdateRecord } from '../outgoing/tickets/update.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { TemporaryFailure } from '../platform/failures.ts';
import {
  collections,
  dataOf,
  firestore,
  fromDocument,
  incidentRef,
  publicFirestore,
  readAll,
} from '../platform/firestore.ts';
import { errorFacts, log } from '../platform/log.ts';
import { mapConcurrently } from '../platform/map-concurrently.ts';
import { milliseconds, policy } from '../policy.ts';
import { arePagesOn, isStatusOn } from './ask-to-publish.ts';
import { type CustomerPage, fitted, type OfCustomer, type ShownIncident, shownIncident } from './customer-page.ts';
import { type PageRecord, pageRecordRef } from './links.ts';
import { type PublicStatus, withIncident } from './status.ts';

const atOnce = 20;
/** The number of changed incidents in one run; the next run continues. */
const mostIncidents = 300;
/** Fewer customers are looked up by their ids; for more, all pages are read. */
const fewCustomers = 200;
/** The number of incidents whose texts are read, newest first. */
const mostUpdates = 100;

/** The document, with what finds it. */
export interface StoredPage extends CustomerPage {
  codes: string[];
}

/** What was published last: `seenUpTo` is a `changedAt`, and `versions` are of what changed shortly before it. */
interface Seen {
  seenUpTo: Date;
  versions: Record<string, string>;
  /** Whether the public status was on, and followed. */
  hasStatus: boolean;
}

const pages = (): CollectionReference => publicFirestore().collection('pages');
const seenRef = () => publicFirestore().collection('publishing').doc('pages');

/** Safe to repeat, and at the same time as another. @throws Error: the message has to come again */
export async function publishPages(): Promise<void> {
  const config = readConfig();
  const on = { pages: arePagesOn(config), status: isStatusOn(config) };
  if (!on.pages && !on.status) return;
  const startedAt = now();
  const seen = dataOf<Seen>(await seenRef().get());
  const all = firestore().collection(collections.incidents);
  const from = new Date((seen?.seenUpTo.getTime() ?? 0) - milliseconds(policy.customerPages.overlap));
  // Without a note of the last run, writes every page again, and the status.
  const open = all.where('kind', '==', 'incident').where('status', '==', 'open').orderBy('filedAt', 'desc');
  const [links, incidents, begun] = await Promise.all([
    on.pages ? changedSince(firestore().collection(collections.customerPages), from).get() : { docs: [] },
    seen ? changedSince(all, from).limit(mostIncidents).select('changedAt').get() : { docs: [] },
    on.status && !seen?.hasStatus ? open.limit(mostIncidents).select('changedAt', 'filedAt').get() : { docs: [] },
  ]);
  const changed = [
    ...links.docs.map((each) => changeOf(each, () => rewritePage(fromDocument<PageRecord>(each.data())))),
    ...[...incidents.docs, ...begun.docs].map((each) => changeOf(each, () => publishIncident(each.id, on))),
  ];
  const news = changed.filter(({ path, version }) => seen?.versions[path] !== version);
  // One that fails keeps no other from being written, and the next run begins with it.
  const failed = new Set<string>();
  await mapConcurrently(news, atOnce, async ({ path, write }) => {
    try {
      await write();
    } catch (error) {
      failed.add(path);
      log('ERROR', 'customer pages were not written; they are tried again', { path, ...errorFacts(error) });
    }
  });
  const last = changed.reduce((at, { changedAt }) => latest(at, changedAt), seen?.seenUpTo ?? startedAt);
  const seenUpTo = failed.size === 0 ? last : seen?.seenUpTo;
  const written = changed.filter(({ path }) => !failed.has(path));
  const versions = Object.fromEntries(written.map(({ path, version }) => [path, version]));
  const isNews = news.length > 0 || seen?.hasStatus !== on.status;
  if (seenUpTo && isNews) await seenRef().set({ seenUpTo, versions, hasStatus: on.status });
  if (failed.size > 0) throw new TemporaryFailure('Customer pages were not written.');
}

const changedSince = (all: CollectionReference, from: Date): Query =>
  all.where('changedAt', '>=', from).orderBy('changedAt');

const changeOf = (document: QueryDocumentSnapshot, write: () => Promise<void>) => ({
  path: document.ref.path,
  version: `${document.updateTime.seconds}.${document.updateTime.nanoseconds}`,
  changedAt: fromDocument<{ changedAt: Date }>(document.data()).changedAt,
  write,
});

/** Updates a page after a change of its link: deletes the page of a revoked link, and writes that of a valid one. */
async function rewritePage(record: PageRecord): Promise<void> {
  const { customerId, hash, name, expiresAt, revoked } = record;
  await Promise.all(revoked.map((each) => pages().doc(each).delete()));
  if (!hash) return;
  const all = firestore().collection(collections.incidents).where('customerIds', 'array-contains', customerId);
  const incidents = await readAll<Incident>(all.orderBy('filedAt', 'desc').limit(policy.customerPages.mostIncidents));
  const own = { customerId, updates: await readUpdates(customerId) };
  const read = await mapConcurrently(incidents, atOnce, async (each) =>
    shownIncident({ ...(await loadIncident(each)), ...own }, policy),
  );
  const shown = read.filter((each) => each !== undefined);
  const ref = pages().doc(hash);
  await publicFirestore().runTransaction(async (transaction) => {
    const before = dataOf<StoredPage>(await transaction.get(ref))?.incidents ?? {};
    // An incident may have been published since it was read here.
    const newest = shown.map((each) => newer(before[each.code], each));
    transaction.set(ref, { ...(name ? { name } : {}), ...listed(newest), expiresAt });
  });
}

const newer = (known: ShownIncident | undefined, read: ShownIncident): ShownIncident =>
  known && known.sequence > read.sequence ? known : read;

function listed(all: readonly ShownIncident[]): Pick<StoredPage, 'incidents' | 'codes'> {
  const incidents = fitted(all, policy);
  return { incidents, codes: Object.keys(incidents) };
}

/** Adds an incident to its customers' pages, and removes it from those of customers who are no longer affected. */
async function publishIncident(id: string, on: { pages: boolean; status: boolean }): Promise<void> {
  const incident = dataOf<Incident & { customerIds: string[] }>(await incidentRef(id).get());
  if (!incident) return;
  if (on.status) await changeStatus(incident);
  if (!on.pages) return;
  const records = await pagesOf(incident.customerIds);
  const shownOn = await pages().where('codes', 'array-contains', codeOf(incident.id)).select().get();
  const gone = shownOn.docs.filter((each) => !records.some(({ hash }) => hash === each.id));
  if (records.length + gone.length === 0) return;
  const loaded = await loadIncident(incident);
  await mapConcurrently(records, atOnce, async ({ customerId, hash }) => {
    const shown = shownIncident({ ...loaded, customerId, updates: await readUpdates(customerId) }, policy);
    await changePage(String(hash), incident, shown);
  });
  await mapConcurrently(gone, atOnce, (each) => changePage(each.id, incident, undefined));
}

async function changeStatus(incident: Incident): Promise<void> {
  const ref = publicFirestore().collection('status').doc('current');
  await publicFirestore().runTransaction(async (transaction) => {
    const before = dataOf<PublicStatus>(await transaction.get(ref));
    const after = withIncident(before, incident, policy, now());
    if (after && after !== before) transaction.set(ref, after);
  });
}

async function pagesOf(customerIds: readonly string[]): Promise<PageRecord[]> {
  if (customerIds.length === 0) return [];
  const all = firestore().collection(collections.customerPages);
  const isFew = customerIds.length <= fewCustomers;
  const records = isFew
    ? (await firestore().getAll(...customerIds.map(pageRecordRef))).flatMap((each) => dataOf<PageRecord>(each) ?? [])
    : await readAll<PageRecord>(all);
  const known = new Set(customerIds);
  return records.filter((each) => each.hash !== null && each.expiresAt > now() && known.has(each.customerId));
}

async function loadIncident(incident: Incident): Promise<Omit<OfCustomer, 'customerId' | 'updates'>> {
  const [contacts, reports] = await Promise.all([readAllContacts(incident.id), readAllReports(incident)]);
  return { incident, contacts, reports };
}

/** Updates to this customer, on whichever incident they were requested. */
function readUpdates(customerId: string): Promise<UpdateRecord[]> {
  const own = firestore().collection(collections.updates).where('customers', 'array-contains', customerId);
  return readAll(own.orderBy('requestedAt', 'desc').limit(mostUpdates));
}

/** A page that is not there yet is written whole, with the link that is published for the same reason. */
async function changePage(
  hash: string,
  { id, lastSequence }: Incident,
  shown: ShownIncident | undefined,
): Promise<void> {
  const ref = pages().doc(hash);
  const code = codeOf(id);
  await publicFirestore().runTransaction(async (transaction) => {
    const page = dataOf<StoredPage>(await transaction.get(ref));
    if (!page || (page.incidents[code]?.sequence ?? 0) > lastSequence) return;
    const { [code]: _, ...others } = page.incidents;
    transaction.set(ref, { ...page, ...listed([...Object.values(others), ...(shown ? [shown] : [])]) });
  });
}
