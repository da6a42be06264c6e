/** What a team still has to set in its own policy. Pure. */
import type { Policy } from '../policy.ts';
import type { TextKey } from '../words/speech.ts';

export interface Open {
  /** The entry, as `policy.json` has it. */
  entry: string;
  why: TextKey;
  names: readonly string[];
}

export function openIn({ sender, areas }: Pick<Policy, 'sender' | 'areas'>): Open[] {
  const hasSender = sender.company[sender.language] && sender.telephone;
  const ownerless = areas.filter(({ owner, runbook }) => !owner || !runbook).map(({ area }) => area);
  return [
    ...(hasSender ? [] : [{ entry: 'sender', why: 'settings.noCompany' as const, names: [] }]),
    ...(ownerless.length > 0 ? [{ entry: 'areas', why: 'settings.noOwner' as const, names: ownerless }] : []),
  ];
}
