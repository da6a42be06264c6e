/**
 * Writes to Notion what waits, the newest first, for as long as a run may take; the next minute's goes on. One run at a time:
 * whoever writes has a lease. Where Notion takes nothing, everything stays as it waits.
 */
import type { ExportSource } from '../../incidents/exported.ts';
import type { Way } from '../../platform/call.ts';
import { now } from '../../platform/clock.ts';
import { readConfig } from '../../platform/config.ts';
import { firestore, fromDocument } from '../../platform/firestore.ts';
import { log } from '../../platform/log.ts';
import { milliseconds, policy } from '../../policy.ts';
import { call, connectNotion, Trouble } from './connect.ts';
import { databasesOf } from './databases.ts';
import {
  type NotionState,
  type PageRecord,
  pageRecordRef,
  type StopReason,
  stateRef,
  waiting,
} from './page-records.ts';
import { readSources } from './sources.ts';
import { Writer } from './write-page.ts';

const pageSize = 50;
/** Longer than a run and its last request. */
const leaseMs = 90_000;
const firstRetryMs = 60_000;
const lastRetryMs = 3_600_000;

export async function syncNotion(way: Way, loadSource: () => Promise<ExportSource>): Promise<void> {
  const config = readConfig();
  const databases = databasesOf(config);
  if (databases === undefined) return;
  const state = await claim();
  if (!state) return;
  if (databases === 'wrong' || !config.NOTION_TOKEN) {
    await release(state, { written: 0, trouble: { kind: databases === 'wrong' ? 'databases' : 'token', code: null } });
    return;
  }
  const client = connectNotion(config.NOTION_TOKEN, config.NOTION_API_URL, way);
  let written = 0;
  try {
    const writer = new Writer(client, await loadSource(), await readSources(client, databases, state));
    const isOver = deadline();
    while (!isOver()) {
      const found = await waiting().orderBy('waitingSince', 'desc').limit(pageSize).get();
      const records = found.docs.map((each) => fromDocument<PageRecord>(each.data()));
      await writer.seek(records);
      for (const record of records) {
        if (isOver()) break;
        // It was written already, on account of one that belongs to it.
        if (record.waitingSince === null) continue;
        if (await writeOne(writer, record, () => call(() => client.users.me({})))) written += 1;
      }
      if (found.size < pageSize) break;
    }
    await release(state, { written });
  } catch (error) {
    if (!(error instanceof Trouble)) {
      await release(state, { written, trouble: { kind: 'failed', code: null } });
      throw error;
    }
    await release(state, {
      written,
      ...(error.until ? { restsUntil: error.until } : {}),
      ...(error.kind === 'rest' ? {} : { trouble: { kind: stopReasonOf(error), code: error.code ?? null } }),
      why: error.message,
    });
  }
}

/** By real time: a run ends within the function's own time. */
function deadline(): () => boolean {
  const startedAt = performance.now();
  const forMs = milliseconds(policy.outgoing.notion.runFor);
  return () => performance.now() - startedAt > forMs;
}

/** @returns the state as it is while we write; undefined while another does, or Notion takes nothing */
async function claim(): Promise<NotionState | undefined> {
  return firestore().runTransaction(async (transaction) => {
    const document = await transaction.get(stateRef());
    if (!document.exists) return undefined;
    const state = fromDocument<NotionState>(document.data());
    const at = now();
    if (state.leasedUntil && state.leasedUntil > at) return undefined;
    if (state.restsUntil && state.restsUntil > at) return undefined;
    transaction.update(stateRef(), { leasedUntil: new Date(at.getTime() + leaseMs) });
    return state;
  });
}

const stopReasonOf = ({ kind }: Trouble): StopReason =>
  kind === 'refused' || kind === 'gone' ? kind : kind === 'away' ? 'away' : 'failed';

interface Run {
  written: number;
  trouble?: NotionState['trouble'];
  /** Notion's own word for when it may be asked again. */
  restsUntil?: Date | null;
  /** For the log, and in no more detail than `call` lets through. */
  why?: string;
}

async function release(state: NotionState, { written, trouble = null, restsUntil = null, why }: Run): Promise<void> {
  const at = now();
  const failedSince = trouble && ((written === 0 && state.failedSince) || at);
  await stateRef().update({
    leasedUntil: null,
    restsUntil: restsUntil ?? (failedSince && askAgainAt(failedSince, at)),
    trouble,
    failedSince,
    ...(trouble === null || written > 0 ? { syncedAt: at } : {}),
  });
  const facts = { tool: 'notion', written };
  if (trouble) log('WARNING', 'Notion takes nothing for now', { ...facts, ...trouble, error: why });
  else log('INFO', 'wrote to Notion', facts);
}

/** The longer it lasts, the more seldom it is asked. */
function askAgainAt(failedSince: Date, at: Date): Date {
  const { soonest, latest } = policy.outgoing.notion.askAgain;
  const lastedMs = at.getTime() - failedSince.getTime();
  return new Date(at.getTime() + Math.min(Math.max(lastedMs, milliseconds(soonest)), milliseconds(latest)));
}

/**
 * A page that Notion does not take holds up no other: it comes again later.
 * @param ask whether Notion answers at all
 * @throws Trouble where it is no matter of this page
 */
async function writeOne(writer: Writer, record: PageRecord, ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await writer.write(record);
    return true;
  } catch (error) {
    if (!(error instanceof Trouble) || error.kind === 'rest' || error.kind === 'refused') throw error;
    if (error.kind === 'away') await ask();
    const waitMs = Math.min(firstRetryMs * 2 ** Math.min(record.tries, 10), lastRetryMs);
    await pageRecordRef(record.id).update({
      waitingSince: null,
      retryAt: new Date(now().getTime() + waitMs),
      tries: record.tries + 1,
      error: error.message,
    });
    log('WARNING', 'Notion did not take a page; it is tried again', {
      tool: 'notion',
      recordId: record.id,
      error: error.message,
    });
    return false;
  }
}
