/** The words of the product in both languages, worded once for whatever shows them. Doors import none of it. Pure. */
import type { Policy } from '../policy.ts';
import { type Both, type Language, languages, type Texts } from './text.ts';
import { valueTexts } from './texts/values.ts';

export { type Both, type Language, languages, type Texts };
export type Fill = Record<string, string | number>;
/** `fillIn('{n} {n|drill|drills}', { n: 1 })` is `1 drill`; a place that nothing is given for stays. */
export const fillIn = (text: string, given: Fill): string =>
  text.replace(/\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g, (whole, name: string, one?: string, more?: string) => {
    const value = given[name];
    if (value === undefined) return whole;
    return one === undefined || more === undefined ? String(value) : Number(value) === 1 ? one : more;
  });

/** Who reads it, and what they call a customer. */
export interface Reader {
  language: Language;
  policy: Pick<Policy, 'customerLabel'>;
}

export const both = (write: (language: Language) => string): Both => ({ ja: write('ja'), en: write('en') });

export const say = ({ language, policy }: Reader, of: Both, given: Fill = {}): string =>
  fillIn(of[language], { customer: policy.customerLabel[language], ...given });

/** The name of a value of a kind (`impact`, `stopped`: `業務停止`); the value itself if it has no name. */
export const nameFor = ({ language, policy }: Reader, kind: string, value: string): string =>
  namedIn(valueTexts, kind, value, language, { customer: policy.customerLabel[language] }) ?? value;

export const rowOf = ({ language }: Pick<Reader, 'language'>, names: readonly string[]): string =>
  names.join(language === 'ja' ? '、' : ', ');

/** The text of a key with its places filled in; undefined if there is none. */
export function textOf(texts: Texts, key: string, language: Language, given: Fill): string | undefined {
  const text = Object.hasOwn(texts, key) ? texts[key]?.[language] : undefined;
  return text === undefined ? undefined : fillIn(text, given);
}

/** A value's name: its own, else its first part's (`affectedCustomers.0`), else its last's (`impact.scopeMethod`). */
export function namedIn(texts: Texts, kind: string, value: string, language: Language, given: Fill) {
  const parts = value.split('.');
  const name = [value, parts[0], parts.at(-1)].find((each) => Object.hasOwn(texts, `${kind}.${each}`));
  return textOf(texts, `${kind}.${name}`, language, given);
}

/** The chosen language, otherwise the best match of `Accept-Language`, otherwise the team's. */
export function chooseLanguage(
  chosen: string | undefined,
  accepted = '',
  { language: otherwise }: Pick<Policy, 'language'>,
): Language {
  const known = languages.find((each) => each === chosen);
  if (known) return known;
  const wishes = accepted.split(',').flatMap((each) => {
    const [tag = '', ...parameters] = each.trim().toLowerCase().split(';');
    const language = languages.find((one) => one === tag.slice(0, 2));
    const weight = Number(/(?:^|;)\s*q=([\d.]+)/.exec(parameters.join(';'))?.[1] ?? 1);
    return language && weight > 0 ? [{ language, weight }] : [];
  });
  return wishes.sort((one, other) => other.weight - one.weight)[0]?.language ?? otherwise;
}
