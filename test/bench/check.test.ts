/** The check of the figures can fail: on what is a tenth worse, on one read more, and not on a machine that is busy. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bars, isOfTheMachine } from '../../infra/docs/bars.ts';
import { isCounted, isRatio, type Spreads, worseThan } from './check.ts';
import { files, quick } from './files.ts';
import committed from './results.json' with { type: 'json' };

const counted = (reads: number, writes = 0, commits = 0) => ({ reads, writes, commits });

const rows: [what: string, key: string, before: unknown, now: unknown, isWorse: boolean, spread?: Spreads[string]][] = [
  ['a ratio as it was', 'coldStart.ratio', 1.05, 1.05, false],
  ['a ratio that is a little worse', 'coldStart.ratio', 1, 1.09, false],
  ['a ratio that is a tenth worse', 'coldStart.ratio', 1, 1.1, true],
  ['a ratio that is better', 'coldStart.ratio', 1, 0.5, false],
  ['a ratio that is a tenth worse in most of its pairs', 'coldStart.ratio', 1, 1.3, true, [1.1, 1.6]],
  ['a ratio that is a tenth worse in half of its pairs', 'coldStart.ratio', 1, 1.3, false, [1.09, 1.6]],
  ['a rate that is a little lower', 'intake.ratio', 1, 0.91, false],
  ['a rate that is a tenth lower', 'intake.ratio', 1, 0.9, true],
  ['a rate that is a tenth lower in half of its pairs', 'intake.ratio', 1, 0.8, false, [0.6, 0.91]],
  ['a rate that is higher', 'intake.ratio', 1, 2, false],
  ['a ratio with a tolerance of its own, within it', 'intake.processor', 1, 1.24, false],
  ['a ratio with a tolerance of its own, beyond it', 'intake.processor', 1, 1.25, true],
  ['one read more', 'growth.board.1000', counted(60), counted(61), true],
  ['one write more', 'growth.event.1000', counted(3, 4, 1), counted(2, 5, 1), true],
  ['one commit more', 'growth.event.1000', counted(3, 4, 1), counted(3, 4, 2), true],
  ['one read less', 'growth.board.1000', counted(60), counted(59), false],
  ['reads of what was not committed', 'growth.other.1000', undefined, counted(9_000), false],
  ['a ratio of what was not committed', 'other.ratio', undefined, 9, false],
  ['bytes that are a tenth more', 'bundleBytes.tickets', 4_000_000, 4_400_000, true],
  ['what passes on the clock of this machine', 'bundle.seconds10k', 3, 30, false],
  ['a rate on the clock of this machine', 'intake.perSecond', 360, 36, false],
  ['a latency on the clock of this machine', 'intake.p99Ms', 96, 960, false],
];

test.each(rows)('%s', (_, key, before, now, isWorse, spread) => {
  expect(worseThan({ [key]: before }, { [key]: now }, spread ? { [key]: spread } : {})).toEqual(isWorse ? [key] : []);
});

test('each file of the bench is there, else take its row from test/bench/files.ts and run npm run bench', () => {
  expect([...files, ...quick].filter((each) => !existsSync(join(import.meta.dirname, `${each}.ts`)))).toEqual([]);
});

describe('the committed figures', () => {
  const { figures } = committed;

  test('name the commit that was measured', () => {
    expect(committed.commit).toMatch(/^[\da-f]{10}$/);
  });

  test('are held in a quick run, too, where they are counted or bytes', () => {
    expect(['coldStart.ratio', 'console.ttfbRatio', 'tick.ratio100kOver1k'].filter((key) => !isRatio(key))).toEqual([]);
    const heldAlways = Object.entries(figures).filter(
      ([key, value]) => isCounted(value) || key.startsWith('bundleBytes'),
    );
    expect(heldAlways.length).toBeGreaterThan(60);
    expect(heldAlways.filter(([key]) => isRatio(key))).toEqual([]);
  });

  test('are no worse than themselves, and each that is held fails past its tolerance', () => {
    expect(worseThan(figures, figures)).toEqual([]);
    const more = (key: string, value: unknown): unknown =>
      typeof value === 'number'
        ? value * (1.01 + (bars[key]?.tolerance ?? 0.1))
        : { ...(value as object), reads: 1_000_000 };
    const keys = Object.keys(figures).filter((key) => !isOfTheMachine(key) && key !== 'intake.ratio');
    const all = Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, more(key, value)]));
    expect(worseThan(figures, all).sort()).toEqual(keys.sort());
  });
});
