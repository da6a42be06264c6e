/** The effects of facts on an incident's contacts and on their schedules. Pure. */

import { given } from '../../platform/defined.ts';
import type { Policy } from '../../policy.ts';
import { areCounted, type Fact as ClockFact, type ContactFact, isOfKnown, type ScheduleFact } from '../clocks/facts.ts';
import type { ContactEffect, Recipients } from '../facts/decision.ts';
import type { EventOf } from '../facts/events.ts';
import { type Concluded, type Fact, isFact, isSame } from '../facts/timeline.ts';
import { type Incident, optional, unnamedIn } from '../incident.ts';
import { hasOtherRow, isOnlyAboutMetronome, isUrgentRhythm } from '../rhythm/cadence.ts';
import {
  type Contact,
  customerIdsOf,
  groupByContact,
  openContact,
  type State,
  theOthersId,
  ticketOn,
} from '../rhythm/contact.ts';
import { affectedBy } from './recovery.ts';

/** Whether deciding needs the contacts: most statements do not, and do not read them. */
export function needsContacts(before: Incident, after: Incident, effects: ContactEffect[]): boolean {
  return effects.length > 0 || hasOtherRow(before, after);
}

/** Customers named by a fact who have no contact yet. */
export function unknownCustomers(contacts: readonly Contact[], fact: EventOf): string[] {
  if (!isFact(fact) || (fact.type !== 'customer-updated' && fact.type !== 'recovered')) return [];
  const { customers = 'all' } = fact.detail;
  // What a tool says of a ticket is never refused: it may concern a customer who is not counted as affected.
  if (customers === 'all' || 'ticket' in fact.detail) return [];
  const known = new Set(contacts.flatMap(customerIdsOf));
  return customers.filter((id) => !known.has(id));
}

/** A fact in the form of the clocks. */
export const stampOf = ({ id, recordedAt, occurredAt }: Fact | Concluded, at: Date = occurredAt): ClockFact => ({
  id,
  at,
  recordedAt,
});

export type Recorded = State & {
  /** When what it says may have the whole recover; undefined if it does not. */
  recovery?: Date;
};

/** Adds an event's facts to a record's; the caller reads clocks. @param decided the incident as the event leaves it */
export function addFacts(
  { contacts }: Pick<State, 'contacts'>,
  decided: Incident,
  effects: readonly ContactEffect[],
  fact: Fact | Concluded,
  policy: Policy,
): Recorded {
  const all = new Map(contacts);
  let toAll = decided.toAll ?? [];
  let recovery: Date | undefined;
  const put = (id: string, ...facts: ContactFact[]): void => {
    const known = all.get(id) ?? openContact(decided, id);
    all.set(id, { ...known, facts: [...known.facts, ...facts] });
  };
  const isOfBefore = (at: Date): boolean => decided.reopenedAt !== undefined && at < decided.reopenedAt;
  const tell = (effect: Recipients, told: ContactFact): void => {
    if (effect.whom === 'all') toAll = [...toAll, { ...told, ofAll: true } as ContactFact];
    else for (const { id } of named(all, effect)) put(id, told);
  };
  // A statement to customers that only members know does not end this incident's own trouble.
  const isOfAny = (effect: Recipients): boolean => {
    const { tool, id } = decided.origin;
    const isOnOwn = effect.ticket?.tool === tool && effect.ticket.id === id;
    return effect.whom === 'all' || isOnOwn || named(all, effect).some(({ facts }) => facts.some(isOfKnown));
  };

  for (const effect of effects) {
    switch (effect.kind) {
      case 'updated': {
        const { sentAt, isRecovery, message, channel } = effect;
        const stamp = stampOf(fact, sentAt);
        if (policy.cadence.countedChannels.includes(channel)) {
          const text = message?.slice(0, mostCharacters).toWellFormed();
          tell(effect, {
            ...stamp,
            type: 'updated',
            ...(isRecovery ? { isRecovery } : {}),
            ...optional('message', text),
          });
        } else if (isRecovery) tell(effect, { ...stamp, type: 'recovered' });
        if (isRecovery && !isOfBefore(sentAt) && isOfAny(effect)) recovery = sentAt;
        break;
      }
      case 'recovered':
        tell(effect, { ...stampOf(fact, effect.recoveredAt), type: 'recovered' });
        if (!isOfBefore(effect.recoveredAt) && isOfAny(effect)) recovery = effect.recoveredAt;
        break;
      case 'unreached': {
        const { requestedAt, updateId, why } = effect;
        tell(effect, { ...stampOf(fact, requestedAt), type: 'unreached', updateId, why });
        break;
      }
      case 'recovery-corrected':
        toAll = [...toAll, { ...stampOf(fact, effect.to), type: 'recovery-corrected', from: effect.from, ofAll: true }];
        break;
      case 'affected':
        for (const [id, customers] of groupByContact(effect.customers)) {
          const ticket = optional('ticket', ticketOn(customers, effect.reporter, effect.ticket));
          name(id, stampOf(fact, effect.knownAt), { customers, ...ticket });
        }
        count(effect.knownAt);
        // Customers who are named late may have recovered after the others.
        if (decided.status === 'recovered') recovery ??= decided.recoveredAt;
        break;
      case 'removed': {
        const gone = new Set(effect.whom);
        for (const contact of named(all, effect)) {
          const facts = contact.facts.flatMap((each) => withoutCustomers(each, gone));
          const isLeft = facts.some((each) => 'customers' in each && (each.customers?.length ?? 0) > 0);
          if (isLeft) all.set(contact.id, { ...contact, facts });
          else all.delete(contact.id);
        }
        if (decided.namesNobody) count(fact.recordedAt);
        // They may have been the last who waited.
        if (affectedBy(decided, [...all.values()]).length > 0) recovery ??= fact.recordedAt;
        break;
      }
      case 'not-occurring':
        tellReporter();
        break;
      case 'reopened':
        // Customers that a meeting has counted since the end wait as well.
        count(effect.at);
        break;
    }
  }
  return {
    incident: toAll.length > 0 ? { ...decided, toAll } : decided,
    contacts: all,
    ...optional('recovery', recovery),
  };

  /** A customer who is told with others does not begin to wait again. */
  function name(id: string, stamp: ClockFact, named: Named): void {
    const isKnown = all.get(id)?.facts.some((each) => each.type === 'known');
    if (isKnown) put(id, { ...stamp, type: 'named', ...named });
    else begin(id, stamp, named);
  }

  function begin(id: string, stamp: ClockFact, named: Named): void {
    put(id, ...knownFacts(decided, stamp, named));
    if (isOverFor(stamp.at)) put(id, { ...stamp, at: decided.recoveredAt as Date, type: 'recovered' });
  }

  /** Customers who are named after it was over, and were affected before, recovered with the others. */
  function isOverFor(knownAt: Date): boolean {
    const { status, recoveredAt } = decided;
    return status === 'recovered' && recoveredAt !== undefined && knownAt <= recoveredAt;
  }

  function count(knownAt: Date): void {
    for (const [id, counted] of countOthers(decided, all, stampOf(fact, knownAt))) {
      const { isCounted, type: _, ...stamp } = counted;
      put(id, counted);
      if (isCounted && isOverFor(knownAt)) put(id, { ...stamp, at: decided.recoveredAt as Date, type: 'recovered' });
      // Customers who no longer count may have kept it open, or have recovered last.
      if (!isCounted && affectedBy(decided, [...all.values()]).length > 0) recovery ??= fact.recordedAt;
    }
  }

  /** A reporter who is not affected is told what was found. */
  function tellReporter(): void {
    const { reporter, source, origin } = decided;
    if (!reporter || source !== 'ticket' || [...all.values()].some((each) => asks(each, reporter.id))) return;
    const ticket = given(origin, ['tool', 'id', 'url']);
    for (const [contactId, customers] of groupByContact([{ ...reporter }]))
      begin(contactId, stampOf(fact, fact.recordedAt), { customers, ticket });
  }
}

/** What names others as well stays without them. */
function withoutCustomers(fact: ContactFact, gone: ReadonlySet<string>): ContactFact[] {
  if ((fact.type !== 'known' && fact.type !== 'named') || !fact.customers) return [fact];
  const customers = fact.customers.filter(({ id }) => !gone.has(id));
  return customers.length > 0 || fact.type === 'known' ? [{ ...fact, customers }] : [];
}

/** Of a message, only the part that is shown. */
const mostCharacters = 1_000;

const asks = ({ customers }: Contact, reporterId: string): boolean => customers.some(({ id }) => id === reporterId);

/** That a customer became known, and whether they reported it. */
export function knownFacts({ reporter }: Pick<Incident, 'reporter'>, stamp: ClockFact, named: Named): ContactFact[] {
  const known: ContactFact = { ...stamp, type: 'known', ...named };
  return named.customers.some(({ id }) => id === reporter?.id) ? [known, { ...stamp, type: 'asked' }] : [known];
}

type Named = Pick<Contact, 'customers' | 'ticket'>;

type Counted = Extract<ContactFact, { type: 'counted' }>;

/** Customers who are counted and not named are one contact. @returns the new fact by contact, if that changed */
export function countOthers(incident: Incident, contacts: State['contacts'], stamp: ClockFact): [string, Counted][] {
  const wasCounted = areCounted(contacts.get(theOthersId)?.facts ?? []);
  const isCounted = unnamedIn(incident) > 0;
  return isCounted === wasCounted ? [] : [[theOthersId, { ...stamp, type: 'counted', isCounted }]];
}

/** Adds to the schedule what an event changes: the row, whether it occurs, an emergency, or the rules in force. */
export function withSchedule(
  incident: Incident,
  effects: readonly ContactEffect[],
  fact: Fact | Concluded,
  policy: Policy,
): Incident {
  if (incident.kind !== 'incident') return incident;
  const { schedule = [], emergency } = incident;
  const stamp = stampOf(fact, fact.recordedAt);
  const last = <T extends ScheduleFact['type']>(type: T) =>
    schedule.findLast((each): each is Extract<ScheduleFact, { type: T }> => each.type === type);
  const added: ScheduleFact[] = [];
  const rules = rulesOf(policy);
  if (last('rules')?.rules !== rules) added.push({ ...stamp, type: 'rules', rules });
  const row = { isUrgent: isUrgentRhythm(incident), isOngoing: incident.ongoing !== 'no' };
  const known = last('row');
  if (known?.isUrgent !== row.isUrgent || known.isOngoing !== row.isOngoing)
    added.push({ ...stamp, type: 'row', ...row });
  const isOn = !isOnlyAboutMetronome(incident);
  if ((last('rhythm')?.isOn ?? true) !== isOn) added.push({ ...stamp, type: 'rhythm', isOn });
  const begun = last('emergency');
  if (emergency && !isSame([begun?.at, begun?.endedAt], [emergency.since, emergency.endedAt]))
    added.push({ ...stamp, at: emergency.since, type: 'emergency', endedAt: emergency.endedAt });
  for (const effect of effects) {
    if (effect.kind === 'not-occurring')
      added.push({ ...stamp, at: incident.lastSeenAt ?? stamp.at, type: 'not-occurring' });
    if (effect.kind === 'reopened') added.push({ ...stamp, at: effect.at, type: 'reopened' });
  }
  return added.length > 0 ? { ...incident, schedule: [...schedule, ...added] } : incident;
}

/** The parts of the policy that clocks depend on. */
const rulesOf = ({ cadence, emergency: { rhythm }, zone }: Policy): string => JSON.stringify({ cadence, rhythm, zone });

/** Customers that a meeting counts wait while the incident is ongoing, as with `scoped`; those it no longer counts do not. */
export function effectsOfCount(after: Incident, knownAt: Date): ContactEffect[] {
  const isWaiting = after.status === 'open' || unnamedIn(after) === 0;
  return isWaiting ? [{ kind: 'affected', customers: [], knownAt }] : [];
}

/** The contacts of a statement: all, some by ID, or those of a ticket. */
export function named(contacts: ReadonlyMap<string, Contact>, { whom, ticket }: Recipients): Contact[] {
  const every = [...contacts.values()];
  if (whom === 'all') return every;
  const ids = new Set(whom);
  const isOnTicket = (contact: Contact): boolean =>
    ticket !== undefined && contact.ticket?.tool === ticket.tool && contact.ticket.id === ticket.id;
  return every.filter((contact) => isOnTicket(contact) || customerIdsOf(contact).some((each) => ids.has(each)));
}
