/** Who is paged, and when it stops: PagerDuty's stub shows what rings. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConsole } from './console.ts';
import { openScenario, type Scenario } from './house.ts';
import { filed, state } from './rhythm-details.ts';

interface Shown {
  events: { action: string; dedupKey: string; summary?: string; severity?: string; event: Record<string, unknown> }[];
  alerts: { dedupKey: string; status: string; triggers: number; rangAt: string[] }[];
}

const key = (letter: string): string => letter.repeat(32);
let scenario: Scenario;

const shown = async (): Promise<Shown> => (await scenario.get('/_local/tools/pagerduty/events')).body;
const isOf =
  (id: string) =>
  ({ dedupKey }: { dedupKey: string }): boolean =>
    dedupKey.startsWith(`${id}#`);
/** Each with the number of its alert. */
const steps = async (id: string): Promise<string[]> =>
  (await shown()).events.filter(isOf(id)).map(({ action, dedupKey }) => `${action} ${dedupKey.slice(id.length)}`);
/** How many times somebody’s phone rang for it. */
const rings = async (id: string): Promise<number> =>
  (await shown()).alerts.filter(isOf(id)).reduce((sum, { rangAt }) => sum + rangAt.length, 0);
const statuses = async (id: string): Promise<string[]> =>
  (await shown()).alerts.filter(isOf(id)).map(({ status }) => status);
const paged = async (id: string): Promise<[string, string][]> =>
  (await scenario.get(`/api/incidents/${id}/timeline`)).body.events
    .filter(({ type }: { type: string }) => type === 'paged')
    .map(({ detail }: { detail: { action: string; reasons: string[] } }) => [detail.action, detail.reasons.join(' ')]);

describe('a house that pages', () => {
  beforeAll(async () => {
    const channels = [{ kind: 'pagerduty', routingKey: key('a') }];
    const environment = { ...process.env, NOTIFY_CHANNELS: JSON.stringify(channels) };
    scenario = await openScenario('2026-11-24T10:00:00+09:00', { environment });
  });
  afterAll(() => scenario.stop());

  it('rings where an urgent incident has no response in time, stops at the response, and ends with it', async () => {
    const id = await filed(scenario, { id: 'T-1', subject: '注文が通らない', businessImpact: 'stopped' });
    await scenario.advance('PT4M');
    expect(await steps(id)).toEqual([]);
    await scenario.advance('PT2M');
    expect(await steps(id)).toEqual(['trigger #1']);
    const { events } = await shown();
    expect(events[0]).toMatchObject({ severity: 'critical', event: { client: 'Metronome', dedup_key: `${id}#1` } });
    expect(events[0]?.summary).toMatch(/M-[0-9A-Z]{6} 注文が通らない .*業務停止.*緊急性 高/);
    await state(scenario, id, { type: 'responded' });
    await scenario.advance('PT1M');
    expect(await steps(id)).toEqual(['trigger #1', 'acknowledge #1']);
    await state(scenario, id, { type: 'verified', happened: 'yes', ongoing: 'yes', method: '画面で確認' });
    await state(scenario, id, { type: 'recovered', customers: 'all' });
    await scenario.advance('PT1M');
    expect(await steps(id)).toEqual(['trigger #1', 'acknowledge #1', 'resolve #1']);
    await state(scenario, id, { type: 'verified', happened: 'yes', ongoing: 'yes', method: '再発' });
    await scenario.advance('PT1M');
    expect(await steps(id)).toEqual(['trigger #1', 'acknowledge #1', 'resolve #1', 'trigger #2']);
    expect(await rings(id)).toBe(2);
    await state(scenario, id, { type: 'assigned', assignee: 'ada@example.jp' });
    await scenario.advance('PT1M');
    expect((await steps(id)).at(-1)).toBe('acknowledge #2');
    expect(await paged(id)).toEqual([
      ['trigger', 'unanswered'],
      ['acknowledge', 'answered'],
      ['resolve', 'recovered'],
      ['trigger', 'reopened'],
      ['acknowledge', 'answered'],
    ]);
  });

  it('rings for the emergency that begins after somebody has answered the first call, and ends all of it', async () => {
    const clock = (await scenario.get('/_local/clock')).body.now;
    const id = await filed(scenario, { id: 'T-14', businessImpact: 'stopped', occurredAt: clock });
    await scenario.advance('PT6M');
    await state(scenario, id, { type: 'responded' });
    await scenario.advance('PT1M');
    expect([await rings(id), await statuses(id)]).toEqual([1, ['acknowledged']]);
    await state(scenario, id, { type: 'scoped', affectedCustomerCount: 12 });
    await scenario.advance('PT1M');
    expect(await paged(id)).toContainEqual(['trigger', 'emergency-begun']);
    expect([await rings(id), await statuses(id)]).toEqual([2, ['resolved', 'triggered']]);
    await state(scenario, id, { type: 'recovered', customers: 'all' });
    await scenario.advance('PT1M');
    expect(await statuses(id)).toEqual(['resolved', 'resolved']);
  });

  it.each([
    ['linked', { type: 'linked', basis: '同じ障害' }],
    ['not-occurring', { type: 'verified', happened: 'no', method: '再現せず', evidenceUrl: 'https://example.jp/e' }],
  ])('ends with %s', async (status, statement) => {
    const id = await filed(scenario, { id: `T-${status}` });
    const to = await filed(scenario, { id: `T-${status}-to` });
    await state(scenario, to, { type: 'responded' });
    await scenario.advance('PT6M');
    await state(scenario, id, { ...statement, ...(status === 'linked' ? { to } : {}) });
    await scenario.advance('PT2M');
    expect((await steps(id)).at(-1)).toBe('resolve #1');
    expect(await statuses(id)).toEqual(['resolved']);
  });

  it('is rehearsed from the connections page: it rings and ends', async () => {
    const fields = { channel: 'pagerduty', key: '0b5d1e0e-1111-4111-8111-111111111111' };
    await openConsole(scenario).press('/console/connections/channels', fields);
    await scenario.advance('PT1M');
    const id = 'ntc_test-0b5d1e0e-1111-4111-8111-111111111111';
    expect(await steps(id)).toEqual(['trigger #1', 'resolve #1']);
    expect((await scenario.get('/console/connections')).body).toContain('id="channel-pagerduty"');
  });
});

describe('a house with several channels that page', () => {
  beforeAll(async () => {
    const channels = [
      { kind: 'pagerduty', name: 'orders', routingKey: key('o'), for: { area: 'order' } },
      { kind: 'pagerduty', name: 'boss', routingKey: key('b'), escalation: true },
      { kind: 'pagerduty', name: 'wrong', routingKey: 'short', for: { area: 'menu' } },
    ];
    const environment = { ...process.env, NOTIFY_CHANNELS: JSON.stringify(channels) };
    scenario = await openScenario('2026-11-24T10:00:00+09:00', { environment });
  });
  afterAll(() => scenario.stop());

  it('rings each area’s, and for an escalation those who receive it', async () => {
    const [order, other] = [await filed(scenario, { id: 'T-1', area: 'Order' }), await filed(scenario, { id: 'T-2' })];
    await scenario.advance('PT10M');
    expect([await steps(order), await steps(other)]).toEqual([['trigger #1'], []]);
    await scenario.advance('PT2H');
    expect(await steps(other)).toEqual(['trigger #2']);
    expect(await paged(other)).toEqual([
      ['trigger', 'unanswered'],
      ['trigger', 'escalation'],
    ]);
    await state(scenario, other, { type: 'responded' });
    await scenario.advance('PT1M');
    expect((await steps(other)).at(-1)).toBe('acknowledge #2');
  });
});
