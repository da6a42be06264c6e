import { expect, test } from 'vitest';
import { readCustomers, readStatement } from '../../functions/console/statements.ts';

const form = (fields: Record<string, string | string[]>): URLSearchParams =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) => [value].flat().map((each): [string, string] => [name, each])),
  );

test('what is blank is not stated', () => {
  expect(readStatement('verified', form({ happened: 'yes', ongoing: '', method: '  ', evidenceUrl: '' }))).toEqual({
    type: 'verified',
    happened: 'yes',
  });
});

test('a local time is read in the zone that stands beside it', () => {
  const at = { occurredAt: '2026-11-24T09:50', zone: 'Asia/Tokyo' };
  expect(readStatement('responded', form(at))).toMatchObject({ occurredAt: '2026-11-24T00:50:00Z' });
  expect(readStatement('responded', form({ ...at, zone: 'America/New_York' }))).toMatchObject({
    occurredAt: '2026-11-24T14:50:00Z',
  });
  expect(() => readStatement('responded', form({ ...at, zone: 'Nowhere/Land' }))).toThrow(
    expect.objectContaining({ status: 422 }),
  );
});

test('customers are one a line: an id and a name', () => {
  expect(readCustomers('store-1 渋谷 店\n\n  store-2\nstore-3,新宿')).toEqual([
    { id: 'store-1', name: '渋谷 店' },
    { id: 'store-2' },
    { id: 'store-3', name: '新宿' },
  ]);
});

test('for all, or for those that are ticked; none ticked is refused', () => {
  expect(readStatement('recovered', form({ whom: 'all', customer: 'a' }))).toMatchObject({ customers: 'all' });
  expect(readStatement('recovered', form({ whom: 'some', customer: ['a', 'b'] }))).toMatchObject({
    customers: ['a', 'b'],
  });
  expect(() => readStatement('recovered', form({ whom: 'some' }))).toThrow(expect.objectContaining({ status: 422 }));
});

test('counts are read as people type them', () => {
  expect(readStatement('scoped', form({ affectedCustomerCount: '１，２００' }))).toMatchObject({
    affectedCustomerCount: 1200,
  });
  expect(() => readStatement('scoped', form({ affectedCustomerCount: 'many' }))).toThrow(
    expect.objectContaining({ status: 422 }),
  );
});

test('a correction takes a time, a number or a text, as its field needs', () => {
  const zone = 'Asia/Tokyo';
  expect(readStatement('corrected', form({ field: 'occurredAt', timeValue: '2026-11-24T09:50', zone }))).toMatchObject({
    value: '2026-11-24T00:50:00Z',
  });
  expect(readStatement('corrected', form({ field: 'impact.affectedCustomerCount', value: '3' }))).toMatchObject({
    value: 3,
  });
  expect(readStatement('corrected', form({ field: 'title', value: 'x', timeValue: '' }))).toMatchObject({ value: 'x' });
});

test('an incident to link to is found in a pasted address', () => {
  const to = 'inc_0123456789abcdef01234567';
  const pasted = form({ to: `https://console.example/console/incidents/${to}?x=1`, basis: 'same error' });
  expect(readStatement('linked', pasted)).toEqual({ type: 'linked', to, basis: 'same error' });
});

test('a type that people do not record is refused', () => {
  for (const type of ['filed', 'reminded', 'constructor', '__proto__']) {
    expect(() => readStatement(type, form({}))).toThrow(expect.objectContaining({ status: 422 }));
  }
});
