/**
 * The laws of the record over random histories: what is taken back was never said, clocks included; and the document is
 * the fold of its timeline, which `InMemory` checks after every step.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../fuzz/runs.ts';
import { instant } from '../scenarios/rows.ts';
import { inOrder, OfTicket } from './record.ts';

const customers = ['a', 'b', 'c'];
const whom = fc.oneof(fc.constant('all' as const), fc.subarray(customers, { minLength: 1 }));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const oneOf = <T>(...values: T[]) => fc.constantFrom(...values);

const said = fc.oneof(
  fc.record({ type: oneOf('responded') }),
  fc.record({ type: oneOf('assigned'), assignee: oneOf('sato', 'ito') }),
  fc.record({
    type: oneOf('verified'),
    happened: maybe(oneOf('yes', 'no', 'unconfirmed')),
    ongoing: maybe(oneOf('yes', 'no', 'unknown')),
    method: oneOf('logs'),
    evidenceUrl: oneOf('https://logs.example/1'),
  }),
  fc.record({
    type: oneOf('scoped'),
    affectedCustomerCount: maybe(oneOf(0, 1, 3, 6, 25)),
    affectedCustomers: fc.subarray(customers).map((ids) => ids.map((id) => ({ id }))),
    method: oneOf('SQL', 'logs'),
  }),
  fc.record({ type: oneOf('snoozed') }),
  fc.record({ type: oneOf('customer-removed'), customer: oneOf(...customers), why: oneOf('誤登録') }),
  fc.record({ type: oneOf('names-removed'), ticket: oneOf('T-1'), why: oneOf('書き込み') }),
  fc.record({ type: oneOf('mitigated'), kind: oneOf('setting', 'revert') }),
  fc.record({
    type: oneOf('customer-updated'),
    customers: whom,
    message: maybe(oneOf('調査中', '対応中')),
    channel: oneOf('phone', 'phone', 'ticket', 'rumour'),
    recovery: fc.boolean(),
  }),
  fc.record({ type: oneOf('recovered'), customers: maybe(whom) }),
  fc.record({ type: oneOf('caused'), category: oneOf('data', 'release') }),
  fc.record({ type: oneOf('corrected'), field: oneOf('ongoing'), value: oneOf('yes', 'no') }),
  fc.record({ type: oneOf('corrected'), field: oneOf('businessImpact'), value: oneOf('stopped', 'degraded') }),
  fc.record({ type: oneOf('corrected'), field: oneOf('affectedCustomerCount'), value: oneOf(4, 30) }),
  fc.record({ type: oneOf('corrected'), field: oneOf('occurredAt'), value: oneOf(instant('08:30'), instant('09:05')) }),
  fc.record({ type: oneOf('role-taken'), role: oneOf('lead', 'record') }),
  // To nobody, it says as it is recorded whether it leaves the role or takes it over: that stays.
  fc.record({ type: oneOf('role-handed-over'), role: oneOf('lead', 'record'), to: oneOf('abe@example.jp') }),
  fc.record({ type: oneOf('commented'), text: oneOf('メモ') }),
);

/** What its ticket says further. */
const word = fc.record({
  ongoing: maybe(oneOf('yes', 'no')),
  businessImpact: maybe(oneOf('stopped', 'degraded')),
  affectedCustomerCount: maybe(oneOf(3, 30)),
  affectedCustomers: maybe(fc.subarray(customers).map((ids) => ids.map((id) => ({ id })))),
  occurredAt: maybe(oneOf(instant('09:05'), instant('08:30'))),
  description: oneOf('続報', 'まだ通らない'),
});

const step = fc.record({
  after: fc.integer({ min: 0, max: 40 }),
  /** How long before it was recorded it happened. */
  ago: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 45 })),
  actor: oneOf('sato@example.jp', 'ito@example.jp'),
  statement: said,
  word: fc.option(word, { freq: 4, nil: undefined }),
});
type Said = typeof step extends fc.Arbitrary<infer T> ? T : never;

const ticket = fc.record({
  ongoing: oneOf('yes', 'no', 'unknown'),
  businessImpact: maybe(oneOf('stopped', 'degraded')),
  affectedCustomerCount: maybe(oneOf(2, 30)),
});

/** Nothing is stated of before it occurred: what is refused without a correction stays with it, as a contradiction. */
const base = Date.parse(instant('10:00'));
const minutes = (time: number): Date => new Date(base + time * 60_000);
const defined = (value: object) => Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));

function filed(fields: object): OfTicket {
  const body = { id: 'T-1', subject: '注文が通らない', occurredAt: instant('08:45'), customer: { id: 'a' } };
  return new OfTicket({ ...body, ...defined(fields) }, minutes(0));
}

/** @returns the id of its event, where it was taken */
function state(
  record: OfTicket,
  { statement, ago, actor, word: said }: Said,
  isWithoutUnknown = false,
): string | undefined {
  if (said) record.word(defined(said));
  const occurredAt = new Date(record.now.getTime() - ago * 60_000).toISOString();
  const known = new Set([...record.contacts.values()].flatMap((each) => each.customers.map(({ id }) => id)));
  const named = 'customers' in statement && Array.isArray(statement.customers) ? statement.customers : undefined;
  const some = isWithoutUnknown && named ? { customers: named.filter((id) => known.has(id)) } : {};
  // That somebody responded is said all the same.
  if ('customers' in some && some.customers.length === 0) {
    record.state({ type: 'responded', occurredAt }, actor);
    return undefined;
  }
  const place = record.events.length;
  return record.state({ ...defined(statement), ...some, occurredAt }, actor) ? undefined : record.events[place]?.id;
}

/** All but the places of events on the timeline, of which a retraction has one more. */
const seen = ({ incident, contacts }: OfTicket): unknown => {
  const { lastSequence: _, statedSequence: __, schedule = [], toAll = [], answers: ___, ...rest } = incident;
  const unplaced = (fact: { id: string }): object => ({ ...fact, id: null });
  const waiting = inOrder(contacts).map((each) => ({ ...each, facts: each.facts.map(unplaced) }));
  return { incident: { ...rest, schedule: schedule.map(unplaced), toAll: toAll.map(unplaced) }, contacts: waiting };
};

describe('what is taken back was never said', () => {
  test('clocks and all, where Metronome did nothing meanwhile', () => {
    fc.assert(
      fc.property(
        ticket,
        fc.array(step, { maxLength: 6 }),
        step,
        fc.array(step, { maxLength: 4 }),
        (fields, before, wrong, after) => {
          const [is, never] = [filed(fields), filed(fields)];
          const play = (steps: readonly Said[]): void => {
            for (const each of steps) {
              const now = new Date(is.now.getTime() + each.after * 60_000);
              for (const record of [is, never]) record.until(now);
              state(is, each);
              state(never, each);
            }
          };
          play(before);
          const { word: _, ...only } = wrong;
          const id = state(is, { ...only, word: undefined });
          if (!id) return;
          // A statement that names customers known only from the wrong one would have been refused without it.
          for (const each of after) {
            const now = new Date(is.now.getTime() + each.after * 60_000);
            is.now = now;
            never.now = now;
            const taken = state(is, each);
            if (taken) state(never, each, true);
            else if (each.word) never.word(defined(each.word));
          }
          is.retract({ type: 'retracted', eventId: id, why: '間違い' });
          never.retract({ type: 'retracted', eventId: commentOn(never), why: '間違い' });
          expect(seen(is)).toEqual(seen(never));
        },
      ),
      runs(50),
    );
  });

  test('also one after another, in any order, to the record as it was filed', () => {
    fc.assert(
      fc.property(
        ticket,
        fc.array(step, { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        (fields, steps, order) => {
          const record = filed(fields);
          const ids = steps.flatMap((each) => {
            record.until(new Date(record.now.getTime() + each.after * 60_000));
            return state(record, { ...each, word: undefined }) ?? [];
          });
          while (ids.length > 0) {
            const [id = ''] = ids.splice((order.next().value ?? 0) % ids.length, 1);
            record.retract({ type: 'retracted', eventId: id, why: '間違い' });
          }
          const { status, impact, urgency, recoveredAt, responders, slots } = record.incident;
          const first = filed(fields).incident;
          expect({ status, impact, urgency, recoveredAt, responders }).toEqual({
            status: first.status,
            impact: first.impact,
            urgency: first.urgency,
            recoveredAt: undefined,
            responders: [],
          });
          expect(slots).toMatchObject({ met: 0, late: 0 });
        },
      ),
      runs(30),
    );
  });
});

test('what a report that was filed late has overdue waits for its update, and a retraction leaves it alone', () => {
  const record = new OfTicket({ id: 'T-1', subject: '注文が通らない', customer: { id: 'a' } }, minutes(60), minutes(0));
  const told = (): unknown[] => [...record.contacts.values()].map((each) => [each.nextUpdateDueAt, each.pastSlots]);
  const before = told();
  expect(before).toEqual([[minutes(15), []]]);
  record.retract({ type: 'retracted', eventId: commentOn(record), why: '間違い' });
  expect(told()).toEqual(before);
});

/** A comment touches nothing: taken back, it leaves a retraction at the same moment as in the other record. */
function commentOn(record: OfTicket): string {
  record.state({ type: 'commented', text: 'メモ' });
  return record.events.at(-1)?.id ?? '';
}

test('a report that said otherwise than what is taken back is as if it had come without it', () => {
  const [is, never] = [filed({ businessImpact: 'degraded' }), filed({ businessImpact: 'degraded' })];
  const impact = (value: string) => ({ type: 'corrected', field: 'businessImpact', value });
  for (const record of [is, never]) expect(record.state(impact('stopped'))).toBeUndefined();
  const place = is.events.length;
  expect(is.state(impact('none'))).toBeUndefined();
  for (const record of [is, never]) record.word({ businessImpact: 'stopped' });
  expect(is.events.map(({ type }) => type)).toContain('reported-otherwise');
  is.retract({ type: 'retracted', eventId: is.events[place]?.id ?? '', why: '間違い' });
  expect(is.incident.stated).toEqual(never.incident.stated);
});

test('a report that was news of what was over by a wrong statement alone opens nothing once that is taken back', () => {
  const record = filed({ ongoing: 'yes' });
  const place = record.events.length;
  expect(record.state({ type: 'corrected', field: 'occurredAt', value: instant('08:30') })).toBeUndefined();
  record.state({ type: 'customer-updated', customers: 'all', channel: 'phone', recovery: true });
  record.until(minutes(1));
  record.word({});
  expect(record.incident.status).toBe('open');
  record.retract({ type: 'retracted', eventId: record.events[place]?.id ?? '', why: '間違い' });
  expect(record.incident).toMatchObject({ status: 'recovered', recoveredAt: minutes(0) });
});

test('what a report raised while a wrong statement had it open again is as high as without that statement', () => {
  const [is, never] = [filed({ ongoing: 'yes' }), filed({ ongoing: 'yes' })];
  for (const record of [is, never]) record.state({ type: 'recovered' });
  const place = is.events.length;
  is.state({ type: 'verified', happened: 'no', method: 'logs', evidenceUrl: 'https://logs.example/1' });
  for (const record of [is, never]) record.word({ affectedCustomerCount: 3 });
  expect([is, never].map(({ incident }) => incident.impact.affectedCustomerCount)).toEqual([3, 1]);
  is.retract({ type: 'retracted', eventId: is.events[place]?.id ?? '', why: '間違い' });
  expect(is.incident.impact).toEqual(never.incident.impact);
});

describe('who is named after it was opened again waits as the others do', () => {
  const waitingIn = ({ contacts }: OfTicket) =>
    inOrder(contacts).map(({ recoveredAt, stoppedAt }) => [recoveredAt, stoppedAt]);
  const told = { type: 'customer-updated', customers: 'all', channel: 'phone', recovery: true };
  const at = (time: number) => ({ occurredAt: minutes(time).toISOString() });

  test('where a recovery is stated later that was before that', () => {
    const record = filed({ businessImpact: 'degraded' });
    record.until(minutes(20)).state(told);
    record.until(minutes(40)).word({ ongoing: 'yes', businessImpact: 'stopped' });
    record.until(minutes(45)).word({ affectedCustomers: [{ id: 'b' }] });
    expect(record.until(minutes(50)).state({ type: 'recovered', customers: 'all', ...at(15) })).toBeUndefined();
    expect([record.incident.status, ...waitingIn(record)]).toEqual(['open', [undefined, null], [undefined, null]]);
  });

  test('where a recovery was recorded before that', () => {
    const record = filed({});
    record.until(minutes(10)).state({ type: 'recovered', customers: 'all' });
    record.until(minutes(30)).state(told);
    record.until(minutes(60)).state({ type: 'verified', happened: 'yes', ongoing: 'yes', ...at(15) });
    expect(record.incident.status).toBe('open');
    const scope = { type: 'scoped', affectedCustomers: [{ id: 'b' }], method: 'SQL', ...at(5) };
    expect(record.until(minutes(90)).state(scope)).toBeUndefined();
    expect([record.incident.status, ...waitingIn(record)]).toEqual(['open', [undefined, null], [undefined, null]]);
  });
});
