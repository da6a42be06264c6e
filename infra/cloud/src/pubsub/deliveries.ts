import type { Driven, LocalClock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import { toDeadLetter } from './dead-letter.ts';
import { push } from './push.ts';
import type { Delivery, Message, PubSubStore } from './store.ts';
import { backoffMs, type Subscription } from './subscription.ts';

/** Pushes that one subscription has under way at most. */
const mostUnderWay = 32;
/** How long a reordered message waits for one after it. */
const reorderMs = 60_000;

type Outcome =
  | { kind: 'acknowledged' }
  | { kind: 'failed'; afterMs: number }
  /** Postponed without an attempt. */
  | { kind: 'later'; afterMs: number };

/** The clock does not move while receivers work in a jump: a slow machine makes none of them late, and one that hangs ends here. */
const longestInAJumpMs = 600_000;

/**
 * Pushes what is due. A subscription refills itself as its pushes end, so that a slow one takes one
 * place of many; all of it together is one run for the clock.
 */
export class Deliveries implements Driven {
  readonly #store: PubSubStore;
  readonly #clock: LocalClock;
  readonly #faults: Faults;
  readonly #fetch: typeof globalThis.fetch;
  readonly #underWay = new Map<number, Set<number>>();
  /** Messages that wait for the next delivery of their subscription to end. */
  readonly #reordered = new Map<number, number[]>();
  #pushes = 0;
  #idle = Promise.withResolvers<void>();
  /** Cached until a change: a jump asks very often. */
  #next: { at: number | undefined } | undefined;

  constructor(store: PubSubStore, clock: LocalClock, faults: Faults, fetch: typeof globalThis.fetch) {
    this.#store = store;
    this.#clock = clock;
    this.#faults = faults;
    this.#fetch = fetch;
  }

  /** After a publish, a nack or a configuration change, due messages are sent at once. */
  changed(): void {
    this.#next = undefined;
    // While pushes are under way the clock already awaits this run, and in a jump it asks only afterwards.
    if (this.#pushes > 0) this.#pushAll();
    this.#clock.poke();
  }

  nextDueAt(): number | undefined {
    this.#next ??= { at: this.#computeNext() };
    return this.#next.at;
  }

  #computeNext(): number | undefined {
    const times = this.#store.subscriptionsWithMessages().map((subscription) => {
      if (!subscription.pushEndpoint) {
        return subscription.deadLetter && this.#nextDeadLetter(subscription)?.dueAt;
      }
      const underWay = this.#underWayOf(subscription);
      return underWay.size < mostUnderWay ? this.#store.nextDueAt(subscription.id, underWay) : undefined;
    });
    const known = [...times, this.#store.nextExpiryAt()].filter((at) => at !== undefined);
    return known.length > 0 ? Math.min(...known) : undefined;
  }

  async runDue(now: number): Promise<void> {
    this.#next = undefined;
    this.#store.expire(now);
    for (const subscription of this.#store.subscriptions()) {
      if (!subscription.pushEndpoint) this.#deadLetterPulled(subscription, now);
    }
    this.#pushAll();
    if (this.#pushes > 0) await this.#idle.promise;
  }

  /** Pulled messages whose last permitted lease has expired. */
  #deadLetterPulled(subscription: Subscription, now: number): void {
    for (;;) {
      const letter = this.#nextDeadLetter(subscription);
      if (!letter || letter.dueAt > now || !this.#toDeadLetters(subscription, letter.message, letter.attempts)) return;
    }
  }

  #nextDeadLetter({ id, deadLetter }: Subscription) {
    if (!deadLetter || !this.#store.topic(deadLetter.topic)) return undefined;
    return this.#store.nextExhausted(id, deadLetter.maxAttempts);
  }

  #pushAll(): void {
    for (const subscription of this.#store.subscriptionsWithMessages()) this.#pushDue(subscription);
  }

  #pushDue(subscription: Subscription): void {
    if (!subscription.pushEndpoint || this.#clock.isStopping) return;
    const underWay = this.#underWayOf(subscription);
    const free = mostUnderWay - underWay.size;
    if (free <= 0) return;
    for (const delivery of this.#store.due(subscription.id, this.#clock.now(), free, underWay)) {
      void this.#deliver(subscription, delivery, underWay);
    }
  }

  async #deliver(subscription: Subscription, delivery: Delivery, underWay: Set<number>): Promise<void> {
    const { message } = delivery;
    underWay.add(message.id);
    this.#pushes += 1;
    try {
      const outcome = await this.#attempt(subscription, delivery);
      // It may have been changed or deleted meanwhile.
      const current = this.#store.subscription(subscription.id);
      if (current) this.#settle(current, message, outcome);
      if (outcome.kind !== 'acknowledged') this.#clock.poke();
    } catch (error) {
      this.#store.postpone(subscription.id, message.id, this.#clock.now() + 1_000, delivery.attempts);
      process.stderr.write(`local cloud: ${error instanceof Error ? error.stack : String(error)}\n`);
    } finally {
      underWay.delete(message.id);
      this.#pushes -= 1;
      this.#next = undefined;
      const current = this.#store.subscription(subscription.id);
      if (current) this.#pushDue(current);
      if (this.#pushes === 0) {
        this.#idle.resolve();
        this.#idle = Promise.withResolvers<void>();
      }
    }
  }

  async #attempt(subscription: Subscription, { message, attempts }: Delivery): Promise<Outcome> {
    const fault = this.#faults.take('pubsub.push', subscription.shortName);
    const patienceMs = this.#clock.isJumping ? longestInAJumpMs : subscription.ackDeadlineMs;
    const send = () => push(this.#fetch, subscription, message, attempts + 1, patienceMs);
    const failed: Outcome = { kind: 'failed', afterMs: 0 };
    switch (fault?.effect) {
      case 'fail':
        return failed;
      case 'fail-after':
        await send();
        return failed;
      case 'hang-after':
        await send();
        return { kind: 'failed', afterMs: subscription.ackDeadlineMs };
      case 'hang':
        return { kind: 'failed', afterMs: subscription.ackDeadlineMs };
      case 'delay':
        return { kind: 'later', afterMs: fault.delayMs ?? 1_000 };
      case 'garble':
      case 'reorder':
        this.#reordered.set(subscription.id, [...(this.#reordered.get(subscription.id) ?? []), message.id]);
        return { kind: 'later', afterMs: reorderMs };
      case 'double': {
        const first = await send();
        const second = await send();
        return first || second ? { kind: 'acknowledged' } : failed;
      }
      case undefined:
        return (await send()) ? { kind: 'acknowledged' } : failed;
    }
  }

  #settle(subscription: Subscription, message: Message, outcome: Outcome): void {
    const now = this.#clock.now();
    if (outcome.kind === 'later') {
      const attempts = this.#store.attempts(subscription.id, message.id) ?? 0;
      this.#store.postpone(subscription.id, message.id, now + outcome.afterMs, attempts);
      return;
    }
    if (outcome.kind === 'acknowledged') this.#store.acknowledge(subscription.id, message.id, now);
    else this.#giveBack(subscription, message, now + outcome.afterMs);
    for (const id of this.#reordered.get(subscription.id) ?? []) {
      this.#store.postpone(subscription.id, id, now, this.#store.attempts(subscription.id, id) ?? 0);
    }
    this.#reordered.delete(subscription.id);
  }

  #giveBack(subscription: Subscription, message: Message, failedAt: number): void {
    const attempts = (this.#store.attempts(subscription.id, message.id) ?? 0) + 1;
    const isLast = subscription.deadLetter && attempts >= subscription.deadLetter.maxAttempts;
    if (isLast && this.#toDeadLetters(subscription, message, attempts)) return;
    this.#store.postpone(subscription.id, message.id, failedAt + backoffMs(subscription, attempts), attempts);
  }

  /** False where the dead-letter topic is gone: the message then stays and is tried again. */
  #toDeadLetters(subscription: Subscription, message: Message, attempts: number): boolean {
    const topic = subscription.deadLetter?.topic;
    if (!topic || !this.#store.topic(topic)) return false;
    const letter = toDeadLetter(subscription, message, attempts);
    this.#store.moveToDeadLetters(topic, letter, this.#clock.now(), { subscription, id: message.id });
    if (this.#pushes > 0) this.#pushAll();
    return true;
  }

  #underWayOf({ id }: Subscription): Set<number> {
    let underWay = this.#underWay.get(id);
    if (!underWay) {
      underWay = new Set();
      this.#underWay.set(id, underWay);
    }
    return underWay;
  }
}
