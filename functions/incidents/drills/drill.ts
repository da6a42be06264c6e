/** A drill that replays a real incident: `drills/{id}`. */
import type { DocumentReference, Query } from '@google-cloud/firestore';
import { collections, dataOf, firestore, readAll } from '../../platform/firestore.ts';
import { Problem } from '../../platform/problem.ts';
import type { Policy } from '../../policy.ts';
import type { Incident } from '../incident.ts';
import { type NextDrill, nextDrill } from './next-drill.ts';

export interface Drill {
  id: string;
  from: string;
  /** The replay speed: a multiple of the original's. */
  speed: number;
  /** The number of reports: a multiple of the original's. */
  times: number;
  /** Words that its planner has read in the original's texts and hides. They are secrets, and kept only while it runs. */
  strike?: string[];
  startedAt: Date;
  startedBy: string;
  /** The original's signals at the drill's start, in order, and the time of the first. Later signals are not replayed. */
  replays: string[];
  firstAt: Date;
  /** Set when the first report is about to be filed: from then on `startedAt` stays, even after a crash. */
  hasBegun?: true;
  /** Number of signals that are filed or gone. */
  passed: number;
  /** The total of its signals, and the number filed so far. */
  total: number;
  next: number;
  state: 'running' | 'done' | 'stopped';
  /** Why it filed fewer signals than planned. */
  stoppedBecause?: DrillStop;
}

/** Its original no longer exists or is no incident; the remaining reports have expired; or a person ended it. */
export const drillStops = ['original-gone', 'original-no-incident', 'signals-gone', 'ended'] as const;
export type DrillStop = (typeof drillStops)[number];

/** The visible part of a drill: its progress, not its content. */
export function shownDrill(drill: Drill) {
  const { replays: _, firstAt: __, passed: ___, hasBegun: ____, strike: _____, ...shown } = drill;
  return { ...shown, stoppedBecause: shown.stoppedBecause ?? null };
}

export const drillRef = (id: string): DocumentReference => firestore().collection(collections.drills).doc(id);

/** @throws Problem 404 */
export async function readDrill(id: string): Promise<Drill> {
  const drill = /^drl_[\da-f]{24}$/.test(id) ? dataOf<Drill>(await drillRef(id).get()) : undefined;
  if (!drill) throw new Problem(404, `No drill has the ID ${id.slice(0, 100)}.`);
  return drill;
}

/** @param before what was filed from then on is not looked at */
export async function readNextDrill(before: Date, policy: Policy): Promise<NextDrill | null> {
  const lastAt = await filedAtOf(filed(true, before).orderBy('filedAt', 'desc'));
  const firstAt = lastAt ? null : await filedAtOf(filed(false, before).orderBy('filedAt'));
  return nextDrill(lastAt, firstAt, policy);
}

function filed(isDrill: boolean, before: Date): Query {
  const incidents = firestore().collection(collections.incidents).where('isDrill', '==', isDrill);
  return incidents.where('kind', '==', 'incident').where('filedAt', '<', before);
}

async function filedAtOf(query: Query): Promise<Date | null> {
  const [found] = await readAll<Pick<Incident, 'filedAt'>>(query.limit(1).select('filedAt'));
  return found?.filedAt ?? null;
}
