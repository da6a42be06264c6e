/** What cannot have been: a fact of an incident from before it occurred, where that is known to the minute. Pure. */

import type { Reason } from '../../platform/problem.ts';
import { refuse } from '../../words/refusals/refuse.ts';
import type { Incident } from '../incident.ts';

const facts = ['firstResponseAt', 'verifiedAt', 'scopedAt', 'mitigatedAt', 'recoveredAt'] as const;
export type Times = Pick<Incident, 'receivedAt' | 'occurredAt' | 'isOccurredAtApproximate' | (typeof facts)[number]>;

/**
 * Whether a fact of that time is from before the occurrence; where that is not known, or about, nobody can say. What has
 * been received has occurred by then: a time in the future is a clock's error, or a mistake.
 */
export const isBeforeOccurrence = (at: Date, { occurredAt, isOccurredAtApproximate, receivedAt }: Times): boolean =>
  occurredAt !== undefined && isOccurredAtApproximate !== true && at < occurredAt && at < receivedAt;

/** Contradictions in the record, from any source: for example a report that states a later occurrence. */
export function contradictionsOf(incident: Times) {
  const { occurredAt } = incident;
  return facts.flatMap((field) => {
    const at = incident[field];
    return occurredAt && at && isBeforeOccurrence(at, incident) ? [{ field, at, occurredAt }] : [];
  });
}

/** Both times, so that a person can correct the wrong one. */
export const sayBefore = (at: Date, occurredAt: Date): Reason => refuse('before-occurrence', { at, occurredAt });
