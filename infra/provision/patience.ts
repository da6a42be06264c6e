/**
 * Answers that time mends: what Google is slow to know, two changes that met, a quota of a minute, an outage of a moment. They
 * are told by their class, whatever an API words them like, and the work is tried again with a growing pause and an end.
 */
import { reasonOf } from '../reason-of.ts';

interface Class {
  /** Code of gRPC, as Google's client libraries give it. */
  code?: number;
  /** The messages of gcloud, firebase-tools and our own requests. */
  says: RegExp;
  unless?: RegExp;
  mostSeconds: number;
  what: string;
}

/**
 * How gcloud 578 and firebase-tools 15 word a status was seen. gcloud names the code of gRPC or, for 409, says “is the subject
 * of a conflict”; after its own tries it says “response: <{… 'status': 503}>”. firebase-tools says “HTTP Error: 409, …”. What
 * Google answers:
 * - 409 “Please retry, underlying data changed” for field overrides of a new database, in bursts: magic-modules PR 9329;
 *   “Aborted due to cross-transaction contention” for its indexes: magic-modules PR 9515
 * - 409 “Too many concurrent edits to the project configuration. Please try again.” for alert policies:
 *   cloud-foundation-toolkit issue 787
 * - 403 or 404 with `iam.serviceAccounts.actAs` for an account that is seconds old: firebase-tools issue 10859
 * - accounts take a minute or more, grants two minutes and sometimes seven:
 *   https://cloud.google.com/iam/docs/access-change-propagation
 */
const classes: readonly Class[] = [
  {
    says: /Cannot find metric\(s\)/i,
    mostSeconds: 900,
    what: 'Google does not know the new metric yet (up to 10 minutes)',
  },
  {
    says: /service account .* (?:does not exist|was not found)|Unknown service account|\bactAs\b|not authorized to act as/i,
    mostSeconds: 420,
    what: 'Google does not know the new account yet',
  },
  {
    says: /does not have permission to publish|Permission denied on secret/i,
    mostSeconds: 420,
    what: 'the grant has not arrived everywhere yet',
  },
  {
    says: /has not been used in project .* before or it is disabled/i,
    mostSeconds: 180,
    what: 'the API is being switched on',
  },
  {
    code: 10,
    says: /\bABORTED\b|is the subject of a conflict|concurrent (?:policy changes|edits)|(?:HTTP ?Error:?|answered|'status':) '?409\b/i,
    unless: /already exists?|ALREADY_EXISTS/i,
    mostSeconds: 600,
    what: 'something else is changing the same',
  },
  {
    code: 8,
    says: /\bRESOURCE_EXHAUSTED\b|quota exceeded|(?:HTTP ?Error:?|answered|'status':) '?429\b/i,
    mostSeconds: 300,
    what: 'more was asked than Google takes in a minute',
  },
  {
    code: 14,
    says: /\bUNAVAILABLE\b|(?:HTTP ?Error:?|answered|'status':) '?50[0234]\b/i,
    mostSeconds: 300,
    what: 'the API does not answer at the moment',
  },
];

const classOf = (error: unknown): Class | undefined => {
  const message = reasonOf(error);
  const code = (error as { code?: unknown } | undefined)?.code;
  return classes.find(({ says, unless, code: own }) => {
    if (unless?.test(message)) return false;
    return says.test(message) || (own !== undefined && own === code);
  });
};

const firstPauseSeconds = 2;
const longestPauseSeconds = 30;

export interface Patience {
  /** How time passes; a test moves another clock. */
  pause(milliseconds: number): Promise<void>;
  say(text: string): void;
}

export const inRealTime = (say: Patience['say']): Patience => ({
  say,
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
});

/**
 * @param work is told whether it was tried before: an answer may have been lost after all had been done
 * @throws Error as `work` does, where waiting does not help or did not help for long enough
 */
export async function patiently<T>(work: (isAgain: boolean) => Promise<T>, { pause, say }: Patience): Promise<T> {
  let waitedSeconds = 0;
  for (let next = firstPauseSeconds; ; next = Math.min(2 * next, longestPauseSeconds)) {
    try {
      return await work(waitedSeconds > 0);
    } catch (error) {
      const known = classOf(error);
      if (known === undefined || waitedSeconds >= known.mostSeconds) throw error;
      if (waitedSeconds === 0) say(`  … ${known.what}: tried again for up to ${known.mostSeconds / 60} minutes`);
      await pause(next * 1_000);
      waitedSeconds += next;
    }
  }
}
