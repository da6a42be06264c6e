/** Opens a bundle for reading: a draft as it now is, a held one as it was held. */
import type { Policy } from '../policy.ts';
import { assemble } from './assemble.ts';
import { type BundleSlice, readBundle, readBundleDocument } from './store.ts';
import type { Week } from './week.ts';

/** A small draft is assembled anew for whoever reads it; of a large one, what is a minute old will do. */
const smallEntries = 500;
const freshMs = 60_000;

/** @returns undefined when that week has no bundle */
export async function openBundle(
  week: Week,
  range: { from: number; limit: number },
  policy: Policy,
  now: Date,
): Promise<BundleSlice | undefined> {
  const known = await readBundleDocument(week.id);
  if (!known) return undefined;
  const isStale = known.entryCount <= smallEntries || now.getTime() - known.assembledAt.getTime() > freshMs;
  if (known.state === 'draft' && isStale && range.from === 0) {
    await assemble(week, { policy, now, isAnnounced: false, isQuietWhenSame: true });
  }
  return readBundle(week.id, range.from, range.limit);
}

/** A bundle unwrapped, as the API answers it; what is about its making stands before all it says. */
export function presentBundle(slice: BundleSlice, nextPageToken: string | undefined): Record<string, unknown> {
  const { document, head, entries, carriedIncidents } = slice;
  const { id, period, ...rest } = head;
  return {
    id,
    state: document.state,
    period,
    assembledAt: document.assembledAt,
    ...(document.heldAt ? { heldAt: document.heldAt, heldBy: document.heldBy } : {}),
    entryCount: document.entryCount,
    carriedCount: document.carriedCount,
    ...rest,
    carriedIncidents,
    entries,
    ...(nextPageToken ? { nextPageToken } : {}),
  };
}

const prefix = 'entries:';

export function writeToken(from: number): string {
  return Buffer.from(`${prefix}${from}`).toString('base64url');
}

/** @returns where the page begins; undefined when the token is not one of a bundle's */
export function readToken(token: string | undefined): number | undefined {
  if (token === undefined) return 0;
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const from = text.startsWith(prefix) ? Number(text.slice(prefix.length)) : Number.NaN;
  return Number.isSafeInteger(from) && from >= 0 ? from : undefined;
}
