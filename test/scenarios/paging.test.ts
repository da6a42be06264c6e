/** Who is paged, and when it stops: PagerDuty's stand-in shows what rings. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topics } from '../../functions/topology.ts';
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
/** Somebody takes the call on their phone: Metronome does not learn it. */
const acknowledgeByPhone = (dedupKey: string) =>
  scenario.post('/_local/tools/pagerduty/site/v2/enqueue', {
    routing_key: key('a'),
    event_action: 'acknowledge',
    dedup_key: dedupKey,
  });
const paged = async (id: string): Promise<[string, string][]> =>
  (await scenario.get(`/api/incidents/${id}/timeline`)).body.events
    .filter(({ type }: { type: string }) => type === 'paged')
    .map(({ detail }: { detail: { action: string; reasons: string[] } }) => [detail.action, detail.reasons.join(' ')]);
const calm = { occurredAt: '2026-11-24T06:00:00+09:00', ongoing: 'no' };

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

  it('does not ring for what was answered in time, is calm, or is a drill', async () => {
    const answered = await filed(scenario, { id: 'T-2' });
    await scenario.advance('PT4M');
    await state(scenario, answered, { type: 'responded' });
    const others = [await filed(scenario, { id: 'T-3', ...calm }), await filed(scenario, { id: 'T-4', drill: true })];
    await scenario.advance('PT50M');
    for (const id of [answered, ...others]) expect(await steps(id)).toEqual([]);
    await scenario.advance('PT2H');
    for (const id of others) expect(await steps(id)).toEqual([]);
    // Somebody had responded, and then the customer waited in vain.
    expect([await paged(answered), await rings(answered)]).toEqual([[['trigger', 'escalation']], 1]);
  });

  it('rings at once for an emergency, also where somebody is at it already, and not for its drill', async () => {
    const facts = { affectedCustomerCount: 12, businessImpact: 'stopped' };
    const clock = (await scenario.get('/_local/clock')).body.now;
    const id = await filed(scenario, { id: 'T-12', ...facts, occurredAt: clock });
    await state(scenario, id, { type: 'responded' });
    const drill = await filed(scenario, { id: 'T-13', ...facts, occurredAt: clock, drill: true });
    await scenario.advance('PT1M');
    expect([await steps(id), await steps(drill)]).toEqual([['trigger #1'], []]);
    expect(await paged(id)).toEqual([['trigger', 'emergency-begun']]);
    await state(scenario, id, { type: 'verified', happened: 'yes', ongoing: 'yes', method: '電話' });
    await scenario.advance('PT1M');
    expect(await steps(id)).toEqual(['trigger #1', 'acknowledge #1']);
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

  it('rings again for updates that are missed after the call was taken on the phone alone', async () => {
    const id = await filed(scenario, { id: 'T-15' });
    await scenario.advance('PT6M');
    await acknowledgeByPhone(`${id}#1`);
    expect([await rings(id), await statuses(id)]).toEqual([1, ['acknowledged']]);
    await scenario.advance('PT3H');
    expect(await paged(id)).toEqual([
      ['trigger', 'unanswered'],
      ['trigger', 'escalation'],
    ]);
    expect([await rings(id), await statuses(id)]).toEqual([2, ['resolved', 'triggered']]);
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

  it('rings again where the only response is taken back', async () => {
    const id = await filed(scenario, { id: 'T-5' });
    await scenario.advance('PT6M');
    await state(scenario, id, { type: 'responded' });
    await scenario.advance('PT1M');
    const { events } = (await scenario.get(`/api/incidents/${id}/timeline`)).body;
    const response = events.find(({ type }: { type: string }) => type === 'responded');
    await state(scenario, id, { type: 'retracted', eventId: response.id, why: '別の件だった' });
    await scenario.advance('PT1M');
    expect(await steps(id)).toEqual(['trigger #1', 'acknowledge #1', 'trigger #2', 'resolve #1']);
    expect([await rings(id), await statuses(id)]).toEqual([2, ['resolved', 'triggered']]);
  });

  it('leaves out a step that comes after a later one, and one that comes again', async () => {
    const said = { ja: '件名', en: 'subject' };
    const step = (action: string, sequence: number) =>
      scenario.publish(topics.notifications, {
        id: `pag_${sequence}`,
        action,
        sequence,
        episode: 1,
        incidentId: 'inc_late',
        why: ['unanswered'],
        urgency: 'high',
        subject: said,
        text: said,
        createdAt: '2026-11-24T01:00:00Z',
      });
    for (const [action, sequence] of [
      ['resolve', 3],
      ['trigger', 1],
      ['acknowledge', 2],
      ['resolve', 3],
    ] as const) {
      await step(action, sequence);
      await scenario.advance('PT1M');
    }
    expect(await steps('inc_late')).toEqual(['resolve #1']);
  });

  it('ends what PagerDuty was away for, and nothing rings in the end', async () => {
    await scenario.post('/_local/faults', { target: 'tools.pagerduty.enqueue', effect: 'fail', times: 100 });
    const id = await filed(scenario, { id: 'T-6' });
    await scenario.advance('PT6M');
    await state(scenario, id, { type: 'recovered', customers: 'all' });
    await scenario.advance('PT2M');
    await fetch(`${scenario.url}/_local/faults`, { method: 'DELETE' });
    await scenario.advance('PT30M');
    expect((await steps(id)).at(-1)).toBe('resolve #1');
    expect(await statuses(id)).not.toContain('triggered');
  });

  it('tries again after a 429 and after a lost answer', async () => {
    for (const fault of [
      { effect: 'fail', code: '429' },
      { effect: 'fail-after', code: '500' },
    ]) {
      await scenario.post('/_local/faults', { target: 'tools.pagerduty.enqueue', ...fault });
    }
    const id = await filed(scenario, { id: 'T-7' });
    await scenario.advance('PT15M');
    expect(await steps(id)).toEqual(['trigger #1', 'trigger #1']);
    expect(await rings(id)).toBe(1);
    expect(await statuses(id)).toEqual(['triggered']);
  });

  it('is rehearsed from the connections page: it rings and ends', async () => {
    const opened = await fetch(`${scenario.url}/console/connections`);
    const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const fields = {
      csrf: cookie.split('=')[1] ?? '',
      channel: 'pagerduty',
      key: '0b5d1e0e-1111-4111-8111-111111111111',
    };
    const body = new URLSearchParams(fields);
    const headers = { origin: scenario.url, cookie };
    await fetch(`${scenario.url}/console/connections/channels`, { method: 'POST', redirect: 'manual', headers, body });
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

  it('rings each area’s, and for an escalation whoever receives those', async () => {
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

  it('shows a key that PagerDuty refuses, and tells the other channels', async () => {
    await filed(scenario, { id: 'T-3', area: 'menu' });
    await scenario.advance('PT10M');
    const failures = (await scenario.inbox()).filter(({ kind }) => kind === 'delivery-failed');
    expect(failures.map(({ text }) => text).join()).toMatch(/wrong.*応答: 400/s);
    expect(failures.map(({ text }) => text).join()).not.toContain('short');
  });
});
