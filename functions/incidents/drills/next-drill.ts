/** When the next drill is due: drills are held at an interval, and an overdue one is announced. Pure. */
import { milliseconds, type Policy } from '../../policy.ts';

export interface NextDrill {
  dueAt: Date;
  basis: 'last-drill' | 'first-incident';
  lastAt: Date | null;
}

/** @returns null while there is neither: a house without incidents has nothing to practise */
export function nextDrill(lastAt: Date | null, firstIncidentAt: Date | null, policy: Policy): NextDrill | null {
  const from = lastAt ?? firstIncidentAt;
  if (!from) return null;
  const dueAt = new Date(from.getTime() + milliseconds(policy.drills.every));
  return { dueAt, basis: lastAt ? 'last-drill' : 'first-incident', lastAt };
}
