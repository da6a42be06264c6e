/** What a held bundle keeps, and what the next one carries, with concurrent readers, assemblies, links and unlinks. */
import { afterEach, expect, test } from 'vitest';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import { useScenario } from './house.ts';

// The Sunday of 2026-W47.
const scenario = useScenario('2026-11-22T01:00:00Z');
afterEach(() => scenario.house.cloud.faults.clear());

/** On a busy machine a report may be answered 202, and be filed from Pub/Sub: sent again, it is the same. */
const file = async (id: string): Promise<string> => {
  for (;;) {
    const { body } = await scenario.ticket({ id, subject: id, ongoing: 'no' });
    if (body.incident) return body.incident.id;
  }
};
const record = async (id: string, statement: Record<string, unknown>): Promise<void> => {
  const reply = await scenario.post(`/api/incidents/${id}/events`, statement);
  if (reply.status !== 201) throw new Error(JSON.stringify(reply.body));
};
const read = (query = '') => scenario.get(`/api/postmortems/${query}`);
const set = async (at: string): Promise<void> => {
  expect((await scenario.post('/_local/clock', { set: at })).status).toBe(200);
};
const ids = (entries: { id: string }[]): string[] => entries.map((each) => each.id);

let first: string;
let linked: string;
let survivor: string;

test('reading a draft shows it as it is now, and stores nothing', async () => {
  first = await file('first');
  linked = await file('linked');
  survivor = await file('survivor');
  await Promise.all([first, linked, survivor].map((id) => record(id, { type: 'recovered' })));
  // Monday, some minutes after the tick.
  await set('2026-11-23T00:10:00Z');
  await record(linked, { type: 'linked', to: survivor, basis: 'the same printer' });
  const { operations } = scenario.house.cloud.firestore;
  operations.reset();
  const { body } = await read('2026-W47');
  expect(body).toMatchObject({
    state: 'draft',
    entryCount: 3,
    assembledAt: expect.stringMatching(/^2026-11-23T00:10:/),
  });
  expect(body.entries.find((each: { id: string }) => each.id === linked).status).toBe('linked');
  for (const form of ['2026-W47.md?lang=en', '2026-W47.html?lang=en']) {
    expect((await read(form)).body).toContain('as of Mon, Nov 23, 09:10');
  }
  expect((await scenario.get('/console/postmortems/2026-W47')).status).toBe(200);
  expect(operations.writes).toBe(0);
});

test('what is stated of an incident of a draft is in the stored draft a minute later', async () => {
  const stored = async () => (await scenario.get('/api/postmortems')).body.postmortems[0];
  expect(await stored()).toMatchObject({ id: '2026-W47', aggregates: { total: { incidents: 3 } } });
  await scenario.advance('PT2M');
  expect(await stored()).toMatchObject({ id: '2026-W47', aggregates: { total: { incidents: 2 } } });
});

test('a bundle that is assembled while it is being held keeps its pages', async () => {
  await scenario.post('/api/postmortems/2026-W47/assemble', {});
  const counting = scenario.house.cloud.faults.hold({ target: 'firestore.RunAggregationQuery' });
  const holding = scenario.post('/api/postmortems/2026-W47/hold', {});
  await counting.met();
  await record(first, { type: 'caused', category: 'configuration', summary: 'a route', releaseId: 'none' });
  expect((await scenario.post('/api/postmortems/2026-W47/assemble', {})).status).toBe(201);
  counting.letGo();
  const held = await holding;
  expect([held.status, held.body.state]).toEqual([201, 'held']);
  const again = await read('2026-W47');
  expect([again.status, again.body]).toEqual([200, held.body]);
  // It is held as it then was, with what was recorded meanwhile, and nothing else of it is kept.
  expect(again.body.entries.find((each: { id: string }) => each.id === first).cause.summary).toBe('a route');
  const bundle = firestore().collection(collections.postmortems).doc('2026-W47');
  const [document, kept] = await Promise.all([bundle.get(), bundle.collection('entries').get()]);
  const shown: { id: string }[] = document.get('pages');
  expect(kept.docs.map((each) => each.id).sort()).toEqual(ids(shown).sort());
});

test('a held bundle is read page by page as a draft is: each entry once, in order', async () => {
  const whole = ids((await read('2026-W47')).body.entries);
  for (const limit of [1, 2]) {
    const pages: string[][] = [];
    let token: string | undefined;
    do {
      const { body } = await read(`2026-W47?limit=${limit}${token ? `&pageToken=${token}` : ''}`);
      pages.push(ids(body.entries));
      token = body.nextPageToken;
    } while (token);
    expect(pages.flat()).toEqual(whole);
    expect(pages).toHaveLength(Math.ceil(whole.length / limit));
  }
});

test('what was linked when its week was held is carried once it is unlinked, and stays carried', async () => {
  await set('2026-11-25T01:00:00Z');
  await record(linked, { type: 'unlinked' });
  await set('2026-11-30T00:10:00Z');
  expect(ids((await read('2026-W48')).body.carriedIncidents)).toEqual([first, linked, survivor]);
  expect((await scenario.post('/api/postmortems/2026-W48/hold', {})).status).toBe(201);
  await set('2026-12-07T00:10:00Z');
  expect(ids((await read('2026-W49')).body.carriedIncidents)).toEqual([first, linked, survivor]);
});

test('carried incidents past the first 200 are on further pages', async () => {
  const incidents = firestore().collection(collections.incidents);
  const data = (await incidents.doc(survivor).get()).data() ?? {};
  const alike = Array.from({ length: 203 }, (_, index) => `inc_${String(index).padStart(24, '0')}`);
  const batch = firestore().batch();
  const filedAt = new Date('2026-12-01T01:00:00Z');
  for (const id of alike) batch.create(incidents.doc(id), { ...data, id, filedAt, origin: { ...data.origin, id } });
  await batch.commit();
  // All of them are carried into the week that has just begun, beside the three of before.
  for (const week of ['2026-W49', '2026-W50'])
    expect((await scenario.post(`/api/postmortems/${week}/assemble`, {})).status).toBe(201);
  // As many entries of its own as carried incidents, where nobody says how many.
  const own = (await read('2026-W49')).body;
  expect([own.entryCount, own.entries.length, typeof own.nextPageToken]).toEqual([203, 200, 'string']);
  const carried: string[] = [];
  let token: string | undefined;
  do {
    const { body } = await read(`2026-W50${token ? `?pageToken=${token}` : ''}`);
    expect(body).toMatchObject({ carriedCount: 206, entries: [] });
    carried.push(...ids(body.carriedIncidents));
    token = body.nextPageToken;
  } while (token);
  expect(new Set(carried)).toEqual(new Set([first, linked, survivor, ...alike]));
  expect(carried).toHaveLength(206);
  const page = (await scenario.get('/console/postmortems/2026-W50')).body;
  const next = /href="([^"]+\?page=[^"]+)"/.exec(page)?.[1];
  expect(page).toContain('全206件のうち1〜200件目です');
  expect((await scenario.get(next ?? '')).body).toContain('全206件のうち201〜206件目です');
  // Nor does the meeting end at the first of them.
  const meeting = '/console/postmortems/2026-W50/meeting?step=carried';
  expect((await scenario.get(`${meeting}&page=5`)).body).toContain('全206件のうち201〜206件目');
  expect((await scenario.get(`${meeting}&page=1`)).body).toContain('全206件のうち1〜50件目');
  const last = `/console/postmortems/2026-W50?incident=${carried.at(-1)}`;
  const answer = await fetch(scenario.url + last, { redirect: 'manual' });
  expect(answer.headers.get('location')).toMatch(new RegExp(`\\?page=[^#]+#${carried.at(-1)}$`));
});
