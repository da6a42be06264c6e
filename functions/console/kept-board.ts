/** The board as this instance last read it: where one row has changed since, that row alone is put in its place. */
import { PerEnvironment } from '../platform/environment.ts';
import { type Board, type BoardRow, byTier, cursorAt, type Stamped } from './waiting.ts';

interface Kept<T> {
  stamped: Stamped;
  board: Board;
  /** What else the page was made of. */
  beside: T;
  /** When it was counted how many are overdue. */
  at: Date;
}

/** By how many rows were wanted: screens that have scrolled alike share one. */
const boards = new PerEnvironment(() => new Map<number, Kept<unknown>>());
const mostKept = 4;

export function keepBoard<T>(wanted: number, kept: Kept<T>): void {
  const all = boards.get();
  if (all.size >= mostKept) all.clear();
  all.set(wanted, kept);
}

/** @returns with the row that has changed, if any; undefined where more has: then all is read */
export function boardSince<T>(wanted: number, stamped: Stamped, now: Date) {
  const kept = boards.get().get(wanted) as Kept<T> | undefined;
  if (!kept) return undefined;
  if (kept.stamped.stamp === stamped.stamp) return { ...kept, changed: undefined };
  const board = withRow(kept, stamped, now);
  return board && { board, beside: kept.beside, at: now, changed: stamped.newest[0] };
}

/** @returns undefined where the row comes, goes, or leaves those that are shown */
function withRow({ stamped: before, board, at }: Kept<unknown>, stamped: Stamped, now: Date): Board | undefined {
  const [changed] = stamped.newest;
  if (!changed || changed.isDrill || !changed.board || !isOneChange(before, stamped)) return undefined;
  const others = board.rows.filter(({ id }) => id !== changed.id);
  if (others.length === board.rows.length) return undefined;
  const rows = [...others, changed].toSorted(byTier(now));
  // What comes after the last row was not read, and may come before this one.
  if (board.next && rows.at(-1) === changed) return undefined;
  const overdue = board.overdue - lateOf(board.rows, at) + lateOf(rows, now);
  return { ...board, rows, next: board.next && cursorAt(rows, now), overdue };
}

/** The newest was written after all that the board has, or is one that it had as its newest. */
function isOneChange(before: Stamped, { written, newest, period }: Stamped): boolean {
  const isAnother = written[1] === before.written[0];
  const isSameAgain = newest[0]?.id === before.newest[0]?.id && written[1] === before.written[1];
  return period === before.period && (isAnother || isSameAgain);
}

const lateOf = (rows: readonly BoardRow[], at: Date) => rows.filter(({ board }) => board && board.at < at).length;
