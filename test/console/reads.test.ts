/** What pages read: what they show, once; and a board that stays open, what has changed on it. */
import { FieldValue } from '@google-cloud/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import { collections, firestore, incidentRef } from '../../functions/platform/firestore.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');

// Looked for once a minute by each function, however many pages are opened.
beforeAll(async () => void (await scenario.get('/console/customers')));

const file = async (id: string, more: Record<string, unknown> = {}): Promise<string> => {
  const ticket = { id, subject: '印刷が薄い', customer: { id: 'store-12' }, ...more };
  return (await scenario.ticket(ticket)).body.incident.id;
};

async function look(id: string): Promise<{ reads: number; signals: string[]; text: string }> {
  const { operations } = scenario.house.cloud.firestore;
  operations.reset();
  const response = await fetch(`${scenario.url}/console/incidents/${id}`);
  const text = await response.text();
  const { reads } = operations;
  const [, shown = ''] = text.split('id="signals"');
  return { reads, text, signals: [...shown.matchAll(/\/console\/signals\/([^"]+)"/g)].map(([, each = '']) => each) };
}

async function storedSignals(...ids: string[]): Promise<string[]> {
  const all = firestore().collection(collections.signals).where('incidentId', 'in', ids).orderBy('receivedAt');
  return (await all.get()).docs.map((each) => each.id);
}

test('of a ticket just filed it reads six documents, and one more for each message', async () => {
  const id = await file('T-1');
  // The incident, its contact, its timeline; then releases, and by two words what helped in others like it.
  const first = await look(id);
  expect(first.reads).toBe(6);
  expect(first.signals).toEqual(await storedSignals(id));
  await file('T-1', { url: 'https://support.example/1' });
  await file('T-1', { businessImpact: 'stopped' });
  const later = await look(id);
  const timeline = await firestore().collection(`incidents/${id}/timeline`).count().get();
  expect(later.reads).toBe(5 + timeline.data().count);
  expect(later.signals).toHaveLength(3);
  expect(later.signals).toEqual(await storedSignals(id));
});

describe('what is kept beside the record', () => {
  const state = async (id: string, body: object) => {
    const { status } = await scenario.post(`/api/incidents/${id}/events`, body);
    expect(status).toBe(201);
  };
  /** What the page shows of an action, of an update that is to be told by hand, and of the same trouble. */
  const shownOn = async (id: string) => {
    const { text } = await look(id);
    return ['端末を監視する', 'id="updates"', `/${id}/same"`].map((each) => text.includes(each));
  };
  const update = (id: string) =>
    scenario.post(`/api/incidents/${id}/updates`, { customers: 'all', message: '調査中です' });
  const act = (id: string, description: string) =>
    scenario.post('/api/actions', { incidentId: id, description, kind: 'detect' });
  let id = '';

  test('is read from when it is there, one read for each', async () => {
    await file('T-31', { subject: '返金できない' });
    id = await file('T-32', { subject: '返金が通らない' });
    const bare = await look(id);
    expect(await shownOn(id)).toEqual([false, false, false]);
    await act(id, '端末を監視する');
    const { reads } = await look(id);
    expect(reads).toBe(bare.reads + 1);
    expect(await shownOn(id)).toEqual([true, false, false]);
    expect((await update(id)).body.updates).toMatchObject([{ state: 'by-hand' }]);
    expect((await look(id)).reads).toBe(reads + 1);
    expect(await shownOn(id)).toEqual([true, true, false]);
    await scenario.advance('PT1M');
    expect(await shownOn(id)).toEqual([true, true, true]);
  });

  test('is written down once: the second of a kind leaves the record as it is', async () => {
    const version = async () => (await incidentRef(id).get()).updateTime;
    const before = await version();
    expect((await act(id, '手順を見直す')).status).toBe(201);
    expect((await update(id)).status).toBe(202);
    expect(await version()).toEqual(before);
  });

  test('stays known where a statement is taken back, and the record is folded again', async () => {
    await state(id, { type: 'corrected', field: 'impact.businessImpact', value: 'stopped' });
    const { body } = await scenario.get(`/api/incidents/${id}/timeline?limit=200`);
    const corrected = body.events.find((each: { type: string }) => each.type === 'corrected');
    await state(id, { type: 'retracted', eventId: corrected.id, why: '別の店の話' });
    expect(await shownOn(id)).toEqual([true, true, true]);
  });

  test('is looked for in a record of an earlier form, which says nothing of it, and in what it becomes', async () => {
    await incidentRef(id).update({ beside: FieldValue.delete() });
    expect(await shownOn(id)).toEqual([true, true, true]);
    await state(id, { type: 'assigned', assignee: 'local' });
    expect((await act(id, '連絡網を直す')).status).toBe(201);
    expect(await shownOn(id)).toEqual([true, true, true]);
    expect((await scenario.get(`/api/incidents/${id}`)).body).not.toHaveProperty('beside');
  });
});

describe('a board that asks for itself again', () => {
  const read = async (etag?: string) => {
    const { operations } = scenario.house.cloud.firestore;
    operations.reset();
    const response = await fetch(`${scenario.url}/console`, { headers: etag ? { 'if-none-match': etag } : {} });
    const [, shown = ''] = (await response.text()).split('<main');
    const { reads } = operations;
    return { reads, shown: shown.replace(/ value="[^"]*"|\d+秒/g, ''), etag: response.headers.get('etag') ?? '' };
  };
  const state = (id: string, body: object) => scenario.post(`/api/incidents/${id}/events`, body);
  // No two alike, so that none is asked about another.
  const fileOf = (id: string, subject: string, businessImpact = 'none') => file(id, { subject, businessImpact });
  const told = { type: 'customer-updated', customers: 'all', message: 'x', channel: 'phone', recovery: false };

  test('reads two documents where one row has changed, and is the page that would be read whole', async () => {
    const ids = [
      await fileOf('T-11', '画面が白い'),
      await fileOf('T-12', '会計', 'stopped'),
      await fileOf('T-13', '在庫'),
    ];
    await scenario.advance('PT2H');
    let { etag } = await read();
    const steps: [at: number, body: object][] = [
      [0, { type: 'assigned', assignee: 'local' }],
      [1, told],
      [1, { type: 'corrected', field: 'impact.businessImpact', value: 'none' }],
      [2, told],
      [0, { type: 'verified', happened: 'yes', ongoing: 'yes' }],
    ];
    for (const [at, body] of steps) {
      const { status } = await state(ids[at] ?? '', body);
      expect(status).toBe(201);
      const again = await read(etag);
      expect(again.reads, JSON.stringify(body)).toBe(2);
      expect(again.shown).toBe((await read()).shown);
      ({ etag } = again);
    }
  });

  test('reads all of it where a row comes or goes, and where two have changed', async () => {
    const ids = [await fileOf('T-21', '予約'), await fileOf('T-22', '配達')];
    const opened = await read();
    await state(ids[0] ?? '', told);
    await state(ids[1] ?? '', told);
    const both = await read(opened.etag);
    await fileOf('T-23', '電話');
    const more = await read(both.etag);
    await state(ids[0] ?? '', { type: 'recovered', customers: 'all' });
    await state(ids[0] ?? '', { ...told, recovery: true });
    const fewer = await read(more.etag);
    const whole = await read();
    expect(fewer.shown).toBe(whole.shown);
    expect([both.reads, more.reads, fewer.reads].map((reads) => reads > 3)).toEqual([true, true, true]);
  });
});

test('signals of what is linked, and those of alerts, are those that the store holds', async () => {
  const alert = (id: string) => scenario.alert(thresholdAlert({ id, policy: '7' }));
  const storm = (await alert('0.1')).body.incident.id;
  await alert('0.2');
  expect((await look(storm)).signals).toEqual(await storedSignals(storm));
  const [primary, member] = [await file('T-3', { subject: '扉' }), await file('T-4', { subject: '冷蔵庫' })];
  const link = { type: 'linked', to: primary, basis: '同じ端末' };
  expect((await scenario.post(`/api/incidents/${member}/events`, link)).status).toBe(201);
  await file('T-4', { subject: '冷蔵庫', url: 'https://support.example/4' });
  for (const [ids, count] of [
    [[primary, member], 3],
    [[member], 2],
  ] as const) {
    const { signals } = await look(ids[0]);
    expect(signals.toSorted()).toEqual((await storedSignals(...ids)).toSorted());
    expect(signals).toHaveLength(count);
  }
});
