/** Contacts and a tick every minute, from facts alone: a reminder becomes a fact, as in `decide-notices.ts`. */
import { type Clock, clock } from '../../../functions/incidents/clocks/clock.ts';
import type { ContactFact, Fact, ScheduleFact } from '../../../functions/incidents/clocks/facts.ts';
import { milliseconds, policy } from '../../../functions/policy.ts';

const minuteMs = 60_000;

type Unstamped<T> = T extends Fact ? Omit<T, keyof Fact> & { at?: Date } : never;

export interface Notice {
  at: Date;
  kinds: string[];
  customers: string[];
}

export class Ticks {
  now: Date;
  readonly filedAt: Date;
  readonly contacts = new Map<string, ContactFact[]>();
  readonly shared: ScheduleFact[] = [];
  readonly notices: Notice[] = [];
  #ids = 0;

  constructor(filedAt: Date) {
    this.now = filedAt;
    this.filedAt = filedAt;
  }

  /** Records a fact about a contact now. */
  record(name: string, fact: Unstamped<ContactFact>): void {
    this.contacts.set(name, [...(this.contacts.get(name) ?? []), this.#stamped(fact) as ContactFact]);
  }

  /** Records a fact about the incident now. */
  schedule(fact: Unstamped<ScheduleFact>): void {
    this.shared.push(this.#stamped(fact) as ScheduleFact);
  }

  #stamped(fact: object): Fact {
    this.#ids += 1;
    return { id: String(this.#ids).padStart(4, '0'), at: this.now, recordedAt: this.now, ...fact };
  }

  clockOf(name: string): Clock {
    const schedule = { incidentId: 'inc_1', filedAt: this.filedAt, facts: this.shared };
    return clock(this.contacts.get(name) ?? [], schedule, this.now, policy);
  }

  /** Ticks at every whole minute up to a time. */
  until(time: Date): void {
    for (let next = nextMinute(this.now); next <= time; next = nextMinute(next)) {
      this.now = next;
      this.tick();
    }
    if (time > this.now) this.now = time;
  }

  tick(): void {
    const told = this.#remind();
    const escalated = this.#escalate();
    const kinds = this.alsoTold();
    if (told.length > 0) kinds.push('update-due');
    if (escalated.length > 0) kinds.unshift('escalation');
    const customers = [...new Set([...told, ...escalated])].sort();
    if (kinds.length > 0) this.notices.push({ at: this.now, kinds, customers });
  }

  /** Kinds of notices that are not about a contact. */
  alsoTold(): string[] {
    return [];
  }

  /** Once one reminder is due, it names every customer due within the next ten minutes. */
  #remind(): string[] {
    const clocks = [...this.contacts.keys()].map((name) => ({ name, clock: this.clockOf(name) }));
    const isDue = (at: Date | null): boolean => at !== null && at <= this.now;
    if (!clocks.some((each) => isDue(each.clock.remindAt))) return [];
    const until = new Date(this.now.getTime() + milliseconds(policy.cadence.noticeCoversNext));
    const told: string[] = [];
    for (const { name, clock } of clocks) {
      const { reminder, remindAt, nextUpdateDueAt, next } = clock;
      if (!reminder || !remindAt || (remindAt > this.now && reminder.dueAt > until)) continue;
      const isOfThis = reminder.dueAt.getTime() === nextUpdateDueAt?.getTime();
      const isBoth = isOfThis && next && (next.dueAt <= until || next.remindAt <= this.now);
      this.record(name, { type: 'reminded', dueAt: isBoth ? next.dueAt : reminder.dueAt });
      told.push(name);
    }
    return told;
  }

  /** As the second in a row is missed, and then daily. */
  #escalate(): string[] {
    const rows = [...this.contacts.keys()]
      .map((name) => ({ name, clock: this.clockOf(name) }))
      .filter(({ clock }) => clock.missedInARow >= policy.cadence.escalateAfterMissed);
    const last = Math.max(...rows.map(({ clock }) => clock.escalatedAt?.getTime() ?? Number.NEGATIVE_INFINITY));
    if (rows.length === 0 || this.now.getTime() < last + milliseconds(policy.cadence.escalateEvery)) return [];
    for (const { name } of rows) this.record(name, { type: 'escalated' });
    return rows.map(({ name }) => name);
  }
}

function nextMinute(after: Date): Date {
  return new Date(Math.floor(after.getTime() / minuteMs + 1) * minuteMs);
}
