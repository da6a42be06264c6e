/**
 * The pictures of `docs/pictures/`: of which page each is, from a demo that ends at one fixed moment, and what the page shows
 * in it. `pictures.json` keeps that as of the last `npm run screenshots`, so that a picture whose page has changed is found.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Language } from '../../functions/words/text.ts';

export const root = join(import.meta.dirname, '../..');
export const shownPath = join(import.meta.dirname, 'pictures.json');

/** What is shown, its lines apart by ⏎, by the picture's name; the style sheets and the pages that they were taken of. */
export interface Shown {
  styles: string;
  /** Digests of the same pages in a small house (`small-pages.ts`). */
  pages: Record<string, string>;
  pictures: Record<string, string>;
}

export interface Picture {
  name: string;
  path: string;
  width: number;
  height: number;
  scheme?: 'dark';
}

export async function startDemo(language: Language): Promise<{ url: string; stop: () => Promise<void> }> {
  const data = mkdtempSync(join(tmpdir(), 'metronome-demo-'));
  const demo = spawn(process.execPath, [join(root, 'infra/demo.ts'), '--language', language], {
    cwd: root,
    env: {
      ...process.env,
      PORT: '0',
      LOCAL_CLOUD_PORT: '0',
      LOCAL_DATA_DIR: data,
      DEMO_NOW: '2026-11-24T02:30:00Z',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(demo, 'exit');
  const stop = async (): Promise<void> => {
    demo.kill();
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  return { url: await consoleOf(demo), stop };
}

function consoleOf(demo: ChildProcess): Promise<string> {
  return new Promise((found, fail) => {
    let said = '';
    demo.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const url = /(http:\/\/127\.0\.0\.1:\d+)\/console/.exec(said)?.[1];
      if (url) found(url);
    });
    demo.once('exit', (code) => fail(new Error(`The demo ended with ${code} before it was ready.`)));
  });
}

/** Of the demo in one language, with which their names end. */
export async function choosePictures(url: string, language: Language): Promise<Picture[]> {
  const ask = async (path: string): Promise<Record<string, { id: string; origin: { id: string } }[]>> =>
    (await (await fetch(url + path)).json()) as never;
  const { incidents = [] } = await ask('/api/incidents?status=open');
  const { postmortems = [] } = await ask('/api/postmortems');
  const ticket = incidents.find((each) => each.origin.id === 'T-9003')?.id;
  const week = postmortems[0]?.id;
  if (!ticket || !week) throw new Error('The demo does not hold what the pictures show.');
  const desk = { width: 1000, height: 640 };
  return [
    { name: `board-${language}`, path: '/console', ...desk },
    { name: `board-dark-${language}`, path: '/console', ...desk, scheme: 'dark' },
    { name: `incident-${language}`, path: `/console/incidents/${ticket}`, ...desk, height: 720 },
    { name: `phone-dark-${language}`, path: `/console/incidents/${ticket}`, width: 390, height: 760, scheme: 'dark' },
    { name: `trends-${language}`, path: '/console/trends', ...desk, height: 960 },
    { name: `bundle-${language}`, path: `/console/postmortems/${week}`, ...desk, height: 720 },
  ];
}

/** Opens the page of a picture as it is taken; the caller closes its context. */
export async function openPicture(browser: Browser, url: string, language: Language, picture: Picture): Promise<Page> {
  const context = await browser.newContext({
    baseURL: url,
    locale: language === 'ja' ? 'ja-JP' : 'en-GB',
    timezoneId: 'Asia/Tokyo',
    colorScheme: picture.scheme ?? 'light',
    viewport: { width: picture.width, height: picture.height },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(picture.path);
  await page.waitForLoadState('networkidle');
  return page;
}

/** Lines of the page from its top, as many as a picture may hold. Spans of time pass while pictures are taken: “…”. */
export async function shownOn(page: Page): Promise<string> {
  const text = await page.evaluate<string>('document.body.innerText');
  return text
    .replace(/(?:\d+ ?(?:h|min|s|時間|分|秒)(?![a-z]) ?)+/g, '…')
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .slice(0, 25)
    .join(' ⏎ ');
}

/** Changes with every style sheet that a picture may show. */
export function stylesHash(): string {
  const sheets = [
    'functions/console/assets/tokens.css',
    'functions/console/assets/console.css',
    'functions/postmortems/render/assets/page.css',
  ];
  return createHash('sha256')
    .update(sheets.map((path) => readFileSync(join(root, path), 'utf8')).join('\n'))
    .digest('hex')
    .slice(0, 12);
}
