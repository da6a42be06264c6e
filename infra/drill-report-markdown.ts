/** A drill's report as text, for who started it on a terminal. */

import type { DrillReport } from '../functions/postmortems/drill-report.ts';
import { nameFor, type Reader } from '../functions/words/language.ts';

const words = {
  title: { ja: '訓練の結果', en: 'Drill report' },
  checkpoint: { ja: 'チェックポイント', en: 'Checkpoint' },
  original: { ja: '元のインシデント', en: 'Original' },
  drill: { ja: '訓練', en: 'Drill' },
};

export function drillReportMarkdown(report: DrillReport, by: Reader): string {
  const { language } = by;
  const name = (kind: string, value: string | null): string => (value === null ? '–' : nameFor(by, kind, value));
  const { drill, original, incidents, comparison } = report;
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const heads = [
    words.checkpoint[language],
    `${words.original[language]} ${original?.code ?? ''}`.trim(),
    ...incidents.map((each) => `${words.drill[language]} ${each.code}`),
  ];
  return [
    `# ${words.title[language]} ${drill.id} (${drill.next}/${drill.total}, ×${drill.speed}, ×${drill.times})`,
    '',
    ...(drill.stoppedBecause ? [name('drillStop', drill.stoppedBecause), ''] : []),
    row(heads),
    row(heads.map(() => '---')),
    ...comparison.map((each) =>
      row([
        name('checkpoint', each.checkpoint),
        name('result', each.original),
        ...each.drill.map((result) => name('result', result)),
      ]),
    ),
    '',
  ].join('\n');
}
