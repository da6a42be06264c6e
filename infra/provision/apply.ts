/** A plan made true: what is somebody else's stops it before anything changes, and the rest is done part by part. */
import type { Patience } from './patience.ts';
import { summary } from './plan.ts';
import { NotReady } from './preflight.ts';
import { applySteps, type Part, type Step } from './step.ts';

/**
 * Each part is read again just before: what an earlier part made may be all that it lacked.
 * @param planned what was found before anything is changed
 * @throws NotReady where something is refused
 */
export async function applyParts(
  parts: readonly Part[],
  planned: readonly Step[][],
  patience: Patience,
): Promise<void> {
  const refused = planned.flat().filter((each) => each.action === 'refuse');
  if (refused.length > 0) throw new NotReady(refused.map(({ kind, name, note }) => `${kind} ${name}: ${note}`));
  for (const part of parts) {
    const steps = await part.read();
    const changed = await applySteps(steps, part.isOneByOne, patience);
    if (changed > 0) patience.say(`${part.title}: ${summary([steps])}, done`);
  }
}
