/** The laws of links over random histories. `InMemory` checks after every step that each record is the fold of its timeline. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isGoingOn } from '../../functions/incidents/emergency/emergency.ts';
import type { FactOf } from '../../functions/incidents/facts/events.ts';
import { passed } from '../../functions/incidents/fold/evolve.ts';
import { othersOf, theOthersId } from '../../functions/incidents/rhythm/contact.ts';
import { policy } from '../../functions/policy.ts';
import { runs } from '../fuzz/runs.ts';
import { filed, type Ledger, link, part } from './linked-ledgers.ts';
import { withdraw } from './record.ts';
import { at } from './rhythm/rhythm.ts';

const customers = ['a', 'b', 'c', 'd'];
const oneOf = <T>(...values: T[]) => fc.constantFrom(...values);
const whom = fc.oneof(fc.constant('all' as const), fc.subarray(customers, { minLength: 1 }));
const statement = fc.oneof(
  fc.record({
    type: oneOf('customer-updated'),
    customers: whom,
    channel: oneOf('phone', 'rumour'),
    recovery: fc.boolean(),
  }),
  fc.record({ type: oneOf('recovered'), customers: whom }),
  fc.record({
    type: oneOf('scoped'),
    affectedCustomers: fc.subarray(customers).map((ids) => ids.map((id) => ({ id }))),
    method: oneOf('SQL'),
  }),
  fc.record({ type: oneOf('verified'), ongoing: oneOf('yes', 'no'), happened: oneOf('yes') }),
);
const said = fc.record({
  of: fc.nat({ max: 2 }),
  after: fc.integer({ min: 1, max: 25 }),
  statement,
  /** The customer that an update requested two minutes before has not reached. */
  unreached: fc.option(oneOf(...customers), { freq: 2, nil: undefined }),
});
const report = fc.record({
  names: fc.subarray(customers, { minLength: 1 }),
  isHigh: fc.boolean(),
  count: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
  isDated: fc.boolean(),
  isApproximate: fc.boolean(),
  impact: oneOf(undefined, ...(['none', 'degraded', 'stopped'] as const)),
  reportedBefore: fc.integer({ min: 0, max: 3 }),
});
const story = fc.record({ reports: fc.tuple(report, report, report), steps: fc.array(said, { maxLength: 8 }) });

/** Minutes after 10:00, as the tables write times. */
const clock = (minutes: number): string => {
  const [hour, minute] = [10 + Math.floor(minutes / 60), minutes % 60];
  return `${hour}:${String(minute).padStart(2, '0')}`;
};

interface Told {
  records: [Ledger, Ledger, Ledger];
  minutes: number;
}

const failureOf = (customer: string, minutes: number): FactOf => ({
  type: 'update-failed',
  occurredAt: at(`24 ${clock(minutes)}`),
  actor: 'rule',
  detail: {
    customers: [customer],
    ticket: { tool: 'zendesk', id: '1' },
    updateId: `upd_${minutes}`,
    state: 'failed',
    why: '404',
    requestedAt: new Date(at(`24 ${clock(minutes)}`).getTime() - 2 * 60_000),
  },
});

/** Three records, of which each was stated the same in each telling. */
function tell({ reports, steps }: typeof story extends fc.Arbitrary<infer T> ? T : never): Told {
  const records = reports.map(({ names, isHigh, count, isDated, isApproximate, impact, reportedBefore }, index) =>
    filed(index + 1, names, {
      ...(count === undefined ? {} : { affectedCustomerCount: count }),
      ...(impact === undefined ? {} : { businessImpact: impact }),
      // What is not dated is urgent as well.
      ...(isDated || !isHigh ? { occurredAt: { at: at(isHigh ? '24 09:50' : '24 06:00'), isApproximate } } : {}),
      reportedAt: at(`24 09:5${9 - reportedBefore}`),
      ongoing: 'yes',
    }),
  ) as Told['records'];
  let minutes = 0;
  for (const { of, after, statement: what, unreached } of steps) {
    minutes += after;
    const record = records[of];
    if (!record) continue;
    record.now = at(`24 ${clock(minutes)}`);
    record.state({ ...what }, 'sato');
    if (unreached) record.take({ facts: [failureOf(unreached, minutes)] });
  }
  return { records, minutes };
}

/** What can be seen of it by a time. */
function seen(record: Ledger, time: string): unknown {
  const { incident, contacts } = passed(record, at(`24 ${time}`), policy);
  const { status, recoveredAt, impact, affectedCustomers, slots, missing, score, failedUpdates = 0 } = incident;
  const { reportedAt, firstResponseAt, occurredAt, isOccurredAtApproximate } = incident;
  const waiting = [...contacts.values()].map(({ id, customers: told, pastSlots, ...each }) => ({
    id,
    customers: told.map((customer) => customer.id),
    due: each.nextUpdateDueAt,
    stoppedAt: each.stoppedAt,
    recoveredAt: each.recoveredAt,
    endsWith: each.endsWith,
    unreached: each.unreached,
    told: [each.lastUpdateAt, each.lastMessage],
    pastSlots,
  }));
  const named = affectedCustomers.map(({ id }) => id);
  return {
    status,
    recoveredAt,
    whole: { reportedAt, firstResponseAt, occurredAt, isOccurredAtApproximate, impact, missing, score },
    named,
    slots,
    failedUpdates,
    waiting: waiting.sort((one, other) => (one.id < other.id ? -1 : 1)),
  };
}

function expectAlike(is: Told, never: Told, time: string): void {
  expect(is.records.map((each) => seen(each, time))).toEqual(never.records.map((each) => seen(each, time)));
}

test('a link that was ended equals one that was never made, where nothing was said in between', () => {
  fc.assert(
    fc.property(
      story,
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 0, max: 90 }),
      (history, until, linkedFor) => {
        const [is, never] = [tell(history), tell(history)];
        const [linked, to] = is.records;
        link(linked, to, clock(is.minutes + until));
        const end = clock(is.minutes + until + linkedFor);
        part(linked, [to], end);
        expect(seen(linked, end)).toEqual(seen(never.records[0], end));
        expect(seen(to, end)).toEqual(seen(never.records[1], end));
      },
    ),
    runs(30),
  );
});

const recovered = { type: 'recovered', customers: 'all' };
const denied = { type: 'verified', happened: 'no', method: 'ログ', evidenceUrl: 'https://evidence.example/1' };
const tells = (more: object = {}) => ({ type: 'customer-updated', customers: 'all', channel: 'phone', ...more });
const unaffected = { isReporterAffected: false };

test.each<[who: string, linked: Ledger[], ofLinked: object[], to: Ledger[], ofTo: object[], meanwhile?: object]>([
  ['was told there though nobody counts them', twice(1, ['a']), [], twice(2, ['r', 'b'], unaffected), [denied]],
  ['came and was told though nobody counts them', twice(1, ['r'], unaffected), [denied], twice(2, ['b']), []],
  ['is still to be told that it does not occur', twice(1, ['a']), [denied], twice(2, ['b']), []],
  [
    'was counted and not named, where all had been named before the link',
    twice(1, ['a'], { affectedCustomerCount: 2 }),
    [{ type: 'scoped', affectedCustomers: [{ id: 'b' }], method: 'logs' }],
    twice(2, ['c']),
    [],
  ],
  [
    'knew about a recovery before it, and hears of it again meanwhile',
    twice(1, ['k', 'c'], { ongoing: 'yes' }),
    [],
    twice(2, ['k']),
    [tells({ recovery: true })],
    tells({ customers: ['k'], recovery: true }),
  ],
])('a link that was ended changes nothing for a customer who %s', (_, linked, ofLinked, to, ofTo, meanwhile) => {
  const [[is, never], [there, alone]] = [linked, to] as [[Ledger, Ledger], [Ledger, Ledger]];
  for (const each of ofLinked) for (const record of [is, never]) record.states(each, '10:01');
  for (const each of ofTo) for (const record of [there, alone]) record.states(each, '10:01');
  link(is, there, '10:02');
  if (meanwhile) for (const record of [there, alone]) record.states(meanwhile, '10:03');
  part(is, [there], '10:04');
  expect(seen(there, '10:05')).toEqual(seen(alone, '10:05'));
  // What was said of the primary meanwhile, the linked one takes home for its own customers.
  if (!meanwhile) expect(seen(is, '10:05')).toEqual(seen(never, '10:05'));
});

/** Two of the same. */
function twice(...of: Parameters<typeof filed>): Ledger[] {
  return [filed(...of), filed(...of)];
}

test.each<[who: string, ofLinked: object[], ofTo: object[], mistake: object, isBefore?: boolean]>([
  ['had recovered', [recovered], [], recovered],
  ['knew about their recovery', [tells({ recovery: true })], [], tells({ recovery: true })],
  ['was told that it does not occur', [denied, tells()], [], tells()],
  ['was told that it does not occur, and came to what was over by mistake', [denied, tells()], [], recovered, true],
  ['had been told something', [tells({ message: '確認中です' })], [], tells({ message: '調査中です' })],
  ['had recovered there and waits again by the link', [], [recovered], recovered],
])('a mistake about a primary, once taken back, changes nothing for a customer of the linked one who %s', (...row) => {
  const [, ofLinked, ofTo, mistaken, isBefore = false] = row;
  const told = [mistaken, { type: 'commented', text: 'メモ' }].map((said) => {
    const [linked, to] = [filed(1, ['l', 'k'], { ongoing: 'yes' }), filed(2, ['a', 'k'])];
    for (const each of ofLinked) linked.states(each, '10:01');
    for (const each of ofTo) to.states(each, '10:01');
    if (!isBefore) link(linked, to, '10:02');
    const place = to.events.length;
    to.states(said, '10:03');
    if (isBefore) link(linked, to, '10:04');
    to.now = at('24 10:05');
    expect(to.retract(takenBack(to.events[place]?.id ?? ''))).toBeUndefined();
    return [seen(linked, '10:06'), seen(to, '10:06')];
  });
  expect(told[0]).toEqual(told[1]);
});

test('a link moves nobody’s deadline', () => {
  fc.assert(
    fc.property(story, fc.integer({ min: 1, max: 90 }), (history, until) => {
      const { records, minutes } = tell(history);
      const [linked, to] = records;
      const time = clock(minutes + until);
      const [before, there] = [linked, to].map((each) => passed(each, at(`24 ${time}`), policy).contacts);
      const isSame = linked.incident.ongoing === to.incident.ongoing;
      if (!isSame || linked.incident.status !== 'open' || to.incident.status !== 'open') return;
      link(linked, to, time);
      // Of an emergency that the whole makes, updates come sooner.
      if (to.incident.emergency) return;
      for (const [id, { nextUpdateDueAt, stoppedAt }] of before ?? []) {
        if (there?.has(id) && id !== theOthersId) continue;
        const counted = othersOf(linked.incident.id);
        expect(to.contacts.get(id === theOthersId ? counted : id)).toMatchObject({ nextUpdateDueAt, stoppedAt });
      }
    }),
    runs(30),
  );
});

test('of a chain each end gives back what there was', () => {
  fc.assert(
    fc.property(story, fc.integer({ min: 1, max: 60 }), fc.boolean(), (history, until, isInnerFirst) => {
      const [is, never] = [tell(history), tell(history)];
      const [first, second, last] = is.records;
      const time = (more: number): string => clock(is.minutes + until + more);
      link(first, second, time(0));
      link(second, last, time(5));
      if (isInnerFirst) part(first, [second, last], time(10));
      part(second, [last], time(15));
      if (!isInnerFirst) part(first, [second], time(20));
      expectAlike(is, never, time(30));
    }),
    runs(30),
  );
});

test('what people say of the primary meanwhile is all that an ended link leaves there', () => {
  fc.assert(
    fc.property(
      story,
      fc.array(said, { maxLength: 5 }),
      fc.integer({ min: 1, max: 60 }),
      (history, meanwhile, until) => {
        const [is, never] = [tell(history), tell(history)];
        const [[linked, to], [, alone]] = [is.records, never.records];
        let minutes = is.minutes + until;
        link(linked, to, clock(minutes));
        for (const { after, statement: what } of meanwhile) {
          minutes += after;
          const known = new Set([...alone.contacts.values()].flatMap((each) => each.customers.map(({ id }) => id)));
          const theirs = { ...what, ...('customers' in what && ofThose(what.customers, known)) };
          for (const record of [to, alone]) record.now = at(`24 ${clock(minutes)}`);
          if (to.state({ ...what }, 'sato')) continue;
          const isOfOthers = Array.isArray(theirs.customers) && theirs.customers.length === 0;
          // Also what is about the others is a response.
          alone.state(isOfOthers ? { type: 'responded' } : { ...theirs }, 'sato');
        }
        part(linked, [to], clock(minutes + 1));
        const time = clock(minutes + 1);
        expect(seen(to, time)).toEqual(seen(alone, time));
      },
    ),
    runs(30),
  );
});

const ofThose = (named: 'all' | readonly string[], known: ReadonlySet<string>): { customers: 'all' | string[] } => ({
  customers: named === 'all' ? named : named.filter((id) => known.has(id)),
});

/** What somebody says of one, by mistake; of the other a comment, which changes nothing. @returns the events' ids, where both were taken */
function mistake(is: Ledger, never: Ledger, what: object, time: string): [string, string] | undefined {
  for (const record of [is, never]) record.now = at(`24 ${time}`);
  const place = is.events.length;
  const isRefused = is.state({ ...what }, 'sato') !== undefined;
  const other = never.events.length;
  never.state({ type: 'commented', text: 'メモ' }, 'sato');
  return isRefused ? undefined : [is.events[place]?.id ?? '', never.events[other]?.id ?? ''];
}

const takenBack = (eventId: string) => ({ type: 'retracted' as const, eventId, why: '間違い' });

test('what was stated of an incident before it was linked can be taken back while it is', () => {
  fc.assert(
    fc.property(
      story,
      statement,
      fc.integer({ min: 1, max: 60 }),
      fc.boolean(),
      fc.boolean(),
      (history, what, until, isChain, isEnded) => {
        const [is, never] = [tell(history), tell(history)];
        const clocks = (more: number): string => clock(is.minutes + until + more);
        const ids = mistake(is.records[0], never.records[0], what, clocks(0));
        for (const [{ records }, index] of [[is, 0] as const, [never, 1] as const]) {
          const [linked, between, last] = records;
          const above: [Ledger, ...Ledger[]] = isChain ? [between, last] : [last];
          link(linked, isChain ? between : last, clocks(5));
          if (isChain) link(between, last, clocks(10));
          for (const each of records) each.now = at(`24 ${clocks(15)}`);
          if (ids) expect(linked.retract(takenBack(ids[index]), last)).toBeUndefined();
          if (isEnded) part(linked, above, clocks(20));
        }
        expectAlike(is, never, clocks(30));
      },
    ),
    runs(20),
  );
});

test('what was said of a primary and taken back once a link has ended is taken back where it was taken home, too', () => {
  fc.assert(
    fc.property(
      story,
      statement,
      fc.integer({ min: 1, max: 60 }),
      fc.boolean(),
      fc.boolean(),
      (history, what, until, isChain, isAway) => {
        const [is, never] = [tell(history), tell(history)];
        const clocks = (more: number): string => clock(is.minutes + until + more);
        const linkAll = ({ records: [linked, between, last] }: Told): void => {
          link(linked, isChain ? between : last, clocks(0));
          if (isChain) link(between, last, clocks(1));
        };
        linkAll(is);
        linkAll(never);
        const ids = mistake(is.records[2], never.records[2], what, clocks(5));
        const [isGoing, wouldGo] = [is, never].map(({ records }) => isGoingOn(records[2].incident.emergency));
        for (const [{ records }, index] of [[is, 0] as const, [never, 1] as const]) {
          const [linked, between, last] = records;
          part(linked, isChain ? [between, last] : [last], clocks(10));
          if (isAway && !isChain) link(linked, between, clocks(12));
          for (const each of records) each.now = at(`24 ${clocks(15)}`);
          if (!ids) continue;
          expect(last.retract(takenBack(ids[index]))).toBeUndefined();
          const above = isAway && !isChain ? [between] : [];
          withdraw(last, () => [linked, ...above]);
          const before = linked.events.length;
          withdraw(last, () => [linked, ...above]);
          expect(linked.events).toHaveLength(before);
        }
        // When the outage's emergency would have ended without the mistake, which ended it earlier, nothing tells afterwards.
        const isOfEnd = wouldGo && !isGoing && !isGoingOn(never.records[2].incident.emergency);
        if (!isOfEnd) expectAlike(is, never, clocks(30));
      },
    ),
    runs(20),
  );
});

test('a primary was reported, responded to and occurred as its first report was, and is as bad as the worst', () => {
  const order = ['none', 'degraded', 'stopped'];
  fc.assert(
    fc.property(story, fc.integer({ min: 1, max: 90 }), fc.boolean(), (history, until, isChain) => {
      const { records, minutes } = tell(history);
      const all = records.map(({ incident }) => incident);
      const [a, b, to] = records;
      link(a, isChain ? b : to, clock(minutes + until));
      link(b, to, clock(minutes + until));
      const first = (field: 'reportedAt' | 'firstResponseAt' | 'occurredAt'): Date | undefined =>
        all.flatMap((each) => each[field] ?? []).sort((one, other) => Number(one) - Number(other))[0];
      const worst = Math.max(...all.map(({ impact }) => order.indexOf(impact.businessImpact ?? 'none')));
      const { reportedAt, firstResponseAt, occurredAt, impact, missing, urgency } = to.incident;
      expect([reportedAt, firstResponseAt, occurredAt]).toEqual([
        first('reportedAt'),
        first('firstResponseAt'),
        first('occurredAt'),
      ]);
      expect(impact.businessImpact ?? 'none').toBe(order[worst]);
      expect(missing.some(({ field }) => field === 'occurredAt')).toBe(occurredAt === undefined);
      expect(urgency).toEqual(all[2]?.urgency);
    }),
    runs(20),
  );
});
