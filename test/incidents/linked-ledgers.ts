/** Records in memory, linked and told apart as the store would have it: what is decided of each is recorded there. */

import { deepStrictEqual } from 'node:assert/strict';
import type { Incident } from '../../functions/incidents/incident.ts';
import { asAddition, decideJoined, decideParted } from '../../functions/incidents/links/decide-link.ts';
import type { Decision } from '../../functions/incidents/record/commit.ts';
import { type Contact, contactIdOf, type State, theOthersId } from '../../functions/incidents/rhythm/contact.ts';
import type { Customer, Signal } from '../../functions/incidents/signals/signal.ts';
import { placeOnBoard } from '../../functions/incidents/views/board-place.ts';
import { policy } from '../../functions/policy.ts';
import { InMemory } from './record.ts';
import { at, told } from './rhythm/rhythm.ts';
import { signalWith } from './signals.ts';

const filedAt = at('24 10:00');

/** A report that is neither urgent nor ongoing. */
export const calmReport = {
  ongoing: 'no',
  occurredAt: { at: at('24 07:00'), isApproximate: false },
} as const satisfies Partial<Signal>;

const signalAt = (receivedAt: Date, report: Partial<Signal>): Signal =>
  signalWith({
    receivedAt,
    title: '注文が通らない',
    differsFromExpected: 'yes',
    occurredAt: { at: at('24 09:50'), isApproximate: false },
    customer: { id: 'a', name: 'A店' },
    ...report,
  });

/** One that was filed at 10:00, and in which nothing happens but what is stated: no tick looks at it. */
export class Ledger extends InMemory {
  /** @param report what else its ticket says; without it, that `a` is affected */
  constructor(report: Partial<Signal> = {}, id = 'inc_1') {
    super(signalAt(filedAt, report), filedAt, id);
  }

  /** @throws Error where it is refused */
  states(statement: object, time: string): this {
    this.now = at(`24 ${time}`);
    const refusal = this.state({ ...statement }, 'sato');
    if (refusal) throw new Error(refusal.refused.text);
    return this;
  }
}

/** What a ticket says: its first customer reports, and the others are named. Who shares a contact is `id/contact`. */
function reportOf(names: readonly string[]): Pick<Signal, 'affectedCustomers'> & { customer: Customer } {
  const [customer, ...affectedCustomers] = names.map((name): Customer => {
    const [id = '', contactId] = name.split('/');
    return contactId === undefined ? { id } : { id, contactId };
  });
  return { customer: customer as Customer, affectedCustomers };
}

/** `1` is `inc_1`, reported by ticket `T-1` at 10:00. Whether it is ongoing is not known. */
export const filed = (number: number, names: readonly string[], report: Partial<Signal> = {}): Ledger =>
  new Ledger({ sourceId: `T-${number}`, ...reportOf(names), ...report }, `inc_${number}`);

/** Its ticket names more of them. @param primary to which it is linked */
export function names(
  ledger: Ledger,
  customers: readonly string[],
  time: string,
  report: Partial<Signal> = {},
  primary?: Ledger,
): void {
  const sourceId = ledger.incident.origin.id;
  ledger.now = at(`24 ${time}`);
  ledger.hear(
    signalAt(ledger.now, { id: `sig_${sourceId}_${time}`, sourceId, ...reportOf(customers), ...report }),
    primary,
  );
}

const by = (time: string) => ({ actor: 'sato', now: at(`24 ${time}`), policy });

function record(ledger: Ledger, decision: Decision, time: string): void {
  ledger.now = at(`24 ${time}`);
  ledger.commit(decision);
}

/** @returns what was decided of the linked one, and of the one that survives */
export function link(linked: Ledger, to: Ledger, time: string): [Decision, Decision] {
  const decisions = decideJoined(linked, to, { to: to.incident.id, basis: '同じ障害' }, [], by(time));
  expectSameUnread(linked, to, decisions[1], time);
  record(linked, decisions[0], time);
  record(to, decisions[1], time);
  return decisions;
}

/** What a link records by the contacts that it brings is what it records by all of them. */
function expectSameUnread(linked: Ledger, to: Ledger, read: Decision, time: string): void {
  const unread = addition(linked, to, time);
  if (!unread || unread.contacts.some(({ id }) => to.contacts.has(id))) return;
  const { known = [], contacts: all, ...decided } = read;
  const { board: _, ...after } = unread.after as Incident & { board?: unknown };
  deepStrictEqual(
    { ...unread, before: read.before, after },
    { ...decided, contacts: all.filter((each) => !known.includes(each)) },
  );
  const board = boardOf(read.after, all);
  const { next: __, ...place } =
    placeOnBoard(unread.after, undefined, boardOf(to.incident, known), policy, unread.contacts) ?? {};
  deepStrictEqual({ ...place, next: board?.next }, board);
}

const boardOf = (incident: Incident, contacts: readonly Contact[]) =>
  placeOnBoard(incident, contacts, undefined, policy);

/** A link as it is decided where nobody is read who is there already; undefined where that does not do. */
export function addition(linked: Ledger, to: Ledger, time: string): Decision | undefined {
  const board = boardOf(to.incident, [...to.contacts.values()]);
  const unread: State = { incident: { ...to.incident, board } as Incident, contacts: new Map() };
  const [, decided] = decideJoined(linked, unread, { to: to.incident.id, basis: '同じ障害' }, [], by(time));
  return asAddition(decided, at(`24 ${time}`));
}

/** @returns what was decided of the linked one, and of each that it was linked to */
export function part(linked: Ledger, chain: [Ledger, ...Ledger[]], time: string): [Decision, ...Decision[]] {
  const decisions = decideParted(linked, chain, { type: 'unlinked' }, by(time));
  for (const [index, ledger] of [linked, ...chain].entries()) record(ledger, decisions[index] as Decision, time);
  return decisions;
}

/** The contact of a customer, or of the unidentified `others`. */
export function contactOf({ contacts }: Ledger, name: string): Contact | undefined {
  return contacts.get(name === 'others' ? theOthersId : contactIdOf(reportOf([name]).customer));
}

/** Until when they wait. */
export const dueOf = (ledger: Ledger, name: string): string => told(contactOf(ledger, name)?.nextUpdateDueAt);

/** The customers that it has a contact for. */
export const waitingIn = ({ contacts }: Ledger): string[] =>
  [...contacts.values()].flatMap(({ isTheOthers, customers }) =>
    isTheOthers ? ['others'] : customers.map(({ id }) => id),
  );

export const typesOf = (decision: Decision | undefined): string[] => (decision?.events ?? []).map(({ type }) => type);
