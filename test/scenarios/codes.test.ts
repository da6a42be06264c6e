/** An incident's code is an address wherever its ID is. */
import { expect, test } from 'vitest';
import { codeOf } from '../../functions/incidents/incident.ts';
import { dataOf, firestore, incidentRef } from '../../functions/platform/firestore.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');

async function file(id: string, more: object = {}) {
  const { body } = await scenario.ticket({ id, subject: '注文が通らない', customer: { id: 'store-1' }, ...more });
  const { id: incidentId, code } = body.incident ?? body.question;
  return { id: incidentId as string, code: code as string };
}

/** Two IDs of one code: among some forty thousand there is a pair. */
function twins(): [string, string] {
  const known = new Map<string, string>();
  for (let index = 0; ; index += 1) {
    const id = `inc_${index.toString(16).padStart(24, '0')}`;
    const other = known.get(codeOf(id));
    if (other) return [other, id];
    known.set(codeOf(id), id);
  }
}

test('every path that shows an incident answers its code as its ID', async () => {
  const { id, code } = await file('C-1');
  const { paths } = (await scenario.get('/api/openapi.json')).body as { paths: Record<string, object> };
  const shown = Object.keys(paths).filter((path) => path.includes('/incidents/{id}') && 'get' in (paths[path] ?? {}));
  expect(shown.length).toBeGreaterThan(8);
  for (const path of shown) {
    const [byId, byCode, asTyped] = await Promise.all(
      [id, code, code.toLowerCase().replace('-', '')].map((each) => scenario.get(path.replace('{id}', each))),
    );
    expect([path, byId?.status]).toEqual([path, 200]);
    // A situation says when it was composed.
    const of = (reply: typeof byId) => [path, { ...reply?.body, asOf: null }, reply?.headers.get('etag')];
    expect(of(byCode)).toEqual(of(byId));
    expect(of(asTyped)).toEqual(of(byId));
  }
});

test('a key and an ETag hold whichever of the two a request names', async () => {
  const { id, code } = await file('C-2');
  const said = { type: 'commented', text: 'x' };
  const state = (name: string, headers: Record<string, string>) =>
    scenario.post(`/api/incidents/${name}/events`, said, headers);
  const first = await state(code, { 'idempotency-key': 'k-1' });
  const again = await state(id, { 'idempotency-key': 'k-1' });
  expect([first.status, again.status, again.body.id]).toEqual([201, 201, first.body.id]);
  const stale = { 'if-match': '"00000001"' };
  expect([(await state(code, stale)).status, (await state(id, stale)).status]).toEqual([412, 412]);
});

test('bodies take a code too', async () => {
  const [one, other, question] = [
    await file('C-3'),
    await file('C-4'),
    await file('C-5', { subject: '使い方を知りたい', category: 'question', differsFromExpected: 'no' }),
  ];
  const drill = await scenario.post('/api/drills', { from: one.code });
  expect([drill.status, drill.body.from]).toEqual([201, one.id]);
  const action = await scenario.post('/api/actions', { incidentId: one.code, description: 'x', kind: 'prevent' });
  expect([action.status, action.body.incidentId]).toEqual([201, one.id]);
  const merge = await scenario.post(`/api/incidents/${one.code}/merge`, { incidents: [other.code] });
  expect([merge.status, merge.body.merged]).toEqual([200, [other.id]]);
  const answer = await scenario.post(`/api/questions/${question.code}/answer`, { kind: 'explained' });
  expect([answer.status, answer.body.id]).toEqual([201, question.id]);
  const week = '/api/postmortems/2026-W48';
  expect((await scenario.post(`${week}/assemble`, {})).status).toBe(201);
  const said = await scenario.post(`${week}/answers`, { item: one.code, text: 'x' });
  expect([said.status, said.body.item]).toEqual([201, one.id]);
});

test('the console leads from a code to the page', async () => {
  const { id, code } = await file('C-6');
  const { status, headers } = await fetch(`${scenario.url}/console/incidents/${code}`, { redirect: 'manual' });
  expect([status, headers.get('location')]).toEqual([303, `/console/incidents/${id}`]);
  expect((await fetch(`${scenario.url}/console/incidents/M-ZZZZZZ`)).status).toBe(404);
});

test('a code that nothing has is nothing’s; one of two incidents names both', async () => {
  const [one, other] = twins();
  const { id } = await file('C-7');
  const known = dataOf<object>(await incidentRef(id).get());
  const code = codeOf(one);
  const batch = firestore().batch();
  for (const each of [one, other]) batch.set(incidentRef(each), { ...known, id: each, code });
  await batch.commit();
  expect((await scenario.get('/api/incidents/M-ZZZZZZ')).status).toBe(404);
  expect((await scenario.post('/api/drills', { from: 'M-ZZZZZZ' })).status).toBe(404);
  const action = await scenario.post('/api/actions', { incidentId: 'M-ZZZZZZ', description: 'x', kind: 'prevent' });
  expect([action.status, action.body.errors[0].path]).toEqual([422, 'incidentId']);
  for (const reply of [
    await scenario.get(`/api/incidents/${code}`),
    await scenario.post(`/api/incidents/${code}/events`, { type: 'commented', text: 'x' }),
    await scenario.post('/api/drills', { from: code }),
    await scenario.post(`/api/incidents/${id}/events`, { type: 'linked', to: code, basis: 'x' }),
  ]) {
    expect(reply.status).toBe(409);
    for (const each of [one, other]) expect(reply.body.detail).toContain(each);
  }
  expect((await scenario.get(`/api/incidents/${one}`)).status).toBe(200);
});
