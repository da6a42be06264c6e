/** The deadline of a contact, and its ended deadlines, as time passes and as facts move the deadline. Pure. */
import type { Policy } from '../../policy.ts';
import { optional } from '../incident.ts';
import {
  emergencySlot,
  firstIntervalMs,
  firstSlot,
  isInEmergency,
  isUrgentRhythm,
  nextSlot,
  type RhythmFacts,
  type Slot,
  slotAfter,
} from '../rhythm/cadence.ts';
import type { Ended, Sent } from './outcome.ts';

const longAgo = new Date(0);

export class Deadlines {
  incident: RhythmFacts;
  policy: Policy;
  /** The pending deadline. */
  waits: Slot | null = null;
  /** When the deadline was set or its rule changed: no update is owed for a time before that. */
  #setAt = longAgo;
  #follows: { what: 'known' | 'update' | 'slot'; at: Date } = { what: 'known', at: longAgo };
  /** Since when the customer has been waiting in this way. */
  since = longAgo;
  /** `isTold`: whether the final message ended it. */
  stopped: { at: Date; why: string; isTold: boolean } | undefined;
  endsWith: 'recovery' | 'not-occurring' | undefined;
  lastUpdateAt: Date | undefined;
  /** Counts how often the clock has begun. */
  run = 0;
  readonly ended: Ended[] = [];

  constructor(incident: RhythmFacts, policy: Policy) {
    this.incident = incident;
    this.policy = policy;
  }

  /** The deadline after the pending one, whose due time ends it. */
  get next(): Slot | null {
    let next = this.waits;
    do next = next && nextSlot(next.dueAt, this.endsWith !== undefined, this.incident, this.policy);
    while (next && next.dueAt <= this.#setAt);
    return next;
  }

  /** Ends the deadlines whose next one is due by that time. */
  pass(until: Date): void {
    // The next deadline is later than the pending one.
    while (this.waits && this.waits.dueAt < until) {
      const { waits, next } = this;
      if (!next || next.dueAt > until) return;
      this.close(next.dueAt);
      this.set(next, next.dueAt, { what: 'slot', at: waits.dueAt });
    }
  }

  close(endAt: Date, closedBy?: Sent): void {
    const { waits, lastUpdateAt, run } = this;
    if (!waits) return;
    const ended = { slot: waits, endAt, after: lastUpdateAt, run, policy: this.policy };
    this.ended.push({ ...ended, ...optional('closedBy', closedBy) });
  }

  set(slot: Slot, at: Date, follows = this.#follows): void {
    this.waits = slot;
    this.#setAt = at;
    this.#follows = follows;
  }

  /** Another rule counts from now on for when the next one is due. */
  countFrom(at: Date): void {
    this.#setAt = at;
  }

  /** The customer waits from `since` on, which was recorded at `at`. */
  begin(since: Date, at: Date, early: Sent | undefined): void {
    const first = firstSlot(this.incident, since, this.policy);
    this.since = since;
    this.run += 1;
    this.stopped = undefined;
    const text = this.run > 1 ? `${first.reason} again` : first.reason;
    this.set({ ...first, reason: text }, at, { what: 'known', at: since });
    // An update that the customer got before anybody recorded that they wait replaces the first one.
    if (early && early.at >= since && early.next.dueAt > first.dueAt) this.meet(early, at);
  }

  /** An update meets the deadline that waits, and the next one follows it. */
  meet(sent: Sent, at: Date): void {
    this.close(sent.at, sent);
    this.set(sent.next, at, { what: 'update', at: sent.at });
  }

  get firstMinutes(): number {
    return firstIntervalMs(this.incident, this.policy) / 60_000;
  }

  stop(at: Date, why: string, isTold = false): void {
    this.stopped = { at, why, isTold };
    this.waits = null;
    this.endsWith = undefined;
  }

  /** Moves the waiting deadline to another time if that is earlier. @returns whether it was moved */
  bringForward(slot: Slot, at: Date): boolean {
    if (!this.waits) return false;
    const isSooner = slot.dueAt < this.waits.dueAt;
    if (isSooner) this.set(slot, at);
    else if (this.endsWith) {
      const both = `${this.waits.reason}; ${slot.reason}`;
      this.waits = { ...this.waits, reason: both };
    }
    return isSooner;
  }

  /** The deadline that the rhythm alone gives, by the incident's current state. */
  get inTurn(): Slot {
    const { what, at } = this.#follows;
    if (what === 'known') return firstSlot(this.incident, at, this.policy);
    return slotAfter(at, what, this.incident, this.policy);
  }

  /** From now on, the other row of the table applies. */
  judge(isUrgent: boolean, at: Date): void {
    if (isUrgent === isUrgentRhythm(this.incident)) return;
    this.incident = { ...this.incident, ...rowOf(isUrgent) };
    const { next } = this;
    if (!this.waits || !next) return;
    const soonest = firstSlot(this.incident, at, this.policy);
    if (next.dueAt <= at) {
      this.close(at);
      this.since = at;
      const minutes = this.firstMinutes;
      const reason = isUrgent
        ? `${minutes} min after it was judged to go by the fast row`
        : `${minutes} min after it was judged to go by the slow row`;
      this.set({ ...soonest, reason }, at, { what: 'known', at });
    } else if (isUrgent) {
      const isHurried = !this.endsWith && isInEmergency(at, this.incident, this.policy);
      const due = isHurried ? soonest : this.inTurn;
      const slot = due.dueAt > soonest.dueAt ? due : soonest;
      const reason = `${due.reason}; it goes by the fast row since it was judged so`;
      if (this.bringForward({ ...slot, reason }, at) && slot === soonest) this.since = at;
    }
  }

  /** It became an emergency: no deadline is later than the first interval of emergencies. */
  hasten(since: Date, endedAt: Date | null, at: Date): void {
    this.incident = { ...this.incident, emergency: { since, endedAt } };
    this.countFrom(at);
    if (!this.waits || this.endsWith || (endedAt && endedAt <= at)) return;
    const from = Math.max(...[since, this.since, this.lastUpdateAt ?? since].map(Number));
    const slot = emergencySlot(new Date(from), this.policy);
    if (slot.dueAt > at) this.bringForward(slot, at);
  }
}

export const rowOf = (isUrgent: boolean): Pick<RhythmFacts, 'ongoing' | 'urgency'> => ({
  ongoing: isUrgent ? 'yes' : 'no',
  urgency: { level: isUrgent ? 'high' : 'low' },
});
