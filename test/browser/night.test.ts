/**
 * The night on a phone, by the default policy: three stores report one outage in words of their own, and an alert comes late.
 * From the board until every store has its recovery message: the worst of twelve draws takes at most 18 taps, and nothing is typed.
 */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';
import { expectEachTold, reportNight, stores } from '../scenarios/three-stores.ts';
import { type Visitor, visit } from './browser.ts';
import { openBrowser } from './chromium.ts';
import { drawNights } from './night-titles.ts';

let scenario: Scenario;
let browser: Browser;
let visitor: Visitor;
const mostTaps = 18;
const nights = drawNights(12, Number(process.env.NIGHT_SEED ?? 71), policy);

beforeAll(async () => {
  scenario = await openScenario('2026-11-24T09:05:00Z', { environment: toolSecrets });
  browser = await openBrowser();
  visitor = await visit(browser, {
    baseURL: scenario.url,
    viewport: { width: 390, height: 844 },
    locale: 'ja-JP',
    hasTouch: true,
  });
});
afterAll(async () => {
  await browser?.close();
  await scenario?.stop();
});

/** @returns how many taps it took */
async function play(night: number, titles: readonly string[]): Promise<number> {
  const { page } = visitor;
  let taps = 0;
  const tap = async (what: Locator): Promise<void> => {
    taps += 1;
    await what.tap();
    await page.waitForLoadState();
  };
  const button = (name: string | RegExp): Locator => page.getByRole('button', { name }).first();
  const recorded = async (what: string): Promise<void> =>
    page.getByText(`記録しました: ${what}`).waitFor({ timeout: 30_000 });
  await page.goto('/console');
  await tap(page.locator('.board h2 a').first());
  await tap(page.getByRole('link', { name: '重複を探す' }).first());
  const candidates = page.locator('input[name="incident"]');
  await candidates.nth(2).waitFor({ timeout: 30_000 });
  expect(await candidates.count()).toBe(3);
  for (let index = 0; index < 3; index += 1) await tap(candidates.nth(index));
  await tap(button('選んだものを統合する'));
  await page.getByText('に統合しました').waitFor();
  await tap(button('担当する'));
  await recorded('担当決定');
  await tap(button('発生中と確認'));
  await recorded('事実確認');
  // The next question is unfolded.
  await tap(page.locator('#corrected-impact label', { hasText: '業務停止' }));
  await tap(page.locator('#corrected-impact').getByRole('button', { name: '記録する' }));
  await recorded('訂正');
  const send = async (): Promise<void> => {
    await tap(page.locator('.thumb a.button'));
    await page.locator('button[data-names-into]').waitFor({ timeout: 30_000 });
    const [name = ''] = await page.locator('button[data-names-into]').allTextContents();
    for (const store of stores) expect(name).toContain(store);
    await tap(page.locator('button[data-names-into]'));
    await page.getByText('送信を受け付けました').waitFor();
  };
  await send();
  await tap(page.locator('#mitigated label', { hasText: '設定変更' }));
  await tap(page.locator('#mitigated').getByRole('button', { name: '記録する' }));
  await recorded('一次対応');
  await tap(button('業務回復を記録する'));
  await tap(button('3店舗すべてについて記録する'));
  await recorded('業務回復');
  await send();
  await scenario.advance('PT2M');
  await expectEachTold(scenario, night, titles);
  await page.goto('/console');
  expect(await page.locator('.board > li').count()).toBe(0);
  return taps;
}

test('from the board to the last recovery message', async () => {
  const { page, complaints } = visitor;
  let typed = 0;
  await page.exposeFunction('typedOne', () => (typed += 1));
  await page.addInitScript("addEventListener('keydown', () => window.typedOne(), true)");
  const taken: { taps: number; titles: readonly string[] }[] = [];
  for (const [night, titles] of nights.entries()) {
    await reportNight(scenario, night, titles);
    taken.push({ taps: await play(night, titles), titles });
    // The next night begins when nothing of this one is of the same minutes.
    await scenario.advance('PT2H');
  }
  const worst = taken.toSorted((one, other) => other.taps - one.taps)[0];
  process.stdout.write(
    `The worst of ${taken.length} nights: ${worst?.taps} taps, ${typed} characters (${worst?.titles.join(' / ')})\n`,
  );
  expect(typed).toBe(0);
  expect(worst?.taps).toBeLessThanOrEqual(mostTaps);
  expect(complaints).toEqual([]);
});
