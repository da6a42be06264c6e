/** The night on a phone: three stores and the alert report one outage. It takes at most 18 taps, and nothing is typed. */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { measure, watchErrorRate } from '../../infra/demo/shop.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { freshdeskBody } from '../fixtures/tickets.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';
import { type Visitor, visit } from './browser.ts';
import { openBrowser } from './chromium.ts';

let scenario: Scenario;
let browser: Browser;
let visitor: Visitor;
const stores = ['渋谷店', '新宿店', '大宮店'];
const mostTaps = 18;
/** As a team says it once: what customers call the product area. Drafts then have no gap to fill in. */
const { functions } = policy.sender;

beforeAll(async () => {
  policy.sender.functions = [{ area: 'order', ja: '注文機能', en: 'ordering' }];
  scenario = await openScenario('2026-11-24T15:00:00Z', { environment: toolSecrets });
  browser = await openBrowser();
  visitor = await visit(browser, {
    baseURL: scenario.url,
    viewport: { width: 390, height: 844 },
    locale: 'ja-JP',
    hasTouch: true,
  });
  await watchErrorRate(`${scenario.url}/alerts?auth_token=local`);
  for (const [index, name] of stores.entries()) {
    const body = freshdeskBody({
      ticket_id: 400 + index,
      ticket_subject: index === 1 ? 'オーダーが確定できない' : '注文が確定できない',
      requester_email: `store-${index}`,
      requester_name: name,
      ticket_product_name: 'order',
    });
    const headers = { authorization: `Bearer ${toolSecrets.FRESHDESK_TOKEN}` };
    await scenario.post('/tickets/freshdesk', body, headers);
  }
  for (const percent of [1, 12]) {
    await scenario.advance('PT3M');
    await measure(percent, new Date(scenario.house.cloud.clock.now()));
  }
  await scenario.advance('PT3M');
});
afterAll(async () => {
  policy.sender.functions = functions;
  await browser?.close();
  await scenario?.stop();
});

test('from the board to the last recovery message', async () => {
  const { page, complaints } = visitor;
  let taps = 0;
  let typed = 0;
  await page.exposeFunction('typedOne', () => (typed += 1));
  await page.addInitScript("addEventListener('keydown', () => window.typedOne(), true)");
  const tap = async (what: Locator): Promise<void> => {
    taps += 1;
    await what.tap();
    await page.waitForLoadState();
  };
  const button = (name: string | RegExp): Locator => page.getByRole('button', { name }).first();
  await page.goto('/console');
  // The reports that came later, and the alert, are the same trouble as the first.
  for (let asked = await page.locator('form.same').count(); asked > 0; asked -= 1) {
    await tap(button('同じ(統合する)'));
    await expect.poll(() => page.locator('form.same').count()).toBeLessThan(asked);
  }
  expect(await page.locator('.board > li').count()).toBe(1);
  await tap(page.locator('.board h2 a').first());
  await tap(button('担当する'));
  await tap(button('発生中と確認'));
  const recorded = async (what: string): Promise<void> => page.getByText(`記録しました: ${what}`).waitFor();
  await recorded('事実確認');
  // The next question is unfolded.
  await tap(page.locator('#corrected-impact label', { hasText: '業務停止' }));
  await tap(page.locator('#corrected-impact').getByRole('button', { name: '記録する' }));
  await recorded('訂正');

  await tap(page.locator('.due-line a.button'));
  await tap(button('3件のチケットに送信する'));
  await page.getByText('送信を受け付けました').waitFor();

  await tap(page.locator('#mitigated label', { hasText: '設定変更' }));
  await tap(page.locator('#mitigated').getByRole('button', { name: '記録する' }));
  await recorded('一次対応');

  await tap(button('業務回復を記録する'));
  for (const name of stores) await page.locator('main').getByText(name).waitFor();
  await tap(button('3店舗すべてについて記録する'));
  await recorded('業務回復');
  await tap(page.locator('.due-line a.button'));
  await tap(button('3件のチケットに送信する'));
  await page.getByText('送信を受け付けました').waitFor();

  await scenario.advance('PT2M');
  for (const [index] of stores.entries()) {
    const { body } = await scenario.get(`/_local/tools/freshdesk/tickets/${400 + index}`);
    expect(body.comments.filter((each: { isPublic: boolean }) => each.isPublic)).toHaveLength(2);
  }
  await page.goto('/console');
  expect(await page.locator('.board > li').count()).toBe(0);
  expect(typed).toBe(0);
  expect(taps).toBeLessThanOrEqual(mostTaps);
  expect(complaints).toEqual([]);
});
