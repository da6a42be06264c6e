/**
 * What people report, state, forget and take back, drawn and played in memory: whatever it is, the records keep every
 * promise that the oracle knows. It shows where the rules and the oracle part; single slips are the tables' to notice.
 */
import { expect, test } from 'vitest';
import { drawnSeed, longestMs, runs } from '../fuzz/runs.ts';
import { playInMemory } from './in-memory.ts';
import { sortRecords } from './oracle/records.ts';
import { judgeRecords } from './oracle.ts';

const worlds = Array.from({ length: (runs(1).numRuns ?? 1) - 1 }, (_, index) => String(drawnSeed() + index));

test.each(worlds)('the records of world %s keep every promise', { timeout: longestMs }, async (seed) => {
  const held = await playInMemory(seed, 20);
  expect(judgeRecords(sortRecords(held.documents()), held)).toEqual([]);
});

test('the records of a world in which there is much to judge keep every promise', { timeout: longestMs }, async () => {
  const held = await playInMemory('much', 30);
  const records = sortRecords(held.documents());
  expect(judgeRecords(records, held)).toEqual([]);
  const { timelines, contacts } = records;
  const types = new Set([...timelines.values()].flat().map(({ type }) => type));
  const expected =
    'filed responded verified scoped customer-updated slot-closed reminded escalated recovered reopened corrected retracted';
  expect([...types]).toEqual(expect.arrayContaining(expected.split(' ')));
  expect([...contacts.values()].some((each) => each.length > 2)).toBe(true);
});
