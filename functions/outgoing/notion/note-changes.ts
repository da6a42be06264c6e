/** Notes every minute which records changed and wait for Notion. Without changes it costs a handful of reads. */
import { type ChangedRecord, type ExportKind, type ExportSource, exportKinds } from '../../incidents/views/exported.ts';
import { readConfig } from '../../platform/config.ts';
import { dataOf, firestore } from '../../platform/firestore.ts';
import { log } from '../../platform/log.ts';
import { publish } from '../../platform/publish.ts';
import { milliseconds, policy } from '../../policy.ts';
import { topics } from '../../topology.ts';
import * as pages from './page-records.ts';

/** The number noted in one minute; the next minute takes the rest. */
const mostNoted = 3_000;

export async function noteChanges(now: Date, loadSource: () => Promise<ExportSource>): Promise<void> {
  const databases = pages.databasesOf(readConfig());
  if (databases === 'wrong') log('ERROR', pages.databasesForm, {});
  if (databases === undefined || databases === 'wrong') return;
  const state = await stateOf(databases, now);
  const source = await loadSource();
  let noted = 0;
  for (const kind of exportKinds) noted += await noteKind(source, kind, state, mostNoted - noted);
  if (noted > 0) log('INFO', 'records wait for Notion', { noted });
  if (state.delivery.retryAt && state.delivery.retryAt > now) return;
  if ((await pages.waiting(now).limit(1).get()).empty) return;
  await publish(topics.outgoing, { sync: 'notion' });
}

/** New data sources contain nothing yet. */
async function stateOf(databases: pages.Databases, now: Date): Promise<pages.NotionState> {
  const known = await pages.readState();
  if (known && exportKinds.every((kind) => known.databases[kind] === databases[kind])) return known;
  const state = pages.newState(databases, now);
  await pages.stateRef().set(state);
  return state;
}

/** @returns how many were noted */
async function noteKind(source: ExportSource, kind: ExportKind, state: pages.NotionState, most: number) {
  const seen = state.seenUpTo[kind];
  // Looks back a little, since a commit may follow its decision by a moment.
  const from = seen ? new Date(seen.getTime() - milliseconds(policy.outgoing.notion.overlap)) : new Date(0);
  let latest = seen;
  let noted = 0;
  for await (const page of source.changedSince(kind, from)) {
    noted += await note(page, state.databases[kind]);
    for (const { changedAt } of page) if (!latest || changedAt > latest) latest = changedAt;
    if (noted >= most) break;
  }
  if (latest && latest.getTime() !== seen?.getTime()) {
    state.seenUpTo[kind] = latest;
    await pages.stateRef().update({ [`seenUpTo.${kind}`]: latest });
  }
  return noted;
}

async function note(found: readonly ChangedRecord[], dataSourceId: string): Promise<number> {
  const documents = await firestore().getAll(...found.map(({ id }) => pages.pageRecordRef(id)));
  const batch = firestore().batch();
  let noted = 0;
  found.forEach(({ kind, id, changedAt, version }, index) => {
    const known = dataOf<pages.PageRecord>(documents[index]);
    if (known && !isNews(known, version, dataSourceId)) return;
    noted += 1;
    // Another record may be causing the page's creation right now: keep what is known of it.
    const stale = { changedAt, delivery: pages.toBeWritten(changedAt) };
    const record = known ? stale : pages.newPageRecord(kind, id, changedAt);
    batch.set(pages.pageRecordRef(id), { ...record, version }, { merge: true });
  });
  if (noted > 0) await batch.commit();
  return noted;
}

function isNews(known: pages.PageRecord, version: string, dataSourceId: string): boolean {
  if (known.version !== version) return true;
  const isElsewhere = known.dataSourceId !== undefined && known.dataSourceId !== dataSourceId;
  return isElsewhere && known.delivery?.retryAt === null;
}
