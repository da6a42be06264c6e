/**
 * A link that was ended is folded as if it had never been made: its end takes nothing back, it leaves the link out. What the
 * linked incident's ticket said of itself meanwhile goes home with it. Pure.
 */
import type { TimelineEvent } from '../facts/events.ts';
import type { Leaving, Return, Share } from './links.ts';

export interface EndedLinks {
  /** Events that are left out: links, and what was said of the incidents that left with them. */
  gone: ReadonlySet<string>;
  /** What is left of what a linked incident brought or took home, where one that had been linked to it is told apart; by event. */
  shares: ReadonlyMap<string, Share | Return>;
}

/** @param events of one incident, in order */
export function endedLinks(events: readonly TimelineEvent[]): EndedLinks {
  const gone = new Set<string>();
  /** By event, what each link or its end brings without what was retracted in the other incident since. */
  const shares = new Map<string, Share | Return>();
  for (const each of events) if (each.type === 'retracted-elsewhere') shares.set(each.detail.instead, shareIn(each));
  /** By the incident that is linked; of the one that is linked itself by none. */
  const links = new Map<string | undefined, TimelineEvent>();
  for (const [index, event] of events.entries()) {
    if (event.type === 'linked') links.set(event.detail.from, event);
    // After this one, what is left of a link is without what has been retracted as well as without what has left it.
    if (event.type === 'retracted-elsewhere' && 'linked' in event.detail.share)
      shares.set(event.detail.instead, shareIn(event));
    if (event.type !== 'unlinked') continue;
    const { incident, from, share } = event.detail;
    const link = links.get(incident === undefined ? undefined : (from ?? incident));
    if (!link) continue;
    const { gone: ids = [], left } = (share ?? {}) as Partial<Leaving>;
    if (left) shares.set(link.id, left);
    else gone.add(link.id);
    for (const each of events.slice(events.indexOf(link), index)) {
      if ('of' in each.detail && ids.includes(each.detail.of as string)) gone.add(each.id);
      if (each.type === 'unlinked' && each.detail.incident === undefined) {
        const brought = shares.get(each.id) ?? each.detail.share;
        shares.set(each.id, withoutThose(brought as unknown as Return, ids));
      }
    }
  }
  return { gone, shares };
}

const shareIn = ({ detail }: TimelineEvent<'retracted-elsewhere'>): Share | Return =>
  detail.share as unknown as Share | Return;

/** What a link returned at its end, without what belongs to incidents that have left since. */
function withoutThose({ gained, contacts, ...rest }: Return, gone: readonly string[]): Return {
  const isGone = (of: readonly string[] | undefined): boolean => of?.some((each) => gone.includes(each)) === true;
  return {
    ...rest,
    gained: gained.filter(({ via }) => !isGone(via)),
    contacts: contacts.map((each) => ({ ...each, facts: each.facts.filter(({ of }) => !isGone(of)) })),
  };
}
