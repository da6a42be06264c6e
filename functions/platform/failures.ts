/** The ways in which a call to another system fails; `ledger.ts` decides what follows. Pure. */

/** Nothing was done, and a retry may succeed, not earlier than `retryAfterMs` if the other side gave one. */
export class TemporaryFailure extends Error {
  readonly retryAfterMs: number | undefined;
  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'TemporaryFailure';
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer came: the call may have succeeded. Only after `retryAfterMs` can that be seen. */
export class LostAnswer extends TemporaryFailure {}

/** Another try would fail the same way, so a person has to act. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
}

/** The address or the credentials are refused: wrong for good, or only during a deployment or a rotation. */
export class AccessRefused extends PermanentFailure {}

/** Whether a retry may get another answer. */
export const isWorthAnotherTry = (status: number): boolean =>
  status === 408 || status === 425 || status === 429 || status >= 500;

/** Reads a `Retry-After` of seconds or a date; undefined for anything else. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
