/** A silent tool is asked only now and then, since each open question keeps a place that other tools' updates need. */
import { PerEnvironment } from '../../platform/environment.ts';

const askEveryMs = 10_000;

/** For each silent tool, when it may be called next, in epoch milliseconds. A restart forgets it. */
const nextAskAt = new PerEnvironment(() => new Map<string, number>());

/** Whether the tool may be called. After a silence, the first caller past `nextAskAt` may try. */
export function mayAsk(tool: string, now: number): boolean {
  const at = nextAskAt.get().get(tool);
  if (at === undefined) return true;
  // If the clock was set back, call at once.
  if (now < at && at - now <= askEveryMs) return false;
  nextAskAt.get().set(tool, now + askEveryMs);
  return true;
}

/** Records the result of a call. */
export function heard(tool: string, isAnswered: boolean, now: number): void {
  if (isAnswered) nextAskAt.get().delete(tool);
  else nextAskAt.get().set(tool, now + askEveryMs);
}
