/** What a stub is that only takes posts: PagerDuty and Teams. What it took is seen at `/_local/tools/<name>/<shows>`. */
import type { DatabaseSync } from 'node:sqlite';
import type { LocalClock } from '../../cloud/src/clock.ts';
import type { Faults } from '../../cloud/src/faults.ts';
import { Limits, secondsUntil } from '../limits.ts';
import { meetFault, retryAfterOf, statusOf } from '../meet-fault.ts';
import type { Answer, Limit } from '../tool.ts';
import { openPosts, type Posted } from './post-store.ts';

export interface Receiver<T> {
  name: string;
  /** The name in fault targets: `tools.<name>.<operation>`. */
  operation: string;
  /** The path at which the site accepts posts. */
  path: RegExp;
  /** How often it may be called; each limit counts what `subjectOf` names. */
  limits: readonly Limit[];
  longestBytes: number;
  tooLong: Answer;
  /** The receiver that a call counts for, and that a fault's `match` names. */
  subjectOf(body: unknown, path: string): string;
  /** Its refusals. */
  judge(body: unknown): { refused: Answer } | { taken: T; answer: Answer };
  /** The state that people and tests see. */
  shows: string;
  show(posts: Posted<T>[]): unknown;
}

export interface ReceiverOptions {
  db: DatabaseSync;
  clock: Pick<LocalClock, 'now'>;
  faults: Faults;
}

export function openReceiver<T>(receiver: Receiver<T>, { db, clock, faults }: ReceiverOptions) {
  const posts = openPosts<T>(db, receiver.name);
  const limits = new Limits(receiver.limits);

  /** @returns undefined if no answer is given */
  async function take(path: string, bytes: Buffer): Promise<Answer | undefined> {
    if (!receiver.path.test(path)) return { status: 404 };
    if (bytes.length > receiver.longestBytes) return receiver.tooLong;
    const body = parse(bytes);
    const subject = receiver.subjectOf(body, path);
    const now = clock.now();
    const { exceeded } = limits.spend(receiver.operation, subject, now);
    if (exceeded) return { status: 429, headers: { 'retry-after': secondsUntil(exceeded.resetsAt, now) } };
    const work = (): Answer => {
      const judged = receiver.judge(body);
      if ('refused' in judged) return judged.refused;
      posts.add(judged.taken, clock.now());
      return judged.answer;
    };
    const fault = faults.take(`tools.${receiver.name}.${receiver.operation}`, subject);
    if (fault?.effect === 'garble') return webPage;
    const status = statusOf(fault);
    return meetFault<Answer>(fault, () => ({ status, headers: retryAfterOf(fault, status) }), work);
  }

  return { take, show: (): unknown => receiver.show(posts.all()) };
}

/** The answer of a proxy or a login page in its place. */
const webPage: Answer = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><title>Sign in</title><form action="/login"></form>',
};

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
