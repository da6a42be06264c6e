/** A responder at work: a ticket appears, and is worked from report to recovery by clicking only. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScenario, type Scenario } from '../scenarios/house.ts';
import { type Visitor, visit } from './browser.ts';
import { openBrowser } from './chromium.ts';

let scenario: Scenario;
let browser: Browser;
let visitor: Visitor;

beforeAll(async () => {
  scenario = await openScenario('2026-11-24T00:00:00Z');
  browser = await openBrowser();
  visitor = await visit(browser, { baseURL: scenario.url });
});
afterAll(async () => {
  await browser?.close();
  await scenario?.stop();
});

test('a ticket comes in and appears on the open board, which keeps its place', async () => {
  const { page } = visitor;
  await page.goto('/console');
  await page.getByText('No open incidents.').waitFor();
  await page.getByText('Filters').click();
  await scenario.ticket({
    id: 'T-1',
    subject: 'Orders fail',
    occurredAt: '2026-11-24T08:50:00+09:00',
    customer: { id: 'store-12', name: 'Shibuya' },
  });
  await page.getByRole('link', { name: 'Orders fail' }).waitFor({ timeout: 25_000 });
  expect(await page.locator('#filters').getAttribute('open')).not.toBeNull();
  expect(await page.locator('.countdown').textContent()).toMatch(/^1[45] min(?: \d+ s)? left$/);
  const before = await page.locator('.countdown').textContent();
  await expect.poll(() => page.locator('.countdown').textContent(), { timeout: 5_000 }).not.toBe(before);
});

test('what is overdue is in plain sight', async () => {
  const { page } = visitor;
  await scenario.advance('PT20M');
  await page.reload();
  expect(await page.locator('.board > li.is-overdue .countdown').textContent()).toMatch(/^overdue by [45] min$/);
  await page.getByText('1 overdue').waitFor();
});

test('from report to recovery by clicking only', async () => {
  const { page } = visitor;
  await page.getByRole('link', { name: 'Orders fail' }).click();
  await page.getByRole('button', { name: 'Assign to me' }).click();
  await page.getByText('Recorded: Assigned').waitFor();
  await page.getByRole('button', { name: 'Confirm it’s happening' }).click();
  await page.getByText('Recorded: Confirmed').waitFor();

  const step = (name: string) =>
    page.locator('.flow > li', { has: page.locator('.step').getByText(name, { exact: true }) });
  const open = async (name: string) => {
    const item = step(name);
    if ((await item.locator('> details').getAttribute('open')) === null) await item.locator('summary').first().click();
    return item;
  };
  const impact = await open('Business impact');
  await impact.getByText(/^Degraded/).click();
  await impact.getByRole('button', { name: 'Record' }).click();
  await page.getByText('Recorded: Corrected').waitFor();

  const mitigated = await open('2. Mitigate without affecting others');
  await mitigated.getByText('setting change').click();
  await mitigated.getByRole('button', { name: 'Record' }).click();
  await page.getByText('Recorded: Mitigated').waitFor();

  const scoped = await open('3. Confirm who is affected');
  await scoped.getByText('yes', { exact: true }).click();
  await scoped.getByRole('button', { name: 'Record' }).click();
  await page.getByText('Recorded: Scope confirmed').waitFor();

  const told = await open('Log a call or email');
  // The draft is in the customers' language, whatever the responder reads.
  expect(await told.getByLabel('Message', { exact: true }).inputValue()).toContain(
    'ご連絡が遅くなりましたことを、お詫び申し上げます',
  );
  await told.getByRole('button', { name: 'Copy' }).click();
  await told.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toContain('次回は');
  await told.getByRole('button', { name: 'Log this update' }).click();
  await page.getByText('Recorded: Update to customers').waitFor();

  const recovered = await open('5. Record recovery');
  await recovered.getByRole('button', { name: 'Record recovery' }).click();
  await page.getByText('Recorded: Recovered').waitFor();

  // The clock stops only with the message that says so.
  await open('Log a call or email');
  expect(await told.getByLabel('Send as the recovery message').isChecked()).toBe(true);
  await told.getByRole('button', { name: 'Log this update' }).click();
  await page.getByText('Recorded: Update to customers').waitFor();
  expect(await page.locator('.due-line').count()).toBe(0);

  await page.getByRole('link', { name: 'Now', exact: true }).click();
  await page.getByText('No open incidents.').waitFor();
  const { body } = await scenario.get('/api/incidents');
  expect(body.incidents[0]).toMatchObject({
    status: 'recovered',
    assignee: 'local',
    ongoing: 'yes',
    impact: { businessImpact: 'degraded', recurrenceRisk: 'yes' },
    mitigation: { kind: 'setting' },
  });
});

test('a correction of the time judges the urgency again, and a time is read in the viewer’s own zone', async () => {
  const far = await visit(browser, { baseURL: scenario.url, timezoneId: 'America/New_York' });
  const { body } = await scenario.get('/api/incidents');
  await far.page.goto(`/console/incidents/${body.incidents[0].id}`);
  await far.page.getByText('Correct a fact').click();
  const form = far.page.locator('#corrected');
  await form.getByLabel('New time').fill('2026-11-23T08:00');
  await form.getByRole('button', { name: 'Correct' }).click();
  await far.page.getByText('Recorded: Corrected').waitFor();
  const after = (await scenario.get(`/api/incidents/${body.incidents[0].id}`)).body;
  expect(after.occurredAt).toBe('2026-11-23T13:00:00.000Z');
  expect(after.urgency.level).toBe('low');
  expect(await far.page.locator('dl.facts time').first().textContent()).toContain('08:00');
  expect(await far.page.locator('dl.facts time').first().getAttribute('title')).toBe('2026-11-23 13:00:00 UTC');
  expect(far.complaints).toEqual([]);
  await far.close();
});

test('a bundle is held in the meeting', async () => {
  const { page } = visitor;
  await page.goto('/console/postmortems');
  await page.getByRole('button', { name: 'Generate the postmortem for 2026-W48' }).click();
  await page.getByRole('link', { name: 'Meeting view' }).click();
  // By keyboard, and by nothing else until the end: the guide, last time's actions, and so on.
  await page.locator('h2#guide').waitFor();
  for (const part of ['actions', 'alarms', 'questions', 'missing', 'list']) {
    await page.keyboard.press('ArrowRight');
    await page.locator(`h2#${part}`).waitFor();
  }
  await page.keyboard.press('ArrowRight');
  await page.getByText('1 of 1, highest score first').waitFor();
  // The keys that walk change nothing: neither arrows nor a remote control's pages touch the impact.
  const chosen = "document.querySelector('[name=businessImpact]:checked')?.value";
  const before = await page.evaluate(chosen);
  expect(await page.evaluate('document.activeElement.id')).toBe('confirm');
  for (const key of ['ArrowDown', 'ArrowUp']) await page.keyboard.press(key);
  // It scrolls as ever, and walks on at the end.
  for (let presses = 0; presses < 50 && (await page.locator('h2#confirm').count()) > 0; presses += 1) {
    await page.keyboard.press('PageDown');
    // It may have walked on meanwhile.
    const drawn = page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await drawn.catch(() => undefined);
  }
  await page.locator('h2#list').waitFor();
  await page.keyboard.press('ArrowLeft');
  await page.locator('h2#confirm').waitFor();
  expect(await page.evaluate(chosen)).toBe(before);
  // One Tab leads to the first field, whose arrows choose.
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  expect(await page.evaluate('document.activeElement.name')).toBe('businessImpact');
  await page.getByLabel('Prevention').fill('Alarm sooner');
  // A window that is closed takes nothing with it.
  await page.goto('/console');
  await page.goBack();
  await page.goto(page.url());
  expect(await page.getByLabel('Prevention').inputValue()).toBe('Alarm sooner');
  await page.getByLabel('Number of customers unknown').check();
  await page.locator('[aria-labelledby="confirm"]').getByText('configuration').click();
  await page.getByLabel('Action item', { exact: true }).fill('Alarm on failing orders');
  await page.keyboard.press('Control+Enter');
  await page.locator('h2#list').waitFor();
  await page.keyboard.press('PageDown');
  await page.getByText('Chair and attendees').waitFor();
  await scenario.advance('P7D');
  await page.goto(page.url());
  await page.getByLabel('Present').fill('Ann\nBob');
  await page.getByRole('button', { name: 'Close postmortem' }).click();
  await page.waitForURL('**/console/postmortems/2026-W48');
  await page.getByText('closed', { exact: true }).first().waitFor();
  expect((await scenario.get('/api/postmortems/2026-W48')).body.state).toBe('held');
  await page.goto('/console/actions');
  await page.getByText('Alarm on failing orders').waitFor();
});

test('nothing complained, and nothing was asked of another origin', () => {
  expect(visitor.complaints).toEqual([]);
});
