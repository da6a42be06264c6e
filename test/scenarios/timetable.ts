/**
 * A timetable: many incidents on one clock that stands still. Every row files a ticket of its own at ten o'clock sharp,
 * states what it states at its times, and is looked at when it says so. Times are those of 24 November 2026 in Tokyo,
 * `10:15` or `10:15:00.001`; `25 08:00` is the day after.
 */
import { openScenario, type Reply, type Scenario } from './house.ts';

// biome-ignore lint/suspicious/noExplicitAny: a scenario reads what it expects, and fails where it is not there
type Body = any;

/** One step: at a time, a statement (`type`), a further word on the row's ticket (`word`), or anything else. */
export type Step = readonly [time: string, ...what: (Record<string, unknown> | ((row: Filed) => Promise<unknown>))[]];

export interface Row {
  /** Fields of the ticket besides the usual ones. */
  ticket?: Record<string, unknown>;
  says?: readonly Step[];
  /** When it is looked at, after what is stated then. */
  at: string;
  /** What of the row is compared; see {@link Seen}. */
  is: Partial<Seen>;
}

/** What can be seen of an incident, short enough to be read in a table. */
export interface Seen {
  status: string;
  ongoing: string;
  urgency: string;
  /** Of the incident. */
  recovered: string;
  /** `a 10:45, b over 10:20`: when each customer's next update is due, or since when it is over. */
  due: string;
  /** When each customer's business works again: `a 10:05, b –`. */
  recoveries: string;
  /** `1 met, 2 missed`. */
  slots: string;
  /** What the responders were told, and of whom. */
  told: string[];
  score: number | null;
  count: number | undefined;
  /** Any other field of the incident, by its path. */
  fields: Record<string, unknown>;
}

export interface Filed {
  id: string;
  ticketId: string;
  body: Record<string, unknown>;
}

/** RFC 3339 of a time as the tables write it. */
export function instant(text: string): string {
  const match = /^(?:(\d\d) )?(\d\d:\d\d)(:\d\d(?:\.\d+)?)?$/.exec(text);
  if (!match) throw new Error(`Not a time of the table: ${text}`);
  return new Date(`2026-11-${match[1] ?? '24'}T${match[2]}${match[3] ?? ':00'}+09:00`).toISOString();
}

/** The other way round; the day is left out where it is the 24th. */
export function clockTime(time: string | null | undefined): string {
  if (!time) return '–';
  const local = new Date(Date.parse(time) + 9 * 3_600_000).toISOString();
  const day = local.slice(8, 10) === '24' ? '' : `${local.slice(8, 10)} `;
  const rest = local.slice(16, 23);
  return `${day}${local.slice(11, 16)}${rest === ':00.000' ? '' : rest.replace(/\.000$/, '')}`;
}

export class Timetable {
  readonly scenario: Scenario;
  readonly #rows: { row: Row; filed: Filed; step: number }[] = [];
  #now: string;

  private constructor(scenario: Scenario, start: string) {
    this.scenario = scenario;
    this.#now = start;
  }

  /** @param start of the clock */
  static async open(start = '10:00'): Promise<Timetable> {
    const timetable = new Timetable(await openScenario(instant(start)), start);
    timetable.#stand(start);
    return timetable;
  }

  stop(): Promise<void> {
    return this.scenario.stop();
  }

  /** Goes on to a time, which is then to the millisecond. */
  async until(time: string): Promise<void> {
    if (instant(time) < instant(this.#now)) throw new Error(`It is ${this.#now} already, and not ${time}.`);
    await this.scenario.house.cloud.clock.jump(Date.parse(instant(time)));
    this.#stand(time);
  }

  #stand(time: string): void {
    const { clock } = this.scenario.house.cloud;
    clock.hold();
    clock.moveHeld(Date.parse(instant(time)));
    this.#now = time;
  }

  /** Files the row's ticket now. */
  async file(ticketId: string, fields: Record<string, unknown> = {}): Promise<Filed> {
    const body = {
      id: ticketId,
      subject: '注文が通らない',
      occurredAt: instant('09:50'),
      ongoing: 'yes',
      customer: { id: 'a' },
      ...fields,
    };
    const reply = await this.#ticket(body);
    const record = reply.body.incident ?? reply.body.question ?? reply.body.outside;
    if (!record) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`);
    return { id: record.id, ticketId, body };
  }

  /** On a busy machine the door may put it off; the same again is the same report, and is answered once it is stored. */
  async #ticket(body: Record<string, unknown>): Promise<Reply> {
    const reply = await this.scenario.ticket(body);
    return reply.status === 202 ? this.#ticket(body) : reply;
  }

  /** Plays all rows on one clock, and keeps what each looks like at its time. */
  async play(rows: Readonly<Record<string, Row>>): Promise<Map<string, Seen>> {
    for (const [step, row] of Object.values(rows).entries()) {
      this.#rows.push({ row, filed: await this.file(`T-${step + 1}`, row.ticket), step });
    }
    const names = Object.keys(rows);
    const times = new Set(this.#rows.flatMap(({ row }) => [row.at, ...(row.says ?? []).map(([time]) => time)]));
    const seen = new Map<string, Seen>();
    for (const time of [...times].sort((a, b) => Date.parse(instant(a)) - Date.parse(instant(b)))) {
      await this.until(time);
      // Rows have nothing to do with each other; what one states at a time is stated in order.
      const saying = this.#rows.map(async ({ row, filed: own }) => {
        for (const [when, ...what] of row.says ?? []) {
          if (when === time) for (const each of what) await this.#do(own, each);
        }
      });
      await Promise.all(saying);
      const due = this.#rows.filter(({ row }) => row.at === time);
      const looks = await Promise.all(due.map(({ filed }) => this.look(filed.id)));
      for (const [index, { step }] of due.entries()) seen.set(names[step] as string, looks[index] as Seen);
    }
    return seen;
  }

  async #do(filed: Filed, what: Step[1]): Promise<void> {
    if (typeof what === 'function') {
      await what(filed);
      return;
    }
    const reply =
      'word' in what
        ? await this.#ticket({ ...filed.body, ...(what.word as object) })
        : await this.state(filed.id, what);
    if (reply.status !== 201 && reply.status !== 200) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`);
  }

  /** `at` of a statement is when it happened, as the tables write times. */
  state(id: string, { at, ...statement }: Record<string, unknown>): Promise<Reply> {
    const occurred = typeof at === 'string' ? { occurredAt: instant(at) } : {};
    return this.scenario.post(`/api/incidents/${id}/events`, { ...statement, ...occurred });
  }

  async incident(id: string): Promise<Body> {
    return (await this.scenario.get(`/api/incidents/${id}`)).body;
  }

  async contacts(id: string): Promise<Body[]> {
    const { contacts } = (await this.scenario.get(`/api/incidents/${id}/contacts?limit=200`)).body;
    return contacts.sort((a: Body, b: Body) => (nameOf(a) < nameOf(b) ? -1 : 1));
  }

  async events(id: string): Promise<Body[]> {
    return (await this.scenario.get(`/api/incidents/${id}/timeline?limit=200`)).body.events;
  }

  async look(id: string): Promise<Seen> {
    const [incident, contacts, inbox] = await Promise.all([
      this.incident(id),
      this.contacts(id),
      this.scenario.inbox(),
    ]);
    const { met, late, missed, notReminded } = incident.slots;
    const sums = { met, late, missed, 'not-reminded': notReminded };
    return {
      status: incident.status,
      ongoing: incident.ongoing,
      urgency: `${incident.urgency.level} ${incident.urgency.rule}`,
      recovered: clockTime(incident.recoveredAt),
      due: contacts
        .map(
          (each) =>
            `${nameOf(each)} ${each.stoppedAt ? `over ${clockTime(each.stoppedAt)}` : clockTime(each.nextUpdateDueAt)}`,
        )
        .join(', '),
      recoveries: contacts.map((each) => `${nameOf(each)} ${clockTime(each.recoveredAt)}`).join(', '),
      slots: Object.entries(sums)
        .filter(([, count]) => count !== 0)
        .map(([name, count]) => `${count} ${name}`)
        .join(', '),
      told: inbox
        .filter((each) => each.incidentId === id)
        .map((each) => [clockTime(each.deliveredAt), each.kind, [...each.customers].sort().join(' ')].join(' ').trim()),
      score: incident.score.reference.value,
      count: incident.impact.affectedCustomerCount,
      fields: incident,
    };
  }
}

const nameOf = (contact: Body): string =>
  contact.isTheOthers ? 'others' : contact.customers.map((each: { id: string }) => each.id).join('+');
