/** When the whole incident has recovered: with the last of its affected customers. Pure. */
import { areCounted } from '../clocks/facts.ts';
import { earliest, type Incident, latest } from '../incident.ts';
import type { Contact } from '../rhythm/contact.ts';

/** The affected contacts: no mere reporters, who have nothing that could recover, nor customers who no longer count. */
export function affectedBy(incident: Incident, contacts: Contact[]): Contact[] {
  const named = new Set(incident.affectedCustomers.map((each) => each.id));
  return contacts.filter((each) =>
    each.isTheOthers ? areCounted(each.facts) : each.customers.some(({ id }) => named.has(id)),
  );
}

type Recovery = NonNullable<ReturnType<typeof recoveryOf>>;

/**
 * The recovery of the whole, where every affected customer has recovered: it is that of the last one.
 * @param statedAt counts where no customer is known; of two statements the earlier, as with a contact's own
 */
export function recoveryOf(incident: Incident, contacts: Contact[], statedAt: Date) {
  const { status, recoveredAt: known } = incident;
  const affected = affectedBy(incident, contacts);
  if ((status !== 'open' && status !== 'recovered') || affected.some((each) => !each.recoveredAt)) return undefined;
  const last = affected.reduce<Date | undefined>((at, each) => latest(at, each.recoveredAt as Date), undefined);
  const recoveredAt = last ?? earliest(known, statedAt);
  if (status === 'recovered' && known?.getTime() === recoveredAt.getTime()) return undefined;
  const why =
    affected.length > 0
      ? 'The business of every affected customer works again.'
      : 'No customer is known; it was stated for all.';
  const detail = { rule: 'all-recovered', why, recoveredAt };
  const event = { isFact: false, type: 'recovered', actor: 'rule', occurredAt: statedAt, detail } as const;
  return { changes: { status: 'recovered' as const, recoveredAt }, event };
}

/** The recovery of the known customers; undefined if there are none, and where it was seen to happen since. */
export function recoveryOfThose(contacts: Contact[], incident: Incident, now: Date): Recovery | undefined {
  const recovery = affectedBy(incident, contacts).length > 0 ? recoveryOf(incident, contacts, now) : undefined;
  return recovery && !wasSeenSince(incident, recovery.changes.recoveredAt) ? recovery : undefined;
}

const wasSeenSince = ({ status, ongoing, lastSeenAt }: Incident, recoveredAt: Date): boolean =>
  status === 'open' && ongoing === 'yes' && lastSeenAt !== undefined && lastSeenAt > recoveredAt;
