/** A drill that replays a real incident: `drills/{id}`. */
import type { DocumentReference } from '@google-cloud/firestore';
import { collections, firestore, fromDocument } from '../../platform/firestore.ts';
import { Problem } from '../../platform/problem.ts';

export interface Drill {
  id: string;
  /** The incident that is replayed. */
  from: string;
  /** So many times as fast as it was. */
  speed: number;
  /** So many times as many reports. */
  times: number;
  startedAt: Date;
  startedBy: string;
  /** Signals that it files in all, and how many of them it has filed. */
  total: number;
  next: number;
  state: 'running' | 'done';
}

export const drillRef = (id: string): DocumentReference => firestore().collection(collections.drills).doc(id);

/** @throws Problem 404 */
export async function readDrill(id: string): Promise<Drill> {
  const document = /^drl_[\da-f]{24}$/.test(id) ? await drillRef(id).get() : undefined;
  if (!document?.exists) throw new Problem(404, `There is no drill ${id.slice(0, 100)}.`);
  return fromDocument<Drill>(document.data());
}
