/** Linking: a linked incident's customers belong to the incident that survives, until the link ends. */
import type { Transaction } from '@google-cloud/firestore';
import { fromDocument, timerRef } from '../../platform/firestore.ts';
import { Problem } from '../../platform/problem.ts';
import { refuse } from '../../words/refusals/refuse.ts';
import { isGoingOn } from '../emergency/emergency.ts';
import type { Context } from '../facts/decision.ts';
import { type Incident, optional } from '../incident.ts';
import { commit, type Recorded } from '../record/commit.ts';
import { followLinks, readIncident, readLinked, stateOf } from '../record/history.ts';
import { contactRef, type Timer } from '../record/records.ts';
import { type Contact, contactIdOf, type State } from '../rhythm/contact.ts';
import type { StatementOf } from '../statements/statement-schemas.ts';
import { asAddition, decideJoined, decideParted, type LinkStatement, toldThere } from './decide-link.ts';

export async function recordLink(
  transaction: Transaction,
  id: string,
  statement: LinkStatement,
  by: Context,
): Promise<Recorded> {
  if (statement.to === id) throw new Problem(422, refuse('link-to-itself'));
  const linked = await readIncident(transaction, id);
  if (linked.status === 'linked') {
    throw new Problem(409, refuse('linked-already', { id: linked.linkedTo ?? '' }));
  }
  const to = await survivorIn(transaction, statement.to, id);
  // A mixed link would count a drill's customers and signals as real, or lose real ones.
  if (linked.isDrill !== to.isDrill) throw new Problem(409, refuse('drill-and-real'));
  const away = await stateOf(transaction, linked);
  const timer = await transaction.get(timerRef(id));
  const pending = timer.exists ? fromDocument<Timer>(timer.data()).pending : [];
  // An emergency that was not announced yet is announced as the primary's.
  const isTakenOver = isGoingOn(linked.emergency) && !isGoingOn(to.emergency);
  const untold = isTakenOver ? pending.filter((each) => each.kind === 'emergency-begun') : [];
  const decide = (over: State) => decideJoined(away, over, statement, [...toldThere(pending), ...untold], by);
  const [own, others] = decide({ incident: to, contacts: new Map() });
  const addition = (await areNew(transaction, to, others.contacts)) ? asAddition(others, by.now) : undefined;
  const decisions = addition ? ([own, addition] as const) : decide(await stateOf(transaction, to));
  const [recorded, primary] = await commit(transaction, by.now, ...decisions);
  return { ...recorded, ...optional('primary', primary?.incident) };
}

export async function recordUnlink(
  transaction: Transaction,
  id: string,
  statement: StatementOf<'unlinked'>,
  by: Context,
): Promise<Recorded> {
  const [home, ...chain] = await readLinked(transaction, id);
  const [direct, ...above] = chain;
  if (!direct) throw new Problem(409, refuse('not-linked'));
  const [recorded] = await commit(transaction, by.now, ...decideParted(home, [direct, ...above], statement, by));
  return recorded;
}

/** Whether an incident has none of these contacts. Of those who are named nothing is read: they are known by the incident. */
async function areNew(
  transaction: Transaction,
  { id, affectedCustomers }: Incident,
  contacts: Contact[],
): Promise<boolean> {
  const known = new Set(affectedCustomers.map(contactIdOf));
  if (contacts.length === 0 || contacts.some((each) => known.has(each.id))) return false;
  const found = await transaction.getAll(...contacts.map((each) => contactRef(id, each.id)));
  return found.every((each) => !each.exists);
}

/** The incident that survives: the one named, or the one that took it over. */
async function survivorIn(transaction: Transaction, id: string, linkedId: string): Promise<Incident> {
  const { incident, passed } = await followLinks(transaction, id);
  if ([...passed, incident].some((each) => each.id === linkedId)) {
    throw new Problem(409, refuse('linked-the-other-way', { id }));
  }
  if (incident.kind !== 'incident') throw new Problem(409, refuse('link-to-no-incident', { id }));
  return incident;
}
