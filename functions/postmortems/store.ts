/** How a bundle is stored in Firestore: its summary in one small document, everything long in pages beneath it. */
import { randomUUID } from 'node:crypto';
import type { CollectionReference, Query } from '@google-cloud/firestore';
import { collections, countOf, dataOf, firestore, readAll } from '../platform/firestore.ts';
import { mapConcurrently } from '../platform/map-concurrently.ts';
import type { Policy } from '../policy.ts';
import type { Aggregates } from './aggregates.ts';
import { type Bundle, importer } from './bundle.ts';
import type { Finding } from './changed-counts.ts';
import type { Entry } from './entry.ts';
import { type Meeting, noMeeting } from './meeting.ts';
import type { WeekSummary } from './trends.ts';

export interface PageRef {
  id: string;
  section: 'head' | 'entries' | 'carried' | 'unsettled';
  /** The index of the first item on this page, and the number of items. */
  from: number;
  count: number;
}

export interface BundleDocument {
  id: string;
  schemaVersion: 1;
  state: 'draft' | 'held';
  period: { start: Date; end: Date };
  policyVersion: string;
  assembledAt: Date;
  /** When it was first assembled with its week over, and said so. */
  readyAt?: Date;
  heldAt?: Date;
  heldBy?: string;
  /** See {@link numberOfWeek}; an imported week has none. */
  number?: number;
  /** The hash of all that the bundle says. */
  version: string;
  pages: PageRef[];
  entryCount: number;
  carriedCount: number;
  aggregates: Aggregates;
  alarms: Finding[];
  /** What later weeks read of this one. */
  summary: WeekSummary;
}

/** A document holds 1 MiB. */
const pageBytes = 700_000;
const pageItems = 200;
const writesAtOnce = 8;

export const bundleRef = (weekId: string) => firestore().collection(collections.postmortems).doc(weekId);

const pagesOf = (weekId: string): CollectionReference => bundleRef(weekId).collection('entries');

export const meetingRef = (weekId: string) => firestore().collection(collections.meetings).doc(weekId);

export const readMeeting = async (weekId: string): Promise<Meeting> =>
  dataOf<Meeting>(await meetingRef(weekId).get()) ?? noMeeting(weekId);

/** One read a week that has a bundle. */
export const readAllSummaries = async () => (await readSummaries('0000-W00', '9999-W99')).map(({ summary }) => summary);

export const readMeetings = (fromWeek: string, beforeWeek: string): Promise<Meeting[]> =>
  readAll(within(collections.meetings, fromWeek, beforeWeek));

export const readBundleDocument = async (weekId: string) => dataOf<BundleDocument>(await bundleRef(weekId).get());

/** Which weekly postmortem of this team a week's is, counted from the policy's first. Empty weeks count, imported ones do not. */
export async function numberOfWeek(weekId: string, policy: Policy): Promise<number> {
  const all = firestore().collection(collections.postmortems);
  // Imported weeks are older than all others.
  const [before, imported] = await Promise.all([
    countOf(all.where('id', '<', weekId)),
    countOf(all.where('heldBy', '==', importer)),
  ]);
  return Math.max(0, before - imported) + policy.review.firstNumber;
}

/** What the given weeks keep for later ones: one read each. */
export const readSummaries = (fromWeek: string, beforeWeek: string): Promise<Kept[]> =>
  readAll(within(collections.postmortems, fromWeek, beforeWeek).select(...kept));

/** Not sorted by document ID: a cursor of that needs a client that has already made a call. */
const within = (name: string, fromWeek: string, beforeWeek: string): Query =>
  firestore().collection(name).where('id', '>=', fromWeek).where('id', '<', beforeWeek).orderBy('id');

type Kept = Pick<BundleDocument, (typeof kept)[number]>;
const kept = ['id', 'state', 'summary', 'pages', 'alarms'] as const;

/** Writes a bundle's pages under names that no other attempt gives, so that readers of another version lose none. */
export async function writePages(bundle: Bundle, unsettled: readonly string[]): Promise<PageRef[]> {
  const attempt = randomUUID();
  const { entries, carriedIncidents, ...head } = bundle;
  const pages = [
    ...splitItems('entries', entries),
    ...splitItems('carried', carriedIncidents),
    ...splitItems('unsettled', unsettled, 10_000),
    ...splitHead(Buffer.from(JSON.stringify(head))),
  ].map((page, index) => ({ ...page, id: `${attempt}-${String(index + 1).padStart(4, '0')}` }));
  await mapConcurrently(pages, writesAtOnce, ({ id, section, from, count, data }) =>
    pagesOf(bundle.id).doc(id).set({ section, from, count, data }),
  );
  return pages.map(({ id, section, from, count }) => ({ id, section, from, count }));
}

export async function deletePages(weekId: string, pages: readonly { id: string }[]): Promise<void> {
  await mapConcurrently(pages, writesAtOnce, ({ id }) => pagesOf(weekId).doc(id).delete());
}

/** Leftovers of a crash: for a held bundle, everything but its own pages. */
export async function deleteOtherPages(weekId: string, pages: readonly PageRef[]): Promise<void> {
  const { docs } = await pagesOf(weekId).select().get();
  const shown = new Set(pages.map(({ id }) => id));
  const others = docs.filter(({ id }) => !shown.has(id));
  await deletePages(weekId, others);
}

export type BundleHead = Omit<Bundle, 'entries' | 'carriedIncidents'>;

export type BundleSlice = NonNullable<Awaited<ReturnType<typeof readBundle>>>;

/** How many carried incidents come with each page of entries. */
export const carriedAtOnce = 200;

/** A page of a bundle: its entries from `from` on, counted from 0, and the carried incidents that come with them. */
export interface BundlePage {
  from: number;
  limit: number;
  carriedFrom: number;
  carriedLimit?: number;
}

/** The last assembled state of a bundle; undefined if the week has none. */
export async function readBundle(weekId: string, page: BundlePage) {
  const { from, limit, carriedFrom, carriedLimit = carriedAtOnce } = page;
  for (let attempt = 0; ; attempt += 1) {
    const document = await readBundleDocument(weekId);
    if (!document) return undefined;
    const headPages = document.pages.filter((each) => each.section === 'head');
    const [head, entries, carriedIncidents] = await Promise.all([
      readPages(weekId, headPages),
      readItems<Entry>(document, 'entries', from, limit),
      readItems<Entry>(document, 'carried', carriedFrom, carriedLimit),
    ]);
    if (head && entries && carriedIncidents) {
      // Read after the bundle's state: a closed bundle does not change.
      const meeting = await readMeeting(weekId);
      const whole = JSON.parse(Buffer.concat(head).toString()) as BundleHead;
      return { page, document, meeting, head: whole, entries, carriedIncidents };
    }
    // It was assembled again in between, and the pages that this document names are gone.
    if (attempt === 3) throw new Error(`The pages of ${weekId} are not there.`);
  }
}

type Stored = Pick<BundleDocument, 'id' | 'pages'>;

/** @returns undefined if its pages are no longer there */
export const readUnsettled = (of: Stored) => readItems<string>(of, 'unsettled', 0, Infinity);

async function readItems<T>(of: Stored, section: PageRef['section'], from: number, limit: number) {
  const own = of.pages.filter((page) => page.section === section);
  const pages = own.filter((page) => page.from < from + limit && page.from + page.count > from);
  const bytes = await readPages(of.id, pages);
  const first = pages[0]?.from ?? 0;
  const items = bytes?.flatMap((each) => JSON.parse(each.toString('utf8')) as T[]);
  return items?.slice(from - first, from - first + limit);
}

async function readPages(weekId: string, pages: PageRef[]): Promise<Buffer[] | undefined> {
  if (pages.length === 0) return [];
  const documents = await firestore().getAll(...pages.map(({ id }) => pagesOf(weekId).doc(id)));
  if (documents.some((document) => !document.exists)) return undefined;
  return documents.map((document) => Buffer.from(document.get('data') as Uint8Array));
}

interface PageData extends Omit<PageRef, 'id'> {
  /** JSON in UTF-8: the same bytes for every reader, and no index entries. */
  data: Buffer;
}

function splitItems(section: PageRef['section'], items: readonly unknown[], most = pageItems): PageData[] {
  const pages: PageData[] = [];
  let texts: string[] = [];
  let bytes = 0;
  let from = 0;
  const close = (): void => {
    if (texts.length === 0) return;
    pages.push({ section, from, count: texts.length, data: Buffer.from(`[${texts.join(',')}]`) });
    from += texts.length;
    texts = [];
    bytes = 0;
  };
  for (const item of items) {
    const text = JSON.stringify(item);
    const size = Buffer.byteLength(text) + 1;
    if (texts.length === most || bytes + size > pageBytes) close();
    texts.push(text);
    bytes += size;
  }
  close();
  return pages;
}

const splitHead = (bytes: Buffer): PageData[] =>
  Array.from({ length: Math.ceil(bytes.length / pageBytes) }, (_, index) => {
    const data = bytes.subarray(index * pageBytes, (index + 1) * pageBytes);
    return { section: 'head', from: index * pageBytes, count: data.length, data };
  });
