/** Searches customers: the team's list, and those that incidents have named. */
import type { Incident } from '../incidents/incident.ts';
import { readingForm } from '../incidents/search/reading-form.ts';
import { defined } from '../platform/defined.ts';
import { allOf, collections, firestore } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import type { Policy } from '../policy.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import type { ListedCustomer } from './customer-list.ts';
import { findIncidents } from './find-incidents.ts';
import { listedCustomers } from './listed-customers.ts';

export interface KnownCustomer extends Pick<ListedCustomer, 'id' | 'aliases' | 'language' | 'contactId'> {
  name: string | null;
}

export interface TypedCustomer {
  id: string;
  name?: string | undefined;
  contactId?: string | undefined;
}

/**
 * @param asked nothing for those of the newest incidents, before the list's first
 * @returns `policy.find.mostFound` at most
 */
export async function findCustomers(asked: string, policy: Policy): Promise<KnownCustomer[]> {
  const wanted = readingForm(asked);
  const { byForm, byId, rows } = await listedCustomers(policy);
  const incidents = wanted === '' ? await newestIncidents(policy) : (await findIncidents(asked, policy)).incidents;
  const named = new Map<string, KnownCustomer>();
  for (const { id, name } of incidents.flatMap((each) => [...each.affectedCustomers, each.reporter ?? []].flat())) {
    const known = byId.get(id) ?? { id, name: name ?? named.get(id)?.name ?? null, aliases: [] };
    if (textsOf(known).some((text) => text.includes(wanted))) named.set(id, known);
  }
  const listed = wanted === '' ? rows : [...byForm].flatMap(([form, row]) => (form.includes(wanted) ? [row] : []));
  const found = wanted === '' ? [...named.values(), ...listed] : [...listed, ...named.values()];
  return [...new Map(found.map((each) => [each.id, each])).values()].slice(0, policy.find.mostFound);
}

const textsOf = ({ id, name, aliases }: KnownCustomer): string[] => [id, name ?? '', ...aliases].map(readingForm);

async function newestIncidents({ find }: Policy): Promise<Incident[]> {
  const all = firestore().collection(collections.incidents).where('kind', '==', 'incident');
  return allOf(await all.orderBy('filedAt', 'desc').limit(find.pageSize).get());
}

/** Typed names as customers; an unused one is new. @throws Problem 422 if a name is only a part of others' names */
export async function resolveCustomers(typed: readonly TypedCustomer[], policy: Policy): Promise<TypedCustomer[]> {
  const list = await listedCustomers(policy);
  const resolved = await Promise.all(
    typed.map(async ({ id, name }) => {
      const listed = list.byId.get(id) ?? (name === undefined ? list.byForm.get(readingForm(id)) : undefined);
      if (listed) return { id: listed.id, name: name ?? listed.name, ...defined({ contactId: listed.contactId }) };
      if (name !== undefined) return { id, name };
      const found = await findCustomers(id, policy);
      const [one, other] = found.filter((each) => textsOf(each).includes(readingForm(id)));
      if (one && !other) return { id: one.id, ...(one.name ? { name: one.name } : {}) };
      if (found.length === 0) return { id };
      const names = found.slice(0, 5).map((each) => (each.name ? `${each.name} (${each.id})` : each.id));
      return wrongField('affectedCustomers', 'which-customer', { asked: id, names: names.join(' / ') });
    }),
  );
  const errors = resolved.filter((each) => 'path' in each);
  if (errors.length > 0) throw new Problem(422, refuse('statement-not-understood'), { errors });
  return resolved.flatMap((each) => ('path' in each ? [] : [each]));
}

/** One customer a line: a name (blanks allowed), `id = name`, or a picker's line with a tab. */
export const readCustomers = (text: string | undefined): TypedCustomer[] =>
  (text ?? '').split('\n').flatMap((line) => {
    const [id = '', name = ''] = line.split(/[\t=＝]/).map((each) => each.trim().replaceAll(/[\s\u3000]+/g, ' '));
    return id === '' ? [] : [{ id, ...(name ? { name } : {}) }];
  });
