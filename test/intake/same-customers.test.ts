/** A store is one customer, whatever a form, an organisation or a person calls it. */
import { describe, expect, test } from 'vitest';
import { listOf } from '../../functions/find/customer-list.ts';
import { withSameCustomers } from '../../functions/intake/same-customers.ts';

const own = listOf([
  { id: 'store-31', name: 'とり吉 渋谷店', aliases: ['org-771', 'とり吉'] },
  { id: 'store-32', name: 'Ramen Haru', aliases: [], contactId: 'haru' },
]);
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
    [
      'of a store by a name that stands for its id',
      [{ id: 'Ramen Haru', name: 'Ramen Haru' }],
      ['store-32 Ramen Haru'],
    ],
    ['of another store of that name', [{ id: 'r-9', name: 'Ramen Haru' }], ['r-9 Ramen Haru']],
    ['of a name without letters', [{ id: '★★' }], ['★★']],
    ['of a store that nobody knows', [{ id: '炭火 いわし' }], ['炭火 いわし']],
  ])('%s', (_, affectedCustomers, expected) => {
    expect(idsOf({ customer: reporter, affectedCustomers })).toEqual(['org-9!', ...expected]);
  });

  test('whose reporter is known by an alias has the id of the store', () => {
    const { customer } = withSameCustomers({ customer: { id: 'org-771' }, affectedCustomers: [] }, own);
    expect(customer).toEqual({ id: 'store-31', name: 'とり吉 渋谷店' });
  });

  test('is told together with those who share its contact, unless it names one itself', () => {
    const contactOf = (contactId?: string) =>
      withSameCustomers({ affectedCustomers: [{ id: 'store-32', ...(contactId ? { contactId } : {}) }] }, own)
        .affectedCustomers[0]?.contactId;
    expect([contactOf(), contactOf('own')]).toEqual(['haru', 'own']);
  });
});
