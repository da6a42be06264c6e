/** What one write makes of one document, and what it is refused for: preconditions, masks, transforms, size. */
import { describe, expect, test } from 'vitest';
import { readWrites } from '../../src/firestore/commit.ts';
import { readTransform } from '../../src/firestore/transforms.ts';
import { array, double, type Fields, integer, nullValue, type Value } from '../../src/firestore/values.ts';
import { applyWrite, readWrite, type StoredDocument } from '../../src/firestore/writes.ts';
import { outcomeOf } from '../calls.ts';

const name = 'projects/p/databases/d/documents/a/1';
const text = (stringValue: string): Value => ({ valueType: 'stringValue', stringValue });
const written = { created: 1_000, updated: 2_000, now: 3_000 };

function stored(fields: Fields): StoredDocument {
  const { after } = applyWrite(
    undefined,
    readWrite({ operation: 'update', update: { name, fields } }),
    written.created,
  );
  if (!after) throw new Error('It was not written.');
  return { ...after, updateTime: written.updated };
}
const apply = (before: StoredDocument | undefined, write: object) => applyWrite(before, readWrite(write), written.now);
const set = (fields: Fields, more: object = {}) => ({ operation: 'update', update: { name, fields }, ...more });
const fieldsAfter = (before: Fields | undefined, write: object) => apply(before && stored(before), write).after?.fields;
const micros = (of: number) => ({ seconds: '0', nanos: of * 1_000 });

describe('preconditions', () => {
  const exists = (is: boolean) => ({ currentDocument: { conditionType: 'exists', exists: is } });
  const version = (of: number) => ({ currentDocument: { conditionType: 'updateTime', updateTime: micros(of) } });
  const outcome = (isThere: boolean, write: object) =>
    outcomeOf(() => apply(isThere ? stored({ a: integer(1) }) : undefined, write)).split(':')[0];
  const remove = { operation: 'delete', delete: name };
  const verify = { operation: 'verify', verify: name };
  const increment = { fieldPath: 'a', transformType: 'increment', increment: integer(1) };
  const transform = { operation: 'transform', transform: { document: name, fieldTransforms: [increment] } };

  test.each<[string, boolean, object, string]>([
    ['none, and it is there', true, {}, 'taken'],
    ['none, and it is not', false, {}, 'taken'],
    ['that it is there, and it is', true, exists(true), 'taken'],
    ['that it is there, and it is not', false, exists(true), 'NOT_FOUND'],
    ['that it is not there, and it is', true, exists(false), 'ALREADY_EXISTS'],
    ['that it is not there, and it is not', false, exists(false), 'taken'],
    ['its version, and it is that', true, version(written.updated), 'taken'],
    ['a version before it', true, version(written.updated - 1), 'FAILED_PRECONDITION'],
    ['a version after it', true, version(written.updated + 1), 'FAILED_PRECONDITION'],
    ['a version of what is not there', false, version(written.updated), 'FAILED_PRECONDITION'],
  ])('%s', (_, isThere, precondition, expected) => {
    for (const write of [set({ a: integer(2) }), remove, verify, transform])
      expect(outcome(isThere, { ...write, ...precondition })).toBe(expected);
  });
});

describe('at the limits', () => {
  const codeOf = (work: () => unknown) => outcomeOf(work).split(':')[0];
  const map = (fields: Fields): Value => ({ valueType: 'mapValue', mapValue: { fields } });
  const nested = (depth: number, around: (inner: Value) => Value): Fields => {
    let value: Value = integer(1);
    for (let level = 0; level < depth; level += 1) value = around(value);
    return { f: value };
  };
  const inMap = (inner: Value) => map({ f: inner });
  const inBoth = (inner: Value) => map({ f: array([inner]) });
  const at = (seconds: number): Fields => ({
    f: { valueType: 'timestampValue', timestampValue: { seconds: String(seconds), nanos: 0 } },
  });
  const point = (latitude: number, longitude: number): Fields => ({
    f: { valueType: 'geoPointValue', geoPointValue: { latitude, longitude } },
  });
  const named = (field: string): Fields => ({ [field]: integer(1) });
  const [first, last] = [Date.parse('0001-01-01T00:00:00Z') / 1_000, Date.parse('9999-12-31T23:59:59Z') / 1_000];

  test.each<[what: string, kept: Fields[], refused: Fields[]]>([
    ['times are of the years 1 to 9999', [at(first), at(last)], [at(first - 1), at(last + 1)]],
    ['latitudes end', [point(90, 0), point(-90, 0)], [point(90.000_001, 0), point(-91, 0), point(Number.NaN, 0)]],
    ['longitudes end', [point(0, 180), point(0, -180)], [point(0, 180.000_001), point(0, -181), point(0, Number.NaN)]],
    ['maps nest twenty deep', [nested(20, inMap)], [nested(21, inMap)]],
    [
      'maps and arrays together do',
      [nested(10, inBoth)],
      [nested(10, inBoth), nested(11, inBoth)].map((each) => ({ g: inMap(each.f as Value) })),
    ],
    [
      'names of fields are 1,500 bytes long',
      [named('x'.repeat(1_500)), named('あ'.repeat(500))],
      [named('x'.repeat(1_501)), named('あ'.repeat(501)), named('')],
    ],
    ['names in “__” are reserved', [named('__a_'), named('_a__'), named('____a')], [named('__a__'), named('____')]],
  ])('%s', (_, kept, refused) => {
    for (const fields of kept) expect(fieldsAfter(undefined, set(fields))).toEqual(fields);
    for (const fields of refused) expect(codeOf(() => readWrite(set(fields)))).toBe('INVALID_ARGUMENT');
  });

  test.each<[what: string, kept: string[], refused: string[]]>([
    ['a hundred collections deep', [Array(100).fill('a/1').join('/')], [Array(101).fill('a/1').join('/')]],
    [
      'with ids of 1,500 bytes',
      [`a/${'x'.repeat(1_500)}`, `${'あ'.repeat(500)}/1`],
      [`a/${'x'.repeat(1_501)}`, `a/${'あ'.repeat(501)}`, `${'あ'.repeat(501)}/1`],
    ],
    ['with no reserved id', ['a/...', 'a/__id7__', 'a/_1_'], ['a/', '/1', 'a/.', 'a/..', 'a/__1__', '__a__/1']],
    ['no collection', ['a/1/b/2'], ['a', 'a/1/b']],
  ])('a document lies %s', (_, kept, refused) => {
    const lying = (path: string) =>
      readWrite({ operation: 'delete', delete: `projects/p/databases/d/documents/${path}` });
    for (const path of kept) expect(lying(path).document.path.join('/')).toBe(path);
    for (const path of refused) expect([path, codeOf(() => lying(path))]).toEqual([path, 'INVALID_ARGUMENT']);
  });

  // By "Storage size calculations"; a path takes 16 bytes, and its ids a byte more than they have.
  test.each<[what: string, value: Value, bytes: number]>([
    ['null', nullValue, 1],
    ['a boolean', { valueType: 'booleanValue', booleanValue: true }, 1],
    ['an integer', integer(2n ** 62n), 8],
    ['a double', double(0.1), 8],
    ['a time', { valueType: 'timestampValue', timestampValue: { seconds: '1', nanos: 0 } }, 8],
    ['text', text('aé'), 4],
    ['bytes', { valueType: 'bytesValue', bytesValue: Buffer.alloc(7) }, 7],
    ['a reference', { valueType: 'referenceValue', referenceValue: 'projects/p/databases/d/documents/ab/c/d/e' }, 25],
    ['a point', { valueType: 'geoPointValue', geoPointValue: { latitude: 1, longitude: 2 } }, 16],
    ['an array', array([nullValue, integer(1), text('')]), 10],
    ['a map', map({ é: integer(1), b: map({ c: nullValue }) }), 3 + 8 + 2 + 2 + 1],
  ])('the size of %s', (_, value, bytes) => {
    const sizeOf = (fields: Fields): number => {
      try {
        return apply(undefined, set(fields)).after ? 0 : 0;
      } catch (error) {
        return Number(/size \(([\d,]+) bytes\)/.exec((error as Error).message)?.[1]?.replaceAll(',', ''));
      }
    };
    const large = { large: text('x'.repeat(1_048_576)) };
    expect(sizeOf({ ...large, f: value }) - sizeOf(large)).toBe(2 + bytes);
  });

  test('a request is 10 MiB long', () => {
    // Of a document's size 55 bytes are its name, its field's, and what both always take.
    const sixteen = (bytes: number) => Array(16).fill(set({ f: text('x'.repeat(bytes / 16 - 55)) }));
    const request = (bytes: number) => readWrites(sixteen(bytes), 'projects/p/databases/d').length;
    expect(request(10 * 1_048_576)).toBe(16);
    expect(() => request(10 * 1_048_576 + 16)).toThrow('Transaction too big');
  });
});

test('a document keeps when it was made, and it was changed only when what it says was changed', () => {
  const before = stored({ a: integer(1) });
  expect(apply(before, set({ a: integer(2) })).after).toMatchObject({ createTime: 1_000, updateTime: 3_000 });
  expect(apply(before, set({ a: integer(1) })).after).toMatchObject({ createTime: 1_000, updateTime: 2_000 });
  // 1 and 1.0 are equal, and not the same.
  expect(apply(before, set({ a: double(1) })).after?.updateTime).toBe(3_000);
  expect(apply(undefined, set({ a: integer(1) })).after).toMatchObject({ createTime: 3_000, updateTime: 3_000 });
});

describe('which fields', () => {
  const before = { a: integer(1), b: text('x') };

  test('without a mask all that it says, and nothing else stays', () => {
    expect(fieldsAfter(before, set({ c: integer(3) }))).toEqual({ c: integer(3) });
  });

  test('with a mask those that it names; one that it names and does not say is taken away', () => {
    const mask = (...fieldPaths: string[]) => ({ updateMask: { fieldPaths } });
    expect(fieldsAfter(before, set({ a: integer(2), c: integer(3) }, mask('a')))).toEqual({ ...before, a: integer(2) });
    expect(fieldsAfter(before, set({}, mask('b')))).toEqual({ a: integer(1) });
    expect(fieldsAfter(before, set({ a: integer(2) }, mask()))).toEqual(before);
    expect(fieldsAfter(undefined, set({ a: integer(2) }, mask('a')))).toEqual({ a: integer(2) });
  });

  test('a transform alone leaves the others; beside an update it comes after it', () => {
    const add = { transformType: 'increment', increment: integer(5), fieldPath: 'a' };
    const alone = { operation: 'transform', transform: { document: name, fieldTransforms: [add] } };
    expect(fieldsAfter(before, alone)).toEqual({ ...before, a: integer(6) });
    expect(fieldsAfter(undefined, alone)).toEqual({ a: integer(5) });
    expect(fieldsAfter(before, set({ a: integer(10) }, { updateTransforms: [add] }))).toEqual({ a: integer(15) });
  });

  test('deleted it is gone, verified it stays as it was', () => {
    expect(apply(stored(before), { operation: 'delete', delete: name }).after).toBeUndefined();
    expect(apply(stored(before), { operation: 'verify', verify: name }).after).toEqual(stored(before));
    expect(() => readWrite({})).toThrow('A write must have an operation.');
  });
});

describe('transforms', () => {
  const result = (transform: object, current: Value | undefined) => readTransform(transform)(current, 5_000_001);
  const of = (kind: string, operand: Value) => ({ transformType: kind, [kind]: operand });
  const [largest, smallest, exact] = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n];

  test.each<[string, Value, Value | undefined, Value]>([
    ['increment', integer(2), integer(3), integer(5)],
    ['increment', integer(2), undefined, integer(2)],
    ['increment', integer(2), text('3'), integer(2)],
    ['increment', double(0.5), integer(3), double(3.5)],
    ['increment', integer(1), double(0.5), double(1.5)],
    ['increment', integer(1), integer(largest), integer(largest)],
    ['increment', integer(-1), integer(smallest), integer(smallest)],
    ['increment', integer(smallest), integer(smallest), integer(smallest)],
    ['increment', integer(largest), integer(smallest), integer(-1)],
    // What no double holds is counted, and told apart, all the same.
    ['increment', integer(1), integer(exact), integer(exact + 1n)],
    ['increment', integer(-1), integer(-exact), integer(-exact - 1n)],
    ['increment', double(1), integer(exact), double(2 ** 53)],
    ['maximum', integer(exact + 1n), integer(exact), integer(exact + 1n)],
    ['maximum', integer(exact), integer(exact + 1n), integer(exact + 1n)],
    ['maximum', integer(exact + 1n), double(2 ** 53), integer(exact + 1n)],
    ['minimum', double(2 ** 53), integer(exact + 1n), double(2 ** 53)],
    ['minimum', integer(exact + 1n), double(2 ** 53), double(2 ** 53)],
    ['maximum', double(0), double(-0), double(-0)],
    ['minimum', double(-0), integer(0), integer(0)],
    ['minimum', double(Number.NaN), integer(3), double(Number.NaN)],
    ['minimum', integer(3), double(Number.NaN), double(Number.NaN)],
    ['maximum', integer(2), integer(3), integer(3)],
    ['maximum', integer(4), integer(3), integer(4)],
    ['maximum', integer(4), undefined, integer(4)],
    ['maximum', integer(4), text('9'), integer(4)],
    ['maximum', double(3), integer(3), integer(3)],
    ['maximum', double(3.5), integer(3), double(3.5)],
    ['maximum', double(Number.NaN), integer(3), double(Number.NaN)],
    ['maximum', integer(3), double(Number.NaN), double(Number.NaN)],
    ['minimum', integer(2), integer(3), integer(2)],
    ['minimum', integer(4), integer(3), integer(3)],
    ['minimum', integer(4), undefined, integer(4)],
    ['minimum', integer(4), nullValue, integer(4)],
    ['minimum', double(3), integer(3), integer(3)],
    ['minimum', double(2.5), integer(3), double(2.5)],
  ])('%s %j of %j is %j', (kind, operand, current, expected) => {
    const { value, result: told } = result(of(kind, operand), current);
    expect([value, told]).toEqual([expected, expected]);
  });

  test.each(['increment', 'maximum', 'minimum'])('%s takes numbers alone', (kind) => {
    expect(() => readTransform(of(kind, text('1')))).toThrow(`The operand of ${kind} must be a number.`);
  });

  const elements = (kind: string, ...values: Value[]) => ({ transformType: kind, [kind]: { values } });
  test.each<[string, Value[], Value | undefined, Value[]]>([
    [
      'appendMissingElements',
      [integer(1), integer(2)],
      array([integer(2), integer(3)]),
      [integer(2), integer(3), integer(1)],
    ],
    ['appendMissingElements', [integer(1), integer(1)], undefined, [integer(1)]],
    ['appendMissingElements', [integer(1)], text('x'), [integer(1)]],
    // Duplicates stay.
    ['appendMissingElements', [integer(1)], array([integer(1), integer(1)]), [integer(1), integer(1)]],
    ['removeAllFromArray', [integer(1)], array([integer(1), integer(2), integer(1)]), [integer(2)]],
    ['removeAllFromArray', [integer(1)], undefined, []],
  ])('%s %j', (kind, operand, current, expected) => {
    // The result is not returned.
    expect(result(elements(kind, ...operand), current)).toEqual({ value: array(expected), result: nullValue });
  });

  test('the time of the request is that of the commit, and no other server value is known', () => {
    const now = { transformType: 'setToServerValue', setToServerValue: 'REQUEST_TIME' };
    expect(result(now, text('x')).value).toMatchObject({ timestampValue: { seconds: '5', nanos: 1_000 } });
    expect(() => readTransform({ ...now, setToServerValue: 'UNSPECIFIED' })).toThrow('Unknown transform');
  });
});
