import { describe, expect, test } from 'vitest';
import { type Reply, useScenario } from './house.ts';

const scenario = useScenario();

const filed = async (ticket: Record<string, unknown>): Promise<string> =>
  (await scenario.ticket({ subject: 'x', ...ticket })).body.incident.id;

test('an id in a path that has slashes in it is the id of nothing', async () => {
  const id = await filed({ id: 'edge-1' });
  const below = `${id}%2Ftimeline%2F00000001`;
  const statement = { type: 'commented', text: 'x' };
  const replies = await Promise.all([
    scenario.get(`/api/incidents/${below}`),
    scenario.get(`/api/incidents/${below}/timeline`),
    scenario.get('/api/signals/a%2Fb'),
    scenario.get('/api/quarantine/a%2Fb'),
    scenario.post(`/api/incidents/${below}/events`, statement),
    scenario.post('/api/questions/a%2Fb/answer', { kind: 'explained' }),
    scenario.post('/api/quarantine/a%2Fb/replay', {}),
    scenario.patch('/api/actions/a%2Fb', { owner: 'x' }),
  ]);
  expect(replies.map((each) => each.status)).toEqual(replies.map(() => 404));
  expect(replies[0]?.headers.get('content-type')).toContain('application/problem+json');
});

test('a page’s token of another collection is not understood', async () => {
  const id = await filed({ id: 'edge-2' });
  const token = (path: string) => Buffer.from(path).toString('base64url');
  const ours = token(`incidents/${id}`);
  expect((await scenario.get(`/api/incidents?pageToken=${ours}`)).status).toBe(200);
  for (const path of [
    `/api/quarantine?pageToken=${ours}`,
    `/api/incidents/${id}/timeline?pageToken=${ours}`,
    `/api/incidents?pageToken=${token(`incidents/${id}/timeline/00000001`)}`,
    `/api/incidents?pageToken=${token('incidents/__id__')}`,
    // Of what is gone since.
    `/api/incidents?pageToken=${token(`incidents/inc_${'0'.repeat(24)}`)}`,
  ]) {
    expect((await scenario.get(path)).status).toBe(422);
  }
});

describe('a request', () => {
  test('without the body that it needs is told so, whatever it asks', async () => {
    const { body } = await scenario.get('/api/openapi.json');
    const calls = Object.entries<Record<string, { requestBody?: object }>>(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { requestBody }]) =>
        requestBody && path.startsWith('/api/') ? [{ path, method }] : [],
      ),
    );
    expect(calls.length).toBeGreaterThan(5);
    for (const { path, method } of calls) {
      const address = path.replace('{id}', `inc_${'0'.repeat(24)}`).replace('{week}', '2026-W47');
      const reply = await fetch(scenario.url + address, { method: method.toUpperCase() });
      // Where nothing is needed, there is still nothing of this id.
      expect([404, 422], `${method} ${path} answered ${reply.status}`).toContain(reply.status);
    }
  });

  test('is answered for now alone, also where it is refused: nothing on the way may keep the answer', async () => {
    const id = await filed({ id: 'edge-6' });
    const replies = await Promise.all([
      scenario.get(`/api/incidents/${id}`),
      scenario.get(`/api/incidents/inc_${'0'.repeat(24)}`),
      scenario.get('/api/nothing'),
      scenario.get('/api/incidents?pageToken=x'),
      scenario.post(`/api/incidents/${id}/events`, { type: 'unlinked' }),
      scenario.post(`/api/incidents/${id}/events`, { type: 'commented', text: 'a'.repeat(1_100_000) }),
    ]);
    const kept = ({ status, headers }: Reply) => [
      status,
      headers.get('cache-control'),
      headers.get('x-content-type-options'),
    ];
    expect(replies.map(kept)).toEqual([200, 404, 404, 422, 409, 413].map((each) => [each, 'no-store', 'nosniff']));
  });

  test('to tell customers something is kept with ends of line as they are everywhere, and without what no text holds', async () => {
    const id = await filed({ id: 'edge-7', customer: { id: 'store-7' } });
    const message = ' \r\n確認\r\nしています\0\uD83D \n';
    const sent = await scenario.post(`/api/incidents/${id}/updates`, { customers: 'all', message });
    expect([sent.status, sent.body.updates?.map((each: { text: string }) => each.text)]).toEqual([
      202,
      ['確認\nしています\uFFFD'],
    ]);
    const blank = await scenario.post(`/api/incidents/${id}/updates`, { customers: 'all', message: '\r\n\0 ' });
    expect([blank.status, blank.body.errors]).toEqual([422, [{ path: 'message', message: 'Enter a message.' }]]);
  });

  test('with two tokens is of the person that Cloud Run has verified', async () => {
    const id = await filed({ id: 'edge-5' });
    const token = (email: string) =>
      `Bearer e30.${Buffer.from(JSON.stringify({ email })).toString('base64url')}.signature`;
    const reply = await scenario.post(
      `/api/incidents/${id}/events`,
      { type: 'commented', text: 'x' },
      { authorization: token('forged@example.com'), 'x-serverless-authorization': token('real@example.com') },
    );
    expect(reply).toMatchObject({ status: 201, body: { actor: 'real@example.com' } });
  });
});
