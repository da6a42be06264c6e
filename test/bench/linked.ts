/** An incident as 2,000 links have left it, by copies of what its first link left: to link them one by one would take minutes. */
import type { Firestore } from '@google-cloud/firestore';
import { eventId } from '../../functions/incidents/facts/timeline.ts';
import type { AffectedCustomer, Incident } from '../../functions/incidents/incident.ts';
import { derivedFrom } from '../../functions/incidents/record/form.ts';
import { contactIdOf } from '../../functions/incidents/rhythm/contact.ts';
import { allOf, fromDocument } from '../../functions/platform/firestore.ts';
import { type Seed, write } from './seed.ts';

/** @param member the only one that is linked to it @param count how many are linked afterwards */
export async function writeLinks(firestore: Firestore, primary: string, member: string, count: number): Promise<void> {
  const root = firestore.doc(`incidents/${primary}`);
  const incident = fromDocument<Incident>((await root.get()).data());
  const isOfLink = (each: object): boolean => JSON.stringify(each).includes(member);
  const [link] = allOf<{ id: string }>(await root.collection('timeline').get()).filter(isOfLink);
  const [contact] = allOf<{ id: string }>(await root.collection('contacts').get()).filter(isOfLink);
  const [signal] = allOf<{ id: string }>(await firestore.collection('signals').get()).filter(isOfLink);
  const customer = incident.affectedCustomers.find(({ via }) => via?.includes(member));
  const [made] = incident.links ?? [];
  if (!link || !contact || !signal || !customer || !made) throw new Error('The first link left other documents.');

  const copyOf = <T>(of: T, index: number): T => {
    const id = `${customer.id}-${index}`;
    const names: Record<string, string> = {
      [member]: memberOf(index),
      [customer.id]: id,
      [contact.id]: contactIdOf({ id }),
      [signal.id]: `${signal.id}-${index}`,
      [link.id]: eventId(incident.lastSequence + index),
    };
    return withNames(of, names) as T;
  };
  const indexes = Array.from({ length: count - 1 }, (_, index) => index + 1);
  const all = {
    ...incident,
    lastSequence: incident.lastSequence + indexes.length,
    statedSequence: incident.lastSequence + indexes.length,
    affectedCustomers: [
      ...incident.affectedCustomers,
      ...indexes.map((each): AffectedCustomer => copyOf(customer, each)),
    ],
    impact: { ...incident.impact, affectedCustomerCount: incident.affectedCustomers.length + indexes.length },
    links: [...(incident.links ?? []), ...indexes.map((each) => copyOf(made, each))],
  };
  function* seeds(): Iterable<Seed> {
    yield { path: root.path, data: { ...all, ...derivedFrom(all, incident.filedAt) } };
    for (const index of indexes) {
      for (const [collection, of] of [
        [`${root.path}/timeline`, link],
        [`${root.path}/contacts`, contact],
        ['signals', signal],
      ] as const) {
        const copy = copyOf(of, index) as { id: string };
        yield { path: `${collection}/${copy.id}`, data: copy };
      }
    }
  }
  await write(firestore, seeds());
}

const memberOf = (index: number): string => `inc_${index.toString(16).padStart(24, '0')}`;

/** The same, with other texts for those that are named. */
function withNames(of: unknown, names: Record<string, string>): unknown {
  if (typeof of === 'string')
    return Object.entries(names).reduce((text, [from, to]) => (text === from ? to : text), of);
  if (Array.isArray(of)) return of.map((each) => withNames(each, names));
  if (of === null || typeof of !== 'object' || Object.getPrototypeOf(of) !== Object.prototype) return of;
  return Object.fromEntries(Object.entries(of).map(([key, each]) => [names[key] ?? key, withNames(each, names)]));
}
