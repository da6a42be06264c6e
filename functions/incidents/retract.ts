/** Takes a statement back: loads the whole timeline, decides, commits. What was said stays in the ledger. */
import type { Transaction } from '@google-cloud/firestore';
import { collections, firestore, fromDocument, incidentRef } from '../platform/firestore.ts';
import { readContacts, readIncident } from './change.ts';
import { commit, type Recorded } from './commit.ts';
import { type Context, problemOf } from './decision.ts';
import { readEvent, type TimelineEvent } from './events.ts';
import type { Incident } from './incident.ts';
import { mostSignals } from './move-signals.ts';
import { contactRef } from './records.ts';
import { decideRetraction } from './retraction/decide-retraction.ts';
import type { Contact } from './rhythm/contact.ts';
import type { TimerDecision } from './rhythm/wake.ts';
import type { Signal } from './signal/signal.ts';
import type { StatementOf } from './statements/statement-schemas.ts';

/** @throws Problem 404 for no such incident, 409 for what cannot be taken back, 422 for no such event */
export async function recordRetraction(
  transaction: Transaction,
  id: string,
  statement: StatementOf<'retracted'>,
  by: Context,
): Promise<Recorded> {
  const { now } = by;
  const before = await readIncident(transaction, id);
  const contacts = await readContacts(transaction, id);
  const found = await transaction.get(incidentRef(id).collection(collections.timeline));
  const timeline = found.docs.map((each) => readEvent(fromDocument(each.data())));
  const words = await readWords(transaction, before, timeline);
  const brought = await readBrought(transaction, contacts);
  const decided = decideRetraction(before, contacts, timeline, statement, by, words, brought);
  if ('refused' in decided) throw problemOf(decided);
  // Whoever waited may wait for something else now, and where nobody is affected any more the scope is asked for. Of what
  // is no incident nothing was stated that anybody waits for.
  const timer: TimerDecision = before.kind === 'incident' ? { at: now, why: 'a statement was retracted' } : 'keep';
  const { events, gone } = decided;
  const [recorded] = await commit(transaction, now, {
    incident: before,
    events,
    contacts: decided.contacts,
    known: contacts,
    gone,
    timer,
  });
  return recorded;
}

/** Contacts that links have brought, as the linked incidents keep them: what was known of them as they came. */
async function readBrought(transaction: Transaction, contacts: readonly Contact[]): Promise<Contact[]> {
  const refs = contacts.flatMap(({ id, joinedFrom }) => (joinedFrom ? [contactRef(joinedFrom, id)] : []));
  const found = refs.length > 0 ? await transaction.getAll(...refs) : [];
  // Whoever has asked had no contact there.
  return found.flatMap((each) => (each.exists ? [fromDocument<Contact>(each.data())] : []));
}

/** All that a word can change is decided by these; the body stays where it is. */
const fieldsOfWords = [
  'id',
  'kind',
  'tool',
  'sourceId',
  'receivedAt',
  'happenedAt',
  'title',
  'description',
  'occurredAt',
  'ongoing',
  'customer',
  'isReporterAffected',
  'affectedCustomers',
  'affectedCustomerCount',
  'businessImpact',
  'agent',
  'agentName',
] as const satisfies readonly (keyof Signal)[];

/** What its own ticket or alert has told after it was filed: much of it was known by then, and may be so no more. */
async function readWords(
  transaction: Transaction,
  { id, origin }: Incident,
  timeline: readonly TimelineEvent[],
): Promise<Signal[]> {
  const isOwn = ({ tool, sourceId }: { tool: string; sourceId: string }): boolean =>
    tool === origin.tool && sourceId === origin.id;
  const told = timeline.filter((each) => each.type === 'signal-received' && isOwn(each.detail));
  if (told.length === 0) return [];
  const signals = firestore().collection(collections.signals).where('incidentId', '==', id);
  const found = await transaction.get(signals.select(...fieldsOfWords).limit(mostSignals));
  return found.docs.map((each) => fromDocument<Signal>(each.data())).filter(isOwn);
}
