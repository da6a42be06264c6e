/** Incidents in a ledger each, linked and told apart as the store would have it: what is decided of each is recorded there. */
import { afterEvents, type Pending } from '../../functions/incidents/decision.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { decideJoined, decideParted, type Side } from '../../functions/incidents/join-and-part.ts';
import { decideLaterWord } from '../../functions/incidents/later-word.ts';
import { type Contact, contactIdOf, theOthersId } from '../../functions/incidents/rhythm/contact.ts';
import type { Customer, Signal } from '../../functions/incidents/signal/signal.ts';
import type { OwnStatement } from '../../functions/incidents/statements/given.ts';
import { policy } from '../../functions/policy.ts';
import { Ledger } from './retraction/ledger.ts';
import { at, told } from './rhythm/rhythm.ts';

/** What a ticket says: its first customer reports, and the others are named. Who shares a contact is `id/contact`. */
function reportOf(names: readonly string[]): Pick<Signal, 'affectedCustomers'> & { customer: Customer } {
  const [customer, ...affectedCustomers] = names.map((name): Customer => {
    const [id = '', contactId] = name.split('/');
    return contactId === undefined ? { id } : { id, contactId };
  });
  return { customer: customer as Customer, affectedCustomers };
}

/** `1` is `inc_1`, reported by ticket `T-1` at 10:00. Whether it goes on is not known. */
export function filed(
  number: number,
  names: readonly string[],
  facts: Partial<Incident> = {},
  report: Partial<Signal> = {},
): Ledger {
  return new Ledger({ id: `inc_${number}`, ...facts }, { sourceId: `T-${number}`, ...reportOf(names), ...report });
}

/** The ticket of one that was linked, or of the survivor itself, names more of them. */
export function names(survivor: Ledger, number: number, customers: readonly string[], time: string): void {
  const id = `inc_${number}`;
  const receivedAt = at(`24 ${time}`);
  const ticket = { source: 'ticket', tool: 'generic', sourceId: `T-${number}`, kind: 'stated' } as const;
  const said = { ongoing: 'unknown', isReporterAffected: true, problems: [], tags: [] } as const;
  const signal = { id: `sig_${time}`, ...ticket, ...said, ...reportOf(customers), receivedAt } as unknown as Signal;
  const linkedId = survivor.incident.id === id ? undefined : id;
  survivor.take(decideLaterWord(survivor.incident, signal, policy, receivedAt, linkedId), 'generic', receivedAt);
}

export const states = (ledger: Ledger, statement: object, time: string): unknown =>
  ledger.state(statement as OwnStatement, 'sato', at(`24 ${time}`));

const by = (time: string) => ({ actor: 'sato', now: at(`24 ${time}`), policy });
const readOf = ({ incident, contacts }: Ledger) => ({ incident, contacts: [...contacts.values()] });

function record(ledger: Ledger, side: Side): void {
  ledger.incident = afterEvents(ledger.incident, side.events);
  for (const contact of side.contacts) ledger.contacts.set(contact.id, contact);
  for (const id of side.gone ?? []) ledger.contacts.delete(id);
}

/** @returns what was decided of the linked one, and of the one that survives */
export function link(linked: Ledger, to: Ledger, time: string, pending: Pending[] = []): [Side, Side] {
  const both = { linked: { ...readOf(linked), pending }, to: readOf(to) };
  const sides = decideJoined(both, { to: to.incident.id, basis: '同じ障害' }, [], by(time));
  record(linked, sides[0]);
  record(to, sides[1]);
  return sides;
}

/** @returns what was decided of the linked one, and of each that it was linked to */
export function part(linked: Ledger, chain: Ledger[], time: string, rest: Pending[] = []): [Side, ...Side[]] {
  const sides = decideParted(readOf(linked), chain.map(readOf), { type: 'unlinked' }, rest, by(time));
  for (const [index, ledger] of [linked, ...chain].entries()) record(ledger, sides[index] as Side);
  return sides;
}

/** The contact of a customer, or of the `others` whom nobody has named. */
export function contactOf({ contacts }: Ledger, name: string): Contact | undefined {
  return contacts.get(name === 'others' ? theOthersId : contactIdOf(reportOf([name]).customer));
}

/** Until when they wait. */
export const dueOf = (ledger: Ledger, name: string): string => told(contactOf(ledger, name)?.nextUpdateDueAt);

/** Whom it has a contact for. */
export const waitingIn = ({ contacts }: Ledger): string[] =>
  [...contacts.values()].flatMap(({ isTheOthers, customers }) =>
    isTheOthers ? ['others'] : customers.map(({ id }) => id),
  );

export const typesOf = (side: Side | undefined): string[] => (side?.events ?? []).map(({ type }) => type);
