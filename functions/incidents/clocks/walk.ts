/** The effect of each fact on a contact's clock, in the order in which the facts were recorded. Pure. */
import { milliseconds, type Policy } from '../../policy.ts';
import { firstSlot, slotAfterUpdate } from '../rhythm/cadence.ts';
import { Deadlines, rowOf } from './deadlines.ts';
import { byTime, type Fact, type Happening, type Schedule } from './facts.ts';
import type { Sent } from './outcome.ts';

const minuteMs = 60_000;

type Recovery = Fact & { saidAt?: Date };

export class Walk extends Deadlines {
  #isAsker = false;
  #hasRhythm = true;
  #isCounted = true;
  #found: Fact | undefined;
  #reopened: Happening | undefined;
  /** The recovery that the pending message is about. */
  #messageOf: Date | undefined;
  knownAt: Date | null = null;
  /** The latest fact that made the customer wait again. */
  #back: Happening | undefined;
  #recoveries: Recovery[] = [];
  readonly sent: Sent[] = [];
  lastMessage: { at: Date; text: string } | undefined;
  /** The last update that came while the customer did not wait. */
  #early: Sent | undefined;

  constructor({ incidentId, filedAt, facts }: Schedule, policy: Policy) {
    const rows = facts.filter((each) => each.type === 'row');
    const [first] = rows.sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime());
    super({ id: incidentId, filedAt, ...rowOf(first?.isUrgent ?? true) }, policy);
  }

  take(fact: Happening) {
    const { recordedAt: at } = fact;
    switch (fact.type) {
      case 'asked':
        this.#isAsker = true;
        return;
      case 'rhythm':
        return this.#turn(fact.isOn, at);
      case 'row':
        return this.judge(fact.isUrgent, at);
      case 'emergency':
        return this.hasten(fact.at, fact.endedAt, at);
      case 'counted':
        return this.#count(fact, fact.isCounted, at);
      case 'known':
        return this.#wait(fact, at);
      case 'reopened':
        this.#found = undefined;
        this.#reopened = fact;
        // Customers who are no longer counted do not start to wait again.
        if (this.knownAt && this.#isCounted) this.#wait(fact, at);
        return;
      case 'not-occurring':
        return this.#find(fact, at);
      case 'updated':
        return this.#update(fact, at);
      case 'recovered':
        this.#recoveries.push(fact);
        return this.#recover(at);
      case 'recovery-corrected':
        return this.#correctRecovery(fact.from, fact.at, at);
      case 'rules':
        return this.#goBy(JSON.parse(fact.rules));
    }
  }

  #goBy({ rhythm, ...rules }: Pick<Policy, 'cadence' | 'zone'> & Pick<Policy['emergency'], 'rhythm'>): void {
    this.policy = { ...this.policy, ...rules, emergency: { ...this.policy.emergency, rhythm } };
  }

  #turn(isOn: boolean, at: Date): void {
    this.#hasRhythm = isOn;
    if (!isOn) this.waits = null;
    else if (this.knownAt && !this.recoveredAt && !this.waits && !this.stopped) this.begin(at, at, this.#early);
  }

  #count(fact: Happening, isCounted: boolean, at: Date): void {
    this.#isCounted = isCounted;
    // The customer counts again, from no earlier than when they ceased to count.
    const since = new Date(Math.max(fact.at.getTime(), this.stopped?.at.getTime() ?? 0));
    if (isCounted) this.#wait({ ...fact, at: since }, at);
    else if (!this.stopped) this.stop(at, 'everyone who is affected has been named');
  }

  /** The customer is affected, or affected again. If they already wait, the deadline moves no later. */
  #wait(fact: Happening, at: Date): void {
    if (this.knownAt && this.#found) return;
    if (!this.knownAt) {
      this.knownAt = fact.at;
      // A reopening also applies to customers that it does not name.
      this.#back = this.#reopened;
    } else if (!this.#back || fact.at >= this.#back.at) this.#back = fact;
    const recoveredAt = this.recoveredAt;
    if (this.endsWith && (!recoveredAt || this.endsWith === 'not-occurring')) {
      this.endsWith = undefined;
      this.countFrom(at);
    }
    const isOver = this.stopped?.isTold === true && recoveredAt !== undefined;
    if (this.waits || isOver || !this.#isCounted || !this.#hasRhythm) return;
    this.begin(fact.at, at, this.#early);
    this.#early = undefined;
    if (this.#found) this.#announce(at);
    else this.#recover(at);
  }

  #isUndone({ at, recordedAt, saidAt = recordedAt }: Recovery): boolean {
    const back = this.#back;
    // A reopening cancels every recovery that was recorded before it.
    return back !== undefined && (back.at > at || (back.type === 'reopened' && back.recordedAt > saidAt));
  }

  get recoveredAt(): Date | undefined {
    return this.#recoveries.filter((each) => !this.#isUndone(each)).sort(byTime)[0]?.at;
  }

  /** The pending message uses the corrected time, unless it is overdue or would be. */
  #correctRecovery(from: Date, to: Date, at: Date): void {
    const before = this.recoveredAt;
    const isOther = ({ at: known }: Fact): boolean => known >= from || known > to;
    this.#recoveries = this.#recoveries.map((each) => (isOther(each) ? { ...each, at: to } : each));
    if (this.recoveredAt?.getTime() === before?.getTime()) return;
    const message = firstSlot(this.incident, to, this.policy);
    if (this.endsWith !== 'recovery' || !this.waits || this.waits.dueAt <= at || message.dueAt <= at) return;
    this.set(this.inTurn, at);
    this.#recover(at);
  }

  #update(fact: Extract<Happening, { type: 'updated' }>, at: Date): void {
    const { isRecovery: isOfRecovery, message } = fact;
    const sentAt = fact.at < at ? fact.at : at;
    const isRecovery = isOfRecovery === true && this.knownAt !== null && !this.#isUndone(fact);
    if (isRecovery) this.#recoveries.push({ ...fact, at: sentAt });
    // People state times to the minute.
    const lookedAt = Math.floor((this.#found?.at.getTime() ?? 0) / minuteMs) * minuteMs;
    const ends = isRecovery || (this.#isAsker && this.#found !== undefined && sentAt.getTime() >= lookedAt);
    const next = slotAfterUpdate(sentAt, this.incident, this.policy);
    const sent = { at: sentAt, ms: sentAt.getTime(), next, ends, run: this.run };
    const ofUpdate = { what: 'update', at: sentAt } as const;
    this.sent.push(sent);
    if (message && !(this.lastMessage && sentAt < this.lastMessage.at))
      this.lastMessage = { at: sentAt, text: message };
    if (!this.waits) {
      if (!isOfRecovery) this.#early = this.#early && this.#early.at > sentAt ? this.#early : sent;
      else if (this.stopped && isRecovery) this.stopped.isTold = true;
    } else if (this.#isFromPast(sentAt)) {
      if (!this.#isFollowed(sentAt) && next.dueAt > this.waits.dueAt) this.set(next, at, ofUpdate);
    } else if (ends) {
      this.close(sentAt, sent);
    } else if (!this.#isFollowed(sentAt)) {
      const isOlder = next.dueAt < this.waits.dueAt && (sentAt < this.since || next.dueAt <= at);
      const isLeft = isOlder || next.dueAt.getTime() === this.waits.dueAt.getTime();
      if (isLeft) this.set(this.waits, at, ofUpdate);
      else this.meet(sent, at);
    }
    if (!this.#isFollowed(sentAt)) this.lastUpdateAt = sentAt;
    if (!ends || !this.waits) return;
    const why = isRecovery ? 'the customer has been told of the recovery' : 'the customer has been told';
    this.stop(sentAt, why, true);
  }

  #isFollowed(sentAt: Date): boolean {
    return this.lastUpdateAt !== undefined && sentAt <= this.lastUpdateAt;
  }

  /** Sent while a deadline was open that has ended since, or in time for it. */
  #isFromPast(sentAt: Date): boolean {
    const last = this.ended.at(-1);
    if (last?.run !== this.run) return false;
    const isInTime = sentAt.getTime() - last.slot.dueAt.getTime() <= milliseconds(this.policy.cadence.metUpTo);
    return last.endAt > sentAt || (!last.closedBy && isInTime);
  }

  #find(fact: Fact, at: Date): void {
    if (this.#reopened && this.#reopened.at > fact.at) return;
    this.#found = fact;
    if (this.knownAt) this.#announce(at);
  }

  /** It was found not to occur: customers who reported it are told so, and no other update is due. */
  #announce(at: Date): void {
    if (!this.#isAsker) {
      if (!this.stopped) this.stop(at, 'it was found not to occur; its reporter is told');
    } else if (this.waits) {
      this.endsWith = 'not-occurring';
      const text = `the message that it was found not to occur, at most ${this.firstMinutes} min after that`;
      this.bringForward({ ...firstSlot(this.incident, at, this.policy), reason: text }, at);
    }
  }

  /** The message is due one interval after the recovery, or after its recording if nobody could be reminded in time. */
  #recover(at: Date): void {
    const recoveredAt = this.recoveredAt;
    const isDue = this.endsWith === 'recovery' && recoveredAt?.getTime() === this.#messageOf?.getTime();
    if (!recoveredAt || !this.knownAt || !this.waits || this.#found || isDue) return;
    this.#messageOf = recoveredAt;
    const [own, sinceKnown] = [recoveredAt, this.knownAt].map((from) => firstSlot(this.incident, from, this.policy));
    const message = own && own.dueAt > this.knownAt ? own : sinceKnown;
    const dueAt = message?.dueAt.getTime() ?? 0;
    const isPast = dueAt - at.getTime() < minuteMs || this.ended.some(({ slot }) => slot.dueAt.getTime() === dueAt);
    const slot = isPast || !message ? firstSlot(this.incident, at, this.policy) : message;
    const reason = `the recovery message, at most ${this.firstMinutes} min after the recovery`;
    this.endsWith = 'recovery';
    this.bringForward({ ...slot, reason: isPast ? `${reason}; it was recorded later than that` : reason }, at);
  }
}
