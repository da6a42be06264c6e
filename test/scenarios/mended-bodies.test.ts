/** What nobody could read is mended by hand and filed, with its first time of receipt; what came is kept as it came. */
import { beforeAll, expect, test } from 'vitest';
import { toolSecrets } from '../fixtures/secrets.ts';
import { useScenario } from './house.ts';
import { ticketDoors } from './ticket-doors.ts';

const scenario = useScenario('2026-11-24T01:00:00Z', { environment: toolSecrets });
let doors: ReturnType<typeof ticketDoors>;
beforeAll(async () => {
  doors = ticketDoors(scenario);
});
const by = (email: string) => ({
  authorization: `Bearer e30.${Buffer.from(JSON.stringify({ email })).toString('base64url')}.e30`,
});

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
  expect(text).toContain('編集した本文で起票する');
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

test.each<[string, 'ticket' | 'zendesk' | 'alert', object, string[]]>([
  [
    'a reply of an agent',
    'zendesk',
    { event: 'agent-replied', agent_id: 'ceo@example.jp', agent: 'ceo@example.jp' },
    ['event'],
  ],
  ['an end', 'zendesk', { event: 'solved' }, ['event']],
  ['a customer’s word', 'zendesk', { event: 'customer-wrote' }, ['event']],
  ['a drill by its tag', 'zendesk', { ticket_tags: 'metronome-drill' }, ['drill']],
  ['a drill of the generic door', 'ticket', { drill: true }, ['drill']],
  ['the end of an alert', 'alert', { incident: { incident_id: '0.m1', state: 'closed', policy_name: 'x' } }, ['event']],
])('what only a tool can say is refused: %s', async (what, door, more, paths) => {
  const { mend, whole } = await broken(door, what);
  const refused = await mend({ ...whole, ...more });
  expect([refused.status, refused.body.errors.map((each: { path: string }) => each.path)]).toEqual([422, paths]);
  expect(refused.body.detail).toContain('only contain facts');
});

test('a connection test that somebody has written is none', async () => {
  const { mend } = await broken('zendesk', 'connection');
  expect((await mend({ connectionTest: true })).status).toBe(422);
});

test('who mends a body is its author, whatever agent it names', async () => {
  const { mend, whole } = await broken('zendesk', 'author');
  const filed = await mend({ ...whole, agent_id: '81', agent: 'ceo@example.jp' });
  expect(filed.status).toBe(201);
  const { body } = await scenario.get(`/api/incidents/${filed.body.incident.id}/timeline`);
  expect(body.events).toMatchObject([{ type: 'filed', actor: 'ann@a.jp' }]);
  expect(body.events[0]).not.toHaveProperty('actorName');
});

/** A body that nobody could read, and what it may be mended into. */
async function broken(door: 'ticket' | 'zendesk' | 'alert', what: string) {
  const bodies = {
    ticket: () => scenario.ticket({ text: what }),
    zendesk: () => doors.event({ title: what }),
    alert: () => scenario.alert({ incident: { state: 'open', summary: what } }),
  };
  await bodies[door]();
  const entry = (await quarantined()).find((each) => each.state === 'open');
  const mend = (body: unknown) =>
    scenario.post(`/api/quarantine/${entry?.id}/mend`, { body: JSON.stringify(body) }, by('ann@a.jp'));
  const whole = { ticket: { id: what, subject: what }, zendesk: { ticket_id: what, ticket_title: what }, alert: {} };
  return { mend, whole: whole[door] };
}
