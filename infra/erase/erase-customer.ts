/**
 * Takes one customer's personal data out of every document. Safe to repeat, and to break off and begin again. A document that
 * fails stops no other: it is tried again at the end, and counted if it still fails.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  type DocumentReference,
  FieldPath,
  FieldValue,
  type Firestore,
  type Query,
  type QueryDocumentSnapshot,
} from '@google-cloud/firestore';
import { nameInDrill } from '../../functions/drills/plan-drill.ts';
import { readList } from '../../functions/find/listed-customers.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { type Erasure, eraseValue, wordsOf } from '../../functions/incidents/record/erase-value.ts';
import { derivedFrom } from '../../functions/incidents/record/form.ts';
import { contactIdOf, nameOf } from '../../functions/incidents/rhythm/contact.ts';
import type { Customer } from '../../functions/incidents/signals/signal.ts';
import { type PageRecord, toBeWritten } from '../../functions/outgoing/notion/page-records.ts';
import { collections, fromDocument, unlessRefused } from '../../functions/platform/firestore.ts';
import { mapConcurrently } from '../../functions/platform/map-concurrently.ts';
import { type PageRecord as PageRecordOfCustomer, pageIdOf } from '../../functions/published/links.ts';
import { removeListed } from '../own-settings/write-customers.ts';
import { reasonOf } from '../reason-of.ts';
import { askForEdits } from './edit-cards.ts';

export interface ErasureReport {
  pseudonym: string;
  names: string[];
  /** Beyond our reach: the customer's tickets (`zendesk 5158`) and the text on them. */
  tickets: string[];
  /** Pages in Notion that the running functions rewrite within minutes. */
  notionPages: number;
  /** Cards in Slack that they edit within minutes. */
  cards: number;
  /** Documents read, and those that held something, by collection. */
  read: number;
  changed: Record<string, number>;
  /** Documents that still hold something, and why. */
  left: { path: string; why: string }[];
}

export interface ErasureOptions {
  customerId: string;
  pseudonym: string;
  /** Additional names, which the records themselves do not give. */
  names?: readonly string[];
  isDryRun?: boolean;
  /** The database of what customers can see. */
  pages?: Firestore;
  /** Gets all names before anything changes: after an interruption, no record may hold them any more. */
  tell?: (names: readonly string[]) => void;
}

/** Every collection, wherever it lies: a new one is scanned from its first day. Of the team's list, the row goes as a whole. */
const collectionNames = [...Object.values(collections), 'entries'].filter((each) => each !== collections.customers);
/** Contacts last, and only if nothing is left: they say by which ids the next run finds the rest of the customer. */
const scanned = [...collectionNames.filter((each) => each !== collections.contacts), collections.contacts];
const pageSize = 300;
const atOnce = 20;
/** If somebody writes a document meanwhile, erasing it fails and is tried again. */
const mostTries = 3;

export async function eraseCustomer(db: Firestore, options: ErasureOptions): Promise<ErasureReport> {
  const listed = (await readList(db)).byId.get(options.customerId);
  const names = [...(options.names ?? []), ...(listed ? [listed.name, ...listed.aliases] : [])];
  const { tickets, ...found } = await findOwn(db, { ...options, names });
  options.tell?.(found.names);
  const { customerId, pseudonym } = options;
  const erasure: Erasure = { ...found, customerId, pseudonym };
  const report: ErasureReport = {
    pseudonym: options.pseudonym,
    names: [...found.names],
    tickets,
    notionPages: 0,
    cards: 0,
    read: 0,
    changed: {},
    left: [],
  };
  const shown = new Set<string>();
  const erase = async (document: QueryDocumentSnapshot): Promise<string | undefined> => {
    const name = document.ref.parent.id;
    try {
      const changed = await eraseDocument(document, erasure, options);
      if (changed) report.changed[name] = (report.changed[name] ?? 0) + 1;
      if (changed === 'in-notion') report.notionPages += 1;
      const cards: unknown[] = (name === collections.incidents && document.get('cards')) || [];
      // An interrupted run may have erased incidents without asking for their cards.
      if (cards.length > 0 && (changed || JSON.stringify(document.data()).includes(pseudonym))) {
        shown.add(document.id);
        report.cards += cards.length;
      }
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  };
  const failed: DocumentReference[] = [];
  const eraseAll = (query: Query) =>
    eachPage(query, async (documents) => {
      report.read += documents.length;
      const why = await mapConcurrently(documents, atOnce, erase);
      failed.push(...documents.flatMap(({ ref }, index) => (why[index] === undefined ? [] : [ref])));
    });
  await erasePage(db, options, report);
  for (const name of new Set(scanned)) {
    if (name === collections.contacts) await eraseFailed(failed, erase, report);
    if (name === collections.contacts && report.left.length > 0) return report;
    // Messages to others may name the customer, and so may their pages.
    if (name === collections.updates && options.pages) {
      await unlessRefused(eraseAll(options.pages.collection('pages')), 'NOT_FOUND');
    }
    await eraseAll(db.collectionGroup(name));
  }
  await eraseFailed(failed, erase, report);
  // Cards name contacts too, so they are edited once these are erased.
  if (!options.isDryRun) await askForEdits(db, shown);
  // Last, since the next run knows by it what else the customer is called.
  if (report.left.length === 0 && listed) {
    if (!options.isDryRun) await removeListed(db, customerId);
    report.changed[collections.customers] = 1;
  }
  return report;
}

/** Their own page goes, with all links to it. */
async function erasePage(db: Firestore, options: ErasureOptions, { changed }: ErasureReport): Promise<void> {
  const { customerId, pages, isDryRun } = options;
  const ref = db.collection(collections.customerPages).doc(pageIdOf(customerId));
  const record = (await ref.get()).data() as PageRecordOfCustomer | undefined;
  if (!record) return;
  changed[collections.customerPages] = 1;
  if (isDryRun) return;
  const opened = [...record.revoked, record.hash ?? []].flat();
  if (pages) await Promise.all(opened.map((each) => pages.collection('pages').doc(each).delete()));
  await ref.delete();
}

/** Retries failed documents in their current state. */
async function eraseFailed(
  failed: DocumentReference[],
  erase: (document: QueryDocumentSnapshot) => Promise<string | undefined>,
  { left }: ErasureReport,
): Promise<void> {
  for (const ref of failed.splice(0)) {
    let why: string | undefined;
    for (let tries = 1; tries < mostTries; tries += 1) {
      const document = await ref.get();
      why = document.exists ? await erase(document as QueryDocumentSnapshot) : undefined;
      if (why === undefined) break;
    }
    if (why !== undefined) left.push({ path: ref.path, why });
  }
}

/**
 * The customer's reports with their texts, the customer's names, and the IDs derived from theirs. Each may appear in other
 * documents.
 */
async function findOwn(db: Firestore, { customerId, pseudonym, names = [] }: ErasureOptions) {
  const known = new Set<string>(names);
  const ownIncidents = new Set<string>();
  const ownSignals = new Set<string>();
  const tickets = new Set<string>();
  const ids = new Map([[contactIdOf({ id: customerId }), contactIdOf({ id: pseudonym })]]);
  const isOwn = (value: unknown): boolean => value === customerId || value === pseudonym;
  const [ownContacts, othersContacts] = [new Set<string>(), new Set<string>()];
  // A customer may have acted in a tool by an account: `jira:<account id>`.
  const isTheirs = (whose: unknown): boolean =>
    typeof whose === 'string' && whose.replace(/^[a-z]+:/, '') === customerId;
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
    const { id, name, contactId, agent, agentName, actorNames } = value as Record<string, unknown>;
    const called = Object.entries((actorNames ?? {}) as Record<string, unknown>);
    // Slots name contacts as well, and no customer. One who was erased before holds no contact of others back.
    if (typeof contactId === 'string' && typeof id === 'string') {
      if (isOwn(id)) ownContacts.add(contactId);
      else if (!id.startsWith('erased-')) othersContacts.add(contactId);
    }
    for (const [whose, said] of [[id, name], [agent, agentName], ...called]) {
      if (isTheirs(whose) && typeof said === 'string' && said.trim() !== '') known.add(said);
    }
    for (const each of Object.values(value)) look(each);
  };
  await eachPage(db.collection(collections.signals), async (documents) => {
    for (const document of documents) {
      look(document.data());
      if (!isOwn(document.get('customer.id'))) continue;
      ownSignals.add(document.id);
      if (document.get('source') === 'ticket' && !document.get('drill'))
        tickets.add(`${document.get('tool')} ${document.get('sourceId')}`);
    }
  });
  await eachPage(db.collection(collections.incidents), async (documents) => {
    for (const document of documents) {
      look(document.data());
      if (isOwn(document.get('reporter.id'))) ownIncidents.add(document.id);
    }
  });
  await eachPage(db.collection(collections.drills), async (documents) => {
    for (const { id } of documents) ids.set(nameInDrill(id, customerId), nameInDrill(id, pseudonym));
  });
  const [words, others] = [new Set<string>(), new Set<string>()];
  const isTheirReport = (document: QueryDocumentSnapshot): boolean =>
    ownSignals.has(document.id) ||
    ownIncidents.has(document.id) ||
    ownIncidents.has(String(document.get('drill.from')));
  for (const [name, own] of [
    [collections.signals, ownSignals],
    [collections.incidents, ownIncidents],
  ] as const) {
    await eachPage(db.collection(name), async (documents) => {
      for (const document of documents) {
        const isTheirs = isTheirReport(document);
        if (isTheirs) own.add(document.id);
        const said = wordsOf(document.data(), { customerId, pseudonym, names: [], ownIncidents, ownSignals });
        for (const word of said) (isTheirs ? words : others).add(word);
      }
    });
  }
  await eachPage(db.collectionGroup(collections.contacts), async (documents) => {
    for (const document of documents) {
      look(document.data());
      const name: unknown = document.get('name');
      const customers = (document.get('customers') ?? []) as { id: string }[];
      if (customers.length !== 1 || customers[0]?.id !== customerId) continue;
      if (typeof name === 'string') known.add(name);
    }
  });
  known.delete(customerId);
  // A contact that some share keeps its id until the last of them goes.
  const contactIds = new Map(
    [...ownContacts].map((each) => [each, othersContacts.has(each) ? each : pseudonym] as const),
  );
  for (const [contactId, becomes] of contactIds) {
    if (contactId === becomes) continue;
    ids.set(contactIdOf({ id: customerId, contactId }), contactIdOf({ id: pseudonym, contactId: becomes }));
  }
  return {
    names: longestFirst(known),
    words: longestFirst(words),
    labels: new Set([...words].filter((each) => !others.has(each))),
    ids,
    contactIds,
    ownIncidents,
    ownSignals,
    tickets: [...tickets].sort(),
  };
}

const longestFirst = (texts: ReadonlySet<string>): string[] =>
  [...texts].sort((one, other) => other.length - one.length);

/** @returns whether there was something, and whether Notion has it too */
async function eraseDocument(
  document: QueryDocumentSnapshot,
  erasure: Erasure,
  { isDryRun = false }: ErasureOptions,
): Promise<boolean | 'in-notion'> {
  const before = document.data();
  // A document does not always hold its own id.
  const { ownIncidents, ownSignals } = erasure;
  const isRecord = ownSignals.has(document.id) || ownIncidents.has(document.id);
  const isBelow = ownIncidents.has(document.ref.parent.parent?.id ?? '');
  const within = isRecord ? { ...before, id: document.id } : before;
  const after = eraseValue(within, erasure, isBelow) as Record<string, unknown>;
  const isChanged = (key: string): boolean => !isDeepStrictEqual(after[key], before[key]);
  if (!Object.keys(after).some(isChanged)) return false;
  // Search fields contain names, so they are rebuilt.
  if (document.ref.parent.id === collections.incidents)
    Object.assign(after, derivedFrom(fromDocument<Incident>(after), document.updateTime.toDate()));
  // A contact is called as the first of its customers who has a name, unless it has one of its own.
  if (before.name !== undefined && before.name === nameOf((before.customers ?? []) as Customer[])) {
    const name = nameOf(after.customers as Customer[]);
    if (name === undefined) delete after.name;
    else after.name = name;
  }
  const changed = Object.keys({ ...before, ...after }).filter(isChanged);
  if (isDryRun) return true;
  // It may have been written meanwhile; the next run or try finds its current state.
  const fields = changed.flatMap((key) => [new FieldPath(key), key in after ? after[key] : FieldValue.delete()]);
  const batch = document.ref.firestore.batch();
  const renamed = erasure.ids?.get(document.id);
  if (renamed === undefined)
    batch.update(document.ref, ...(fields as [FieldPath, unknown]), { lastUpdateTime: document.updateTime } as never);
  else {
    batch.delete(document.ref, { lastUpdateTime: document.updateTime });
    batch.set(document.ref.parent.doc(renamed), after);
  }
  // The same commit asks for a rewrite of its page in Notion.
  const page = inNotion.includes(document.ref.parent.id) ? await findPage(document) : undefined;
  if (page) batch.update(page.ref, page.fields, { lastUpdateTime: page.updateTime });
  await batch.commit();
  return page ? 'in-notion' : true;
}

/** Records of these collections have pages in Notion. */
const inNotion: readonly string[] = [collections.incidents, collections.actions];

/** The page of a record, and what makes it wait: another version than any that it was written for. */
async function findPage({ id, ref }: QueryDocumentSnapshot) {
  const page = await ref.firestore.collection(collections.notionPages).doc(id).get();
  if (!page.exists || !page.updateTime) return undefined;
  const { changedAt } = fromDocument<PageRecord>(page.data());
  const fields = { version: 'erased', delivery: toBeWritten(changedAt) };
  return { ref: page.ref, updateTime: page.updateTime, fields };
}

async function eachPage(query: Query, work: (documents: QueryDocumentSnapshot[]) => Promise<void>): Promise<void> {
  const ordered = query.orderBy(FieldPath.documentId()).limit(pageSize);
  let last: QueryDocumentSnapshot | undefined;
  for (;;) {
    const page = await (last ? ordered.startAfter(last) : ordered).get();
    await work(page.docs);
    last = page.docs.at(-1);
    if (page.size < pageSize) return;
  }
}
