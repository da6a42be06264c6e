/** What holds of every set of facts. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Clock, clock } from '../../../functions/incidents/clocks/clock.ts';
import { type ContactFact, type Schedule, union } from '../../../functions/incidents/clocks/facts.ts';
import type { PastSlot } from '../../../functions/incidents/clocks/outcome.ts';
import { policy } from '../../../functions/policy.ts';
import { runs } from '../../fuzz/runs.ts';
import { inMilliseconds } from '../../in-milliseconds.ts';
import {
  type NaiveClock,
  type NaiveFact,
  type NaiveSchedule,
  naiveClock,
} from '../../simulation/oracle/naive-clock.ts';
import { afterFiling, contactFacts, readAt, schedules } from './random-facts.ts';

const read = (facts: readonly ContactFact[], schedule: Schedule, now: Date): Clock =>
  clock(facts, schedule, now, policy);

/** A customer has a clock only once a fact has named them. */
const isNamedBy = (facts: readonly ContactFact[], now: Date): boolean =>
  facts.some(({ type, recordedAt }) => type === 'known' && recordedAt <= now);

const ms = (date: Date | null | undefined): number | null => date?.getTime() ?? null;

test('a second implementation, fact by fact, agrees', () => {
  const asNaive = (one: Clock) => ({
    known: ms(one.knownAt),
    due: ms(one.nextUpdateDueAt),
    stopped: ms(one.stoppedAt),
    recovered: ms(one.recoveredAt),
    missedInARow: one.missedInARow,
    overdueSince: ms(one.overdueSince),
    remindAt: ms(one.remindAt),
    remindedAt: ms(one.remindedAt),
    escalatedAt: ms(one.escalatedAt),
    endsWith: one.endsWith ?? null,
    lastUpdateAt: ms(one.lastUpdateAt),
    lastMessage: one.lastMessage ?? null,
    next: ms(one.next?.dueAt),
    slots: one.pastSlots.map(({ dueAt, endAt, outcome, remindedAt }) => [
      ms(dueAt),
      ms(endAt),
      outcome,
      ms(remindedAt),
    ]),
  });
  /** Nothing of the product says when a deadline was set, and when the reminder of an ended one was to be given. */
  const ofClock = ({ slots, ...clock }: NaiveClock) => ({
    ...clock,
    slots: slots.map(({ due, end, outcome, reminded }) => [due, end, outcome, reminded]),
  });
  fc.assert(
    fc.property(contactFacts, schedules, readAt, (facts, schedule, now) => {
      fc.pre(isNamedBy(facts, now));
      const [naive, by] = inMilliseconds([facts, schedule]) as [NaiveFact[], NaiveSchedule];
      expect(asNaive(read(facts, schedule, now))).toEqual(ofClock(naiveClock(naive, by, now.getTime())));
    }),
    runs(200),
  );
});

test('facts in any order, and each as often as it is said, give one clock', () => {
  fc.assert(
    fc.property(contactFacts, schedules, readAt, fc.infiniteStream(fc.nat()), (facts, schedule, now, numbers) => {
      const shuffled = <T>(list: readonly T[]): T[] =>
        list
          .map((each) => ({ each, by: numbers.next().value }))
          .sort((a, b) => a.by - b.by)
          .map(({ each }) => each);
      const [one, other] = [shuffled(facts), shuffled(facts)].map((each) => each.slice(0, Math.ceil(each.length / 2)));
      const merged = union(one ?? [], facts, other ?? []);
      const again = { ...schedule, facts: shuffled(schedule.facts) };
      expect(read(shuffled(merged), again, now)).toEqual(read(facts, schedule, now));
      expect(new Set(union(other ?? [], one ?? []))).toEqual(new Set(union(one ?? [], other ?? [], one ?? [])));
    }),
    runs(200),
  );
});

test('a deadline that nobody was asked for, since its update was taken back later, is no row of missed ones', () => {
  fc.assert(
    fc.property(contactFacts, schedules, readAt, fc.nat(), (facts, schedule, now, which) => {
      const updates = facts.filter((each) => each.type === 'updated');
      const taken = updates[which % Math.max(updates.length, 1)];
      const rest = facts.filter((each) => each !== taken);
      const after = read(rest, schedule, now);
      const reminders = rest.filter((each) => each.type === 'reminded' && each.at <= now);
      const wasAsked = (slot: PastSlot): boolean => reminders.some(({ at }) => at <= slot.dueAt);
      const missed = after.pastSlots.filter(({ outcome }) => outcome === 'missed' || outcome === 'late');
      expect(missed.filter((slot) => !(slot.remindedAt && slot.remindedAt <= slot.dueAt && wasAsked(slot)))).toEqual(
        [],
      );
      expect(after.missedInARow).toBeLessThanOrEqual(missed.length);
    }),
    runs(200),
  );
});

test('who was recorded as a recovery of all was stated, or was known by then, recovered with the others', () => {
  const minutes = fc.integer({ min: 0, max: 120 });
  fc.assert(
    fc.property(minutes, minutes, minutes, minutes, schedules, (knownAt, named, recoveredAt, recorded, schedule) => {
      const of = (id: string, at: number, delay: number) => ({
        id,
        at: afterFiling(at),
        recordedAt: afterFiling(at + delay),
      });
      const facts: ContactFact[] = [
        { ...of('known', knownAt, named), type: 'known' },
        { ...of('recovered', recoveredAt, recorded), type: 'recovered', ofAll: true },
      ];
      const quiet = { ...schedule, facts: schedule.facts.filter(({ type }) => type === 'row') };
      const { recoveredAt: seen } = read(facts, quiet, afterFiling(400));
      const wasRecorded = knownAt + named < recoveredAt + recorded;
      expect(seen).toEqual(wasRecorded || knownAt <= recoveredAt ? afterFiling(recoveredAt) : undefined);
    }),
    runs(200),
  );
});

test('deadlines that have ended stay, whatever is recorded later', () => {
  fc.assert(
    fc.property(contactFacts, schedules, readAt, readAt, (facts, schedule, one, other) => {
      const [earlier, later] = one < other ? [one, other] : [other, one];
      const times = ({ pastSlots }: Clock): Date[][] => pastSlots.map(({ dueAt, endAt }) => [dueAt, endAt]);
      const before = read(facts, schedule, earlier);
      const after = read(facts, schedule, later);
      expect(times(after).slice(0, before.pastSlots.length)).toEqual(times(before));
      const changed = before.pastSlots.filter(({ outcome }, index) => after.pastSlots[index]?.outcome !== outcome);
      const order = ['met', 'late', 'not-reminded', 'missed'];
      for (const slot of changed) {
        const now = after.pastSlots[before.pastSlots.indexOf(slot)]?.outcome ?? '';
        expect(order.indexOf(now)).toBeLessThan(order.indexOf(slot.outcome));
      }
    }),
    runs(200),
  );
});

test('at every moment somebody who is affected has a deadline, is over, or is not waited for', () => {
  fc.assert(
    fc.property(contactFacts, schedules, readAt, (facts, schedule, now) => {
      fc.pre(isNamedBy(facts, now));
      const seen = read(facts, schedule, now);
      const isOff =
        schedule.facts.some(({ type }) => type === 'rhythm') || facts.some(({ type }) => type === 'counted');
      expect(isOff || seen.nextUpdateDueAt !== null || seen.stoppedAt !== null).toBe(true);
      if (seen.next)
        expect(seen.next.dueAt > now && seen.nextUpdateDueAt !== null && seen.next.dueAt > seen.nextUpdateDueAt).toBe(
          true,
        );
      const ends = seen.pastSlots.map(({ endAt }) => endAt.getTime());
      expect(seen.stoppedAt === null || seen.nextUpdateDueAt === null).toBe(true);
      expect(ends.every((end) => end <= now.getTime())).toBe(true);
    }),
    runs(200),
  );
});
