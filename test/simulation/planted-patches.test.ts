/** Every planted bug is a bug of the functions as they are: where they are moved or reworded, the bug has to follow. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plantedBugs } from './planted-bugs.ts';

const top = join(import.meta.dirname, '../..');

test.each(plantedBugs)('$name can be planted', async ({ name, file, find, replace }) => {
  const source = await readFile(join(top, file), 'utf8');
  expect(
    source.split(find).length - 1,
    `${file} has this no longer, or more than once. Mend the bug in planted-bugs.ts, then: npm run test:planted -- -t '${name}'\n${find}`,
  ).toBe(1);
  expect(replace).not.toBe(find);
});

const byTests = plantedBugs.flatMap(({ name, noticedBy }) => (noticedBy ? [{ name, ...noticedBy }] : []));
test.each(byTests)(
  'the test that notices $name is there by its title',
  async ({ file, title, table = file, after = [] }) => {
    const source = await readFile(join(top, table), 'utf8');
    expect([title, ...after].filter((each) => !source.includes(each))).toEqual([]);
  },
);

test('each has a name of its own', () => {
  const names = plantedBugs.map((each) => each.name);
  expect(new Set(names).size).toBe(names.length);
});
