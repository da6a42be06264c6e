import { expect, test } from 'vitest';
import { type Held, readDump, writeDump } from './dump.ts';
import type { Stage } from './stage.ts';

const at = Date.UTC(2026, 10, 23, 1, 36, 5, 355);
const outages: ReturnType<Stage['outages']> = [{ what: 'firestore', from: at, to: at + 1 }];
const held = (...documents: [string, Record<string, unknown>][]): Held => ({
  now: () => at,
  outages: () => outages,
  documents: () => new Map(documents),
  delivered: () => notices,
});
const deliveredAt = '2026-11-23T01:36:05.355Z';
const notice = { id: 'ntc_1', channel: 'inbox', kind: 'update-due', incidentId: 'inc_a', customers: [], deliveredAt };
const notices = [
  { ...notice, text: 'two words\nand a line' },
  { ...notice, text: 'once more' },
];
const documents: [string, Record<string, unknown>][] = [
  [
    'incidents/inc_b',
    { filedAt: at, pastSlots: [{ dueAt: at, outcome: 'met' }], description: 'two words\nand a line' },
  ],
  ['incidents/inc_a', { wakeAt: null, raw: { startedAt: '2026-11-23' }, takenUntil: at + 0.5 }],
];

test('what a run ended with is read as it was', () => {
  const read = readDump(writeDump(held(...documents)));
  expect([read.now(), read.outages(), read.delivered()]).toEqual([at, outages, notices]);
  expect([...read.documents()].sort()).toEqual([
    ['incidents/inc_a', { ...documents[1]?.[1], takenUntil: at }],
    documents[0],
  ]);
});

test('people read a document a line, by path, with its times as dates', () => {
  const lines = writeDump(held(...documents)).split('\n');
  const paths = ['@', 'incidents/inc_a', 'incidents/inc_b', '@notice', '@notice', ''];
  expect(lines.map((line) => line.split(' ')[0])).toEqual(paths);
  expect(lines[2]).toContain('"filedAt":"2026-11-23T01:36:05.355Z"');
});

test('what is no such text is refused', () => {
  expect(() => readDump('incidents/inc_a {}\n')).toThrow('no line “@ …”');
  expect(() => readDump('@ {"now":1')).toThrow();
});
