/** What a text is: the same in each language. Pure. */
export const languages = ['ja', 'en'] as const;
export type Language = (typeof languages)[number];
/** A text, or what writes one, in each language. */
export type Both<T = string> = Record<Language, T>;
/** What each file of `texts/` holds, by key. `api` is what programs are answered, where that is not the English for people. */
export type Texts = Readonly<Record<string, Readonly<Both> & { readonly api?: string }>>;
