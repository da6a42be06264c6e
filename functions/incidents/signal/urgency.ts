/** Urgency (`docs/reference/rules/b-urgency.md`), judged from the age at filing alone. Pure. */
import { milliseconds, type Policy, policyVersion } from '../../policy.ts';

export type UrgencyLevel = 'high' | 'low';
export type UrgencyRule =
  | 'occurrence-unknown'
  | 'occurrence-in-future'
  | 'occurred-within-one-hour'
  | 'occurred-earlier';

export interface ConsideredRule {
  rule: UrgencyRule;
  held: boolean;
  why: string;
}

export interface Urgency {
  level: UrgencyLevel;
  rule: UrgencyRule;
  policyVersion: string;
  evaluatedAt: Date;
  inputs: { occurredAt: Date | null; receivedAt: Date; ageMinutes: number | null };
  /** Every rule of the table, the matching one too. */
  considered: ConsideredRule[];
}

/**
 * Judges the urgency of what occurred at `occurredAt` and was received at `receivedAt`.
 * Total: any two dates give an answer, an invalid or absent occurrence is an unknown one.
 * @param now when it is judged; recorded, never compared
 */
export function judgeUrgency(occurredAt: Date | undefined, receivedAt: Date, policy: Policy, now: Date): Urgency {
  const isKnown = occurredAt !== undefined && !Number.isNaN(occurredAt.getTime());
  const ageMs = isKnown ? receivedAt.getTime() - occurredAt.getTime() : undefined;
  const ageMinutes = ageMs === undefined ? null : round(ageMs / 60_000);
  const highUpToMs = milliseconds(policy.urgency.highUpTo);
  const clockErrorMs = milliseconds(policy.urgency.clockErrorUpTo);
  const highMinutes = highUpToMs / 60_000;
  const errorMinutes = clockErrorMs / 60_000;

  const known = (text: string): string => (ageMs === undefined ? 'It is not known when it occurred.' : text);
  const age = ageMs === undefined ? '' : describeAge(ageMs);
  const isFuture = ageMs !== undefined && ageMs < -clockErrorMs;
  const isRecent = ageMs !== undefined && !isFuture && ageMs <= highUpToMs;
  const isEarlier = ageMs !== undefined && ageMs > highUpToMs;
  const considered: ConsideredRule[] = [
    {
      rule: 'occurrence-unknown',
      held: ageMs === undefined,
      why:
        ageMs === undefined ? 'It is not known when it occurred: treated as urgent.' : 'It is known when it occurred.',
    },
    {
      rule: 'occurrence-in-future',
      held: isFuture,
      why: known(`${age}; more than ${errorMinutes} min ahead is taken for a mistake and treated as urgent.`),
    },
    { rule: 'occurred-within-one-hour', held: isRecent, why: known(`${age}; up to ${highMinutes} min is urgent.`) },
    { rule: 'occurred-earlier', held: isEarlier, why: known(`${age}; more than ${highMinutes} min is not urgent.`) },
  ];
  const rule = considered.find((each) => each.held)?.rule ?? 'occurrence-unknown';
  return {
    level: rule === 'occurred-earlier' ? 'low' : 'high',
    rule,
    policyVersion: policyVersion(policy),
    evaluatedAt: now,
    inputs: { occurredAt: isKnown ? occurredAt : null, receivedAt, ageMinutes },
    considered,
  };
}

function describeAge(ageMs: number): string {
  const minutes = round(Math.abs(ageMs) / 60_000);
  return ageMs < 0
    ? `It occurred ${minutes} min after it was received`
    : `It occurred ${minutes} min before it was received`;
}

function round(minutes: number): number {
  return Math.round(minutes * 1_000) / 1_000;
}
