/** The board where more are open than a page holds: nobody who waits is cut off, and the page stays light. */
import { beforeAll, describe, expect, test } from 'vitest';
import { firestore, fromDocument, incidentRef } from '../../functions/platform/firestore.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { useScenario } from '../scenarios/house.ts';

const many = 800;
const scenario = useScenario('2026-11-20T00:00:00Z');
let alertId: string;
let unheardId: string;

beforeAll(async () => {
  alertId = (await scenario.alert(thresholdAlert({ id: '0.1', policy: '7' }))).body.incident.id;
  unheardId = (await scenario.ticket({ id: 'T-first', subject: 'Unheard', customer: { id: 'first' } })).body.incident
    .id;
  await scenario.advance('PT5H');
  const { id } = (await scenario.ticket({ id: 'T-many', subject: 'Many', customer: { id: 'many' } })).body.incident;
  await copies(id);
});

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
  test('the customer who has waited longest is first, with the time since when nobody has told them', async () => {
    const page = await read();
    expect(new Set(idsOn(page).slice(0, 2))).toEqual(new Set([alertId, unheardId]));
    const card = page.split('<li ').find((each) => each.startsWith(`id="${unheardId}"`)) ?? '';
    // The first slot was due a quarter of an hour after the report, five hours ago.
    expect(card).toMatch(/data-due>overdue by 4 h \d+ min</);
    expect(card).toMatch(/No update yet; affected since <time datetime="2026-11-20T00:00:/);
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

  const nextOf = (page: string): string | undefined =>
    /rel="next" href="\/console(\?[^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&');

  test('further rows come page by page, each incident once', async () => {
    const seen: string[] = [];
    let pages = 0;
    for (let query: string | undefined = '?source='; query; pages += 1) {
      const page = await read(query);
      expect(page).toContain(`<ol class="board" start="${seen.length + 1}">`);
      seen.push(...idsOn(page));
      query = nextOf(page);
    }
    expect([pages, seen.length, new Set(seen).size]).toEqual([17, many + 3, many + 3]);
    // Filters go along, and so does the way back.
    const second = await read(nextOf(await read('?urgency=high')));
    expect(nextOf(second)).toContain('urgency=high');
    expect(second).toContain('rel="first" href="/console?urgency=high"');
  });

  test('a page that has scrolled brings all of its rows up to date, and no more than two hundred', async () => {
    for (const [rows, shown] of [
      ['0', 50],
      ['150', 150],
      ['9999', 200],
      ['x', 50],
    ] as const) {
      expect(idsOn(await read(`?rows=${rows}`))).toHaveLength(shown);
    }
  });

  test.each(['x', '50', '50.1.inc_', `50.${'9'.repeat(15)}.inc_1`, '50.1.inc_/x', '-1.1.inc_1'])(
    'where further rows begin is no %s: the first are shown',
    async (after) => expect(await read(`?after=${encodeURIComponent(after)}`)).toContain('start="1"'),
  );

  test('what is read does not grow with what is open, nor with where rows begin', async () => {
    const costOf = async (query: string, headers: Record<string, string> = {}) => {
      const { operations } = scenario.house.cloud.firestore;
      operations.reset();
      const { status, headers: answered } = await fetch(`${scenario.url}/console${query}`, { headers });
      return { status, reads: operations.reads, etag: answered.get('etag') ?? '' };
    };
    const whole = await costOf('');
    // Fifty rows and the next; the two tiers above, drills, and questions asked; the counts; the two written last; duty, and the last drill.
    expect(whole.reads).toBeLessThanOrEqual(51 + 4 + 2 + 2 + 3);
    // Further on there are no tiers above, nor drills.
    expect((await costOf(nextOf(await read()) ?? '')).reads).toBe(whole.reads - 3);
    expect((await costOf('?rows=200')).reads).toBe(whole.reads + 150);
    const [strong = ''] = /"[^"]+"/.exec(whole.etag) ?? [];
    for (const tag of [whole.etag, strong, `W/${strong}`]) {
      expect(await costOf('', { 'if-none-match': tag })).toMatchObject({ status: 304, reads: 2 });
    }
    // An older one is answered with the board that was read for somebody else, where that is still the same.
    expect(await costOf('', { 'if-none-match': '"1-2-3"' })).toMatchObject({ status: 200, reads: 2 });
    expect(await costOf('?urgency=high', { 'if-none-match': '"1-2-3"' })).toMatchObject({ reads: whole.reads });
  });
});
