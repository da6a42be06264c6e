/** The owner of a product area and its runbook, from `policy.areas`. Pure. */
import type { Policy } from '../policy.ts';
import type { Language } from './language.ts';
import { fieldTexts } from './texts/fields.ts';
import { areaTexts } from './texts/notices.ts';

type Area = Policy['areas'][number];

export const areaFacts = (area: string | undefined, { areas }: Pick<Policy, 'areas'>): Area | undefined =>
  areas.find((each) => each.area === area);

/** `担当チーム: 注文チーム`, `手順書: https://…`; nothing for an area that has neither. */
export function areaLines(area: string | undefined, policy: Pick<Policy, 'areas'>, language: Language): string[] {
  const { owner, runbook } = areaFacts(area, policy) ?? {};
  return [
    ...(owner ? [`${areaTexts.owner[language]}: ${owner}`] : []),
    ...(runbook ? [`${fieldTexts['field.runbook'][language]}: ${runbook}`] : []),
  ];
}
