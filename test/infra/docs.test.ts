import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { functions, gauges } from '../../functions/topology.ts';
import { costOf } from '../../infra/docs/cost.ts';
import { fillTables, tables } from '../../infra/docs/tables.ts';
import { grants } from '../../infra/provision/accounts.ts';
import { watches } from '../../infra/provision/watch.ts';

const top = join(import.meta.dirname, '../..');
const documents = globSync('docs/**/*.md', { cwd: top });
const read = (path: string): string => readFileSync(join(top, path), 'utf8');

describe('the tables of the documents', () => {
  test.each(documents)('%s says what the topology says (else: npm run docs)', (path) => {
    expect(read(path)).toBe(fillTables(read(path)));
  });

  test('are each in a document', () => {
    const all = documents.map(read).join('\n');
    for (const name of Object.keys(tables)) expect(all).toContain(`<!-- table ${name} -->`);
  });

  test('a table that differs is seen', () => {
    expect(fillTables('<!-- table cost -->\nold\n<!-- /table -->')).not.toContain('old');
    expect(() => fillTables('<!-- table nothing -->\n<!-- /table -->')).toThrow('no table nothing');
  });
});

describe('what the topology grants', () => {
  test('is nothing as broad as owner, editor or a whole service, to a function', () => {
    const broad = /roles\/(?:owner|editor|viewer|.*\.admin|.*\.owner)$/;
    for (const spec of functions) for (const each of spec.grants) expect(each.role).not.toMatch(broad);
  });

  test('each grant once, with why', () => {
    const keys = grants.map((each) => JSON.stringify([each.to, each.role, each.on]));
    expect(new Set(keys).size).toBe(keys.length);
    expect(grants.filter((each) => each.why === '')).toEqual([]);
  });
});

describe('what watches', () => {
  test('names gauges that are written', () => {
    const written = read('functions/customer-updates/gauges.ts');
    for (const { name } of gauges) expect(written).toContain(`name: '${name}'`);
    const named = watches.flatMap((each) =>
      [...each.watched.filter.matchAll(/metronome\/(\w+)/g)].map((match) => match[1]),
    );
    expect(named.filter((name) => !gauges.some((each) => each.name === name))).toEqual([]);
    // Open incidents are work, not trouble; all other gauges have a policy.
    expect(gauges.map((each) => each.name).filter((name) => !named.includes(name))).toEqual([]);
  });

  test('tells somebody past Metronome, always', () => {
    for (const each of watches) expect(each.channels).toContain('operator');
  });
});

test('a month of ten tickets a day costs little beside alerting', () => {
  const rest = costOf(10).filter((each) => !each.item.startsWith('Alert policies'));
  expect(rest.reduce((sum, each) => sum + each.dollars, 0)).toBeLessThan(1);
});
