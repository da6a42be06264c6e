/** Every sequence of statements and retractions leaves the record as if what was retracted had never been said. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OwnStatement } from '../../../functions/incidents/statements/given.ts';
import { foldTimeline } from '../../../functions/incidents/timeline.ts';
import { runs } from '../../fuzz/runs.ts';
import { Ledger, minutesAfter } from './ledger.ts';

const customers = ['a', 'b', 'c'];
const whom = fc.oneof(fc.constant('all' as const), fc.subarray(customers, { minLength: 1 }));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const yesNoUnknown = fc.constantFrom('yes' as const, 'no' as const, 'unknown' as const);

const said = fc.oneof(
  fc.record({ type: fc.constant('responded' as const) }),
  fc.record({ type: fc.constant('assigned' as const), assignee: fc.constantFrom('sato', 'ito') }),
  fc.record({
    type: fc.constant('verified' as const),
    happened: maybe(fc.constantFrom('yes' as const, 'no' as const, 'unconfirmed' as const)),
    ongoing: maybe(yesNoUnknown),
    method: fc.constant('logs'),
    evidenceUrl: maybe(fc.constant('https://logs.example/1')),
  }),
  fc.record({
    type: fc.constant('scoped' as const),
    affectedCustomerCount: maybe(fc.integer({ min: 0, max: 9 })),
    affectedCustomers: fc.subarray(customers).map((ids) => ids.map((id) => ({ id }))),
    method: fc.constantFrom('SQL', 'logs'),
  }),
  fc.record({ type: fc.constant('mitigated' as const), kind: fc.constantFrom('setting' as const, 'revert' as const) }),
  fc.record({
    type: fc.constant('customer-updated' as const),
    customers: whom,
    message: maybe(fc.constantFrom('調査中', '対応中')),
    channel: fc.constantFrom('phone', 'ticket', 'rumour'),
    recovery: fc.boolean(),
  }),
  fc.record({ type: fc.constant('recovered' as const), customers: maybe(whom) }),
  fc.record({ type: fc.constant('caused' as const), category: fc.constantFrom('data' as const, 'release' as const) }),
  fc.record({ type: fc.constant('fixed' as const), permanentFix: fc.constantFrom('直した', '替えた') }),
  fc.constantFrom(
    { type: 'corrected' as const, field: 'title', value: '会計できない' },
    { type: 'corrected' as const, field: 'ongoing', value: 'no' },
    { type: 'corrected' as const, field: 'businessImpact', value: 'stopped' },
    { type: 'corrected' as const, field: 'affectedCustomerCount', value: 4 },
    { type: 'corrected' as const, field: 'occurredAt', value: minutesAfter(-90).toISOString() },
    { type: 'corrected' as const, field: 'recoveredAt', value: minutesAfter(2).toISOString() },
    { type: 'corrected' as const, field: 'firstResponseAt', value: minutesAfter(1).toISOString() },
  ),
  fc.record({ type: fc.constant('commented' as const), text: fc.constant('メモ') }),
);

const step = fc.record({
  after: fc.integer({ min: 0, max: 40 }),
  /** How long before it was recorded it happened. */
  ago: fc.integer({ min: 0, max: 9 }),
  actor: fc.constantFrom('sato', 'ito'),
  statement: said,
  /** Which of the statements so far is taken back after it, if any: a share of them. */
  takesBack: maybe(fc.double({ min: 0, max: 0.999, noNaN: true })),
});

const stated = (statement: object, occurredAt: Date): OwnStatement => {
  const given = Object.entries(statement).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), occurredAt: occurredAt.toISOString() } as OwnStatement;
};

describe('retractions', () => {
  test('leave the record as if the retracted had never been said', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 14 }), (steps) => {
        const ledger = new Ledger();
        const recorded: { id: string; statement: OwnStatement; actor: string; now: Date; isTaken: boolean }[] = [];
        let minutes = 10;
        for (const { after, ago, actor, statement, takesBack } of steps) {
          minutes += after;
          const now = minutesAfter(minutes);
          const whole = stated(statement, minutesAfter(minutes - ago));
          const id = ledger.state(whole, actor, now);
          if (id) recorded.push({ id, statement: whole, actor, now, isTaken: false });
          const left = recorded.filter((each) => !each.isTaken);
          const taken = takesBack === undefined ? undefined : left[Math.floor(takesBack * left.length)];
          if (!taken) continue;
          ledger.retract(taken.id, now);
          taken.isTaken = true;
        }
        const never = new Ledger();
        for (const { statement, actor, now } of recorded.filter((each) => !each.isTaken)) {
          never.state(ofThose(never, statement), actor, now);
        }
        expect(ledger.facts).toEqual(never.facts);
        expect(foldTimeline(ledger.timeline)).toEqual(ledger.incident);
        const { met, late, missed, notReminded } = ledger.incident.slots;
        expect(Math.min(met, late, missed, notReminded)).toBeGreaterThanOrEqual(0);
      }),
      runs(50),
    );
  });

  test('everything taken back is the record as it was filed', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), fc.infiniteStream(fc.nat()), (steps, order) => {
        const ledger = new Ledger();
        let minutes = 1;
        const ids = steps.flatMap(({ statement, actor, after }) => {
          minutes += after;
          const now = minutesAfter(minutes);
          return ledger.state(stated(statement, now), actor, now) ?? [];
        });
        while (ids.length > 0) {
          const [id = ''] = ids.splice((order.next().value ?? 0) % ids.length, 1);
          ledger.retract(id, minutesAfter(600));
        }
        expect(ledger.facts).toEqual(new Ledger().facts);
        expect(ledger.incident.slots).toMatchObject({ met: 0, late: 0 });
      }),
      runs(20),
    );
  });
});

/** Whoever is not affected was named by what has been taken back: of the others it was said all the same. */
function ofThose({ contacts }: Ledger, statement: OwnStatement): OwnStatement {
  if (!('customers' in statement) || !Array.isArray(statement.customers)) return statement;
  const known = new Set([...contacts.values()].flatMap((each) => each.customers.map(({ id }) => id)));
  return { ...statement, customers: statement.customers.filter((id) => known.has(id)) } as OwnStatement;
}
