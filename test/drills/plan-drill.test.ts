/** What a drill files: what came in, as fast and as often as was asked for, and without anything about its customers. */
import { describe, expect, test } from 'vitest';
import { planDrill, replayable } from '../../functions/drills/plan-drill.ts';
import type { Drill } from '../../functions/incidents/drills/drill.ts';
import type { Signal } from '../../functions/incidents/signals/signal.ts';
import { signalWith } from '../incidents/signals.ts';
import { at, incident, minutesAfter } from '../postmortems/facts.ts';

const firstAt = at('2026-11-02T01:00:00Z');
const startedAt = at('2026-11-24T05:00:00Z');
const drill: Drill = {
  id: 'drl_0123456789abcdef01234567',
  from: 'inc_1',
  speed: 1,
  times: 1,
  startedAt,
  startedBy: 'ann',
  replays: [],
  firstAt,
  passed: 0,
  total: 1,
  next: 0,
  state: 'running',
};
const signal = (id: string, stated: Partial<Signal> = {}): Signal =>
  signalWith({ id, tool: 'zendesk', sourceId: 'T-1', receivedAt: firstAt, tags: ['vip'], ongoing: 'yes', ...stated });
const original = incident({ id: 'inc_1', filedAt: firstAt });
const plan = (of: Partial<Drill>, ...signals: (Signal | undefined)[]) =>
  planDrill({ ...drill, ...of }, original, signals);
const only = (stated: Partial<Signal>, of: Partial<Drill> = {}) => plan(of, signal('sig_1', stated))[0]?.signals[0];

describe('what is replayed', () => {
  test('reports and alerts in the order in which they came, and not what the team itself said', () => {
    const kinds = ['stated', 'agent-replied', 'customer-wrote', 'solved', 'reopened', 'alert-opened', 'alert-closed'];
    const signals = kinds.map((kind, index) =>
      signal(`sig_${index}`, { kind: kind as Signal['kind'], receivedAt: minutesAfter(firstAt, -index) }),
    );
    expect(replayable(signals).map(({ kind }) => kind)).toEqual([
      'alert-closed',
      'alert-opened',
      'reopened',
      'customer-wrote',
      'stated',
    ]);
    expect(replayable([signal('sig_b'), signal('sig_a')]).map(({ id }) => id)).toEqual(['sig_a', 'sig_b']);
  });

  test('from where it is on; what is gone has no place but is not skipped', () => {
    const signals = [signal('sig_1'), undefined, signal('sig_3', { sourceId: 'T-3' })];
    expect(plan({}, ...signals).map((each) => each?.signals.length)).toEqual([1, undefined, 1]);
    expect(plan({ passed: 1 }, ...signals).map((each) => each?.signals.length)).toEqual([undefined, 1]);
    expect(plan({ passed: 3 }, ...signals)).toEqual([]);
  });
});

describe('when', () => {
  test.each([
    [1, 30],
    [2, 15],
    [0.5, 60],
    [10, 3],
  ])('at %d times the speed, what came after 30 minutes comes after %d', (speed, minutes) => {
    const [, second] = plan({ speed }, signal('sig_1'), signal('sig_2', { receivedAt: minutesAfter(firstAt, 30) }));
    expect(second?.dueAt).toEqual(minutesAfter(startedAt, minutes));
    expect(second?.signals[0]?.receivedAt).toEqual(minutesAfter(startedAt, minutes));
  });

  test('a part of a millisecond is rounded', () => {
    const after = (ms: number) =>
      plan({ speed: 10 }, signal('sig_1', { receivedAt: new Date(firstAt.getTime() + ms) }))[0]?.dueAt.getTime();
    expect([14, 15].map((ms) => (after(ms) ?? 0) - startedAt.getTime())).toEqual([1, 2]);
  });

  test('every time in it moves with its receipt, so that its age stays what it was', () => {
    const stated = {
      receivedAt: minutesAfter(firstAt, 10),
      occurredAt: { at: minutesAfter(firstAt, -50), isApproximate: true },
      reportedAt: minutesAfter(firstAt, 5),
      happenedAt: minutesAfter(firstAt, 9),
    };
    const moved = only(stated, { speed: 10 });
    const receivedAt = minutesAfter(startedAt, 1);
    expect(moved).toMatchObject({
      receivedAt,
      occurredAt: { at: minutesAfter(receivedAt, -60), isApproximate: true },
      reportedAt: minutesAfter(receivedAt, -5),
      happenedAt: minutesAfter(receivedAt, -1),
    });
  });

  test('an alert began, and ended, as long before as it had', () => {
    const alert = {
      project: 'shop',
      policy: '1',
      startedAt: minutesAfter(firstAt, -7),
      endedAt: minutesAfter(firstAt, -1),
    };
    const moved = only({
      source: 'alert',
      tool: 'monitoring',
      kind: 'alert-opened',
      alert: alert as Signal['alert'] & object,
    });
    expect(moved).toMatchObject({
      tool: 'monitoring',
      alert: { policy: '1', startedAt: minutesAfter(startedAt, -7), endedAt: minutesAfter(startedAt, -1) },
    });
    // No storm of the real project takes it in.
    expect(moved?.alert?.project).toBe(drill.id);
    expect(moved).not.toHaveProperty('category');
  });
});

describe('what it says', () => {
  test('what the original stated of itself is stated, each as it was', () => {
    for (const isReporterAffected of [true, false])
      expect(only({ isReporterAffected })?.isReporterAffected).toBe(isReporterAffected);
    for (const said of ['yes', 'no', 'unknown'] as const)
      expect(only({ differsFromExpected: said, ongoing: 'unknown' })).toMatchObject({
        differsFromExpected: said,
        ongoing: 'unknown',
      });
    expect(only({ ongoing: 'no' })?.ongoing).toBe('no');
    const facts = {
      area: 'order',
      form: 'pos',
      channel: 'phone',
      businessImpact: 'stopped',
      affectedCustomerCount: 0,
    } as const;
    expect(only(facts)).toMatchObject(facts);
    expect(only({})).not.toHaveProperty('affectedCustomerCount');
  });

  test('it is a drill’s, on a ticket of no tool, without its address, its tags and who wrote it', () => {
    const made = only({ url: 'https://z.example/1', agent: 'mari', commentId: '7', relatedIncidentId: 'inc_9' });
    expect(made).toMatchObject({
      tool: 'generic',
      tags: [],
      category: 'trouble',
      isDrill: true,
      drill: { id: drill.id, from: 'inc_1' },
      problems: [],
    });
    for (const field of ['url', 'agent', 'commentId', 'relatedIncidentId']) expect(made).not.toHaveProperty(field);
  });

  test('no customer, e-mail or telephone is in it; the same customer is the same one throughout', () => {
    const customer = { id: 'store-1', name: '渋谷本店' };
    const [first, second] = plan(
      {},
      signal('sig_1', { customer, title: '渋谷本店で会計できない', description: 'ann@shop.example 03-1234-5678' }),
      signal('sig_2', { customer: { id: 'store-1' }, affectedCustomers: [{ id: 'store-2' }], message: 'store-1 です' }),
    ).map((each) => each?.signals[0]);
    expect(JSON.stringify([first, second])).not.toMatch(/渋谷|store-1|store-2|shop\.example|03-1234/);
    expect(first?.description).toBe('[e-mail] [telephone]');
    expect(second?.customer?.id).toBe(first?.customer?.id);
    expect(second?.affectedCustomers[0]?.id).not.toBe(first?.customer?.id);
    expect(second?.message).toContain(first?.customer?.id);
  });
});

test.each<[string, string]>([
  ['03-1234-5678', '[telephone]'],
  ['(03) 1234-567', '[telephone]'],
  ['(03)1234-5678', '[telephone]'],
  ['03(1234)5678', '[telephone]'],
  ...['050', '060', '070', '080', '090'].map((each): [string, string] => [`${each}12345678`, '[telephone]']),
  ['0120 123 456', '[telephone]'],
  ['+1 (415) 555-1234', '[telephone]'],
  ['+819-3-1234-5678', '[telephone]'],
  ['+81(3) 1234-5678', '[telephone]'],
  ['+81 90-1234-5678', '[telephone]'],
  ['+81-3-1234-5678', '[telephone]'],
  ['090 1234 5678', '[telephone]'],
  // An order, a day and an amount are none.
  ['注文 12-3456', '注文 12-3456'],
  ...['注文 12345678901', '注文 04012345678', '注文 05112345678', '注文 050123456789'].map((each): [string, string] => [
    each,
    each,
  ]),
  [`${'a'.repeat(64)}@b.jp`, '[e-mail]'],
  [`${'a'.repeat(65)}@b.jp`, 'a[e-mail]'],
  ['件数 03(12)', '件数 03(12)'],
  ['2026-11-24', '2026-11-24'],
  ['1234567-890-123456', '1234567-890-123456'],
  ['ann.b+x@shop-1.example.jp まで', '[e-mail] まで'],
  ['@ann', '@ann'],
])('%s is told as %s, in each of its texts', (told, as) => {
  const texts = ['title', 'description', 'message'] as const;
  for (const name of texts) expect(only({ [name]: told })?.[name]).toBe(as);
});

test('a word that its planner strikes is in no text, however it is spelt, and in nothing else', () => {
  const title = 'ログイン 4821 で田中さんが ﾛｸﾞｲﾝ できない stated';
  const made = only({ title, message: '田　中', kind: 'stated' }, { strike: ['田中', '4821', 'stated'] });
  expect([made?.title, made?.message, made?.kind]).toEqual([
    'ログイン [erased] で[erased]さんが ﾛｸﾞｲﾝ できない [erased]',
    '[erased]',
    'stated',
  ]);
});

test('who is known of the incident alone is in no text either: its reporter and its affected customers', () => {
  const known = incident({
    id: 'inc_1',
    filedAt: firstAt,
    reporter: { id: 'store-7', name: '新宿店' },
    affectedCustomers: [{ id: 'store-8', name: '池袋店' }],
  });
  const [made] = planDrill(drill, known, [signal('sig_1', { title: '新宿店と池袋店で会計できない' })]);
  expect(made?.signals[0]?.title).toBe('[erased]と[erased]で会計できない');
});

test('tickets of one number in two tools are two', () => {
  const [one, other] = plan({}, signal('sig_1'), signal('sig_2', { tool: 'jira' })).map((each) => each?.signals[0]);
  expect(one?.sourceId).not.toBe(other?.sourceId);
});

test('of a customer’s names the longest goes first, so that no part of one is left', () => {
  const names = ['渋谷', '渋谷本店'].map((name) => ({ id: 'store-1', name }));
  const [made] = plan({}, signal('sig_1', { affectedCustomers: names, title: '渋谷本店で会計できない' }));
  expect(made?.signals[0]?.title).toBe('[erased]で会計できない');
});

describe('as often as was asked for', () => {
  test('each copy is another ticket of other customers; what belongs to one ticket stays with its copy', () => {
    const customer = { id: 'store-1' };
    const planned = plan(
      { times: 3 },
      signal('sig_1', { customer, affectedCustomers: [{ id: 'store-8' }, customer] }),
      signal('sig_2', { customer, kind: 'customer-wrote' }),
      signal('sig_3', { customer, sourceId: 'T-2' }),
    ).map((each) => each?.signals ?? []);
    const tickets = planned.map((each) => each.map(({ sourceId }) => sourceId));
    expect(new Set(tickets[0]).size).toBe(3);
    expect(tickets[1]).toEqual(tickets[0]);
    expect(tickets[2]?.some((each) => tickets[0]?.includes(each))).toBe(false);
    const customers = planned[0]?.map((each) => each.customer?.id);
    expect(new Set(customers).size).toBe(3);
    // Further customers of a copy differ from copy to copy, and the one who reports is the same in both places.
    const named = planned[0]?.map((each) => each.affectedCustomers.map(({ id }) => id)) ?? [];
    expect(new Set(named.flat()).size).toBe(6);
    expect(named.map(([, reporter]) => reporter)).toEqual(customers);
    expect(new Set(planned.flat().map(({ id }) => id)).size).toBe(9);
  });

  test('planned again it is the same; another drill’s is another', () => {
    const one = plan({}, signal('sig_1', { customer: { id: 'store-1' } }));
    expect(plan({}, signal('sig_1', { customer: { id: 'store-1' } }))).toEqual(one);
    const other = plan({ id: 'drl_other' }, signal('sig_1', { customer: { id: 'store-1' } }));
    const of = (planned: typeof one) => planned[0]?.signals[0];
    expect(of(other)?.id).not.toBe(of(one)?.id);
    expect(of(other)?.sourceId).not.toBe(of(one)?.sourceId);
    expect(of(other)?.customer?.id).not.toBe(of(one)?.customer?.id);
  });
});
