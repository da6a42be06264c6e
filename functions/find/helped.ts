/** What helped in incidents like this one, the lightest first: what touches no other customer comes before a release. Pure. */
import { type Incident, mitigationKinds } from '../incidents/incident.ts';
import type { Policy } from '../policy.ts';
import { judgeCandidates } from './candidates.ts';

const mostExamples = 3;

/**
 * `mitigationKinds` is in the order of how light they are; what healed by itself nobody can do again.
 * @returns of each kind how many of those like it were helped so, and the most alike of them
 */
export function listHelped<T extends Incident>(incident: Incident, others: readonly T[], policy: Policy) {
  const alike = judgeCandidates(incident, others, policy, policy.find.helped.enough);
  return mitigationKinds.flatMap((kind) => {
    const helped = alike.filter(({ incident: other }) => other.mitigation?.kind === kind);
    return kind === 'self-healed' || helped.length === 0
      ? []
      : [{ kind, count: helped.length, examples: helped.slice(0, mostExamples) }];
  });
}
