/** What a team's own wording of a draft's part has to have. */
import { type DraftPart, placesOf } from '../../functions/words/drafts.ts';
import type { Language } from '../../functions/words/language.ts';
import { draftTexts } from '../../functions/words/texts/drafts.ts';

export const draftParts = Object.keys(draftTexts) as DraftPart[];
export const placesOfPart = (part: DraftPart, language: Language): string[] => [
  ...new Set(placesOf(draftTexts[part][language])),
];

/** A team's own wording has the places of ours, so that each is filled. Zendesk would take `{{` and `{%` for places of its own. */
export function isOwnWording(part: DraftPart, language: Language, text: string): boolean {
  const [may, has] = [placesOfPart(part, language), placesOf(text)];
  const hasSame = has.every((place) => may.includes(place)) && may.every((place) => has.includes(place));
  return hasSame && text.trim() !== '' && !/\{\{|\{%/.test(text);
}
