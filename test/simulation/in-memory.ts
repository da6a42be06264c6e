/**
 * The same people around the same rules, with nothing between them: reports, statements, links, reviews, what is taken back,
 * and a tick a minute, by what decides alone. No request is lost, and nothing is late but some reports, so an incident costs a small part
 * of what it costs in a run, and the same oracle judges the records.
 */

import type { Intake, Refusal } from '../../functions/incidents/facts/decision.ts';
import { decideJoined, decideParted, toldThere } from '../../functions/incidents/links/decide-link.ts';
import { boardFrom } from '../../functions/incidents/record/form.ts';
import { incidentIdOf, type SignalRecord, signalRecord } from '../../functions/incidents/record/records.ts';
import { routeSignal } from '../../functions/incidents/signals/routing.ts';
import { type StatementOf, statementSchema } from '../../functions/incidents/statements/statement-schemas.ts';
import { sourceOf } from '../../functions/intake/sources/sources.ts';
import { policy } from '../../functions/policy.ts';
import { inMilliseconds } from '../in-milliseconds.ts';
import { InMemory, withdraw } from '../incidents/record.ts';
import { dayMs, minuteMs } from './calendar.ts';
import type { Held } from './dump.ts';
import { historian } from './history.ts';
import { Random } from './random.ts';
import type { Act, Answer, Call, Delivered, Stage } from './stage.ts';
import { meetings } from './world/meetings.ts';
import { duty } from './world/responders.ts';
import { retractions } from './world/retractions.ts';
import { genericTicket, ticketOfTool } from './world/tickets.ts';

const none: Answer = { status: 404, headers: {}, body: {} };
const answer = (status: number, body: unknown): Answer => ({
  status,
  headers: {},
  body: JSON.parse(JSON.stringify(body)),
});

interface DeskOptions {
  /** Nothing waits in Pub/Sub: each report is filed as it comes. */
  isPrompt?: boolean;
  onAnswered?: (at: number, call: Call, answer: Answer) => void;
}

class Desk {
  readonly #all = new Map<string, InMemory>();
  readonly #signals = new Map<string, SignalRecord>();
  readonly #told: Delivered[] = [];
  #open: Act[] = [];
  #now: number;

  readonly #options: DeskOptions;

  constructor(start: number, options: DeskOptions = {}) {
    this.#now = start;
    this.#options = options;
  }

  get #date(): Date {
    return new Date(this.#now);
  }

  /** Plays what is to be done, and what follows from it, with a tick at every whole minute. */
  async play(acts: readonly Act[], end: number): Promise<void> {
    const stage = {
      now: () => this.#now,
      delivered: () => this.#told,
      send: async (call: Call) => {
        const answered = this.#answer(call);
        this.#options.onAnswered?.(this.#now, call, answered);
        return answered;
      },
    } as unknown as Stage;
    this.#open = acts.toSorted((a, b) => a.at - b.at);
    while (this.#now < end) {
      const [next] = this.#open;
      const tickAt = Math.floor(this.#now / minuteMs + 1) * minuteMs;
      if (next && next.at < tickAt) {
        this.#open.shift();
        // Of two things each has an instant of its own, as the clocks of two instances would have it.
        this.#now = Math.max(this.#now + 1, next.at);
        for (const act of await next.run(stage)) this.#plan(act);
      } else {
        this.#now = tickAt;
        for (const each of this.#all.values()) this.#tick(each);
      }
    }
  }

  #plan(act: Act): void {
    const place = this.#open.findIndex((each) => each.at > act.at);
    this.#open.splice(place < 0 ? this.#open.length : place, 0, act);
  }

  #tick(record: InMemory): void {
    const before = record.told.length;
    record.tick(this.#date);
    for (const { kinds, at } of record.told.slice(before))
      for (const kind of kinds) {
        const of = { id: '', channel: '', customers: [], text: '', deliveredAt: at.toISOString() };
        this.#told.push({ ...of, kind, incidentId: record.incident.id });
      }
  }

  /** The record as it is now. */
  #at(id: string): InMemory | undefined {
    const record = this.#all.get(id);
    if (record) record.now = this.#date;
    return record;
  }

  #answer(call: Call): Answer {
    if (call.kind === 'publish') return this.#take('generic', call.data);
    const [, door] = /^\/tickets(?:\/(\w+))?$/.exec(call.path) ?? [];
    if (call.path.startsWith('/tickets')) return this.#takeSoon(door ?? 'generic', call.body ?? '');
    if (call.method === 'GET' && call.path.startsWith('/api/postmortems/')) return this.#draft();
    const [, id = '', what] = /^\/api\/incidents\/(\w+)(?:\/(\w+))?(?:\?|$)/.exec(call.path) ?? [];
    const record = this.#at(id);
    if (!record) return none;
    if (what === undefined) return answer(200, record.incident);
    if (what === 'contacts') return answer(200, { contacts: [...record.contacts.values()] });
    if (what === 'timeline') return answer(200, { events: record.events });
    if (call.method !== 'POST') return none;
    if (what === 'review') return this.#review(record, JSON.parse(call.body ?? ''));
    return what === 'events' ? this.#state(record, JSON.parse(call.body ?? '')) : none;
  }

  /** Whatever week they are of, all are discussed; nothing is carried, and nothing held. */
  #draft(): Answer {
    const entries = [...this.#all.keys()].map((id) => ({ id }));
    return answer(200, { entries, carriedIncidents: [], carriedActions: [] });
  }

  #review(record: InMemory, body: Parameters<InMemory['review']>[0]): Answer {
    if (record.incident.status === 'linked') return answer(409, {});
    record.review(body);
    return answer(201, {});
  }

  /** Some are kept in Pub/Sub for minutes, as Firestore does not answer. */
  #takeSoon(tool: string, text: string): Answer {
    const random = new Random(`${text}/kept`);
    if (this.#options.isPrompt || !random.chance(0.05)) return this.#take(tool, text);
    const receivedAt = this.#date;
    const at = this.#now + random.between(1, 20) * minuteMs;
    const run = async (): Promise<Act[]> => {
      this.#take(tool, text, receivedAt);
      return [];
    };
    this.#plan({ at, name: 'what was kept is filed', run });
    return answer(202, {});
  }

  #take(tool: string, text: string, receivedAt = this.#date): Answer {
    const bytes = Buffer.from(text);
    const source = sourceOf(tool);
    if (!source) throw new Error(`Nobody reads ${tool}.`);
    const reading = source.read(JSON.parse(text), bytes, { policy, receivedAt, config: {} } as never);
    if (!('signal' in reading) || this.#signals.has(reading.signal.id)) return answer(200, {});
    const { signal } = reading;
    const id = incidentIdOf(signal.tool, signal.sourceId, 0);
    const [known, ...above] = this.#chainFrom(id);
    // A question, what is none of ours and a drill are not played; nor is the end of a ticket that nobody knows.
    const isFiled = signal.kind !== 'solved' && !signal.isDrill && routeSignal(signal, policy).kind === 'incident';
    if (!known && !isFiled) return answer(200, {});
    const record = known ?? new InMemory(signal, this.#date, id);
    this.#all.set(record.incident.id, record);
    const raw = { bytes, contentType: 'application/json', receivedAt };
    const intake = { signal, raw, attempt: 'one' } as unknown as Intake;
    const context = { actor: signal.tool, now: this.#date, policy };
    this.#signals.set(signal.id, signalRecord(intake, id, context));
    known?.hear(signal, above.at(-1));
    return answer(201, { incident: record.incident });
  }

  #state(record: InMemory, body: Record<string, unknown>): Answer {
    const parsed = statementSchema.safeParse(body);
    if (!parsed.success) return answer(400, {});
    const statement = parsed.data;
    if (statement.type === 'linked') return this.#link(record, statement);
    if (statement.type === 'unlinked') return this.#unlink(record, statement);
    const refusal = statement.type === 'retracted' ? this.#retract(record, statement) : record.state(body);
    return answer(refusal?.status ?? 201, {});
  }

  #retract(record: InMemory, statement: StatementOf<'retracted'>): Refusal | undefined {
    const [, ...above] = this.#chainFrom(record.incident.id);
    const refusal = record.retract(statement, above.at(-1));
    withdraw(record, (id) => this.#chainFrom(id));
    return refusal;
  }

  #link(linked: InMemory, statement: StatementOf<'linked'>): Answer {
    const chain = this.#chainFrom(statement.to);
    const to = chain.at(-1);
    if (!to || chain.includes(linked) || linked.incident.status === 'linked') return answer(409, {});
    const [own, others] = decideJoined(linked, to, statement, toldThere(linked.timer?.pending ?? []), this.#by());
    linked.commit(own);
    to.commit(others);
    return answer(201, {});
  }

  #unlink(linked: InMemory, statement: StatementOf<'unlinked'>): Answer {
    const { id, status } = linked.incident;
    if (status !== 'linked') return answer(409, {});
    const [, ...chain] = this.#chainFrom(id) as [InMemory, InMemory, ...InMemory[]];
    const [own, ...others] = decideParted(linked, chain, statement, this.#by());
    linked.commit(own);
    for (const [index, each] of chain.entries()) each.commit(others[index] as (typeof others)[number]);
    return answer(201, {});
  }

  #by() {
    return { actor: 'local', now: this.#date, policy };
  }

  /** It and whatever took it over, to the one that survives; none where it is not there. */
  #chainFrom(id: string): InMemory[] {
    const record = this.#at(id);
    if (!record) return [];
    const { status, linkedTo } = record.incident;
    return [record, ...(status === 'linked' && linkedTo ? this.#chainFrom(linkedTo) : [])];
  }

  records(): Iterable<InMemory> {
    return this.#all.values();
  }

  /** As Firestore would hold it, times as epoch milliseconds. */
  documents(): Map<string, Record<string, unknown>> {
    const all = new Map<string, unknown>([...this.#signals].map(([id, each]) => [`signals/${id}`, each]));
    for (const [id, { incident, events, contacts, timer }] of this.#all) {
      all.set(`incidents/${id}`, { ...incident, ...boardFrom(incident, [...contacts.values()]) });
      for (const each of events) all.set(`incidents/${id}/timeline/${each.id}`, each);
      for (const each of contacts.values()) all.set(`incidents/${id}/contacts/${each.id}`, each);
      if (timer) all.set(`timers/${id}`, { id, ...timer });
    }
    return new Map([...all].map(([path, each]) => [path, inMilliseconds(each) as Record<string, unknown>]));
  }
}

/** A Sunday noon in Japan. */
const start = Date.parse('2026-11-22T03:00:00Z');
const tools = ['zendesk', 'intercom', 'freshdesk', 'jira'] as const;

/**
 * @param tickets how many are sent, within a day; two days pass after that
 * @returns the final state, as the oracle judges it
 */
export async function playInMemory(seed: string, tickets: number): Promise<Held> {
  const desk = new Desk(start);
  const end = start + 3 * dayMs;
  const acts: Act[] = [duty(seed, start, end), retractions(seed, start, end), ...meetings(seed, start, end)];
  for (let number = 1; number <= tickets; number += 1) {
    const random = new Random(`${seed}/${number}`);
    const at = start + random.between(0, 24 * 60) * minuteMs + (random.chance(0.5) ? random.between(0, 59_999) : 0);
    const isGeneric = random.chance(0.5);
    acts.push(
      ...(isGeneric ? genericTicket(random, at, number) : ticketOfTool(random, at, number, random.pick(tools))),
    );
  }
  await desk.play(acts, end);
  const documents = historian()(desk.documents());
  return { now: () => end, outages: () => [], documents: () => documents, delivered: () => [] };
}

/** What was sent, at its time, and what was answered. */
export interface Sent {
  at: number;
  call: Call;
  status: number;
}

/** Generic tickets of a morning, what is stated of them until the evening, and the records as they are then. */
export async function playMorning(
  seed: string,
  start: number,
  tickets: number,
): Promise<{ end: number; sent: Sent[]; records: Iterable<InMemory> }> {
  const sent: Sent[] = [];
  const onAnswered = (at: number, call: Call, { status }: Answer): void => void sent.push({ at, call, status });
  const desk = new Desk(start, { isPrompt: true, onAnswered });
  const end = start + dayMs / 2;
  const morning = Array.from({ length: tickets }, (_, number): Act[] => {
    const random = new Random(`${seed}/${number}`);
    return genericTicket(random, start + random.between(0, 4 * 60 * minuteMs), number + 1);
  });
  await desk.play([duty(seed, start, end), retractions(seed, start, end), ...morning.flat()], end);
  return { end, sent, records: desk.records() };
}
