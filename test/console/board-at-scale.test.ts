/** The board where more are open than a page holds: nobody who waits is cut off, and the page stays light. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firestore, fromDocument, incidentRef } from '../../functions/platform/firestore.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';

const many = 800;
let scenario: Scenario;
let alertId: string;
let unheardId: string;

beforeAll(async () => {
  scenario = await openScenario('2026-11-20T00:00:00Z');
  alertId = (await scenario.alert(thresholdAlert({ id: '0.1', policy: '7' }))).body.incident.id;
  unheardId = (await scenario.ticket({ id: 'T-first', subject: 'Unheard', customer: { id: 'first' } })).body.incident
    .id;
  await scenario.advance('PT5H');
  const { id } = (await scenario.ticket({ id: 'T-many', subject: 'Many', customer: { id: 'many' } })).body.incident;
  await copies(id);
});
afterAll(() => scenario.stop());

/** As many more of the same, as the store holds them. */
async function copies(id: string): Promise<void> {
  const incident = fromDocument<Record<string, unknown>>((await incidentRef(id).get()).data());
  const [contact] = (await incidentRef(id).collection('contacts').get()).docs.map((each) => each.data());
  for (let from = 0; from < many; from += 200) {
    const batch = firestore().batch();
    for (let index = from; index < from + 200; index += 1) {
      const copy = `inc_${index.toString(16).padStart(24, '0')}`;
      batch.set(incidentRef(copy), { ...incident, id: copy, search: [] });
      batch.set(incidentRef(copy).collection('contacts').doc('con_1'), { ...contact, id: 'con_1', incidentId: copy });
    }
    await batch.commit();
  }
}

const read = async (query = ''): Promise<string> =>
  (await fetch(`${scenario.url}/console${query}`, { headers: { 'accept-language': 'en' } })).text();
const idsOn = (page: string): string[] => [...page.matchAll(/<li id="(inc_[\da-f]{24})"/g)].map(([, id = '']) => id);

describe(`with ${many} open`, () => {
  test('whoever has waited longest is first, and since when nobody has told them stands there', async () => {
    const page = await read();
    expect(new Set(idsOn(page).slice(0, 2))).toEqual(new Set([alertId, unheardId]));
    const card = page.split('<li ').find((each) => each.startsWith(`id="${unheardId}"`)) ?? '';
    // The first slot was due a quarter of an hour after the report, five hours ago.
    expect(card).toMatch(/data-due>overdue by 4 h \d+ min</);
    expect(card).toMatch(/Not told yet; known since <time datetime="2026-11-20T00:00:/);
  });

  test('the heading counts all, and a page is light', async () => {
    const page = await read();
    expect(page).toContain(`${many + 3} open`);
    expect(page).toContain('2 overdue');
    expect(idsOn(page)).toHaveLength(50);
    expect(page.length).toBeLessThan(200_000);
  });

  test('filters find what lies far down', async () => {
    const page = await read('?source=alert');
    expect(idsOn(page)).toEqual([alertId]);
    expect(page).toContain('1 open');
    expect(idsOn(await read('?due=overdue'))).toHaveLength(2);
  });

  test('further rows come page by page, each incident once', async () => {
    const second = await read('?page=2');
    expect(second).toContain('Page 2 of 17');
    expect(second).toContain('href="/console?page=3"');
    // Also from a page that has brought itself up to date, and asked with what it had seen.
    expect(await read('?page=2&seen=00000000')).toContain('href="/console?page=3"');
    const [first, next] = [idsOn(await read()), idsOn(second)];
    expect(next.filter((id) => first.includes(id))).toEqual([]);
    expect(idsOn(await read('?page=17'))).toHaveLength(3);
    expect(idsOn(await read('?page=999'))).toHaveLength(3);
  });
});
