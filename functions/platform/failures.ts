/** How a call to somebody else's system fails: what the ledger makes of each is in `ledger.ts`. Pure. */

/** Nothing was done; it is worth another try, at the earliest after `retryAfterMs` where the other side said so. */
export class TemporaryFailure extends Error {
  readonly retryAfterMs: number | undefined;
  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'TemporaryFailure';
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer came: it may have been done. It can be seen only after `retryAfterMs` whether it was. */
export class LostAnswer extends TemporaryFailure {}

/** Another try would fail the same way, so a person has to act. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
}

/** Whether another try may be answered otherwise. */
export const isWorthAnotherTry = (status: number): boolean =>
  status === 408 || status === 425 || status === 429 || status >= 500;

/** Of a `Retry-After`, which is seconds or a date; undefined for anything else. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
