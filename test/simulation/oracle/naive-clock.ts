/**
 * Table C once more, fact by fact: at each moment all facts are read again, and intervals are counted by hand. Slow, and it
 * shares no interval with the product. All times are milliseconds.
 */

const minute = 60_000;
const hour = 60 * minute;

/** What moves a clock; what is recorded at one moment counts in this order, and then by when it happened. */
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
  'recovery-corrected',
];

/** A fact about a contact or its incident's schedule, as the record stores it; its type says which further fields it has. */
export interface NaiveFact {
  type: string;
  id: string;
  at: number;
  recordedAt: number;
  isOn?: boolean;
  isUrgent?: boolean;
  isCounted?: boolean;
  isRecovery?: boolean;
  message?: string;
  ofAll?: boolean;
  /** Of a reminder: the latest deadline that it named. */
  dueAt?: number;
  /** Of an emergency. */
  endedAt?: number | null;
  /** Of a corrected recovery: when it had been said to be. */
  from?: number;
  /** When it was recorded of all, of those who are known since. */
  saidAt?: number;
}

export interface NaiveSchedule {
  incidentId: string;
  filedAt: number;
  facts: readonly NaiveFact[];
}

interface Deadline {
  due: number;
  remind: number;
  /** When it was set, and what it follows. */
  set: number;
  /** Since when that has been to come, where the one before it just ended. */
  foreseen?: number;
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
  /** Since when the customer is known to be affected. */
  known: number | null;
  due: number | null;
  stopped: number | null;
  recovered: number | null;
  missedInARow: number;
  overdueSince: number | null;
  remindAt: number | null;
  remindedAt: number | null;
  escalatedAt: number | null;
  /** What the message has to say that ends it. */
  endsWith: 'recovery' | 'not-occurring' | null;
  lastUpdateAt: number | null;
  lastMessage: string | null;
  /** The deadline after the one that waits. */
  next: number | null;
  slots: NaiveSlot[];
}

/** A deadline that has ended. */
export interface NaiveSlot {
  due: number;
  end: number;
  outcome: string;
  /** When the responders were reminded of it, where that was before its end. */
  reminded: number | null;
  /** When it was known to come, and when its reminder was to be given. */
  set: number;
  remind: number;
}

export function naiveClock(said: readonly NaiveFact[], schedule: NaiveSchedule, now: number): NaiveClock {
  const filed = schedule.filedAt;
  const all = [...schedule.facts, ...reaching(said)];
  const of = (type: string, by: number) => all.filter((each) => each.type === type && each.recordedAt <= by);
  const newest = (list: NaiveFact[]): NaiveFact | undefined =>
    list.sort((a, b) => a.recordedAt - b.recordedAt || a.at - b.at || (a.id < b.id ? -1 : 1)).at(-1);

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
  /** When a fact was recorded last that may have moved it. */
  let moved = 0;

  let isUrgent = of('row', Infinity).sort((a, b) => a.recordedAt - b.recordedAt)[0]?.isUrgent ?? true;
  let begun: NaiveFact | undefined;
  const last = (): number => Math.max(0, ...sent.map((each) => each.at));

  function fixed(earliest: number, after: number): Pick<Deadline, 'due' | 'remind'> {
    for (let due = Math.ceil(earliest / minute) * minute; ; due += minute) {
      if (![10, 15, 17, 22].includes(((due + 9 * hour) / hour) % 24)) continue;
      const ahead = (5 + spreadOf(schedule.incidentId)) * minute;
      return { due, remind: wholeMinute(Math.max(due - ahead, after)) };
    }
  }
  function in_(minutes: number, from: number): Pick<Deadline, 'due' | 'remind'> {
    const due = from + minutes * minute;
    return { due, remind: wholeMinute(due - 5 * minute) };
  }
  const first = (from: number) => in_(isUrgent ? 15 : 60, from);
  function following(from: number, isUpdate: boolean): Pick<Deadline, 'due' | 'remind'> {
    const until = begun && Math.min(begun.at + 2 * hour, begun.endedAt ?? Infinity);
    if (begun && until !== undefined && from >= begun.at && from < until) return in_(15, from);
    if (isUrgent && from - filed < 12 * hour) return in_(from - filed < 2 * hour ? 30 : 60, from);
    return fixed(isUpdate ? from + hour : from + 1, from);
  }
  /** A deadline from before an emergency ends with its first interval. */
  function soon(slot: Pick<Deadline, 'due' | 'remind'>, from: number): Pick<Deadline, 'due' | 'remind'> {
    if (!begun || from >= begun.at) return slot;
    const soonest = in_(15, begun.at);
    const isOver = (begun.endedAt ?? Infinity) < soonest.due;
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
      back = again;
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
    sooner(message.due - t < minute || ended.some((each) => each.due === message.due) ? first(t) : message);
  }
  function update(at: number, recorded: number, isOfRecovery: boolean): void {
    const isRecovery = isOfRecovery && known !== null && !isUndone(at, recorded);
    if (isRecovery) recoveries.push({ at, rec: recorded });
    const isEnd = isRecovery || (isAsker && found !== null && at >= wholeMinute(found));
    const slot = afterUpdate(at);
    const isNewest = at > last();
    const one = { at, next: isEnd ? Infinity : slot.due, slot, ends: isEnd, run, isRecovery };
    const isLate = ended.some((d) => d.run === run && (d.end > at || (d.by === undefined && at <= d.due + 5 * minute)));
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
  const inTurn = ({ follows, from }: Deadline) =>
    follows === 'known' ? first(from) : following(from, follows === 'update');
  function correct(from: number, to: number): void {
    const before = recoveredAt();
    for (const each of recoveries) if (each.at >= from || each.at > to) each.at = to;
    if (recoveredAt() === before || ends !== 'recovery' || !waits || waits.due <= t || first(to).due <= t) return;
    waits = { ...waits, ...inTurn(waits), set: t };
    recover();
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
      const isHurried = !ends && begun && following(t, false).due === t + 15 * minute;
      const own = inTurn(waits);
      const slot = isHurried || own.due <= first(t).due ? first(t) : own;
      if (sooner(slot) && slot.due === t + 15 * minute) since = t;
    }
  }

  function take(fact: NaiveFact): void {
    // An update counts when it is known by a clock that is behind; all else when it happened, by whatever clock.
    const at = fact.type === 'updated' ? Math.min(fact.at, t) : fact.at;
    if (fact.type === 'asked') isAsker = true;
    if (fact.type === 'rhythm' && !fact.isOn) waits = null;
    if (fact.type === 'rhythm' && fact.isOn && known !== null && recoveredAt() === undefined && !waits && !stopped)
      begin(t);
    if (fact.type === 'row') judge(fact.isUrgent === true);
    if (fact.type === 'emergency') begun = fact;
    if (fact.type === 'emergency' && waits) waits.set = t;
    if (fact.type === 'emergency' && waits && !ends && (fact.endedAt ?? Infinity) > t) {
      const slot = in_(15, Math.max(fact.at, since, last()));
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
    const reopened = Math.max(0, ...of('reopened', t).map((each) => each.at));
    if (fact.type === 'not-occurring' && reopened <= fact.at) {
      found = at;
      if (known !== null) announce();
    }
    if (fact.type === 'updated') update(at, t, fact.isRecovery === true);
    if (fact.type === 'recovered') {
      recoveries.push({ at, rec: fact.saidAt ?? t });
      recover();
    }
    if (fact.type === 'recovery-corrected') correct(fact.from ?? at, fact.at);
  }

  const pass = (): void => {
    for (let slot = next(); waits && slot && slot.due <= t; slot = next()) {
      const from: number = waits.due;
      close(slot.due);
      waits = { ...slot, set: slot.due, foreseen: moved, follows: 'slot', from };
    }
  };
  const moving = all.filter((each) => order.includes(each.type) && each.recordedAt <= now);
  moving.sort(
    (a, b) =>
      a.recordedAt - b.recordedAt ||
      order.indexOf(a.type) - order.indexOf(b.type) ||
      a.at - b.at ||
      (a.id < b.id ? -1 : 1),
  );
  for (const fact of moving) {
    t = fact.recordedAt;
    pass();
    take(fact);
    moved = t;
  }
  t = now;
  pass();

  const reminders = of('reminded', t).sort((a, b) => a.at - b.at);
  const toldOf = (slot: Pick<Deadline, 'due' | 'remind'>): number | undefined => {
    return reminders.find((each) => (each.dueAt ?? 0) >= slot.due || each.at >= slot.remind)?.at;
  };
  const judged = ended.map((slot) => {
    const answers = sent.filter((each, index) => {
      if (index === slot.by) return true;
      if (each.run < slot.run || (each.at >= slot.end && each.at > slot.due + 5 * minute)) return false;
      return each.ends || (each.next > slot.due && each.at > slot.after);
    });
    const at = Math.min(...answers.map((each) => each.at));
    const toldAt = toldOf(slot) ?? Infinity;
    const wasTold = toldAt <= slot.due;
    const outcome = at <= slot.due + 5 * minute ? 'met' : !wasTold ? 'not-reminded' : at < Infinity ? 'late' : 'missed';
    return { ...slot, at, outcome, reminded: toldAt <= slot.end ? toldAt : null };
  });
  const ofRun = stopped ? [] : judged.filter((slot) => slot.run === run);
  const row = ofRun.slice(ofRun.findLastIndex((slot) => slot.at < Infinity) + 1);
  const after = next();
  const remindedAt = waits ? toldOf(waits) : undefined;
  const isTold = remindedAt !== undefined;
  const missed = row.filter((slot) => slot.outcome === 'missed' && slot.end > last());
  const escalations = of('escalated', t).map((each) => each.at);
  const ofRow = escalations.filter((at) => missed.length >= 2 && at > (missed[0]?.due ?? 0));
  const messages = of('updated', t).filter((each) => each.message);
  const latest = Math.max(...messages.map((each) => each.at));
  return {
    known,
    due: (waits as Deadline | null)?.due ?? null,
    stopped: (stopped as { at: number } | null)?.at ?? null,
    recovered: recoveredAt() ?? null,
    missedInARow: missed.length,
    overdueSince: row.find((slot) => slot.due > last())?.due ?? null,
    remindAt:
      (!isTold ? (waits as Deadline | null)?.remind : after && toldOf(after) === undefined ? after.remind : null) ??
      null,
    remindedAt: remindedAt ?? null,
    escalatedAt: ofRow.length > 0 ? Math.max(...ofRow) : null,
    endsWith: ends ?? null,
    lastUpdateAt: sent.length > 0 ? last() : null,
    lastMessage: newest(messages.filter((each) => each.at === latest))?.message ?? null,
    next: after?.due ?? null,
    slots: judged.map(({ due, end, outcome, reminded, remind, set, foreseen }) => ({
      due,
      end,
      outcome,
      reminded,
      remind,
      set: set === due ? (foreseen ?? set) : set,
    })),
  };
}

const wholeMinute = (at: number): number => Math.floor(at / minute) * minute;

/** What was said to all, of one customer: an update reached those who were recorded by then, a recovery those affected by then. */
function reaching(facts: readonly NaiveFact[]): NaiveFact[] {
  const knowing = facts.filter((each) => each.type === 'known' || (each.type === 'counted' && each.isCounted));
  return facts.flatMap((fact): NaiveFact[] => {
    if (!fact.ofAll || fact.type === 'recovery-corrected') return [fact];
    const wasRecorded = knowing.some((each) => isPlacedBefore(each, fact));
    const isAtOnce = fact.at >= fact.recordedAt && wasRecorded;
    if (fact.type === 'updated' && (isAtOnce || knowing.some(({ recordedAt }) => recordedAt <= fact.at))) return [fact];
    if (fact.type === 'recovered' && wasRecorded) return [fact];
    const affected = knowing.filter(({ at }) => at <= fact.at).map(({ recordedAt }) => recordedAt);
    if ((fact.type === 'updated' && !fact.isRecovery) || affected.length === 0) return [];
    return [
      {
        ...fact,
        type: 'recovered',
        saidAt: fact.recordedAt,
        recordedAt: Math.max(fact.recordedAt, Math.min(...affected)),
      },
    ];
  });
}

/** On one timeline the place counts, and not the clock of the instance. */
function isPlacedBefore(one: NaiveFact, other: NaiveFact): boolean {
  if (one.recordedAt <= other.recordedAt) return one.recordedAt < other.recordedAt;
  const [[own, first], [its, second]] = [one, other].map(({ id }) => [
    id.slice(0, id.lastIndexOf('/') + 1),
    Number(id.split('/').at(-1)),
  ]) as [[string, number], [string, number]];
  return own === its && first < second;
}

/** Minutes by which an incident spreads its reminders of a fixed time: FNV-1a, mixed, of eleven. */
function spreadOf(incidentId: string): number {
  const bits = 2n ** 32n;
  let hash = 2166136261n;
  for (const char of incidentId) hash = ((hash ^ BigInt(char.codePointAt(0) ?? 0)) * 16777619n) % bits;
  const mixed = ((hash ^ (hash >> 15n)) * 739982445n) % bits;
  return Number(mixed % 11n);
}
