/** Urgency (`docs/reference/rules/b-urgency.md`), judged from the age at filing alone. Pure. */
import { milliseconds, type Policy, policyVersion } from '../../policy.ts';

export type UrgencyRule =
  | 'occurrence-unknown'
  | 'occurrence-in-future'
  | 'occurred-within-one-hour'
  | 'occurred-earlier';

export type Urgency = ReturnType<typeof judgeUrgency>;

/** Any two dates get an answer: an invalid or absent occurrence is unknown. @param now recorded, never compared */
export function judgeUrgency(occurredAt: Date | undefined, receivedAt: Date, policy: Policy, now: Date) {
  // NaN if unknown: it compares as neither more nor less than anything.
  const ageMs = receivedAt.getTime() - (occurredAt?.getTime() ?? Number.NaN);
  const isKnown = !Number.isNaN(ageMs);
  const highUpToMs = milliseconds(policy.urgency.highUpTo);
  const clockErrorMs = milliseconds(policy.urgency.clockErrorUpTo);
  const highMinutes = highUpToMs / 60_000;
  const errorMinutes = clockErrorMs / 60_000;
  const known = (text: string): string => (isKnown ? text : 'It is not known when it occurred.');
  const age = describeAge(ageMs);
  const isFuture = ageMs < -clockErrorMs;
  const isRecent = !isFuture && ageMs <= highUpToMs;
  const isEarlier = ageMs > highUpToMs;
  /** Every rule of the table, the matching one too. */
  const considered: { rule: UrgencyRule; held: boolean; why: string }[] = [
    {
      rule: 'occurrence-unknown',
      held: !isKnown,
      why: isKnown ? 'It is known when it occurred.' : 'It is not known when it occurred: treated as urgent.',
    },
    {
      rule: 'occurrence-in-future',
      held: isFuture,
      why: isFuture
        ? `${age}; more than ${errorMinutes} min ahead is taken for a mistake and treated as urgent.`
        : known(`It is not more than ${errorMinutes} min in the future.`),
    },
    { rule: 'occurred-within-one-hour', held: isRecent, why: known(`${age}; up to ${highMinutes} min is urgent.`) },
    { rule: 'occurred-earlier', held: isEarlier, why: known(`${age}; more than ${highMinutes} min is not urgent.`) },
  ];
  const rule = considered.find((each) => each.held)?.rule ?? 'occurrence-unknown';
  return {
    level: rule === 'occurred-earlier' ? ('low' as const) : ('high' as const),
    rule,
    policyVersion: policyVersion(policy),
    evaluatedAt: now,
    inputs: {
      occurredAt: (isKnown && occurredAt) || null,
      receivedAt,
      ageMinutes: isKnown ? round(ageMs / 60_000) : null,
    },
    considered,
  };
}

/** Rounded up: then the text never contradicts a limit in whole minutes. */
const describeAge = (ageMs: number): string =>
  `It occurred ${Math.ceil(Math.abs(ageMs) / 60_000)} min ${ageMs < 0 ? 'after' : 'before'} it was received`;

const round = (minutes: number): number => Math.round(minutes * 1_000) / 1_000;
