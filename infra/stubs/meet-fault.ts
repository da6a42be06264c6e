/** What happens to a call at a stub: whether and how often it is done, and the answer. */
import { delayOf, type Fault } from '../cloud/src/faults.ts';

/**
 * @param failed what is answered where the fault has it fail
 * @returns undefined if no answer is given: the caller waits until its own timeout
 */
export async function meetFault<Answer>(
  fault: Fault | undefined,
  failed: () => Answer,
  work: () => Answer | Promise<Answer>,
): Promise<Answer | undefined> {
  switch (fault?.effect) {
    case 'fail':
      return failed();
    case 'hang':
      return undefined;
    case 'fail-after':
      await work();
      return failed();
    case 'hang-after':
      await work();
      return undefined;
    case 'double':
      await work();
      return work();
    case 'delay':
      await delayOf(fault);
      return work();
    case 'garble':
    case 'reorder':
    case undefined:
      return work();
  }
}

/** The `Retry-After` of a 429 or a 503. */
export const retryAfterOf = (fault: Fault | undefined, status: number): Record<string, string> =>
  status === 429 || status === 503 ? { 'retry-after': fault?.retryAfter ?? '30' } : {};

/** A fault's `code` as an HTTP status, 503 if it names none. */
export const statusOf = (fault: Fault | undefined): number => Number(fault?.code ?? 503) || 503;
