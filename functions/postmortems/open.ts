/** Opens a bundle for reading: a draft as it now is, a held one as it was held. Reading stores nothing. */
import type { Context } from '../incidents/facts/decision.ts';
import { assembleBundle } from './bundle.ts';
import { gatherInputs } from './gather.ts';
import {
  type BundlePage,
  type BundleSlice,
  carriedAtOnce,
  readBundle,
  readBundleDocument,
  readMeeting,
} from './store.ts';
import type { Week } from './week.ts';

/** A draft with at most this many entries is composed for each reader; a larger one is shown as last assembled. */
const mostComposed = 500;

export const firstPage: BundlePage = { from: 0, limit: 200, carriedFrom: 0 };
/** All of it at once. */
export const wholeBundle: BundlePage = { ...firstPage, limit: Infinity, carriedLimit: Infinity };

/** @returns undefined when that week has no bundle */
export async function openBundle(week: Week, page: BundlePage, { policy, now }: Pick<Context, 'policy' | 'now'>) {
  const known = await readBundleDocument(week.id);
  if (!known) return undefined;
  if (known.state === 'held' || known.entryCount > mostComposed) return readBundle(week.id, page);
  const { from, limit, carriedFrom, carriedLimit = carriedAtOnce } = page;
  const [inputs, meeting] = await Promise.all([gatherInputs(week, policy, now), readMeeting(week.id)]);
  const { bundle, summary } = assembleBundle(inputs);
  const { entries, carriedIncidents, ...head } = bundle;
  const { aggregates, alarms, policyVersion } = bundle;
  const counts = { entryCount: entries.length, carriedCount: carriedIncidents.length };
  return {
    page,
    meeting,
    document: { ...known, ...counts, aggregates, alarms, policyVersion, summary, assembledAt: now },
    head: asStored(head),
    entries: asStored(entries.slice(from, from + limit)),
    carriedIncidents: asStored(carriedIncidents.slice(carriedFrom, carriedFrom + carriedLimit)),
  };
}

/** In the stored form, so that readers see one form. */
const asStored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The next page, if there are further entries or carried incidents. */
export function pageAfter({ document, page }: BundleSlice): BundlePage | undefined {
  const next = { ...page, from: page.from + page.limit, carriedFrom: page.carriedFrom + carriedAtOnce };
  return document.entryCount > next.from || document.carriedCount > next.carriedFrom ? next : undefined;
}

/** A bundle unwrapped, as the API answers it; facts about its making come first. */
export function presentBundle(slice: BundleSlice): Record<string, unknown> {
  const next = pageAfter(slice);
  const { document, meeting, head, entries, carriedIncidents } = slice;
  const { id, period, ...rest } = head;
  return {
    id,
    state: document.state,
    ...(document.number ? { number: document.number } : {}),
    period,
    assembledAt: document.assembledAt,
    ...(document.heldAt ? { heldAt: document.heldAt, heldBy: document.heldBy } : {}),
    entryCount: document.entryCount,
    carriedCount: document.carriedCount,
    ...rest,
    answers: meeting.answers,
    attendance: meeting.attendance ?? null,
    skipped: meeting.skipped?.items ?? [],
    skippedCount: meeting.skipped?.total ?? 0,
    carriedIncidents,
    entries,
    ...(next ? { nextPageToken: writeToken(next) } : {}),
  };
}

export const writeToken = ({ from, carriedFrom }: BundlePage): string =>
  Buffer.from(`entries:${from},carried:${carriedFrom}`).toString('base64url');

/** @returns where the page begins; undefined when the token is not one of a bundle's */
export function readToken(token: string | undefined): Omit<BundlePage, 'limit'> | undefined {
  if (token === undefined) return { from: 0, carriedFrom: 0 };
  const form = /^entries:(\d{1,9})(?:,carried:(\d{1,9}))?$/;
  const match = form.exec(Buffer.from(token, 'base64url').toString('utf8'));
  return match ? { from: Number(match[1]), carriedFrom: Number(match[2] ?? 0) } : undefined;
}
