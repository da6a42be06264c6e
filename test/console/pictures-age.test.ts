/** A picture of the documents whose page has changed since it was taken is named here, in a second; the browser's tests look closer. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Shown, shownPath, stylesHash } from '../browser/pictures.ts';
import { smallPages } from '../browser/small-pages.ts';

const renew = 'docs/pictures/ shows an older page: npm run screenshots, and look at what it made';
const shown: Shown = JSON.parse(readFileSync(shownPath, 'utf8'));

describe('the pictures of the documents', () => {
  test('were taken with the styles as they are', () => {
    expect(stylesHash(), renew).toBe(shown.styles);
  });

  test('show pages as they are', async () => {
    expect(await smallPages(), renew).toEqual(shown.pages);
  });
});
