/** The words of the console's pages; values, refusals and reasons have theirs in `words/`. */
import { type Fill, type Language, languages, namedIn, type Texts, textOf } from '../words/language.ts';
import { consoleTexts } from '../words/texts/console.ts';
import { incidentTexts } from '../words/texts/incident-page.ts';
import { policyTexts } from '../words/texts/policy-page.ts';
import { reasonTexts } from '../words/texts/reasons.ts';
import { reviewTexts } from '../words/texts/review-pages.ts';
import { valueTexts } from '../words/texts/values.ts';

export { type Language, languages };
export type TextKey = keyof typeof texts;

const texts = {
  ...consoleTexts,
  ...incidentTexts,
  ...reviewTexts,
  ...policyTexts,
  ...valueTexts,
  ...reasonTexts,
} satisfies Texts;

export interface Speech {
  language: Language;
  /** A text by its name, with `{names}` filled in. */
  t: (key: TextKey, fill?: Fill) => string;
  /** What a value of a kind is called; the value itself where it has no name. */
  name: (kind: string, value: string | undefined | null) => string;
  /** The text of that name, where there is one. */
  maybe: (key: string, fill?: Fill) => string | undefined;
}

/** @param customer what a customer is called, by language */
export function speak(language: Language, customer: Record<Language, string>): Speech {
  const maybe = (key: string, fill: Fill = {}): string | undefined =>
    textOf(texts, key, language, { customer: customer[language], ...fill });
  return {
    language,
    maybe,
    t: (key, fill) => maybe(key, fill) ?? key,
    name: (kind, value) =>
      value === undefined || value === null
        ? ''
        : (namedIn(texts, kind, value, language, { customer: customer[language] }) ?? value),
  };
}

/** What was chosen, else the first language of the browser that is one of ours, else Japanese. */
export function chooseLanguage(chosen: string | undefined, accepted: string | undefined): Language {
  const known = languages.find((each) => each === chosen);
  if (known) return known;
  const wishes = (accepted ?? '')
    .split(',')
    .map((each) => {
      const [tag = '', ...parameters] = each.trim().toLowerCase().split(';');
      const weight = parameters.map((text) => /^\s*q=([\d.]+)/.exec(text)?.[1]).find((found) => found !== undefined);
      return { tag: tag.slice(0, 2), weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { tag } of wishes) {
    const found = languages.find((each) => each === tag);
    if (found) return found;
  }
  return 'ja';
}
