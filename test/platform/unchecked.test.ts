/** What is handed to the client unchecked is stored as if it had been checked, and refused where Firestore has no form for it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firestore, unchecked } from '../../functions/platform/firestore.ts';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');

const { value } = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.string(),
    fc.double({ noNaN: true }),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }),
    fc.uint8Array({ maxLength: 8 }).map((each) => Buffer.from(each)),
  ),
  // An array in an array has no form, and `undefined` only where a field can be left out.
  map: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  item: fc.oneof(tie('leaf'), tie('map')).filter((each) => each !== undefined),
  value: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('map'), fc.array(tie('item'), { maxLength: 4 })),
}));
const documents = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), value, { maxKeys: 6, noNullPrototype: true });

test('as it would be checked', async () => {
  const all = fc.sample(documents, { numRuns: 60, seed: 7 }) as Record<string, unknown>[];
  const batch = firestore().batch();
  const refOf = (kind: string, index: number) => firestore().collection(kind).doc(`${index}`);
  for (const [index, each] of all.entries()) {
    batch.create(refOf('checked', index), each);
    batch.create(refOf('unchecked', index), unchecked(each));
  }
  await batch.commit();
  for (const index of all.keys()) {
    const [checked, other] = await firestore().getAll(refOf('checked', index), refOf('unchecked', index));
    expect(other?.data()).toEqual(checked?.data());
  }
});

test.each([
  ['an object of a class', { nested: { at: new (class Other {})() } }],
  ['what is deeper than is stored', { nested: JSON.parse(`${'{"a":'.repeat(30)}1${'}'.repeat(30)}`) }],
])('%s is refused', async (_, data) => {
  expect(scenario.url).toBeDefined();
  const store = async () => firestore().collection('refused').doc('one').set(unchecked(data));
  await expect(store()).rejects.toThrow();
});
