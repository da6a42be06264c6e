/** What a page consists of, before it is Markdown or HTML: both are made from the same blocks. Pure. */

/** Text is from outside until proven otherwise: renderers escape all of it. */
/** `to` names something of the same page by its id. */
export type Inline =
  | string
  | { text: string; href: string }
  | { text: string; to: string }
  | { strong: string }
  | { badge: string; tone: Tone };

export type Tone = 'good' | 'bad' | 'warn' | 'plain';

export type Block =
  | { kind: 'heading'; level: 2 | 3 | 4; text: string; id: string }
  | { kind: 'text'; content: Inline[]; isMuted?: boolean }
  | { kind: 'list'; items: Inline[][]; style: 'plain' | 'ordered' | 'check' }
  /** A dense one has many narrow columns. */
  /** `label` tells it from others under the same heading; its first column does where there is none. */
  | { kind: 'table'; label?: string; head: string[]; rows: Inline[][][]; numeric: number[]; isDense?: boolean }
  | { kind: 'facts'; rows: [label: string, content: Inline[]][] }
  | { kind: 'figures'; items: { label: string; value: string; note: string }[] }
  | { kind: 'callout'; tone: 'alarm' | 'warning' | 'question'; title: string; content: string[] }
  | { kind: 'card'; id: string; title: string; badges: Inline[]; blocks: Block[] }
  | { kind: 'chart'; chart: ChartName; title: string };

/** In the order in which a page shows them. */
export const chartNames = [
  'counts',
  'impact',
  'questions',
  'score',
  'responseTimes',
  'mitigationTimes',
  'recoveryTimes',
  'slots',
  'lostTime',
] as const;
export type ChartName = (typeof chartNames)[number];

export interface PageContent {
  locale: 'ja' | 'en';
  title: string;
  subtitle: Inline[];
  blocks: Block[];
  footer: string;
}

/** The address where it is one that a browser may follow; other text stays text. */
export function link(text: string, href: string | undefined): Inline {
  return href && /^https?:\/\/\S+$/i.test(href) ? { text, href } : text;
}
