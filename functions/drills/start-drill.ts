/** Starts a drill from a real incident: the minute tick files its signals as their times come. */
import { type Drill, drillRef } from '../incidents/drills/drill.ts';
import type { Timer } from '../incidents/records.ts';
import { attemptId } from '../platform/attempt-id.ts';
import { firestore, fromDocument, grpcCodeOf, timerRef } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { readOriginal } from './load-plan.ts';

export interface DrillRequest {
  from: string;
  speed: number;
  times: number;
}

export const mostSpeed = 1_000;
export const mostTimes = 50;
const mostReports = 2_000;

/** @throws Problem 404, 409 or 422 where there is nothing to replay, or more than a drill can be */
export async function startDrill(
  { from, speed, times }: DrillRequest,
  by: { actor: string; now: Date; idempotencyKey?: string | undefined },
): Promise<Drill> {
  const { signals } = await readOriginal(from);
  const total = signals.length * times;
  if (total === 0)
    throw new Problem(422, 'Nothing that came in about it is kept any more, so nothing can be replayed.');
  if (total > mostReports) {
    throw new Problem(422, `That would be ${total} reports. A drill has at most ${mostReports}: ask for fewer times.`);
  }
  const id = by.idempotencyKey ? stableId('drl', by.actor, by.idempotencyKey) : stableId('drl', from, attemptId());
  const drill: Drill = {
    id,
    from,
    speed,
    times,
    startedAt: by.now,
    startedBy: by.actor,
    total,
    next: 0,
    state: 'running',
  };
  // Due at once by whatever clock the minute tick goes.
  const timer: Timer = { id, subject: 'drill', subjectId: id, wakeAt: new Date(0), pending: [] };
  const batch = firestore().batch();
  batch.create(drillRef(id), drill);
  batch.create(timerRef(id), timer);
  try {
    await batch.commit();
  } catch (error) {
    if (grpcCodeOf(error) !== 'ALREADY_EXISTS') throw error;
    return fromDocument<Drill>((await drillRef(id).get()).data());
  }
  log('NOTICE', 'a drill has begun', { drillId: id, incidentId: from, total });
  return drill;
}
