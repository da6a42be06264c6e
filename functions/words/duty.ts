/** Who is on duty, in words. Pure. */
import { fillIn, type Language, rowOf } from './language.ts';
import { dutyTexts as texts } from './texts/notices.ts';

/** How it is worded everywhere. */
export interface DutyFacts {
  people: readonly { name: string; until: Date }[];
  /** Since when nobody could look: what is told is what was last known. */
  unknownSince: Date | null;
  /** Nobody was found in what could be read, and that is not everything. */
  isUncertain?: true;
}

/** `当番: 山田花子(21:00まで)`; where the calendar is away, what was last known, and that it is. */
export const dutyText = (facts: DutyFacts, language: Language, clock: (at: Date) => string): string =>
  fillIn(texts.duty[language], { who: dutyPeople(facts, language, clock) });

export function dutyPeople(facts: DutyFacts, language: Language, clock: (at: Date) => string): string {
  const { people, unknownSince, isUncertain } = facts;
  const names = people.map(({ name, until }) => fillIn(texts.until[language], { name, until: clock(until) }));
  const nobody = isUncertain && !unknownSince ? texts.uncertain : texts.nobody;
  const known = names.length > 0 ? rowOf({ language }, names) : nobody[language];
  return unknownSince ? `${known} · ${fillIn(texts.unknown[language], { since: clock(unknownSince) })}` : known;
}
