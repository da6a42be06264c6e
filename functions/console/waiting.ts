/** Who waits for word from us, soonest first: what the board and the incident page sort by. */

import type { DocumentData, Query } from '@google-cloud/firestore';
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
] as const;
type Whole = 'urgency' | 'impact';
export type BoardIncident = Pick<Incident, Exclude<(typeof shownFields)[number], `${Whole}.${string}`>> & {
  urgency: Pick<Incident['urgency'], 'level' | 'rule'>;
  impact: Pick<Incident['impact'], 'affectedCustomerCount' | 'businessImpact'>;
};

export interface BoardRow {
  incident: BoardIncident;
  /** The one who is due next; undefined where nobody waits. */
  next: WaitingContact | undefined;
  waitingCount: number;
  /** When `next` is due; where nobody is known to be affected, when that was first to be asked. */
  dueAt: Date | undefined;
}

export interface Board {
  rows: BoardRow[];
  /** There are more open incidents than are shown. */
  isCut: boolean;
}

const mostIncidents = 300;
const mostContacts = 600;
/** Of an incident that is asked by itself: who is due next, and that there are more. */
const mostOfOne = 20;

/**
 * Two queries, whatever the number of incidents: the open ones, and the contacts that wait, by who is due next. A contact
 * that waits for its recovery message belongs to an incident that is no longer open: it is shown as well. Where more
 * contacts wait than one query brings, incidents of which it brought none are asked by themselves.
 */
export async function loadBoard(policy: Policy): Promise<Board> {
  const [open, waiting] = await Promise.all([
    incidentsThatAre('open', mostIncidents + 1),
    whoWaits(firestore().collectionGroup(collections.contacts), mostContacts),
  ]);
  const contacts = Map.groupBy(waiting, ({ incidentId }) => incidentId);
  const incidents = new Map(open.map((each) => [each.id, each]));
  if (waiting.length === mostContacts) {
    const unknown = [...incidents.keys()].filter((id) => !contacts.has(id));
    const found = await Promise.all(
      unknown.map((id) => whoWaits(incidentRef(id).collection(collections.contacts), mostOfOne)),
    );
    const next = found.filter(([first]) => first).sort(([a], [b]) => dueMs(a) - dueMs(b));
    // All of these are due after those that the query brought.
    for (const own of next) contacts.set(own[0]?.incidentId ?? '', own);
  }
  // Who is due next comes first; where nobody waits, the newest.
  const ids = [...new Set([...contacts.keys(), ...incidents.keys()])];
  const shown = ids.slice(0, mostIncidents);
  const others = shown.filter((id) => !incidents.has(id));
  if (others.length > 0) {
    for (const document of await firestore().getAll(...others.map(incidentRef), { fieldMask: [...shownFields] })) {
      if (document.exists) incidents.set(document.id, shownOf(document.data()));
    }
  }
  const rows = shown.flatMap((id) => {
    const incident = incidents.get(id);
    if (!incident || incident.status === 'linked') return [];
    const [next, ...rest] = contacts.get(id) ?? [];
    // Contacts that all have stopped are affected customers, too: the scope is known.
    const affected = incident.impact.affectedCustomerCount ?? 0;
    const dueAt = next?.nextUpdateDueAt ?? scopeSlot(incident, affected, null, policy)?.dueAt;
    return [{ incident, next, waitingCount: next ? 1 + rest.length : 0, dueAt }];
  });
  // Stable: where nobody waits for anything, the newest stays first.
  const rowMs = ({ dueAt }: BoardRow): number => dueAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
  rows.sort((a, b) => rowMs(a) - rowMs(b));
  return { rows, isCut: ids.length > mostIncidents };
}

const dueMs = (contact: WaitingContact | undefined): number => contact?.nextUpdateDueAt?.getTime() ?? 0;

/** Who is due next comes first. */
async function whoWaits(contacts: Query, most: number): Promise<WaitingContact[]> {
  const found = await contacts
    .where('nextUpdateDueAt', '>', new Date(0))
    .orderBy('nextUpdateDueAt')
    .limit(most)
    .select(...contactFields)
    .get();
  return found.docs.map((each) => fromDocument<WaitingContact>(each.data()));
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
