/** Which faults strike, and when: drawn from the seed, each seed with rates of its own, and counted. */
import { hourMs, minuteMs } from './calendar.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';

export const faultKinds = {
  death: 'an instance dies: as a request comes in, before or after a call is done, before an answer goes out',
  unavailable: 'a call answers UNAVAILABLE, done or not',
  deadline: 'a call answers DEADLINE_EXCEEDED, done or not',
  aborted: 'a commit answers ABORTED',
  hang: 'a call is never answered, done or not',
  slow: 'a call, a delivery or an answer takes seconds',
  connection: 'the connection of a request is lost, before or after it was handled',
  double: 'a delivery, a scheduled run or a notification comes twice',
  delay: 'a delivery comes late, or after the one behind it',
  'lost-ack': 'a delivery was handled, and its acknowledgement is lost',
  schedule: 'a scheduled run is late',
  'scheduler-away': 'the scheduler stands still for up to hours',
  channel: 'the channel refuses, hangs, or takes a notice without saying so, once or for up to hours',
  'firestore-away': 'Firestore refuses, hangs or loses its answers for minutes',
  'pubsub-away': 'Pub/Sub takes and delivers nothing for minutes',
  clocks: 'the clocks of the instances differ by seconds',
  versions: 'instances of an old and a new version run side by side',
} as const;

export type FaultKind = keyof typeof faultKinds;

/** @throws Error naming what is no kind of fault */
export function readFaults(text: string): ReadonlySet<FaultKind> {
  if (text === 'all') return new Set(Object.keys(faultKinds) as FaultKind[]);
  const names = text === 'none' ? [] : text.split(',').map((each) => each.trim());
  for (const name of names) {
    if (!(name in faultKinds))
      throw new Error(`“${name}” is no kind of fault. There are: ${Object.keys(faultKinds).join(', ')}.`);
  }
  return new Set(names as FaultKind[]);
}

export type Outage = ReturnType<Stage['outages']>[number];

/** What becomes of a call or a request. */
export type Fate =
  | { kind: 'pass' }
  | { kind: 'fail' | 'hang' | 'die'; when: 'before' | 'after'; code: 'UNAVAILABLE' | 'DEADLINE_EXCEEDED' | 'ABORTED' };

/** As a step has it. */
export function describeFate(fate: Fate): string {
  if (fate.kind === 'pass') return '';
  return ` !! ${fate.kind === 'fail' ? fate.code : fate.kind} ${fate.when}`;
}

const pass: Fate = { kind: 'pass' };
const secondMs = 1_000;

/** Of so many calls one is struck, where a seed has the usual rate. */
const usualRates: Partial<Record<FaultKind, number>> = {
  death: 1 / 400,
  unavailable: 1 / 150,
  deadline: 1 / 300,
  aborted: 1 / 60,
  hang: 1 / 600,
  slow: 1 / 60,
  connection: 1 / 40,
  double: 1 / 25,
  delay: 1 / 30,
  'lost-ack': 1 / 30,
  schedule: 1 / 40,
  channel: 1 / 25,
};

/** Fewer kinds than these strike more often. */
const fewKinds = 4;

/** How often a day something is away, for how long, and what. */
const absences = [
  { kind: 'firestore-away', what: 'firestore', aDay: 2, atLeastMs: 5 * secondMs, atMostMs: 20 * minuteMs },
  { kind: 'pubsub-away', what: 'pubsub', aDay: 2, atLeastMs: 5 * secondMs, atMostMs: 30 * minuteMs },
  { kind: 'scheduler-away', what: 'scheduler', aDay: 1, atLeastMs: 2 * minuteMs, atMostMs: 5 * hourMs },
  { kind: 'channel', what: 'channel', aDay: 1, atLeastMs: minuteMs, atMostMs: 4 * hourMs },
] as const;

type Absence = Outage & { kind: FaultKind; mode: 'refuses' | 'hangs' | 'loses' };

export class Strikes {
  readonly counts = new Map<FaultKind, number>();
  readonly outages: Outage[] = [];
  readonly #random: Random;
  readonly #rates = new Map<FaultKind, number>();
  readonly #absences: Absence[] = [];
  readonly #kinds: ReadonlySet<FaultKind>;
  #isOver = false;

  constructor(random: Random, kinds: ReadonlySet<FaultKind>, start: number, end: number) {
    this.#random = random;
    this.#kinds = kinds;
    // Few seeds with everything at once, and each kind missing in some: what one fault hides, another seed shows.
    // Who asks for few kinds wants to see them.
    const isNarrow = kinds.size <= fewKinds;
    for (const [kind, rate] of Object.entries(usualRates) as [FaultKind, number][]) {
      const factor = isNarrow ? 4 : random.pick([0, 0.3, 1, 1, 3]);
      if (kinds.has(kind)) this.#rates.set(kind, rate * factor);
    }
    for (const each of absences) {
      const days = (end - start) / (24 * hourMs);
      const mean = kinds.has(each.kind) ? each.aDay * days * (isNarrow ? 4 : 1) : 0;
      const count = Math.round(mean * 2 * random.next());
      for (let index = 0; index < count; index += 1) this.#draw(each, start, end);
    }
    this.outages.sort((a, b) => a.from - b.from);
  }

  #draw({ kind, what, atLeastMs, atMostMs }: (typeof absences)[number], start: number, end: number): void {
    const from = start + Math.floor(this.#random.next() * (end - start));
    // As many short ones as long ones.
    const lastsMs = Math.round(atLeastMs * (atMostMs / atLeastMs) ** this.#random.next());
    const to = Math.min(end, from + lastsMs);
    const absence: Absence = {
      kind,
      what,
      from,
      to,
      mode: this.#random.pick(['refuses', 'refuses', 'hangs', 'loses']),
    };
    this.#absences.push(absence);
    this.outages.push({ what, from, to });
  }

  /** From here on nothing strikes any more. */
  end(): void {
    this.#isOver = true;
  }

  get hasSkewedClocks(): boolean {
    return this.#kinds.has('clocks');
  }

  get hasVersions(): boolean {
    return this.#kinds.has('versions');
  }

  /** Until when something is away that is not there at `at`. */
  awayUntil(what: Outage['what'], at: number): number | undefined {
    return this.#absenceOf(what, at)?.to;
  }

  #absenceOf(what: Outage['what'], at: number): Absence | undefined {
    if (this.#isOver) return undefined;
    return this.#absences.find((each) => each.what === what && each.from <= at && at < each.to);
  }

  #strikes(kind: FaultKind): boolean {
    const rate = this.#rates.get(kind) ?? 0;
    if (this.#isOver || !this.#random.chance(rate)) return false;
    this.count(kind);
    return true;
  }

  count(kind: FaultKind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  /** How long something takes to arrive, milliseconds. */
  latencyMs(at: number): number {
    if (this.#strikes('slow')) {
      const lastsMs = this.#random.between(500, 12_000);
      this.outages.push({ what: 'slow', from: at, to: at + lastsMs });
      return lastsMs;
    }
    return this.#random.between(1, this.#random.chance(0.1) ? 400 : 40);
  }

  #when(): 'before' | 'after' {
    return this.#random.pick(['before', 'after']);
  }

  ofCall(target: string, at: number): Fate {
    const what = target.startsWith('firestore.') ? 'firestore' : 'pubsub';
    const away = this.#absenceOf(what, at);
    if (away && !target.startsWith('monitoring.')) {
      this.count(away.kind);
      if (away.mode === 'hangs') return { kind: 'hang', when: 'before', code: 'UNAVAILABLE' };
      return { kind: 'fail', when: away.mode === 'loses' ? this.#when() : 'before', code: 'UNAVAILABLE' };
    }
    if (this.#strikes('death')) return this.#outage('instance', at, 'die', 'UNAVAILABLE', 0);
    if (this.#strikes('hang')) return this.#outage(what, at, 'hang', 'UNAVAILABLE', minuteMs);
    if (this.#strikes('unavailable')) return this.#outage(what, at, 'fail', 'UNAVAILABLE', 0);
    if (this.#strikes('deadline')) return this.#outage(what, at, 'fail', 'DEADLINE_EXCEEDED', 0);
    if (target === 'firestore.Commit' && this.#strikes('aborted')) {
      this.outages.push({ what, from: at, to: at });
      return { kind: 'fail', when: 'before', code: 'ABORTED' };
    }
    return pass;
  }

  #outage(
    what: Outage['what'],
    at: number,
    kind: 'fail' | 'hang' | 'die',
    code: 'UNAVAILABLE' | 'DEADLINE_EXCEEDED',
    lastsMs: number,
  ): Fate {
    this.outages.push({ what, from: at, to: at + lastsMs });
    return { kind, when: this.#when(), code };
  }

  /** Of a request on its way in, and of an answer on its way out. */
  ofRequest(at: number): Fate {
    if (this.#strikes('death')) return this.#outage('instance', at, 'die', 'UNAVAILABLE', 0);
    if (this.#strikes('connection')) {
      this.outages.push({ what: 'instance', from: at, to: at });
      return { kind: 'fail', when: 'before', code: 'UNAVAILABLE' };
    }
    return pass;
  }

  ofNotice(at: number): 'takes' | 'refuses' | 'hangs' | 'loses' {
    const away = this.#absenceOf('channel', at);
    if (away) {
      this.count('channel');
      return away.mode;
    }
    if (!this.#strikes('channel')) return 'takes';
    this.outages.push({ what: 'channel', from: at, to: at });
    return this.#random.pick(['refuses', 'hangs', 'loses']);
  }

  isDoubled(): boolean {
    return this.#strikes('double');
  }

  /** What the local cloud itself does to a delivery, in its own terms. */
  ofDelivery(at: number): { effect: 'delay' | 'reorder' | 'fail-after'; delayMs: number } | undefined {
    const until = this.awayUntil('pubsub', at);
    if (until !== undefined) {
      this.count('pubsub-away');
      return { effect: 'delay', delayMs: until - at };
    }
    if (this.#strikes('lost-ack')) {
      this.outages.push({ what: 'pubsub', from: at, to: at });
      return { effect: 'fail-after', delayMs: 0 };
    }
    if (!this.#strikes('delay')) return undefined;
    const isReordered = this.#random.chance(0.5);
    const delayMs = Math.round(secondMs * 600 ** this.#random.next());
    this.outages.push({ what: 'pubsub', from: at, to: at + (isReordered ? minuteMs : delayMs) });
    return { effect: isReordered ? 'reorder' : 'delay', delayMs };
  }

  /** How late a scheduled run comes, milliseconds; undefined: in time. */
  runDelayMs(at: number): number | undefined {
    const until = this.awayUntil('scheduler', at);
    if (until !== undefined) return until - at;
    if (!this.#strikes('schedule')) return undefined;
    const lateMs = this.#random.between(secondMs, 50 * secondMs);
    this.outages.push({ what: 'scheduler', from: at, to: at + lateMs });
    return lateMs;
  }
}
