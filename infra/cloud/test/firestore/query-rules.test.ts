/** What a query may ask, what it leaves implicit, where each operator looks, and what its aggregations come to. */
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, test } from 'vitest';
import { aggregate, countValue, fieldsOf, readAggregations } from '../../src/firestore/aggregate.ts';
import { commitWrites, readWrites } from '../../src/firestore/commit.ts';
import { Indexes } from '../../src/firestore/indexes.ts';
import { Locks } from '../../src/firestore/locks.ts';
import { checkDescendants, findsDocument, readQuery } from '../../src/firestore/query.ts';
import { countQuery, runQuery } from '../../src/firestore/run-query.ts';
import { Store } from '../../src/firestore/store.ts';
import { array, double, type Fields, integer, map, nullValue, type Value } from '../../src/firestore/values.ts';
import type { StoredDocument } from '../../src/firestore/writes.ts';
import { outcomeOf } from '../calls.ts';

const database = 'projects/p/databases/d';
const root = `${database}/documents`;
const text = (stringValue: string): Value => ({ valueType: 'stringValue', stringValue });
const reference = (path: string): Value => ({ valueType: 'referenceValue', referenceValue: `${root}/${path}` });
const from = [{ collectionId: 'a' }];
const where = (op: string, fieldPath = 'f', value: Value = integer(1)) => ({
  filterType: 'fieldFilter',
  fieldFilter: { op, field: { fieldPath }, value },
});
const all = (...filters: object[]) => ({ filterType: 'compositeFilter', compositeFilter: { op: 'AND', filters } });
const list = (...values: Value[]) => array(values);
const order = (fieldPath: string, direction = 'ASCENDING') => ({ field: { fieldPath }, direction });

describe('a query', () => {
  const manyFields = (count: number) =>
    all(...Array.from({ length: count }, (_, index) => where('GREATER_THAN', `f${index}`)));
  const refusedFor = (why: string) => `INVALID_ARGUMENT: ${why}`;
  const inequalities = 'A query may have inequality filters on at most 10 fields.';
  const orUnequal = "Cannot use 'NOT_IN' and 'NOT_EQUAL'";
  const orders = 'order by clause cannot contain more fields after the same field';
  const [cursor, key] = ['Cursor has too many values.', '__key__ filter value must be a Key'];
  const ones = list(integer(1));
  const notInAnd = (other: object) => ({ from, where: all(where('NOT_IN', 'f', ones), other) });
  const beside = "Cannot use 'NOT_IN' in the same query as";
  const twice = [order('f'), order('f', 'DESCENDING')];
  const ordered = { orderBy: [order('f')] };
  const both = [integer(1), reference('a/1')];
  test.each<[string, string, object, string]>([
    ['of a collection', root, { from }, 'taken'],
    ['below a document', `${root}/a/1`, { from }, 'taken'],
    ['below a collection', `${root}/a`, { from }, 'INVALID_ARGUMENT: Document parent name'],
    ['of nothing', root, {}, 'INVALID_ARGUMENT: A query must have exactly one collection selector.'],
    ['of two collections', root, { from: [...from, ...from] }, 'INVALID_ARGUMENT: A query must have exactly one'],
    ['of any child', root, { from: [{}] }, 'INVALID_ARGUMENT: kind is required for a query without all_descendants'],
    ['of everything', root, { from: [{ allDescendants: true }] }, 'taken'],
    ['of the near', root, { from, findNearest: {} }, 'UNIMPLEMENTED: The local Firestore does not have findNearest.'],
    ['with an offset of nothing', root, { from, offset: 0 }, 'taken'],
    ['with a negative offset', root, { from, offset: -1 }, 'INVALID_ARGUMENT: offset is negative'],
    ['with a limit of nothing', root, { from, limit: { value: 0 } }, 'taken'],
    ['with a negative limit', root, { from, limit: { value: -1 } }, 'INVALID_ARGUMENT: limit is negative'],
    ['with inequalities on ten fields', root, { from, where: manyFields(10) }, 'taken'],
    ['with inequalities on eleven', root, { from, where: manyFields(11) }, refusedFor(inequalities)],
    ['with one field unequal twice', root, { from, where: all(where('GREATER_THAN'), where('LESS_THAN')) }, 'taken'],
    ['with two not-ins', root, notInAnd(where('NOT_IN', 'g', ones)), refusedFor('Only a single NOT_IN')],
    ['with a not-in and a not-equal', root, notInAnd(where('NOT_EQUAL')), refusedFor(orUnequal)],
    ['with a not-in and an in', root, notInAnd(where('IN', 'g', ones)), refusedFor(`${beside} 'IN'`)],
    ['with a not-in and any of an array', root, notInAnd(where('ARRAY_CONTAINS_ANY', 'g', ones)), refusedFor(beside)],
    ['not in', root, notInAnd(where('EQUAL', 'g')), 'taken'],
    ['ordered twice by one field', root, { from, orderBy: twice }, refusedFor(orders)],
    ['from a cursor with a value for each order', root, { from, ...ordered, startAt: { values: both } }, 'taken'],
    ['with one more', root, { from, ...ordered, endAt: { values: [...both, integer(1)] } }, refusedFor(cursor)],
    ['from a name that is none', root, { from, startAt: { values: [text('1')] } }, refusedFor(key)],
  ])('%s', (_, parent, query, expected) => {
    expect(outcomeOf(() => readQuery(parent, query))).toMatch(new RegExp(`^${expected.replaceAll(/[().]/g, '\\$&')}`));
  });

  test.each<[string, object, string[]]>([
    ['nothing', {}, ['__name__']],
    ['one field', { orderBy: [order('b')] }, ['b', '__name__']],
    ['one, descending', { orderBy: [order('b', 'DESCENDING')] }, ['b desc', '__name__ desc']],
    ['two', { orderBy: [order('b', 'DESCENDING'), order('a')] }, ['b desc', 'a', '__name__']],
    ['the name', { orderBy: [order('__name__', 'DESCENDING')] }, ['__name__ desc']],
    ['what follows', { orderBy: [order('b'), order('__name__', 'DESCENDING'), order('c')] }, ['b', '__name__ desc']],
    ['inequalities, by name', { where: all(where('LESS_THAN', 'd'), where('NOT_EQUAL', 'c')) }, ['c', 'd', '__name__']],
    [
      'one that is ordered by already',
      { where: all(where('LESS_THAN', 'd'), where('NOT_EQUAL', 'c')), orderBy: [order('d', 'DESCENDING')] },
      ['d desc', 'c desc', '__name__ desc'],
    ],
    ['an inequality of the name', { where: where('LESS_THAN', '__name__', reference('a/1')) }, ['__name__']],
    ['equalities and arrays', { where: all(where('EQUAL', 'c'), where('ARRAY_CONTAINS', 'd')) }, ['__name__']],
  ])('that orders by %s has these orders', (_, query, expected) => {
    const { orders } = readQuery(root, { from, ...query });
    expect(orders.map(({ fieldText, isDescending }) => `${fieldText}${isDescending ? ' desc' : ''}`)).toEqual(expected);
  });

  test.each<[string, string[] | undefined]>([
    ['a', ['a']],
    ['a.b', ['a', 'b']],
    ['_a9.`b`', ['_a9', 'b']],
    ['`a.b`.c', ['a.b', 'c']],
    ['`a\\`b`', ['a`b']],
    ['`a\\\\`', ['a\\']],
    ['`a\nb`', ['a\nb']],
    ['', undefined],
    ['.a', undefined],
    ['a.', undefined],
    ['a..b', undefined],
    ['`a`b', undefined],
    ['a`b`', undefined],
    ['`a``b`', undefined],
    ['`a', undefined],
    ['``', undefined],
    ['`a`.', undefined],
  ])('reads the path %j as %j', (fieldPath, parts) => {
    const read = () => readQuery(root, { from, select: { fields: [{ fieldPath }] } }).projection;
    if (parts) expect(read()).toEqual([parts]);
    else expect(outcomeOf(read)).toBe(`INVALID_ARGUMENT: Invalid property path "${fieldPath}".`);
  });

  test('has all that it was asked, and what it leaves out', () => {
    const bare = readQuery(root, { from });
    expect(bare).toMatchObject({ database, parent: [], collectionId: 'a', allDescendants: false, offset: 0 });
    expect([bare.limit, bare.start, bare.end, bare.projection, bare.filter]).toEqual(Array(5).fill(undefined));
    const asked = {
      from: [{ allDescendants: true }],
      offset: 3,
      limit: {},
      select: { fields: [{ fieldPath: 'a.b' }] },
    };
    const full = readQuery(`${root}/x/1`, asked);
    expect(full).toMatchObject({
      parent: ['x', '1'],
      allDescendants: true,
      offset: 3,
      limit: 0,
      projection: [['a', 'b']],
    });
    expect(full.collectionId).toBeUndefined();
  });

  const below = { from: [{ collectionId: 'a', allDescendants: true }] };
  const anywhere = { from: [{ allDescendants: true }] };
  const descending = { orderBy: [order('__name__', 'DESCENDING')] };
  const inOrder = 'collection group queries are only allowed at the root parent';
  test.each<[string, string, object, string[], string]>([
    ['a group at the root by a field', root, { ...below, orderBy: [order('f')] }, [], 'taken'],
    ['a group at the root, summed', root, below, ['f'], 'taken'],
    ['a group below a document', `${root}/x/1`, below, [], 'taken'],
    ['by a field', `${root}/x/1`, { ...below, orderBy: [order('f')] }, [], `INVALID_ARGUMENT: ${inOrder}`],
    ['where a field', `${root}/x/1`, { ...below, where: where('EQUAL') }, [], `INVALID_ARGUMENT: ${inOrder}`],
    ['where the name', `${root}/x/1`, { ...below, where: where('EQUAL', '__name__', reference('a/1')) }, [], 'taken'],
    ['sums', `${root}/x/1`, below, ['f', 'g'], 'INVALID_ARGUMENT: This query requires an index that has fields [f, g]'],
    ['backwards', `${root}/x/1`, { ...below, ...descending }, [], 'FAILED_PRECONDITION: collection group queries'],
    ['all of it backwards', root, { ...anywhere, ...descending }, [], 'INVALID_ARGUMENT: kind is required for all'],
    ['everything where a field', root, { ...anywhere, where: where('EQUAL') }, [], `INVALID_ARGUMENT: ${inOrder}`],
  ])('over what lies below: %s', (_, parent, query, summed, expected) => {
    expect(outcomeOf(() => checkDescendants(readQuery(parent, query), summed))).toContain(expected);
  });
});

describe('over an index', () => {
  const values: Value[] = [
    nullValue,
    ...[false, true].map((booleanValue): Value => ({ valueType: 'booleanValue', booleanValue })),
    double(Number.NaN),
    ...[-1, 0, 1, 1.5, 2].map(double),
    integer(1),
    { valueType: 'timestampValue', timestampValue: { seconds: '1', nanos: 0 } },
    ...['', 'a', 'a\u0000', 'b'].map(text),
    { valueType: 'bytesValue', bytesValue: Buffer.from([1]) },
    reference('a/1'),
    list(),
    list(integer(1), text('a')),
    list(integer(2), integer(2)),
    map({}),
    map({ x: integer(1) }),
  ];
  let store: Store;
  let indexes: Indexes;
  let documents: StoredDocument[];
  beforeAll(async () => {
    let now = 1_000;
    store = new Store(new DatabaseSync(':memory:'), { now: () => now++ });
    indexes = new Indexes(store);
    const writes = Array.from({ length: 150 }, (_, at) => {
      const fields: Fields = { f: values[at % values.length] as Value, g: integer(at % 3) };
      if (at % 5 === 0) delete fields.g;
      return { operation: 'update', update: { name: `${root}/a/${at}`, fields } };
    });
    await commitWrites(store, new Locks(1), readWrites(writes, database), undefined);
    documents = readWrites(writes, database).map(({ document }) => store.read(document) as StoredDocument);
  });

  /** The same by reading every document. */
  function expectFound(query: object): void {
    const parsed = readQuery(root, { from, ...query });
    const found = documents.flatMap((document) => {
      const key = findsDocument(parsed, document);
      return key ? [{ key, name: document.name.name }] : [];
    });
    const expected = found.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ name }) => name);
    const asked = JSON.stringify(query);
    expect(
      runQuery(store, indexes, parsed).found.map(({ document }) => document.name.name),
      asked,
    ).toEqual(expected);
    expect(countQuery(store, indexes, parsed), asked).toBe(expected.length);
  }

  const single = ['EQUAL', 'NOT_EQUAL', 'LESS_THAN', 'LESS_THAN_OR_EQUAL', 'GREATER_THAN', 'GREATER_THAN_OR_EQUAL'];
  test.each([...single, 'ARRAY_CONTAINS'])('%s finds each value, both ways, as reading every document does', (op) => {
    for (const value of values) {
      const isRange = op !== 'EQUAL' && op !== 'ARRAY_CONTAINS';
      for (const direction of ['ASCENDING', 'DESCENDING']) {
        expectFound({ where: where(op, 'f', value), orderBy: [order(isRange ? 'f' : 'g', direction)] });
      }
    }
  });

  test('two ranges, lists, and what is no value are cut to what both leave', () => {
    for (const value of values) {
      const both = all(where('GREATER_THAN', 'f', value), where('LESS_THAN_OR_EQUAL', 'f', double(2)));
      expectFound({ where: both, orderBy: [order('f', 'DESCENDING')] });
      expectFound({ where: all(where('GREATER_THAN_OR_EQUAL', 'f', double(0)), where('NOT_EQUAL', 'f', value)) });
      for (const op of ['IN', 'NOT_IN', 'ARRAY_CONTAINS_ANY'])
        expectFound({ where: where(op, 'f', list(double(1), value.valueType === 'arrayValue' ? integer(2) : value)) });
    }
    for (const op of ['IS_NULL', 'IS_NAN', 'IS_NOT_NULL', 'IS_NOT_NAN'])
      expectFound({ where: { filterType: 'unaryFilter', unaryFilter: { op, field: { fieldPath: 'f' } } } });
  });

  test('cursors cut it before and after each value, both ways, also past an equality', () => {
    for (const value of values) {
      for (const direction of ['ASCENDING', 'DESCENDING']) {
        for (const before of [true, false]) {
          const cursor = { values: [value], before };
          const orderBy = [order('f', direction)];
          for (const end of ['startAt', 'endAt']) {
            expectFound({ orderBy, [end]: cursor });
            expectFound({ orderBy, [end]: cursor, where: where('EQUAL', 'g') });
            expectFound({ orderBy: [...orderBy, order('g')], [end]: { values: [value, integer(1)], before } });
            expectFound({ orderBy, [end]: cursor, where: where('EQUAL', 'f', value) });
          }
        }
      }
    }
  });

  test('names are ranges as well', () => {
    for (const op of single)
      for (const direction of ['ASCENDING', 'DESCENDING'])
        for (const id of ['0', '30', '77', '99', 'x'])
          expectFound({ where: where(op, '__name__', reference(`a/${id}`)), orderBy: [order('__name__', direction)] });
    expectFound({ where: where('IN', '__name__', list(reference('a/3'), reference('a/x'), reference('a/14'))) });
    expectFound({ where: where('NOT_IN', '__name__', list(reference('a/3'), reference('a/14'))) });
  });

  test.each([
    [0, undefined, 150, 0],
    [10, undefined, 140, 10],
    [0, 150, 150, 0],
    [0, 151, 150, 0],
    [10, 20, 20, 10],
    [149, 20, 1, 149],
    [150, 20, 0, 150],
    [160, 20, 0, 150],
    [10, 0, 0, 0],
  ])('an offset of %i and a limit of %s leave %i, and pass over %i', (offset, limit, count, skipped) => {
    const query = readQuery(root, { from, offset, ...(limit === undefined ? {} : { limit: { value: limit } }) });
    const result = runQuery(store, indexes, query);
    expect([result.found.length, countQuery(store, indexes, query)]).toEqual([count, count]);
    if (limit !== 0) expect(result.skipped).toBe(skipped);
  });
});

test('over the index of a group what is below a document is found, and what is beside it is not', async () => {
  const store = new Store(new DatabaseSync(':memory:'), { now: () => 1_000 });
  const indexes = new Indexes(store);
  const holders = ['x/1', 'x/1/y/1', 'x/10', 'x/2'];
  const writes = Array.from({ length: 400 }, (_, at) => {
    const fields: Fields = { f: integer(at % 7), g: integer(at % 3) };
    return { operation: 'update', update: { name: `${root}/${holders[at % 4]}/a/${at}`, fields } };
  });
  await commitWrites(store, new Locks(1), readWrites(writes, database), undefined);
  const lying = readWrites(writes, database).map(({ document }) => store.read(document) as StoredDocument);
  for (const parent of [root, `${root}/x/1`, `${root}/x/1/y/1`, `${root}/x/3`]) {
    for (const allDescendants of [true, false]) {
      for (const asked of [{ where: where('EQUAL', 'g') }, { where: where('LESS_THAN', 'f', integer(3)) }]) {
        const query = readQuery(parent, { from: [{ collectionId: 'a', allDescendants }], ...asked });
        const expected = lying.flatMap((document) => (findsDocument(query, document) ? [document.name.name] : []));
        const found = runQuery(store, indexes, query).found.map(({ document }) => document.name.name);
        const what = `${parent} ${allDescendants} ${JSON.stringify(asked)}`;
        expect(found.toSorted(), what).toEqual(expected.toSorted());
        expect(countQuery(store, indexes, query), what).toBe(expected.length);
      }
    }
  }
});

describe('aggregations', () => {
  const of = (operator: string, more: object = {}) => ({ operator, [operator]: more });
  const field = (fieldPath: string) => ({ field: { fieldPath } });

  test('are one to five, with an operator', () => {
    const count = (many: number) => outcomeOf(() => readAggregations(Array.from({ length: many }, () => of('count'))));
    expect([0, 1, 5, 6].map(count)).toEqual([
      'INVALID_ARGUMENT: The number of aggregations must be from 1 to 5.',
      'taken',
      'taken',
      'INVALID_ARGUMENT: The number of aggregations must be from 1 to 5.',
    ]);
    expect(outcomeOf(() => readAggregations([{}]))).toContain('must have an operator');
    expect(outcomeOf(() => readAggregations([of('median')]))).toContain('must have an operator');
  });

  test('are told apart by their aliases, or by their places', () => {
    const all = readAggregations([of('count'), { ...of('sum', field('a.b')), alias: 'mine' }, of('avg', field('c'))]);
    expect(all.map(({ alias }) => alias)).toEqual(['field_1', 'mine', 'field_3']);
    expect(fieldsOf(all)).toEqual(['a.b', 'c']);
  });

  test.each([
    [undefined, 7, 7],
    [{ value: '5' }, 7, 5],
    [{ value: '7' }, 7, 7],
    [{ value: '9' }, 7, 7],
    [{}, 7, 0],
  ])('a count up to %j of %i is %i', (upTo, count, expected) => {
    const [one] = readAggregations([of('count', { upTo })]);
    expect(countValue(one as Parameters<typeof countValue>[0], count)).toEqual(integer(expected));
  });

  const [largest, smallest] = [2n ** 63n - 1n, -(2n ** 63n)];
  test.each<[string, (Value | undefined)[], Value, Value, number]>([
    ['integers', [integer(1), integer(2)], integer(3), double(1.5), 2],
    ['integers and a double', [integer(1), double(0.5)], double(1.5), double(0.75), 2],
    ['what is no number', [integer(4), text('9'), nullValue], integer(4), double(4), 3],
    ['what is absent', [integer(4), undefined], integer(4), double(4), 1],
    ['text alone', [text('9')], integer(0), nullValue, 1],
    ['nothing', [], integer(0), nullValue, 0],
    ['the largest there is', [integer(largest - 1n), integer(1)], integer(largest), double(Number(largest) / 2), 2],
    ['more than fits', [integer(largest), integer(1)], double(2 ** 63), double(2 ** 62), 2],
    ['less than fits', [integer(smallest), integer(-1)], double(-(2 ** 63)), double(-(2 ** 62)), 2],
    ['beyond, and back', [integer(largest), integer(1), integer(-1)], integer(largest), double(Number(largest) / 3), 3],
    ['no number', [double(Number.NaN), integer(1)], double(Number.NaN), double(Number.NaN), 2],
  ])('of %s', (_, values, sum, average, count) => {
    const documents = values.map((value): Fields => (value ? { f: value } : { g: integer(1) }));
    const asked = readAggregations(['sum', 'avg', 'count'].map((kind) => ({ ...of(kind, field('f')), alias: kind })));
    expect(aggregate(asked, documents)).toEqual({ sum, avg: average, count: integer(count) });
  });

  test('take only documents that have all the fields that are summed', () => {
    const documents: Fields[] = [{ f: integer(1), g: integer(10) }, { f: integer(2) }, { g: integer(20) }];
    const asked = readAggregations([of('sum', field('f')), of('sum', field('g')), of('count')]);
    expect(aggregate(asked, documents)).toEqual({ field_1: integer(1), field_2: integer(10), field_3: integer(1) });
  });
});
