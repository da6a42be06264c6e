/** What a page consists of, before it is Markdown or HTML: both are made from the same blocks. Pure. */
import type { TextKey } from '../../words/speech.ts';

/** All text counts as untrusted: renderers escape it. `to` names an item of the same page by its ID. */
export type Inline =
  | string
  | { text: string; href: string }
  | { text: string; to: string }
  | { strong: string }
  | { badge: string; tone: Tone };

export type Tone = 'good' | 'bad' | 'warn' | 'plain';

export type Block =
  | { kind: 'heading'; level: 2 | 3; text: string; id: string }
  | { kind: 'text'; content: Inline[]; isMuted?: boolean }
  | { kind: 'list'; items: Inline[][]; style: 'plain' | 'check' }
  /** A dense one has many narrow columns; a folded one is behind what a page shows of it. `label` tells it from others under the same heading; else its first column does. */
  | {
      kind: 'table';
      label?: string;
      head: string[];
      rows: Inline[][][];
      numeric: number[];
      isDense?: boolean;
      isFolded?: boolean;
    }
  | { kind: 'facts'; rows: Fact[] }
  | { kind: 'figures'; items: { label: string; value: string; note: string }[] }
  | { kind: 'callout'; tone: 'alarm' | 'warning' | 'question'; title: string; content: string[] }
  | { kind: 'card'; id: string; title: string; badges: Inline[]; blocks: Block[] }
  | { kind: 'chart'; chart: ChartName; title: string };

export type Fact = [label: string, content: Inline[]];

export const text = (...content: Inline[]): Block => ({ kind: 'text', content });
export const muted = (...content: Inline[]): Block => ({ kind: 'text', content, isMuted: true });
export const list = (style: 'plain' | 'check', items: Inline[][]): Block => ({ kind: 'list', style, items });
export const badge = (label: string, tone: Tone = 'plain'): Inline => ({ badge: label, tone });

/** A column's heading, its text for each row, and whether that is a number. */
export type Column<T> = readonly [head: string, of: (row: T) => string | Inline[], kind?: 'number'];

export const number = <T>(head: string, of: (row: T) => string | number): Column<T> => [
  head,
  (row) => String(of(row)),
  'number',
];

type Look = Pick<Extract<Block, { kind: 'table' }>, 'label' | 'isDense' | 'isFolded'>;

export const tableOf = <T>(rows: readonly T[], columns: readonly Column<T>[], look: Look = {}): Block => ({
  kind: 'table',
  ...look,
  head: columns.map(([head]) => head),
  numeric: columns.flatMap(([, , kind], index) => (kind ? [index] : [])),
  rows: rows.map((row) => columns.map(([, of]) => [of(row)].flat())),
});

/** In the order of the page. */
export const chartTitles = {
  counts: 'chartCounts',
  impact: 'chartImpact',
  questions: 'chartQuestions',
  score: 'chartScore',
  responseTimes: 'firstResponse',
  mitigationTimes: 'mitigation',
  recoveryTimes: 'recovery',
  slots: 'slotsKept',
  lostTime: 'lostTime',
} as const satisfies Record<string, TextKey>;
export type ChartName = keyof typeof chartTitles;
export const chartNames = Object.keys(chartTitles) as ChartName[];

/** An address that a browser may follow becomes a link; other text stays text. */
export const link = (text: string, href: string | undefined): Inline =>
  href && /^https?:\/\/\S+$/i.test(href) ? { text, href } : text;
