/** Where the API is deployed, every caller is somebody: without a verified e-mail nothing is read, and nothing recorded. */
import { beforeAll, expect, test } from 'vitest';
import { useScenario } from './house.ts';

const token = 'of-the-length-that-a-deployed-one-has';
const scenario = useScenario('2026-11-24T01:00:00Z', {
  environment: { K_SERVICE: 'metronome-api', TICKETS_TOKEN: token },
});
let id: string;
beforeAll(async () => {
  const raised = { authorization: `Bearer ${token}` };
  id = (await scenario.post('/tickets', { id: 'T-1', subject: '会計できない' }, raised)).body.incident.id;
});

const by = (email?: string) => ({
  authorization: `Bearer e30.${Buffer.from(JSON.stringify({ sub: '1', email })).toString('base64url')}.e30`,
});

test.each<[string, Record<string, string>]>([
  ['no token', {}],
  ['a token without an email', by()],
])('a caller with %s is refused, and told what to do', async (_, headers) => {
  const said = { type: 'commented', text: 'x' };
  for (const path of [`/api/incidents/${id}/events`, '/api/quarantine/qua_1/mend', '/api/nowhere']) {
    const refused = await scenario.post(path, said, { ...headers, 'idempotency-key': 'k-1' });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([403, 'application/problem+json']);
    expect(refused.body.detail).toContain('--include-email');
  }
  expect((await scenario.get('/api/incidents')).status).toBe(403);
});

test('an idempotency key belongs to its caller', async () => {
  const say = (email: string, text: string) =>
    scenario.post(
      `/api/incidents/${id}/events`,
      { type: 'commented', text },
      { ...by(email), 'idempotency-key': 'k-2' },
    );
  const ann = await say('ann@a.jp', 'first');
  const bob = await say('bob@a.jp', 'second');
  expect([ann.body.actor, bob.body.actor]).toEqual(['ann@a.jp', 'bob@a.jp']);
  expect(bob.body.id).not.toBe(ann.body.id);
  expect((await say('ann@a.jp', 'first')).body.id).toBe(ann.body.id);
});
