/** Emergencies of the week: the minutes, the roles, the checkpoints. A week without any says nothing of them. Pure. */
import { codeOf } from '../../incidents/code.ts';
import type { BundleEmergency } from '../emergencies.ts';
import { type Block, badge } from './blocks.ts';
import { resultBadge } from './compose-entry.ts';
import { duration, span } from './format.ts';
import type { Page } from './page.ts';

export function composeEmergencies(emergencies: readonly BundleEmergency[], page: Page): Block[] {
  if (emergencies.length === 0) return [];
  return [page.heading(2, 'emergencies'), ...emergencies.map((each) => cardOf(each, page))];
}

function cardOf(emergency: BundleEmergency, page: Page): Block {
  const { word, value, language } = page;
  const { incidentId, title, since, endedAt, minutes, rule, checkpoints } = emergency;
  const roles = emergency.roles.map(({ role, minutes: after }) => {
    const taken = after === null ? word('roleNotTaken') : span(after, language);
    return `${value('role', role)}: ${taken}`;
  });
  const ended = endedAt === null ? value('ongoing', 'yes') : page.time(endedAt);
  const results = checkpoints.flatMap(({ id, result }) => [
    `${value('checkpoint', id)} `,
    resultBadge(result, page),
    ' ',
  ]);
  return {
    kind: 'card',
    id: `emergency-${incidentId}`,
    title: title || word('untitled'),
    badges: [badge(codeOf(incidentId))],
    blocks: [
      {
        kind: 'facts',
        rows: [
          [word('emergencyWhy'), [value('emergencyRuleShort', rule)]],
          [word('emergencyTime'), [`${page.time(since)} – ${ended} (${duration(minutes, page)})`]],
          [word('emergencyRoles'), [page.row(roles)]],
          [word('checkpoints'), results],
          [word('emergencyRecord'), [page.incident(incidentId, codeOf(incidentId))]],
        ],
      },
    ],
  };
}
