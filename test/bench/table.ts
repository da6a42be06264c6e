/** The table that a run prints: each figure, its bar, what was committed before, and what became worse. */
import { bars, textOf } from '../../infra/docs/bars.ts';
import type { CostPath } from './paths.ts';

const moreIsBetter = new Set(['intake.ratio', 'intake.perSecond']);

type Counted = Record<string, number>;
const isCounted = (value: unknown): value is Counted => typeof value === 'object' && value !== null;

/** By a tenth or more; a count is worse as soon as it is higher. */
export function isWorse(key: string, now: unknown, before: unknown): boolean {
  if (isCounted(now) && isCounted(before)) {
    return Object.entries(now).some(([name, value]) => value > (before[name] ?? value));
  }
  if (typeof now !== 'number' || typeof before !== 'number') return false;
  return moreIsBetter.has(key) ? now <= before * 0.9 : now >= before * 1.1;
}

export function renderTable(
  figures: Record<string, unknown>,
  notes: Record<string, string>,
  before: Record<string, unknown>,
  paths: Record<string, CostPath>,
): string {
  const rows = Object.entries(figures).map(([key, value]) => {
    const bar = barOf(key, paths);
    const missed = bar && !bar.holds(value) ? 'MISSED ' : '';
    const worse = isWorse(key, value, before[key]) ? 'WORSE ' : '';
    const was = worse ? `was ${show(before[key])} ` : '';
    return [key, show(value), bar?.text ?? '', `${missed}${worse}${was}${notes[key] ?? ''}`.trim()];
  });
  const all = [['figure', 'now', 'bar', ''], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function barOf(
  key: string,
  paths: Record<string, CostPath>,
): { text: string; holds(value: unknown): boolean } | undefined {
  const bar = bars[key];
  if (bar) {
    const { most, least } = bar;
    return {
      text: textOf(bar),
      holds: (value) => Number(value) <= (most ?? Number.POSITIVE_INFINITY) && Number(value) >= (least ?? 0),
    };
  }
  const [kind, name = ''] = key.split('.');
  const path = kind === 'operations' || kind === 'growth' ? paths[name] : undefined;
  if (!path) return undefined;
  const most: Counted = path.most;
  return {
    text: `≤ ${show(most)}`,
    holds: (value) => isCounted(value) && Object.entries(most).every(([name, limit]) => (value[name] ?? 0) <= limit),
  };
}

function show(value: unknown): string {
  if (isCounted(value)) return `${value.reads} r, ${value.writes} w, ${value.commits} c`;
  return typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 3 }) : String(value);
}
