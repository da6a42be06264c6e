/** A deadline's outcome, by when the updates that count were sent (`docs/reference/rules/c-updates.md`). Pure. */
import { milliseconds, type Policy } from '../../policy.ts';
import type { Slot } from '../rhythm/cadence.ts';
import type { ContactFact } from './facts.ts';

export interface PastSlot {
  dueAt: Date;
  /** The time of the update that closed it, or the moment at which the next slot was due. */
  endAt: Date;
  outcome: 'met' | 'late' | 'missed' | 'not-reminded';
  remindedAt?: Date;
  /** The update that came, even if it was too late or nobody had been reminded. */
  updatedAt?: Date;
}

/** An update, and the deadline that followed it; `ends`: it stopped the clock. */
export interface Sent {
  at: Date;
  /** The same in milliseconds: every deadline is compared with every update. */
  ms: number;
  next: Slot;
  ends: boolean;
  /** The clock's run in which it was recorded. */
  run: number;
}

export interface Ended {
  slot: Slot;
  endAt: Date;
  /** Absent if no update had been recorded before the next one was due. */
  closedBy?: Sent;
  /** The previous update, from which the deadline was counted. */
  after: Date | undefined;
  run: number;
  /** The rules in force at that time. */
  policy: Policy;
}

type Reminder = ReturnType<typeof remindersOf>[number];

/** Milliseconds: when the responders were reminded, and the latest deadline that the notice named. */
export const remindersOf = (facts: readonly ContactFact[]) =>
  facts
    .flatMap((each) => (each.type === 'reminded' ? [{ at: each.at.getTime(), dueAt: each.dueAt.getTime() }] : []))
    .sort((a, b) => a.at - b.at);

/** No update came before the slot ended. */
export const isUnmet = ({ outcome, updatedAt }: PastSlot): boolean =>
  outcome === 'missed' || (outcome === 'not-reminded' && !updatedAt);

/** When responders first knew of a deadline: by a notice of it or a later one, or by any after its reminder was due. */
export function remindedOf(slot: Slot, reminders: readonly Reminder[]): Date | undefined {
  const [due, remind] = [slot.dueAt.getTime(), slot.remindAt.getTime()];
  const first = reminders.find(({ dueAt, at }) => dueAt >= due || at >= remind);
  return first && new Date(first.at);
}

/** @param sent in the order in which they were sent */
export function judge(ended: Ended, sent: readonly Sent[], reminders: readonly Reminder[]): PastSlot {
  const { slot, endAt, policy } = ended;
  const { dueAt } = slot;
  const metUntil = dueAt.getTime() + milliseconds(policy.cadence.metUpTo);
  const until = Math.max(endAt.getTime() - 1, metUntil);
  const after = ended.after?.getTime() ?? Number.NEGATIVE_INFINITY;
  // The update was sent before the deadline ended. It either ended the clock or moved the next deadline further.
  const answers = ({ ms, next, ends, run }: Sent): boolean =>
    run >= ended.run && ms <= until && (ends || (ms > after && next.dueAt > dueAt));
  const update = sent.find((each) => each === ended.closedBy || answers(each));
  const toldAt = remindedOf(slot, reminders);
  const wasReminded = toldAt !== undefined && toldAt <= dueAt;
  const remindedAt = toldAt && toldAt <= endAt ? { remindedAt: toldAt } : {};
  if (!update) return { dueAt, endAt, outcome: wasReminded ? 'missed' : 'not-reminded', ...remindedAt };
  const outcome = update.ms <= metUntil ? 'met' : wasReminded ? 'late' : 'not-reminded';
  return { dueAt, endAt, outcome, ...remindedAt, updatedAt: update.at };
}

/** Why its outcome is what it is, for people to read. */
export function whyOf({ dueAt, outcome, updatedAt }: PastSlot): string {
  if (outcome === 'missed') return 'no update was recorded before the next slot was due';
  const away = 'nobody was reminded in time, since Metronome was away';
  if (!updatedAt) return `${away}, and no update was recorded`;
  const lateMs = updatedAt.getTime() - dueAt.getTime();
  if (lateMs <= 0) return 'updated by the time it was due';
  const late = `updated ${Math.ceil(lateMs / 60_000)} min after it was due`;
  return outcome === 'not-reminded' ? `${late}; ${away}` : late;
}
