/** The table that a run prints: each figure, its bar, what was committed before, and what became worse. */
import { bars, isHeld, readsAtMost, textOf } from '../../infra/docs/bars.ts';
import { type Figures, isCounted } from './check.ts';
import type { CostPath } from './paths.ts';

export function renderTable(
  figures: Figures,
  notes: Record<string, string>,
  before: Figures,
  worse: readonly string[],
  paths: Record<string, CostPath>,
): string {
  const rows = Object.entries(figures).map(([key, value]) => {
    const bar = barOf(key, paths);
    const missed = bar && !bar.holds(value) ? 'MISSED ' : '';
    const was = worse.includes(key) ? `WORSE was ${show(before[key])} ` : '';
    return [key, show(value), bar?.text ?? '', `${missed}${was}${notes[key] ?? ''}`.trim()];
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
  if (bar) return { text: textOf(bar), holds: (value) => isHeld(key, value) !== false };
  const [kind, name = ''] = key.split('.');
  if (kind !== 'operations' && kind !== 'growth') return undefined;
  const reads = readsAtMost[name];
  const most: Record<string, number> | undefined = paths[name]?.most ?? (reads === undefined ? undefined : { reads });
  if (!most) return undefined;
  return {
    text: `≤ ${paths[name] ? show(most) : `${reads} r`}`,
    holds: (value) => isCounted(value) && Object.entries(most).every(([name, limit]) => (value[name] ?? 0) <= limit),
  };
}

function show(value: unknown): string {
  if (isCounted(value)) return `${value.reads} r, ${value.writes} w, ${value.commits} c`;
  return typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 3 }) : String(value);
}
