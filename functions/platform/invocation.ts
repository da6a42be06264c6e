/** What every door does around its work, whatever it is called by. */
import { withTrace } from './log.ts';

/** Runs `work` so that what it logs carries the trace of what it serves. */
export function runInvocation<T>(traceId: string | undefined, work: () => Promise<T>): Promise<T> {
  return withTrace(traceId, work);
}
