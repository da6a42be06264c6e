/**
 * Faults that `npm run search` found and that are not mended yet. A test demands that each row still breaks, so a row goes with its
 * mend, and the list shrinks truthfully.
 */
export interface KnownFault {
  /** The npm command that shows it, seed and all; it ends with another code than 0 while the fault is there. */
  replay: readonly string[];
  /** What the environment has to say: `FUZZ_SEED` and its like. */
  environment?: Readonly<Record<string, string>>;
  /** The law or the promise that is broken. */
  promise: string;
  /** The day on which it was found. */
  since: `${number}-${number}-${number}`;
  /** What a user sees. */
  seen: string;
}

export const knownFaults: readonly KnownFault[] = [];
