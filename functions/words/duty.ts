/** Who is on duty, in words. Pure. */
import { type Both, fillIn, type Language } from './language.ts';

/** What is said of it, whoever found it out. */
export interface DutyFacts {
  people: readonly { name: string; until: Date }[];
  /** Since when nobody could look. */
  unknownSince: Date | null;
}

const texts = {
  duty: { ja: '当番: {who}', en: 'On duty: {who}' },
  until: { ja: '{name}({until}まで)', en: '{name} (until {until})' },
  nobody: { ja: '該当者なし', en: 'nobody' },
  unknown: { ja: 'カレンダーを確認できません({since}から)', en: 'the calendar cannot be read since {since}' },
} satisfies Record<string, Both>;

/** `当番: 山田花子(21:00まで)`; where the calendar is away, what was last known, and that it is. */
export function dutyText(facts: DutyFacts, language: Language, clock: (at: Date) => string): string {
  return fillIn(texts.duty[language], { who: dutyPeople(facts, language, clock) });
}

export function dutyPeople(facts: DutyFacts, language: Language, clock: (at: Date) => string): string {
  const { people, unknownSince } = facts;
  const names = people.map(({ name, until }) => fillIn(texts.until[language], { name, until: clock(until) }));
  const known = names.length > 0 ? names.join(language === 'ja' ? '、' : ', ') : texts.nobody[language];
  return unknownSince ? `${known} · ${fillIn(texts.unknown[language], { since: clock(unknownSince) })}` : known;
}
