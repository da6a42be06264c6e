/** Starts a drill from a real incident, and ends one: the minute tick files its signals as their times come. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { FieldValue } from '@google-cloud/firestore';
import { requireId } from '../find/read-incident.ts';
import { type Drill, drillRef } from '../incidents/drills/drill.ts';
import type { Context } from '../incidents/facts/decision.ts';
import type { Timer } from '../incidents/record/records.ts';
import { dataOf, firestore, hasGrpcCode, timerRef } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import { readReplayable } from './load-plan.ts';

export type DrillRequest = Pick<Drill, 'from' | 'speed' | 'times' | 'strike'>;

export const leastSpeed = 0.1;
export const mostSpeed = 1_000;
export const mostTimes = 50;
const mostReports = 2_000;
/** A shorter word would strike letters of others. */
export const shortestStrike = 2;
const mostStrikes = 100;

/**
 * @param asked.from the incident's ID, code or address
 * @throws Problem 404 or 409 if it cannot be replayed; 422 if a drill cannot be like this, or the key was used for another
 */
export async function startDrill(asked: DrillRequest, by: Pick<Context, 'actor' | 'now' | 'idempotencyKey'>) {
  const { speed, times } = asked;
  refuseOutOfBounds(speed, times);
  const from = await requireId(asked.from);
  const strike = (asked.strike ?? []).map((each) => each.trim()).filter((each) => each.length >= shortestStrike);
  const request = { from, speed, times, ...(strike.length > 0 ? { strike: strike.slice(0, mostStrikes) } : {}) };
  const id = by.idempotencyKey ? stableId('drl', by.actor, by.idempotencyKey) : stableId('drl', from, randomUUID());
  const known = by.idempotencyKey ? await readKnown(id, request) : undefined;
  if (known) return known;
  const signals = await readReplayable(from);
  const [first] = signals;
  const total = signals.length * times;
  if (!first) throw new Problem(422, refuse('nothing-kept'));
  if (total > mostReports) throw new Problem(422, refuse('too-many-reports', { n: total, most: mostReports }));
  const drill: Drill = {
    id,
    ...request,
    startedAt: by.now,
    startedBy: by.actor,
    replays: signals.map((each) => each.id),
    firstAt: first.receivedAt,
    passed: 0,
    total,
    next: 0,
    state: 'running',
  };
  // A time in the far past: it is due at once whatever the minute tick's clock says.
  const timer: Timer = { id, subject: 'drill', subjectId: id, wakeAt: new Date(0), pending: [] };
  const batch = firestore().batch();
  batch.create(drillRef(id), drill);
  batch.create(timerRef(id), timer);
  try {
    await batch.commit();
  } catch (error) {
    const existing = hasGrpcCode(error, 'ALREADY_EXISTS') && (await readKnown(id, request));
    if (!existing) throw error;
    return existing;
  }
  log('NOTICE', 'a drill has begun', { drillId: id, incidentId: from, total });
  return drill;
}

/** @throws Problem 422 */
function refuseOutOfBounds(speed: number, times: number): void {
  const isSpeed = speed >= leastSpeed && speed <= mostSpeed;
  const isTimes = Number.isInteger(times) && times >= 1 && times <= mostTimes;
  const errors = [
    ...(isSpeed ? [] : [wrongField('speed', 'not-between', { least: leastSpeed, most: mostSpeed })]),
    ...(isTimes ? [] : [wrongField('times', 'not-whole-between', { least: 1, most: mostTimes })]),
  ];
  if (errors.length > 0) throw new Problem(422, refuse('no-such-drill'), { errors });
}

/** @throws Problem 422 if the same key has started another drill */
async function readKnown(id: string, request: DrillRequest): Promise<Drill | undefined> {
  const drill = dataOf<Drill>(await drillRef(id).get());
  if (!drill) return undefined;
  const isStruck = drill.state !== 'running' || isDeepStrictEqual(drill.strike, request.strike);
  const isSame =
    drill.from === request.from && drill.speed === request.speed && drill.times === request.times && isStruck;
  if (isSame) return drill;
  throw new Problem(422, refuse('key-used'));
}

export async function endDrill(id: string): Promise<void> {
  await firestore().runTransaction(async (transaction) => {
    const drill = dataOf<Drill>(await transaction.get(drillRef(id)));
    if (drill?.state === 'running')
      transaction.update(drillRef(id), { state: 'stopped', stoppedBecause: 'ended', strike: FieldValue.delete() });
  });
}
