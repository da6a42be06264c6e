/** When the next drill is due: drills are held at an interval, and an overdue one is announced. Pure. */
import { milliseconds, type Policy } from '../../policy.ts';

export type NextDrill = NonNullable<ReturnType<typeof nextDrill>>;

/** @returns null while there is neither: a house without incidents has nothing to practise */
export function nextDrill(lastAt: Date | null, firstIncidentAt: Date | null, policy: Policy) {
  const from = lastAt ?? firstIncidentAt;
  if (!from) return null;
  const dueAt = new Date(from.getTime() + milliseconds(policy.drills.every));
  const basis = lastAt ? ('last-drill' as const) : ('first-incident' as const);
  return { dueAt, basis, lastAt };
}
