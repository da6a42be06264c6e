/**
 * `npm run screenshots`: makes the pictures of `docs/pictures/` from a demo in each language, says in `pictures.json` what
 * they show, and takes every page at the width of a phone, a desk and a wall, below `.local/pictures/`, to look at.
 * `-- --url http://127.0.0.1:8080` takes them of a demo that runs already, and `--only board-ja` takes one.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { type Language, languages } from '../../functions/words/text.ts';
import { openBrowser } from './chromium.ts';
import {
  choosePictures,
  openPicture,
  root,
  type Shown,
  shownOn,
  shownPath,
  startDemo,
  stylesHash,
} from './pictures.ts';
import { smallPages } from './small-pages.ts';

const { values } = parseArgs({ options: { url: { type: 'string' }, only: { type: 'string' } } });
const folder = join(root, 'docs/pictures');
const every = join(root, '.local/pictures');
const mostBytes = 150 * 1024;

const browser = await openBrowser();
const shown: Shown = JSON.parse(readFileSync(shownPath, 'utf8'));
for (const language of languages) {
  if (values.only && !values.only.endsWith(`-${language}`)) continue;
  const demo = values.url ? { url: values.url, stop: async () => undefined } : await startDemo(language);
  try {
    for (const picture of await choosePictures(demo.url, language)) {
      if ((values.only ?? picture.name) !== picture.name) continue;
      const page = await openPicture(browser, demo.url, language, picture);
      const path = join(folder, `${picture.name}.png`);
      await page.screenshot({ path });
      shown.pictures[picture.name] = await shownOn(page);
      await page.context().close();
      const { size } = statSync(path);
      process.stdout.write(`${picture.name}.png ${Math.round(size / 1024)} KiB\n`);
      if (size > mostBytes) throw new Error(`${picture.name}.png has more than ${mostBytes / 1024} KiB.`);
    }
    if (!values.only) await takeEvery(browser, demo.url, language);
  } finally {
    await demo.stop();
  }
}
if (!values.only) Object.assign(shown, { styles: stylesHash(), pages: await smallPages() });
writeFileSync(shownPath, `${JSON.stringify(shown, null, 2)}\n`);
await browser.close();

async function takeEvery(browser: Browser, url: string, language: Language): Promise<void> {
  const chosen = (await choosePictures(url, language)).map(({ path }) => path);
  const ofIncidents = chosen.filter((path) => /incidents|postmortems/.test(path));
  const paths = [
    ...new Set(
      ofIncidents.flatMap((path) => (path.includes('inc_') ? [path, `${path}/situation`, `${path}/drafts`] : [path])),
    ),
    ...'/console /console/report /console/questions /console/actions /console/postmortems /console/trends /console/quarantine /console/connections /console/settings /console/customers /console/drills /console/close /console/deliveries'.split(
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
