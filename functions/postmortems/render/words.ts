/** What the weekly postmortem's page says, in both languages; values have their names in `words/`. Pure. */
import { fillIn, nameOf, rowOf } from '../../words/language.ts';
import { postmortemTexts } from '../../words/texts/postmortem.ts';
import type { Locale } from '../guide.ts';

export type TextKey = keyof typeof postmortemTexts;

export interface Speech {
  locale: Locale;
  /** What a customer is called. */
  customer: string;
  word(word: TextKey, fill?: Record<string, string | number>): string;
  /** The name of a value of a kind, or the value itself. */
  value(kind: string, value: string): string;
  /** One after another. */
  row(names: readonly string[]): string;
  /** Sentences, one after another. */
  sentences(all: readonly string[]): string;
}

/** @param customer what a customer is called */
export function speak(locale: Locale, customer: string): Speech {
  const fill = (text: string, given: Record<string, string | number>): string => fillIn(text, { customer, ...given });
  return {
    locale,
    customer,
    word: (word, given = {}) => fill(postmortemTexts[word][locale], given),
    value: (kind, value) => nameOf(kind, value, locale, customer),
    row: (names) => rowOf({ language: locale }, names),
    sentences: (all) => all.join(locale === 'ja' ? '' : ' '),
  };
}
