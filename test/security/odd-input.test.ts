/** No input answers 5xx, at any door: what is deep, has the names that every object has, or would break a header. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { toolSecrets } from '../fixtures/secrets.ts';
import { send } from '../fuzz/wire.ts';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario(undefined, { environment: { ...process.env, ...toolSecrets } });
let id = '';
beforeAll(async () => {
  id = (await scenario.ticket({ id: 'o', subject: 'x', customer: { id: 'store-1' } })).body.incident.id;
  await scenario.post('/api/postmortems/2026-W48/assemble', {});
});

const deep = (depth: number, open = '[', close = ']'): string => `${open.repeat(depth)}1${close.repeat(depth)}`;
const objects = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('a value of a correction', () => {
  const fields = ['title', 'ticketUrls', 'occurredAt', 'impact.affectedCustomerCount', 'constructor', '__proto__'];
  const correct = (field: string, value: string) =>
    scenario.post(`/api/incidents/${id}/events`, `{"type":"corrected","field":"${field}","value":${value}}`);

  test.each([
    ['a list in a list', '[[1]]'],
    ['an object', '{"a":{"b":[{}]}}'],
    ['its own toString', '{"toString":1,"toJSON":2,"constructor":{"name":3}}'],
    ['deep', deep(60)],
    ['deeper than is read', deep(100)],
    ['lists without end', deep(200_000)],
    ['objects without end', objects(80_000)],
    ['null', 'null'],
  ])('that is %s is refused, of any field', async (_, value) => {
    for (const field of fields) expect((await correct(field, value)).status).toBe(422);
  });

  test('that is any JSON is taken or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...fields), fc.json({ maxDepth: 6 }), async (field, value) => {
        expect((await correct(field, value)).status).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
  });
});

test.each([
  ['/api/incidents', 'POST', deep(100_000)],
  ['/api/actions', 'POST', objects(50_000)],
  ['/tickets', 'POST', deep(100_000)],
  ['/tickets', 'POST', `{"id":"d","subject":"x","extra":${deep(100_000)}}`],
  ['/tickets/freshdesk', 'POST', `{"ticket_id":"d","extra":${objects(50_000)}}`],
  ['/tickets/freshdesk', 'POST', `{"ticket_id":"d","extra":${'"'.repeat(100_001)}`],
  ['/alerts?auth_token=local', 'POST', `{"incident":${deep(100_000)}}`],
])('%s takes or refuses a body without end', async (path, method, body) => {
  const token = path === '/tickets/freshdesk' ? toolSecrets.FRESHDESK_TOKEN : 'local';
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  expect((await send(scenario.url, path, { method, headers, body: Buffer.from(body) })).status).toBeLessThan(500);
});

test.each(['%0d%0aset-cookie:%20a=b', '%00', '%F0%9F%98%80', '..%2f..', '%22%3E', '%E3%81%82'])(
  'a bundle looked up by ?incident=%s leads to the bundle, and sets no header',
  async (incident) => {
    const reply = await send(scenario.url, `/console/postmortems/2026-W48?incident=${incident}`);
    expect(reply.status).toBeLessThan(500);
    expect(JSON.stringify(reply.headers)).not.toMatch(/a=b/);
  },
);

test('what any cache may keep sets no cookie', async () => {
  const page = await send(scenario.url, '/console');
  expect(page.headers['set-cookie']).toBeDefined();
  const [asset] = /\/console\/assets\/console\.css[^"]*/.exec(page.text) ?? [];
  const { status, headers } = await send(scenario.url, asset ?? '');
  expect([status, headers['cache-control'], headers['set-cookie']]).toEqual([
    200,
    'public, max-age=31536000, immutable',
    undefined,
  ]);
});

test.each(['.', '..'])('a ticket whose id is “%s” is none: an address would take it for a folder', async (ticketId) => {
  const headers = { authorization: `Bearer ${toolSecrets.FRESHDESK_TOKEN}` };
  const kept = await scenario.post('/tickets/freshdesk', { ticket_id: ticketId, ticket_subject: 'x' }, headers);
  expect(kept.body).toMatchObject({ quarantined: true });
  expect((await scenario.ticket({ id: ticketId, subject: 'x' })).status).toBe(422);
});
