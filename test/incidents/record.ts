/**
 * A record in memory: a report, statements and further words, and a tick every minute, by what decides alone. The same
 * rows are played through a whole house by `test/scenarios/timetable.ts`, which tells what is stored and sent.
 */
import { decideNotices } from '../../functions/customer-updates/decide-notices.ts';
import type { Decision as Committed } from '../../functions/incidents/commit.ts';
import {
  applyEffects,
  effectsOfCount,
  needsContacts,
  unknownCustomers,
} from '../../functions/incidents/contact-effects.ts';
import {
  afterEvents,
  type Context,
  type Decided,
  isSending,
  type Pending,
  type Refusal,
  withMissing,
} from '../../functions/incidents/decision.ts';
import { areaFacts, decideEmergency } from '../../functions/incidents/emergency/decide-emergency.ts';
import type { DecidedEvent, TimelineEvent } from '../../functions/incidents/events.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { decideLaterWord } from '../../functions/incidents/later-word.ts';
import { decideOpening } from '../../functions/incidents/opening.ts';
import { decideRetraction } from '../../functions/incidents/retraction/decide-retraction.ts';
import { type Contact, customerIdsOf } from '../../functions/incidents/rhythm/contact.ts';
import { type TimerDecision, timerAfter } from '../../functions/incidents/rhythm/wake.ts';
import { routeSignal } from '../../functions/incidents/signal/routing.ts';
import type { Signal } from '../../functions/incidents/signal/signal.ts';
import { decideStatement } from '../../functions/incidents/statements/decide-statement.ts';
import type { OwnStatement } from '../../functions/incidents/statements/given.ts';
import { type StatementOf, statementSchema } from '../../functions/incidents/statements/statement-schemas.ts';
import { applyChanges, sequenced } from '../../functions/incidents/timeline.ts';
import { readGenericTicket } from '../../functions/intake/sources/generic.ts';
import { policy } from '../../functions/policy.ts';
import { decideReview, type ReviewStatement } from '../../functions/postmortems/review.ts';
import { refuse, wrongField } from '../../functions/words/refusals/refuse.ts';
import { byName, instant, type Row, type Seen, type Step, seenOf, ticketOf } from '../scenarios/rows.ts';

const minuteMs = 60_000;

/** As `commit` takes it. */
type Decision = Pick<Committed, 'events' | 'contacts' | 'gone' | 'timer' | 'outbox'>;

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

export class InMemory {
  incident: Incident;
  readonly contacts: Map<string, Contact>;
  readonly events: TimelineEvent[] = [];
  readonly told: ToldOf[] = [];
  now: Date;
  #timer: Timer | undefined;

  constructor(signal: Signal, at: Date, id = 'inc_1') {
    this.now = at;
    const opened = decideOpening(id, 0, signal, routeSignal(signal, policy), this.#by(signal.tool));
    this.incident = opened.incident;
    this.contacts = new Map(opened.contacts.map((each) => [each.id, each]));
    this.#commit(undefined, { ...opened, contacts: [] });
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
    if (this.#timer && this.#timer.wakeAt <= at) this.#look(this.#timer);
  }

  #look({ pending, scopeDueAt }: Timer): void {
    const contacts = [...this.contacts.values()];
    const announced = pending.filter((each) => !isSending(each) && each.kind !== areaFacts);
    const plan = decideNotices(this.incident, contacts, { pending: announced, scopeDueAt }, this.now, policy);
    this.#take(plan.events, plan.contacts);
    if (plan.notice) {
      const { kind, kinds, told, escalated, idParts } = plan.notice;
      const ids = [...told.map(({ contact }) => contact), ...escalated].flatMap(customerIdsOf);
      this.told.push({ at: this.now, kind, kinds, customers: [...new Set(ids)].sort(), idParts });
    }
    this.#timer = plan.timer ? { ...plan.timer, pending: [...plan.timer.pending] } : undefined;
  }

  /** @returns the refusal, where it is refused */
  state(statement: Record<string, unknown>): Refusal | undefined {
    const parsed = statementSchema.parse(statement) as OwnStatement;
    return this.#change(decideStatement(this.incident, parsed, this.#by('local')));
  }

  /**
   * @param words what its own ticket has told
   * @param brought contacts that links have brought, as where they came from has kept them
   */
  retract(
    statement: StatementOf<'retracted'>,
    words: readonly Signal[],
    brought: readonly Contact[],
  ): Refusal | undefined {
    const contacts = [...this.contacts.values()];
    const by = this.#by('local');
    const decided = decideRetraction(this.incident, contacts, this.events, statement, by, words, brought);
    if ('refused' in decided) return decided;
    this.commit({ ...decided, timer: { at: this.now, why: 'a statement was retracted' } });
    return undefined;
  }

  /** What a meeting confirms of it. */
  review(statement: Omit<ReviewStatement, 'actor'>): void {
    const events = decideReview(this.incident, { ...statement, actor: 'local' }, policy, this.now);
    const incident = afterEvents(this.incident, events);
    const effects = statement.affectedCustomerCount === undefined ? [] : effectsOfCount(incident, this.now);
    this.#change({ events, incident, effects });
  }

  /** @param linkedId the linked incident that it was said of, where this one has taken that over */
  hear(signal: Signal, linkedId?: string): void {
    this.#change(decideLaterWord(this.incident, signal, policy, this.now, linkedId));
  }

  #change(decided: Decided | Refusal): Refusal | undefined {
    if ('refused' in decided) return decided;
    const before = this.incident;
    const contacts = [...this.contacts.values()];
    const unknown = unknownCustomers(contacts, decided.effects);
    if (unknown.length > 0)
      return {
        status: 422,
        refused: refuse('some-not-affected'),
        errors: unknown.map((id) => wrongField('customers', 'not-affected', { id })),
      };
    const effected = needsContacts(before, decided.incident, decided.effects)
      ? applyEffects(contacts, before, decided.incident, decided.effects, { now: this.now, policy })
      : { contacts: [], events: [], incident: decided.incident };
    const { outbox = [] } = decided;
    const timer = timerAfter(before, effected.incident, effected.contacts, outbox.length > 0, this.now, policy);
    const events = withMissing(before, [...decided.events, ...effected.events]);
    this.commit({ events, contacts: effected.contacts, timer, outbox });
    return undefined;
  }

  /** What was decided elsewhere, such as by a link with another. */
  commit(decided: Decision): void {
    this.#commit(this.incident, decided);
  }

  /** @param before undefined of one that is filed */
  #commit(before: Incident | undefined, { events, contacts, gone = [], timer, outbox = [] }: Decision): void {
    const judged =
      events.length > 0
        ? decideEmergency(before, afterEvents(this.incident, events), policy, this.now)
        : { events: [], outbox: [] };
    this.#take([...events, ...judged.events], contacts, before ? before.lastSequence : 0);
    for (const id of gone) this.contacts.delete(id);
    const isAwake = judged.outbox.length > 0;
    this.#wake(isAwake ? { at: this.now, why: 'it may be an emergency' } : timer, [...outbox, ...judged.outbox]);
  }

  #take(
    events: readonly DecidedEvent[],
    contacts: readonly Contact[],
    lastSequence = this.incident.lastSequence,
  ): void {
    const recorded = sequenced(events, lastSequence, this.now);
    this.incident = recorded.reduce((state, each) => applyChanges(state, each.changes ?? {}), this.incident);
    this.events.push(...recorded);
    for (const each of contacts) this.contacts.set(each.id, each);
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

/** A record that a generic ticket has filed, which may say more. */
export class OfTicket extends InMemory {
  readonly #body: Record<string, unknown>;

  constructor(body: Record<string, unknown>, at: Date) {
    super(readTicket(body, at), at);
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
export function play({ ticket, says = [], at }: Row): OfTicket {
  const record = new OfTicket(ticketOf('T-1', ticket), new Date(instant('10:00')));
  for (const [time, ...what] of says) {
    record.until(new Date(instant(time)));
    for (const each of what) say(record, each);
  }
  return record.until(new Date(instant(at)));
}

function say(record: OfTicket, what: Exclude<Step[1], undefined>): void {
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
