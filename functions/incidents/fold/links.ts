/** What a link and its end make of each of the two incidents. Their facts hold what the other brought. Pure. */
import type { Policy } from '../../policy.ts';
import type { Leaving, Return, Share } from '../decide-link.ts';
import { type Linked, leaveOut, linkAway, takeHome, takeOver } from '../join-and-part.ts';
import type { Fact } from './facts.ts';
import type { State } from './state.ts';

export function evolveLink(state: State, fact: Fact<'linked' | 'unlinked'>, policy: Policy): Linked {
  if (fact.type === 'linked') {
    const { to, share } = fact.detail;
    return to === undefined ? takeOver(state, share as unknown as Share, fact, policy) : linkAway(state, to, fact);
  }
  const { incident, share } = fact.detail;
  return incident === undefined
    ? takeHome(state, share as unknown as Return, fact, policy)
    : leaveOut(state, share as unknown as Leaving, fact, policy);
}
