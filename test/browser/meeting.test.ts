/** A meeting in real browsers: forty incidents by keyboard alone, and two people at one meeting whose connection is lost. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScenario, type Scenario } from '../scenarios/house.ts';
import { expectAccessible, expectNoSidewaysScroll, type Visitor, visit } from './browser.ts';
import { openBrowser } from './chromium.ts';

const week = '2026-W47';
const meeting = `/console/postmortems/${week}/meeting`;
const many = 40;
let scenario: Scenario;
let browser: Browser;
let ann: Visitor;
let bob: Visitor;

beforeAll(async () => {
  // The last hour of a Sunday in Japan.
  scenario = await openScenario('2026-11-22T14:00:00Z');
  for (let at = 0; at < many; at += 10) {
    await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const known = { businessImpact: 'degraded', affectedCustomerCount: 1, ongoing: 'no' };
        const { body } = await scenario.ticket({ id: `T-${at + index}`, subject: `Trouble ${at + index}`, ...known });
        const caused = { type: 'caused', category: 'configuration', releaseId: 'none' };
        await scenario.post(`/api/incidents/${body.incident.id}/events`, caused);
        const told = { type: 'customer-updated', customers: 'all', message: 'It works again', recovery: true };
        await scenario.post(`/api/incidents/${body.incident.id}/events`, told);
      }),
    );
  }
  await scenario.post('/_local/clock', { set: '2026-11-23T00:10:00Z' });
  browser = await openBrowser();
  ann = await visit(browser, { baseURL: scenario.url });
  bob = await visit(browser, { baseURL: scenario.url, viewport: { width: 390, height: 800 } });
});
afterAll(async () => {
  await browser?.close();
  await scenario?.stop();
});

test('forty incidents by keyboard alone, in one order, none of them twice', async () => {
  const { page } = ann;
  // The page hears keys once its script has run.
  const press = async (key: string): Promise<void> => {
    await page.waitForLoadState('domcontentloaded');
    await page.keyboard.press(key);
  };
  await page.goto(meeting);
  await page.locator('h2#guide').waitFor();
  for (const part of ['actions', 'alarms', 'questions', 'missing', 'list']) {
    await press('ArrowRight');
    await page.locator(`h2#${part}`).waitFor();
  }
  await press('ArrowRight');
  const titles = new Set<string>();
  for (let n = 1; n <= many; n += 1) {
    await page.getByText(`${n} of ${many}, highest score first`).waitFor();
    titles.add((await page.locator('article h2').first().textContent()) ?? '');
    await press('Control+Enter');
  }
  await page.locator('h2#list').waitFor();
  expect(titles.size).toBe(many);
  const { body } = await scenario.get(`/api/postmortems/${week}`);
  expect(body.aggregates.total.reviewed).toBe(many);
});

test('every step can be read with poor sight, and on a phone', async () => {
  for (const step of ['guide', 'actions', 'falling-counts', 'questions', 'missing-data', 'incidents', 'end']) {
    await bob.page.goto(`${meeting}?step=${step}`);
    await expectAccessible(bob.page);
    await expectNoSidewaysScroll(bob.page);
  }
  await bob.page.goto(`${meeting}?step=incidents`);
  await bob.page.locator('ol.rows a').first().click();
  await bob.page.locator('[aria-labelledby="confirm"]').waitFor();
  await expectAccessible(bob.page);
  await expectNoSidewaysScroll(bob.page);
});

const say = async (page: Page, text: string): Promise<void> => {
  await page.getByLabel('Where are these reports going instead?').fill(text);
  await page.getByRole('button', { name: 'Record the answer' }).click();
};

test('two people at one meeting see each other’s answers, and a lost connection takes nothing away', async () => {
  for (const { page } of [ann, bob]) await page.goto(`${meeting}?step=falling-counts`);
  await say(ann.page, 'Support has a new form');
  // Bob has not reloaded anything.
  await bob.page.locator('#said').getByText('Support has a new form').waitFor({ timeout: 30_000 });
  await bob.page.context().setOffline(true);
  await say(bob.page, 'And the chat answers some').catch(() => undefined);
  await bob.page.context().setOffline(false);
  await bob.page.goto(`${scenario.url}${meeting}?step=falling-counts`);
  expect(await bob.page.getByLabel('Where are these reports going instead?').inputValue()).toBe(
    'And the chat answers some',
  );
  await bob.page.getByRole('button', { name: 'Record the answer' }).click();
  await bob.page.locator('#said').getByText('And the chat answers some').waitFor();
  const { answers } = (await scenario.get(`/api/postmortems/${week}`)).body;
  expect(answers).toMatchObject([{ text: 'And the chat answers some', before: [{ text: 'Support has a new form' }] }]);
  // What was recorded is no draft any more.
  await bob.page.goto(`${scenario.url}${meeting}?step=end`);
  await bob.page.goto(`${scenario.url}${meeting}?step=falling-counts`);
  expect(await bob.page.evaluate<number>('Object.keys(localStorage).length')).toBe(0);
});

test('nothing complained', () => {
  const lost = /ERR_INTERNET_DISCONNECTED/;
  expect([...ann.complaints, ...bob.complaints].filter((each) => !lost.test(each))).toEqual([]);
});
