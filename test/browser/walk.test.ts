/** One walk through the console, short enough for every commit: the board, an incident and a form. The other files try every page. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScenario, type Scenario } from '../scenarios/house.ts';
import { expectAccessible, expectNoSidewaysScroll, visit } from './browser.ts';
import { openBrowser } from './chromium.ts';

let scenario: Scenario;
let browser: Awaited<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  scenario = await openScenario('2026-11-24T00:00:00Z');
  browser = await openBrowser();
  await scenario.ticket({ id: 'T-1', subject: 'Orders fail', customer: { id: 'store-12', name: 'Shibuya' } });
});
afterAll(async () => {
  await browser?.close();
  await scenario?.stop();
});

const phone = { viewport: { width: 360, height: 740 }, colorScheme: 'dark' as const };
const desk = { viewport: { width: 1280, height: 900 }, colorScheme: 'light' as const };
const words = {
  en: { field: 'What is happening? (required)', send: 'Report incident' },
  ja: { field: '何が起きているか(必須)', send: '報告する' },
};

test.each([
  ['a phone', 'en', phone],
  ['a phone', 'ja', phone],
  ['a desk', 'en', desk],
  ['a desk', 'ja', desk],
] as const)('on %s, in %s: the board, an incident, and a report of another', async (device, language, options) => {
  const { page, complaints, close } = await visit(browser, { ...options, locale: language, baseURL: scenario.url });
  const expectSound = async (): Promise<void> => {
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  };
  await page.goto('/console');
  await expectSound();
  await page.getByRole('link', { name: 'Orders fail' }).click();
  await page.getByRole('heading', { name: 'Orders fail' }).waitFor();
  await expectSound();
  await page.goto('/console/report');
  await expectSound();
  const title = `Seen on ${device}, ${language}`;
  await page.getByLabel(words[language].field).fill(title);
  await page.getByRole('button', { name: words[language].send, exact: true }).click();
  await page.getByRole('heading', { name: title }).waitFor();
  expect(complaints).toEqual([]);
  await close();
});
