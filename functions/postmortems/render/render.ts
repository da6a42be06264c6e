/** A bundle for people, in the form and language that they asked for. */
import { readFileSync } from 'node:fs';
import { html, raw } from 'hono/html';
import { readConfig } from '../../platform/config.ts';
import type { Policy } from '../../policy.ts';
import { speak } from '../../words/speech.ts';
import type { Language } from '../../words/text.ts';
import type { BundleSlice } from '../store.ts';
import type { ChartName } from './blocks.ts';
import { composePage, type PageContent } from './compose.ts';
import { type Frame, inline, renderBlocks } from './html-blocks.ts';
import { renderMarkdown } from './markdown.ts';

export async function render(slice: BundleSlice, form: 'md' | 'html', language: Language, policy: Policy) {
  const console = readConfig().CONSOLE_URL;
  const incidentUrl = (id: string): string | undefined => (console ? `${console}/incidents/${id}` : undefined);
  const page = composePage(slice, { language, policy, incidentUrl });
  const headers = { 'content-language': language, vary: 'accept-language' };
  if (form === 'md') {
    return { body: renderMarkdown(page), headers: { ...headers, 'content-type': 'text/markdown; charset=utf-8' } };
  }
  const { drawChart } = await import('./charts.ts');
  const speech = { ...speak({ language, policy }), policy };
  const body = await renderHtml(page, (chart) => drawChart(chart, slice.head, speech), speech.t('bundle.contents'));
  return {
    body,
    headers: {
      ...headers,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    },
  };
}

/** Styles are in the page itself: a forwarded file has no other files beside it. */
const style = readFileSync(new URL('./assets/page.css', import.meta.url), 'utf8');

/** A page as one HTML file: no script, nothing loaded, prints on A4. */
export async function renderHtml(page: PageContent, drawChart: (chart: ChartName) => string, contents: string) {
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
<style>
${raw(style)}</style>
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
