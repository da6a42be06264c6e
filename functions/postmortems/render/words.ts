/** What the weekly postmortem's page says, in both languages; values have their names in `words/`. Pure. */
import { nameFor, type Reader, rowOf, say } from '../../words/language.ts';
import { consoleTexts } from '../../words/texts/console.ts';
import { incidentTexts } from '../../words/texts/incident-page.ts';
import { postmortemTexts } from '../../words/texts/postmortem.ts';
import { reviewTexts } from '../../words/texts/review-pages.ts';
import { valueTexts } from '../../words/texts/values.ts';

const texts = { ...consoleTexts, ...incidentTexts, ...reviewTexts, ...valueTexts, ...postmortemTexts };
export type TextKey = keyof typeof texts;

export interface Speech extends Reader {
  word(word: TextKey, fill?: Record<string, string | number>): string;
  /** The name of a value of a kind, or the value itself. */
  value(kind: string, value: string): string;
  /** One after another. */
  row(names: readonly string[]): string;
  /** Sentences, one after another. */
  sentences(all: readonly string[]): string;
}

export const speak = ({ language, policy }: Reader): Speech => {
  const by = { language, policy };
  return {
    ...by,
    word: (word, given) => say(by, texts[word], given),
    value: (kind, value) => nameFor(by, kind, value),
    row: (names) => rowOf(by, names),
    sentences: (all) => all.join(language === 'ja' ? '' : ' '),
  };
};
