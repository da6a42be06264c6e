/** What every door does around its work, whatever it is called by. */
import { withTrace } from './log.ts';

const running = new Set<Promise<unknown>>();

/** Runs `work` so that what it logs carries the trace of what it serves. */
export function runInvocation<T>(traceId: string | undefined, work: () => Promise<T>): Promise<T> {
  return keepRunning(withTrace(traceId, work));
}

/** Work that may go on after its door has answered. @returns the work itself: whoever asked for it hears how it ends */
export function keepRunning<T>(work: Promise<T>): Promise<T> {
  const ended = work.then(
    () => undefined,
    () => undefined,
  );
  running.add(ended);
  void ended.then(() => running.delete(ended));
  return work;
}

/**
 * Until nothing runs any more. For a process that ends in order: a client that is closed in the middle of its work rejects
 * where nobody can listen.
 */
export async function allEnded(): Promise<void> {
  while (running.size > 0) await Promise.all(running);
}
