import { expect, test } from 'vitest';
import { nextDrill } from '../../../functions/incidents/drills/next-drill.ts';
import { policy } from '../../../functions/policy.ts';

const [first, last] = [new Date('2026-10-01T01:00:00Z'), new Date('2026-11-01T01:00:00Z')];

test('a drill is due thirty days after the last, else after the first incident, and else not at all', () => {
  const after = (from: Date): Date => new Date(from.getTime() + 30 * 86_400_000);
  expect(nextDrill(last, first, policy)).toEqual({ dueAt: after(last), basis: 'last-drill', lastAt: last });
  expect(nextDrill(null, first, policy)).toEqual({ dueAt: after(first), basis: 'first-incident', lastAt: null });
  expect(nextDrill(null, null, policy)).toBeNull();
});
