/** What every door does around its work, whatever it is called by. */
import { withTrace } from './log.ts';

/**
 * Runs `work` so that what it logs carries the trace of what it serves, and outside the domain that functions-framework
 * runs a function in. A domain costs hooks for each promise, a quarter of a ticket's processor time; what it is for, an error
 * that nobody caught, ends at the framework's handler for the process just as well.
 */
export function runInvocation<T>(traceId: string | undefined, work: () => Promise<T>): Promise<T> {
  (process as { domain?: { exit(): void } | null }).domain?.exit();
  return withTrace(traceId, work);
}
