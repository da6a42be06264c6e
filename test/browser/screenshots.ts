/**
 * `npm run screenshots`: makes the pictures of `docs/pictures/` from a demo in each language, which ends at one fixed moment,
 * so that they are the same again but for seconds; and of every page at the width of a phone, a desk and a wall, below
 * `.local/pictures/`, to look at. `-- --url http://127.0.0.1:8080` takes them of a demo that runs already, and
 * `--only board-ja` takes one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { type Language, languages } from '../../functions/words/text.ts';
import { openBrowser } from './chromium.ts';

const { values } = parseArgs({ options: { url: { type: 'string' }, only: { type: 'string' } } });
const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/pictures');
const every = join(root, '.local/pictures');
const mostBytes = 150 * 1024;

/** Of the demo in the language with which its name ends. */
interface Picture {
  name: string;
  path: string;
  width: number;
  height: number;
  scheme?: 'dark';
}

const browser = await openBrowser();
for (const language of languages) {
  if (values.only && !values.only.endsWith(`-${language}`)) continue;
  const demo = values.url ? { url: values.url, stop: async () => undefined } : await startDemo(language);
  try {
    for (const picture of (await choose(demo.url)).filter(({ name }) => name.endsWith(`-${language}`))) {
      if ((values.only ?? picture.name) === picture.name) await take(browser, demo.url, language, picture);
    }
    if (!values.only) await takeEvery(browser, demo.url, language);
  } finally {
    await demo.stop();
  }
}
await browser.close();

async function startDemo(language: Language): Promise<{ url: string; stop: () => Promise<void> }> {
  const data = mkdtempSync(join(tmpdir(), 'metronome-demo-'));
  const demo = spawn(process.execPath, [join(root, 'infra/demo.ts')], {
    cwd: root,
    env: {
      ...process.env,
      PORT: '0',
      LOCAL_CLOUD_PORT: '0',
      LOCAL_DATA_DIR: data,
      DEMO_NOW: '2026-11-24T02:30:00Z',
      DEMO_LANGUAGE: language,
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

async function choose(url: string): Promise<Picture[]> {
  const ask = async (path: string): Promise<Record<string, { id: string; source: string; origin: { id: string } }[]>> =>
    (await (await fetch(url + path)).json()) as never;
  const { incidents = [] } = await ask('/api/incidents?status=open');
  const { postmortems = [] } = await ask('/api/postmortems');
  const ticket = incidents.find((each) => each.origin.id === 'T-9003')?.id;
  const alert = incidents.find((each) => each.source === 'alert')?.id;
  const week = postmortems[0]?.id;
  if (!ticket || !alert || !week) throw new Error('The demo does not hold what the pictures show.');
  const desk = { width: 1000, height: 640 };
  const phone = { width: 390, height: 760 };
  return [
    { name: 'board-ja', path: '/console', ...desk },
    { name: 'board-en', path: '/console', ...desk },
    { name: 'incident-en', path: `/console/incidents/${ticket}`, ...desk, height: 720 },
    { name: 'alert-ja', path: `/console/incidents/${alert}`, width: 1180, height: 720 },
    { name: 'phone-ja', path: `/console/incidents/${ticket}`, ...phone, scheme: 'dark' },
    { name: 'trends-en', path: '/console/trends', ...desk, height: 960 },
    { name: 'bundle-ja', path: `/console/postmortems/${week}`, ...desk, height: 720 },
  ];
}

async function takeEvery(browser: Browser, url: string, language: Language): Promise<void> {
  const ofIncidents = (await choose(url)).map(({ path }) => path).filter((path) => /incidents|postmortems/.test(path));
  const paths = [
    ...new Set(
      ofIncidents.flatMap((path) => (path.includes('inc_') ? [path, `${path}/situation`, `${path}/drafts`] : [path])),
    ),
    ...'/console /console/report /console/questions /console/actions /console/postmortems /console/trends /console/quarantine /console/connections /console/policy /console/customers /console/drills /console/close /console/deliveries'.split(
      ' ',
    ),
  ];
  mkdirSync(every, { recursive: true });
  for (const width of [390, 1440, 1920]) {
    const viewport = { width, height: width === 390 ? 844 : 1080 };
    const context = await browser.newContext({ baseURL: url, viewport, locale: language, timezoneId: 'Asia/Tokyo' });
    const page = await context.newPage();
    for (const path of paths) {
      await page.goto(path);
      await page.screenshot({
        path: join(every, `${path.slice(1).replaceAll('/', '-')}.${language}.${width}.png`),
        fullPage: true,
      });
    }
    await context.close();
  }
}

async function take(browser: Browser, url: string, language: Language, picture: Picture): Promise<void> {
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
  const path = join(folder, `${picture.name}.png`);
  await page.screenshot({ path });
  await context.close();
  const { size } = statSync(path);
  process.stdout.write(`${picture.name}.png ${Math.round(size / 1024)} KiB\n`);
  if (size > mostBytes) throw new Error(`${picture.name}.png has more than ${mostBytes / 1024} KiB.`);
}
