/** What is live where it helps, and what works as well where no script runs. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScenario, type Scenario } from '../scenarios/house.ts';
import { visit } from './browser.ts';
import { openBrowser } from './chromium.ts';

let scenario: Scenario;
let browser: Browser;
const phone = { viewport: { width: 360, height: 740 } };

beforeAll(async () => {
  scenario = await openScenario('2026-11-24T00:00:00Z');
  browser = await openBrowser();
  for (let n = 1; n <= 14; n += 1) {
    await scenario.ticket({ id: `T-${n}`, subject: `Trouble ${n}`, customer: { id: `store-${n}` } });
  }
});
afterAll(async () => {
  await browser?.close();
  await scenario?.stop();
});

test('the board refreshes itself and keeps the scroll, what is open, and the focus', async () => {
  const { page, complaints, close } = await visit(browser, { baseURL: scenario.url, ...phone });
  await page.goto('/console');
  await page.getByText('Filters').click();
  const link = page.getByRole('link', { name: 'Trouble 9', exact: true });
  await link.focus();
  await page.evaluate('scrollTo(0, 700)');
  await scenario.ticket({ id: 'T-15', subject: 'Trouble 15', customer: { id: 'store-15' } });
  // What a tab does as it is looked at again.
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await page.getByRole('link', { name: 'Trouble 15' }).waitFor();
  expect(await page.evaluate('scrollY')).toBe(700);
  expect(await page.locator('#filters').getAttribute('open')).not.toBeNull();
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Trouble 9');
  expect(complaints).toEqual([]);
  await close();
});

test('while somebody is choosing a filter, nothing is taken away under their hands', async () => {
  const { page, close } = await visit(browser, { baseURL: scenario.url, ...phone });
  await page.goto('/console');
  await page.getByText('Filters').click();
  await page.getByLabel('Urgency').focus();
  await scenario.ticket({ id: 'T-16', subject: 'Trouble 16', customer: { id: 'store-16' } });
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  expect(await page.evaluate('document.activeElement.name')).toBe('urgency');
  await page.evaluate('document.activeElement.blur()');
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await page.getByRole('link', { name: 'Trouble 16' }).waitFor();
  await close();
});

test('further rows come as one scrolls, and stay as the board refreshes', async () => {
  for (let n = 100; n < 150; n += 1) await scenario.ticket({ id: `T-${n}`, subject: `Trouble ${n}` });
  const { page, complaints, close } = await visit(browser, { baseURL: scenario.url, ...phone });
  await page.goto('/console');
  const rows = page.locator('.board > li');
  expect(await rows.count()).toBe(50);
  await page.evaluate('scrollTo(0, document.body.scrollHeight)');
  await rows.nth(60).waitFor();
  const ids = "new Set([...document.querySelectorAll('.board > li')].map((each) => each.id)).size";
  expect(await page.evaluate(ids)).toBe(await rows.count());
  expect(await page.locator('[data-more] [rel="next"]').count()).toBe(0);
  await scenario.ticket({ id: 'T-17', subject: 'Trouble 17', customer: { id: 'store-17' } });
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  // It is due last, and so it comes once one is there.
  await page.locator('[data-more] [rel="next"]').waitFor({ state: 'attached' });
  expect(await rows.count()).toBeGreaterThan(60);
  await page.evaluate('scrollTo(0, document.body.scrollHeight)');
  await page.getByRole('link', { name: 'Trouble 17' }).waitFor();
  expect(complaints).toEqual([]);
  await close();
});

test('a channel and a door are tried by a press, and say what came of it', async () => {
  const { page, complaints, close } = await visit(browser, { baseURL: scenario.url });
  await page.goto('/console/connections');
  await page.getByRole('button', { name: 'Check every endpoint' }).click();
  await page.locator('#zendesk').getByText('closed', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Send a test notice to every channel' }).click();
  await page.getByText('Test results are below.').waitFor();
  await page.locator('#channel-inbox').getByText('delivered', { exact: true }).nth(1).waitFor();
  expect((await scenario.inbox()).at(-1)).toMatchObject({ kind: 'connection-test' });
  expect(complaints).toEqual([]);
  await close();
});

test('without script an incident is reported, worked and closed, and a question answered, by plain forms', async () => {
  const { page, close } = await visit(browser, { baseURL: scenario.url, javaScriptEnabled: false, ...phone });
  await page.goto('/console/report');
  await page.getByLabel('What is happening? (required)').fill('The till is frozen');
  await page.getByLabel('Who reported it', { exact: true }).fill('store-77 = Ueno');
  await page.getByRole('button', { name: 'Report incident' }).click();
  await page.getByRole('heading', { name: 'The till is frozen' }).waitFor();
  expect(await page.locator('.countdown').first().textContent()).toMatch(/^1[45] min(?: \d+ s)? left$/);
  // A button that only a script could serve is not shown.
  expect(await page.getByRole('button', { name: 'Copy' }).count()).toBe(0);

  const press = async (name: string, recorded: string): Promise<void> => {
    await page.getByRole('button', { name, exact: true }).click();
    await page.getByText(`Recorded: ${recorded}`).waitFor();
  };
  const open = async (name: string) => {
    const item = page.locator('.flow > li', { has: page.getByText(name, { exact: true }) });
    if ((await item.locator('> details').getAttribute('open')) === null) await item.locator('summary').first().click();
    return item;
  };
  await press('Assign to me', 'Assigned');
  await press('Confirm it’s happening', 'Confirmed');
  const mitigated = await open('2. Mitigate without affecting others');
  await mitigated.getByText('setting change').click();
  await mitigated.getByRole('button', { name: 'Record' }).click();
  await page.getByText('Recorded: Mitigated').waitFor();
  const told = await open('Log a call or email');
  expect(await told.getByLabel('Message', { exact: true }).inputValue()).toContain('The till is frozen');
  await told.getByText('Send as the recovery message').click();
  await told.getByRole('button', { name: 'Log this update' }).click();
  await page.getByText('Recorded: Update to customers').waitFor();
  expect(await page.locator('.due-line').count()).toBe(0);
  const id = /inc_[\da-f]{24}/.exec(page.url())?.[0];
  expect((await scenario.get(`/api/incidents/${id}`)).body.status).toBe('recovered');

  const asked = await scenario.ticket({
    id: 'Q-1',
    subject: 'How do I sort the menu?',
    category: 'question',
    differsFromExpected: 'no',
    customer: { id: 'store-1' },
  });
  await page.goto(`/console/incidents/${asked.body.question.id}`);
  await page.getByText('explained', { exact: true }).click();
  await page.getByRole('button', { name: 'Answer' }).click();
  await page.waitForURL('**/console/**');
  expect((await scenario.get(`/api/incidents/${asked.body.question.id}`)).body.status).toBe('answered');
  await close();
});

test('what is refused or not there is a page in the reader’s language, with a way on', async () => {
  const { page, close } = await visit(browser, { baseURL: scenario.url, locale: 'ja-JP', ...phone });
  await page.goto('/console/incidents/inc_000000000000000000000000');
  await page.getByRole('heading', { name: 'エラー: 見つかりません' }).waitFor();
  await page.goto('/console/report');
  await page.context().clearCookies();
  await page.getByLabel('何が起きているか(必須)').fill('注文が通らない');
  await page.getByRole('button', { name: '報告する' }).click();
  await page.getByText('ページを読み込み直してください').waitFor();
  expect(await page.getByRole('link', { name: '対応状況へ戻る' }).count()).toBe(1);
  await close();
});

test('an open page says what others have recorded, keeps what is typed, and leads to the page as it now is', async () => {
  const { body } = await scenario.ticket({ id: 'T-50', subject: 'Two people', customer: { id: 'store-50' } });
  const { page, complaints, close } = await visit(browser, { baseURL: scenario.url, ...phone });
  await page.goto(`/console/incidents/${body.incident.id}#commented`);
  await page.locator('#commented-text').fill('We have restarted it');
  const look = "document.dispatchEvent(new Event('visibilitychange'))";
  await page.evaluate(look);
  expect(await page.locator('.news').isVisible()).toBe(false);
  await scenario.post(`/api/incidents/${body.incident.id}/events`, { type: 'assigned', assignee: 'sato@example.jp' });
  await page.evaluate(look);
  await page.locator('.news', { hasText: 'Assigned' }).waitFor();
  expect(await page.locator('#commented-text').inputValue()).toBe('We have restarted it');
  // A comment is taken, whatever others have recorded meanwhile.
  await page.locator('#commented').getByRole('button').first().click();
  await page.getByText('Recorded: Comment').waitFor();
  expect(complaints).toEqual([]);
  await close();
});
