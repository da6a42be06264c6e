/**
 * How an event says which contacts it is about: each by itself, and of hundreds who were named together all but some. So it
 * stays short, and says exactly who was told. Pure.
 */
import type { Contact } from '../rhythm/contact.ts';

/** All contacts that one fact named, but some. */
export type NamedTogether = {
  /** Of the event that said that they are affected. */
  namedBy: string;
  /** Ids of contacts. */
  except: string[];
  count: number;
};

/** So few are listed. */
export const mostListed = 100;

const namedBy = ({ facts }: Pick<Contact, 'facts'>): string | undefined =>
  facts.find(({ type }) => type === 'known')?.id;

/** @param chosen some of `all` */
export function nameTogether(
  chosen: readonly Contact[],
  all: readonly Contact[],
): { alone: Contact[]; together: NamedTogether[] } {
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

export const isAmong = (
  contact: Contact,
  { namedBy: by, except }: Pick<NamedTogether, 'namedBy' | 'except'>,
): boolean => namedBy(contact) === by && !except.includes(contact.id);
