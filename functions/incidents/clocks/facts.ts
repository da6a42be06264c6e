/**
 * The input of a contact's clock: facts about the contact, and the incident's schedule. Each fact has the ID of the event that
 * stated it, so that sets of facts merge by union. A fact never changes; a retraction removes it. Pure.
 */
import type { Customer } from '../signals/signal.ts';

export interface Fact {
  /** The ID of the event that stated the fact, prefixed with its incident's ID if another incident recorded it. */
  id: string;
  /** On a primary, the linked incident whose customers the fact is about. The end of its link removes the fact. */
  of?: string;
  /** When it happened. */
  at: Date;
  recordedAt: Date;
}

export const byTime = (a: Fact, b: Fact): number => a.at.getTime() - b.at.getTime();

/** Facts about one contact. `ofAll`: stated of all customers and stored with the incident. */
export type ContactFact = Fact &
  (
    | ({ type: 'known' } & Named)
    /** Other customers who are updated together with them. */
    | ({ type: 'named' } & Named)
    /** The customer reported it, so they are told the result. */
    | { type: 'asked' }
    /** Sent to them in a channel that counts. A recovery told in another channel is `recovered`. */
    | { type: 'updated'; isRecovery?: boolean; ofAll?: boolean; message?: string }
    /** `saidAt`: when a fact about all was recorded, for a customer who turned out to have been affected by then. */
    | { type: 'recovered'; ofAll?: boolean; saidAt?: Date }
    /** An update that was asked for at `at` has failed. */
    | { type: 'unreached'; updateId: string; why: string }
    /** Corrects the incident's recovery from `from` to `at`: no contact recovered later than that. */
    | { type: 'recovery-corrected'; from: Date; ofAll?: boolean }
    /** The responders were reminded. `dueAt`: the latest deadline that the notice named. */
    | { type: 'reminded'; dueAt: Date }
    | { type: 'escalated' }
    /** For the contact of unnamed customers: whether any customer without a name is counted. Counted customers count as known. */
    | { type: 'counted'; isCounted: boolean }
  );

interface Named {
  customers?: Customer[];
  /** The ticket on which they are answered. */
  ticket?: { tool: string; id: string; url?: string };
}

/** Facts about the incident that all of its contacts go by. */
export type ScheduleFact = Fact &
  /** The urgency judged at `recordedAt`. The first one is that of filing. */
  (
    | { type: 'row'; isUrgent: boolean; isOngoing?: boolean }
    /** A check at `at` found that it does not happen. */
    | { type: 'not-occurring' }
    | { type: 'reopened' }
    /** It is an emergency since `at`. */
    | { type: 'emergency'; endedAt: Date | null }
    /** The rules in force from now on, as JSON; the last such fact applies. */
    | { type: 'rules'; rules: string }
    /** Whether customers are updated on a schedule; without such a fact they are. */
    | { type: 'rhythm'; isOn: boolean }
  );

export interface Schedule {
  incidentId: string;
  filedAt: Date;
  facts: readonly ScheduleFact[];
}

/** Merges sets of facts. The order of the sets and of the facts in them does not matter. */
export const union = <T extends { type: string; id: string }>(...sets: readonly (readonly T[])[]): T[] => [
  ...new Map(sets.flat().map((fact) => [`${fact.type} ${fact.id}`, fact])).values(),
];

/** Whether another incident recorded the fact: then that incident's ID is its prefix. */
export const isFromElsewhere = ({ id }: Pick<Fact, 'id'>): boolean => id.includes('/');

/** The fact as other incidents store it. */
export const asSaidOn = <T extends ContactFact>(incidentId: string, fact: T): T =>
  isFromElsewhere(fact) ? fact : { ...fact, id: `${incidentId}/${fact.id}` };

type AnyFact = ContactFact | ScheduleFact;
/** A recorded fact that moves the clock. */
export type Happening = Extract<AnyFact, { type: (typeof kindsInOrder)[number] }>;

/** Facts recorded at the same moment count in this order, then by when they happened. */
const kindsInOrder = [
  'rules',
  'asked',
  'rhythm',
  'row',
  'emergency',
  'counted',
  'known',
  'reopened',
  'not-occurring',
  'updated',
  'recovered',
  'recovery-corrected',
] as const;
const ranks = new Map<string, number>(kindsInOrder.map((kind, index) => [kind, index]));
const moves = (fact: AnyFact): fact is Happening => ranks.has(fact.type);
const rankOf = ({ type }: Happening): number => ranks.get(type) ?? 0;

/** The facts recorded by `now`, in the order in which they move the clock. */
export function happeningsOf(facts: readonly ContactFact[], schedule: Schedule, now: Date): Happening[] {
  const happenings = [...schedule.facts, ...ofThisContact(facts)].filter(moves);
  const byRecording = (a: Happening, b: Happening): number => a.recordedAt.getTime() - b.recordedAt.getTime();
  return happenings
    .filter(({ recordedAt }) => recordedAt <= now)
    .sort((a, b) => byRecording(a, b) || rankOf(a) - rankOf(b) || byTime(a, b) || (a.id < b.id ? -1 : 1));
}

/** Since when a customer is known to be affected, or the number of unnamed customers. */
export const isOfKnown = ({ type }: ContactFact): boolean => type === 'known' || type === 'counted';

const toldTypes: ReadonlySet<string> = new Set<ContactFact['type']>([
  'updated',
  'unreached',
  'recovered',
  'recovery-corrected',
  'reminded',
  'escalated',
]);

/** Whether a fact is a message to a customer. */
export const isTold = ({ type }: ContactFact): boolean => toldTypes.has(type);

/** Whether the last count left anybody without a name. */
export const areCounted = (facts: readonly ContactFact[]): boolean =>
  facts
    .flatMap((each) => (each.type === 'counted' ? [each] : []))
    .sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime())
    .at(-1)?.isCounted === true;

export const isOfRecovery = (fact: ContactFact): boolean =>
  fact.type === 'recovered' || (fact.type === 'updated' && fact.isRecovery === true);

/**
 * An update to all reached the customers who were recorded by then. A recovery of all covers the customers recorded when it was
 * stated, and those who turn out to have been affected by then.
 */
export function ofThisContact(facts: readonly ContactFact[]): ContactFact[] {
  const knowing = facts.filter((each) => each.type === 'known' || (each.type === 'counted' && each.isCounted));
  return facts.flatMap((fact) => ('ofAll' in fact && fact.ofAll ? ofAll(fact, knowing) : [fact]));
}

function ofAll(saidToAll: ContactFact & { ofAll?: boolean }, knowing: readonly Fact[]): ContactFact[] {
  const { ofAll: _, ...said } = saidToAll;
  const fact = said as ContactFact;
  if (fact.type === 'recovery-corrected') return [fact];
  const wasSaidAtOnce = fact.at >= fact.recordedAt;
  const isTold = (each: Fact): boolean => each.recordedAt <= fact.at || (wasSaidAtOnce && isBefore(each, fact));
  if (fact.type === 'updated' && knowing.some(isTold)) return [fact];
  // A person who states it knows who has been recorded.
  if (fact.type === 'recovered' && knowing.some((each) => isBefore(each, fact))) return [fact];
  const recorded = knowing.filter(({ at }) => at <= fact.at).map(({ recordedAt }) => recordedAt.getTime());
  if (!isOfRecovery(fact) || recorded.length === 0) return [];
  const saidAt = fact.recordedAt;
  return [{ ...fact, type: 'recovered', saidAt, recordedAt: new Date(Math.max(+saidAt, Math.min(...recorded))) }];
}

/** Whether it was recorded earlier; its place on the timeline counts too, since clocks of instances differ. */
function isBefore(one: Fact, other: Fact): boolean {
  const [own, its] = [one.id, other.id].map((id) => /^(.*\/)?(\d+)$/.exec(id));
  const isPlacedBefore = own != null && its != null && own[1] === its[1] && Number(own[2]) < Number(its[2]);
  return one.recordedAt < other.recordedAt || (isPlacedBefore && one.recordedAt > other.recordedAt);
}
