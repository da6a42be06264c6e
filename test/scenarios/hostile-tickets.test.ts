import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { useScenario } from './house.ts';

const scenario = useScenario();

const json = { 'content-type': 'application/json' };
const bearer = { authorization: 'Bearer local' };

async function send(
  body: string | Buffer,
  headers: Record<string, string>,
): Promise<{ status: number; type: string; body: { detail: string } }> {
  const response = await fetch(`${scenario.url}/tickets`, { method: 'POST', headers, body: body as never });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: (await response.json()) as { detail: string },
  };
}

const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;

describe('the public door owns its bytes', () => {
  test.each<[string, number, string | Buffer, Record<string, string>]>([
    ['no token', 401, '{"id":"a","subject":"b"}', json],
    ['a wrong token', 401, '{"id":"a","subject":"b"}', { ...json, authorization: 'Bearer nope' }],
    ['basic instead of bearer', 401, '{"id":"a","subject":"b"}', { ...json, authorization: 'Basic bG9jYWw=' }],
    ['broken JSON', 400, '{"id": ', { ...json, ...bearer }],
    ['an empty body', 400, '', { ...json, ...bearer }],
    ['no UTF-8', 400, Buffer.from([0xff, 0xfe, 0x7b]), { ...json, ...bearer }],
    ['1.5 MB', 413, 'a'.repeat(1_500_000), { ...json, ...bearer }],
    ['a gzip bomb without a token', 401, gzipSync(Buffer.alloc(50_000_000)), { ...json, 'content-encoding': 'gzip' }],
    ['a gzip bomb', 415, gzipSync(Buffer.alloc(50_000_000)), { ...json, ...bearer, 'content-encoding': 'gzip' }],
    ['a form', 415, 'id=1&subject=2', { 'content-type': 'application/x-www-form-urlencoded', ...bearer }],
    ['UTF-16', 415, '{}', { 'content-type': 'application/json; charset=utf-16', ...bearer }],
    ['a JSON array', 422, '[{"id":"a","subject":"b"}]', { ...json, ...bearer }],
    ['50,000 nested brackets', 422, nested, { ...json, ...bearer }],
    ['a ticket without a subject', 422, '{"id":"a"}', { ...json, ...bearer }],
  ])('%s is answered %i with a problem that says what to do', async (_, status, body, headers) => {
    const before = await count();
    const reply = await send(body, headers);
    expect(reply.status).toBe(status);
    expect(reply.type).toContain('application/problem+json');
    expect(reply.body.detail).toMatch(/\.$/);
    expect(await count()).toBe(before);
  });

  test('what is authentic and not understood is kept in quarantine; replay is safe, dismissal wants a reason', async () => {
    await send('{"id":"Q-1"}', { ...json, ...bearer });
    await send('{"id":"Q-1"}', { ...json, ...bearer });
    const { body } = await scenario.get('/api/quarantine');
    const entries = body.quarantine.filter((each: { state: string }) => each.state === 'open');
    const whole = await Promise.all(entries.map((each: { id: string }) => scenario.get(`/api/quarantine/${each.id}`)));
    const ours = whole.filter((each) => each.body.raw.body === '{"id":"Q-1"}');
    expect(ours).toHaveLength(1);
    const { id } = ours[0]?.body ?? {};
    expect((await scenario.post(`/api/quarantine/${id}/replay`, {})).status).toBe(422);
    expect((await scenario.post(`/api/quarantine/${id}/dismiss`, { reason: ' ' })).status).toBe(422);
    expect((await scenario.post(`/api/quarantine/${id}/dismiss`, { reason: 'a test of ours' })).body.state).toBe(
      'dismissed',
    );
    expect((await scenario.post(`/api/quarantine/${id}/replay`, {})).status).toBe(409);
  });

  test.each([
    ['slashes', 'a/b/../../c'],
    ['a dot', '.x'],
    ['dunder', '__proto__'],
    ['emoji', '🔥'],
    ['a lone surrogate', 'x\ud800'],
    ['a null byte', 'n\0ull'],
    ['a number', 42],
  ])('an id with %s is an id', async (_, id) => {
    const first = await scenario.ticket({ id, subject: 'x' });
    expect(first.status).toBe(201);
    expect((await scenario.ticket({ id, subject: 'x' })).body.incident.id).toBe(first.body.incident.id);
  });

  test('a ticket with 50,000 nested brackets in a field of no interest is filed', async () => {
    const reply = await send(`{"id":"deep","subject":"x","extra":${nested}}`, { ...json, ...bearer });
    expect(reply.status).toBe(201);
  });

  async function count(): Promise<number> {
    const { body } = await scenario.get('/api/incidents?limit=200');
    return body.incidents.length;
  }
});
