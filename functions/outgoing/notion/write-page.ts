/**
 * Writes a record's page: finds it by the record's id or makes it, and sends what has changed since it was written last. What it
 * belongs to is written before it. Relations are written from the side that has one, so no list of them grows too long; a week's
 * page takes a hundred records of a kind, and the further ones belong to its next page.
 */
import { FieldValue } from '@google-cloud/firestore';
import type { Client } from '@notionhq/client';
import { optional } from '../../incidents/incident.ts';
import type { Exported, ExportKind, ExportSource } from '../../incidents/views/exported.ts';
import { now } from '../../platform/clock.ts';
import { newDelivery } from '../../platform/delivery.ts';
import { countOf, dataOf, firestore, fromDocument } from '../../platform/firestore.ts';
import { policy } from '../../policy.ts';
import { call, callAgain, Trouble } from './connect.ts';
import { newPageRecord, type PageRecord, pageRecordRef, pageRecords, readPageRecord } from './page-records.ts';
import type { Source, Sources } from './sources.ts';
import { blocksOf, idKey, markOf, type NotionValue, valueMark, valuesOf } from './values.ts';
import { allMarks, writeBody } from './write-body.ts';

interface FoundProperty {
  id: string;
  rich_text?: { plain_text: string }[];
}

const mostSought = 50;

export class Writer {
  readonly #client: Client;
  readonly #records: ExportSource;
  readonly #sources: Sources;
  /** How many records of a kind are on a week's page, by place. */
  readonly #taken = new Map<string, number>();
  /** Records read in this run: a page written for another record's sake is not overwritten with an older state. */
  readonly #held = new Map<string, PageRecord>();

  constructor(client: Client, records: ExportSource, sources: Sources) {
    this.#client = client;
    this.#records = records;
    this.#sources = sources;
  }

  /** Finds the pages of those that have none yet, as far as is known here: a page is made once. @throws Trouble */
  async seek(records: readonly PageRecord[]): Promise<void> {
    for (const record of records) this.#held.set(record.id, record);
    const lacking = records.filter((each) => !this.#pageOf(each));
    for (const [kind, of] of Map.groupBy(lacking, (each) => each.kind)) {
      for (let at = 0; at < of.length; at += mostSought) await this.#seekSome(kind, of.slice(at, at + mostSought));
    }
  }

  async #seekSome(kind: ExportKind, records: readonly PageRecord[]): Promise<void> {
    const found = await this.#query(kind, records, false);
    const lacking = records.filter(({ id }) => !found.has(id));
    // A page in the trash is the record's page too: without this look, a second one would be made.
    const trashed = lacking.length > 0 ? await this.#query(kind, lacking, true) : found;
    for (const record of records) {
      const page = found.get(record.id) ?? trashed.get(record.id);
      forget(record);
      record.dataSourceId = this.#sources[kind].id;
      if (page) record.pageId = page.id;
    }
  }

  /** @returns pages by the ids of their records */
  async #query(kind: ExportKind, records: readonly PageRecord[], isInTrash: boolean) {
    const { id: dataSourceId, properties } = this.#sources[kind];
    const property = properties[idKey] ?? idKey;
    const filters = records.map(({ id }) => ({ property, rich_text: { equals: id } }));
    const { results } = await call(() =>
      this.#client.dataSources.query({
        data_source_id: dataSourceId,
        filter: (filters.length === 1 ? filters[0] : { or: filters }) as never,
        // If people have copied the page, the oldest one is ours.
        sorts: [{ timestamp: 'created_time', direction: 'ascending' }],
        page_size: 100,
        ...(isInTrash ? { in_trash: true } : {}),
      }),
    );
    return new Map(results.toReversed().map((page) => [idIn(page, property), page] as const));
  }

  /** The page's place in the data sources as now configured. */
  #pageOf({ kind, dataSourceId, pageId }: PageRecord): string | undefined {
    return dataSourceId === this.#sources[kind].id ? pageId : undefined;
  }

  /** @param record as it was sought @throws Trouble */
  async write(record: PageRecord): Promise<void> {
    const read = await this.#records.read(record.kind, record.weekId ?? record.id, now());
    const exported = read && record.weekId ? furtherPage(read, record.id) : read;
    if (!exported) return settle(record);
    for (let round = 0; ; round += 1) {
      const related = await this.#relate(record, exported);
      try {
        await this.#upsert(record, exported, related);
        break;
      } catch (error) {
        const isGone = error instanceof Trouble && error.kind === 'gone' && round === 0;
        if (!isGone || !(await this.#bringBack(record, error.id))) throw error;
      }
    }
    await settle(record);
    if (record.kind === 'postmortems' && !record.weekId) await this.#writeFurther(record.id);
  }

  /** Recreates a deleted page, and restores one from the trash. @returns whether it was one of ours */
  async #bringBack(record: PageRecord, id: string | undefined): Promise<boolean> {
    if (id === undefined || id === record.pageId) {
      forget(record);
      return true;
    }
    const found = await pageRecords().where('pageId', '==', id).limit(1).get();
    const other = dataOf<PageRecord>(found.docs[0]);
    if (!other) return false;
    try {
      await this.#takeOut(id);
    } catch (error) {
      if (!(error instanceof Trouble) || error.kind !== 'gone') throw error;
      delete other.pageId;
      await pageRecordRef(other.id).set(other);
    }
    return true;
  }

  async #upsert(record: PageRecord, exported: Exported, related: Record<string, string[]>): Promise<void> {
    const source = this.#sources[record.kind];
    const values = valuesOf(exported, record.id, related);
    const marks = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, valueMark(value)]));
    const blocks = blocksOf(exported.lines);
    const body = blocks.map(markOf);
    const pageId = this.#pageOf(record);
    if (!pageId) {
      if (blocks.length > 0) await noteTry(record, body);
      const page = await callAgain(() =>
        this.#client.pages.create({
          parent: { type: 'data_source_id', data_source_id: source.id },
          properties: named(source, values),
          ...(blocks.length > 0 ? { children: blocks } : {}),
        } as never),
      );
      Object.assign(record, { pageId: page.id, dataSourceId: source.id });
    } else {
      const changed = Object.entries(values).filter(([key]) => record.written?.[key] !== marks[key]);
      const isOther = record.tried || record.body?.join() !== body.join();
      const written = allMarks([record.body ?? [], record.tried ?? []]);
      const keys = changed.map(([key]) => key);
      if (changed.length > 0 || isOther) await noteTry(record, isOther ? body : undefined, keys);
      if (changed.length > 0) {
        const properties = named(source, Object.fromEntries(changed));
        const update = () => this.#client.pages.update({ page_id: pageId, properties } as never);
        await this.#onPage(pageId, () => callAgain(update));
      }
      if (isOther) await this.#onPage(pageId, () => writeBody(this.#client, pageId, written, blocks));
    }
    Object.assign(record, { written: marks, body });
    delete record.tried;
  }

  /** Restores a page from the trash, with everything that people wrote there. */
  async #onPage(pageId: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Trouble) || error.kind !== 'trash') throw error;
      await this.#takeOut(pageId);
      await work();
    }
  }

  #takeOut(pageId: string): Promise<unknown> {
    return callAgain(() => this.#client.pages.update({ page_id: pageId, in_trash: false }));
  }

  async #relate(record: PageRecord, { kind, weekId, incidentId }: Exported): Promise<Record<string, string[]>> {
    if (kind === 'postmortems') return {};
    const week = weekId ? await this.#ensure('postmortems', await this.#placeOf(record, weekId), weekId) : undefined;
    const related = { week: week ? [week] : [] };
    if (kind !== 'actions') return related;
    const incident = incidentId ? await this.#ensure('incidents', incidentId) : undefined;
    return { ...related, incident: incident ? [incident] : [] };
  }

  /** Its place stays its own. @returns the id of the week's page that it belongs to */
  async #placeOf(record: PageRecord, weekId: string): Promise<string> {
    const [known] = record.place?.split(' ') ?? [];
    if (known?.split('#')[0] === weekId) return known;
    for (let number = 1; ; number += 1) {
      const id = number === 1 ? weekId : `${weekId}#${number}`;
      const place = `${id} ${record.kind}`;
      const taken = this.#taken.get(place) ?? (await countOf(pageRecords().where('place', '==', place)));
      this.#taken.set(place, taken);
      if (taken >= policy.outgoing.notion.mostRelations) continue;
      this.#taken.set(place, taken + 1);
      record.place = place;
      return id;
    }
  }

  /** @returns where the page is; undefined for a record that does not leave */
  async #ensure(kind: ExportKind, id: string, weekId?: string): Promise<string | undefined> {
    const known = this.#held.get(id) ?? (await readPageRecord(id)) ?? newPageRecord(kind, id, now());
    const there = this.#pageOf(known);
    if (there) return there;
    if (weekId && weekId !== id) known.weekId = weekId;
    await this.seek([known]);
    await this.write(known);
    return known.pageId;
  }

  async #writeFurther(weekId: string): Promise<void> {
    const found = await pageRecords().where('weekId', '==', weekId).get();
    for (const document of found.docs) {
      const record = this.#held.get(document.id) ?? fromDocument<PageRecord>(document.data());
      await this.seek([record]);
      await this.write(record);
    }
  }
}

/** A week's further page says which it is, and leaves the numbers to the first. */
function furtherPage(week: Exported, id: string): Exported {
  const kept = ['period', 'number', 'status', 'link'];
  const entries = Object.entries(week.fields).map(([key, value]) => [key, kept.includes(key) ? value : null]);
  const fields = Object.fromEntries(entries);
  return { ...week, title: `${week.title}(${id.split('#')[1]})`, fields, lines: [] } as unknown as Exported;
}

/** Values by the ids of their properties; what people have taken away is left out. */
const named = ({ properties }: Source, values: Record<string, NotionValue>): Record<string, NotionValue> =>
  Object.fromEntries(Object.entries(properties).flatMap(([key, id]) => (values[key] ? [[id, values[key]]] : [])));

const idIn = (page: unknown, propertyId: string): string | undefined =>
  Object.values((page as { properties?: Record<string, FoundProperty> }).properties ?? {})
    .find(({ id }) => id === propertyId)
    ?.rich_text?.map((each) => each.plain_text)
    .join('');

function forget(record: PageRecord): void {
  delete record.pageId;
  delete record.written;
  delete record.body;
}

/**
 * Recorded before sending. Otherwise, after a lost answer or a crash, our own blocks would be taken for people's, and a value
 * that changed back would not be sent.
 */
async function noteTry(record: PageRecord, marks: readonly string[] | undefined, keys: readonly string[] = []) {
  if (marks) record.tried = allMarks([record.tried ?? [], marks]);
  for (const key of keys) delete record.written?.[key];
  const { id, kind, changedAt, tried } = record;
  const written = keys.length > 0 ? Object.fromEntries(keys.map((key) => [key, FieldValue.delete()])) : undefined;
  const doubt = { ...optional('written', written), ...optional('tried', tried) };
  await pageRecordRef(id).set({ id, kind, changedAt, ...doubt }, { merge: true });
}

/** It no longer waits, unless it changed again since this run took it. */
async function settle(record: PageRecord): Promise<void> {
  const ref = pageRecordRef(record.id);
  const delivery = newDelivery(now(), { state: 'delivered' });
  await firestore().runTransaction(async (transaction) => {
    const current = dataOf<PageRecord>(await transaction.get(ref));
    const isNewer = current !== undefined && current.version !== record.version;
    const newer = isNewer ? { changedAt: current.changedAt, version: current.version, delivery: current.delivery } : {};
    transaction.set(ref, { ...record, delivery, ...newer });
  });
  record.delivery = delivery;
}
