/** A text with a rule's number in it is wrong as soon as a team changes the rule, and of every incident judged before. */
import { expect, test } from 'vitest';
import { readCatalogues } from './read-texts.ts';

const inEnglish =
  /\b\d+ ?(?:h|min|s|d|%)(?!\w)|\b(?:\d+|one|two|three|four|five|six|seven|ten|twelve|fifteen|thirty|ninety|third)(?: or more)? (?:second|minute|hour|day|week|month|customer|update)s?\b/i;
const inJapanese = /\d+ ?(?:秒|分|時間|日|週|か月|%|回|店舗|件目|目)/;

/** Numbers that no rule decides: how often functions run, what other tools take, and units. */
const ofNoRule = [
  'connections.notion.what',
  'connections.testLost',
  'ticketTools.lost',
  'ticketTools.expiryUnknown',
  'series.notYet',
  'drills.nothingYet',
  'board.missedOnce',
  'shareAxis',
  'not-reminded-once',
  'said.the channel takes one message a second',
];
const isOfNoRule = (key: string): boolean => ofNoRule.some((each) => key === each || key.endsWith(`.${each}`));

/** Names of the rules themselves say their unit: “requests a minute”. */
const named = (key: string): boolean => key.includes('policyTexts.');

test('no text says a rule’s number: it takes it from the policy, or leaves it out', async () => {
  const all = (await readCatalogues()).flatMap(({ key, text }) => [
    { key, isNumbered: inEnglish.test(text.en.replaceAll(/\{[^}]*\}/g, '')) },
    { key, isNumbered: inJapanese.test(text.ja.replaceAll(/\{[^}]*\}/g, '')) },
  ]);
  const numbered = all.filter(({ key, isNumbered }) => isNumbered && !named(key)).map(({ key }) => key);
  expect([...new Set(numbered.filter((key) => !isOfNoRule(key)))]).toEqual([]);
  // One that is left over would hide the next.
  expect(ofNoRule.filter((each) => !numbered.some((key) => key.endsWith(each)))).toEqual([]);
});
