/** A plan made true: what is somebody else's stops it before anything changes, and the rest is done part by part. */
import { type Patience, patiently } from './patience.ts';
import { summary } from './plan.ts';
import { NotReady } from './preflight.ts';
import { applySteps, type Part, type Step } from './step.ts';

/**
 * After the first change each part is read again just before: what an earlier part made may be all that it lacked.
 * @param planned what was found before anything is changed
 * @throws NotReady if something is refused
 */
export async function applyParts(
  parts: readonly Part[],
  planned: readonly Step[][],
  patience: Patience,
): Promise<void> {
  refuseRefused(planned);
  let isAsPlanned = true;
  for (const [index, part] of parts.entries()) {
    const steps = isAsPlanned ? (planned[index] ?? []) : await patiently(() => part.read(), patience);
    // Parts that can be read only once an API is on.
    const late = reasonsOf(steps);
    if (late.length > 0) throw new Error(`Stopped before the rest was made:\n${late.join('\n')}`);
    const changed = await applySteps(steps, part.isOneByOne, patience);
    if (changed === 0) continue;
    isAsPlanned = false;
    patience.say(`${part.title}: ${summary([steps])}, done`);
  }
}

/** @throws NotReady if something is refused: nothing may begin */
export function refuseRefused(planned: readonly Step[][]): void {
  const refused = reasonsOf(planned.flat());
  if (refused.length > 0) throw new NotReady(refused);
}

const reasonsOf = (steps: readonly Step[]): string[] =>
  steps.flatMap(({ action, kind, name, note }) => (action === 'refuse' ? [`${kind} ${name}: ${note}`] : []));
