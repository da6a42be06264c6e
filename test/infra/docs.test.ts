import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { attackBy } from '../../infra/docs/attack.ts';
import { boardReads, costOf } from '../../infra/docs/cost.ts';
import { readsOf } from '../../infra/docs/figures.ts';
import { llmsText, readPages } from '../../infra/docs/llms.ts';
import { prices } from '../../infra/docs/prices.ts';
import { fillTables, tables } from '../../infra/docs/tables.ts';
import { grants } from '../../infra/provision/accounts.ts';
import { burns, objectives } from '../../infra/provision/objectives.ts';
import { watches } from '../../infra/provision/watch.ts';
import { functions, gauges } from '../../infra/topology.ts';

const top = join(import.meta.dirname, '../..');
const documents = ['README.md', ...globSync('docs/**/*.md', { cwd: top })];
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
    // Up to the next one's end, the text in between would be lost.
    for (const after of ['text\n', 'text\n<!-- table totals -->\n<!-- /table -->']) {
      expect(() => fillTables(`<!-- table cost -->\n${after}`)).toThrow('The table cost is not closed.');
    }
  });
});

test('docs/llms.txt has every page (else: npm run docs)', () => {
  expect(read('docs/llms.txt')).toBe(llmsText(readPages(top)));
});

describe('the commands of the documents', () => {
  const typed = documents.flatMap((path) => [...read(path).matchAll(/\bgcloud [^\n`]*/g)].map(([line]) => line));

  test('name the database that they read or write: the usual one may be another application’s', () => {
    const onDatabases = typed.filter((line) => /firestore (?:export|import|databases|indexes|fields)\b/.test(line));
    expect(onDatabases.length).toBeGreaterThan(2);
    expect(onDatabases.filter((line) => !/--(?:destination-)?database=/.test(line))).toEqual([]);
  });

  // `gcloud billing budgets create --help`: a currency other than the billing account's is refused; without one, it is the account's.
  test('name no currency for a budget', () => {
    const amounts = typed.flatMap((line) => /--budget-amount=(\S+)/.exec(line)?.[1] ?? []);
    expect(amounts.length).toBeGreaterThan(0);
    expect(amounts.filter((amount) => !/^(?:AMOUNT|[\d.]+)$/.test(amount))).toEqual([]);
  });
});

test.each(['docs/how-to/operate.md', 'docs/ja/operate.md'])('%s says of each alert policy what to do', (path) => {
  const explained = [...read(path).matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
  const policies = [...watches, ...burns].map(({ key }) => key);
  expect(policies.filter((key) => !explained.includes(key))).toEqual([]);
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
    for (const { name } of gauges) expect(written).toMatch(new RegExp(`(?:name: |gauge\\()'${name}'`));
    const filters = [...watches.map(({ watched }) => watched.filter), JSON.stringify(objectives)];
    const named = filters.flatMap((each) => [...each.matchAll(/metronome\/(\w+)/g)].map((match) => match[1]));
    expect(named.filter((name) => !gauges.some((each) => each.name === name))).toEqual([]);
    // Open incidents are work, not trouble; all other gauges have a policy.
    expect(gauges.map((each) => each.name).filter((name) => !named.includes(name))).toEqual([]);
  });

  test('tells somebody past Metronome, always', () => {
    for (const each of [...watches, ...burns]) expect(each.channels).toContain('operator');
  });
});

describe('what a month costs', () => {
  const of = (load: number, item: RegExp): number =>
    costOf(load).find((each) => item.test(each.item))?.dollars ?? Number.NaN;

  test('is little at ten tickets a day, beside alerting', () => {
    const rest = costOf(10).filter((each) => !each.item.includes('alert'));
    expect(rest.reduce((sum, each) => sum + each.dollars, 0)).toBeLessThan(1.5);
  });

  test('counts what people read whose board is open', () => {
    // 800 hours: 240 asks, and the board 12 times and after each of 250 changes, 240 at most, by what the bench counted.
    const [ask, whole] = [readsOf('growth.boardUnchanged.100000'), readsOf('growth.board.100000')];
    expect(boardReads(1_000)).toBe(800 * 240 * (ask + whole));
    expect(of(1_000, /reads/)).toBeGreaterThan((boardReads(1_000) - 1_500_000) * prices.reads.dollars);
  });

  test('is dearer for operations in asia-northeast1, and cheaper for what is stored', () => {
    const inTokyo = (item: RegExp) =>
      costOf(100_000, 'asia-northeast1').find((each) => item.test(each.item))?.dollars ?? 0;
    expect(inTokyo(/writes/) / of(100_000, /writes/)).toBeCloseTo(0.115 / 0.09, 5);
    expect(inTokyo(/storage/) / of(100_000, /storage/)).toBeCloseTo(0.115 / 0.15, 5);
    expect(inTokyo(/Cloud Run requests/)).toBe(of(100_000, /Cloud Run requests/));
  });

  test('is reckoned from the operations that are promised', () => {
    // 100,000 tickets a day for 30 days, each 5 + 2 × 3 + 3 × 4 + 4 × 7 writes, less 20,000 free ones a day.
    expect(of(100_000, /writes/)).toBeCloseTo(((100_000 * 51 - 20_000) * 30 * 0.09) / 100_000, 5);
  });

  test('of a flood ends with the instances, and an hour of it can be borne', () => {
    const doors = functions.filter((each) => each.trigger === 'public');
    const worst = attackBy({ isFromFew: false });
    expect(worst.instances).toBe(doors.reduce((sum, each) => sum + each.maxInstances, 0));
    expect(worst.dollarsAnHour).toBeLessThan(245);
    expect(attackBy({ isFromFew: true }).dollarsAnHour).toBeLessThan(worst.dollarsAnHour / 2);
    expect(attackBy({ isFromFew: false, maxInstances: 1 }).dollarsAnHour).toBeLessThan(worst.dollarsAnHour / 2.5);
  });

  test('names a source for every price', () => {
    for (const each of Object.values(prices)) expect(each.source).toMatch(/^https:\/\/cloud\.google\.com\//);
  });
});
