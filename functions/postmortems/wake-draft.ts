/** What people state about an incident wakes the draft that shows it: the minute tick reassembles it. */
import type { Incident } from '../incidents/incident.ts';
import { grpcCodeOf, timerRef } from '../platform/firestore.ts';
import { errorFacts, log } from '../platform/log.ts';
import type { Policy } from '../policy.ts';
import { bundleTimerId } from './assemble.ts';
import { weekAfter, weekOf } from './week.ts';

/**
 * Costs nothing for an incident of this week, which no draft shows yet, and one write for an earlier one. Never throws:
 * the fact is recorded, and readers of the draft find it there in any case.
 */
export async function wakeDraft(incident: Pick<Incident, 'filedAt'>, policy: Policy, now: Date): Promise<void> {
  const current = weekOf(now, policy.zone);
  if (incident.filedAt >= current.start) return;
  const { id } = weekAfter(current, -1, policy.zone);
  try {
    await timerRef(bundleTimerId(id)).update({ wakeAt: now });
  } catch (error) {
    // A bundle that is held, or was never made, has no timer.
    if (grpcCodeOf(error) !== 'NOT_FOUND')
      log('WARNING', 'a draft could not be woken', { week: id, ...errorFacts(error) });
  }
}
