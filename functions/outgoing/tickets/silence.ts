/** A silent tool is asked only now and then, since each open question keeps a place that other tools' updates need. */
import { PerEnvironment } from '../../platform/environment.ts';

const askEveryMs = 10_000;

/** Of each silent tool: when it may be asked next, epoch milliseconds. A restart forgets it. */
const nextAskAt = new PerEnvironment(() => new Map<string, number>());

/** Whether a tool may be asked something; a silent one may by the first who comes once its time has come. */
export function mayAsk(tool: string, now: number): boolean {
  const at = nextAskAt.get().get(tool);
  if (at === undefined) return true;
  // A clock that was set back is no reason to wait for it.
  if (now < at && at - now <= askEveryMs) return false;
  nextAskAt.get().set(tool, now + askEveryMs);
  return true;
}

/** What has come of a question to it. */
export function heard(tool: string, isAnswered: boolean, now: number): void {
  if (isAnswered) nextAskAt.get().delete(tool);
  else nextAskAt.get().set(tool, now + askEveryMs);
}
