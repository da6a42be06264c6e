/** The pictures of the documents are of the pages as they are now (else: `npm run screenshots`, and look at them). */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { languages } from '../../functions/words/text.ts';
import { openBrowser } from './chromium.ts';
import { choosePictures, openPicture, root, type Shown, shownOn, shownPath, startDemo } from './pictures.ts';

const shown: Shown = JSON.parse(readFileSync(shownPath, 'utf8'));

test('each is in both languages, and in a document', () => {
  const names = globSync('*.png', { cwd: join(root, 'docs/pictures') }).map((name) => name.replace('.png', ''));
  expect(names.toSorted()).toEqual(Object.keys(shown.pictures).toSorted());
  const texts = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));
  expect(names.filter((name) => !texts.some((text) => text.includes(`pictures/${name}.png`)))).toEqual([]);
  for (const name of names) expect(names).toContain(name.replace(/-(en|ja)$/, name.endsWith('en') ? '-ja' : '-en'));
});

// Two demos take a minute on two idle cores; the limit is for a machine that is ten times as busy.
test.concurrent.each(languages)('those in %s show what their pages show', { timeout: 1_100_000 }, async (language) => {
  const [demo, browser] = await Promise.all([startDemo(language), openBrowser()]);
  try {
    for (const picture of await choosePictures(demo.url, language)) {
      const page = await openPicture(browser, demo.url, language, picture);
      // Line by line, so that a failure shows which of them is another.
      const lines = (text = ''): string[] => [picture.name, ...text.split(' ⏎ ')];
      expect(lines(await shownOn(page))).toEqual(lines(shown.pictures[picture.name]));
      await page.context().close();
    }
  } finally {
    await browser.close();
    await demo.stop();
  }
});
