/** An emergency, table K: facts make it one, it is told at once, its customers hear every quarter of an hour, and its roles are asked for. */
import { expect, test } from 'vitest';
import { isDrawnMore } from '../fuzz/runs.ts';
import { openConsole } from './console.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');

const event = (id: string, body: object) => scenario.post(`/api/incidents/${id}/events`, body);
const read = async (id: string) => (await scenario.get(`/api/incidents/${id}`)).body;
const kinds = async (id: string): Promise<string[]> =>
  (await scenario.inbox()).filter((each) => each.incidentId === id).map((each) => each.kind);
const events = async (id: string): Promise<{ type: string; detail: { rule?: string } }[]> =>
  (await scenario.get(`/api/incidents/${id}/timeline?limit=200`)).body.events;
const contact = async (id: string) => (await scenario.get(`/api/incidents/${id}/contacts`)).body.contacts[0];

test('ten customers who are stopped are an emergency as they are filed, until they can work again', async () => {
  const filed = await scenario.ticket({
    id: 'E-1',
    subject: '会計ができない',
    ongoing: 'yes',
    customer: { id: 'store-1', name: '渋谷店' },
    affectedCustomerCount: 10,
    businessImpact: 'stopped',
  });
  expect(filed.status).toBe(201);
  const { id } = filed.body.incident;
  expect(filed.body.incident.emergency).toMatchObject({
    since: filed.body.incident.filedAt,
    rule: 'many-customers-stopped',
    inputs: { level: 'high', businessImpact: 'stopped', affectedCustomerCount: 10 },
    endedAt: null,
  });
  await scenario.advance('PT1M');
  expect(await kinds(id)).toEqual(['emergency-begun']);
  const [notice] = await scenario.inbox();
  expect(notice?.text).toContain('緊急事態と判定: 10店舗で業務停止');
  // One ticket has said so, and nobody else.
  expect(notice?.text).toContain('影響の規模は1件の報告によるもので、まだ確認されていません。');
  expect(notice?.text).toContain('未定の役割: 指揮(IC)・店舗への連絡・記録');

  // Within the two hours an update is followed by the next after a quarter of an hour.
  await scenario.advance('PT9M');
  await event(id, { type: 'customer-updated', customers: 'all', message: '確認しています' });
  const { lastUpdateAt, nextUpdateDueAt } = await contact(id);
  expect(Date.parse(nextUpdateDueAt) - Date.parse(lastUpdateAt)).toBe(15 * 60_000);
  expect(await kinds(id)).toContain('role-due');
  await event(id, { type: 'role-taken', role: 'lead' });
  await event(id, { type: 'role-taken', role: 'customers' });
  await scenario.advance('PT10M');
  const asked = (await scenario.inbox()).filter((each) => each.kind === 'role-due');
  expect(asked.at(-1)?.text).toContain('未定の役割: 記録');
  const taken = await event(id, { type: 'role-taken', role: 'record' });
  expect(taken.body.incident.roles).toMatchObject({ lead: { who: 'local' }, record: { who: 'local' } });
  const over = await event(id, { type: 'role-handed-over', role: 'lead', to: 'sato@example.jp' });
  expect(over.status).toBe(201);
  expect(over.body.incident.roles.lead.who).toBe('sato@example.jp');
  await scenario.advance('PT20M');
  expect((await scenario.inbox()).filter((each) => each.kind === 'role-due')).toHaveLength(asked.length);

  await event(id, { type: 'recovered' });
  const ended = await read(id);
  expect(ended.emergency.endedAt).toBe(ended.recoveredAt);
  const told = (await events(id)).map((each) => each.type);
  expect(told.filter((each) => each.startsWith('emergency-'))).toEqual(['emergency-begun', 'emergency-ended']);
  await event(id, { type: 'verified', happened: 'yes', ongoing: 'yes' });
  expect((await read(id)).emergency).toMatchObject({ rule: 'many-customers-stopped', endedAt: null });
});

test('one that becomes known later hastens who would wait longer, and a fact that is taken back ends it', async () => {
  const { id } = (await scenario.ticket({ id: 'E-2', subject: '遅い', ongoing: 'yes', customer: { id: 'store-2' } }))
    .body.incident;
  expect((await read(id)).emergency).toBeNull();
  await event(id, { type: 'customer-updated', customers: 'all', message: '確認しています' });
  const before = Date.parse((await contact(id)).nextUpdateDueAt);
  await event(id, { type: 'corrected', field: 'impact.businessImpact', value: 'stopped' });
  const scoped = await event(id, { type: 'scoped', affectedCustomerCount: 25, method: 'ログ' });
  const { since } = scoped.body.incident.emergency;
  await scenario.advance('PT1M');
  expect(await kinds(id)).toContain('emergency-begun');
  const due = Date.parse((await contact(id)).nextUpdateDueAt);
  expect(due).toBe(Date.parse(since) + 15 * 60_000);
  expect(due).toBeLessThan(before);
  const taken = await event(id, { type: 'retracted', eventId: scoped.body.id, why: '別の件だった' });
  expect(taken.body.incident.emergency).toBeNull();
  expect((await events(id)).at(-1)).toMatchObject({ type: 'emergency-ended', detail: { rule: 'fact-changed' } });
});

test.runIf(isDrawnMore)(
  'reports of one area that come at once, and for an hour after that, are one emergency, one page and one request for roles',
  async () => {
    const ids: string[] = [];
    const report = async (n: number): Promise<void> => {
      const customer = { id: `crowd-${n}` };
      const body = {
        id: `C-${n}`,
        subject: `予約 ${n}`,
        area: 'booking',
        ongoing: 'yes',
        customer,
        businessImpact: 'stopped',
      };
      ids.push((await scenario.ticket(body)).body.incident.id);
    };
    const numbers = Array.from({ length: 9 }, (_, n) => n);
    await Promise.all(numbers.map(report));
    await scenario.advance('PT1M');
    for (const minutes of [5, 5, 16, 4, 4, 16, 4, 4]) {
      await scenario.advance(`PT${minutes}M`);
      await report(ids.length);
    }
    await scenario.advance('PT1M');
    const emergencies = (await Promise.all(ids.map(read))).filter(({ emergency }) => emergency !== null);
    expect(emergencies).toHaveLength(1);
    const of = (await scenario.inbox()).filter(({ incidentId }) => ids.includes(incidentId ?? ''));
    expect(of.filter(({ kind }) => kind === 'emergency-begun')).toHaveLength(1);
    const asking = of.filter(({ kind, text }) => kind === 'role-due' || text.includes('未定の役割'));
    expect(new Set(asking.map(({ incidentId }) => incidentId))).toEqual(new Set([emergencies[0]?.id]));
    const paged = (await Promise.all(ids.map(events))).flat().filter(({ type }) => type === 'paged');
    expect(paged.filter(({ detail }) => JSON.stringify(detail).includes('emergency-begun'))).toHaveLength(1);
  },
);

test('one tap takes a role on the page of the situation, and leads back to it', async () => {
  const { id } = (
    await scenario.ticket({ id: 'S-1', subject: '会計ができない', area: 'checkout', customer: { id: 's' } })
  ).body.incident;
  const fields = { key: 'k'.repeat(20), role: 'customers', back: 'situation' };
  const tapped = await openConsole(scenario).press(`/console/incidents/${id}/events/role-taken`, fields);
  expect(tapped).toMatchObject({ status: 303, location: `/console/incidents/${id}/situation` });
  expect((await read(id)).roles.customers.who).toBe('local');
});
