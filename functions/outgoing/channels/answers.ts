/**
 * What a channel's answer means: a table for each way of sending, of which the first row that fits counts. Pure.
 * `npm run docs` writes them, with how long each is tried, to docs/reference/answers.md.
 */
import {
  AccessRefused,
  isWorthAnotherTry,
  LostAnswer,
  PermanentFailure,
  TemporaryFailure,
} from '../../platform/failures.ts';
import { milliseconds, policy } from '../../policy.ts';

/**
 * `later`: nothing was taken, and it is tried again. `sought`: it may be there, and is looked for first. `perhaps`: the address
 * or the secret is refused, for good or only during a deployment. `never`: a person has to act.
 */
export type Meaning = 'taken' | 'later' | 'sought' | 'perhaps' | 'never';

/** @param answer as the reference calls it */
type Row<A> = readonly [answer: string, fits: (answer: A) => boolean, meaning: Meaning];

interface HttpAnswer {
  status: number;
  isWebPage: boolean;
}

const isOk = ({ status }: HttpAnswer): boolean => status >= 200 && status < 300;
const codes = (all: readonly (number | string)[]): string => all.map((each) => `\`${each}\``).join(', ');

const refusedStatuses = [401, 403, 404, 410];

const byHttp: readonly Row<HttpAnswer>[] = [
  ['`2xx` with a web page: a proxy or a login answered', (each) => isOk(each) && each.isWebPage, 'perhaps'],
  ['any other `2xx`', isOk, 'taken'],
  [`${codes([408, 425, 429])}, \`5xx\`; no answer`, ({ status }) => isWorthAnotherTry(status), 'later'],
  [codes(refusedStatuses), ({ status }) => refusedStatuses.includes(status), 'perhaps'],
  ['anything else, redirects too', () => true, 'never'],
];

interface SlackAnswer {
  reason: string;
  isTemporary: boolean;
  mayBeDone: boolean;
}

/** Slack's errors while a token is rotated, or while an admin changes the app or the channel. */
const refusedBySlack =
  'invalid_auth not_authed token_expired token_revoked account_inactive missing_scope channel_not_found not_in_channel'.split(
    ' ',
  );
const httpBySlack = refusedStatuses.map((status) => `http-${status}`);

const bySlack: readonly Row<SlackAnswer>[] = [
  ['its own trouble, `408`, `5xx`; no answer', (each) => each.isTemporary && each.mayBeDone, 'sought'],
  ['`ratelimited`, `429`; it cannot be reached', ({ isTemporary }) => isTemporary, 'later'],
  [
    `${codes(refusedBySlack)}, ${codes(refusedStatuses)}`,
    ({ reason }) => [...refusedBySlack, ...httpBySlack].includes(reason),
    'perhaps',
  ],
  ['any other error', () => true, 'never'],
];

/** RFC 4954. */
const refusedBySmtp = [530, 534, 535, 538];

const bySmtp: readonly Row<number>[] = [
  [
    '`4xx` or `503`, to the mail or to one recipient (greylisting); no answer',
    (code) => code < 500 || code === 503,
    'later',
  ],
  [`${codes(refusedBySmtp)}: the name and password`, (code) => refusedBySmtp.includes(code), 'perhaps'],
  ['any other `5xx`', () => true, 'never'],
];

export const answerTables = {
  'HTTP: webhooks, Google Chat, Teams, PagerDuty': byHttp,
  'the Slack app': bySlack,
  mail: bySmtp,
} as const satisfies Record<string, readonly Row<never>[]>;

const meaningIn = <A>(table: readonly Row<A>[], answer: A): Meaning =>
  table.find(([, fits]) => fits(answer))?.[2] ?? 'never';

/** @param body or why it did not come whole @param retryAfterMs what the answer asks for @returns undefined if it was taken */
export function failureByHttp(status: number, body: Buffer | Error, retryAfterMs?: number): Error | undefined {
  const isWebPage = Buffer.isBuffer(body) && pageStart.test(body.subarray(0, 1_000).toString('utf8'));
  const answer = { status, isWebPage };
  const why = `it answered ${status}${isOk(answer) ? ' with a web page' : ''}`;
  return failureOf(meaningIn(byHttp, answer), why, retryAfterMs);
}

const pageStart = /^\s*<(?:!doctype\s+html|html)[\s>]/i;

export const failureBySlack = (answer: SlackAnswer & { message: string; retryAfterMs: number | undefined }) =>
  failureOf(meaningIn(bySlack, answer), answer.message, answer.retryAfterMs);

/** @param code of the server's refusal; undefined if it took the mail */
export const meaningBySmtp = (code: number | undefined): Meaning =>
  code === undefined ? 'taken' : meaningIn(bySmtp, code);
export const failureBySmtp = (code: number, why: string): Error =>
  failureOf(meaningIn(bySmtp, code), why) ?? new PermanentFailure(why);

/** The longest wait, whatever the other side asks for; cards observe it too. */
const longestWaitMs = milliseconds(policy.notices.holdUpTo.rest);

function failureOf(meaning: Meaning, why: string, retryAfterMs?: number): Error | undefined {
  switch (meaning) {
    case 'taken':
      return undefined;
    case 'later':
      return new TemporaryFailure(why, retryAfterMs === undefined ? undefined : Math.min(retryAfterMs, longestWaitMs));
    case 'sought':
      // A slow Slack may still process the request: only later is it certain that a message is missing.
      return new LostAnswer(why, milliseconds(policy.outgoing.lookAfter));
    case 'perhaps':
      return new AccessRefused(why);
    case 'never':
      return new PermanentFailure(why);
  }
}
