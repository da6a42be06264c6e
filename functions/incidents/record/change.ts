/** Changes an incident in a transaction: loads it, decides on its current state, and commits. */
import type { Transaction } from '@google-cloud/firestore';
import { Problem } from '../../platform/problem.ts';
import { refuse, wrongField } from '../../words/refusals/refuse.ts';
import { type Context, type Decided, problemOf, type Refusal } from '../facts/decision.ts';
import type { ConclusionOf, FactOf } from '../facts/events.ts';
import { firstOutbox } from '../fold/beginning.ts';
import { unknownCustomers } from '../fold/contact-effects.ts';
import { decisionOn, evolveAll, touchesContacts } from '../fold/evolve.ts';
import { type Incident, optional } from '../incident.ts';
import { decideOfMember } from '../links/decide-member.ts';
import { notesOf } from '../outbox/notes.ts';
import { byId, type Contact } from '../rhythm/contact.ts';
import { commit, type Recorded } from './commit.ts';
import { primaryOf, readContacts, readIncident } from './history.ts';
import type { SignalRecord } from './records.ts';

/**
 * @param known its id, or the incident as this transaction has read it
 * @throws Problem 404 for no such incident, and what the decision refuses
 */
export async function changeIncident(
  transaction: Transaction,
  known: string | Incident,
  context: Context,
  decide: (incident: Incident) => Decided | Refusal,
  signal?: SignalRecord,
): Promise<Recorded> {
  const { now, policy } = context;
  const before = typeof known === 'string' ? await readIncident(transaction, known) : known;
  const decided = decide(before);
  if ('refused' in decided) throw problemOf(decided);
  const isTouching = touchesContacts(before, decided.facts, context);
  const contacts = isTouching ? await readContacts(transaction, before.id) : undefined;
  if (contacts) refuseUnknown(contacts, decided.facts);
  const state = { incident: before, contacts: byId(contacts ?? []) };
  const evolved = evolveAll(state, decided.facts, now, policy);
  const isLinked = before.status === 'linked';
  const outbox = [
    ...(before.kind !== 'incident' ? firstOutbox(evolved.incident) : []),
    ...(decided.outbox ?? []),
    ...evolved.outbox,
    ...notesOf(before, evolved.incident, evolved.events, now, policy),
  ];
  const decision = {
    ...decisionOn(state, evolved, isLinked ? [] : outbox, context),
    ...(before.kind === 'incident' ? optional('known', contacts) : { known: [] }),
    ...optional('signal', signal),
  };
  if (!isLinked) return (await commit(transaction, now, decision))[0];
  const primary = await primaryOf(transaction, before);
  const concluded = evolved.events.filter((each): each is ConclusionOf => each.isFact === false);
  const heard = { before: state, after: evolved, concluded, outbox };
  const there = primary && decideOfMember(primary, heard, context);
  const [recorded, told] = await commit(transaction, now, decision, ...(there ? [there] : []));
  return { ...recorded, ...optional('primary', told?.incident ?? primary?.incident) };
}

function refuseUnknown(contacts: readonly Contact[], facts: readonly FactOf[]): void {
  const unknown = facts.flatMap((fact) => unknownCustomers(contacts, fact));
  const errors = unknown.map((id) => wrongField('customers', 'not-affected', { id }));
  if (errors.length > 0) throw new Problem(422, refuse('some-not-affected'), { errors });
}
