/** What every path costs, counted by the local cloud: these numbers are the bill. */
import { expect, test } from 'vitest';
import { beginsAt, paths } from '../bench/paths.ts';
import { expectOperations, useScenario } from './house.ts';

const scenario = useScenario(beginsAt);

test.each(Object.keys(paths))('%s costs what is promised', async (name) => {
  const path = paths[name];
  if (!path) throw new Error(`There is no path ${name}.`);
  const prepared = await path.prepare?.(scenario);
  scenario.house.cloud.firestore.operations.reset();
  await path.take(scenario, prepared);
  expectOperations(scenario, path.most);
});

test('every path is here', () => {
  expect(Object.keys(paths)).toEqual([
    'newTicket',
    'duplicateTicket',
    'laterWord',
    'question',
    'firstAlert',
    'stormAlert',
    'event',
    'reminder',
  ]);
});
