/**
 * A contact's clock: when the customer is due an update, and how each deadline ended. Only a deadline that was pending when it
 * passed counts; its outcome depends on when updates were sent. Facts recorded together give the same clock in any order, and a
 * retracted fact leaves no trace. The intervals are in `docs/reference/rules/c-updates.md`. Pure.
 */
import type { Policy } from '../../policy.ts';
import { optional } from '../incident.ts';
import { byTime, type ContactFact, happeningsOf, type Schedule } from './facts.ts';
import { isUnmet, judge, remindedOf, remindersOf } from './outcome.ts';
import { Walk } from './walk.ts';

export type Clock = ReturnType<typeof seen>;

/** @param facts about the contact, in any order; those recorded after `now` are left out, and so are the schedule's */
export function clock(facts: readonly ContactFact[], schedule: Schedule, now: Date, policy: Policy) {
  const walk = new Walk(schedule, policy);
  for (const each of happeningsOf(facts, schedule, now)) {
    walk.pass(each.recordedAt);
    walk.take(each);
  }
  walk.pass(now);
  const known = facts.filter(({ recordedAt }) => recordedAt <= now);
  return seen(walk, known);
}

function seen(walk: Walk, facts: readonly ContactFact[]) {
  const { policy, waits, next, stopped, run, lastUpdateAt, ended } = walk;
  const reminders = remindersOf(facts);
  const sent = walk.sent.toSorted((a, b) => a.ms - b.ms);
  const pastSlots = ended.map((each) => judge(each, sent, reminders));
  const unmet = stopped ? [] : pastSlots.filter((_, index) => ended[index]?.run === run);
  unmet.splice(0, unmet.findLastIndex((each) => !isUnmet(each)) + 1);
  const missed = unmet.filter(({ outcome, endAt }) => outcome === 'missed' && !(lastUpdateAt && endAt <= lastUpdateAt));
  const overdue = unmet.find(({ dueAt }) => !(lastUpdateAt && dueAt <= lastUpdateAt));
  const isRow = missed.length >= policy.cadence.escalateAfterMissed;
  const escalations = facts.filter(
    ({ type, at }) => type === 'escalated' && isRow && missed[0] && at > missed[0].dueAt,
  );
  const remindedAt = waits ? remindedOf(waits, reminders) : undefined;
  const isNextTold = next !== null && remindedOf(next, reminders) !== undefined;
  const upcoming = !remindedAt ? waits : isNextTold ? null : next;
  return {
    /** Since when the customer is known to be affected; null before anybody has said so. */
    knownAt: walk.knownAt,
    /** The slot that waits for an update, also after it was due, until it is closed; null without a running clock. */
    nextUpdateDueAt: waits?.dueAt ?? null,
    dueReason: waits?.reason ?? stopped?.why ?? 'no rhythm: it is about Metronome itself',
    /** When the responders were reminded of this slot. */
    ...optional('remindedAt', remindedAt),
    /** When the responders are reminded next: of this slot or, after that, of the following one. */
    remindAt: upcoming?.remindAt ?? null,
    /** The deadline that this reminder is for. */
    ...optional('reminder', upcoming ? { dueAt: upcoming.dueAt, reason: upcoming.reason } : undefined),
    /** The slot after the pending one, whose due time ends it; null without a running clock. */
    next: next && { dueAt: next.dueAt, remindAt: next.remindAt },
    /** The slots that have ended, oldest first. */
    pastSlots,
    /** The first deadline that has passed since the last update. */
    ...optional('overdueSince', overdue?.dueAt),
    missedInARow: missed.length,
    /** When the missed slots in a row were escalated last. */
    ...optional('escalatedAt', escalations.sort(byTime).at(-1)?.at),
    ...optional('recoveredAt', walk.recoveredAt),
    /** The kind of the last message, if only that message is still due. */
    ...optional('endsWith', walk.endsWith),
    stoppedAt: stopped?.at ?? null,
    ...optional('lastUpdateAt', lastUpdateAt),
    /** The text of the last update that had one. */
    ...optional('lastMessage', walk.lastMessage?.text),
  };
}
