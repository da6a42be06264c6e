/** What people tripped over at night: each as they saw it, on a running house. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chartNames } from '../../functions/postmortems/render/blocks.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');

const see = async (path: string, language = 'ja'): Promise<string> =>
  (await fetch(`${scenario.url}${path}`, { headers: { 'accept-language': language } })).text();
const file = async (id: string, also: Record<string, unknown> = {}): Promise<string> => {
  const body = { id, subject: '会計できない', ongoing: 'yes', customer: { id: `store-${id}` }, ...also };
  return (await scenario.ticket(body)).body.incident.id;
};
/** The badges at the head of an incident's page. */
const badges = (page: string): string => /<p class="badges">(.*?)<\/p>/s.exec(page)?.[1] ?? '';

describe('an incident', () => {
  test('that has recovered is not said to be ongoing, on its page, in lists and in notices', async () => {
    const id = await file('S-1');
    expect(badges(await see(`/console/incidents/${id}`))).toContain('継続中');
    await scenario.post(`/api/incidents/${id}/events`, { type: 'recovered', customers: 'all' });
    const page = await see(`/console/incidents/${id}`);
    expect(badges(page)).toContain('業務回復');
    expect(badges(page)).not.toContain('継続中');
    expect(page).toMatch(/<strong>緊急性 高\([^<]*\)<\/strong>/);
    expect(badges(await see('/console?status=recovered'))).not.toContain('継続中');
    expect(badges(await see('/console/find?q=S-1'))).not.toContain('継続中');
    await scenario.advance('PT1H');
    const last = (await scenario.inbox()).filter((each) => each.incidentId === id).at(-1);
    const text = JSON.stringify(last?.text);
    expect(text).toContain('まもなく店舗への連絡期限です');
    expect(text).not.toContain('継続中');
  });

  test('with a title of 500 characters takes a line or two of a board, and has all of it on its page', async () => {
    const title = '注文画面が固まる'.repeat(62);
    const id = await file('S-3', { subject: title });
    expect(await see('/console')).not.toContain(title);
    expect(await see('/console')).toContain(`${title.slice(0, 119)}…`);
    expect(await see(`/console/incidents/${id}`)).toContain(`<h1>${title}</h1>`);
  });

  test('reported by hand has no form that a rule would have to know', async () => {
    const page = await fetch(`${scenario.url}/console/report`);
    const cookie = page.headers.getSetCookie().map((each) => each.split(';')[0]);
    const [, name = '', value = ''] =
      /name="([a-z]+)" value="([^"]+)"><input type="hidden" name="key"/.exec(await page.text()) ?? [];
    const body = new URLSearchParams({ [name]: value, key: crypto.randomUUID(), subject: 'By hand', ongoing: 'yes' });
    const headers = { cookie: cookie.join('; '), origin: scenario.url };
    const sent = await fetch(`${scenario.url}/console/report`, { method: 'POST', body, headers, redirect: 'manual' });
    const id = /inc_[\da-f]{24}/.exec(sent.headers.get('location') ?? '')?.[0];
    expect((await scenario.get(`/api/incidents/${id}`)).body.routing).toMatchObject({ isFormUnknown: false });
  });
});

test('the address that npm start prints leads to the console', async () => {
  const answer = await fetch(`${scenario.url}/`, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/console']);
  expect((await scenario.get('/nothing')).status).toBe(404);
});

test('a bundle leads to the weeks beside it that have one, and to no other', async () => {
  const weeksOf = async (week: string): Promise<string[]> =>
    [
      ...(await see(`/console/postmortems/${week}`)).matchAll(
        /class="tab" href="\/console\/postmortems\/(\d{4}-W\d\d)"/g,
      ),
    ].map(([, id = '']) => id);
  for (const week of ['2026-W47', '2026-W48']) await scenario.post(`/api/postmortems/${week}/assemble`, {});
  expect(await weeksOf('2026-W48')).toEqual(['2026-W47']);
  expect(await weeksOf('2026-W47')).toEqual(['2026-W48']);
});

test.each(chartNames)('the chart %s is drawn for the pages that show it', async (name) => {
  const svg = await see(`/console/postmortems/2026-W48/charts/${name}.svg`);
  expect(svg).toMatch(/^(?:<\?xml[^>]*>\s*)?<svg/);
});

test('charts are drawn on nothing, and in the dark their colours keep their hue, which means something', async () => {
  const svg = await see('/console/postmortems/2026-W48/charts/counts.svg');
  expect(svg).toMatch(/<rect [^>]*fill="none"/);
  expect(svg).not.toMatch(/<rect width="480" height="230"[^>]*fill="(?!none)/);
  const style = readFileSync(new URL('../../functions/console/assets/console.css', import.meta.url), 'utf8');
  expect(style).toMatch(/figure img {[^}]*background: #ffffff/);
  expect(style).not.toMatch(/figure img {[^}]*transparent/);
  // Turned over on a dark screen alone, never on paper, and never without turning the hue back.
  expect(style.match(/[^}]*{\s*figure img {[^}]*invert\([^}]*/g)).toEqual([
    expect.stringMatching(
      /@media screen and \(prefers-color-scheme: dark\) {\s*figure img {\s*filter: invert\([\d.]+\) hue-rotate\(180deg\);\s*$/,
    ),
  ]);
});
