/** The connection to Notion: the official client, kept within Notion's pace, and what becomes of it in one word. */
import { Client, isHTTPResponseError, RequestTimeoutError } from '@notionhq/client';
import { NoAnswer, type Way } from '../../platform/call.ts';
import { now, pause } from '../../platform/clock.ts';
import { PerEnvironment } from '../../platform/environment.ts';
import { milliseconds, policy } from '../../policy.ts';
import { guardedFetch } from '../guarded-fetch.ts';

/** Data sources, positions of blocks and `in_trash` are of this version. */
const notionVersion = '2026-03-11';

/** @param address Notion's own where it is undefined; with or without `/v1` */
export function connectNotion(token: string, address: string | undefined, way: Way): Client {
  const fetch = guardedFetch(way);
  return new Client({
    auth: token,
    notionVersion,
    ...(address ? { baseUrl: address.replace(/(?<!\/)\/+(v1\/*)?$/, '') } : {}),
    // The request's own timeout counts from its turn; this one also covers the wait for it.
    timeoutMs: way.timeoutMs + 60_000,
    // The caller retries: it knows what the request was for.
    retry: false,
    // The client's warnings would log the content of the request.
    logger: () => undefined,
    fetch: async (url, init) => {
      await takeTurn();
      return fetch(url, init);
    },
  });
}

/** Requests that may still be made, and when the last one was. A new process begins with what a minute allows. */
const paces = new PerEnvironment(() => ({ left: Number.POSITIVE_INFINITY, lastAt: 0 }));

/** Waits until the next request is within the pace. @throws Trouble if a minute's share is used up */
async function takeTurn(): Promise<void> {
  const pace = paces.get();
  const { perMinute, between } = policy.outgoing.notion;
  const gapMs = milliseconds(between);
  const sinceMs = now().getTime() - pace.lastAt;
  if (sinceMs >= 0 && sinceMs < gapMs) await pause(gapMs - sinceMs);
  const at = now().getTime();
  // If the clock was set back, start with a full allowance.
  const passedMs = at < pace.lastAt ? Number.POSITIVE_INFINITY : at - pace.lastAt;
  pace.left = Math.min(perMinute, pace.left + (passedMs * perMinute) / 60_000);
  pace.lastAt = at;
  if (pace.left < 1) throw new Trouble('rest', 'A minute’s requests are used up.', { until: new Date(at + 1_000) });
  pace.left -= 1;
}

/**
 * `rest`: Notion takes nothing before `until`. `away`: nothing came back, or Notion has a fault. `refused`: the token, or what
 * it may see. `conflict`: somebody saves the same page. `gone`: what `id` names is not there. `trash`: it is in the trash.
 * `invalid`: Notion does not take what it was sent.
 */
export type TroubleKind = 'rest' | 'away' | 'refused' | 'conflict' | 'gone' | 'trash' | 'invalid';

export class Trouble extends Error {
  readonly kind!: TroubleKind;
  readonly until: Date | undefined;
  readonly id: string | undefined;
  /** Notion's status and code. */
  readonly code: string | undefined;
  constructor(kind: TroubleKind, message: string, more: Partial<Pick<Trouble, 'until' | 'id' | 'code'>> = {}) {
    super(message);
    Object.assign(this, { name: 'Trouble', kind, ...more });
  }
}

const longestRestMs = 15 * 60_000;

/** Makes a call. Its failure holds status and code, and nothing that was sent. @throws Trouble */
export async function call<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw troubleOf(error);
  }
}

function troubleOf(error: unknown): unknown {
  if (error instanceof Trouble) return error;
  if (error instanceof NoAnswer) return new Trouble('away', error.message);
  if (RequestTimeoutError.isRequestTimeoutError(error)) return new Trouble('away', 'It did not answer in time.');
  if (!isHTTPResponseError(error)) return error;
  const { status, code, headers, message } = error;
  const own = `${status}${/^\w{1,60}$/.test(code) ? `, ${code}` : ''}`;
  const said = `It answered ${own}.`;
  if (status === 429) {
    const after = headers instanceof Headers ? Number(headers.get('retry-after')) : Number.NaN;
    const waitMs = Math.min(after > 0 ? after * 1_000 : 60_000, longestRestMs);
    return new Trouble('rest', said, { until: new Date(now().getTime() + waitMs) });
  }
  if (status === 401 || status === 403) return new Trouble('refused', said, { code: own });
  if (status === 404) return new Trouble('gone', said, { code: own, id: /ID: ([\da-f-]{32,36})/.exec(message)?.[1] });
  if (status === 409) return new Trouble('conflict', said);
  if (status >= 500) return new Trouble('away', said, { code: own });
  if (status === 400 && /archived|in_trash|trash/.test(message)) return new Trouble('trash', said);
  return new Trouble('invalid', said);
}

const mostConflicts = 3;

/** Retries a call while somebody else is saving the same page. */
export async function callAgain<T>(work: () => Promise<T>): Promise<T> {
  for (let round = 1; ; round += 1) {
    try {
      return await call(work);
    } catch (error) {
      if (!(error instanceof Trouble) || error.kind !== 'conflict' || round === mostConflicts) throw error;
      await pause(round * 500);
    }
  }
}
