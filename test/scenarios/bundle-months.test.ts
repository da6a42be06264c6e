/** Two prepared months: what each Monday's bundle has to say was worked out by hand. Times are in Japan. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openScenario, type Reply, type Scenario } from './house.ts';

let scenario: Scenario;
const ids: Record<string, string> = {};

/** Sets the clock to a time in Japan. */
async function go(to: string): Promise<void> {
  const at = new Date(`${to}+09:00`).toISOString();
  const reply = await scenario.post('/_local/clock', { set: at });
  if (reply.status !== 200) throw new Error(`The clock did not move to ${at}: ${JSON.stringify(reply.body)}`);
}

async function file(name: string, body: Record<string, unknown> = {}): Promise<void> {
  const reply = await scenario.ticket({ id: name, subject: name, category: 'trouble', channel: 'phone', ...body });
  const record = reply.body.incident ?? reply.body.question ?? reply.body.outside;
  if (!record) throw new Error(`${name} was not filed: ${JSON.stringify(reply.body)}`);
  ids[name] = record.id;
}

async function record(name: string, event: Record<string, unknown>): Promise<Reply> {
  const reply = await scenario.post(`/api/incidents/${ids[name]}/events`, event);
  if (reply.status !== 201) throw new Error(`${name}: ${JSON.stringify(reply.body)}`);
  return reply;
}

const bundle = async (week: string) => (await scenario.get(`/api/postmortems/${week}`)).body;
const names = (entries: { title: string }[]): string[] => entries.map((each) => each.title);
const entryOf = (of: { entries: { title: string }[] }, name: string) =>
  of.entries.find((each) => each.title === name) as unknown as Record<string, never>;
const results = (entry: Record<string, unknown>): string[] =>
  (entry.checkpoints as { id: string; result: string }[]).map(({ id, result }) => `${id} ${result}`);

beforeAll(async () => {
  scenario = await openScenario('2026-09-27T15:00:00Z');

  // W40, 28 September to 4 October. The first second of the week.
  await file('first-second', {
    occurredAt: '2026-09-27T23:50:00+09:00', ongoing: 'yes', customer: { id: 's-1', name: '一号店' },
    businessImpact: 'stopped', affectedCustomerCount: 12,
  });
  await go('2026-09-28T00:03:00');
  await record('first-second', { type: 'responded' });
  await record('first-second', { type: 'customer-updated', customers: 'all', message: '調査中です', channel: 'ticket' });
  await go('2026-09-28T00:20:00');
  await record('first-second', { type: 'scoped', affectedCustomerCount: 12, method: '注文ログの照会', evidenceUrl: 'https://logs.example/q1', recurrenceRisk: 'yes' });
  await record('first-second', { type: 'mitigated', kind: 'setting', note: '旧経路に戻した' });
  await go('2026-09-28T00:50:00');
  await record('first-second', { type: 'customer-updated', customers: 'all', message: '復旧しました', channel: 'ticket', recovery: true });
  await record('first-second', { type: 'recovered', customers: 'all' });
  await record('first-second', { type: 'caused', category: 'configuration', summary: '経路の設定', releaseId: 'none' });
  await go('2026-09-30T10:00:00');
  await file('drill', { drill: true, customer: { id: 's-9' } });
  await record('drill', { type: 'responded' });
  await file('how-to', { category: 'question', differsFromExpected: 'no', form: 'spec-question', subject: '明細の並び順を変えるには' });
  await file('invoice', { category: 'outside', form: 'billing', channel: 'mail' });
  await go('2026-10-04T23:59:58');
  await file('last-second', { occurredAt: '2026-10-04T20:00:00+09:00', ongoing: 'no', customer: { id: 's-2' } });
  // W41, 5 to 11 October.
  await go('2026-10-05T00:00:00');
  await file('next-first-second', { customer: { id: 's-3' }, businessImpact: 'degraded', affectedCustomerCount: 1 });
}, 120_000);
afterAll(() => scenario?.stop());

describe('the first Monday', () => {
  test('has the week from its first second to its last', async () => {
    await go('2026-10-05T00:10:00');
    const w40 = await bundle('2026-W40');
    expect(names(w40.entries)).toEqual(['first-second', 'last-second']);
    console.log(JSON.stringify(w40, null, 1).slice(0, 6000));
  });
});
