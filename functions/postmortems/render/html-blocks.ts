/** The parts of a page as HTML, for a file of its own and for the console's frame. */
import { html } from 'hono/html';
import type { Block, Inline } from './blocks.ts';

/** What `html` makes of a template: escaped, and safe to put into another. */
export type Markup = ReturnType<typeof html>;

/** What each page shows its own way. */
export interface Frame {
  chart(chart: BlockOf<'chart'>): Markup;
  link(address: string, text: string): Markup;
  /** A screen can unfold details; paper cannot. */
  folds?: boolean;
}

type BlockOf<K extends Block['kind']> = Extract<Block, { kind: K }>;

/** @param title of what the blocks before the first heading belong to */
export function renderBlocks(blocks: readonly Block[], frame: Frame, title?: string): Markup[] {
  let under = title;
  return blocks.map((block, index) => {
    if (block.kind === 'heading') under = block.text;
    if (block.kind !== 'chart') return renderBlock(block, frame, under);
    // Charts that follow one another share a grid.
    if (blocks[index - 1]?.kind === 'chart') return html``;
    const length = blocks.slice(index).findIndex((each) => each.kind !== 'chart');
    const row = blocks.slice(index, length < 0 ? undefined : index + length);
    return html`<div class="charts">${row.map((each) => renderBlock(each, frame, under))}</div>`;
  });
}

/** @param level the card's place among the headings of its page */
export function renderCard({ id, title, badges, blocks }: BlockOf<'card'>, frame: Frame, level: 2 | 3): Markup {
  const heading = level === 2 ? html`<h2>${title}</h2>` : html`<h3>${title}</h3>`;
  const marks = badges.map((each) => html`${inline(each, frame)} `);
  return html`<article class="panel" id="${id}"><div class="head">${heading}<p class="badges">${marks}</p></div>${renderBlocks(blocks, frame, title)}</article>`;
}

/** @param under the heading above it */
function renderBlock(block: Block, frame: Frame, under: string | undefined): Markup {
  const row = (content: readonly Inline[]) => content.map((each) => inline(each, frame));
  switch (block.kind) {
    case 'heading':
      if (block.level === 2) return html`<h2 id="${block.id}">${block.text}</h2>`;
      return html`<h3 id="${block.id}">${block.text}</h3>`;
    case 'text':
      return html`<p class="${block.isMuted ? 'muted words' : ''}">${row(block.content)}</p>`;
    case 'list':
      return html`<ul class="${block.style}">${block.items.map((item) => html`<li>${row(item)}</li>`)}</ul>`;
    case 'facts':
      return html`<dl class="facts">${block.rows.map(
        ([label, content]) =>
          html`<div class="${isLong(content) ? 'long' : ''}"><dt>${label}</dt><dd>${row(content)}</dd></div>`,
      )}</dl>`;
    case 'figures':
      return html`<ul class="figures">${block.items.map(
        ({ label, value, note }) =>
          html`<li><span>${label}</span> <strong>${value}</strong> <small>${note}</small></li>`,
      )}</ul>`;
    case 'table': {
      const kindOf = (index: number): string => (block.numeric.includes(index) ? 'number' : '');
      const head = block.head.map((each, index) => html`<th scope="col" class="${kindOf(index)}">${each}</th>`);
      const cell = (content: readonly Inline[], index: number): Markup =>
        index === 0
          ? html`<th scope="row">${row(content)}</th>`
          : html`<td class="${kindOf(index)}">${row(content)}</td>`;
      // Tables scroll sideways, and each is a landmark: their headings tell them apart.
      const label = [under, block.label ?? block.head[0]].filter(Boolean).join(' – ');
      const table = html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="${block.isDense ? 'dense' : ''}"><thead><tr>${head}</tr></thead><tbody>${block.rows.map(
        (cells) => html`<tr>${cells.map(cell)}</tr>`,
      )}</tbody></table></div>`;
      return block.isFolded && frame.folds ? html`<details><summary>${block.label}</summary>${table}</details>` : table;
    }
    case 'callout': {
      const paragraphs = block.content.map((each) => html`<p>${each}</p>`);
      return html`<section class="callout ${block.tone}"><p><strong>${block.title}</strong></p>${paragraphs}</section>`;
    }
    case 'card':
      return renderCard(block, frame, 3);
    case 'chart':
      return html`<figure><figcaption>${block.title}</figcaption>${frame.chart(block)}</figure>`;
  }
}

/** Short facts, two in a row. */
function isLong(content: readonly Inline[]): boolean {
  const plain = (each: Inline): string =>
    typeof each === 'string' ? each : 'badge' in each ? each.badge : 'strong' in each ? each.strong : each.text;
  const text = content.map(plain).join('');
  // What is not Latin is about twice as wide.
  return text.length + text.replace(/[\x20-\x7e]/g, '').length > 40;
}

export function inline(each: Inline, frame: Frame): Markup | string {
  if (typeof each === 'string') return each;
  if ('to' in each) return html`<a href="#${each.to}">${each.text}</a>`;
  if ('href' in each) return frame.link(each.href, each.text);
  if ('strong' in each) return html`<strong>${each.strong}</strong>`;
  return html`<span class="badge ${each.tone}">${each.badge}</span>`;
}
