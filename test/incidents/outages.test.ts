/**
 * The laws of an outage of many reports over one generator: tickets speak, linked or not, people state and take back, reports
 * are linked, also in chains, and told apart, in any order. `InMemory` compares each record with the fold of its facts.
 */
import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byItself } from '../../functions/incidents/facts/outage.ts';
import { isFact, takenBack } from '../../functions/incidents/facts/timeline.ts';
import { passed } from '../../functions/incidents/fold/evolve.ts';
import { fold } from '../../functions/incidents/fold/fold.ts';
import { keptOf } from '../../functions/incidents/fold/kept.ts';
import { policy } from '../../functions/policy.ts';
import { longestMs, runs } from '../fuzz/runs.ts';
import { filed, type Ledger, link, names, part } from './linked-ledgers.ts';
import { inOrder, withdraw } from './record.ts';
import { at } from './rhythm/rhythm.ts';

const oneOf = <T>(...values: T[]) => fc.constantFrom(...values);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const customers = ['a', 'b', 'c', 'd', 'e'];
/** Named together, they share a document. */
const cohort = Array.from({ length: 150 }, (_, n) => `s${n}`);
const named = fc.oneof(
  { weight: 9, arbitrary: fc.subarray(customers, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constant(cohort) },
);

const report = fc.record({
  names: named,
  ongoing: oneOf('yes', 'no', 'unknown'),
  businessImpact: maybe(oneOf('degraded', 'stopped')),
  affectedCustomerCount: maybe(oneOf(2, 7)),
  reportedAt: oneOf('09:57', '09:58', '09:59'),
});

const place = { of: fc.nat(), after: fc.integer({ min: 1, max: 12 }) };
const word = fc.record({
  ...place,
  kind: fc.constant('word' as const),
  names: named,
  ongoing: maybe(oneOf('yes', 'no')),
  businessImpact: maybe(oneOf('degraded', 'stopped')),
  affectedCustomerCount: maybe(oneOf(3, 9)),
});
const joined = fc.record({ ...place, kind: fc.constant('link' as const), to: fc.nat() });
const parted = fc.record({ ...place, kind: fc.constant('part' as const) });
const statement = fc.oneof(
  fc.record({ type: oneOf('responded') }),
  fc.record({ type: oneOf('recovered'), customers: oneOf('all') }),
  fc.record({
    type: oneOf('customer-updated'),
    customers: oneOf('all'),
    channel: oneOf('phone'),
    recovery: fc.boolean(),
  }),
  fc.record({ type: oneOf('verified'), happened: oneOf('yes'), ongoing: oneOf('yes', 'no') }),
  fc.record({ type: oneOf('scoped'), affectedCustomerCount: oneOf(4, 30), method: oneOf('SQL') }),
  fc.record({ type: oneOf('corrected'), field: oneOf('businessImpact'), value: oneOf('stopped', 'degraded') }),
  fc.record({ type: oneOf('snoozed') }),
  fc.record({ type: oneOf('customer-removed'), customer: oneOf(...customers), why: oneOf('誤登録') }),
  fc.record({ type: oneOf('role-taken'), role: oneOf('lead') }),
);
const said = fc.record({ ...place, kind: fc.constant('say' as const), statement });
const retracted = fc.record({ ...place, kind: fc.constant('retract' as const), nth: fc.nat() });

type Drawn<T> = T extends fc.Arbitrary<infer V> ? V : never;
type Act = Drawn<typeof word | typeof joined | typeof parted | typeof said | typeof retracted>;

const history = (act: fc.Arbitrary<Act>, most = 14) =>
  fc.record({
    reports: fc.array(report, { minLength: 2, maxLength: 6 }),
    acts: fc.array(act, { minLength: 2, maxLength: most }),
  });

/** Minutes after 10:00, as the tables write times. */
const clock = (minutes: number): string => `${10 + Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;

const defined = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, each]) => each !== undefined));

class Outage {
  readonly records: Ledger[];
  minutes = 0;

  constructor(reports: readonly Drawn<typeof report>[]) {
    this.records = reports.map(({ names: all, reportedAt, ...more }, index) =>
      filed(index + 1, all, { ...defined(more), reportedAt: at(`24 ${reportedAt}`) }),
    );
  }

  get time(): string {
    return clock(this.minutes);
  }

  of(index: number): Ledger {
    return this.records[index % this.records.length] as Ledger;
  }

  /** It and whatever took it over, to the primary. */
  chainOf(ledger: Ledger): [Ledger, ...Ledger[]] {
    const { status, linkedTo } = ledger.incident;
    const to = status === 'linked' ? this.records.find(({ incident }) => incident.id === linkedTo) : undefined;
    return [ledger, ...(to ? this.chainOf(to) : [])];
  }

  link(ledger: Ledger, named: Ledger): void {
    const chain = this.chainOf(named);
    if (ledger.incident.status === 'linked' || chain.includes(ledger)) return;
    link(ledger, chain.at(-1) as Ledger, this.time);
  }

  part(ledger: Ledger): void {
    const [, ...chain] = this.chainOf(ledger);
    if (chain.length > 0) part(ledger, chain as [Ledger, ...Ledger[]], this.time);
  }

  /** @param isLinking otherwise nothing is ever linked, and the rest is the same */
  play(acts: readonly Act[], isLinking = true): this {
    for (const act of acts) {
      this.minutes += act.after;
      const ledger = this.of(act.of);
      if (act.kind === 'link' && isLinking) this.link(ledger, this.of(act.to));
      if (act.kind === 'part' && isLinking) this.part(ledger);
      if (act.kind === 'word') {
        const { of: _, after: __, kind: ___, names: all, ...more } = act;
        names(ledger, all, this.time, defined(more), this.chainOf(ledger).slice(1).at(-1));
      }
      if (act.kind === 'say' && ledger.incident.status !== 'linked') {
        ledger.now = at(`24 ${this.time}`);
        ledger.state({ ...act.statement }, 'sato');
      }
      if (act.kind === 'retract') this.#retract(ledger, act.nth);
    }
    return this;
  }

  #retract(ledger: Ledger, nth: number): void {
    const taken = takenBack(ledger.events);
    const statements = ledger.events.filter(
      (each) => each.actor === 'sato' && each.type !== 'linked' && !taken.has(each.id),
    );
    const eventId = statements[nth % Math.max(1, statements.length)]?.id;
    if (eventId === undefined) return;
    for (const each of this.records) each.now = at(`24 ${this.time}`);
    ledger.retract({ type: 'retracted', eventId, why: '間違い' }, this.chainOf(ledger).slice(1).at(-1));
    withdraw(ledger, (id) => {
      const found = this.records.find(({ incident }) => incident.id === id);
      return found ? this.chainOf(found) : [];
    });
  }

  endAll(): this {
    this.minutes += 1;
    for (const each of this.records) this.part(each);
    return this;
  }

  seen(): object[] {
    return this.records.map((each) => seen(each, this.time));
  }
}

/** What people and notices go by, at a time. */
function seen(record: Ledger, time: string): object {
  const { incident, contacts } = passed(record, at(`24 ${time}`), policy);
  const { status, ongoing, recoveredAt, impact, urgency, score, slots, missing, occurredAt, reportedAt } = incident;
  const waiting = inOrder(contacts).map(({ id, customers: all, nextUpdateDueAt, stoppedAt, endsWith, pastSlots }) => ({
    id,
    customers: all.map((each) => each.id).sort(),
    nextUpdateDueAt,
    stoppedAt,
    endsWith,
    pastSlots,
  }));
  return {
    status,
    whole: { ongoing, recoveredAt, impact, urgency: urgency.level, score, slots, missing, occurredAt, reportedAt },
    waiting,
  };
}

test('a ticket is at home: what it said while it was linked is there as if it had never been', {
  timeout: longestMs,
}, () => {
  const quiet = history(fc.oneof({ weight: 3, arbitrary: word }, { weight: 3, arbitrary: joined }, parted));
  fc.assert(
    fc.property(quiet, ({ reports, acts }) => {
      const [is, never] = [new Outage(reports).play(acts), new Outage(reports).play(acts, false)];
      for (const [index, each] of is.records.entries()) {
        const own = byItself(each.incident);
        const { incident } = never.of(index);
        expect([own.impact, own.ongoing, own.affectedCustomers]).toEqual([
          incident.impact,
          incident.ongoing,
          incident.affectedCustomers,
        ]);
      }
      never.minutes += 1;
      expect(is.endAll().seen()).toEqual(never.seen());
    }),
    runs(30),
  );
});

test('any order of the same links gives the same outage', { timeout: longestMs }, () => {
  const spoken = history(word, 5);
  fc.assert(
    fc.property(spoken, spoken, fc.infiniteStream(fc.nat()), ({ reports, acts }, { acts: later }, lots) => {
      const orders = [0, 1].map(() => {
        const outage = new Outage(reports).play(acts);
        const [to, ...others] = outage.records as [Ledger, ...Ledger[]];
        outage.minutes += 1;
        while (others.length > 0) {
          const [next] = others.splice((lots.next().value ?? 0) % others.length, 1);
          outage.link(next as Ledger, to);
        }
        outage.play(later);
        return seen(to, outage.time);
      });
      expect(orders[0]).toEqual(orders[1]);
    }),
    runs(15),
  );
});

test('conclusions are comments: without them a timeline folds to the same state', { timeout: longestMs }, () => {
  const all = fc.oneof(
    { weight: 3, arbitrary: said },
    { weight: 2, arbitrary: word },
    { weight: 2, arbitrary: joined },
    parted,
    retracted,
  );
  let concluded = 0;
  fc.assert(
    fc.property(history(all), ({ reports, acts }) => {
      const { records, time } = new Outage(reports).play(acts);
      for (const { incident, contacts, events } of records) {
        const facts = events.filter(isFact);
        concluded += events.length - facts.length;
        const [whole, alone] = [events, facts].map((each) =>
          fold(incident.id, each, () => policy, keptOf(contacts, each), at(`24 ${time}`)),
        ) as [ReturnType<typeof fold>, ReturnType<typeof fold>];
        const { lastSequence } = whole.incident;
        deepStrictEqual({ ...alone.incident, lastSequence }, whole.incident);
        deepStrictEqual(alone.contacts, whole.contacts);
      }
    }),
    runs(40),
  );
  expect(concluded).toBeGreaterThan(0);
});
