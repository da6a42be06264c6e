/**
 * Linking: the same trouble reported by many. A becomes linked, its signals and contacts join the one that survives,
 * and all of it can be undone, also where the survivor has been linked further.
 */
import type { Transaction } from '@google-cloud/firestore';
import { fromDocument, timerRef } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { decisionOn, readContacts, readIncident } from './change.ts';
import { commit, type Decision, type Recorded } from './commit.ts';
import { decideLeaving, sharedOf, shareOf } from './decide-link.ts';
import { type Context, isSending, type Pending } from './decision.ts';
import type { EventOf } from './events.ts';
import { evolveAll, passed } from './fold/evolve.ts';
import { byId, type State } from './fold/state.ts';
import { type Incident, optional } from './incident.ts';
import { moveBack, moveOn, readSignals, restOf } from './move-signals.ts';
import type { Timer } from './records.ts';
import { authorIn } from './signal/author.ts';
import type { StatementOf } from './statements/statement-schemas.ts';
import { followLinks } from './survivor.ts';

type LinkStatement = Pick<StatementOf<'linked'>, 'to' | 'basis' | 'occurredAt' | 'evidenceUrl'>;

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
  // Its customers and its signals would count as real, or what is real would count nowhere.
  if (linked.isDrill !== to.isDrill) throw new Problem(409, refuse('drill-and-real'));
  const [away, over] = await Promise.all([stateOf(transaction, linked), stateOf(transaction, to)]);
  const signals = await readSignals(transaction, 'on', id);
  const timer = await transaction.get(timerRef(id));
  const pending = timer.exists ? fromDocument<Timer>(timer.data()).pending : [];
  const [recorded] = await commit(
    transaction,
    by.now,
    ...decideJoined(away, over, statement, [...toldThere(pending), ...restOf(signals, id, by.now)], by),
  );
  for (const signal of signals.docs) moveOn(transaction, signal, to.id, [id]);
  return recorded;
}

/**
 * @param outbox what is to be told or sent by the one that takes it over
 * @returns of the one that is linked, and of the one that takes it over
 */
export function decideJoined(
  away: State,
  over: State,
  statement: LinkStatement,
  outbox: Pending[],
  by: Context,
): [Decision, Decision] {
  const { id } = away.incident;
  const { basis } = statement;
  const common = { type: 'linked' as const, ...authorIn(by), ...statedIn(statement, by.now) };
  const share = shareOf(passed(away, by.now, by.policy));
  return [
    decide(away, { ...common, detail: { to: over.incident.id, basis } }, [], by),
    decide(over, { ...common, detail: { from: id, basis, share: { ...share } } }, outbox, by),
  ];
}

/** That it was filed is not announced any more, what its own emergency asks for ends with that, and it has been joined. */
export const toldThere = (pending: readonly Pending[]): Pending[] =>
  pending.filter((each) => (isSending(each) && each.kind !== 'related') || toldAnyway.has(each.kind));

const toldAnyway = new Set(['recovery-questioned', 'customer-wrote', 'reported-worse', 'update-failed']);

export async function recordUnlink(
  transaction: Transaction,
  id: string,
  statement: StatementOf<'unlinked'>,
  by: Context,
): Promise<Recorded> {
  const linked = await readIncident(transaction, id);
  if (linked.status !== 'linked' || !linked.linkedTo) throw new Problem(409, refuse('not-linked'));
  const { incident: survivor, passed: between } = await followLinks(transaction, linked.linkedTo);
  const home = await stateOf(transaction, linked);
  const chain = await Promise.all([...between, survivor].map((each) => stateOf(transaction, each)));
  const signals = await readSignals(transaction, 'away', id);
  const decisions = decideParted(home, chain, statement, restOf(signals, id, by.now), by);
  const [recorded] = await commit(transaction, by.now, ...decisions);
  for (const signal of signals.docs) moveBack(transaction, signal, id);
  return recorded;
}

/**
 * @param chain those that took it over, from the first to the one that survives
 * @param outbox what is still to be done by the one that survives
 * @returns of the one that is linked, and of each of the chain
 */
export function decideParted(
  home: State,
  chain: readonly State[],
  statement: StatementOf<'unlinked'>,
  outbox: Pending[],
  by: Context,
): [Decision, ...Decision[]] {
  const survivor = chain.at(-1);
  const left = decideLeaving(home, chain);
  const common = { type: 'unlinked' as const, ...authorIn(by), ...statedIn(statement, by.now) };
  const { linkedTo = '', id } = home.incident;
  let below: Incident | undefined;
  const others = chain.map((each) => {
    const isLast = each === survivor;
    const share = { ...left.leaving, isLast, ...(below ? { below: sharedOf(below) } : {}) };
    const detail = { incident: id, ...(below ? { from: linkedTo } : {}), share };
    const decision = decide(each, { ...common, detail }, isLast ? outbox : [], by);
    below = decision.after;
    return decision;
  });
  return [decide(home, { ...common, detail: { from: linkedTo, share: { ...left.home } } }, [], by), ...others];
}

/** When, by what is stated, it was linked or told apart, and where the evidence is. */
const statedIn = (
  { occurredAt, evidenceUrl }: Pick<StatementOf<'unlinked'>, 'occurredAt' | 'evidenceUrl'>,
  now: Date,
): Pick<EventOf, 'occurredAt' | 'evidenceUrl'> => ({
  occurredAt: occurredAt ? new Date(occurredAt) : now,
  ...optional('evidenceUrl', evidenceUrl),
});

function decide(state: State, fact: EventOf, outbox: Pending[], by: Context): Decision {
  const evolved = evolveAll(state, [fact], by.now, by.policy);
  const known = [...state.contacts.values()];
  const decision = { ...decisionOn(state, evolved, [...outbox, ...evolved.outbox], by), known };
  // Whom the end of a link leaves may wait for something else now.
  const { contacts, gone = [], before, after } = decision;
  const isOther = contacts.length + gone.length > 0 || before?.recoveredAt !== after.recoveredAt;
  const isToLook = fact.type === 'unlinked' && after.status !== 'linked' && isOther;
  return isToLook ? { ...decision, timer: { at: by.now, why: 'a link has ended' } } : decision;
}

const stateOf = async (transaction: Transaction, incident: Incident): Promise<State> => ({
  incident,
  contacts: byId(await readContacts(transaction, incident.id)),
});

/** The incident that survives: the one named, or the one that took it over. */
async function survivorIn(transaction: Transaction, id: string, linkedId: string): Promise<Incident> {
  const { incident, via } = await followLinks(transaction, id);
  if (via.includes(linkedId) || incident.id === linkedId) {
    throw new Problem(409, refuse('linked-the-other-way', { id }));
  }
  if (incident.kind !== 'incident') throw new Problem(409, refuse('link-to-no-incident', { id }));
  return incident;
}
