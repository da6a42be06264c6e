import { expect, test } from 'vitest';
import { watchGauges } from './oracle/answers.ts';
import type { Doc } from './oracle/records.ts';
import type { Stage } from './stage.ts';

const hour = Date.parse('2026-11-26T03:00:00Z');
const open = (changedAt: number): Doc => ({ kind: 'incident', status: 'open', urgency: { level: 'high' }, changedAt });
const over = (changedAt: number): Doc => ({ ...open(changedAt), status: 'recovered' });

/** What is said of a gauge that was written a while after the hour, between two counts. */
function saidOf(value: number, before: Record<string, Doc>, after: Record<string, Doc>): string[] {
  const watch = watchGauges();
  const documentsOf = (all: Record<string, Doc>) =>
    new Map(Object.entries(all).map(([id, doc]) => [`incidents/${id}`, doc]));
  const gauge = { name: 'open_incidents', labels: { urgency: 'high' }, value, at: hour + 8_000 };
  const stage = (now: number, all: Record<string, Doc>) =>
    ({ now: () => now, documents: () => documentsOf(all), gauges: () => [gauge] }) as unknown as Stage;
  watch(stage(hour, before));
  return watch(stage(hour + 60_000, after));
}

const old = hour - 3_600_000;
test.each<[what: string, value: number, before: Record<string, Doc>, after: Record<string, Doc>, isFine: boolean]>([
  ['all the time', 2, { a: open(old), b: open(old) }, { a: open(old), b: open(old) }, true],
  ['one too few', 1, { a: open(old), b: open(old) }, { a: open(old), b: open(old) }, false],
  ['one too many', 3, { a: open(old), b: open(old) }, { a: open(old), b: open(old) }, false],
  ['one over before another was opened', 0, { a: open(old) }, { a: over(hour + 1), b: open(hour + 25_000) }, true],
  ['one opened before another was over', 2, { a: open(old) }, { a: over(hour + 25_000), b: open(hour + 1) }, true],
])('a gauge of what is open: %s', (_, value, before, after, isFine) => {
  expect(saidOf(value, before, after).length === 0).toBe(isFine);
});
