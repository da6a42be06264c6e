/** Writes to Notion what waits, the newest first, one run at a time under a lease; the next minute's run continues. */
import type { Client } from '@notionhq/client';
import type { ExportSource } from '../../incidents/views/exported.ts';
import type { Way } from '../../platform/call.ts';
import { now } from '../../platform/clock.ts';
import { readConfig } from '../../platform/config.ts';
import { type Limits, type Outcome, settled } from '../../platform/delivery.ts';
import { TemporaryFailure } from '../../platform/failures.ts';
import { allOf } from '../../platform/firestore.ts';
import { attempt } from '../../platform/ledger.ts';
import { errorFacts, type Facts, log } from '../../platform/log.ts';
import { milliseconds, policy } from '../../policy.ts';
import { call, connectNotion, Trouble } from './connect.ts';
import type { Databases, NotionState, PageRecord, StopReason } from './page-records.ts';
import { databasesOf, pageRecordRef, stateRef, waiting } from './page-records.ts';
import { readSources } from './sources.ts';
import { Writer } from './write-page.ts';

const pageSize = 50;
const limits: Limits = {
  // Longer than a run and its last request.
  leaseMs: 90_000,
  giveUpAfterMs: Number.POSITIVE_INFINITY,
  longestWaitMs: milliseconds(policy.outgoing.notion.askAgain.latest),
};
/** Retry limits for a page that Notion rejects. */
const pageLimits: Limits = { ...limits, longestWaitMs: 3_600_000 };
const firstRetryMs = 60_000;

type LoadSource = () => Promise<ExportSource>;

export async function syncNotion(way: Way, loadSource: LoadSource): Promise<void> {
  const config = readConfig();
  const { NOTION_TOKEN: token, NOTION_API_URL: address } = config;
  const databases = databasesOf(config);
  if (databases === undefined) return;
  try {
    await attempt<NotionState>(stateRef(), {
      limits,
      facts: { tool: 'notion' },
      isOver: () => false,
      send: async (state) => {
        if (databases === 'wrong') return stopped(state, 0, { kind: 'databases', code: null });
        if (!token) return stopped(state, 0, { kind: 'token', code: null });
        return run(state, connectNotion(token, address, way), databases, loadSource);
      },
    });
  } catch (error) {
    // The next minute's run tries again.
    if (!(error instanceof TemporaryFailure)) throw error;
  }
}

async function run(state: NotionState, client: Client, databases: Databases, loadSource: LoadSource): Promise<Outcome> {
  let written = 0;
  try {
    const writer = new Writer(client, await loadSource(), await readSources(client, databases, state));
    // In real time: a run must end within the function's timeout.
    const endsAt = performance.now() + milliseconds(policy.outgoing.notion.runFor);
    const isOver = (): boolean => performance.now() > endsAt;
    while (!isOver()) {
      const found = await waiting(now()).orderBy('delivery.retryAt', 'desc').limit(pageSize).get();
      const records = allOf<PageRecord>(found);
      await writer.seek(records);
      for (const record of records) {
        if (isOver()) break;
        // It was already written, because of a record that belongs to it.
        if (record.delivery.state === 'delivered') continue;
        if (await writeOne(client, writer, record)) written += 1;
      }
      if (found.size < pageSize) break;
    }
  } catch (error) {
    if (!(error instanceof Trouble)) return stopped(state, written, { kind: 'failed', code: null }, errorFacts(error));
    if (error.kind === 'rest') return { kind: 'retry', why: error.message, until: error.until, fields: running() };
    return stopped(state, written, { kind: stopReasonOf(error), code: error.code ?? null }, { error: error.message });
  }
  log('INFO', 'wrote to Notion', { tool: 'notion', written });
  return { kind: 'delivered', fields: running() };
}

/** The pages written so far are correct. */
const running = () => ({ trouble: null, failedSince: null, syncedAt: now() });

const stopReasonOf = ({ kind }: Trouble): StopReason =>
  kind === 'refused' || kind === 'gone' || kind === 'away' ? kind : 'failed';

/** @param facts for the log, and in no more detail than `call` lets through */
function stopped(state: NotionState, written: number, trouble: NotionState['trouble'], facts: Facts = {}): Outcome {
  const at = now();
  const failedSince = (written === 0 && state.failedSince) || at;
  log('WARNING', 'Notion takes nothing for now', { tool: 'notion', written, ...trouble, ...facts });
  return {
    kind: 'retry',
    why: `Notion takes nothing for now: ${trouble?.code ?? trouble?.kind}`,
    until: askAgainAt(failedSince, at),
    fields: { trouble, failedSince, ...(written > 0 ? { syncedAt: at } : {}) },
  };
}

/** The longer the failure lasts, the less often Notion is called. */
function askAgainAt(failedSince: Date, at: Date): Date {
  const { soonest, latest } = policy.outgoing.notion.askAgain;
  const lastedMs = at.getTime() - failedSince.getTime();
  return new Date(at.getTime() + Math.min(Math.max(lastedMs, milliseconds(soonest)), milliseconds(latest)));
}

/** A rejected page holds up no other page. @throws Trouble that is not about this page */
async function writeOne(client: Client, writer: Writer, record: PageRecord): Promise<boolean> {
  try {
    await writer.write(record);
    return true;
  } catch (error) {
    if (!(error instanceof Trouble) || error.kind === 'rest' || error.kind === 'refused') throw error;
    // Whether Notion answers at all.
    if (error.kind === 'away') await call(() => client.users.me({}));
    const { attempts } = record.delivery;
    const waitMs = Math.min(firstRetryMs * 2 ** Math.min(attempts, 10), pageLimits.longestWaitMs);
    const outcome: Outcome = { kind: 'retry', why: error.message, until: new Date(now().getTime() + waitMs) };
    const tried = { ...record.delivery, attempts: attempts + 1 };
    const { delivery } = settled(tried, outcome, now(), pageLimits, record.id);
    await pageRecordRef(record.id).update({ delivery });
    const facts = { tool: 'notion', recordId: record.id, error: error.message };
    log('WARNING', 'Notion did not take a page; it is tried again', facts);
    return false;
  }
}
