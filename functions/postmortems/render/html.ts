/** A page as one HTML file: no script, nothing loaded, prints on A4. */
import { html, raw } from 'hono/html';
import type { Block, ChartName, Inline, PageContent } from './blocks.ts';
import { style } from './style.ts';

/** What `html` makes of a template: escaped, and safe to put into another. */
type Markup = ReturnType<typeof html>;

export async function renderHtml(
  page: PageContent,
  drawChart: (chart: ChartName) => string,
  contents: string,
): Promise<string> {
  const headings = page.blocks.filter((block) => block.kind === 'heading' && block.level === 2) as Extract<
    Block,
    { kind: 'heading' }
  >[];
  const body = await html`<!doctype html>
<html lang="${page.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${page.title}</title>
<style>${raw(style)}</style>
</head>
<body>
<header>
<h1>${page.title}</h1>
<p class="subtitle">${page.subtitle.map(inline)}</p>
<nav aria-label="${contents}">${headings.map((each) => html`<a href="#${each.id}">${each.text}</a> `)}</nav>
</header>
<main>
${groupCharts(page.blocks).map((block) => renderBlock(block, drawChart))}
</main>
<footer>${page.footer}</footer>
</body>
</html>
`;
  return String(body);
}

type Grouped = Block | { kind: 'charts'; charts: Extract<Block, { kind: 'chart' }>[] };

/** Charts that follow one another share a grid. */
function groupCharts(blocks: Block[]): Grouped[] {
  const grouped: Grouped[] = [];
  for (const block of blocks) {
    const last = grouped.at(-1);
    if (block.kind !== 'chart') grouped.push(block);
    else if (last?.kind === 'charts') last.charts.push(block);
    else grouped.push({ kind: 'charts', charts: [block] });
  }
  return grouped;
}

function renderBlock(block: Grouped, drawChart: (chart: ChartName) => string): Markup {
  switch (block.kind) {
    case 'heading':
      if (block.level === 2) return html`<h2 id="${block.id}">${block.text}</h2>\n`;
      return block.level === 3 ? html`<h3 id="${block.id}">${block.text}</h3>\n` : html`<h4>${block.text}</h4>\n`;
    case 'text':
      return html`<p class="${block.isMuted ? 'muted' : ''}">${block.content.map(inline)}</p>\n`;
    case 'list': {
      const items = block.items.map((item) => html`<li>${item.map(inline)}</li>\n`);
      return block.style === 'ordered' ? html`<ol>${items}</ol>\n` : html`<ul class="${block.style}">${items}</ul>\n`;
    }
    case 'facts':
      return html`<dl>${block.rows.map(([label, content]) => html`<div class="${isLong(content) ? 'wide' : ''}"><dt>${label}</dt><dd>${content.map(inline)}</dd></div>\n`)}</dl>\n`;
    case 'figures':
      return html`<ul class="figures">${block.items.map(
        ({ label, value, note }) =>
          html`<li><span>${label}</span> <strong>${value}</strong> <small>${note}</small></li>\n`,
      )}</ul>\n`;
    case 'table':
      return html`<div class="scroll"><table class="${block.isDense ? 'dense' : ''}">
<thead><tr>${block.head.map((each, index) => html`<th scope="col" class="${kindOf(block, index)}">${each}</th>`)}</tr></thead>
<tbody>${block.rows.map(
        (row) =>
          html`<tr>${row.map((cell, index) =>
            index === 0
              ? html`<th scope="row">${cell.map(inline)}</th>`
              : html`<td class="${kindOf(block, index)}">${cell.map(inline)}</td>`,
          )}</tr>\n`,
      )}</tbody>
</table></div>\n`;
    case 'callout':
      return html`<section class="callout ${block.tone}"><p><strong>${block.title}</strong></p>${block.content.map(
        (each) => html`<p>${each}</p>`,
      )}</section>\n`;
    case 'card':
      return html`<article id="${block.id}"><div class="head"><h3>${block.title}</h3><p class="badges">${block.badges.map(
        (each) => html`${inline(each)} `,
      )}</p></div>
${block.blocks.map((each) => renderBlock(each, drawChart))}</article>\n`;
    case 'charts':
      return html`<div class="charts">${block.charts.map((each) => renderBlock(each, drawChart))}</div>\n`;
    case 'chart':
      return html`<figure><figcaption>${block.title}</figcaption>${raw(drawChart(block.chart))}</figure>\n`;
  }
}

/** Short facts stand two in a row. */
function isLong(content: Inline[]): boolean {
  const length = content.reduce((sum, each) => {
    const text =
      typeof each === 'string' ? each : 'badge' in each ? each.badge : 'strong' in each ? each.strong : each.text;
    // What is not Latin is about twice as wide.
    return sum + text.length + text.replace(/[\x20-\x7e]/g, '').length;
  }, 0);
  return length > 40;
}

function kindOf(table: { numeric: number[] }, index: number): string {
  return table.numeric.includes(index) ? 'number' : '';
}

function inline(each: Inline): Markup | string {
  if (typeof each === 'string') return each;
  if ('to' in each) return html`<a href="#${each.to}">${each.text}</a>`;
  if ('href' in each) return html`<a href="${each.href}" rel="noopener noreferrer">${each.text}</a>`;
  if ('strong' in each) return html`<strong>${each.strong}</strong>`;
  return html`<span class="badge ${each.tone}">${each.badge}</span>`;
}
