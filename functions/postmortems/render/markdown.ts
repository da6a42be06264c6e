/** A page as Markdown that reads well on GitHub and pastes into Notion: headings, tables, lists, no HTML. Pure. */
import { escapeStart, escapeText } from '../../words/markdown.ts';
import type { Block, Inline } from './blocks.ts';
import type { PageContent } from './compose.ts';

export function renderMarkdown(page: PageContent): string {
  const lines = [`# ${escapeText(page.title)}`, '', inlines(page.subtitle), ''];
  for (const block of page.blocks) lines.push(...renderBlock(block, 2), '');
  lines.push('---', '', escapeText(page.footer), '');
  return lines.join('\n').replace(/\n{3,}/g, '\n\n');
}

function renderBlock(block: Block, level: number): string[] {
  switch (block.kind) {
    case 'heading':
      return [`${'#'.repeat(block.level)} ${escapeText(block.text)}`];
    case 'text':
      return [block.isMuted ? `> ${inlines(block.content)}` : inlines(block.content)];
    case 'list':
      return block.items.map((item) => `${block.style === 'check' ? '- [ ]' : '-'} ${inlines(item)}`);
    case 'facts':
      return block.rows.map(([label, content]) => `- **${escapeText(label)}**: ${inlines(content)}`);
    case 'figures':
      return block.items.map(
        ({ label, value, note }) =>
          `- **${escapeText(label)}**: ${escapeText(value)}${note ? ` (${escapeText(note)})` : ''}`,
      );
    case 'table':
      return renderTable(block);
    case 'callout':
      return [`> **${escapeText(block.title)}**`, '>', ...block.content.map((each) => `> ${escapeText(each)}`)];
    case 'card':
      return [
        `${'#'.repeat(level + 1)} ${escapeText(block.title)}`,
        '',
        inlines(separated(block.badges)),
        '',
        ...block.blocks.flatMap((each) => [...renderBlock(each, level + 1), '']),
      ];
    case 'chart':
      // The table beneath the charts has their numbers.
      return [];
  }
}

function renderTable({ head, rows, numeric }: Extract<Block, { kind: 'table' }>): string[] {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(head.map(escapeText)),
    line(head.map((_, index) => (numeric.includes(index) ? '---:' : '---'))),
    ...rows.map((row) => line(row.map((cell) => inlines(cell) || ' '))),
  ];
}

const separated = (badges: Inline[]) => badges.flatMap((badge, index) => (index > 0 ? [' · ', badge] : [badge]));

function inlines(content: Inline[]): string {
  const text = content
    .map((each) => {
      if (typeof each === 'string') return escapeText(each);
      if ('to' in each) return escapeText(each.text);
      if ('href' in each) return `[${escapeText(each.text)}](${escapeAddress(each.href)})`;
      if ('strong' in each) return `**${escapeText(each.strong)}**`;
      return `\`${each.badge.replaceAll('`', "'")}\``;
    })
    .join('')
    .trim();
  return escapeStart(text);
}

const escapeAddress = (href: string): string =>
  href
    .replace(/[\s<>|\\`[\]"]/g, encodeURIComponent)
    .replaceAll('(', '%28')
    .replaceAll(')', '%29');
