/** Who waits for word from us, soonest first: what the board and the incident page sort by. */

import type { Contact } from '../customer-updates/contact.ts';
import type { Incident } from '../incidents/incident.ts';
import { collections, firestore, fromDocument, incidentRef } from '../platform/firestore.ts';
import type { View } from './view.ts';

export type WaitingContact = Pick<
  Contact,
  'id' | 'incidentId' | 'nextUpdateDueAt' | 'isTheOthers' | 'name' | 'customers' | 'missedInARow' | 'endsWith'
>;

export interface BoardRow {
  incident: Incident;
  /** The one who is due next; undefined where nobody waits. */
  next: WaitingContact | undefined;
  waitingCount: number;
}

export interface Board {
  rows: BoardRow[];
  /** There are more open incidents than are shown. */
  isCut: boolean;
}

const mostIncidents = 300;
const mostContacts = 600;

/**
 * Two queries, whatever the number of incidents: the open ones, and the contacts that wait, by who is due next. A contact
 * that waits for its recovery message belongs to an incident that is no longer open: it is shown as well.
 */
export async function loadBoard(): Promise<Board> {
  const [open, waiting] = await Promise.all([
    firestore()
      .collection(collections.incidents)
      .where('kind', '==', 'incident')
      .where('status', '==', 'open')
      .orderBy('filedAt', 'desc')
      .limit(mostIncidents + 1)
      .get(),
    firestore()
      .collectionGroup(collections.contacts)
      .where('nextUpdateDueAt', '>', new Date(0))
      .orderBy('nextUpdateDueAt')
      .limit(mostContacts)
      .select('id', 'incidentId', 'nextUpdateDueAt', 'isTheOthers', 'name', 'customers', 'missedInARow', 'endsWith')
      .get(),
  ]);
  const incidents = new Map(
    open.docs.slice(0, mostIncidents).map((each) => [each.id, fromDocument<Incident>(each.data())]),
  );
  const contacts = new Map<string, WaitingContact[]>();
  for (const document of waiting.docs) {
    const contact = fromDocument<WaitingContact>(document.data());
    contacts.set(contact.incidentId, [...(contacts.get(contact.incidentId) ?? []), contact]);
  }
  const others = [...contacts.keys()].filter((id) => !incidents.has(id)).slice(0, mostIncidents);
  if (others.length > 0) {
    for (const document of await firestore().getAll(...others.map(incidentRef))) {
      if (document.exists) incidents.set(document.id, fromDocument<Incident>(document.data()));
    }
  }
  const rows = [...incidents.values()]
    .filter((incident) => incident.status !== 'linked')
    .map((incident) => ({
      incident,
      next: contacts.get(incident.id)?.[0],
      waitingCount: contacts.get(incident.id)?.length ?? 0,
    }))
    .sort(byDue);
  return { rows, isCut: open.size > mostIncidents };
}

/** Who is due next comes first; where nobody waits, the newest. */
function byDue(a: BoardRow, b: BoardRow): number {
  const due = (row: BoardRow): number => row.next?.nextUpdateDueAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const [left, right] = [due(a), due(b)];
  if (left !== right) return left < right ? -1 : 1;
  return b.incident.filedAt.getTime() - a.incident.filedAt.getTime();
}

export function contactName(view: View, contact: Pick<Contact, 'isTheOthers' | 'name' | 'customers' | 'id'>): string {
  if (contact.isTheOthers) return view.t('contact.others');
  const [first, ...rest] = contact.customers;
  const name = contact.name ?? first?.name ?? first?.id ?? contact.id;
  return rest.length > 0 ? view.t('contact.andMore', { name, n: rest.length }) : name;
}
