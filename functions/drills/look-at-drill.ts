/** Files what of a drill has come due. What was filed before a crash is there when it is filed again. */
import { type Drill, drillRef } from '../incidents/drills/drill.ts';
import { fileAlert } from '../incidents/file-alert.ts';
import { fileSignal } from '../incidents/file-signal.ts';
import { claim, type DueTimer } from '../incidents/timers.ts';
import { attemptId } from '../platform/attempt-id.ts';
import { fromDocument, timerRef } from '../platform/firestore.ts';
import { policy } from '../policy.ts';
import { loadPlan } from './load-plan.ts';
import type { DrillSignal } from './plan-drill.ts';

/** The next tick goes on. */
const mostAtOnce = 100;

export async function lookAtDrill(due: DueTimer, now: Date): Promise<void> {
  const version = await claim(due, now);
  if (!version) return;
  const ref = timerRef(due.timer.id);
  const document = await drillRef(due.timer.subjectId).get();
  const stored = document.exists ? fromDocument<Drill>(document.data()) : undefined;
  // It begins as its first report is filed.
  const drill = stored && stored.next === 0 ? { ...stored, startedAt: now } : stored;
  const plan = drill ? await loadPlan(drill) : [];
  const from = drill?.next ?? 0;
  let next = from;
  while (next - from < mostAtOnce) {
    const planned = plan[next];
    if (!planned || planned.dueAt > now) break;
    await file(planned.signal, now);
    next += 1;
  }
  const rest = plan[next];
  if (drill) {
    const { startedAt } = drill;
    const state: Drill['state'] = rest ? 'running' : 'done';
    await drillRef(drill.id).update({ startedAt, next, total: plan.length, state });
  }
  if (!rest) {
    await ref.delete({ lastUpdateTime: version });
    return;
  }
  const wakeAt = rest.dueAt > now ? rest.dueAt : now;
  await ref.update({ wakeAt, leasedUntil: null, leasedBy: null }, { lastUpdateTime: version });
}

async function file(signal: DrillSignal, now: Date): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(signal));
  const raw = { bytes, contentType: 'application/json', receivedAt: signal.receivedAt };
  const intake = { signal, raw, attempt: attemptId() };
  const context = { actor: signal.tool, now, policy };
  await (signal.source === 'alert' ? fileAlert(intake, context) : fileSignal(intake, context));
}
