/** The trends of all years on their page: a year leads to its months, a month to its weeks, a week to its bundle. */
import { beforeAll, expect, test } from 'vitest';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario('2027-01-03T14:00:00Z');
beforeAll(async () => {
  await scenario.ticket({ id: 'T-1', subject: '注文が通らない', ongoing: 'no', customer: { id: 'store-1' } });
  await scenario.ticket({ id: 'T-2', subject: '会計できない', ongoing: 'no' });
  // Past the weeks that end in 2027: W53 of 2026, and W01 of 2027.
  await scenario.post('/_local/clock', { set: '2027-01-11T00:10:00Z' });
});

const page = async (query = '', language = 'en'): Promise<string> => {
  const response = await fetch(`${scenario.url}/console/trends${query}`, { headers: { 'accept-language': language } });
  expect(response.status).toBe(200);
  return response.text();
};
/** The rows of the periods, with where each leads. */
const rows = (text: string): string[] =>
  [...(text.split('id="periods"')[1] ?? '').matchAll(/<tr>(.*?)<\/tr>/gs)].slice(1).map(([, row = '']) =>
    [
      /href="([^"]*)"/.exec(row)?.[1] ?? '',
      ...row
        .replace(/<\/t[dh]>/g, '|')
        .replace(/<[^>]*>/g, '')
        .split('|')
        .map((each) => each.trim()),
    ]
      .filter((each) => each !== '')
      .join(' '),
  );

test('by month where nothing is chosen, the newest first, each leading to its weeks', async () => {
  expect(rows(await page())).toEqual([
    '/console/trends?by=week&amp;in=2027-01#periods 2027-01 1 0 0 0 0 – –',
    '/console/trends?by=week&amp;in=2026-12#periods 2026-12 1 2 2 0 0 – 1 (1 of 2)',
  ]);
});

test('a year leads to its months, and a month to its weeks alone', async () => {
  expect(rows(await page('?by=year'))).toEqual([
    '/console/trends?by=month&amp;in=2027#periods 2027 1 0 0 0 0 – –',
    '/console/trends?by=month&amp;in=2026#periods 2026 1 2 2 0 0 – 1 (1 of 2)',
  ]);
  expect(rows(await page('?by=month&in=2026'))).toHaveLength(1);
  expect(rows(await page('?by=week&in=2026-12'))).toEqual([
    '/console/postmortems/2026-W53 2026-W53 1 2 2 0 0 – 1 (1 of 2)',
  ]);
});

test('what is no period shows all of them, and nothing of what was asked', async () => {
  const text = await page('?by=decade&in=%3Cscript%3E');
  expect(rows(text)).toHaveLength(2);
  expect(text).not.toContain('<script>&lt;');
});

test('as a table it can be kept, in the page’s own choice', async () => {
  const response = await fetch(`${scenario.url}/console/trends.csv?by=week`);
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="trends-week.csv"');
  const [head, ...lines] = (await response.text()).trimEnd().split('\r\n');
  expect(head).toMatch(/^period,weeks,incidents/);
  expect(lines.map((each) => each.split(',').slice(0, 4).join(' '))).toEqual(['2026-W53 1 2 2', '2027-W01 1 0 0']);
  expect(await page('?by=week', 'ja')).toContain('href="/console/trends.csv?by=week"');
});
