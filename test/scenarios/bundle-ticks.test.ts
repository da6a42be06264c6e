/** The weekly tick that comes twice, late, or for a week long past; and weeks that nobody ticked for. */
import type { CloudEvent } from '@google-cloud/functions-framework';
import { expect, test } from 'vitest';
import { incidentRef, timerRef } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { wakeDraft } from '../../functions/postmortems/assemble.ts';
import { weeklyTick } from '../../functions/postmortems/weekly-tick.ts';
import { incident } from '../postmortems/facts.ts';
import { openConsole } from './console.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');

const tick = (publishTime: string, data = '{}'): Promise<void> =>
  weeklyTick({
    data: { message: { data: Buffer.from(data).toString('base64'), publishTime } },
  } as unknown as CloudEvent<unknown>);
const weeks = async (): Promise<string[]> =>
  (await scenario.get('/api/postmortems?limit=200')).body.postmortems.map((each: { id: string }) => each.id);
const readyNotices = async (): Promise<number> => {
  await scenario.advance('PT2M');
  return (await scenario.inbox()).filter((each) => each.kind === 'bundle-ready').length;
};

test('a late tick makes the bundle of the week before it was sent, and tells of it once', async () => {
  // Until the tick has come, people can generate this week's and the last one's.
  const { body } = await scenario.get('/console/postmortems');
  const offered = [...body.matchAll(/action="\/console\/postmortems\/([^/]+)\/assemble"/g)].map((each) => each[1]);
  expect(offered).toEqual(['2026-W48', '2026-W47']);
  await tick('2026-11-15T15:05:00Z');
  expect(await weeks()).toEqual(['2026-W46']);
  await Promise.all([tick('2026-11-15T15:05:00Z'), tick('2026-11-15T15:05:00Z')]);
  expect(await weeks()).toEqual(['2026-W46']);
  expect(await readyNotices()).toBe(1);
});

test('a week long past is made when it is asked for; one that is not over is not', async () => {
  await tick('2026-11-24T00:00:00Z', '{"week": "2026-W40"}');
  await tick('2026-11-24T00:00:00Z', '{"week": "2026-W48"}');
  await tick('2026-11-24T00:00:00Z', '{"week": "2026-W54"}');
  // The week that does not exist is an ordinary tick: it fills what nobody ticked for since the first bundle.
  expect(await weeks()).toEqual([
    '2026-W47',
    '2026-W46',
    '2026-W45',
    '2026-W44',
    '2026-W43',
    '2026-W42',
    '2026-W41',
    '2026-W40',
  ]);
  expect((await scenario.post('/api/postmortems/2026-W50/assemble', {})).status).toBe(409);
  // Each of them is ready, and is said to be: also those that come late.
  expect(await readyNotices()).toBe(8);
});

test('a week that somebody asks for is announced as the tick’s are, by the API and by the console, and once', async () => {
  const before = await readyNotices();
  const assemble = (week: string) => scenario.post(`/api/postmortems/${week}/assemble`, {});
  expect([(await assemble('2026-W39')).status, (await assemble('2026-W39')).status]).toEqual([201, 201]);
  expect(await readyNotices()).toBe(before + 1);
  const asked = await openConsole(scenario).press('/console/postmortems/2026-W38/assemble');
  expect(asked.status).toBe(303);
  expect(await readyNotices()).toBe(before + 2);
});

test('the tick makes the draft of the week before again, and leaves those before it', async () => {
  const filedIn = async (name: string, filedAt: string): Promise<void> => {
    const own = incident({ id: name, filedAt: new Date(filedAt) });
    await incidentRef(name).set(own);
  };
  await filedIn('inc_w45', '2026-11-04T00:00:00Z');
  await filedIn('inc_w46', '2026-11-11T00:00:00Z');
  await tick('2026-11-22T15:05:00Z');
  const { postmortems } = (await scenario.get('/api/postmortems')).body;
  const entries = postmortems.map((each: { id: string; entryCount: number }) => [each.id, each.entryCount]);
  expect(entries.slice(0, 3)).toEqual([
    ['2026-W47', 0],
    ['2026-W46', 1],
    ['2026-W45', 0],
  ]);
  // One that was sent in the future by the sender's clock is about the week before now.
  await filedIn('inc_w47', '2026-11-18T00:00:00Z');
  await tick('2026-12-01T00:00:00Z');
  const [last] = (await scenario.get('/api/postmortems')).body.postmortems;
  expect([last.id, last.entryCount]).toEqual(['2026-W47', 1]);
});

test('each tick sees to it that what its own week misses is asked for on Friday, and leaves a timer that is there', async () => {
  const timer = timerRef('bundle_2026-W48');
  expect((await timer.get()).data()).toMatchObject({
    id: timer.id,
    subject: 'bundle',
    subjectId: '2026-W48',
    pending: [],
  });
  expect((await timer.get()).get('wakeAt').toDate()).toEqual(new Date('2026-11-27T01:00:00Z'));
  const pending = [{ kind: 'missing-data', key: 'missing', since: new Date('2026-11-27T01:00:00Z') }];
  await timer.update({ pending });
  await tick('2026-11-22T15:05:00Z');
  expect((await timer.get()).get('pending')).toHaveLength(1);
  await timer.update({ pending: [] });
  // Its own is the week in which it comes, however long it waited.
  await timer.delete();
  await tick('2026-11-15T15:05:00Z');
  expect((await timer.get()).exists).toBe(true);
});

test('what is stated wakes the draft of last week, where it is of an incident that a draft may show', async () => {
  const timer = timerRef('bundle_2026-W47');
  const sleeping = new Date('2026-12-01T00:00:00Z');
  await timer.set({ id: timer.id, subject: 'bundle', subjectId: '2026-W47', wakeAt: sleeping, pending: [] });
  const wakes = async (filedAt: string): Promise<Date> => {
    await wakeDraft({ filedAt: new Date(filedAt) }, policy, new Date('2026-11-24T02:00:00Z'));
    return (await timer.get()).get('wakeAt').toDate();
  };
  // Monday 00:00 in Japan is this week's.
  expect(await wakes('2026-11-22T15:00:00.000Z')).toEqual(sleeping);
  expect(await wakes('2026-11-22T14:59:59.999Z')).toEqual(new Date('2026-11-24T02:00:00Z'));
  // The draft of last week mentions earlier weeks, too.
  await timer.update({ wakeAt: sleeping });
  expect(await wakes('2026-10-01T00:00:00Z')).toEqual(new Date('2026-11-24T02:00:00Z'));
  await timer.delete();
  await wakeDraft({ filedAt: new Date('2026-11-18T00:00:00Z') }, policy, new Date('2026-11-24T02:00:00Z'));
  expect((await timer.get()).exists).toBe(false);
});

test('a draft from the middle of its week is made whole by the tick after it', async () => {
  await scenario.ticket({ id: 'T-1', subject: '注文が通らない' });
  const early = await scenario.post('/api/postmortems/2026-W48/assemble', {});
  expect(early.body).toMatchObject({ isComplete: false, entryCount: 1 });
  await scenario.ticket({ id: 'T-2', subject: '会計できない' });
  // A draft is read as it now is.
  expect((await scenario.get('/api/postmortems/2026-W48')).body.entryCount).toBe(2);
  expect((await scenario.get('/api/postmortems/2026-W48?limit=1')).body.entries).toHaveLength(1);
  const first = (await scenario.get('/api/postmortems/2026-W48?limit=1')).body;
  const second = (await scenario.get(`/api/postmortems/2026-W48?limit=1&pageToken=${first.nextPageToken}`)).body;
  expect([first.entries[0].title, second.entries[0].title]).toEqual(['注文が通らない', '会計できない']);
  expect(second.nextPageToken).toBeUndefined();
  expect((await scenario.get('/api/postmortems/2026-W48?pageToken=x')).status).toBe(422);
});

test('the API describes the bundle, the review and the next actions', async () => {
  const { body } = await scenario.get('/api/openapi.json');
  const paths = Object.keys(body.paths);
  for (const path of [
    '/postmortems',
    '/postmortems/{week}',
    '/postmortems/{week}/hold',
    '/incidents/{id}/review',
    '/actions/{id}',
  ]) {
    expect(paths).toContain(`/api${path}`);
  }
});
