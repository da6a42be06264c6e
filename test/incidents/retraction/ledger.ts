/** A record as the store would hold it, without a store: what is stated, taken back, and looked at by the tick. */
import { decideNotices } from '../../../functions/customer-updates/decide-notices.ts';
import { beginContacts } from '../../../functions/incidents/beginning.ts';
import { applyEffects, needsContacts, unknownCustomers } from '../../../functions/incidents/contact-effects.ts';
import { afterEvents, type Decided, type Refusal, withMissing } from '../../../functions/incidents/decision.ts';
import type { DecidedEvent, TimelineEvent } from '../../../functions/incidents/events.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { decideLaterWord } from '../../../functions/incidents/later-word.ts';
import { signalEvent } from '../../../functions/incidents/records.ts';
import { decideRetraction, type Retracted } from '../../../functions/incidents/retraction/decide-retraction.ts';
import { type Contact, openContacts } from '../../../functions/incidents/rhythm/contact.ts';
import type { Signal } from '../../../functions/incidents/signal/signal.ts';
import { decideStatement } from '../../../functions/incidents/statements/decide-statement.ts';
import type { OwnStatement } from '../../../functions/incidents/statements/given.ts';
import { applyChanges, sequenced } from '../../../functions/incidents/timeline.ts';
import { policy } from '../../../functions/policy.ts';
import { at, incidentAt } from '../rhythm/rhythm.ts';

export const filedAt = at('24 10:00');
export const minutesAfter = (minutes: number): Date => new Date(filedAt.getTime() + minutes * 60_000);
const a = { id: 'a', name: 'A店' };

export class Ledger {
  incident: Incident;
  contacts: Map<string, Contact>;
  timeline: TimelineEvent[];
  /** What its ticket has told further. */
  words: Signal[] = [];

  /** @param report what else its ticket says; without it, that `a` is affected */
  constructor(facts: Partial<Incident> = {}, report: Partial<Signal> = {}) {
    this.incident = incidentAt(filedAt, facts, { customer: a, ongoing: 'unknown', ...report });
    const reporter = {
      customer: a,
      isReporterAffected: true,
      affectedCustomers: [],
      source: 'ticket',
      tool: 'generic',
      sourceId: 'T-1001',
      ...report,
    };
    const opened = openContacts(this.incident, reporter as never, filedAt, policy);
    this.contacts = new Map(opened.map((each) => [each.id, each]));
    const filed = { type: 'filed', occurredAt: filedAt, actor: 'generic', detail: { rule: 'trouble', why: '' } };
    this.timeline = sequenced([{ ...filed, changes: this.incident } as DecidedEvent], 0, filedAt);
  }

  /** @returns its event, or undefined where it is refused */
  state(statement: OwnStatement, actor: string, now: Date): string | undefined {
    const context = { actor, now, policy };
    const decided = decideStatement(this.incident, statement, context);
    if ('refused' in decided) return undefined;
    if (!needsContacts(this.incident, decided.incident, decided.effects)) return this.#keep(decided.events, [], now);
    const contacts = [...this.contacts.values()];
    if (unknownCustomers(contacts, decided.effects).length > 0) return undefined;
    const effected = applyEffects(contacts, this.incident, decided.incident, decided.effects, context);
    return this.#keep(withMissing(this.incident, [...decided.events, ...effected.events]), effected.contacts, now);
  }

  /** What a tool says further of its ticket. */
  hear(signal: Signal, now: Date): void {
    this.take(decideLaterWord(this.incident, signal, policy, now), signal.agent ?? signal.tool, now);
    this.timeline.push(signalEvent(signal, now));
    this.words.push(signal);
  }

  take(decided: Decided, actor: string, now: Date): void {
    const context = { actor, now, policy };
    if (!needsContacts(this.incident, decided.incident, decided.effects)) {
      this.#keep(decided.events, [], now);
      return;
    }
    const contacts = [...this.contacts.values()];
    const effected = applyEffects(contacts, this.incident, decided.incident, decided.effects, context);
    this.#keep(withMissing(this.incident, [...decided.events, ...effected.events]), effected.contacts, now);
  }

  /** It has been a question, and becomes an incident. */
  begin(events: DecidedEvent[], now: Date): void {
    const after = afterEvents(this.incident, events);
    this.#keep(events, beginContacts(after, after, after.filedAt, policy), now);
  }

  /** What a retraction would do. */
  decide(eventId: string, now: Date, more: { occurredAt?: string; evidenceUrl?: string } = {}): Retracted | Refusal {
    const statement = { type: 'retracted' as const, eventId, why: '間違い', ...more };
    const context = { actor: 'chair', now, policy };
    return decideRetraction(
      this.incident,
      [...this.contacts.values()],
      this.timeline,
      statement,
      context,
      this.words,
      [],
    );
  }

  retract(eventId: string, now: Date): Retracted {
    const decided = this.decide(eventId, now);
    if ('refused' in decided) throw new Error(decided.refused.text);
    this.#keep(decided.events, decided.contacts, now);
    for (const id of decided.gone) this.contacts.delete(id);
    return decided;
  }

  /** A tick looks at it. */
  look(now: Date): void {
    const { events, contacts } = decideNotices(
      this.incident,
      [...this.contacts.values()],
      { pending: [] },
      now,
      policy,
    );
    this.#keep(events, contacts, now);
  }

  #keep(decided: DecidedEvent[], contacts: Contact[], now: Date): string | undefined {
    const events = sequenced(decided, this.incident.lastSequence, now);
    this.incident = events.reduce((state, each) => applyChanges(state, each.changes ?? {}), this.incident);
    this.timeline.push(...events);
    for (const contact of contacts) this.contacts.set(contact.id, contact);
    return events[0]?.id;
  }

  /** What is known: not how many events there were, nor when anybody is due. */
  get facts(): unknown {
    const { lastSequence: _, statedSequence: __, slots: ___, ...incident } = this.incident;
    const contacts = [...this.contacts.values()].map((each) => ({
      id: each.id,
      customers: each.customers,
      name: each.name,
      affectedKnownAt: each.affectedKnownAt,
      lastUpdateAt: each.lastUpdateAt,
      lastMessage: each.lastMessage,
      recoveredAt: each.recoveredAt,
      endsWith: each.endsWith,
      isOver: each.stoppedAt !== null,
    }));
    return { incident, contacts: contacts.sort((one, other) => (one.id < other.id ? -1 : 1)) };
  }
}
