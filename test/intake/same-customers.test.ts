/** A store is one customer, whatever a form, an organisation or a person calls it. */
import { describe, expect, test } from 'vitest';
import { withSameCustomers } from '../../functions/intake/same-customers.ts';
import { policy } from '../../functions/policy.ts';

const own = { ...policy, customers: [{ id: 'store-31', name: 'とり吉 渋谷店', aliases: ['org-771', 'とり吉'] }] };
const reporter = { id: 'org-9', name: '麺処 はる' };
const idsOf = (signal: Parameters<typeof withSameCustomers>[0]): string[] => [
  ...(signal.customer ? [`${signal.customer.id}!`] : []),
  ...withSameCustomers(signal, own).affectedCustomers.map(({ id, name }) => (name ? `${id} ${name}` : id)),
];

describe('a report', () => {
  test.each<[string, { id: string; name?: string }[], string[]]>([
    ['that names its reporter again by name', [{ id: '麺処はる' }], ['org-9 麺処 はる']],
    ['that names its reporter by id and by name', [{ id: 'org-9' }, { id: '麺処　はる' }], ['org-9 麺処 はる']],
    ['of another of the same name, with an id of its own', [{ id: 's-2', name: '麺処 はる' }], ['s-2 麺処 はる']],
    ['of a store by its alias', [{ id: 'ORG-771' }], ['store-31 とり吉 渋谷店']],
    ['of a store twice, by name and alias', [{ id: 'とり吉　渋谷店' }, { id: 'とり吉' }], ['store-31 とり吉 渋谷店']],
    ['of a store that nobody knows', [{ id: '炭火 いわし' }], ['炭火 いわし']],
  ])('%s', (_, affectedCustomers, expected) => {
    expect(idsOf({ customer: reporter, affectedCustomers })).toEqual(['org-9!', ...expected]);
  });

  test('whose reporter is known by an alias has the id of the store', () => {
    const { customer } = withSameCustomers({ customer: { id: 'org-771' }, affectedCustomers: [] }, own);
    expect(customer).toEqual({ id: 'store-31', name: 'とり吉 渋谷店' });
  });
});
