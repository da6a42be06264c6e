/** Who waits for word from us, soonest first: what the board and the incident page sort by. */

import type { DocumentData, Query } from '@google-cloud/firestore';
import type { Emergency } from '../incidents/emergency/emergency.ts';
import type { Incident } from '../incidents/incident.ts';
import { scopeSlot } from '../incidents/rhythm/cadence.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import { collections, firestore, fromDocument, incidentRef } from '../platform/firestore.ts';
import type { Policy } from '../policy.ts';
import type { View } from './view.ts';

const contactFields = [
  'id',
  'incidentId',
  'nextUpdateDueAt',
  'overdueSince',
  'lastUpdateAt',
  'affectedKnownAt',
  'isTheOthers',
  'name',
  'customers',
  'missedInARow',
  'endsWith',
] as const;
export type WaitingContact = Pick<Contact, (typeof contactFields)[number]>;

/** What the board shows of an incident: an eighth of its document, and the store sends no more than that. */
const shownFields = [
  'id',
  'title',
  'isDrill',
  'status',
  'ongoing',
  'urgency.level',
  'urgency.rule',
  'source',
  'assignee',
  'filedAt',
  'missing',
  'kind',
  'isAboutMetronome',
  'links',
  'receivedAt',
  'reclassifiedAt',
  'scopedAt',
  'impact.affectedCustomerCount',
  'impact.businessImpact',
  'failedUpdates',
  'emergency.since',
  'emergency.endedAt',
] as const;
type Whole = 'urgency' | 'impact' | 'emergency';
export type BoardIncident = Pick<Incident, Exclude<(typeof shownFields)[number], `${Whole}.${string}`>> & {
  urgency: Pick<Incident['urgency'], 'level' | 'rule'>;
  impact: Pick<Incident['impact'], 'affectedCustomerCount' | 'businessImpact'>;
  emergency?: Pick<Emergency, 'since' | 'endedAt'>;
};

export interface BoardRow {
  incident: BoardIncident;
  /** The one who is due next; undefined where nobody waits. */
  next: WaitingContact | undefined;
  waitingCount: number;
  /** When `next` is due; where nobody is known to be affected, when that was first to be asked. */
  dueAt: Date | undefined;
  /** Those who wait, as far as they are known; undefined where they have not been asked for. */
  contacts?: WaitingContact[] | undefined;
}

export interface Board {
  /** Whoever has waited longest first; where nobody waits, the newest. */
  rows: BoardRow[];
  /** More are open than a board can sort. */
  isCut: boolean;
}

/** What the incidents on it have to be; what is left out is not asked for. */
export type BoardWish = Partial<Pick<Incident, 'ongoing' | 'source' | 'assignee'> & Pick<Incident['urgency'], 'level'>>;

/** What time alone changes on a board, its script changes; but for how many are overdue, and how long ago all was. */
const freshForMs = 300_000;
/** Whoever began to record later may be done earlier: so many of the newest are looked at. */
const mostAtOnce = 5;

/**
 * Grows whenever something was said or decided of any incident, and every five minutes: a board that is looked at all
 * day reads all that is open only where it would show something else.
 */
export async function boardStamp(now: Date): Promise<string> {
  const newest = firestore().collection(collections.incidents).orderBy('changedAt', 'desc').limit(mostAtOnce);
  const found = await newest.select('changedAt').get();
  const written = Math.max(0, ...found.docs.map(({ updateTime }) => updateTime.toMillis()));
  return `${written}-${Math.floor(now.getTime() / freshForMs)}`;
}

const mostOpen = 5_000;
const contactsAtOnce = 600;
const mostContacts = 6_000;
/** Of an incident that is asked by itself: who is due next, and that there are more. */
const mostOfOne = 20;

/**
 * Every open incident that is asked for, and whoever waits: by since when they should have heard from us, and by who is
 * due next, up to those who are not due yet. A contact that waits for its recovery message belongs to an incident that is
 * no longer open: it is shown as well. Who waits in incidents further down, `withContacts` finds a page at a time.
 */
export async function loadBoard(policy: Policy, now: Date, wish: BoardWish = {}): Promise<Board> {
  const all = firestore().collectionGroup(collections.contacts);
  const [open, unheard, due] = await Promise.all([
    openIncidents(wish),
    whoWaits(all, 'overdueSince', now),
    whoWaits(all, 'nextUpdateDueAt', now),
  ]);
  const waiting = new Map([...unheard, ...due].map((each) => [`${each.incidentId} ${each.id}`, each]));
  const contacts = Map.groupBy([...waiting.values()].sort(byWaiting), ({ incidentId }) => incidentId);
  const incidents = new Map(open.map((each) => [each.id, each]));
  for (const incident of await othersOf(
    [...contacts.keys()].filter((id) => !incidents.has(id)),
    wish,
  )) {
    incidents.set(incident.id, incident);
  }
  const isAll = due.length < contactsAtOnce;
  const rows = [...incidents.values()].map((incident) => rowOf(incident, contacts.get(incident.id), isAll, policy));
  return { rows: rows.sort(byRow), isCut: open.length === mostOpen };
}

/** A row of which it is not known who waits: they are due after everybody who is known to wait. */
const isUnknown = ({ contacts }: BoardRow): boolean => contacts === undefined;

function rowOf(
  incident: BoardIncident,
  contacts: WaitingContact[] | undefined,
  isAll: boolean,
  policy: Policy,
): BoardRow {
  const [next, ...rest] = contacts ?? [];
  // Contacts that all have stopped are affected customers, too: the scope is known.
  const affected = incident.impact.affectedCustomerCount ?? 0;
  const dueAt = next ? waitsFrom(next) : scopeSlot(incident, affected, null, policy)?.dueAt;
  const isKnown = contacts !== undefined || isAll || affected === 0;
  const waitingCount = next ? 1 + rest.length : 0;
  return { incident, next, waitingCount, dueAt, contacts: isKnown ? (contacts ?? []) : undefined };
}

/** Rows whose contacts one query did not bring are asked by themselves. */
export async function withContacts(rows: readonly BoardRow[], policy: Policy): Promise<BoardRow[]> {
  const known = await Promise.all(
    rows.map(async (row) => {
      if (!isUnknown(row)) return row;
      const all = incidentRef(row.incident.id).collection(collections.contacts);
      const found = await firstOf(all, 'nextUpdateDueAt', mostOfOne).get();
      const own = found.docs.map((each) => fromDocument<WaitingContact>(each.data()));
      return rowOf(row.incident, own, true, policy);
    }),
  );
  return known.sort(byRow);
}

/** Since when they should have heard from us, or when they are due. */
export const waitsFrom = ({ overdueSince, nextUpdateDueAt }: Pick<Contact, 'overdueSince' | 'nextUpdateDueAt'>) =>
  overdueSince ?? nextUpdateDueAt ?? undefined;

const orderOf = (at: Date | undefined): number => at?.getTime() ?? Number.MAX_SAFE_INTEGER;
const byWaiting = (a: WaitingContact, b: WaitingContact): number => orderOf(waitsFrom(a)) - orderOf(waitsFrom(b));

function byRow(a: BoardRow, b: BoardRow): number {
  const order = (row: BoardRow): number => (isUnknown(row) ? Number.MAX_SAFE_INTEGER - 1 : orderOf(row.dueAt));
  return order(a) - order(b) || b.incident.filedAt.getTime() - a.incident.filedAt.getTime();
}

/** Who is due next comes first: all who are overdue, and as many more as one query brings. */
async function whoWaits(contacts: Query, field: WaitingField, now: Date): Promise<WaitingContact[]> {
  const waiting: WaitingContact[] = [];
  let query = firstOf(contacts, field, contactsAtOnce);
  while (waiting.length < mostContacts) {
    const found = await query.get();
    const read = found.docs.map((each) => fromDocument<WaitingContact>(each.data()));
    waiting.push(...read);
    const [last, at] = [found.docs.at(-1), read.at(-1)?.[field]];
    if (read.length < contactsAtOnce || !last || !at || at > now) break;
    query = firstOf(contacts, field, contactsAtOnce).startAfter(last);
  }
  return waiting;
}

type WaitingField = 'overdueSince' | 'nextUpdateDueAt';

const firstOf = (contacts: Query, field: WaitingField, most: number): Query =>
  contacts
    .where(field, '>', new Date(0))
    .orderBy(field)
    .limit(most)
    .select(...contactFields);

/** What is asked for, the store looks for: nothing is left out before it is looked at. */
async function openIncidents(wish: BoardWish): Promise<BoardIncident[]> {
  const { level, ...fields } = wish;
  let query = firestore()
    .collection(collections.incidents)
    .where('kind', '==', 'incident')
    .where('status', '==', 'open');
  if (level) query = query.where('urgency.level', '==', level);
  for (const [field, value] of Object.entries(fields)) query = query.where(field, '==', value);
  const found = await query
    .limit(mostOpen)
    .select(...shownFields)
    .get();
  return found.docs.map((each) => shownOf(each.data()));
}

/** Incidents that are over, of which somebody still waits to be told so. */
async function othersOf(ids: readonly string[], wish: BoardWish): Promise<BoardIncident[]> {
  if (ids.length === 0) return [];
  const documents = await firestore().getAll(...ids.map(incidentRef), { fieldMask: [...shownFields] });
  const { level, ...fields } = wish;
  return documents
    .filter((each) => each.exists)
    .map((each) => shownOf(each.data()))
    .filter((each) => each.status !== 'linked' && each.status !== 'open')
    .filter((each) => level === undefined || each.urgency.level === level)
    .filter((each) => Object.entries(fields).every(([field, value]) => each[field as keyof BoardIncident] === value));
}

/** A map of which none of the fields that were asked for is there is left out altogether. */
function shownOf(data: DocumentData | undefined): BoardIncident {
  return { impact: {}, ...fromDocument<Omit<BoardIncident, 'impact'>>(data) };
}

/** Newest first. */
export async function incidentsThatAre(status: string, most: number): Promise<BoardIncident[]> {
  const found = await firestore()
    .collection(collections.incidents)
    .where('kind', '==', 'incident')
    .where('status', '==', status)
    .orderBy('filedAt', 'desc')
    .limit(most)
    .select(...shownFields)
    .get();
  return found.docs.map((each) => shownOf(each.data()));
}

export function contactName(view: View, contact: Pick<Contact, 'isTheOthers' | 'name' | 'customers' | 'id'>): string {
  if (contact.isTheOthers) return view.t('contact.others');
  const [first, ...rest] = contact.customers;
  const name = contact.name ?? first?.name ?? first?.id ?? contact.id;
  return rest.length > 0 ? view.t('contact.andMore', { name, n: rest.length }) : name;
}
