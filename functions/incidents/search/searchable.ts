/** The search terms of an incident, and whether it matches a query. Pure. */
import type { Policy } from '../../policy.ts';
import { codeOf, type Incident } from '../incident.ts';
import { gramsOf } from './grams.ts';
import { readingForm } from './reading-form.ts';

/** A code as typed: without M, in lower case, with blanks, O for 0, I or L for 1; undefined if it is no code. */
export function readCode(said: string): string | undefined {
  const plain = said
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '');
  const letters = plain.length === 7 && plain.startsWith('M') ? plain.slice(1) : plain;
  const read = letters.replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{6}$/.test(read) ? `M-${read}` : undefined;
}

/** The texts, the ones that people search by most first. Nothing that an outside ticket says is kept to be found. */
function textsOf(incident: Incident): string[] {
  if (incident.kind === 'outside') return [];
  const { origin, reporter, affectedCustomers } = incident;
  const customers = reporter ? [reporter, ...affectedCustomers] : affectedCustomers;
  return [
    codeOf(incident.id),
    origin.id,
    ...[origin.url, ...incident.ticketUrls].flatMap((url) => lastSegmentOf(url) ?? []),
    incident.title,
    ...(origin.area ? [origin.area] : []),
    ...customers.flatMap((each) => each.name ?? []),
    ...customers.map((each) => each.id),
    ...(incident.description ? [incident.description] : []),
  ];
}

/** The `search` field of the incident's document. */
export const searchGrams = (incident: Incident, policy: Policy): string[] =>
  gramsOf(textsOf(incident), policy.find.mostGrams);

/** Whether one of the incident's texts contains each of the words, without a gap. */
export function holdsWords(incident: Incident, words: readonly string[]): boolean {
  const forms = textsOf(incident).map(readingForm);
  return words.every((word) => forms.some((form) => form.includes(word)));
}

/** Tools show a ticket's number or key at the end of its address, even if they send another ID. */
export const lastSegmentOf = (url = ''): string | undefined => /[^/?#]+(?=[?#]|\/?$)/.exec(url)?.[0];
