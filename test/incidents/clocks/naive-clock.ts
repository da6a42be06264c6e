/**
 * Table C once more, minute by minute: at every minute all facts are read again, and intervals are counted by hand. Slow, and
 * it shares no interval with the product. Times are whole minutes.
 */
import type { ContactFact, Schedule, ScheduleFact } from '../../../functions/incidents/clocks/facts.ts';
import { spreadOf } from '../../../functions/incidents/rhythm/cadence.ts';

const minuteMs = 60_000;
const minute = (date: Date): number => date.getTime() / minuteMs;

interface Deadline {
  due: number;
  remind: number;
  /** When it was set, and what it follows. */
  set: number;
  follows: 'known' | 'update' | 'slot';
  from: number;
}

interface Ended extends Deadline {
  end: number;
  run: number;
  after: number;
  by?: number;
}

export interface NaiveClock {
  due: number | null;
  stopped: number | null;
  recovered: number | null;
  missedInARow: number;
  overdueSince: number | null;
  remindAt: number | null;
  slots: string[];
}

export function naiveClock(facts: readonly ContactFact[], schedule: Schedule, now: Date): NaiveClock {
  const filed = minute(schedule.filedAt);
  const all: readonly (ContactFact | ScheduleFact)[] = [...schedule.facts, ...facts];
  const rec = (fact: { recordedAt: Date }): number => minute(fact.recordedAt);
  const of = <T extends (ContactFact | ScheduleFact)['type']>(type: T, by: number) =>
    all.filter((f): f is Extract<ContactFact | ScheduleFact, { type: T }> => f.type === type && rec(f) <= by);
  const newest = <T extends { at: Date; recordedAt: Date; id: string }>(list: T[]): T | undefined =>
    list.sort((a, b) => rec(a) - rec(b) || minute(a.at) - minute(b.at) || (a.id < b.id ? -1 : 1)).at(-1);

  let waits: Deadline | null = null;
  let since = 0;
  let run = 0;
  let stopped: { at: number; isTold: boolean } | null = null;
  let ends: 'recovery' | 'not-occurring' | undefined;
  let messageOf = -1;
  let known: number | null = null;
  let back: { at: number; rec: number; isReopened: boolean } | null = null;
  let found: number | null = null;
  const ended: Ended[] = [];
  const sent: {
    at: number;
    next: number;
    slot: Pick<Deadline, 'due' | 'remind'>;
    ends: boolean;
    run: number;
    isRecovery: boolean;
  }[] = [];
  const recoveries: { at: number; rec: number }[] = [];
  let early: (typeof sent)[number] | null = null;
  let again: { at: number; rec: number; isReopened: boolean } | null = null;
  let t = 0;

  let isUrgent = of('row', Number.POSITIVE_INFINITY).sort((a, b) => rec(a) - rec(b))[0]?.isUrgent ?? true;
  let begun: Extract<ScheduleFact, { type: 'emergency' }> | undefined;
  const last = (): number => Math.max(0, ...sent.map((each) => each.at));

  function fixed(earliest: number, after: number): Pick<Deadline, 'due' | 'remind'> {
    const inTokyo = 9 * 60;
    for (let due = Math.ceil(earliest); ; due += 1) {
      if (![600, 900, 1020, 1320].includes((due + inTokyo) % 1440)) continue;
      return { due, remind: Math.max(due - 5 - spreadOf(schedule.incidentId, 11), after) };
    }
  }
  function in_(minutes: number, from: number): Pick<Deadline, 'due' | 'remind'> {
    return { due: from + minutes, remind: from + minutes - 5 };
  }
  const first = (from: number) => in_(isUrgent ? 15 : 60, from);
  function following(from: number, isUpdate: boolean): Pick<Deadline, 'due' | 'remind'> {
    const until = begun && Math.min(minute(begun.at) + 120, begun.endedAt ? minute(begun.endedAt) : Infinity);
    if (begun && until !== undefined && from >= minute(begun.at) && from < until) return in_(15, from);
    if (isUrgent && from - filed < 720) return in_(from - filed < 120 ? 30 : 60, from);
    return fixed(isUpdate ? from + 60 : from + 1, from);
  }
  /** A deadline from before an emergency ends with its first interval. */
  function soon(slot: Pick<Deadline, 'due' | 'remind'>, from: number): Pick<Deadline, 'due' | 'remind'> {
    if (!begun || from >= minute(begun.at)) return slot;
    const soonest = in_(15, minute(begun.at));
    const isOver = begun.endedAt !== null && minute(begun.endedAt) < soonest.due;
    return isOver || slot.due <= soonest.due ? slot : soonest;
  }
  const afterUpdate = (at: number) => soon(following(at, true), at);
  function next(): Pick<Deadline, 'due' | 'remind'> | null {
    if (!waits) return null;
    for (let from = waits.due; ; ) {
      const slot = ends ? following(from, false) : soon(following(from, false), from);
      if (slot.due > waits.set) return slot;
      from = slot.due;
    }
  }

  const isUndone = (at: number, recorded: number): boolean =>
    back !== null && (back.at > at || (back.isReopened && back.rec > recorded));
  const recoveredAt = (): number | undefined =>
    recoveries.filter((each) => !isUndone(each.at, each.rec)).sort((a, b) => a.at - b.at)[0]?.at;
  function close(end: number, by?: number): void {
    if (waits) ended.push({ ...waits, end, run, after: last(), ...(by === undefined ? {} : { by }) });
  }
  function stop(at: number, isTold: boolean): void {
    stopped = { at, isTold };
    waits = null;
    ends = undefined;
  }
  function sooner(slot: Pick<Deadline, 'due' | 'remind'>): boolean {
    if (!waits || waits.due <= slot.due) return false;
    waits = { ...waits, ...slot, set: t };
    return true;
  }
  function begin(at: number): void {
    since = at;
    run += 1;
    stopped = null;
    waits = { ...first(at), set: t, follows: 'known', from: at };
    if (early && early.at >= at && early.slot.due > waits.due) {
      const { at: sentAt, slot } = early;
      ended.push({ ...waits, end: sentAt, run, after: last(), by: sent.indexOf(early) });
      waits = { ...slot, set: t, follows: 'update', from: sentAt };
    }
    early = null;
  }
  const hasRhythm = (): boolean => newest(of('rhythm', t))?.isOn ?? true;
  const isCounted = (): boolean => newest(of('counted', t))?.isCounted ?? true;
  let isAsker = false;

  function affected(at: number, recorded: number, isReopened: boolean): void {
    if (known !== null && found !== null) return;
    if (known === null) {
      known = at;
      if (again && again.at >= at) back = again;
    } else if (!back || at >= back.at) back = { at, rec: recorded, isReopened };
    if (ends && (recoveredAt() === undefined || ends === 'not-occurring')) {
      ends = undefined;
      if (waits) waits.set = t;
    }
    const isOver = stopped?.isTold && recoveredAt() !== undefined;
    if (waits || isOver || !isCounted() || !hasRhythm()) return;
    begin(at);
    if (found !== null) announce();
    else recover();
  }
  function announce(): void {
    if (!isAsker && !stopped) stop(t, false);
    else if (isAsker && waits) {
      ends = 'not-occurring';
      sooner(first(t));
    }
  }
  function recover(): void {
    const at = recoveredAt();
    if (at === undefined || known === null || !waits || found !== null) return;
    if (ends === 'recovery' && messageOf === at) return;
    messageOf = at;
    ends = 'recovery';
    const message = first(at).due > known ? first(at) : first(known);
    sooner(message.due <= t || ended.some((each) => each.due === message.due) ? first(t) : message);
  }
  function update(at: number, recorded: number, isOfRecovery: boolean): void {
    const isRecovery = isOfRecovery && known !== null && !isUndone(at, recorded);
    if (isRecovery) recoveries.push({ at, rec: recorded });
    const isEnd = isRecovery || (isAsker && found !== null && at >= found);
    const slot = afterUpdate(at);
    const isNewest = at > last();
    const one = { at, next: isEnd ? Infinity : slot.due, slot, ends: isEnd, run, isRecovery };
    const isLate = ended.some((d) => d.run === run && (d.end > at || (d.by === undefined && at <= d.due + 5)));
    if (!waits) {
      if (!isOfRecovery && (early === null || at >= early.at)) early = one;
      else if (stopped && isRecovery) stopped.isTold = true;
    } else if (isLate) {
      if (isNewest && slot.due > waits.due) waits = { ...slot, set: t, follows: 'update', from: at };
    } else if (isEnd) close(at, sent.length);
    else if (isNewest) {
      const isLeft = slot.due === waits.due || (slot.due < waits.due && (at < since || slot.due <= t));
      if (!isLeft) close(at, sent.length);
      waits = { ...(isLeft ? waits : slot), set: t, follows: 'update', from: at };
    }
    sent.push(one);
    if (isEnd && waits) stop(at, true);
  }
  function judge(isFast: boolean): void {
    if (isFast === isUrgent) return;
    isUrgent = isFast;
    const after = next();
    if (!waits || !after) return;
    if (after.due <= t) {
      close(t);
      since = t;
      waits = { ...first(t), set: t, follows: 'known', from: t };
    } else if (isFast) {
      const isHurried = !ends && begun && following(t, false).due === t + 15;
      const own = waits.follows === 'known' ? first(waits.from) : following(waits.from, waits.follows === 'update');
      const slot = isHurried || own.due <= first(t).due ? first(t) : own;
      if (sooner(slot) && slot.due === t + 15) since = t;
    }
  }

  function take(fact: ContactFact | ScheduleFact): void {
    const at = Math.min(minute(fact.at), t);
    if (fact.type === 'asked') isAsker = true;
    if (fact.type === 'rhythm' && !fact.isOn) waits = null;
    if (fact.type === 'rhythm' && fact.isOn && known !== null && recoveredAt() === undefined && !waits && !stopped)
      begin(t);
    if (fact.type === 'row') judge(fact.isUrgent);
    if (fact.type === 'emergency') begun = fact;
    if (fact.type === 'emergency' && waits) waits.set = t;
    if (fact.type === 'emergency' && waits && !ends) {
      const slot = in_(15, Math.max(minute(fact.at), since, last()));
      if (slot.due > t) sooner(slot);
    }
    if (fact.type === 'counted' && fact.isCounted) affected(Math.max(at, stopped?.at ?? 0), t, false);
    if (fact.type === 'counted' && !fact.isCounted && !stopped) stop(t, false);
    if (fact.type === 'known') affected(at, t, false);
    if (fact.type === 'reopened') {
      found = null;
      again = { at, rec: t, isReopened: true };
      if (known !== null && isCounted()) affected(at, t, true);
    }
    const reopened = Math.max(0, ...of('reopened', t).map((each) => minute(each.at)));
    if (fact.type === 'not-occurring' && reopened <= minute(fact.at)) {
      found = at;
      if (known !== null) announce();
    }
    if (fact.type === 'updated') update(at, t, fact.isRecovery === true);
    if (fact.type === 'recovered') {
      recoveries.push({ at, rec: t });
      recover();
    }
  }

  const order = [
    'asked',
    'rhythm',
    'row',
    'emergency',
    'counted',
    'known',
    'reopened',
    'not-occurring',
    'updated',
    'recovered',
  ];
  for (t = Math.min(filed, ...all.map(rec)); t <= minute(now); t += 1) {
    for (let slot = next(); waits && slot && slot.due <= t; slot = next()) {
      const from: number = waits.due;
      close(slot.due);
      waits = { ...slot, set: slot.due, follows: 'slot', from };
    }
    const recorded = all.filter((fact) => rec(fact) === t && order.includes(fact.type));
    recorded.sort(
      (a, b) => order.indexOf(a.type) - order.indexOf(b.type) || minute(a.at) - minute(b.at) || (a.id < b.id ? -1 : 1),
    );
    for (const fact of recorded) take(fact);
  }
  t = minute(now);

  const reminders = of('reminded', t).sort((a, b) => minute(a.at) - minute(b.at));
  const toldOf = (slot: Pick<Deadline, 'due' | 'remind'>): number | undefined => {
    const found = reminders.find((each) => minute(each.dueAt) >= slot.due || minute(each.at) >= slot.remind);
    return found && minute(found.at);
  };
  const judged = ended.map((slot) => {
    const answers = sent.filter((each, index) => {
      if (index === slot.by) return true;
      if (each.run < slot.run || (each.at >= slot.end && each.at > slot.due + 5)) return false;
      return each.ends || (each.next > slot.due && each.at > slot.after);
    });
    const at = Math.min(...answers.map((each) => each.at));
    const wasTold = (toldOf(slot) ?? Infinity) <= slot.due;
    const outcome = at <= slot.due + 5 ? 'met' : !wasTold ? 'not-reminded' : at < Infinity ? 'late' : 'missed';
    return { ...slot, at, outcome };
  });
  const ofRun = stopped ? [] : judged.filter((slot) => slot.run === run);
  const row = ofRun.slice(ofRun.findLastIndex((slot) => slot.at < Infinity) + 1);
  const after = next();
  const isTold = waits && toldOf(waits) !== undefined;
  return {
    due: (waits as Deadline | null)?.due ?? null,
    stopped: (stopped as { at: number } | null)?.at ?? null,
    recovered: recoveredAt() ?? null,
    missedInARow: row.filter((slot) => slot.outcome === 'missed' && slot.end > last()).length,
    overdueSince: row.find((slot) => slot.due > last())?.due ?? null,
    remindAt: (!isTold ? waits?.remind : after && toldOf(after) === undefined ? after.remind : null) ?? null,
    slots: judged.map((slot) => `${slot.due} ${slot.end} ${slot.outcome}`),
  };
}
