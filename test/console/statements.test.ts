import { expect, test } from 'vitest';
import { readStatement } from '../../functions/console/statements.ts';
import { readCustomers } from '../../functions/find/find-customers.ts';

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

test('a local time is read in the zone beside it', () => {
  const at = { occurredAt: '2026-11-24T09:50', zone: 'Asia/Tokyo' };
  expect(readStatement('responded', form(at))).toMatchObject({ occurredAt: '2026-11-24T00:50:00Z' });
  expect(readStatement('responded', form({ ...at, zone: 'America/New_York' }))).toMatchObject({
    occurredAt: '2026-11-24T14:50:00Z',
  });
  expect(() => readStatement('responded', form({ ...at, zone: 'Nowhere/Land' }))).toThrow(
    expect.objectContaining({ status: 422 }),
  );
});

test.each([
  ['とり吉　渋谷店', [{ id: 'とり吉 渋谷店' }]],
  ['Shibuya Main\n\n  Ueno, East', [{ id: 'Shibuya Main' }, { id: 'Ueno, East' }]],
  [
    'store-1 = 渋谷 店\nstore-2＝新宿',
    [
      { id: 'store-1', name: '渋谷 店' },
      { id: 'store-2', name: '新宿' },
    ],
  ],
])('customers are one a line, and no blank splits a name: %j', (affectedCustomers, customers) => {
  expect(readCustomers(affectedCustomers)).toEqual(customers);
});

test('ticked customers keep their id and name', () => {
  const given = form({ pick: ['org-1\tとり吉 渋谷店', 's-2\t'], affectedCustomers: '新店' });
  expect(readStatement('scoped', given)).toMatchObject({
    affectedCustomers: [{ id: 'org-1', name: 'とり吉 渋谷店' }, { id: 's-2' }, { id: '新店' }],
  });
});

test.each<[Record<string, string | string[]>, unknown]>([
  [{ whom: 'all' }, 'all'],
  [{ whom: 'all', of: ['a', 'b'] }, 'all'],
  [{ of: ['a', 'b'] }, ['a', 'b']],
  // A tick means that customer, whatever else the form says.
  [{ whom: 'all', customer: 'a' }, ['a']],
  [{ of: ['a', 'b'], customer: 'b' }, ['b']],
  [{ whom: 'some', customer: ['a', 'b'] }, ['a', 'b']],
  [{ whom: 'some' }, 'refused'],
  [{}, 'refused'],
])('of %j it is recorded for %j', (fields, customers) => {
  const read = () => readStatement('recovered', form(fields));
  if (customers === 'refused') expect(read).toThrow(expect.objectContaining({ status: 422 }));
  else expect(read()).toMatchObject({ customers });
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

test('a type that people do not record is refused', () => {
  for (const type of ['filed', 'reminded', 'constructor', '__proto__']) {
    expect(() => readStatement(type, form({}))).toThrow(expect.objectContaining({ status: 422 }));
  }
});

const said = { evidenceUrl: 'https://e.example/1', occurredAt: '2026-11-24T09:50', zone: 'Asia/Tokyo' };
const saidAs = { evidenceUrl: 'https://e.example/1', occurredAt: '2026-11-24T00:50:00Z' };
test.each<[string, Record<string, string | string[]>, object]>([
  ['responded', {}, {}],
  ['assigned', { assignee: 'ken@a.jp' }, { assignee: 'ken@a.jp' }],
  [
    'verified',
    { happened: 'yes', ongoing: 'no', method: 'm', reportDiffers: 'd' },
    { happened: 'yes', ongoing: 'no', method: 'm', reportDiffers: 'd' },
  ],
  [
    'scoped',
    { affectedCustomerCount: '3', affectedCustomers: 's-1 = 本店', method: 'm', recurrenceRisk: 'yes' },
    { affectedCustomerCount: 3, affectedCustomers: [{ id: 's-1', name: '本店' }], method: 'm', recurrenceRisk: 'yes' },
  ],
  [
    'mitigated',
    { kind: 'revert', note: 'n', lighterWayTried: 'l' },
    { kind: 'revert', note: 'n', lighterWayTried: 'l' },
  ],
  [
    'customer-updated',
    { message: '一\r\n二', channel: 'phone', whom: 'some', customer: ['s-1'], recovery: 'yes' },
    { message: '一\n二', channel: 'phone', customers: ['s-1'], recovery: true },
  ],
  [
    'customer-updated',
    { message: 'm', channel: 'mail', recovery: 'no', of: ['s-1', 's-2'] },
    { message: 'm', channel: 'mail', customers: ['s-1', 's-2'] },
  ],
  ['recovered', { whom: 'some', customer: ['s-1', 's-2'] }, { customers: ['s-1', 's-2'] }],
  [
    'caused',
    { category: 'data', summary: 's', releaseId: 'none' },
    { category: 'data', summary: 's', releaseId: 'none' },
  ],
  ['fixed', { permanentFix: 'p' }, { permanentFix: 'p' }],
  ['prevention', { text: 't' }, { text: 't' }],
  ['linked', { to: 'M-7K2QXB', basis: 'b' }, { to: 'M-7K2QXB', basis: 'b' }],
  ['unlinked', {}, {}],
  ['role-taken', { role: 'lead' }, { role: 'lead' }],
  ['role-handed-over', { role: 'record', to: 'ann@a.jp' }, { role: 'record', to: 'ann@a.jp' }],
  ['commented', { text: 't' }, { text: 't' }],
])('a form of %s says all that it says, and nothing more', (type, fields, stated) => {
  const more = { ...fields, ...said, seen: '3', key: 'k', other: 'x' };
  expect(readStatement(type, form(more))).toEqual({ type, ...stated, ...saidAs });
});

test.each<[string, Record<string, string>, unknown]>([
  ['impact.affectedCustomerCount', { value: '1,200', choiceValue: 'ongoing=yes' }, 1_200],
  ['mitigatedAt', { timeValue: '2026-11-24T09:50', zone: 'Asia/Tokyo', value: 'x' }, '2026-11-24T00:50:00Z'],
  [
    'ticketUrls',
    { value: 'https://t.example/1\r\n https://t.example/2 ' },
    ['https://t.example/1', 'https://t.example/2'],
  ],
  ['ongoing', { choiceValue: 'ongoing=no', value: 'yes' }, 'no'],
  // The list holds the values of every such field.
  ['ongoing', { choiceValue: 'impact.businessImpact=none', value: 'yes' }, 'yes'],
  ['title', { value: ' 注文が通らない ', timeValue: 'x' }, '注文が通らない'],
])('a correction of %s, of %j', (field, fields, value) => {
  expect(readStatement('corrected', form({ field, ...fields }))).toEqual({ type: 'corrected', field, value });
});

test('a statement of no type that there is, and one without what it needs, name what is wrong', () => {
  const errorsOf = (type: string, fields: Record<string, string>): string[] => {
    try {
      readStatement(type, form(fields));
      return [];
    } catch (error) {
      return (error as { errors: { path: string }[] }).errors.map(({ path }) => path);
    }
  };
  expect(errorsOf('toString', {})).toEqual(['type']);
  expect(errorsOf('mitigated', { kind: 'prayer' })).toEqual(['kind']);
  expect(errorsOf('scoped', { affectedCustomerCount: '-1', occurredAt: 'soon' })).toEqual([
    'occurredAt',
    'affectedCustomerCount',
  ]);
  expect(errorsOf('linked', { basis: 'b' })).toEqual(['to']);
});
