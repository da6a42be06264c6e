/** Who acted, who is on duty, and who owns a product area, as people read it. Pure. */
import { type Policy, policy } from '../policy.ts';
import { fillIn, type Language, rowOf, type Texts } from './language.ts';
import { fieldTexts } from './texts/fields.ts';
import { areaTexts, dutyTexts } from './texts/notices.ts';
import { valueTexts } from './texts/values.ts';

const texts: Texts = valueTexts;

/** `鈴木(Zendesk)` for `zendesk:8`: an account's name comes with its tool, so that nobody takes it for an e-mail. */
export function actorText(actor: string, actorName: string | undefined, language: Language): string {
  const { names } = policy.people;
  if (Object.hasOwn(names, actor)) return names[actor] ?? actor;
  const named = (key: string): string | undefined => texts[key]?.[language];
  const [, tool = actor, account] = /^([a-z]+):(.+)$/s.exec(actor) ?? [];
  const source = named(`tool.${tool}`);
  const shown = actorName ?? account;
  if (source === undefined || shown === undefined) return named(`actor.${actor}`) ?? source ?? actor;
  return language === 'ja' ? `${shown}(${source})` : `${shown} (${source})`;
}

export interface DutyFacts {
  people: readonly { name: string; until: Date }[];
  /** Since when the calendar could not be read; the names are the last known. */
  unknownSince: Date | null;
  /** Nobody was found, but part of the calendar could not be read. */
  isUncertain?: true;
}

/** `当番: 山田花子(21:00まで)`; where the calendar is away, what was last known, and that it is. */
export const dutyText = (facts: DutyFacts, language: Language, clock: (at: Date) => string): string =>
  fillIn(dutyTexts.duty[language], { who: dutyPeople(facts, language, clock) });

export function dutyPeople(facts: DutyFacts, language: Language, clock: (at: Date) => string): string {
  const { people, unknownSince, isUncertain } = facts;
  const names = people.map(({ name, until }) => fillIn(dutyTexts.until[language], { name, until: clock(until) }));
  const nobody = isUncertain && !unknownSince ? dutyTexts.uncertain : dutyTexts.nobody;
  const known = names.length > 0 ? rowOf({ language }, names) : nobody[language];
  return unknownSince ? `${known} · ${fillIn(dutyTexts.unknown[language], { since: clock(unknownSince) })}` : known;
}

export const areaFacts = (area: string | undefined, { areas }: Pick<Policy, 'areas'>) =>
  areas.find((each) => each.area === area);

/** The owner of a product area and its runbook, from `policy.areas`: `担当チーム: 注文チーム`, `手順書: https://…`; nothing for an area that has neither. */
export function areaLines(area: string | undefined, policy: Pick<Policy, 'areas'>, language: Language): string[] {
  const { owner, runbook } = areaFacts(area, policy) ?? {};
  return [
    ...(owner ? [`${areaTexts.owner[language]}: ${owner}`] : []),
    ...(runbook ? [`${fieldTexts['field.runbook'][language]}: ${runbook}`] : []),
  ];
}
