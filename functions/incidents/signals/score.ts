/** The score (`docs/reference/rules/d-score.md`): business impact times affected customers. Nobody types a score. Pure. */

import type { Policy } from '../../policy.ts';
import type { BusinessImpact, Signal } from './signal.ts';

export interface Score {
  /** 0 to 16; null while an input is unknown, never zero for that. */
  value: number | null;
  rule: 'impact-by-customers' | 'inputs-unknown';
  inputs: { businessImpact: BusinessImpact | null; affectedCustomerCount: number | null };
}

type Scored = Pick<Signal, 'businessImpact' | 'affectedCustomerCount'>;

export function scoreImpact({ businessImpact, affectedCustomerCount }: Scored, policy: Policy): Score {
  const inputs = { businessImpact: businessImpact ?? null, affectedCustomerCount: affectedCustomerCount ?? null };
  const isCounted = affectedCustomerCount !== undefined && affectedCustomerCount >= 0;
  if (businessImpact === undefined || !isCounted) return { value: null, rule: 'inputs-unknown', inputs };
  const bracket = policy.score.brackets.find((each) => affectedCustomerCount >= each.from)?.value ?? 0;
  return { value: policy.score.weights[businessImpact] * bracket, rule: 'impact-by-customers', inputs };
}
