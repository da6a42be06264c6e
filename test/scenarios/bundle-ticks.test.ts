/** The weekly tick that comes twice, late, or for a week long past; and weeks that nobody ticked for. */
import type { CloudEvent } from '@google-cloud/functions-framework';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { weeklyTick } from '../../functions/postmortems/weekly-tick.ts';
import { openScenario, type Scenario } from './house.ts';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await openScenario('2026-11-24T01:00:00Z');
});
afterAll(() => scenario?.stop());

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
