import { afterAll, expect, test } from 'vitest';
import { createOracle } from './oracle.ts';
import { type OrdinaryHouse, openOrdinaryHouse } from './ordinary-house.ts';
import { makeWorld } from './world.ts';

let house: OrdinaryHouse;
afterAll(() => house?.stop());

test('a day in which nothing fails leaves the oracle nothing to say', { timeout: 900_000 }, async () => {
  const world = makeWorld('fair', 1, 0.3, ['tickets']);
  house = await openOrdinaryHouse(world.start);
  expect(await house.play(world, createOracle())).toEqual([]);
});
