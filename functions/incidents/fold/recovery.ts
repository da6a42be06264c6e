/** When the whole has recovered: with the last of its affected customers. Pure. */
import type { Policy } from '../../policy.ts';
import { byTime, type ContactFact, isOfKnown, isOfRecovery } from '../clocks/facts.ts';
import { earliest, type Incident, latest, unnamedIn } from '../incident.ts';
import { type Contact, readClocks, type State } from '../rhythm/contact.ts';

/** The affected contacts: no mere reporters, who have nothing that could recover, nor customers who no longer count. */
export function affectedBy(incident: Incident, contacts: Contact[]): Contact[] {
  const named = new Set(incident.affectedCustomers.map((each) => each.id));
  return contacts.filter((each) =>
    each.isTheOthers ? unnamedIn(incident) > 0 : each.customers.some(({ id }) => named.has(id)),
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
  const event = { type: 'recovered', actor: 'rule', occurredAt: statedAt, detail } as const;
  return { changes: { status: 'recovered' as const, recoveredAt }, event };
}

/** The recovery of the known customers; undefined where there are none, and where it was seen to happen since. */
export function recoveryOfThose(contacts: Contact[], incident: Incident, now: Date): Recovery | undefined {
  const recovery = affectedBy(incident, contacts).length > 0 ? recoveryOf(incident, contacts, now) : undefined;
  return recovery && !wasSeenSince(incident, recovery.changes.recoveredAt) ? recovery : undefined;
}

const wasSeenSince = ({ status, ongoing, lastSeenAt }: Incident, recoveredAt: Date): boolean =>
  status === 'open' && ongoing === 'yes' && lastSeenAt !== undefined && lastSeenAt > recoveredAt;

/**
 * As those of a link join: what is open by itself is not over for having been joined by what is, and what was over for
 * nobody in particular stays as it was stated.
 * @param contacts all that it has now, with their clocks read
 */
export function recoveryOnceJoined(
  contacts: State['contacts'],
  primary: Incident,
  now: Date,
  policy: Policy,
): Recovery | undefined {
  const all = [...contacts.values()];
  const whole = affectedBy(primary, all).length > 0 ? recoveryOf(primary, all, now) : undefined;
  if (!whole) return undefined;
  const own = all.filter(({ facts }) => facts.some((each) => !each.of && isOfKnown(each)));
  const isOver = primary.status === 'recovered';
  if (own.length === 0) {
    const at = isOver ? undefined : statedForAll(primary);
    return at && { ...whole, changes: { ...whole.changes, recoveredAt: at } };
  }
  if (isOver) return whole;
  const alone = own.map(byItself);
  const schedule = primary.schedule?.filter(({ of }) => !of) ?? [];
  const isOngoing = schedule.findLast((each) => each.type === 'row')?.isOngoing !== false;
  const itself: Incident = { ...primary, schedule, ongoing: isOngoing ? primary.ongoing : 'no' };
  const read = readClocks(alone, itself, now, policy);
  return recoveryOfThose([...read.values()], itself, now) ? whole : undefined;
}

/** Without what links have brought. */
function byItself(contact: Contact): Contact {
  const { homes: _, facts, ...rest } = contact;
  return { ...rest, facts: facts.filter(({ of }) => !of) };
}

/** When it was said of all that they had recovered, where nothing has reopened it since. */
function statedForAll({ toAll = [], reopenedAt }: Incident): Date | undefined {
  const isSince = ({ at }: ContactFact): boolean => !(reopenedAt && at < reopenedAt);
  return toAll.filter((each) => isOfRecovery(each) && isSince(each)).sort(byTime)[0]?.at;
}
