import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withinBytes } from '../../../functions/incidents/signals/signal.ts';

const customer = fc.record(
  {
    id: fc.string({ unit: 'grapheme', maxLength: 8 }),
    name: fc.string({ unit: 'grapheme', maxLength: 8 }),
    contactId: fc.string(),
  },
  { requiredKeys: ['id'] },
);
const bytesOf = (customers: { id: string; name?: string; contactId?: string }[]): number =>
  Buffer.byteLength(customers.map(({ id, name = '', contactId = '' }) => id + name + contactId).join(''));

test('the first customers are taken as far as their bytes go, and no further', () => {
  fc.assert(
    fc.property(fc.array(customer, { maxLength: 12 }), fc.nat(120), (customers, most) => {
      const taken = withinBytes(customers, most);
      expect(taken).toEqual(customers.slice(0, taken.length));
      expect(bytesOf(taken)).toBeLessThanOrEqual(most);
      if (taken.length < customers.length) expect(bytesOf(customers.slice(0, taken.length + 1))).toBeGreaterThan(most);
    }),
  );
});
