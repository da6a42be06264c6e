/** A text in each language. Pure. */
export const languages = ['ja', 'en'] as const;
export type Language = (typeof languages)[number];
/** A text, or what writes one, in each language. */
export type Both<T = string> = Record<Language, T>;
/** The content of a file in `texts/`, by key. `api` is the text for programs, if it differs from the English for people. */
export type Texts = Readonly<Record<string, Readonly<Both> & { readonly api?: string }>>;
