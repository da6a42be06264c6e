/** What nobody could read is mended by hand and filed, with its first time of receipt; what came is kept as it came. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScenario, type Scenario } from './house.ts';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await openScenario('2026-11-24T01:00:00Z');
});
afterAll(() => scenario.stop());

const quarantined = async (): Promise<{ id: string; receivedAt: string; state: string; isMended?: boolean }[]> =>
  (await scenario.get('/api/quarantine')).body.quarantine;

test('in the console, by who sees at once what is still wrong', async () => {
  await scenario.ticket({ ticket: 4711, text: '会計できない' });
  const [entry] = await quarantined();
  await scenario.advance('PT3M');
  const path = `/console/quarantine/${entry?.id}`;
  const page = await fetch(`${scenario.url}${path}?lang=ja`);
  const cookie = page.headers.getSetCookie().map((each) => each.split(';')[0]);
  const text = await page.text();
  expect(text).toContain('直した本文で起票する');
  expect(text).toMatch(/<textarea[^>]*name="body"[^>]*>\s*\{\n {2}&quot;ticket&quot;: 4711/);
  const [, name = '', value = ''] = /name="([a-z]+)" value="([^"]+)"><input type="hidden" name="key"/.exec(text) ?? [];
  const mend = (body: string): Promise<Response> =>
    fetch(`${scenario.url}${path}/mend`, {
      method: 'POST',
      body: new URLSearchParams({ [name]: value, body }),
      headers: { cookie: cookie.join('; '), origin: scenario.url },
      redirect: 'manual',
    });
  const half = await mend('{"id": "4711"}');
  expect([half.status, await half.text()]).toEqual([
    422,
    expect.stringContaining('{&quot;id&quot;: &quot;4711&quot;}'),
  ]);
  const whole = await mend('{"id": "4711", "subject": "会計できない"}');
  expect(whole.status).toBe(303);
  const id = /inc_[\da-f]{24}/.exec(whole.headers.get('location') ?? '')?.[0];
  const { body } = await scenario.get(`/api/incidents/${id}`);
  expect([body.title, body.reportedAt]).toEqual(['会計できない', entry?.receivedAt]);
  const kept = (await scenario.get(`/api/quarantine/${entry?.id}`)).body;
  expect(kept).toMatchObject({ state: 'replayed', isMended: true, incidentId: id });
  expect(kept.raw.body).toContain('"ticket":4711');
  expect((await mend('{"id": "4711", "subject": "again"}')).status).toBe(409);
});

test('by the API, also what an alert was', async () => {
  await scenario.alert({ incident: { state: 'open' } });
  const entry = (await quarantined()).find((each) => each.state === 'open');
  const mend = (body: unknown) => scenario.post(`/api/quarantine/${entry?.id}/mend`, { body: JSON.stringify(body) });
  expect((await mend({ incident: { state: 'open' } })).status).toBe(422);
  const filed = await mend({ incident: { incident_id: '0.a1', state: 'open', policy_name: 'Errors' } });
  expect([filed.status, filed.body.incident.source]).toEqual([201, 'alert']);
  expect((await scenario.post('/api/quarantine/qua_000000000000000000000000/mend', { body: '{}' })).status).toBe(404);
});
