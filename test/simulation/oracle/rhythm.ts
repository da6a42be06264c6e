/**
 * Table C once more: from what was recorded of an incident (who became known when, what they were told, when they
 * recovered) it works out by itself which slots fell due and how each ended.
 */
import { startOfDay } from '../calendar.ts';
import type { Doc } from './records.ts';

export const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What of an incident decides its rhythm, as it stands at a moment. */
// biome-ignore lint/suspicious/noExplicitAny: the fold of what was recorded
export type Facts = any;

export type Outcome = 'met' | 'late' | 'missed' | 'not-reminded';

export interface Slot {
  contact: string;
  due: number;
  /** Since when it was the one that waits. */
  since: number;
  /** The update that closed it, or the moment at which the next one was due. */
  end: number;
  outcome: Outcome;
}

export interface Clock {
  contact: string;
  known: number;
  /** Null: it has stopped, or never ran. */
  due: number | null;
  since: number;
  isStopped: boolean;
  lastUpdate?: number;
  recoveredAt?: number;
  ending?: 'recovery' | 'not-occurring';
  missedInARow: number;
  past: Slot[];
  /** When it last changed which row of the table its incident goes by. */
  replanned?: number;
}

/** Whether the responders had been told of a contact's slot by the time it was due. */
export type WasTold = (contact: string, due: number) => boolean;

const isUrgent = (facts: Facts): boolean => facts.urgency.level === 'high' || facts.ongoing !== 'no';

/** What is about Metronome itself has none, until a report that is about something else is linked to it. */
export const hasRhythm = (facts: Facts): boolean =>
  facts.kind === 'incident' && facts.status !== 'linked' && !isOnlyAboutMetronome(facts);

const isOnlyAboutMetronome = ({ isAboutMetronome, links = [] }: Facts): boolean =>
  isAboutMetronome && !links.some((each: Facts) => !each.isAboutMetronome);

export const firstMs = (facts: Facts): number => (isUrgent(facts) ? 15 : 60) * minuteMs;

/** 08:00, 12:00, 16:00 and 20:00 in Japan: the first at or after an instant. */
function fixedFrom(at: number): number {
  const hours = [8, 12, 16, 20];
  const first = hours.find((hour) => startOfDay(at) + hour * hourMs >= at);
  return startOfDay(at) + (first ?? 24 + 8) * hourMs;
}

export const isFixed = (at: number): boolean => fixedFrom(at) === at;

/** The slot after an update, or after a slot that has passed. */
export function after(at: number, what: 'update' | 'slot', facts: Facts): number {
  const age = at - facts.filedAt;
  if (isUrgent(facts) && age < 12 * hourMs) return at + (age < 2 * hourMs ? 30 : 60) * minuteMs;
  return fixedFrom(what === 'update' ? at + hourMs : at + 1);
}

export const openClock = (contact: string, known: number, since: number, facts: Facts): Clock => ({
  contact,
  known,
  due: hasRhythm(facts) ? known + firstMs(facts) : null,
  since,
  isStopped: false,
  missedInARow: 0,
  past: [],
});

export function stop(clock: Clock): void {
  Object.assign(clock, { due: null, isStopped: true, missedInARow: 0, ending: undefined });
}

/** Slots end without an update as the next one is due. @returns those that ended */
export function pass(clock: Clock, facts: Facts, until: number, wasTold: WasTold): Slot[] {
  const ended: Slot[] = [];
  while (clock.due !== null && hasRhythm(facts)) {
    const { contact, due, since } = clock;
    const end = after(due, 'slot', facts);
    if (end > until) break;
    const isTold = wasTold(contact, due);
    ended.push({ contact, due, since, end, outcome: isTold ? 'missed' : 'not-reminded' });
    clock.missedInARow += isTold ? 1 : 0;
    Object.assign(clock, { due: end, since: Math.max(end, clock.replanned ?? 0) });
  }
  clock.past.push(...ended);
  return ended;
}

function judge(contact: string, due: number, at: number, wasTold: WasTold): Outcome {
  if (at <= due + 5 * minuteMs) return 'met';
  return wasTold(contact, due) ? 'late' : 'not-reminded';
}

const best: Outcome[] = ['met', 'late', 'not-reminded', 'missed'];

/** An update meets the slot that waits, however early; recorded late, it corrects those that ended without it. */
export function update(
  clock: Clock,
  facts: Facts,
  { at, now, isRecovery }: { at: number; now: number; isRecovery: boolean },
  wasTold: WasTold,
): Slot[] {
  const ended = pass(clock, facts, at, wasTold);
  if (isRecovery) clock.recoveredAt ??= at;
  const isNewest = at >= (clock.lastUpdate ?? 0);
  if (isNewest) clock.lastUpdate = at;
  const { contact, due } = clock;
  if (due === null || !hasRhythm(facts)) return ended;
  const ends = isRecovery || clock.ending === 'not-occurring';
  const regular = after(at, 'update', facts);
  const next = at < clock.known && regular < due ? due : regular;
  const first = clock.past.findIndex((slot) => slot.end > at);
  if (first >= 0) {
    for (const [index, slot] of clock.past.entries()) {
      const wasNotDue = index > first && (ends || slot.due < next);
      const outcome = index === first ? judge(contact, slot.due, at, wasTold) : wasNotDue ? 'met' : slot.outcome;
      if (index >= first && best.indexOf(outcome) < best.indexOf(slot.outcome)) slot.outcome = outcome;
    }
    const end = clock.past.findLastIndex(({ outcome }) => outcome === 'met' || outcome === 'late');
    const row = clock.past.slice(end + 1).filter(({ outcome }) => outcome === 'missed').length;
    clock.missedInARow = Math.min(clock.missedInARow, row);
    if (isNewest && !ends && next > due) Object.assign(clock, { due: next, since: now });
  } else {
    clock.missedInARow = 0;
    if (ends || next !== due) {
      const slot = { contact, due, since: clock.since, end: at, outcome: judge(contact, due, at, wasTold) };
      clock.past.push(slot);
      ended.push(slot);
      Object.assign(clock, { due: next, since: now });
    }
  }
  if (ends) stop(clock);
  else ended.push(...pass(clock, facts, now, wasTold));
  return ended;
}

function bringForward(clock: Clock, due: number, now: number): void {
  if (clock.due !== null && due < clock.due) Object.assign(clock, { due, since: now });
}

/** The message about it is due at the earlier of the slot that waits and the recovery and a first interval. */
export function recover(clock: Clock, facts: Facts, at: number, now: number): void {
  clock.recoveredAt = Math.min(clock.recoveredAt ?? at, at);
  if (clock.due === null) return;
  clock.ending = 'recovery';
  bringForward(clock, clock.recoveredAt + firstMs(facts), now);
}

export function endAsNotOccurring(clock: Clock, facts: Facts, now: number): void {
  clock.ending = 'not-occurring';
  bringForward(clock, now + firstMs(facts), now);
}

/** It goes by the fast row from now on. */
export function hurry(clock: Clock, facts: Facts, now: number): void {
  const { lastUpdate, known } = clock;
  const due = lastUpdate === undefined ? known + firstMs(facts) : after(lastUpdate, 'update', facts);
  bringForward(clock, Math.max(due, now + firstMs(facts)), now);
}

/** The trouble is back: who still waits goes on waiting, and the clock of who had been told starts anew. */
export function reopen(clock: Clock, facts: Facts, at: number, now: number): void {
  delete clock.recoveredAt;
  delete clock.ending;
  if (clock.due !== null) return;
  if (hasRhythm(facts)) Object.assign(clock, { due: at + firstMs(facts), since: now, missedInARow: 0 });
  clock.isStopped = false;
}

/** Whoever had no clock in an incident about Metronome itself is told with the others since it was linked. */
export function begin(clock: Clock, facts: Facts, at: number): void {
  const isIdle = clock.due === null && !clock.isStopped && clock.recoveredAt === undefined;
  if (isIdle && hasRhythm(facts)) Object.assign(clock, { due: at + firstMs(facts), since: at });
}

/** Customers of a linked incident are told with the one that took it over. */
export function join(own: Clock | undefined, linked: Clock): Clock {
  if (!own) return { ...linked, past: [...linked.past] };
  if (!own.isStopped || linked.due === null) return own;
  const { due, since, missedInARow, recoveredAt, ending } = linked;
  const { recoveredAt: _, ...rest } = own;
  return {
    ...rest,
    due,
    since,
    missedInARow,
    isStopped: false,
    ...(recoveredAt === undefined ? {} : { recoveredAt }),
    ...(ending === undefined ? {} : { ending }),
  };
}

/** A message in these channels reaches the customer. */
const counted = ['ticket', 'phone', 'mail', 'chat', 'in-person', 'status-page'];
export const isCounted = ({ channel = 'ticket' }: Doc): boolean => counted.includes(channel);
export { isUrgent };
