/** The words of the console and the weekly postmortem, in the reader's language. Pure. */
import { type Fill, type Language, namedIn, type Reader, rowOf, type Texts, textOf } from './language.ts';
import { consoleTexts } from './texts/console.ts';
import { incidentTexts } from './texts/incident-page.ts';
import { policyTexts } from './texts/policy-page.ts';
import { postmortemTexts } from './texts/postmortem.ts';
import { reasonTexts } from './texts/reasons.ts';
import { reviewTexts } from './texts/review-pages.ts';
import { valueTexts } from './texts/values.ts';

const texts = {
  ...consoleTexts,
  ...incidentTexts,
  ...reviewTexts,
  ...policyTexts,
  ...valueTexts,
  ...reasonTexts,
  ...postmortemTexts,
} satisfies Texts;

export type TextKey = keyof typeof texts;
export type Speech = ReturnType<typeof speak>;

export function speak<P extends Reader['policy']>({ language, policy }: { language: Language; policy: P }) {
  const customer = policy.customerLabel[language];
  const maybe = (key: string, fill: Fill = {}) => textOf(texts, key, language, { customer, ...fill });
  return {
    language,
    policy,
    maybe,
    /** A text by its name, with `{names}` filled in. */
    t: (key: TextKey, fill?: Fill): string => maybe(key, fill) ?? key,
    /** The name of a value of a kind; the value itself if it has no name. */
    name: (kind: string, value: string | undefined | null): string =>
      value === undefined || value === null ? '' : (namedIn(texts, kind, value, language, { customer }) ?? value),
    row: (names: readonly string[]): string => rowOf({ language }, names),
    sentences: (all: readonly string[]): string => all.join(language === 'ja' ? '' : ' '),
  };
}
