/** What the weekly postmortem's page says, in both languages; values have their names in `words/`. Pure. */
import { type Fill, nameFor, type Reader, rowOf, say } from '../../words/language.ts';
import { consoleTexts } from '../../words/texts/console.ts';
import { incidentTexts } from '../../words/texts/incident-page.ts';
import { postmortemTexts } from '../../words/texts/postmortem.ts';
import { reviewTexts } from '../../words/texts/review-pages.ts';
import { valueTexts } from '../../words/texts/values.ts';

const texts = { ...consoleTexts, ...incidentTexts, ...reviewTexts, ...valueTexts, ...postmortemTexts };
export type TextKey = keyof typeof texts;

export type Speech = ReturnType<typeof speak>;

export const speak = ({ language, policy }: Reader) => {
  const by = { language, policy };
  return {
    ...by,
    word: (word: TextKey, given?: Fill): string => say(by, texts[word], given),
    /** The name of a value of a kind, or the value itself. */
    value: (kind: string, value: string): string => nameFor(by, kind, value),
    /** One after another. */
    row: (names: readonly string[]): string => rowOf(by, names),
    /** Sentences, one after another. */
    sentences: (all: readonly string[]): string => all.join(language === 'ja' ? '' : ' '),
  };
};
