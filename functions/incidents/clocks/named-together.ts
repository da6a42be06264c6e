/**
 * How an event says which contacts it is about: each by itself, and of hundreds who were named together all but some. So it
 * stays short, and says exactly who was told. Pure.
 */
import type { Contact } from '../rhythm/contact.ts';

/** So few are listed. */
export const mostListed = 100;

const namedBy = ({ facts }: Pick<Contact, 'facts'>): string | undefined =>
  facts.find(({ type }) => type === 'known')?.id;

/**
 * @param chosen some of `all`
 * @returns those that are named alone; and of others, all that one event named but some, by their ids, and how many they are
 */
export function nameTogether(chosen: readonly Contact[], all: readonly Contact[]) {
  if (chosen.length <= mostListed) return { alone: [...chosen], together: [] };
  const ids = new Set(chosen.map(({ id }) => id));
  const others = Map.groupBy(
    all.filter(({ id }) => !ids.has(id)),
    namedBy,
  );
  const groups = [...Map.groupBy(chosen, namedBy)].map(([by, contacts]) => {
    const except = (others.get(by) ?? []).map(({ id }) => id);
    const isTogether = by !== undefined && contacts.length > mostListed && except.length <= mostListed;
    return isTogether
      ? { alone: [], together: [{ namedBy: by, except, count: contacts.length }] }
      : { alone: contacts };
  });
  return { alone: groups.flatMap(({ alone }) => alone), together: groups.flatMap(({ together = [] }) => together) };
}

export const isAmong = (contact: Contact, group: { namedBy: string; except: readonly string[] }): boolean =>
  namedBy(contact) === group.namedBy && !group.except.includes(contact.id);
