import { AggregateField, FieldPath, type Firestore, type Query } from '@google-cloud/firestore';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isElsewhere, type LocalCloud, startLocal } from './client.ts';

const ascending = (fieldPath: string) => ({ fieldPath, order: 'ASCENDING' });
const descending = (fieldPath: string) => ({ fieldPath, order: 'DESCENDING' });

const name = FieldPath.documentId();

const indexes = {
  indexes: [
    { collectionGroup: 'items', queryScope: 'COLLECTION', fields: [ascending('kind'), descending('at')] },
    { collectionGroup: 'items', queryScope: 'COLLECTION', fields: [ascending('status'), descending('at')] },
    {
      collectionGroup: 'items',
      queryScope: 'COLLECTION',
      fields: [ascending('kind'), descending('rank'), ascending('__name__')],
    },
    { collectionGroup: 'named', queryScope: 'COLLECTION', fields: [descending('__name__')] },
    { collectionGroup: 'notes', queryScope: 'COLLECTION_GROUP', fields: [ascending('kind'), descending('at')] },
    // Paths are quoted where they have to be, and may be where they need not.
    { collectionGroup: 'items', queryScope: 'COLLECTION', fields: [ascending('`kind`'), ascending('`by`.`when`')] },
    { collectionGroup: 'items', queryScope: 'COLLECTION', fields: [ascending('kind'), ascending('`by-hand`')] },
    { collectionGroup: 'items', queryScope: 'COLLECTION', fields: [ascending('kind'), ascending('`a.b`.c')] },
    {
      collectionGroup: 'items',
      queryScope: 'COLLECTION',
      fields: [{ fieldPath: 'tags', arrayConfig: 'CONTAINS' }, ascending('size')],
    },
  ],
  fieldOverrides: [
    { collectionGroup: 'items', fieldPath: 'raw', indexes: [] },
    { collectionGroup: 'items', fieldPath: 'up', indexes: [{ order: 'ASCENDING' }] },
    { collectionGroup: 'items', fieldPath: 'down', indexes: [{ order: 'DESCENDING' }] },
    { collectionGroup: 'items', fieldPath: 'list', indexes: [{ arrayConfig: 'CONTAINS' }] },
    {
      collectionGroup: 'notes',
      fieldPath: 'list',
      indexes: [{ arrayConfig: 'CONTAINS', queryScope: 'COLLECTION_GROUP' }],
    },
    { collectionGroup: 'notes', fieldPath: 'by', indexes: [{ order: 'ASCENDING', queryScope: 'COLLECTION_GROUP' }] },
  ],
};

describe.skipIf(isElsewhere)('the index file', () => {
  let cloud: LocalCloud;
  let firestore: Firestore;

  beforeAll(async () => {
    cloud = await startLocal({ indexes: { file: indexes, project: 'held' } });
    firestore = cloud.connect({ projectId: 'held' });
  });
  afterAll(() => cloud.close());

  const items = () => firestore.collection('items');
  const notes = () => firestore.collectionGroup('notes');

  test.each(
    Object.entries<() => Query>({
      'one field, either way': () => items().orderBy('at', 'desc'),
      'a range': () => items().where('at', '>', 1).orderBy('at', 'desc'),
      'equalities, by joining': () => items().where('kind', '==', 1).where('status', 'in', [1, 2]),
      'an element and an equality, by joining': () => items().where('tags', 'array-contains', 1).where('kind', '==', 1),
      'an equality and an order': () => items().where('kind', '==', 1).orderBy('at', 'desc'),
      'two indexes joined': () => items().where('kind', '==', 1).where('status', '==', 2).orderBy('at', 'desc'),
      'an element and an order': () => items().where('tags', 'array-contains', 1).orderBy('size'),
      'a group with an index': () => firestore.collectionGroup('notes').where('by', '==', 1),
      'a group with an index of several fields': () => notes().where('kind', '==', 1).orderBy('at', 'desc'),
      'a path that is quoted in the file alone': () => items().where('kind', '==', 1).orderBy('by.when'),
      'a path that has to be quoted': () => items().where('kind', '==', 1).orderBy(new FieldPath('by-hand')),
      'a name with a dot': () => items().where('kind', '==', 1).orderBy(new FieldPath('a.b', 'c')),
      'a whole group': () => firestore.collectionGroup('items'),
      'a document of a group by its name': () =>
        firestore.collectionGroup('items').where(FieldPath.documentId(), '==', 'a/b/items/1'),
      'an order by what is held to one value': () => items().where('kind', '==', 1).orderBy('kind', 'desc'),
      'that and another': () => items().where('kind', '==', 1).orderBy('kind').orderBy('at', 'desc'),
      'equalities by descending name': () =>
        items().where('kind', '==', 1).where('size', '==', 1).orderBy(name, 'desc'),
      'all by descending name with an index for it': () => firestore.collection('named').orderBy(name, 'desc'),
      'names beside an equality': () => items().where(FieldPath.documentId(), 'in', ['1', '2']).where('kind', '==', 1),
    }),
  )('allows %s', async (_, query) => {
    expect((await query().get()).size).toBe(0);
  });

  test.each<[string, () => Query, string]>([
    [
      'an equality and an order without index',
      () => items().where('size', '==', 1).orderBy('at', 'desc'),
      '{"collectionGroup":"items","queryScope":"COLLECTION","fields":[{"fieldPath":"size","order":"ASCENDING"},' +
        '{"fieldPath":"at","order":"DESCENDING"}]}',
    ],
    [
      // Source: the index overview at firebase.google.com/docs.
      'an order against the direction of the index',
      () => items().where('kind', '==', 1).orderBy('at'),
      '{"fieldPath":"kind","order":"ASCENDING"},{"fieldPath":"at","order":"ASCENDING"}]',
    ],
    ['the last of an order', () => items().where('tags', 'array-contains', 1).orderBy('size').limitToLast(1), '"size"'],
    // Source: firebase/flutterfire#4398.
    ['all by descending name', () => items().orderBy(name, 'desc'), '[{"fieldPath":"__name__","order":"DESCENDING"}]'],
    [
      'an element by descending name',
      () => items().where('list', 'array-contains', 1).orderBy(name, 'desc'),
      '{"fieldPath":"list","arrayConfig":"CONTAINS"},{"fieldPath":"__name__","order":"DESCENDING"}]',
    ],
    ['an equality by descending name without', () => items().where('up', '==', 1).orderBy(name, 'desc'), '"up"'],
    ['an equality and a range', () => items().where('size', '==', 1).where('kind', '>', 1), '"size"'],
    [
      'an element where the index has the value',
      () => items().where('kind', 'array-contains', 1).orderBy('at', 'desc'),
      '{"fieldPath":"kind","arrayConfig":"CONTAINS"},{"fieldPath":"at","order":"DESCENDING"}]',
    ],
    [
      'a value where the index has the elements',
      () => items().where('tags', '==', [1]).orderBy('size'),
      '{"fieldPath":"tags","order":"ASCENDING"},{"fieldPath":"size","order":"ASCENDING"}]',
    ],
    ['a path whose dot is no name’s', () => items().where('kind', '==', 1).orderBy('a.b.c'), '"a.b.c"'],
    ['two orders', () => items().orderBy('at').orderBy('size'), '"size"'],
    ['an exemption', () => items().where('raw', '==', 1), 'COLLECTION_ASC index for collection items and field raw'],
    ['what lies below it', () => items().orderBy('raw.part'), 'field raw.part'],
    ['one of a group’s', () => firestore.collection('notes').where('kind', '==', 1).orderBy('at', 'desc'), '"kind"'],
    [
      'a group of a collection with one',
      () => firestore.collectionGroup('items').where('kind', '==', 1).orderBy('at'),
      '"queryScope":"COLLECTION_GROUP"',
    ],
    ['a group without index', () => firestore.collectionGroup('items').where('at', '>', 1), 'COLLECTION_GROUP_ASC'],
  ])('refuses %s and names the index', async (_, query, named) => {
    await expect(query().get()).rejects.toMatchObject({
      code: 9,
      message: expect.stringMatching(/The query requires an? .*index/),
    });
    await expect(query().get()).rejects.toThrow(named);
  });

  // The name is sorted as the last field of an index is, unless the index says otherwise.
  const kind = () => items().where('kind', '==', 1);
  test.each<[string, () => Query, string | undefined]>([
    ['at desc, name desc', () => kind().orderBy('at', 'desc').orderBy('__name__', 'desc'), undefined],
    ['at asc, name asc', () => kind().orderBy('at').orderBy('__name__'), '{"fieldPath":"at","order":"ASCENDING"}]'],
    [
      'at desc, name asc',
      () => kind().orderBy('at', 'desc').orderBy('__name__'),
      '{"fieldPath":"at","order":"DESCENDING"},{"fieldPath":"__name__","order":"ASCENDING"}]',
    ],
    [
      'at asc, name desc',
      () => kind().orderBy('at').orderBy('__name__', 'desc'),
      '{"fieldPath":"at","order":"ASCENDING"},{"fieldPath":"__name__","order":"DESCENDING"}]',
    ],
    ['rank desc, name asc', () => kind().orderBy('rank', 'desc').orderBy('__name__'), undefined],
    [
      'rank asc, name desc',
      () => kind().orderBy('rank').orderBy('__name__', 'desc'),
      '{"fieldPath":"rank","order":"ASCENDING"},{"fieldPath":"__name__","order":"DESCENDING"}]',
    ],
    ['rank desc, name desc', () => kind().orderBy('rank', 'desc'), '{"fieldPath":"rank","order":"DESCENDING"}]'],
    ['rank asc, name asc', () => kind().orderBy('rank'), '{"fieldPath":"rank","order":"ASCENDING"}]'],
    ['one field alone and the name against it', () => items().orderBy('at').orderBy('__name__', 'desc'), '"__name__"'],
  ])('serves %s only where an index is sorted so', async (_, query, named) => {
    if (named === undefined) expect((await query().get()).size).toBe(0);
    else await expect(query().get()).rejects.toThrow(named);
  });

  // Of each field the file leaves one index alone; what is not listed here has all of a collection's.
  test.each<[string, string, ('equal' | 'element' | 'any element' | 'rising' | 'falling')[]]>([
    ['items', 'up', ['equal', 'rising']],
    ['items', 'down', ['falling']],
    ['items', 'list', ['element', 'any element']],
    ['items', 'raw', []],
    ['items', 'other', ['equal', 'element', 'any element', 'rising', 'falling']],
  ])('of %s, %s is asked for in the ways that its index has, and in no other', async (collection, field, allowed) => {
    const ways = {
      equal: firestore.collection(collection).where(field, '==', 1),
      element: firestore.collection(collection).where(field, 'array-contains', 1),
      'any element': firestore.collection(collection).where(field, 'array-contains-any', [1, 2]),
      rising: firestore.collection(collection).orderBy(field),
      falling: firestore.collection(collection).orderBy(field, 'desc'),
    };
    const answered = await Promise.all(
      Object.entries(ways).map(async ([way, query]) => {
        const refused = await query.get().then(
          () => undefined,
          (error: Error) => error.message,
        );
        return refused === undefined ? [way] : [];
      }),
    );
    expect(answered.flat()).toEqual(allowed);
  });

  test('sums are read off an index that has their field', async () => {
    const sum = { sum: AggregateField.sum('size') };
    await items().aggregate(sum).get();
    await items().orderBy('size', 'desc').aggregate(sum).get();
    await expect(items().where('kind', '==', 1).aggregate(sum).get()).rejects.toMatchObject({ code: 9 });
  });

  test.each(['somebody-else', 'held-2', 'up-held'])('%s is not held to it', async (projectId) => {
    const other = cloud.connect({ projectId });
    expect((await other.collection('items').where('size', '==', 1).orderBy('at', 'desc').get()).size).toBe(0);
  });
});
