/** Every text that people read is in one place, once, in both languages, and none is in the code. */
import { expect, test } from 'vitest';
import { type CatalogueText, readCatalogues } from './read-texts.ts';

const entries = await readCatalogues();
const japanese = /[\u3040-\u30ff\u4e00-\u9fff]/;
const places = (text: string): string =>
  [...new Set(text.match(/\{\w+/g) ?? [])]
    .filter((each) => each !== '{customer')
    .toSorted()
    .join();
const listed = (found: CatalogueText[]): string[] => found.map(({ file, key }) => `${file}: ${key}`);

test('every text is there in both languages, with the same places to fill in', () => {
  expect(entries.length).toBeGreaterThan(1_500);
  const wrong = entries.filter(
    ({ file, text: { ja, en, api } }) =>
      ja.trim() === '' ||
      en.trim() === '' ||
      // A form says both before anybody knows who reads it.
      japanese.test(en.replace(/^読み込んでいます… |^.*\/ /, '')) ||
      (places(ja) !== places(en) && !(file === 'refusals.ts' && api !== undefined)),
  );
  expect(listed(wrong)).toEqual([]);
});

test('every Japanese text is Japanese, or a name', () => {
  const names =
    /^(?:API|Alert|Alertmanager|Chat|Cloud|Events|Freshdesk|Google|Grafana|Intercom|JSON|Jira|Markdown|Metronome|Monitoring|Opsgenie|PagerDuty|Slack|Teams|URL|Webhook|Zendesk)$/;
  const wrong = entries.filter(({ text: { ja } }) => {
    const words = ja.replace(/\{[^}]*\}/g, '').match(/[A-Za-z]{3,}/g) ?? [];
    return !japanese.test(ja) && !words.every((each) => names.test(each));
  });
  expect(listed(wrong)).toEqual([]);
});
