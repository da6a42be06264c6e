/** A visitor in a real browser, and what the pages are held to. */
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

export interface Visitor {
  page: Page;
  /** What the page complained of, or asked of another origin. */
  complaints: string[];
  close(): Promise<void>;
}

/** A visitor with a browser profile of their own; anything the page complains of is kept. */
export async function visit(browser: Browser, options: BrowserContextOptions & { baseURL: string }): Promise<Visitor> {
  const context = await browser.newContext({ locale: 'en-US', timezoneId: 'Asia/Tokyo', ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: options.baseURL });
  const page = await context.newPage();
  // A busy machine fails nothing: this only ends what would never end.
  page.setDefaultTimeout(120_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    // A refused form is an answer, not a fault of the page.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(options.baseURL)) complaints.push(`asked ${request.url()}`);
  });
  return { page, complaints, close: () => context.close() };
}

interface AxeResult {
  violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
}

/**
 * What axe-core finds on the current page. It is put in from outside: the page's own rules admit no such script. A customer's page and the
 * public status renew themselves without a script, and have no field to lose: WCAG 2.2.1 excepts what is shown in real time.
 */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const rules = { 'meta-refresh': { enabled: new URL(page.url()).pathname.startsWith('/console') } };
  const result = await page.evaluate<AxeResult>(`axe.run(${JSON.stringify({ rules })})`);
  const found = result.violations.map(
    ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary}`,
  );
  expect([page.url(), ...found]).toEqual([page.url()]);
}

export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const wide = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect([page.url(), wide]).toEqual([page.url(), 0]);
}
