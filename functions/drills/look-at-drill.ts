/** Files the reports of a drill that are due. Reports that were filed before a crash are not filed twice. */
import { randomUUID } from 'node:crypto';
import { FieldValue, type Timestamp } from '@google-cloud/firestore';
import { type Drill, type DrillStop, drillRef } from '../incidents/drills/drill.ts';
import { claim, type DueTimer, free } from '../incidents/record/timers.ts';
import { fileAlert } from '../incidents/signals/file-alert.ts';
import { fileSignal } from '../incidents/signals/file-signal.ts';
import { dataOf, timerRef } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import { policy } from '../policy.ts';
import { loadPlan } from './load-plan.ts';
import type { DrillSignal } from './plan-drill.ts';

/** The next tick continues. */
const mostAtOnce = 100;

export async function lookAtDrill(due: DueTimer, now: Date): Promise<void> {
  const version = await claim(due, now);
  if (!version) return;
  const ref = timerRef(due.timer.id);
  const document = await drillRef(due.timer.subjectId).get();
  const drill = dataOf<Drill>(document);
  const wakeAt = drill?.state === 'running' ? await goOn({ drill, keptAt: document.updateTime }, now) : undefined;
  if (wakeAt) await ref.update({ wakeAt, ...free }, { lastUpdateTime: version });
  else await ref.delete({ lastUpdateTime: version });
}

/** A drill as stored, and when. A process that hung while another stored the drill writes nothing. */
interface StoredDrill {
  drill: Drill;
  keptAt: Timestamp | undefined;
}

async function keep({ drill, keptAt }: StoredDrill, changes: Partial<Drill>): Promise<StoredDrill> {
  const isOver = changes.state !== undefined && changes.state !== 'running';
  const told = { ...changes, ...(isOver ? { strike: FieldValue.delete() } : {}) };
  const { writeTime } = await drillRef(drill.id).update(told, keptAt ? { lastUpdateTime: keptAt } : {});
  return { drill: { ...drill, ...changes }, keptAt: writeTime };
}

/** @returns when it continues; undefined once it has ended */
async function goOn(stored: StoredDrill, now: Date): Promise<Date | undefined> {
  // A drill begins when its first report is filed. That time is stored first: otherwise a crash would move all later reports.
  const kept = stored.drill.hasBegun ? stored : await keep(stored, { startedAt: now, hasBegun: true });
  const { drill } = kept;
  const plan = await loadPlan(drill);
  if (typeof plan === 'string') return stop(kept, plan);
  let { next, passed } = drill;
  for (const planned of plan) {
    if (planned && (planned.dueAt > now || next - drill.next >= mostAtOnce)) break;
    for (const signal of planned?.signals ?? []) {
      await file(signal, now);
      next += 1;
    }
    passed += 1;
  }
  const rest = plan[passed - drill.passed];
  if (!rest && next < drill.total) return stop(kept, 'signals-gone', { next, passed });
  await keep(kept, { next, passed, state: rest ? 'running' : 'done' });
  if (!rest) return undefined;
  return rest.dueAt > now ? rest.dueAt : now;
}

async function stop(kept: StoredDrill, stoppedBecause: DrillStop, progress: Partial<Drill> = {}): Promise<undefined> {
  log('WARNING', 'a drill has stopped', { drillId: kept.drill.id, stoppedBecause });
  await keep(kept, { ...progress, state: 'stopped', stoppedBecause });
}

async function file(signal: DrillSignal, now: Date): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(signal));
  const raw = { bytes, contentType: 'application/json', receivedAt: signal.receivedAt };
  const intake = { signal, raw, attempt: randomUUID() };
  const context = { actor: signal.tool, now, policy };
  await (signal.source === 'alert' ? fileAlert(intake, context) : fileSignal(intake, context));
}
