/** What is to be committed of a record that has become another. Pure. */

import type { Context, Pending } from '../facts/decision.ts';
import type { evolveAll } from '../fold/evolve.ts';
import type { State } from '../rhythm/contact.ts';
import { timerAfter } from '../rhythm/wake.ts';
import type { Decision } from './commit.ts';

/** Whether its contacts were read, the caller says. */
export function decisionOn(
  { incident: before, contacts: known }: State,
  { incident: after, contacts: all, events, outbox: asked }: ReturnType<typeof evolveAll>,
  outbox: Pending[],
  { now, policy }: Pick<Context, 'now' | 'policy'>,
): Decision {
  const contacts = [...all.values()].filter((each) => known.get(each.id) !== each);
  const gone = [...known.keys()].filter((id) => !all.has(id));
  const timer =
    asked.length > 0
      ? { at: now, why: 'it may be an emergency' }
      : timerAfter(before, after, contacts, outbox.length > 0, now, policy);
  return { before, after, events, contacts, gone, timer, outbox };
}
