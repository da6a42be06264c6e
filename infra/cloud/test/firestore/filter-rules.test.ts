/** What a filter lets through, value by value, and what it may not ask. */
import { describe, expect, test } from 'vitest';
import { checkAlternatives, matches, readFilter, toAlternatives } from '../../src/firestore/filters.ts';
import { array, double, type Fields, integer, nullValue, type Value } from '../../src/firestore/values.ts';
import { applyWrite, readWrite } from '../../src/firestore/writes.ts';

const name = 'projects/p/databases/d/documents/a/1';
const text = (stringValue: string): Value => ({ valueType: 'stringValue', stringValue });
const nan = double(Number.NaN);

const field = (op: string, value: Value, fieldPath = 'f') => ({
  filterType: 'fieldFilter',
  fieldFilter: { op, field: { fieldPath }, value },
});
const unary = (op: string) => ({ filterType: 'unaryFilter', unaryFilter: { op, field: { fieldPath: 'f' } } });
const all = (op: 'AND' | 'OR', ...filters: object[]) => ({
  filterType: 'compositeFilter',
  compositeFilter: { op, filters },
});
const lets = (filter: object, fields: Fields): boolean => {
  const { after } = applyWrite(undefined, readWrite({ operation: 'update', update: { name, fields } }), 1);
  return matches(readFilter(filter), after as NonNullable<typeof after>);
};

const values: Record<string, Value | undefined> = {
  absent: undefined,
  null: nullValue,
  nan,
  one: integer(1),
  oneAsDouble: double(1),
  two: integer(2),
  three: integer(3),
  text: text('2'),
  list: array([integer(1), integer(2)]),
};

test.each<[string, object, string[]]>([
  ['= 2', field('EQUAL', integer(2)), ['two']],
  ['= 1, in either form', field('EQUAL', integer(1)), ['one', 'oneAsDouble']],
  ['!= 2', field('NOT_EQUAL', integer(2)), ['nan', 'one', 'oneAsDouble', 'three', 'text', 'list']],
  ['< 2', field('LESS_THAN', integer(2)), ['one', 'oneAsDouble']],
  ['<= 2', field('LESS_THAN_OR_EQUAL', integer(2)), ['one', 'oneAsDouble', 'two']],
  ['> 2', field('GREATER_THAN', integer(2)), ['three']],
  ['>= 2', field('GREATER_THAN_OR_EQUAL', integer(2)), ['two', 'three']],
  ['in [1, 3]', field('IN', array([integer(1), integer(3)])), ['one', 'oneAsDouble', 'three']],
  ['not in [1, 3]', field('NOT_IN', array([integer(1), integer(3)])), ['nan', 'two', 'text', 'list']],
  ['not in [1, null]', field('NOT_IN', array([integer(1), nullValue])), []],
  ['contains 2', field('ARRAY_CONTAINS', integer(2)), ['list']],
  ['contains 3', field('ARRAY_CONTAINS', integer(3)), []],
  ['contains any of [3, 1]', field('ARRAY_CONTAINS_ANY', array([integer(3), integer(1)])), ['list']],
  ['is null', unary('IS_NULL'), ['null']],
  ['is not null', unary('IS_NOT_NULL'), ['nan', 'one', 'oneAsDouble', 'two', 'three', 'text', 'list']],
  ['is NaN', unary('IS_NAN'), ['nan']],
  ['is not NaN', unary('IS_NOT_NAN'), ['one', 'oneAsDouble', 'two', 'three', 'text', 'list']],
  ['1 and 2', all('AND', field('EQUAL', integer(1)), field('EQUAL', integer(2))), []],
  ['1 or 2', all('OR', field('EQUAL', integer(1)), field('EQUAL', integer(2))), ['one', 'oneAsDouble', 'two']],
])('%s', (_, filter, expected) => {
  const found = Object.entries(values).filter(([, value]) =>
    lets(filter, value ? { f: value } : { other: integer(1) }),
  );
  expect(found.map(([each]) => each)).toEqual(expected);
});

describe('is refused', () => {
  const list = (count: number): Value => array(Array.from({ length: count }, (_, index) => integer(index)));

  test.each<[string, number]>([
    ['IN', 30],
    ['ARRAY_CONTAINS_ANY', 30],
    ['NOT_IN', 10],
  ])('%s with more than %i values, with none, and with what is no list', (op, most) => {
    expect(() => readFilter(field(op, list(most)))).not.toThrow();
    expect(() => readFilter(field(op, list(most + 1)))).toThrow(`'${op}' supports up to ${most} comparison values.`);
    expect(() => readFilter(field(op, list(0)))).toThrow(`'${op}' requires an non-empty ArrayValue.`);
    expect(() => readFilter(field(op, integer(1)))).toThrow(`'${op}' requires an ArrayValue.`);
  });

  test('what has no type, no operator, or nothing within', () => {
    expect(() => readFilter({})).toThrow('A filter must have a type.');
    expect(() => readFilter(field('LIKE', integer(1)))).toThrow('Unknown operator LIKE.');
    expect(() => readFilter(unary('IS_ODD'))).toThrow('Unknown unary operator IS_ODD.');
    expect(() => readFilter(all('AND'))).toThrow('at least one sub-filter');
    expect(() => readFilter(all('XOR' as 'AND', field('EQUAL', integer(1))))).toThrow('must be AND or OR');
    expect(() => readFilter(field('EQUAL', text('x'), '__name__'))).toThrow('must be a Key');
  });

  test('more than thirty alternatives, and two array-contains in one of them', () => {
    const alternatives = (filter: object) => toAlternatives(readFilter(filter));
    const check = (filter: object) => () => checkAlternatives(alternatives(filter));
    const of = (count: number) => field('IN', list(count), 'g');
    expect(alternatives(all('AND', of(5), field('IN', list(6))))).toHaveLength(30);
    expect(check(all('AND', of(5), field('IN', list(6))))).not.toThrow();
    expect(check(all('AND', of(4), field('IN', list(8))))).toThrow('over the maximum of 30');
    const contains = (path: string) => field('ARRAY_CONTAINS', integer(1), path);
    expect(check(all('AND', contains('f'), contains('g')))).toThrow("maximum of 1 'ARRAY_CONTAINS'");
    expect(check(all('OR', contains('f'), contains('g')))).not.toThrow();
  });
});
