/**
 * A record in memory: a report, statements and further words, and a tick every minute, by what decides alone. The same
 * rows are played through a whole house by `test/scenarios/timetable.ts`, which tells what is stored and sent.
 */
import { decideNotices } from '../../functions/customer-updates/decide-notices.ts';
import { applyEffects, needsContacts, unknownCustomers } from '../../functions/incidents/contact-effects.ts';
import { afterEvents, type Decided, type Pending, type Refusal } from '../../functions/incidents/decision.ts';
import type { DecidedEvent } from '../../functions/incidents/events.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { decideLaterWord } from '../../functions/incidents/later-word.ts';
import { decideOpening } from '../../functions/incidents/opening.ts';
import { type Contact, customerIdsOf } from '../../functions/incidents/rhythm/contact.ts';
import { type TimerDecision, timerAfter } from '../../functions/incidents/rhythm/wake.ts';
import { routeSignal } from '../../functions/incidents/signal/routing.ts';
import type { Signal } from '../../functions/incidents/signal/signal.ts';
import { decideStatement } from '../../functions/incidents/statements/decide-statement.ts';
import type { OwnStatement } from '../../functions/incidents/statements/given.ts';
import { statementSchema } from '../../functions/incidents/statements/statement-schemas.ts';
import { readGenericTicket } from '../../functions/intake/sources/generic.ts';
import { policy } from '../../functions/policy.ts';
import { refuse, wrongField } from '../../functions/words/refusals/refuse.ts';
import { byName, instant, type Row, type Seen, type Step, seenOf, ticketOf } from '../scenarios/rows.ts';

const minuteMs = 60_000;

export interface ToldOf {
  at: Date;
  kind: string;
  customers: string[];
  idParts: string[];
}

export class InMemory {
  incident: Incident;
  contacts: Map<string, Contact>;
  readonly events: DecidedEvent[];
  readonly told: ToldOf[] = [];
  now: Date;
  #timer: { wakeAt: Date; pending: Pending[]; scopeDueAt: Date | null } | undefined;
  readonly #body: Record<string, unknown>;

  constructor(body: Record<string, unknown>, at: Date) {
    this.#body = body;
    this.now = at;
    const signal = this.#read(body);
    const context = { actor: 'generic', now: at, policy };
    const opened = decideOpening('inc_1', 0, signal, routeSignal(signal, policy), context);
    this.incident = afterEvents(opened.incident, opened.events);
    this.contacts = new Map(opened.contacts.map((each) => [each.id, each]));
    this.events = [...opened.events];
    this.#wake(opened.timer, opened.outbox);
  }

  #read(body: Record<string, unknown>): Signal {
    const bytes = Buffer.from(JSON.stringify(body));
    const reading = readGenericTicket(JSON.parse(bytes.toString()), bytes, { policy, receivedAt: this.now } as never);
    if ('ignored' in reading) throw new Error(reading.ignored);
    return reading.signal;
  }

  /** Ticks at every whole minute up to a time, that one too. */
  until(time: Date): this {
    for (;;) {
      const next = new Date(Math.floor(this.now.getTime() / minuteMs + 1) * minuteMs);
      if (next > time) break;
      this.now = next;
      if (this.#timer && this.#timer.wakeAt <= next) this.#look();
    }
    if (time > this.now) this.now = time;
    return this;
  }

  #look(): void {
    const contacts = [...this.contacts.values()];
    const plan = decideNotices(this.incident, contacts, this.#timer ?? { pending: [] }, this.now, policy);
    this.#take(plan.events, plan.contacts);
    if (plan.notice) {
      const { kind, told, escalated, idParts } = plan.notice;
      const ids = [...told.map(({ contact }) => contact), ...escalated].flatMap(customerIdsOf);
      this.told.push({ at: this.now, kind, customers: [...new Set(ids)].sort(), idParts });
    }
    this.#timer = plan.timer ? { ...plan.timer, pending: [...plan.timer.pending] } : undefined;
  }

  /** @returns the refusal, where it is refused */
  state(statement: Record<string, unknown>): Refusal | undefined {
    const parsed = statementSchema.parse(statement) as OwnStatement;
    return this.#change(decideStatement(this.incident, parsed, { actor: 'local', now: this.now, policy }));
  }

  word(fields: Record<string, unknown>): void {
    this.hear(this.#read({ ...this.#body, ...fields }));
  }

  hear(signal: Signal): void {
    this.#change(decideLaterWord(this.incident, signal, policy, this.now));
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
    this.#take([...decided.events, ...effected.events], effected.contacts);
    const { outbox = [] } = decided;
    const announced = outbox.length > 0;
    this.#wake(timerAfter(before, this.incident, effected.contacts, announced, this.now, policy), outbox);
    return undefined;
  }

  #take(events: readonly DecidedEvent[], contacts: readonly Contact[]): void {
    this.incident = afterEvents(this.incident, [...events]);
    this.events.push(...events);
    for (const each of contacts) this.contacts.set(each.id, each);
  }

  #wake(timer: TimerDecision, outbox: Pending[]): void {
    if (timer === 'delete') this.#timer = undefined;
    if (typeof timer === 'string') return;
    const known = this.#timer ?? { wakeAt: timer.at, pending: [], scopeDueAt: null };
    const wakeAt = new Date(Math.min(timer.at.getTime(), known.wakeAt.getTime()));
    this.#timer = { ...known, wakeAt, pending: [...known.pending, ...outbox] };
  }

  /** When its timer wakes next. */
  get wakesAt(): Date | undefined {
    return this.#timer?.wakeAt;
  }
}

/** Plays a row, which files at ten sharp. */
export function play({ ticket, says = [], at }: Row): InMemory {
  const record = new InMemory(ticketOf('T-1', ticket), new Date(instant('10:00')));
  for (const [time, ...what] of says) {
    record.until(new Date(instant(time)));
    for (const each of what) say(record, each);
  }
  return record.until(new Date(instant(at)));
}

function say(record: InMemory, what: Exclude<Step[1], undefined>): void {
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
