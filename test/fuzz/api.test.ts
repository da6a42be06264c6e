/** Every call that the API describes, with hostile paths, queries, headers and bodies: an answer, or a refusal that explains. */
import type { OutgoingHttpHeaders } from 'node:http';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { weekOf } from '../../functions/postmortems/week.ts';
import { useScenario } from '../scenarios/house.ts';
import { damage, hostileText, mutation } from './hostile.ts';
import { longestMs, runs } from './runs.ts';
import { actionBody, reviewBody, statementBodies } from './statements.ts';
import { complaintOf, send } from './wire.ts';

const scenario = useScenario();
/** Calls as the API's own description names them. */
let calls: { method: string; path: string }[] = [];
/** Ids that lead somewhere, by the beginning of their path. */
const known: Record<string, string[]> = {};

beforeAll(async () => {
  const { body: described } = await scenario.get('/api/openapi.json');
  // The intake doors have a test of their own.
  const paths = Object.entries(described.paths as Record<string, object>).filter(([path]) => path.startsWith('/api/'));
  // What writes is called four times as often as what reads: few of its bodies are whole.
  calls = paths.flatMap(([path, methods]) =>
    Object.keys(methods).flatMap((method) =>
      Array(method === 'get' ? 1 : 4).fill({ method: method.toUpperCase(), path }),
    ),
  );
  const customer = { id: 'store-12', name: '渋谷店' };
  const file = async (fields: object) =>
    (await scenario.ticket({ subject: '注文が通らない', customer, ...fields })).body;
  const incidents = [await file({ id: 'a' }), await file({ id: 'b' }), await file({ id: 'c', ongoing: 'no' })];
  const question = await file({ id: 'q', subject: '設定の場所', category: 'question', differsFromExpected: 'no' });
  await scenario.ticket({ id: 'no subject' });
  const ids = incidents.map(({ incident }) => incident.id as string);
  const action = await scenario.post('/api/actions', { ...actionBody, incidentId: ids[0] });
  const { body: signals } = await scenario.get(`/api/incidents/${ids[0]}/signals`);
  const { body: quarantined } = await scenario.get('/api/quarantine');
  await scenario.post('/api/postmortems/2026-W40/assemble', {});
  Object.assign(known, {
    incidents: [...ids, question.question.id],
    questions: [question.question.id, ids[0]],
    signals: [signals.signals[0].id],
    quarantine: [quarantined.quarantine[0].id],
    actions: [action.body.id],
    postmortems: ['2026-W40', '2026-W40.md', '2026-W40.html', '2026-W47', '9999-W52', '0000-W00', '1000-W01'],
  });
});

const queryNames = ['limit', 'pageToken', 'status', 'urgency', 'week', 'state', 'lang', '__proto__', 'x'];
const queryValue = fc.oneof(
  hostileText,
  fc.constantFrom('0', '-1', '1', '201', '1e3', '1e400', 'open', 'high', '2026-W47', '2026-W54', 'draft', 'ja'),
  // Tokens as they are made: a path in base64url.
  hostileText.map((text) => Buffer.from(`incidents/${text}`).toString('base64url')),
);
const headers = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'idempotency-key',
        'authorization',
        'x-serverless-authorization',
        'traceparent',
        'accept-language',
        'x-http-method-override',
        'accept',
      ),
      // A header cannot hold everything; what it can is Latin-1 without line ends.
      hostileText.map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').slice(0, 2_000)),
    ),
    { maxLength: 3 },
  )
  .map((pairs): OutgoingHttpHeaders => Object.fromEntries(pairs));
const type = fc.oneof(
  { weight: 12, arbitrary: fc.constant<string | undefined>('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom<string | undefined>(
      undefined,
      'text/plain',
      'application/json; charset=utf-16',
      'multipart/form-data',
      ';',
    ),
  },
);

const bases: unknown[] = [
  ...statementBodies,
  actionBody,
  reviewBody,
  { kind: 'explained', note: 'x' },
  { reason: 'x' },
  {},
];
/** What a call takes is what most of its bodies are made of: else hardly any call is taken. */
const basesOf = (path: string): readonly unknown[] => {
  if (path.endsWith('/events')) return statementBodies;
  return path.endsWith('/actions') ? [actionBody] : bases;
};

test(
  'every call is answered or refused with a reason',
  async () => {
    const call = fc.record({
      which: fc.nat(),
      id: fc.oneof({ weight: 5, arbitrary: fc.nat() }, { weight: 1, arbitrary: hostileText }),
      isIdEncoded: fc.boolean(),
      query: fc.array(fc.tuple(fc.constantFrom(...queryNames), queryValue), { maxLength: 3 }),
      headers,
      type,
      base: fc.nat(),
      // A quarter is sent as it is, or hardly any call would be taken.
      mutate: fc.oneof(
        { weight: 3, arbitrary: mutation },
        fc.constant((base: unknown) => JSON.stringify(base)),
      ),
      damaged: damage,
    });
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(call, async ({ which, id, isIdEncoded, query, headers: stated, type: contentType, ...body }) => {
        const { method, path } = calls[which % calls.length] ?? { method: 'GET', path: '/api/incidents' };
        const ids = known[path.split('/')[2] ?? ''] ?? [];
        const chosen = typeof id === 'number' ? (ids[id % ids.length] ?? '') : idText(id, isIdEncoded);
        const search = new URLSearchParams(
          query.map(([name, value]): [string, string] => [name, value.slice(0, 400).toWellFormed()]),
        ).toString();
        const possible = basesOf(path);
        const bytes = body.damaged(Buffer.from(body.mutate(possible[body.base % possible.length])));
        const answered = await send(
          scenario.url,
          path.replace(/\{\w+\}/, () => chosen) + (search ? `?${search}` : ''),
          {
            method,
            headers: { ...stated, ...(contentType === undefined ? {} : { 'content-type': contentType }) },
            body: method === 'GET' ? undefined : bytes,
          },
        );
        statuses.set(answered.status, (statuses.get(answered.status) ?? 0) + 1);
        expect(complaintOf(answered)).toBeUndefined();
      }),
      runs(200),
    );
    // The calls did reach what they are about, and were refused in more than one way.
    expect([200, 201, 404, 422].filter((status) => !statuses.has(status))).toEqual([]);
  },
  longestMs,
);

test(
  'every statement is taken or refused with a reason, and everything can be read afterwards',
  async () => {
    const statement = fc.record({ base: fc.nat(), at: fc.nat(), mutate: mutation });
    await fc.assert(
      fc.asyncProperty(statement, async ({ base, at, mutate }) => {
        const id = known.incidents?.[at % known.incidents.length];
        const answered = await send(scenario.url, `/api/incidents/${id}/events`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: Buffer.from(mutate(statementBodies[base % statementBodies.length])),
        });
        expect(complaintOf(answered)).toBeUndefined();
      }),
      runs(8),
    );
    for (const id of known.incidents ?? []) {
      for (const part of ['', '/timeline', '/contacts', '/signals', '/releases', '/series']) {
        expect((await scenario.get(`/api/incidents/${id}${part}`)).status).toBe(200);
      }
    }
    await scenario.advance('PT2H');
    const week = weekOf(new Date(scenario.house.cloud.clock.now()), policy.zone).id;
    expect((await scenario.post(`/api/postmortems/${week}/assemble`, {})).status).toBe(201);
    for (const form of ['', '.md', '.html']) {
      expect((await scenario.get(`/api/postmortems/${week}${form}`)).status).toBe(200);
    }
  },
  longestMs,
);

/** As a path can carry it: encoded, or unchanged where HTTP allows that. */
function idText(text: string, isEncoded: boolean): string {
  const cut = text.toWellFormed().slice(0, 500);
  return isEncoded ? encodeURIComponent(cut) : cut.replace(/[^\x21-\x7e]/g, '').replace(/[?#]/g, '');
}
