/** Many incidents on one stopped clock: each row files at ten sharp, and states and is looked at at its times. */
import { openScenario, type Reply, type Scenario } from './house.ts';
import {
  byName,
  type Filed,
  instant,
  lookedAt,
  type Row,
  type Seen,
  type Step,
  seenOf,
  stepsOf,
  ticketOf,
} from './rows.ts';

// biome-ignore lint/suspicious/noExplicitAny: a scenario reads what it expects, and fails where it is not there
type Body = any;

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

  /** Advances to a time, which is then to the millisecond. */
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
    const body = ticketOf(ticketId, fields);
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
    const times = new Set(this.#rows.flatMap(({ row }) => [lookedAt(row), ...Object.keys(row.says ?? {})]));
    const seen = new Map<string, Seen>();
    for (const time of [...times].sort((a, b) => Date.parse(instant(a)) - Date.parse(instant(b)))) {
      await this.until(time);
      // Rows have nothing to do with each other; what one states at a time is stated in order.
      const saying = this.#rows.map(async ({ row, filed: own }) => {
        for (const [when, steps] of stepsOf(row)) {
          if (when === time) for (const each of steps) await this.#do(own, each);
        }
      });
      await Promise.all(saying);
      const due = this.#rows.filter(({ row }) => lookedAt(row) === time);
      const looks = await Promise.all(due.map(({ filed }) => this.look(filed.id)));
      for (const [index, { step }] of due.entries()) seen.set(names[step] as string, looks[index] as Seen);
    }
    return seen;
  }

  async #do(filed: Filed, what: Step): Promise<void> {
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
    return byName(contacts);
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
    return seenOf(
      incident,
      contacts,
      inbox.filter((each) => each.incidentId === id),
    );
  }
}
