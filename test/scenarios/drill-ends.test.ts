/** A drill ends, whatever becomes of what it replays meanwhile; and a key starts one drill, of one request. */
import type { DocumentReference } from '@google-cloud/firestore';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Incident } from '../../functions/incidents/incident.ts';
import { readSignals } from '../../functions/incidents/signals/signals-of.ts';
import { collections, firestore, fromDocument, incidentRef, signalRef } from '../../functions/platform/firestore.ts';
import { openScenario, type Reply, type Scenario } from './house.ts';

/** Each has a house of its own: waiting customers of another would keep the notices coming. */
let scenario: Scenario;
beforeEach(async () => {
  scenario = await openScenario('2026-11-02T01:00:00Z');
});
afterEach(() => scenario.stop());

interface Filed {
  id: string;
  title: string;
  receivedAt: string;
  affectedCustomers: { id: string }[];
}

/** Five tickets, three minutes apart, which are one incident. @returns its id */
async function reported(name: string): Promise<string> {
  const ids: string[] = [];
  for (const n of [1, 2, 3, 4, 5]) {
    const body = { id: `${name}-${n}`, subject: `${name} ${n}`, customer: { id: `${name}-store-${n}` } };
    ids.push((await scenario.ticket(body)).body.incident.id);
    await scenario.advance('PT3M');
  }
  const [first = '', ...others] = ids;
  for (const id of others)
    await scenario.post(`/api/incidents/${id}/events`, { type: 'linked', to: first, basis: '同じ' });
  return first;
}

async function signalsOf(id: string): Promise<{ ref: DocumentReference }[]> {
  const incident = fromDocument<Incident>((await incidentRef(id).get()).data());
  return (await readSignals(incident, 10, 'id', 'receivedAt')).map((each) => ({ ref: signalRef(each.id) }));
}

const start = (body: object, key?: string): Promise<Reply> =>
  scenario.post('/api/drills', body, key === undefined ? {} : { 'idempotency-key': key });
const read = async (id: string) => (await scenario.get(`/api/drills/${id}`)).body.drill;
async function filedBy(id: string): Promise<Filed[]> {
  const { incidents } = (await scenario.get('/api/incidents?limit=200')).body;
  const filed = incidents.filter((each: { drill?: { id: string } }) => each.drill?.id === id);
  return filed.toSorted((a: { title: string }, b: { title: string }) => (a.title < b.title ? -1 : 1));
}
const minutesOf = (filed: Filed[]): number[] =>
  filed.map(({ receivedAt }) => Math.round((Date.parse(receivedAt) - Date.parse(filed[0]?.receivedAt ?? '')) / 60_000));

test('what is gone, or joins, while it runs moves nothing else, and it says at its end that it filed less', async () => {
  const from = await reported('erased');
  const { id } = (await start({ from })).body;
  await scenario.advance('PT6M');
  expect(await read(id)).toMatchObject({ state: 'running', total: 5, next: 2 });
  // One that is behind it, and one that is ahead; and another report joins that came in between.
  const [first, , , fourth] = await signalsOf(from);
  await first?.ref.delete();
  await fourth?.ref.delete();
  await scenario.advance('PT1M');
  const joins = (await scenario.ticket({ id: 'joins', subject: 'joins', customer: { id: 'store-9' } })).body.incident
    .id;
  await scenario.post(`/api/incidents/${joins}/events`, { type: 'linked', to: from, basis: '同じ' });
  await scenario.advance('PT20M');
  expect(await read(id)).toMatchObject({ state: 'stopped', stoppedBecause: 'signals-gone', total: 5, next: 4 });
  const filed = await filedBy(id);
  expect(filed.map((each) => each.title)).toEqual(['erased 1', 'erased 2', 'erased 3', 'erased 5']);
  expect(minutesOf(filed)).toEqual([0, 3, 6, 12]);
  // Nobody is taken for anybody else.
  expect(new Set(filed.map((each) => each.affectedCustomers[0]?.id)).size).toBe(4);
});

test('one whose first report is gone begins with the next', async () => {
  const from = await reported('late');
  const { id } = (await start({ from })).body;
  await (await signalsOf(from))[0]?.ref.delete();
  await scenario.advance('PT30M');
  expect(await read(id)).toMatchObject({ state: 'stopped', stoppedBecause: 'signals-gone', next: 4 });
});

test('one that dies after its first report continues as it began, and files that one once', async () => {
  const from = await reported('died');
  const { id } = (await start({ from })).body;
  await scenario.advance('PT1M');
  // What it had filed is there; that it had is not.
  const drill = firestore().collection(collections.drills).doc(id);
  await drill.update({ passed: 0, next: 0 });
  await firestore()
    .collection(collections.timers)
    .doc(id)
    .update({ wakeAt: new Date(0) });
  await scenario.advance('PT20M');
  expect(await read(id)).toMatchObject({ state: 'done', total: 5, next: 5 });
  const filed = await filedBy(id);
  expect(minutesOf(filed)).toEqual([0, 3, 6, 9, 12]);
  expect((await read(id)).startedAt).toBe(filed[0]?.receivedAt);
});

test.each<[what: string, end: (id: string) => Promise<unknown>, why: string, said: RegExp]>([
  ['is gone', (id) => incidentRef(id).delete(), 'original-gone', /記録がなくなった/],
  [
    'is no incident any more',
    (id) => incidentRef(id).update({ kind: 'outside' }),
    'original-no-incident',
    /インシデントではなくなった/,
  ],
])('where its original %s it ends, and says why', async (what, end, why, said) => {
  const from = await reported(why);
  const { id } = (await start({ from })).body;
  await scenario.advance('PT6M');
  await end(from);
  scenario.written.add(from);
  await scenario.advance('PT30M');
  expect([what, await read(id)]).toMatchObject([what, { state: 'stopped', stoppedBecause: why, next: 2, total: 5 }]);
  expect(await filedBy(id)).toHaveLength(2);
  expect((await firestore().collection(collections.timers).doc(id).get()).exists).toBe(false);
  const page = (await scenario.get(`/console/drills/${id}`)).body;
  expect(page).toMatch(said);
  expect(page).not.toContain('data-refresh');
});
