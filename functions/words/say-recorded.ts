/** Reasons that the record keeps in English, in the reader's language. Refusals are not kept, and have codes. Pure. */
import { nameFor, type Reader, type Texts, textOf } from './language.ts';
import { reasonTexts } from './texts/reasons.ts';

const texts: Texts = reasonTexts;

const ownLetters = (key: string): number => key.replace(/\{\w+\}/g, '').length;

/** Patterns with more fixed words come first: the closer pattern wins. */
const forms = Object.keys(texts)
  .filter((key) => /\{\w+\}/.test(key))
  .map((key) => {
    const parts = key.slice('said.'.length).split(/\{(\w+)\}/);
    const pattern = parts.map((part, index) => (index % 2 === 1 ? '(.+?)' : RegExp.escape(part))).join('');
    return { key, places: parts.filter((_, index) => index % 2 === 1), pattern: new RegExp(`^${pattern}$`, 's') };
  })
  .sort((a, b) => ownLetters(b.key) - ownLetters(a.key));

/** A recorded sentence in the reader's language; undefined for one that has no words of its own in `reasonTexts`. */
export function sayRecorded(sentence: string, by: Reader): string | undefined {
  const { language } = by;
  const customer = by.policy.customerLabel[language];
  const whole = textOf(texts, `said.${sentence}`, language, { customer });
  if (whole !== undefined) return whole;
  for (const { key, places, pattern } of forms) {
    const match = pattern.exec(sentence);
    if (!match) continue;
    const given = Object.fromEntries(
      places.map((place, index) => [place, sayPlace(place, match[index + 1] ?? '', by)]),
    );
    return textOf(texts, key, language, { ...given, customer });
  }
  return undefined;
}

/** The recorded text in the reader's language; a text without a translation stays as it is. */
export const reasonFor = (by: Reader, sentence: string): string => sayRecorded(sentence, by) ?? sentence;

/** Nested reasons and names of tools are translated too. Texts from libraries and from Google stay as they are. */
function sayPlace(place: string, value: string, by: Reader): string {
  if (place === 'tool') return nameFor(by, 'tool', value);
  return (place === 'why' && sayRecorded(value, by)) || value;
}
