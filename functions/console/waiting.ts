/** The rows of the board in the store's order, soonest deadline first; and as this instance last read them. */
import { FieldPath, type Query, type QuerySnapshot } from '@google-cloud/firestore';
import type { Emergency } from '../incidents/emergency/emergency.ts';
import type { Incident } from '../incidents/incident.ts';
import type { BoardPlace } from '../incidents/views/board-place.ts';
import { defined } from '../platform/defined.ts';
import { PerEnvironment } from '../platform/environment.ts';
import { allOf, collections, countOf, firestore } from '../platform/firestore.ts';

/** The fields that the board shows, about an eighth of the document: Firestore sends only these. */
const shownFields = [
  'id',
  'title',
  'description',
  'isDrill',
  'drill',
  'status',
  'ongoing',
  'urgency.level',
  'urgency.rule',
  'source',
  'assignee',
  'filedAt',
  'missing',
  'impact.affectedCustomerCount',
  'impact.businessImpact',
  'failedUpdates',
  'unanswered',
  'updatesAskedAt',
  'beside',
  'emergency.since',
  'emergency.endedAt',
  'emergency.customers',
  'roles',
  'board',
] as const;
type Whole = 'urgency' | 'impact' | 'emergency' | 'board';
export type BoardRow = Pick<Incident, Exclude<(typeof shownFields)[number], Whole | `${Whole}.${string}`>> & {
  urgency: Pick<Incident['urgency'], 'level' | 'rule'>;
  impact: Pick<Incident['impact'], 'affectedCustomerCount' | 'businessImpact'>;
  emergency?: Pick<Emergency, 'since' | 'endedAt' | 'customers'>;
  /** Null if the incident is over and no customer waits. */
  board: BoardPlace | null;
};

export type Board = Awaited<ReturnType<typeof loadBoard>>;

/** The order of the board: running emergencies, then stopped business whose update is overdue, then the rest. */
export const tiers = ['emergency', 'stopped', 'rest'] as const;
export type Tier = (typeof tiers)[number];

export function tierOf({ emergency, impact, board }: BoardRow, now: Date): Tier {
  if (emergency?.endedAt === null) return 'emergency';
  return impact.businessImpact === 'stopped' && (board?.dueAt ?? now) < now ? 'stopped' : 'rest';
}

/** The place of a row, after which further ones come. */
export interface Cursor {
  /** The number of rows before it. */
  shown: number;
  tier: Tier;
  at: Date;
  id: string;
}

/** The filter, which the store applies, so that no row is lost after it was read. */
export interface BoardWish {
  level?: string;
  ongoing?: string;
  source?: string;
  /** Null for unassigned incidents. */
  assignee?: string | null;
  isOverdue?: boolean;
}

/** A board's script follows the clock, except for the number of overdue incidents and their age. */
const freshForMs = 300_000;
/** Writes may commit out of order, so this many of the newest are looked at. */
const mostLookedAt = 2;
export const rowsAtOnce = 50;
/** A page that has scrolled brings all of its rows up to date at once, up to these. */
export const mostRows = 200;
/** Counting costs a read for each thousand. */
export const mostCounted = 50_000;

export type Stamped = Awaited<ReturnType<typeof stampBoard>>;

/** Changes with any incident, and every five minutes: a board reads its rows only if they may have changed. Costs two reads. */
export async function stampBoard(now: Date) {
  const newest = firestore().collection(collections.incidents).orderBy('changedAt', 'desc').limit(mostLookedAt);
  // Selects the sort field too: without it the client cannot resume an interrupted query.
  const found = await newest.select(...shownFields, 'changedAt').get();
  const written = found.docs.map(({ updateTime: { seconds, nanoseconds } }) => `${seconds}.${nanoseconds}`);
  const period = Math.floor(now.getTime() / freshForMs);
  // The stamp is its `ETag`; the newest rows were changed last, whether they are on the board or not.
  return { stamp: [...written, period].join('-'), written, period, newest: rowsIn(found) };
}

/**
 * Open incidents, and those that are over while somebody waits for the final update, from `after` on; no drills. Reads as many
 * as it shows, one for each tier, and one for each thousand that it counts.
 */
export async function loadBoard(wish: BoardWish, now: Date, most: number, after?: Cursor) {
  const all = wanted(wish).where('isDrill', '==', false);
  const late = all.where('board.at', '<', now);
  const asked = wish.isOverdue ? late : all;
  const [rows, count, overdue] = await Promise.all([
    loadRows(asked, now, most + 1, after),
    wish.isOverdue ? undefined : countOf(all.limit(mostCounted)),
    countOf(late.limit(mostCounted)),
  ]);
  const shown = rows.slice(0, most);
  const next = rows.length > most ? cursorAt(shown, now, after) : undefined;
  // Where the next rows begin; and all that are asked for, and those of them that are overdue, up to `mostCounted` of each.
  return { rows: shown, next, count: count ?? overdue, overdue };
}

export function cursorAt(rows: readonly BoardRow[], now: Date, after?: Cursor): Cursor | undefined {
  const last = rows.at(-1);
  if (!last?.board) return undefined;
  return { shown: (after?.shown ?? 0) + rows.length, tier: tierOf(last, now), at: last.board.at, id: last.id };
}

/** The order in which Firestore returns them. */
export const byTier =
  (now: Date) =>
  (one: BoardRow, other: BoardRow): number =>
    tiers.indexOf(tierOf(one, now)) - tiers.indexOf(tierOf(other, now)) ||
    Number(one.board?.at) - Number(other.board?.at) ||
    (one.id < other.id ? -1 : 1);

async function loadRows(asked: Query, now: Date, most: number, after?: Cursor): Promise<BoardRow[]> {
  const rows: BoardRow[] = [];
  for (const tier of tiers.slice(after ? tiers.indexOf(after.tier) : 0)) {
    let from = after?.tier === tier ? { at: after.at, id: after.id } : undefined;
    for (let isMore = true; isMore && rows.length < most; ) {
      const limit = most - rows.length;
      const page = ofTier(asked, tier, now).orderBy(FieldPath.documentId()).limit(limit);
      const read = await readRows(from ? page.startAfter(from.at, from.id) : page);
      // The query of the rest finds the tiers above it as well.
      rows.push(...read.filter((each) => tierOf(each, now) === tier));
      const last = read.at(-1);
      from = last?.board ? { at: last.board.at, id: last.id } : undefined;
      isMore = read.length === limit;
    }
  }
  return rows;
}

function ofTier(asked: Query, tier: Tier, now: Date): Query {
  if (tier === 'emergency') return asked.where('emergency.endedAt', '==', null);
  return tier === 'stopped' ? asked.where('impact.businessImpact', '==', 'stopped').where('board.at', '<', now) : asked;
}

export const mostClosable = 50;

/** Drills that are open, soonest deadline first. */
export const loadDrillRows = (): Promise<BoardRow[]> => loadClosable(wanted({}).where('isDrill', '==', true));

/** Alerts whose deadline passed before this time. */
export const loadStaleAlerts = (before: Date): Promise<BoardRow[]> =>
  loadClosable(wanted({ source: 'alert' }).where('isDrill', '==', false).where('board.at', '<', before));

const loadClosable = (of: Query): Promise<BoardRow[]> => readRows(of.limit(mostClosable));

/** Firestore omits a map if none of its requested fields exists. */
const rowsIn = (found: QuerySnapshot): BoardRow[] =>
  allOf<Omit<BoardRow, 'impact' | 'board'>>(found).map((each) => ({ impact: {}, board: null, ...each }));

const readRows = async (of: Query): Promise<BoardRow[]> => rowsIn(await of.select(...shownFields).get());

function wanted({ level, assignee, ongoing, source }: BoardWish): Query {
  const filters = { 'urgency.level': level, 'board.assignee': assignee, ongoing, source };
  let query: Query = firestore().collection(collections.incidents);
  for (const [field, value] of Object.entries(defined(filters))) query = query.where(field, '==', value);
  return query.orderBy('board.at');
}

/** Newest first. */
export function incidentsThatAre(status: string, most: number): Promise<BoardRow[]> {
  const incidents = firestore().collection(collections.incidents).where('kind', '==', 'incident');
  return readRows(incidents.where('status', '==', status).orderBy('filedAt', 'desc').limit(most));
}

/** If one row has changed since it was read, replaces only that row. */
interface Kept<T> {
  stamped: Stamped;
  board: Board;
  beside: T;
  /** When the overdue rows were last counted. */
  at: Date;
}

/** Cached by the number of rows requested: screens that have scrolled equally far share one entry. */
const boards = new PerEnvironment(() => new Map<number, Kept<unknown>>());
const mostKept = 4;

export function keepBoard<T>(wanted: number, kept: Kept<T>): void {
  const all = boards.get();
  if (all.size >= mostKept) all.clear();
  all.set(wanted, kept);
}

/** @returns with the row that has changed, if any; undefined if more has: then all is read */
export function boardSince<T>(wanted: number, stamped: Stamped, now: Date) {
  const kept = boards.get().get(wanted) as Kept<T> | undefined;
  if (!kept) return undefined;
  if (kept.stamped.stamp === stamped.stamp) return { ...kept, changed: undefined };
  const board = withRow(kept, stamped, now);
  return board && { board, beside: kept.beside, at: now, changed: stamped.newest[0] };
}

/** @returns undefined if the row comes, goes, or leaves those that are shown */
function withRow({ stamped: before, board, at }: Kept<unknown>, stamped: Stamped, now: Date): Board | undefined {
  const [changed] = stamped.newest;
  if (!changed || changed.isDrill || !changed.board || !isOneChange(before, stamped)) return undefined;
  const others = board.rows.filter(({ id }) => id !== changed.id);
  if (others.length === board.rows.length) return undefined;
  const rows = [...others, changed].toSorted(byTier(now));
  // The row now sorts after the last one, and rows that were not read may come before it.
  if (board.next && rows.at(-1) === changed) return undefined;
  const overdue = board.overdue - lateOf(board.rows, at) + lateOf(rows, now);
  return { ...board, rows, next: board.next && cursorAt(rows, now), overdue };
}

/** Whether the newest document is newer than all rows of the board, or was its newest row before. */
function isOneChange(before: Stamped, { written, newest, period }: Stamped): boolean {
  const isAnother = written[1] === before.written[0];
  const isSameAgain = newest[0]?.id === before.newest[0]?.id && written[1] === before.written[1];
  return period === before.period && (isAnother || isSameAgain);
}

const lateOf = (rows: readonly BoardRow[], at: Date) => rows.filter(({ board }) => board && board.at < at).length;
