/** The public status: what a rule publishes, in the shape that readers of Statuspage v2 demand, at one read a minute. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { policy } from '../../functions/policy.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T10:00:00+09:00', { environment: { PUBLIC_STATUS: 'on' } });
const { functions } = policy.sender;

beforeAll(() => {
  policy.sender.functions = [
    { area: 'secret-area', ja: '会計機能', en: 'checkout' },
    { area: 'print', ja: '印刷', en: 'printing' },
  ];
});
afterAll(() => {
  policy.sender.functions = functions;
});

const time = z.iso.datetime({ offset: true });
/** What readers of Statuspage demand, such as openstatus's. */
const page = z.object({
  id: z.string(),
  name: z.string().min(1),
  url: z.url(),
  time_zone: z.string(),
  updated_at: time,
});
const component = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(['operational', 'degraded_performance', 'partial_outage', 'major_outage']),
});
const incident = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(['investigating', 'identified', 'monitoring', 'resolved']),
  impact: z.enum(['minor', 'major', 'critical']),
  shortlink: z.url(),
  created_at: time,
  started_at: time,
  resolved_at: time.nullable(),
  components: z.array(component),
  incident_updates: z.array(
    z.object({
      id: z.string(),
      incident_id: z.string(),
      status: z.string(),
      body: z.string().min(1),
      created_at: time,
    }),
  ),
});
const answers = {
  'summary.json': z.object({
    page,
    status: z.object({ indicator: z.enum(['none', 'minor', 'major', 'critical']), description: z.string() }),
    components: z.array(component),
    incidents: z.array(incident),
    scheduled_maintenances: z.array(z.never()),
  }),
  'status.json': z.object({ page, status: z.object({ indicator: z.string(), description: z.string() }) }),
  'components.json': z.object({ page, components: z.array(component) }),
  'incidents.json': z.object({ page, incidents: z.array(incident) }),
  'incidents/unresolved.json': z.object({ page, incidents: z.array(incident) }),
};

async function told<K extends keyof typeof answers>(name: K): Promise<z.infer<(typeof answers)[K]>> {
  const { status, body } = await scenario.get(`/status/api/v2/${name}`);
  expect(status).toBe(200);
  return answers[name].parse(body) as z.infer<(typeof answers)[K]>;
}

const report = async (id: string, more: object = {}): Promise<string> =>
  (
    await scenario.ticket({
      id,
      subject: 'secret-words',
      area: 'secret-area',
      ongoing: 'yes',
      customer: { id: `secret-${id}` },
      ...more,
    })
  ).body.incident.id;

test('says that all is well where no rule publishes anything', async () => {
  await report('T-1');
  await scenario.advance('PT2M');
  expect((await told('summary.json')).status.indicator).toBe('none');
  expect((await told('components.json')).components.map(({ name, status }) => [name, status])).toEqual([
    ['会計機能', 'operational'],
    ['印刷', 'operational'],
  ]);
});

test('publishes an outage of many in words of its own, until it is over', async () => {
  const id = await report('T-2', { affectedCustomerCount: 8 });
  await scenario.advance('PT2M');
  const reported = (await told('summary.json')).incidents;
  expect(reported).toMatchObject([{ name: '会計機能の障害', status: 'investigating', impact: 'minor' }]);
  const state = async (type: string, more: object = {}) =>
    expect((await scenario.post(`/api/incidents/${id}/events`, { type, ...more })).status).toBe(201);
  await state('verified', { happened: 'yes', ongoing: 'yes', method: 'secret-method' });
  await state('corrected', { field: 'impact.businessImpact', value: 'stopped' });
  await state('mitigated', { kind: 'workaround', note: 'secret-way' });
  await scenario.advance('PT2M');
  expect(await told('summary.json')).toMatchObject({
    status: { indicator: 'critical' },
    components: [{ status: 'major_outage' }, { status: 'operational' }],
    incidents: [{ status: 'monitoring', impact: 'critical', components: [{ name: '会計機能' }] }],
  });
  await state('recovered');
  await scenario.advance('PT2M');
  expect((await told('summary.json')).incidents).toEqual([]);
  expect((await told('incidents/unresolved.json')).incidents).toEqual([]);
  expect((await told('incidents.json')).incidents).toMatchObject([{ status: 'resolved' }]);
});

test('holds nobody’s words, also in its page and its feed', async () => {
  for (const path of ['/', '/?lang=en', '/history.atom', '/api/v2/incidents.json']) {
    const { status, body, headers } = await scenario.get(`/status${path}`);
    expect([path, status]).toEqual([path, 200]);
    expect(JSON.stringify(body)).not.toContain('secret-');
    expect(headers.get('cache-control')).toContain('s-maxage=60');
    expect(headers.get('access-control-allow-origin')).toBe('*');
  }
  expect((await scenario.get('/status/?lang=en')).body).toContain('Problem with checkout');
  expect((await scenario.get('/status/api/v2/nothing.json')).status).toBe(404);
});

test('costs one read a minute however many ask, and answers while Firestore is away', async () => {
  await scenario.advance('PT1M');
  const { operations } = scenario.house.cloud.firestore;
  const before = operations.reads;
  const ask = (index: number) =>
    fetch(`${scenario.url}/status/api/v2/summary.json`, { headers: { 'x-forwarded-for': `192.0.2.${index % 250}` } });
  const all = await Promise.all(Array.from({ length: 500 }, (_, index) => ask(index)));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  expect(operations.reads - before).toBe(1);
  await scenario.post('/_local/faults', {
    target: 'firestore.BatchGetDocuments',
    effect: 'fail',
    code: 'PERMISSION_DENIED',
    times: 9,
  });
  await scenario.advance('PT10M');
  expect((await told('incidents.json')).incidents).toHaveLength(1);
});
