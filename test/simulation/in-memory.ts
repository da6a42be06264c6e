/**
 * The same people around the same rules, with nothing between them: reports, statements, what is taken back, and a tick a
 * minute, by what decides alone. No request is lost and nothing is late, so an incident costs a thousandth of what it costs
 * in a run; what the oracle says of its records it would say of a run's.
 */
import { decideNotices } from '../../functions/customer-updates/decide-notices.ts';
import { applyEffects, needsContacts, unknownCustomers } from '../../functions/incidents/contact-effects.ts';
import {
  type Context,
  type Decided,
  type Intake,
  isSending,
  type Pending,
  type Refusal,
  withMissing,
} from '../../functions/incidents/decision.ts';
import { areaFacts, decideEmergency } from '../../functions/incidents/emergency/decide-emergency.ts';
import type { DecidedEvent, TimelineEvent } from '../../functions/incidents/events.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { decideJoined, decideParted, type Side } from '../../functions/incidents/join-and-part.ts';
import { decideLaterWord } from '../../functions/incidents/later-word.ts';
import { decideOpening } from '../../functions/incidents/opening.ts';
import { incidentIdOf, type SignalRecord, signalRecord } from '../../functions/incidents/records.ts';
import { decideRetraction } from '../../functions/incidents/retraction/decide-retraction.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import { type TimerDecision, timerAfter } from '../../functions/incidents/rhythm/wake.ts';
import { routeSignal } from '../../functions/incidents/signal/routing.ts';
import type { Signal } from '../../functions/incidents/signal/signal.ts';
import { decideStatement } from '../../functions/incidents/statements/decide-statement.ts';
import { type StatementOf, statementSchema } from '../../functions/incidents/statements/statement-schemas.ts';
import { applyChanges, sequenced } from '../../functions/incidents/timeline.ts';
import { sourceOf } from '../../functions/intake/readers.ts';
import { policy } from '../../functions/policy.ts';
import { dayMs, minuteMs } from './calendar.ts';
import type { Held } from './dump.ts';
import { Random } from './random.ts';
import type { Act, Answer, Call, Delivered, Stage } from './stage.ts';
import { duty } from './world/responders.ts';
import { retractions } from './world/retractions.ts';
import { genericTicket, ticketOfTool } from './world/tickets.ts';

interface Timer {
  wakeAt: Date;
  pending: Pending[];
  scopeDueAt: Date | null;
}

/** All of one incident. */
interface Kept {
  incident: Incident;
  timeline: TimelineEvent[];
  contacts: Map<string, Contact>;
  timer: Timer | undefined;
}

const none: Answer = { status: 404, headers: {}, body: {} };
const answer = (status: number, body: unknown): Answer => ({
  status,
  headers: {},
  body: JSON.parse(JSON.stringify(body)),
});

class Desk {
  readonly #all = new Map<string, Kept>();
  readonly #bySource = new Map<string, Kept>();
  readonly #signals = new Map<string, SignalRecord>();
  readonly #told: Delivered[] = [];
  #now: number;

  constructor(start: number) {
    this.#now = start;
  }

  get #date(): Date {
    return new Date(this.#now);
  }

  /** Plays what is to be done, and what follows from it, with a tick at every whole minute. */
  async play(acts: readonly Act[], end: number): Promise<void> {
    const stage = {
      now: () => this.#now,
      delivered: () => this.#told,
      send: async (call: Call) => this.#answer(call),
    } as unknown as Stage;
    const open = acts.toSorted((a, b) => a.at - b.at);
    while (this.#now < end) {
      const [next] = open;
      const tickAt = Math.floor(this.#now / minuteMs + 1) * minuteMs;
      if (next && next.at < tickAt) {
        open.shift();
        // Of two things each has an instant of its own, as the clocks of two instances would have it.
        this.#now = Math.max(this.#now + 1, next.at);
        for (const act of (await next.run(stage)) ?? []) {
          const place = open.findIndex((each) => each.at > act.at);
          open.splice(place < 0 ? open.length : place, 0, act);
        }
      } else {
        this.#now = tickAt;
        for (const each of this.#all.values()) if (each.timer && each.timer.wakeAt <= this.#date) this.#look(each);
      }
    }
  }

  #answer(call: Call): Answer {
    if (call.kind === 'publish') return this.#take('generic', call.data);
    const [, door] = /^\/tickets(?:\/(\w+))?$/.exec(call.path) ?? [];
    if (call.path.startsWith('/tickets')) return this.#take(door ?? 'generic', call.body ?? '');
    const [, id = '', what] = /^\/api\/incidents\/(\w+)(?:\/(\w+))?(?:\?|$)/.exec(call.path) ?? [];
    const kept = this.#all.get(id);
    if (!kept) return none;
    if (what === undefined) return answer(200, kept.incident);
    if (what === 'contacts') return answer(200, { contacts: [...kept.contacts.values()] });
    if (what === 'timeline') return answer(200, { events: kept.timeline });
    return call.method === 'POST' && what === 'events' ? this.#state(kept, JSON.parse(call.body ?? '')) : none;
  }

  #take(tool: string, text: string): Answer {
    const bytes = Buffer.from(text);
    const source = sourceOf(tool);
    if (!source) throw new Error(`Nobody reads ${tool}.`);
    const reading = source.read(JSON.parse(text), bytes, { policy, receivedAt: this.#date, config: {} } as never);
    if (!('signal' in reading)) return answer(200, {});
    const { signal } = reading;
    const key = `${signal.tool} ${signal.sourceId}`;
    const first = this.#bySource.get(key);
    const chain = first ? this.#chainFrom(first) : [];
    const known = chain.at(-1);
    const via = chain.slice(0, -1).map(({ incident }) => incident.id);
    if (this.#signals.has(signal.id)) return answer(200, {});
    if (!known && signal.kind === 'solved') return answer(200, {});
    const kept = known ?? this.#file(signal);
    if (!kept) return answer(200, {});
    if (!first) this.#bySource.set(key, kept);
    const raw = { bytes, contentType: 'application/json', receivedAt: this.#date };
    const context = { actor: signal.tool, now: this.#date, policy };
    const intake = { signal, raw, attempt: 'one' } as unknown as Intake;
    this.#signals.set(signal.id, signalRecord(intake, kept.incident.id, context, via));
    if (known) {
      kept.timeline.push({
        id: signal.id,
        type: 'signal-received',
        occurredAt: signal.happenedAt ?? signal.receivedAt,
        recordedAt: this.#date,
        actor: signal.tool,
        detail: { signalId: signal.id, kind: signal.kind, tool: signal.tool, sourceId: signal.sourceId },
      } as TimelineEvent);
      this.#change(kept, decideLaterWord(kept.incident, signal, policy, this.#date, via[0]));
    }
    return answer(201, { incident: kept.incident });
  }

  #file(signal: Signal): Kept | undefined {
    const routing = routeSignal(signal, policy);
    if (routing.kind !== 'incident' || signal.isDrill) return undefined;
    const id = incidentIdOf(signal.tool, signal.sourceId, 0);
    const context = { actor: signal.tool, now: this.#date, policy };
    const opened = decideOpening(id, 0, signal, routing, context);
    const kept: Kept = {
      incident: opened.incident,
      timeline: [],
      contacts: new Map(opened.contacts.map((each) => [each.id, each])),
      timer: undefined,
    };
    this.#all.set(id, kept);
    this.#record(kept, undefined, opened.events, [], opened.timer, opened.outbox);
    return kept;
  }

  #state(kept: Kept, body: Record<string, unknown>): Answer {
    const parsed = statementSchema.safeParse(body);
    if (!parsed.success) return answer(400, {});
    const context = { actor: 'local', now: this.#date, policy };
    const statement = parsed.data;
    if (statement.type === 'linked') return this.#link(kept, statement, context);
    if (statement.type === 'unlinked') return this.#unlink(kept, statement, context);
    if (statement.type !== 'retracted')
      return this.#change(kept, decideStatement(kept.incident, statement as never, context));
    const { id, origin } = kept.incident;
    const isOwn = ({ tool, sourceId }: SignalRecord): boolean => tool === origin.tool && sourceId === origin.id;
    const words = this.#signalsOn(id).filter(isOwn);
    const contacts = [...kept.contacts.values()];
    const brought = contacts.flatMap(({ id: contactId, joinedFrom = '' }): Contact[] => {
      const there = this.#all.get(joinedFrom)?.contacts.get(contactId);
      return there ? [there] : [];
    });
    const { incident, timeline } = kept;
    const taken = decideRetraction(incident, contacts, timeline, statement as never, context, words, brought);
    if ('refused' in taken) return answer(taken.status, {});
    const wake = { at: this.#date, why: 'a statement was retracted' };
    this.#record(kept, kept.incident, taken.events, taken.contacts, wake, []);
    for (const id of taken.gone) kept.contacts.delete(id);
    return answer(201, {});
  }

  #link(linked: Kept, statement: StatementOf<'linked'>, by: Context): Answer {
    const known = this.#all.get(statement.to);
    const chain = known && this.#chainFrom(known);
    const to = chain?.at(-1);
    if (!to || chain?.includes(linked) || linked.incident.status === 'linked') return answer(409, {});
    const [of, on] = [linked, to].map(({ incident, contacts }) => ({ incident, contacts: [...contacts.values()] }));
    if (!of || !on) throw new Error('There are two.');
    const both = { linked: { ...of, pending: linked.timer?.pending ?? [] }, to: on };
    for (const [index, each] of decideJoined(both, statement, [], by).entries())
      this.#commit(index === 0 ? linked : to, each);
    for (const signal of this.#signalsOn(linked.incident.id)) {
      const linkedVia = [...(signal.linkedVia ?? []), linked.incident.id];
      Object.assign(signal, { incidentId: to.incident.id, linkedFrom: linkedVia[0], linkedVia });
    }
    return answer(201, {});
  }

  #unlink(linked: Kept, statement: StatementOf<'unlinked'>, by: Context): Answer {
    const { id, status } = linked.incident;
    if (status !== 'linked') return answer(409, {});
    const chain = this.#chainFrom(linked).slice(1);
    const [own, ...others] = [linked, ...chain].map(({ incident, contacts }) => ({
      incident,
      contacts: [...contacts.values()],
    }));
    if (!own) throw new Error('There is one.');
    const decisions = decideParted(own, others, statement, [], by);
    for (const [index, each] of decisions.entries()) this.#commit(([linked, ...chain] as Kept[])[index] as Kept, each);
    for (const signal of [...this.#signals.values()].filter(({ linkedVia }) => linkedVia?.includes(id))) {
      const linkedVia = signal.linkedVia?.slice(0, signal.linkedVia.indexOf(id)) ?? [];
      const { linkedFrom: _, linkedVia: __, ...rest } = signal;
      const placed = linkedVia.length > 0 ? { linkedFrom: linkedVia[0], linkedVia } : {};
      this.#signals.set(signal.id, { ...rest, incidentId: id, ...placed } as SignalRecord);
    }
    return answer(201, {});
  }

  /** It and whatever took it over, to the one that survives. */
  #chainFrom(first: Kept): Kept[] {
    const chain = [first];
    for (let last = first; last.incident.status === 'linked'; chain.push(last))
      last = this.#all.get(last.incident.linkedTo ?? '') as Kept;
    return chain;
  }

  #signalsOn(id: string): SignalRecord[] {
    return [...this.#signals.values()].filter(({ incidentId }) => incidentId === id);
  }

  #commit(kept: Kept, { events, contacts, gone = [], timer, outbox = [] }: Side): void {
    this.#record(kept, kept.incident, events, contacts, timer, outbox);
    for (const id of gone) kept.contacts.delete(id);
  }

  #change(kept: Kept, decided: Decided | Refusal): Answer {
    if ('refused' in decided) return answer(decided.status, {});
    const before = kept.incident;
    const contacts = [...kept.contacts.values()];
    if (unknownCustomers(contacts, decided.effects).length > 0) return answer(422, {});
    const context = { actor: 'local', now: this.#date, policy };
    const effected = needsContacts(before, decided.incident, decided.effects)
      ? applyEffects(contacts, before, decided.incident, decided.effects, context)
      : { contacts: [], events: [], incident: decided.incident };
    const outbox = decided.outbox ?? [];
    const timer = timerAfter(before, effected.incident, effected.contacts, outbox.length > 0, this.#date, policy);
    const events = withMissing(before, [...decided.events, ...effected.events]);
    this.#record(kept, before, events, effected.contacts, timer, outbox);
    return answer(201, { incident: kept.incident });
  }

  /** As `commit` does it. */
  #record(
    kept: Kept,
    before: Incident | undefined,
    decided: readonly DecidedEvent[],
    contacts: readonly Contact[],
    timer: TimerDecision,
    outbox: readonly Pending[],
  ): void {
    const after = decided.reduce((state, each) => applyChanges(state, each.changes ?? {}), kept.incident);
    const judged = decided.length > 0 ? decideEmergency(before, after, policy, this.#date) : { events: [], outbox: [] };
    const events = sequenced([...decided, ...judged.events], before?.lastSequence ?? 0, this.#date);
    kept.timeline.push(...events);
    kept.incident = events.reduce((state, each) => applyChanges(state, each.changes ?? {}), kept.incident);
    for (const each of contacts) kept.contacts.set(each.id, each);
    this.#wake(kept, judged.outbox.length > 0 ? { at: this.#date, why: '' } : timer, [...outbox, ...judged.outbox]);
  }

  #wake(kept: Kept, timer: TimerDecision, outbox: readonly Pending[]): void {
    if (timer === 'delete') kept.timer = undefined;
    if (typeof timer === 'string') return;
    const known = kept.timer ?? { wakeAt: timer.at, pending: [], scopeDueAt: null };
    const wakeAt = new Date(Math.min(timer.at.getTime(), known.wakeAt.getTime()));
    kept.timer = { ...known, wakeAt, pending: [...known.pending, ...outbox] };
  }

  #look(kept: Kept): void {
    const { incident, contacts, timer } = kept;
    const pending = (timer?.pending ?? []).filter((each) => !isSending(each) && each.kind !== areaFacts);
    const given = { ...timer, pending } as Timer;
    const plan = decideNotices(incident, [...contacts.values()], given, this.#date, policy);
    const events = sequenced(plan.events, incident.lastSequence, this.#date);
    kept.timeline.push(...events);
    kept.incident = events.reduce((state, each) => applyChanges(state, each.changes ?? {}), incident);
    for (const each of plan.contacts) contacts.set(each.id, each);
    kept.timer = plan.timer ? { ...plan.timer, pending: [...plan.timer.pending] } : undefined;
    for (const kind of plan.notice?.kinds ?? [])
      this.#told.push({ id: '', channel: '', kind, incidentId: incident.id, customers: [], text: '', deliveredAt: '' });
  }

  /** As Firestore would hold it, times as epoch milliseconds. */
  documents(): Map<string, Record<string, unknown>> {
    const all = new Map<string, unknown>([...this.#signals].map(([id, each]) => [`signals/${id}`, each]));
    for (const [id, { incident, timeline, contacts, timer }] of this.#all) {
      all.set(`incidents/${id}`, incident);
      for (const each of timeline) all.set(`incidents/${id}/timeline/${each.id}`, each);
      for (const each of contacts.values()) all.set(`incidents/${id}/contacts/${each.id}`, each);
      if (timer) all.set(`timers/${id}`, { id, ...timer });
    }
    return new Map([...all].map(([path, each]) => [path, inMilliseconds(each) as Record<string, unknown>]));
  }
}

function inMilliseconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (Buffer.isBuffer(value) || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inMilliseconds);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => (each === undefined ? [] : [[name, inMilliseconds(each)]])),
  );
}

/** A Sunday noon in Japan. */
const start = Date.parse('2026-11-22T03:00:00Z');
const tools = ['zendesk', 'intercom', 'freshdesk', 'jira'] as const;

/**
 * @param tickets how many are sent, within a day; two days pass after that
 * @returns what stands in the end, as the oracle judges it
 */
export async function playInMemory(seed: string, tickets: number): Promise<Held> {
  const desk = new Desk(start);
  const end = start + 3 * dayMs;
  const acts: Act[] = [duty(seed, start, end), retractions(seed, start, end)];
  for (let number = 1; number <= tickets; number += 1) {
    const random = new Random(`${seed}/${number}`);
    const at = start + random.between(0, 24 * 60) * minuteMs + (random.chance(0.5) ? random.between(0, 59_999) : 0);
    const isGeneric = random.chance(0.5);
    acts.push(
      ...(isGeneric ? genericTicket(random, at, number) : ticketOfTool(random, at, number, random.pick(tools))),
    );
  }
  await desk.play(acts, end);
  const documents = desk.documents();
  return { now: () => end, outages: () => [], documents: () => documents };
}
