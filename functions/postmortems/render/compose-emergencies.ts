/** Emergencies of the week: the minutes, the roles, the checkpoints. A week without any says nothing of them. Pure. */
import { codeOf } from '../../incidents/code.ts';
import type { Checkpoint } from '../checkpoints.ts';
import type { BundleEmergency } from '../emergencies.ts';
import { type Block, link, type Tone } from './blocks.ts';
import { dateTime, duration, type Period, span } from './format.ts';
import type { Speech } from './words.ts';

const tones: Record<Checkpoint['result'], Tone> = {
  pass: 'good',
  fail: 'bad',
  'not-applicable': 'plain',
  'no-data': 'warn',
};

export function composeEmergencies(
  emergencies: readonly BundleEmergency[],
  speech: Speech,
  week: Period,
  incidentUrl: (id: string) => string | undefined,
): Block[] {
  if (emergencies.length === 0) return [];
  const { word, value, locale } = speech;
  const cards = emergencies.map((each): Block => {
    const roles = each.roles.map(({ role, minutes }) => {
      const taken = minutes === null ? word('roleNotTaken') : word('roleTaken', { span: span(minutes, locale) });
      return `${value('role', role)}: ${taken}`;
    });
    const ended = each.endedAt === null ? word('emergencyGoesOn') : dateTime(each.endedAt, week, locale);
    return {
      kind: 'card',
      id: `emergency-${each.incidentId}`,
      title: each.title || word('untitled'),
      badges: [{ badge: codeOf(each.incidentId), tone: 'plain' }],
      blocks: [
        {
          kind: 'facts',
          rows: [
            [word('emergencyWhy'), [value('emergencyRuleShort', each.rule)]],
            [
              word('emergencyTime'),
              [`${dateTime(each.since, week, locale)} – ${ended} (${duration(each.minutes, speech)})`],
            ],
            [word('emergencyRoles'), [roles.join(locale === 'ja' ? '、' : ', ')]],
            [
              word('emergencyCheckpoints'),
              each.checkpoints.flatMap(({ id, result }) => [
                `${value('checkpoint', id)} `,
                { badge: value('result', result), tone: tones[result] },
                ' ',
              ]),
            ],
            [word('emergencyRecord'), [link(codeOf(each.incidentId), incidentUrl(each.incidentId))]],
          ],
        },
      ],
    };
  });
  return [{ kind: 'heading', level: 2, text: word('emergencies'), id: 'emergencies' }, ...cards];
}
