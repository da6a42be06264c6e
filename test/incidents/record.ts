/**
 * A record in memory: a report, statements and further words, and a tick every minute, by what decides alone. The same
 * rows are played through a whole house by `test/scenarios/timetable.ts`, which tells what is stored and sent.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { decideNotices } from '../../functions/customer-updates/decide-notices.ts';
import { areaFacts } from '../../functions/incidents/emergency/decide-emergency.ts';
import {
  type Context,
  type Decided,
  isSending,
  type Pending,
  type Refusal,
} from '../../functions/incidents/facts/decision.ts';
import type { ConclusionOf, EventOf, TimelineEvent } from '../../functions/incidents/facts/events.ts';
import { byItself, outageOf } from '../../functions/incidents/facts/outage.ts';
import { isFact, sequenced, withoutTakenBack } from '../../functions/incidents/facts/timeline.ts';
import { unknownCustomers } from '../../functions/incidents/fold/contact-effects.ts';
import {
  decideRetraction,
  decideWithdrawn,
  type ToWithdraw,
} from '../../functions/incidents/fold/decide-retraction.ts';
import { decisionOn, evolveAll, touchesContacts } from '../../functions/incidents/fold/evolve.ts';
import { fold } from '../../functions/incidents/fold/fold.ts';
import { keptOf } from '../../functions/incidents/fold/kept.ts';
import { decideOpening } from '../../functions/incidents/fold/opening.ts';
import { isKnown } from '../../functions/incidents/fold/show.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { decideOfMember } from '../../functions/incidents/links/decide-member.ts';
import type { Decision } from '../../functions/incidents/record/commit.ts';
import { signalEvent } from '../../functions/incidents/record/records.ts';
import { byId, type Contact, customerIdsOf, type State } from '../../functions/incidents/rhythm/contact.ts';
import type { TimerDecision } from '../../functions/incidents/rhythm/wake.ts';
import { decideSignal } from '../../functions/incidents/signals/hear.ts';
import { routeSignal } from '../../functions/incidents/signals/routing.ts';
import type { Signal } from '../../functions/incidents/signals/signal.ts';
import { namedOn } from '../../functions/incidents/statements/customers.ts';
import { decideStatement } from '../../functions/incidents/statements/decide-statement.ts';
import {
  type OwnStatement,
  type StatementOf,
  statementSchema,
} from '../../functions/incidents/statements/statement-schemas.ts';
import { readGenericTicket } from '../../functions/intake/sources/generic.ts';
import { policy, policyVersion } from '../../functions/policy.ts';
import { decideReview, type ReviewStatement } from '../../functions/postmortems/review.ts';
import { refuse, wrongField } from '../../functions/words/refusals/refuse.ts';
import { isDrawnMore } from '../fuzz/runs.ts';
import {
  byName,
  instant,
  lookedAt,
  type Row,
  type Seen,
  type Step,
  seenOf,
  stepsOf,
  ticketOf,
} from '../scenarios/rows.ts';

const minuteMs = 60_000;

export interface ToldOf {
  at: Date;
  kind: string;
  /** All that the notice tells of, its own kind among them. */
  kinds: readonly string[];
  customers: string[];
  idParts: string[];
}

interface Timer {
  wakeAt: Date;
  pending: Pending[];
  scopeDueAt: Date | null;
}

/** Each check reads the whole history: of long ones, `npm test` checks every fourth step, and the long tests each step. */
const isChecked = (length: number): boolean => isDrawnMore || length <= 8 || length % 4 === 0;

export class InMemory implements State {
  incident: Incident;
  contacts: ReadonlyMap<string, Contact>;
  readonly events: TimelineEvent[] = [];
  readonly told: ToldOf[] = [];
  now: Date;
  #timer: Timer | undefined;

  constructor(signal: Signal, at: Date, id = 'inc_1') {
    this.now = at;
    const opened = decideOpening(id, 0, signal, routeSignal(signal, policy), this.#by(signal.tool));
    this.incident = opened.after;
    this.contacts = new Map();
    this.commit(opened);
  }

  #by(actor: string): Context {
    return { actor, now: this.now, policy };
  }

  /** Ticks at every whole minute up to a time, that one too. */
  until(time: Date): this {
    for (;;) {
      const next = new Date(Math.floor(this.now.getTime() / minuteMs + 1) * minuteMs);
      if (next > time) break;
      this.tick(next);
    }
    if (time > this.now) this.now = time;
    return this;
  }

  tick(at: Date): void {
    this.now = at;
    if (this.#timer && this.#timer.wakeAt <= at) this.look(this.#timer);
  }

  look({ pending, scopeDueAt }: Pick<Timer, 'pending' | 'scopeDueAt'> = { pending: [], scopeDueAt: null }): void {
    const contacts = [...this.contacts.values()];
    const announced = pending.filter((each) => !isSending(each) && each.kind !== areaFacts);
    const plan = decideNotices(this.incident, contacts, { pending: announced, scopeDueAt }, this.now, policy);
    this.#keep(plan.incident, plan.events, plan.contacts);
    if (plan.notice) {
      const { kind, kinds, told, escalated, idParts } = plan.notice;
      const ids = [...told.map(({ contact }) => contact), ...escalated].flatMap(customerIdsOf);
      this.told.push({ at: this.now, kind, kinds, customers: [...new Set(ids)].sort(), idParts });
    }
    this.#timer = plan.timer ? { ...plan.timer, pending: [...plan.timer.pending] } : undefined;
  }

  /** @returns the refusal, where it is refused */
  state(statement: Record<string, unknown>, actor = 'local'): Refusal | undefined {
    const parsed = statementSchema.parse(statement) as OwnStatement;
    const named =
      parsed.type === 'names-removed' ? { customers: namedOn(withoutTakenBack(this.events), parsed.ticket) } : {};
    return this.take(decideStatement(this.incident, { ...parsed, ...named }, this.#by(actor)));
  }

  /** @param primary to which it is linked */
  retract(statement: StatementOf<'retracted'>, primary?: InMemory): Refusal | undefined {
    const decided = decideRetraction(this, primary, statement, this.#by('local'));
    if ('refused' in decided) return decided;
    commitAll([this, ...(primary ? [primary] : [])], decided, this.now);
    return undefined;
  }

  /** What a meeting confirms of it. */
  review(statement: Omit<ReviewStatement, 'actor'>): void {
    this.take({ facts: [decideReview(this.incident, { ...statement, actor: 'local' }, policy, this.now)] });
  }

  /** @param primary to which it is linked */
  hear(signal: Signal, primary?: InMemory): void {
    const { lastSequence } = this.incident;
    const decided = decideSignal(byItself(this.incident), signal, this.#by(signal.tool));
    if (decided.facts.length === 0) {
      this.events.push(signalEvent(signal, lastSequence, this.now, policyVersion(policy)));
    }
    this.take(decided, primary);
  }

  take(decided: Decided | Refusal, primary?: InMemory): Refusal | undefined {
    if ('refused' in decided) return decided;
    const unknown = decided.facts.flatMap((fact) => unknownCustomers([...this.contacts.values()], fact));
    if (unknown.length > 0)
      return {
        status: 422,
        refused: refuse('some-not-affected'),
        errors: unknown.map((id) => wrongField('customers', 'not-affected', { id })),
      };
    const by = this.#by('local');
    // What does nothing to contacts does not read them.
    const isTouching = touchesContacts(this.incident, decided.facts, by);
    const before: State = { incident: this.incident, contacts: isTouching ? this.contacts : new Map() };
    const evolved = evolveAll(before, decided.facts, this.now, policy);
    const outbox = [...(decided.outbox ?? []), ...evolved.outbox];
    const decision = decisionOn(before, evolved, primary ? [] : outbox, by);
    this.commit(isTouching ? decision : { ...decision, contacts: [...this.contacts.values()] });
    if (!primary) return undefined;
    primary.now = this.now;
    const concluded = evolved.events.filter((each): each is ConclusionOf => each.isFact === false);
    const there = decideOfMember(primary, { before, after: evolved, concluded, outbox }, by);
    if (there) primary.commit(there);
    return undefined;
  }

  /** What was decided, here or by a link with another. */
  commit({ before, after, events, contacts, timer, outbox = [] }: Omit<Decision, 'look'>): void {
    this.#keep(after, events, contacts, before?.lastSequence ?? 0);
    this.#wake(timer, outbox);
  }

  /** The record is what the facts of its timeline tell, without what was concluded: checked after each step, of a long history after some. */
  #keep(
    after: Incident,
    decided: readonly EventOf[],
    contacts: readonly Contact[],
    lastSequence = this.incident.lastSequence,
  ): void {
    const { events, incident } = sequenced(after, decided, lastSequence, this.now, policyVersion(policy));
    this.incident = incident;
    this.events.push(...events);
    const all = byId(contacts);
    // As the store would return them.
    this.contacts = structuredClone(all);
    if (!isChecked(this.events.length)) return;
    const lastClosing = this.events.findLast(({ type }) => type === 'slot-closed')?.recordedAt;
    expectToldBy(this.events.filter(isFact), { incident, contacts: all }, lastClosing);
  }

  #wake(timer: TimerDecision, outbox: readonly Pending[]): void {
    if (timer === 'delete') this.#timer = undefined;
    if (typeof timer === 'string') return;
    const known = this.#timer ?? { wakeAt: timer.at, pending: [], scopeDueAt: null };
    const wakeAt = new Date(Math.min(timer.at.getTime(), known.wakeAt.getTime()));
    this.#timer = { ...known, wakeAt, pending: [...known.pending, ...outbox] };
  }

  /** What is looked at next, and when; undefined where nothing is left to wait for. */
  get timer(): Readonly<Timer> | undefined {
    return this.#timer;
  }
}

/** A record is what the facts of its timeline tell. Of an outage they tell what the incident is by itself. */
export function expectToldBy(facts: readonly TimelineEvent[], { incident, contacts }: State, asOf?: Date): void {
  const told = fold(incident.id, facts, () => policy, keptOf(contacts, facts), asOf);
  const folded = { ...told.incident, lastSequence: incident.lastSequence };
  const isLinked = incident.status === 'linked';
  if (outageOf(incident)) {
    deepStrictEqual(byItselfAlone(folded), byItselfAlone(incident), incident.id);
    deepStrictEqual(ownFacts(told.contacts, isLinked), ownFacts(contacts, isLinked), incident.id);
    return;
  }
  deepStrictEqual(folded, incident, incident.id);
  deepStrictEqual(inOrder(told.contacts).filter(isKnown).map(factsInOrder), inOrder(contacts).map(factsInOrder));
}

const placeOf = ({ id, type }: { id: string; type: string }): string => `${type} ${id}`;

/** Facts are a set: what was said elsewhere comes later. */
const factsInOrder = (contact: Contact): Contact => ({
  ...contact,
  facts: contact.facts.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)),
});

const byItselfAlone = (incident: Incident): object => {
  const { slots: _, failedUpdates: __, missing: ___, score, ...own } = byItself(incident);
  return { ...own, score: score.confirmed };
};

/** A linked incident has nothing about customers that only others know. */
const ownFacts = (contacts: ReadonlyMap<string, Contact>, isLinked: boolean): object =>
  inOrder(contacts).flatMap((each) => {
    const facts = factsInOrder(each).facts.filter(({ of }) => !of);
    return facts.length > 0 && (isKnown(each) || !isLinked) ? [[each.id, facts]] : [];
  });

/**
 * What the outbox of a former primary asks of those that took something home.
 * @param linkedFrom an incident by its id, and those that it is linked to, up to the primary
 */
export function withdraw(there: InMemory, linkedFrom: (id: string) => InMemory[]): void {
  for (const each of there.timer?.pending ?? []) {
    if (each.kind !== 'withdrawn' || !isSending(each)) continue;
    const asked = each.sends as ToWithdraw;
    const [member, ...above] = linkedFrom(asked.member) as [InMemory, ...InMemory[]];
    const primary = above.at(-1);
    const by = { actor: 'local', now: there.now, policy };
    commitAll(
      [member, ...(primary ? [primary] : [])],
      decideWithdrawn(member, primary, asked, by, () => policy) ?? [],
      there.now,
    );
    withdraw(member, linkedFrom);
  }
}

function commitAll(records: readonly InMemory[], decisions: readonly Decision[], now: Date): void {
  for (const [index, decision] of decisions.entries()) {
    const record = records[index] as InMemory;
    record.now = now;
    record.commit(decision);
  }
}

/** By id: a map keeps the order in which they came. */
export const inOrder = (contacts: ReadonlyMap<string, Contact>): Contact[] =>
  [...contacts.values()].sort((one, other) => (one.id < other.id ? -1 : 1));

/** A record that a generic ticket has filed, which may say more. */
export class OfTicket extends InMemory {
  readonly #body: Record<string, unknown>;

  /** @param receivedAt where it waited before it was filed */
  constructor(body: Record<string, unknown>, at: Date, receivedAt = at) {
    super(readTicket(body, receivedAt), at);
    this.#body = body;
  }

  word(fields: Record<string, unknown>): void {
    this.hear(readTicket({ ...this.#body, ...fields }, this.now));
  }
}

function readTicket(body: Record<string, unknown>, receivedAt: Date): Signal {
  const bytes = Buffer.from(JSON.stringify(body));
  const reading = readGenericTicket(JSON.parse(bytes.toString()), bytes, { policy, receivedAt } as never);
  if ('ignored' in reading) throw new Error(reading.ignored);
  return reading.signal;
}

/** Plays a row, which files at ten sharp. */
export function play(row: Row): OfTicket {
  const record = new OfTicket(ticketOf('T-1', row.ticket), new Date(instant('10:00')));
  for (const [time, steps] of stepsOf(row)) {
    record.until(new Date(instant(time)));
    for (const each of steps) say(record, each);
  }
  return record.until(new Date(instant(lookedAt(row))));
}

function say(record: OfTicket, what: Step): void {
  if (typeof what === 'function') throw new Error('Only a house can do that.');
  if ('word' in what) {
    record.word(what.word as Record<string, unknown>);
    return;
  }
  const { at, ...statement } = what;
  const refusal = record.state({ ...statement, ...(typeof at === 'string' ? { occurredAt: instant(at) } : {}) });
  if (refusal) throw new Error(`${refusal.status} ${refusal.refused.text}`);
}

/** What can be seen of it, as the tables have it. */
export function lookAt(record: InMemory): Seen {
  const json = JSON.parse(JSON.stringify({ incident: record.incident, contacts: [...record.contacts.values()] }));
  const told = record.told.map((each) => ({ ...each, deliveredAt: each.at.toISOString() }));
  return seenOf(json.incident, byName(json.contacts), told);
}
