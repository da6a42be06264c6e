/** Where Metronome writes in Notion, the stored state of each page (`notionPages/{id}`) and of the connection (`connections/notion`). */
import type { DocumentReference } from '@google-cloud/firestore';
import * as z from 'zod';
import type { ExportKind } from '../../incidents/views/exported.ts';
import type { Config } from '../../platform/config.ts';
import { type Deliverable, type Delivery, newDelivery } from '../../platform/delivery.ts';
import { collections, dataOf, firestore } from '../../platform/firestore.ts';
import { jsonIn } from '../../platform/loose.ts';

/** The IDs of the data sources. */
export type Databases = Record<ExportKind, string>;

const id = z.string().regex(/^[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}$/i);
const databasesSchema = z.object({ incidents: id, postmortems: id, actions: id });

/** The required form of the variable. */
export const databasesForm =
  'NOTION_DATABASES has to be {"incidents": "…", "postmortems": "…", "actions": "…"}, as npm run notion -- setup prints it.';

/** @returns undefined if none are set: then nothing goes to Notion; `wrong` for what cannot be read */
export function databasesOf({ NOTION_DATABASES }: Pick<Config, 'NOTION_DATABASES'>): Databases | 'wrong' | undefined {
  if (NOTION_DATABASES === undefined) return undefined;
  return databasesSchema.safeParse(jsonIn(NOTION_DATABASES)).data ?? 'wrong';
}

export interface PageRecord extends Deliverable {
  /** The record's; of a week's further pages with their number behind it: `2026-W47#2`. */
  id: string;
  kind: ExportKind;
  /** The record as of its last noticed change. */
  changedAt: Date;
  /** The document's version: it distinguishes two changes of one moment, one of which may commit late. */
  version?: string;
  /** The page's ID, once it exists. */
  dataSourceId?: string;
  pageId?: string;
  /** Marks of the values last written, by property: people's changes stay until there is a newer value. */
  written?: Record<string, string>;
  /** Distinguishes our blocks from people's. */
  body?: string[];
  /** Blocks sent in later attempts whose answers may be lost: those that arrived are ours as well. */
  tried?: string[];
  /** The page of its week that it belongs to; a page takes a hundred of a kind. */
  place?: string;
  /** The week, for a week's additional pages. */
  weekId?: string;
}

export const pageRecords = () => firestore().collection(collections.notionPages);
/** Weeks' further pages have a `#` in their id, which a document's may have. */
export const pageRecordRef = (id: string): DocumentReference => pageRecords().doc(id);

export const readPageRecord = async (id: string): Promise<PageRecord | undefined> =>
  dataOf<PageRecord>(await pageRecordRef(id).get());

export const newPageRecord = (kind: ExportKind, id: string, changedAt: Date): PageRecord => ({
  id,
  kind,
  changedAt,
  delivery: toBeWritten(changedAt),
});

/** `waitsSince` sorts what to write: a past time if it is due, a later time after a failure, absent if it is written. */
export const toBeWritten = (changedAt: Date): Delivery => newDelivery(changedAt, { retryAt: changedAt });

export const waiting = (now: Date) => pageRecords().where('delivery.retryAt', '<=', now);

/** What Notion has not taken, and is tried again later. */
export const notTaken = (now: Date) => pageRecords().where('delivery.retryAt', '>', now);

/** Why nothing is written: Notion does not answer, refuses us, or differs from the set-up; or our own code fails. */
export type StopReason = 'away' | 'refused' | 'gone' | 'databases' | 'token' | 'failed';

export interface NotionState extends Deliverable {
  /** Which data sources all this is about: with others, everything is new. */
  databases: Databases;
  /** The time up to which changes are known, by kind. */
  seenUpTo: Partial<Record<ExportKind, Date>>;
  /** When something was last written, or found to need no writing. */
  syncedAt: Date | null;
  /** Why it cannot continue, with Notion's own error code, and since when. */
  trouble: { kind: StopReason; code: string | null } | null;
  failedSince: Date | null;
  /** Property IDs by our keys, so that renaming a property does no harm. */
  properties: Partial<Record<ExportKind, Record<string, string>>>;
  /** Properties that people have taken away, by their names. */
  leftOut: string[];
}

export const stateRef = (): DocumentReference => firestore().collection(collections.connections).doc('notion');

export const readState = async (): Promise<NotionState | undefined> => dataOf<NotionState>(await stateRef().get());

export const newState = (databases: Databases, at: Date): NotionState => ({
  delivery: newDelivery(at),
  databases,
  seenUpTo: {},
  syncedAt: null,
  trouble: null,
  failedSince: null,
  properties: {},
  leftOut: [],
});
