/** When Jira's token ends: Atlassian tells its owner alone, and updates to Jira's tickets fail from then on. */
import { readConfig } from './config.ts';

const warnedBeforeMs = 30 * 86_400_000;

export function jiraTokenEnd(at: Date) {
  const { JIRA_TOKEN_EXPIRES: day } = readConfig();
  if (!day) return undefined;
  const leftMs = Date.parse(`${day}T00:00:00Z`) - at.getTime();
  return { day, state: leftMs > warnedBeforeMs ? 'valid' : leftMs > 0 ? 'ends-soon' : 'ended' } as const;
}
