/** The record as all of its facts make it. Pure. */
import type { Policy } from '../../policy.ts';
import { type ClosedSlot, closingsIn, type EventOf, type TimelineEvent } from '../events.ts';
import type { Incident } from '../incident.ts';
import { decideLaterWord } from '../later-word.ts';
import type { Signal } from '../signal/signal.ts';
import { afterEvent } from '../timeline.ts';
import { begin, evolve } from './evolve.ts';
import { type Fact, isSequenced, takenBack } from './facts.ts';
import type { State } from './state.ts';

/**
 * @param id of the incident
 * @param timeline in any order; what a retraction names is left out, as if it had never been said
 * @param policyOf the rules of a version: each fact, and the time before it, goes by those that were in force
 * @returns the record, and every slot that has ended
 * @throws Error where the timeline has no `filed`
 */
export function fold(
  id: string,
  timeline: readonly TimelineEvent[],
  policyOf: (version: string | undefined) => Policy,
): State & { closings: ClosedSlot[] } {
  const [filed, ...later] = inOrder(timeline);
  if (filed?.type !== 'filed') throw new Error('A timeline begins with what was filed.');
  const taken = takenBack(timeline);
  const begun = begin(id, filed, policyOf(filed.policyVersion));
  const concluded: EventOf[] = [...begun.concluded];
  let { incident, contacts }: State = begun;
  for (const event of later) {
    const policy = policyOf(event.policyVersion);
    if (!taken.has(event.id)) {
      const told = isSequenced(event) ? [event] : heard(incident, event, policy);
      for (const fact of told) {
        const evolved = evolve({ incident, contacts }, fact, policy);
        ({ incident, contacts } = evolved);
        concluded.push(...evolved.concluded);
      }
    }
    if (isSequenced(event)) incident = afterEvent(incident, event);
  }
  return { incident, contacts, closings: closingsIn(concluded) };
}

/** Facts by their sequence, and each signal after the one up to which the record was known as it came. */
function inOrder(timeline: readonly TimelineEvent[]): TimelineEvent[] {
  const placeOf = (event: TimelineEvent): number =>
    event.type === 'signal-received' ? (event.detail.after ?? 0) + 0.5 : Number(event.id);
  return timeline.toSorted(
    (one, other) =>
      placeOf(one) - placeOf(other) ||
      one.recordedAt.getTime() - other.recordedAt.getTime() ||
      (one.id < other.id ? -1 : 1),
  );
}

/**
 * A report that changed nothing as it came, since somebody had stated the same, does so without that statement. What it
 * did change is told by facts of its own as well, which then change nothing more.
 */
function heard(incident: Incident, event: TimelineEvent, policy: Policy): Fact[] {
  if (event.type !== 'signal-received' || !event.detail.report) return [];
  const { id, recordedAt, occurredAt: happenedAt, detail } = event;
  const signal = { ...detail, ...detail.report, id, happenedAt } as unknown as Signal;
  const { facts } = decideLaterWord(incident, signal, policy, recordedAt, detail.of);
  return facts.map((fact) => ({ ...fact, recordedAt }));
}
