/** What leaves for where a company keeps its documents: all that was changed, page by page, each once, and as it now is. */
import { expect, test } from 'vitest';
import { collections, firestore, incidentRef } from '../../functions/platform/firestore.ts';
import { exportSource } from '../../functions/postmortems/export/export-source.ts';
import { incident } from '../postmortems/facts.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');

const from = new Date('2026-11-20T00:00:00Z');
const msAfter = (ms: number): Date => new Date(from.getTime() + ms);
async function changedSince(kind: 'incidents' | 'actions' | 'postmortems', since = from) {
  const pages: string[][] = [];
  for await (const page of exportSource.changedSince(kind, since)) pages.push(page.map(({ id }) => id));
  return pages;
}

test.each([0, 1, 299, 300, 301, 600])(
  '%i that were changed are all exported, the oldest first, each once',
  async (count) => {
    const ids = Array.from({ length: count }, (_, index) => `act_${String(index).padStart(4, '0')}`);
    const all = firestore().collection(collections.actions);
    const writer = firestore().bulkWriter();
    // Several have one moment.
    ids.forEach((id, index) => void writer.set(all.doc(id), { id, changedAt: msAfter(Math.floor(index / 3)) }));
    await writer.close();
    const pages = await changedSince('actions');
    expect(pages.flat()).toEqual(ids);
    expect(pages.every((page) => page.length > 0 && page.length <= 300)).toBe(true);
  },
);

test('from the very instant that is asked for; what was changed before stays out', async () => {
  for (const [id, ms] of Object.entries({ inc_before: -1, inc_at: 0, inc_after: 1 }))
    await incidentRef(id).set({ ...incident({ id, filedAt: from }), changedAt: msAfter(ms) });
  expect(await changedSince('incidents')).toEqual([['inc_at', 'inc_after']]);
});

test('a bundle is exported as it is assembled, and again as it is held; then it says so', async () => {
  const now = new Date(scenario.house.cloud.clock.now());
  await scenario.post('/api/postmortems/2026-W46/assemble', {});
  expect(await changedSince('postmortems', now)).toEqual([['2026-W46']]);
  await scenario.advance('PT1H');
  const later = new Date(scenario.house.cloud.clock.now());
  expect(await changedSince('postmortems', later)).toEqual([]);
  expect((await scenario.post('/api/postmortems/2026-W46/hold', {})).status).toBe(201);
  expect(await changedSince('postmortems', later)).toEqual([['2026-W46']]);
  const read = await exportSource.read('postmortems', '2026-W46', later);
  expect(read?.fields).toMatchObject({ number: 1, status: '実施済み' });
});

test('what is not there, or is no incident of the team’s, leaves as nothing; a week that has begun has its page', async () => {
  const now = new Date('2026-11-24T01:00:00Z');
  await incidentRef('inc_drill').set(incident({ id: 'inc_drill', filedAt: from, isDrill: true }));
  const read = async (kind: 'incidents' | 'actions' | 'postmortems', id: string) =>
    (await exportSource.read(kind, id, now))?.kind;
  expect(await read('incidents', 'inc_at')).toBe('incidents');
  expect([await read('incidents', 'inc_drill'), await read('incidents', 'inc_none')]).toEqual([undefined, undefined]);
  expect(await read('actions', 'act_none')).toBeUndefined();
  expect([await read('postmortems', '2026-W48'), await read('postmortems', '2026-W49')]).toEqual([
    'postmortems',
    undefined,
  ]);
  expect(await read('postmortems', '2026-W54')).toBeUndefined();
});
