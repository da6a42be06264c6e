import { randomUUID } from 'node:crypto';

/** An id that tells one attempt at a write from another. */
export function attemptId(): string {
  return randomUUID();
}
