/** Every page: both languages, a phone and a desk, light and dark, hostile text, and nothing for axe-core to find. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { measure, publishBuild, watchErrorRate } from '../../infra/demo/shop.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';
import { expectAccessible, expectNoSidewaysScroll, visit } from './browser.ts';
import { openBrowser } from './chromium.ts';

let scenario: Scenario;
let browser: Browser;
let paths: string[] = [];

/** Closes whatever a template may have open, and runs in every way a page may be made to run something. */
const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(2)></textarea></title><svg onload=alert(3)>{{7*7}}\${7*7}\u202e`;
/** The doors take no mark of direction into an id. */
const namedCustomer = encodeURIComponent(hostile.replace('\u202e', ''));

beforeAll(async () => {
  const environment = { CUSTOMER_PAGES: 'on', PUBLIC_STATUS: 'on' };
  scenario = await openScenario('2026-11-24T00:00:00Z', { environment });
  browser = await openBrowser();
  const { body } = await scenario.ticket({
    id: `T-1 ${hostile}`,
    subject: hostile,
    description: hostile,
    url: `https://e.example/${encodeURIComponent('"><script>')}"onmouseover="alert(4)`,
    form: hostile,
    channel: hostile,
    area: hostile,
    customer: { id: hostile, name: hostile },
    affectedCustomers: [{ id: `2 ${hostile}`, name: 'x'.repeat(300) }],
    affectedCustomerCount: 9,
  });
  const { id } = body.incident;
  const say = (statement: unknown) => scenario.post(`/api/incidents/${id}/events`, statement);
  await say({ type: 'commented', text: hostile });
  await say({ type: 'assigned', assignee: hostile });
  await say({
    type: 'verified',
    happened: 'yes',
    ongoing: 'yes',
    method: hostile,
    evidenceUrl: 'https://e.example/"><script>',
  });
  await say({ type: 'mitigated', kind: 'workaround', note: hostile });
  await say({ type: 'customer-updated', customers: 'all', message: hostile });
  await say({ type: 'caused', category: 'release', summary: hostile, releaseId: hostile });
  await say({ type: 'prevention', text: hostile });
  const question = await scenario.ticket({
    id: 'T-2',
    subject: hostile.replace(/alert/g, 'a'),
    category: 'question',
    differsFromExpected: 'no',
    customer: { id: 'c' },
  });
  await scenario.ticket({ [hostile]: hostile });
  await scenario.post('/api/actions', { incidentId: id, description: hostile, kind: 'prevent', owner: hostile });
  await scenario.post('/api/postmortems/2026-W48/assemble', {});
  const survivor = (await scenario.ticket({ id: 'T-3', subject: 'The first report', customer: { id: 'd' } })).body
    .incident;
  const linked = (await scenario.ticket({ id: 'T-4', subject: hostile, customer: { id: 'e', name: hostile } })).body
    .incident;
  await scenario.post(`/api/incidents/${linked.id}/events`, { type: 'linked', to: survivor.id, basis: hostile });
  await watchErrorRate(`${scenario.url}/alerts?auth_token=local`);
  await publishBuild({
    id: 'b-1',
    status: 'FAILURE',
    startTime: '2026-11-24T00:00:00Z',
    logUrl: hostile,
    substitutions: { BRANCH_NAME: hostile },
  });
  for (const percent of [1, 12]) {
    await scenario.advance('PT3M');
    await measure(percent, new Date(scenario.house.cloud.clock.now()));
  }
  await scenario.advance('PT3M');
  const alert = (await scenario.get('/api/incidents')).body.incidents.find(
    (each: { source: string }) => each.source === 'alert',
  );
  const signals = (await scenario.get(`/api/incidents/${id}/signals`)).body.signals;
  const quarantine = (await scenario.get('/api/quarantine')).body.quarantine;
  const asked = question.body.question ?? question.body.incident;
  const link = await scenario.post(`/api/customers/${namedCustomer}/page`, {});
  await scenario.advance('PT40M');
  paths = [
    '/console',
    '/console?status=recovered&urgency=high',
    `/console/incidents/${id}`,
    `/console/incidents/${id}/situation`,
    `/console/incidents/${asked.id}`,
    `/console/incidents/${survivor.id}`,
    `/console/incidents/${linked.id}`,
    `/console/incidents/${alert.id}`,
    `/console/signals/${signals[0].id}`,
    '/console/report',
    '/console/questions',
    '/console/actions',
    '/console/quarantine',
    `/console/quarantine/${quarantine[0].id}`,
    '/console/postmortems',
    '/console/postmortems/2026-W48',
    '/console/postmortems/2026-W48/meeting',
    '/console/postmortems/2026-W48/meeting?step=end',
    '/console/trends',
    '/console/connections',
    '/console/settings',
    '/console/nowhere',
    `/console/incidents/${id}/drafts`,
    `/console/incidents/${id}/customers`,
    `/console/incidents/${id}/candidates`,
    '/console/customers',
    '/console/close',
    '/console/drills',
    '/console/deliveries',
    '/console/find?q=first',
    '/console/find',
    `/console/customers/${namedCustomer}?page=made`,
    link.body.url.slice(scenario.url.length),
    '/s/aaaaaaaaaaaaaaaaaaaaaa',
    '/status/?lang=LANGUAGE',
  ];
});
afterAll(async () => {
  await browser?.close();
  await scenario?.stop();
});

const phone = { viewport: { width: 360, height: 740 } };
const desk = { viewport: { width: 1280, height: 900 } };

describe.each([
  ['Japanese, a phone, dark', { ...phone, locale: 'ja-JP', colorScheme: 'dark' as const }, 'ja'],
  ['English, a phone, light', { ...phone, locale: 'en-US', colorScheme: 'light' as const }, 'en'],
  ['English, a desk, dark', { ...desk, locale: 'en-US', colorScheme: 'dark' as const }, 'en'],
  ['Japanese, a desk, light', { ...desk, locale: 'ja-JP', colorScheme: 'light' as const }, 'ja'],
])('%s', (_name, options, language) => {
  test('every page reads, fits, runs nothing foreign, and is accessible', { timeout: 600_000 }, async () => {
    const { page, complaints, close } = await visit(browser, { ...options, baseURL: scenario.url });
    for (const path of paths) {
      await page.goto(path.replace('LANGUAGE', language));
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      // What is folded has to hold as well.
      await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
    }
    expect(complaints).toEqual([]);
    await close();
  });
});

/**
 * Headings, forms, tables and charts in their order, with their left and right edges in twentieths of the screen. What moves as
 * letters are narrower or wider has no edges here: they would be those of a machine's fonts.
 */
const structure = `(() => {
  const parts = [...document.querySelectorAll('main :is(h1, h2, h3, table, form, figure, .board > li, .wall > div)')]
    .filter((each) => each.offsetParent !== null && !each.closest('details:not([open]) > :not(summary)'));
  const edges = (each) => {
    const { left, right } = each.closest('.scroll')?.getBoundingClientRect() ?? each.getBoundingClientRect();
    return [Math.round(left), Math.round(right)];
  };
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const spaced = [-0.05, 0.1, 0.2, 0.3, 0].map((spacing) => {
    sheet.replaceSync('* { letter-spacing: ' + spacing + 'em !important }');
    return parts.map(edges);
  });
  const at = (x) => Math.round((20 * x) / innerWidth);
  return parts.map((each, index) => {
    const isSettled = new Set(spaced.map((all) => String(all[index]))).size === 1;
    const text = /^H[123]$/.test(each.tagName) ? ' ' + each.textContent.trim().replace(/\\s+/g, ' ').slice(0, 30) : '';
    return each.tagName.toLowerCase() + ' ' + (isSettled ? edges(each).map(at).join('-') : '·') + text;
  });
})()`;
const named = (path: string): string =>
  path.replaceAll(/[a-z]{3}_[\da-f]{24}|(?<=^\/s\/)[\w-]{22}$|(?<=customers\/)%22.*(?=\?)/g, '…');

/** Of a page that has the same parts at every width, where each lies from the narrowest to the widest; of another, a line a width. */
function inOneLine(structures: readonly [width: number, parts: string[]][]): string[] {
  const placed = structures.map(([, parts]) => parts.map((each) => /^(\w+) (\S+)(.*)$/.exec(each)?.slice(1) ?? []));
  const kinds = placed.map((parts) => parts.map(([tag, , text]) => `${tag}${text}`).join(' | '));
  if (new Set(kinds).size > 1) return structures.map(([width, parts]) => ` at ${width}: ${parts.join(' | ')}`);
  const parts = placed[0]?.map(
    ([tag, , text], index) => `${tag} ${placed.map((each) => each[index]?.[1]).join(' ')}${text}`,
  );
  return [`: ${parts?.join(' | ')}`];
}
const clipped = `[...document.querySelectorAll('main .scroll')].filter((each) => each.scrollWidth > each.clientWidth).length`;
const wallLines = `[...document.querySelectorAll('.wall dd')].map((each) => parseFloat(getComputedStyle(each).fontSize))`;

test.each(['ja', 'en'])(
  'every page keeps its structure on a phone, a desk and a wall, in %s',
  async (language) => {
    const structures = paths.map((): [width: number, parts: string[]][] => []);
    for (const width of [390, 1440, 1920]) {
      const viewport = { width, height: width === 390 ? 844 : 1080 };
      const { page, close } = await visit(browser, { baseURL: scenario.url, viewport, locale: language });
      for (const [index, path] of paths.entries()) {
        await page.goto(path.replace('LANGUAGE', language));
        const name = named(path);
        structures[index]?.push([width, await page.evaluate<string[]>(structure)]);
        // Beside a margin nothing is cut off.
        if (width > 390) expect([name, await page.evaluate(clipped)]).toEqual([name, 0]);
        if (width === 1920)
          for (const size of await page.evaluate<number[]>(wallLines)) expect(size).toBeGreaterThanOrEqual(60);
      }
      await close();
    }
    const lines = paths.flatMap((path, index) =>
      inOneLine(structures[index] ?? []).map((each) => `${named(path)}${each}`),
    );
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../fixtures/console/structure.${language}.txt`);
  },
  300_000,
);

test('no page scrolls sideways, from the narrowest phone to the widest wall', { timeout: 300_000 }, async () => {
  for (const width of [320, 768, 2560]) {
    const { page, close } = await visit(browser, { baseURL: scenario.url, viewport: { width, height: 900 } });
    for (const path of paths) {
      await page.goto(path);
      await expectNoSidewaysScroll(page);
    }
    await close();
  }
});

test('on a desk the board is beside an incident, and marks it; on a phone the next step is under the thumb', async () => {
  const incident = paths.find((path) => /inc_[\da-f]{24}$/.test(path)) ?? '';
  const wide = await visit(browser, { baseURL: scenario.url, viewport: { width: 1440, height: 900 } });
  await wide.page.goto(incident);
  await wide.page.locator('.beside .board > li').first().waitFor();
  expect(await wide.page.locator('.beside [aria-current]').evaluateAll((all) => all.length)).toBeLessThanOrEqual(1);
  expect(await wide.page.locator('.beside form').count()).toBe(0);
  await expectAccessible(wide.page);
  await expectNoSidewaysScroll(wide.page);
  expect(wide.complaints).toEqual([]);
  await wide.close();
  const small = await visit(browser, { baseURL: scenario.url, ...phone });
  await small.page.goto(incident);
  await small.page.evaluate('scrollTo(0, 900)');
  const box = await small.page.locator('.thumb :is(button, .button)').boundingBox();
  expect(box && [box.y > phone.viewport.height / 2, box.y + box.height <= phone.viewport.height]).toEqual([true, true]);
  await small.close();
});

test('hostile text stays text', async () => {
  const { page, complaints, close } = await visit(browser, { baseURL: scenario.url, ...phone });
  for (const path of paths) {
    await page.goto(path);
    expect(
      await page
        .locator('main script, main svg:not(.icon), main [onerror], main [onmouseover], main img[src="x"]')
        .count(),
    ).toBe(0);
  }
  await page.goto('/console/report');
  await page.getByLabel('What is happening? (required)').fill(hostile);
  await page.getByLabel('Details').fill(hostile);
  await page.getByLabel('Link to a ticket').fill('javascript:alert(1)');
  await page.getByRole('button', { name: 'Report incident' }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.getByLabel('Details').inputValue()).toBe(hostile);
  expect(complaints).toEqual([]);
  await close();
});

test.each(['/console', '/console/settings'])(
  'on %s the first Tab reaches the skip link, and `/` the search',
  async (path) => {
    for (const screen of [phone, desk]) {
      const { page, close } = await visit(browser, { baseURL: scenario.url, ...screen });
      await page.goto(path);
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
      await page.keyboard.press('/');
      expect(await page.evaluate('document.activeElement.name')).toBe('q');
      await page.keyboard.type('a/b');
      expect(await page.locator('.find input').inputValue()).toBe('a/b');
      await close();
    }
  },
);

test('the menu has four places, and every page of a place is one press away', async () => {
  const { page, close } = await visit(browser, { baseURL: scenario.url, ...desk });
  await page.goto('/console');
  const places = await page.locator('.top nav a').evaluateAll((all) => all.map((each) => each.getAttribute('href')));
  expect(places).toHaveLength(4);
  const reached = new Set<string | null>(places);
  for (const place of places) {
    await page.goto(place ?? '');
    for (const address of await page
      .locator('.inside a')
      .evaluateAll((all) => all.map((each) => each.getAttribute('href'))))
      reached.add(address);
  }
  expect(
    paths.filter(
      (path) => /^\/console(\/[a-z]+)?$/.test(path) && !/(nowhere|find|close)$/.test(path) && !reached.has(path),
    ),
  ).toEqual([]);
  await close();
});

test('by keyboard alone: the content is one key away, and a form can be filled and sent', async () => {
  const { page, close } = await visit(browser, { baseURL: scenario.url, ...desk });
  await page.goto('/console/report');
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Typed by keyboard');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Typed by keyboard' }).waitFor();
  await close();
});

test('the language is switched where it is looked for, and stays', async () => {
  const { page, close } = await visit(browser, { baseURL: scenario.url, ...phone });
  await page.goto('/console/settings');
  await page.getByRole('link', { name: '日本語' }).click();
  await page.getByRole('heading', { name: '設定', exact: true }).waitFor();
  await page.goto('/console');
  expect(await page.locator('html').getAttribute('lang')).toBe('ja');
  await close();
});
