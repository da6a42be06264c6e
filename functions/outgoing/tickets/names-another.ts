/** Whether a text names a customer to somebody else: `docs/how-to/connect/sending.md` has the rule. Pure. */
import type { Contact } from '../../incidents/rhythm/contact.ts';
import { readingForm } from '../../incidents/search/reading-form.ts';

/** A name in its reading form, and as people write it. */
type Names = Map<string, string>;

/** In reading forms: 「様」「さま」「さん」「御中」「殿」「ご担当者」. */
const addressedAfter = /^ ?(?:様|サマ|サン|御中|殿|ゴ担当)/u;
const addressedBefore = /(?:^| )dear $/u;
const shortestName = 3;

/**
 * @param groups the customers of each ticket, who read the text together
 * @returns names that some group does not have, each once, as people write them and in the order of the text
 */
export function namesAnother(text: string, groups: readonly (readonly Contact[])[], all: readonly Contact[]): string[] {
  const found = namesIn(text, all);
  if (found.size === 0) return [];
  const own = groups.map(namesOf);
  return [...found].flatMap(([form, name]) => (own.every((each) => each.has(form)) ? [] : [name]));
}

function namesIn(text: string, contacts: readonly Contact[]): Names {
  const known = namesOf(contacts);
  // If one name contains another, such as 「新渋谷店」 and 「渋谷店」, the longest match counts.
  const lengths = [...new Set([...known.keys()].map((each) => each.length))].sort((a, b) => b - a);
  const whole = readingForm(text);
  const found: Names = new Map();
  for (let at = 0; at < whole.length; ) {
    const length = lengths.find((each) => {
      const form = whole.slice(at, at + each);
      return known.has(form) && isWritten(form, whole.slice(0, at), whole.slice(at + each, at + each + 10));
    });
    const form = whole.slice(at, at + (length ?? 0));
    if (length !== undefined) found.set(form, known.get(form) ?? form);
    at += length ?? 1;
  }
  return found;
}

function namesOf(contacts: readonly Contact[]): Names {
  const names = contacts.flatMap(({ customers }) =>
    customers.flatMap(({ id, name }) => {
      if (name !== undefined) return [name];
      // A customer without a name is called by the id, unless that is a bare number.
      return readingForm(id).length >= shortestName && /\p{L}/u.test(id) ? [id] : [];
    }),
  );
  return new Map(names.flatMap((each) => (readingForm(each) === '' ? [] : [[readingForm(each), each]])));
}

/** Words in Latin letters and numbers have to be whole; a name of one or two characters has to be addressed. */
function isWritten(name: string, before: string, after: string): boolean {
  if (isOfWord(name.at(0)) && isOfWord(before.at(-1))) return false;
  if (isOfWord(name.at(-1)) && isOfWord(after.replace(/^s(?![\p{Script=Latin}\p{N}])/u, '').at(0))) return false;
  if (Array.from(name).length >= shortestName) return true;
  const isAddressed = addressedAfter.test(after) || addressedBefore.test(before);
  return isAddressed && !/\p{Script=Han}$/u.test(before);
}

const isOfWord = (character: string | undefined): boolean => /[\p{Script=Latin}\p{N}]/u.test(character ?? '');
