/** The words of the console's pages; values, refusals and reasons have theirs in `words/`. */
import { type Fill, type Language, namedIn, type Texts, textOf } from '../words/language.ts';
import { consoleTexts } from '../words/texts/console.ts';
import { incidentTexts } from '../words/texts/incident-page.ts';
import { policyTexts } from '../words/texts/policy-page.ts';
import { reasonTexts } from '../words/texts/reasons.ts';
import { reviewTexts } from '../words/texts/review-pages.ts';
import { valueTexts } from '../words/texts/values.ts';

export type TextKey = keyof typeof texts;

const texts = {
  ...consoleTexts,
  ...incidentTexts,
  ...reviewTexts,
  ...policyTexts,
  ...valueTexts,
  ...reasonTexts,
} satisfies Texts;

export type Speech = ReturnType<typeof speak>;

/** @param customer what a customer is called, by language */
export function speak(language: Language, customer: Record<Language, string>) {
  const maybe = (key: string, fill: Fill = {}): string | undefined =>
    textOf(texts, key, language, { customer: customer[language], ...fill });
  return {
    language,
    /** The text of that name, where there is one. */
    maybe,
    /** A text by its name, with `{names}` filled in. */
    t: (key: TextKey, fill?: Fill): string => maybe(key, fill) ?? key,
    /** What a value of a kind is called; the value itself where it has no name. */
    name: (kind: string, value: string | undefined | null): string =>
      value === undefined || value === null
        ? ''
        : (namedIn(texts, kind, value, language, { customer: customer[language] }) ?? value),
  };
}
