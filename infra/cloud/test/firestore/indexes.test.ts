import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/fuzz/runs.ts';
import { commitWrites, readWrites } from '../../src/firestore/commit.ts';
import { Indexes } from '../../src/firestore/indexes.ts';
import { Locks } from '../../src/firestore/locks.ts';
import { findsDocument, readQuery } from '../../src/firestore/query.ts';
import { countQuery, runQuery } from '../../src/firestore/run-query.ts';
import { Store } from '../../src/firestore/store.ts';

const database = 'projects/p/databases/d';
const root = `${database}/documents`;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

// biome-ignore lint/suspicious/noExplicitAny: a value as the wire has it
function wire(value: Json): any {
  if (value === null) return { valueType: 'nullValue', nullValue: 'NULL_VALUE' };
  if (typeof value === 'boolean') return { valueType: 'booleanValue', booleanValue: value };
  if (typeof value === 'number') return { valueType: 'doubleValue', doubleValue: value };
  if (typeof value === 'string') return { valueType: 'stringValue', stringValue: value };
  if (Array.isArray(value)) return { valueType: 'arrayValue', arrayValue: { values: value.map(wire) } };
  return { valueType: 'mapValue', mapValue: { fields: wireFields(value) } };
}

const wireFields = (data: { [key: string]: Json }) =>
  Object.fromEntries(Object.entries(data).map(([name, value]) => [name, wire(value)]));

const scalar = fc.constantFrom<Json>(null, true, Number.NaN, 0, 1, 1.5, 'a', 'a\u0000');
const value = fc.oneof({ arbitrary: scalar, weight: 5 }, fc.array(scalar, { maxLength: 3 }), fc.record({ x: scalar }));
const fields = fc.record({ a: value, b: value, c: value }, { requiredKeys: ['a'] });
const collections = ['one', 'one/x/one', 'one/y/one', 'two'];
const documents = fc.array(fc.record({ collection: fc.constantFrom(...collections), data: fields }), {
  minLength: 130,
  maxLength: 160,
});

const field = fc.constantFrom('a', 'b', 'a', 'b', 'c', 'a.x');
const cursor = fc.record({ values: fc.array(scalar, { maxLength: 2 }), before: fc.boolean() });
const single = fc.record({
  field,
  op: fc.constantFrom(
    'EQUAL',
    'NOT_EQUAL',
    'LESS_THAN',
    'LESS_THAN_OR_EQUAL',
    'GREATER_THAN',
    'GREATER_THAN_OR_EQUAL',
    'ARRAY_CONTAINS',
  ),
  value: scalar,
});
const among = fc.record({
  field,
  op: fc.constantFrom('IN', 'NOT_IN', 'ARRAY_CONTAINS_ANY'),
  value: fc.array(scalar, { minLength: 1, maxLength: 3 }),
});
const where = fc.array(fc.oneof(single, among), { maxLength: 2 });
const query = fc.record({
  collection: fc.constantFrom('', 'one/x', 'one/y'),
  allDescendants: fc.boolean(),
  isEither: fc.boolean(),
  where,
  orders: fc.uniqueArray(fc.record({ field, isDescending: fc.boolean() }), {
    selector: (one) => one.field,
    maxLength: 2,
  }),
  start: fc.option(cursor, { freq: 1 }),
  end: fc.option(cursor, { freq: 1 }),
  offset: fc.constantFrom(0, 0, 1),
  limit: fc.option(fc.nat(30), { freq: 1 }),
});

type Asked = typeof query extends fc.Arbitrary<infer T> ? T : never;

function structured(asked: Asked) {
  const filters = asked.where.map(({ field, op, value }) => ({
    filterType: 'fieldFilter',
    fieldFilter: { field: { fieldPath: field }, op, value: wire(value) },
  }));
  const cursor = (one: { values: Json[]; before: boolean } | null) =>
    one && { values: one.values.slice(0, asked.orders.length).map(wire), before: one.before };
  return {
    from: [{ collectionId: 'one', allDescendants: asked.allDescendants }],
    where: filters.length > 0 && {
      filterType: 'compositeFilter',
      compositeFilter: { op: asked.isEither ? 'OR' : 'AND', filters },
    },
    orderBy: asked.orders.map(({ field, isDescending }) => ({
      field: { fieldPath: field },
      direction: isDescending ? 'DESCENDING' : 'ASCENDING',
    })),
    startAt: cursor(asked.start),
    endAt: cursor(asked.end),
    offset: asked.offset,
    limit: asked.limit === null ? undefined : { value: asked.limit },
  };
}

test('queries over indexes find exactly what reading every document finds, also after changes and at a past time', async () => {
  await fc.assert(
    fc.asyncProperty(
      documents,
      fields,
      fc.array(query, { minLength: 5, maxLength: 20 }),
      async (stored, changed, queries) => {
        let now = 1_000;
        const store = new Store(new DatabaseSync(':memory:'), { now: () => now++ });
        const indexes = new Indexes(store);
        const locks = new Locks(1);
        const names = stored.map(({ collection }, at) => `${root}/${collection}/${at}`);
        const update = (name: string, data: { [key: string]: Json }) => ({
          operation: 'update',
          update: { name, fields: wireFields(data) },
        });
        const commit = (writes: unknown[]) => commitWrites(store, locks, readWrites(writes, database), undefined);
        await commit(stored.map(({ data }, at) => update(names[at] as string, data)));

        const check = (timeMicros?: number) => {
          for (const asked of queries) {
            let parsed: ReturnType<typeof readQuery>;
            try {
              parsed = readQuery(asked.collection ? `${root}/${asked.collection}` : root, structured(asked));
            } catch {
              continue; // Not every combination of operators is allowed.
            }
            const all = stored.flatMap(({ collection }, at) => {
              const path = [...collection.split('/'), String(at)];
              const name = { ...readWrites([update(names[at] as string, {})], database)[0]!.document, path };
              const document = timeMicros === undefined ? store.read(name) : store.readAt(name, timeMicros);
              const key = document && findsDocument(parsed, document);
              return key ? [{ key, name: document.name.name }] : [];
            });
            const sorted = all.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ name }) => name);
            const end = parsed.limit === undefined ? undefined : parsed.offset + parsed.limit;
            const expected = sorted.slice(parsed.offset, end);
            const { found } = runQuery(store, indexes, parsed, timeMicros);
            expect(found.map(({ document }) => document.name.name)).toEqual(expected);
            expect(countQuery(store, indexes, parsed, timeMicros)).toBe(expected.length);
          }
        };
        check();
        const before = store.readTime();
        const some = names.filter((_, at) => at % 3 === 0);
        await commit(some.map((name, at) => (at % 2 ? { operation: 'delete', delete: name } : update(name, changed))));
        check();
        check(before);
      },
    ),
    runs(5),
  );
});
