/** Drills: held on a rhythm, made from real incidents, and seen nowhere but as drills. */
import { expect, test } from 'vitest';
import { firestore, incidentRef } from '../../functions/platform/firestore.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { incident } from '../postmortems/facts.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-02T01:00:00Z');

// biome-ignore lint/suspicious/noExplicitAny: a scenario reads what it expects, and fails where it is not there
type Body = any;
const event = (id: string, body: object) => scenario.post(`/api/incidents/${id}/events`, body);
const incidents = async (): Promise<Body[]> => (await scenario.get('/api/incidents?limit=200')).body.incidents;
const drillsOf = async (id: string): Promise<Body[]> =>
  (await incidents()).filter((each) => each.drill?.id === id).sort((a, b) => (a.filedAt < b.filedAt ? -1 : 1));
const gauge = async (name: string): Promise<unknown> =>
  (await scenario.get('/_local/metrics')).body.series
    .filter((each: Body) => each.metric.type.endsWith(`/${name}`))
    .map((each: Body) => Number(each.points[0].value.int64Value));

test('three tickets and what was said on one are replayed, faster and more, without their customers', async () => {
  const ids: string[] = [];
  for (const n of [1, 2, 3]) {
    const customer = { id: `store-${n}@shop.example`, name: `渋谷本店${n}` };
    const report = {
      id: `T-${n}`,
      subject: `渋谷本店${n}で会計できない`,
      description: `store-${n}@shop.example 店長 03-1234-5678`,
      area: 'checkout',
      businessImpact: 'stopped',
      occurredAt: new Date(Date.parse('2026-11-02T00:50:00Z') + n * 60_000).toISOString(),
      customer,
    };
    ids.push((await scenario.ticket(report)).body.incident.id);
    await scenario.advance('PT4M');
  }
  const [first = '', second = '', third = ''] = ids;
  for (const id of [second, third]) await event(id, { type: 'linked', to: first, basis: '同じ' });
  await event(first, { type: 'responded' });
  await event(first, { type: 'recovered' });
  await event(first, { type: 'customer-updated', customers: 'all', message: '復旧', recovery: true });
  await scenario.advance('P1D');

  const started = await scenario.post('/api/drills', { from: first, speed: 2, times: 2 });
  expect(started.status).toBe(201);
  const { id } = started.body;
  expect(started.body).toMatchObject({ from: first, speed: 2, times: 2, total: 6, next: 0, state: 'running' });
  await scenario.advance('PT1M');
  expect(await drillsOf(id)).toHaveLength(2);
  await scenario.advance('PT5M');
  const drills = await drillsOf(id);
  expect(drills).toHaveLength(6);
  for (const each of drills) {
    expect(each).toMatchObject({ isDrill: true, urgency: { level: 'high' }, drill: { from: first }, ticketUrls: [] });
    expect(JSON.stringify(each)).not.toMatch(/渋谷本店|shop\.example|03-1234/);
  }
  // Ages are what they were, though the reports came faster.
  const ages = drills.map((each) => Math.round(each.urgency.inputs.ageMinutes));
  expect([...new Set(ages)]).toEqual([9, 12, 15]);
  // Six customers of one area: it becomes an emergency, as a drill, and of none that is real.
  const emergencies = (await incidents()).filter((each) => each.emergency?.endedAt === null);
  expect(emergencies).toHaveLength(1);
  expect(emergencies[0]).toMatchObject({ isDrill: true });
  const begun = (await scenario.inbox()).filter((each) => each.incidentId === emergencies[0].id);
  expect(begun[0]?.text).toMatch(/^【訓練】/);
  expect((await event(drills[0].id, { type: 'linked', to: first, basis: '同じ' })).status).toBe(409);

  // Its report, in the API and on its page.
  await event(drills[0].id, { type: 'responded' });
  const report = (await scenario.get(`/api/drills/${id}`)).body;
  expect(report.drill).toMatchObject({ next: 6, state: 'done' });
  expect(report.original.incidentId).toBe(first);
  const responded = report.comparison.find((each: Body) => each.checkpoint === 'first-response');
  expect(responded.original).toBe('fail');
  expect(responded.drill).toHaveLength(6);
  const page = (await scenario.get(`/console/drills/${id}`)).body;
  for (const text of ['訓練の結果', '初動は十分に早かったか', report.original.code]) expect(page).toContain(text);
  expect((await scenario.get('/console/drills')).body).toContain(id);

  // Nothing of it is in a gauge, in the week's numbers, or goes out.
  await scenario.advance('PT1H');
  expect(await gauge('open_incidents')).toEqual([0, 0]);
  expect(await gauge('overdue_contacts')).toEqual([0]);
  expect(await gauge('oldest_overdue_seconds')).toEqual([0]);
  await event(drills[0].id, { type: 'commented', text: '訓練' });
  const sent = await scenario.post(`/api/incidents/${drills[0].id}/updates`, { customers: 'all', message: '訓練です' });
  expect(sent.body.updates.map((each: Body) => each.state)).toEqual(['by-hand']);
  const bundle = (await scenario.post('/api/postmortems/2026-W45/assemble', {})).body;
  expect(bundle.entries.map((each: Body) => each.isDrill)).toEqual([false, false, false]);
  expect(bundle.drills.entries).toHaveLength(6);
  expect(bundle.reports).toBe(3);
  expect(bundle.drills.nextDueAt).toMatch(/^2026-12-03T/);
});

test('a storm of alerts is replayed as a storm of its own', async () => {
  for (const n of [1, 2, 3, 4]) {
    await scenario.alert(thresholdAlert({ id: `0.storm${n}`, startedAt: new Date('2026-11-03T05:00:00Z') }));
    await scenario.advance('PT2M');
  }
  const original = (await incidents()).find((each) => each.source === 'alert');
  const { body } = await scenario.post('/api/drills', { from: original.id, speed: 10, times: 10 });
  expect(body.total).toBe(40);
  // Nobody answered the storm in time; the drill is answered at once.
  await scenario.advance('PT1M');
  const [begun] = await drillsOf(body.id);
  await event(begun.id, { type: 'responded' });
  await event(original.id, { type: 'responded' });
  await scenario.advance('PT1M');
  const drills = await drillsOf(body.id);
  expect(drills).toHaveLength(1);
  expect(drills[0]).toMatchObject({ isDrill: true, source: 'alert' });
  expect(drills[0].id).not.toBe(original.id);
  expect((await scenario.get(`/api/incidents/${drills[0].id}`)).body.reportCount).toBe(40);
  expect((await scenario.get(`/api/incidents/${original.id}`)).body.reportCount).toBe(4);
  const { comparison } = (await scenario.get(`/api/drills/${body.id}`)).body;
  const scored = comparison.find((each: Body) => each.checkpoint === 'first-response');
  expect(scored).toEqual({ checkpoint: 'first-response', original: 'fail', drill: ['pass'] });
  // An ongoing alert is the real storm's, as before.
  await scenario.alert(thresholdAlert({ id: '0.storm5', startedAt: new Date('2026-11-03T05:00:00Z') }));
  expect((await scenario.get(`/api/incidents/${original.id}`)).body.reportCount).toBe(5);
});

test('what cannot be a drill is refused with why; the same key starts one drill', async () => {
  const [drill] = (await incidents()).filter((each) => each.isDrill);
  const [real] = (await incidents()).filter((each) => !each.isDrill);
  expect((await scenario.post('/api/drills', { from: drill.id })).status).toBe(409);
  expect((await scenario.post('/api/drills', { from: 'inc_000000000000000000000000' })).status).toBe(404);
  expect((await scenario.post('/api/drills', { from: real.id, speed: 0 })).status).toBe(422);
  expect((await scenario.post('/api/drills', { from: real.id, times: 51 })).status).toBe(422);
  expect((await scenario.get('/api/drills/drl_000000000000000000000000')).status).toBe(404);
  const start = () => scenario.post('/api/drills', { from: real.id }, { 'idempotency-key': 'drill-1' });
  const [one, other] = [await start(), await start()];
  expect(other.body.id).toBe(one.body.id);
  // Somebody else's key is another, and a key is of one request.
  const token = `Bearer e30.${Buffer.from(JSON.stringify({ email: 'bob@a.jp' })).toString('base64url')}.e30`;
  const headers = { 'idempotency-key': 'drill-1', authorization: token };
  const theirs = await scenario.post('/api/drills', { from: real.id }, headers);
  expect([theirs.status, theirs.body.startedBy]).toEqual([201, 'bob@a.jp']);
  expect(theirs.body.id).not.toBe(one.body.id);
  const slower = { from: real.id, speed: 0.5 };
  expect((await scenario.post('/api/drills', slower, { 'idempotency-key': 'drill-1' })).status).toBe(422);
});

test('the report compares what the drill has filed in the order of its filing, and leaves out what was linked', async () => {
  const [real] = (await incidents()).filter((each) => !each.isDrill);
  const drill = { id: 'drl_00000000000000000000000a', from: real.id, state: 'done' };
  await firestore()
    .collection('drills')
    .doc(drill.id)
    .set({ ...drill, speed: 1, times: 1, startedAt: new Date() });
  const filed: [id: string, filedAt: string, stated?: object][] = [
    ['inc_a', '2026-11-10T00:02:00Z'],
    ['inc_c', '2026-11-10T00:01:00Z', { firstResponseAt: new Date('2026-11-10T00:02:00Z') }],
    ['inc_b', '2026-11-10T00:02:00Z'],
    ['inc_l', '2026-11-10T00:00:00Z', { status: 'linked' }],
  ];
  for (const [id, filedAt, stated] of filed) {
    const made = incident({ id, filedAt: new Date(filedAt), isDrill: true, ...stated });
    await incidentRef(id).set({ ...made, drill: { id: drill.id, from: real.id } });
  }
  const { body } = await scenario.get(`/api/drills/${drill.id}`);
  expect(body.incidents.map((each: Body) => each.incidentId)).toEqual(['inc_c', 'inc_a', 'inc_b']);
  const response = body.comparison.find((each: Body) => each.checkpoint === 'first-response');
  expect(response.drill).toEqual(['pass', 'no-data', 'no-data']);
});
