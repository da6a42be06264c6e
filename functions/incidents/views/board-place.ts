/** An incident's place on the board and its next due customer, stored on its document, by which the board is sorted. Pure. */
import { given } from '../../platform/defined.ts';
import type { Policy } from '../../policy.ts';
import type { Incident } from '../incident.ts';
import { scopeSlot } from '../rhythm/cadence.ts';
import { type Contact, withOneOthers } from '../rhythm/contact.ts';

const shownOfNext = ['isTheOthers', 'lastUpdateAt', 'affectedKnownAt', 'missedInARow', 'endsWith'] as const;

/** Who is due next, as a card names them. */
interface NextContact extends Pick<Contact, (typeof shownOfNext)[number]> {
  /** The name of the contact, or of its first customer; the ID if there is no name. */
  name: string;
  /** The number of its other customers. */
  more: number;
}

export interface BoardPlace {
  /** What the board is sorted by: `dueAt`; where nothing is due, far ahead, and the newest first. */
  at: Date;
  /** Since when a customer waits, or when the scope is first asked for; null if nothing is due. */
  dueAt: Date | null;
  /** Null if unassigned: Firestore cannot query for an absent field. */
  assignee: string | null;
  waiting: number;
  next: NextContact | null;
}

/** Since when they should have heard from us, or when they are due. */
export const waitsFrom = ({ overdueSince, nextUpdateDueAt }: Pick<Contact, 'overdueSince' | 'nextUpdateDueAt'>) =>
  overdueSince ?? nextUpdateDueAt ?? undefined;

/** Later than any due time, so that incidents without one come last. */
const restFrom = Date.UTC(3000, 0);

/**
 * A slot that passes moves no incident: who waits is due since the first slot that nobody met.
 * @param contacts all of it; undefined if they were not read, and so have not changed
 * @param before its place until now; undefined if it is not known
 * @param added contacts that are new beside those that were not read
 * @returns null if it is not on the board, undefined if that cannot be known
 */
export function placeOnBoard(
  incident: Incident,
  contacts: readonly Contact[] | undefined,
  before: BoardPlace | null | undefined,
  policy: Policy,
  added: readonly Contact[] = [],
): BoardPlace | null | undefined {
  if (incident.kind !== 'incident' || incident.status === 'linked') return null;
  if (!contacts && before === undefined) return undefined;
  const { waiting, next, from } = contacts ? waitingOf(contacts) : both(keptOf(before), waitingOf(added));
  // A customer who wrote after the recovery waits for an answer.
  const [wrote] = incident.unanswered ?? [];
  if (waiting === 0 && incident.status !== 'open' && !wrote) return null;
  // Contacts that all have stopped are affected customers, too: the scope is known.
  const affected = incident.impact.affectedCustomerCount ?? 0;
  const dueAt = from ?? scopeSlot(incident, affected, null, policy)?.dueAt ?? null;
  const at = dueAt ?? wrote?.at ?? new Date(restFrom - incident.filedAt.getTime());
  return { at, dueAt, assignee: incident.assignee ?? null, waiting, next };
}

interface Waiting extends Pick<BoardPlace, 'waiting' | 'next'> {
  from?: Date | null;
}

const keptOf = (before: BoardPlace | null | undefined): Waiting =>
  before?.next ? { waiting: before.waiting, next: before.next, from: before.dueAt } : { waiting: 0, next: null };

/** The earlier of the two; if they are equal, the existing one. */
function both(kept: Waiting, added: Waiting): Waiting {
  const isAddedFirst = added.from && (!kept.from || added.from < kept.from);
  return { ...(isAddedFirst ? added : kept), waiting: kept.waiting + added.waiting };
}

function waitingOf(contacts: readonly Contact[]): Waiting {
  const waiting = withOneOthers(contacts).flatMap((contact) => {
    const from = waitsFrom(contact);
    return from ? [{ contact, from }] : [];
  });
  waiting.sort((a, b) => a.from.getTime() - b.from.getTime() || (a.contact.id < b.contact.id ? -1 : 1));
  const [first] = waiting;
  return { waiting: waiting.length, next: first ? nextOf(first.contact) : null, from: first?.from ?? null };
}

function nextOf(contact: Contact): NextContact {
  const [first] = contact.customers;
  return {
    ...given(contact, shownOfNext),
    name: contact.name ?? first?.name ?? first?.id ?? contact.id,
    more: Math.max(0, contact.customers.length - 1),
  };
}
