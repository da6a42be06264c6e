/** A page as one HTML file: no script, nothing loaded, prints on A4. */
import { html, raw } from 'hono/html';
import type { ChartName, PageContent } from './blocks.ts';
import { type Frame, inline, renderBlocks } from './html-blocks.ts';
import { style } from './style.ts';

export async function renderHtml(
  page: PageContent,
  drawChart: (chart: ChartName) => string,
  contents: string,
): Promise<string> {
  const headings = page.blocks.flatMap((block) => (block.kind === 'heading' && block.level === 2 ? [block] : []));
  const frame: Frame = {
    chart: ({ chart }) => html`${raw(drawChart(chart))}`,
    link: (address, text) => html`<a href="${address}" rel="noopener noreferrer">${text}</a>`,
  };
  const body = await html`<!doctype html>
<html lang="${page.language}">
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
<p class="subtitle">${page.subtitle.map((each) => inline(each, frame))}</p>
<nav aria-label="${contents}">${headings.map((each) => html`<a href="#${each.id}">${each.text}</a> `)}</nav>
</header>
<main>
${renderBlocks(page.blocks, frame).map((block) => html`${block}\n`)}</main>
<footer>${page.footer}</footer>
</body>
</html>
`;
  return String(body);
}
