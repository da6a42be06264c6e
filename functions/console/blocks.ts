/** The blocks of a postmortem page in the console's frame: charts are pictures from our own origin. */
import { html } from 'hono/html';
import type { Block, Inline } from '../postmortems/render/blocks.ts';
import { badge, incidentPath, type Markup, outLink } from './view.ts';

/** Stands for our own origin in addresses that have to be whole; it never leaves this machine. */
const ownOrigin = 'https://console.invalid';

/** Where a page made of blocks is told that an incident is. */
export const ownAddress = (path: string): string => `${ownOrigin}${path}`;
export const incidentAddress = (id: string): string => ownAddress(incidentPath(id));

/**
 * @param chartPath where a chart's picture is
 * @param title what the blocks before the first heading stand under
 */
export function renderBlocks(blocks: readonly Block[], chartPath: (name: string) => string, title?: string): Markup[] {
  let under = title;
  return blocks.map((block, index) => {
    if (block.kind === 'heading') under = block.text;
    if (block.kind !== 'chart') return renderBlock(block, chartPath, under);
    // Charts that follow one another share a grid.
    if (blocks[index - 1]?.kind === 'chart') return html``;
    const rest = blocks.slice(index);
    const length = rest.findIndex((each) => each.kind !== 'chart');
    const row = length < 0 ? rest : rest.slice(0, length);
    return html`<div class="charts">${row.map((each) => renderBlock(each, chartPath, under))}</div>`;
  });
}

type Card = Extract<Block, { kind: 'card' }>;

/** @param level the card's place among the headings of its page */
export function renderCard(card: Card, level: 2 | 3): Markup {
  const title = level === 2 ? html`<h2>${card.title}</h2>` : html`<h3>${card.title}</h3>`;
  return html`<article class="panel" id="${card.id}">${title}<p class="badges">${card.badges.map(
    (each) => html`${inline(each)} `,
  )}</p>${renderBlocks(card.blocks, () => '', card.title)}</article>`;
}

/** @param under the heading that it stands under */
function renderBlock(block: Block, chartPath: (name: string) => string, under: string | undefined): Markup {
  switch (block.kind) {
    case 'heading':
      return block.level === 2
        ? html`<h2 id="${block.id}">${block.text}</h2>`
        : html`<h3 id="${block.id}">${block.text}</h3>`;
    case 'text':
      return html`<p class="${block.isMuted ? 'muted words' : ''}">${block.content.map(inline)}</p>`;
    case 'list': {
      const items = block.items.map((item) => html`<li>${item.map(inline)}</li>`);
      return block.style === 'ordered' ? html`<ol>${items}</ol>` : html`<ul class="${block.style}">${items}</ul>`;
    }
    case 'facts':
      return html`<dl class="facts">${block.rows.map(
        ([label, content]) => html`<div><dt>${label}</dt><dd>${content.map(inline)}</dd></div>`,
      )}</dl>`;
    case 'figures':
      return html`<ul class="figures">${block.items.map(
        ({ label, value, note }) =>
          html`<li><span>${label}</span> <strong>${value}</strong> <small>${note}</small></li>`,
      )}</ul>`;
    case 'table':
      return html`<div class="scroll" tabindex="0" role="region" aria-label="${labelOf(block, under)}"><table class="${block.isDense ? 'dense' : ''}"><thead><tr>${block.head.map(
        (each, index) => html`<th scope="col" class="${kindOf(block, index)}">${each}</th>`,
      )}</tr></thead><tbody>${block.rows.map(
        (row) =>
          html`<tr>${row.map((cell, index) =>
            index === 0
              ? html`<th scope="row">${cell.map(inline)}</th>`
              : html`<td class="${kindOf(block, index)}">${cell.map(inline)}</td>`,
          )}</tr>`,
      )}</tbody></table></div>`;
    case 'callout':
      return html`<section class="callout ${block.tone}"><p><strong>${block.title}</strong></p>${block.content.map(
        (each) => html`<p>${each}</p>`,
      )}</section>`;
    case 'card':
      return renderCard(block, 3);
    case 'chart':
      return html`<figure><figcaption>${block.title}</figcaption><img src="${chartPath(block.chart)}" alt="${block.title}" width="360" height="250"></figure>`;
  }
}

/** Tables scroll sideways, and each is a landmark: what tells them apart is what they stand under. */
function labelOf({ label, head }: { label?: string; head: readonly string[] }, under: string | undefined): string {
  return [under, label ?? head[0]].filter(Boolean).join(' – ');
}

function kindOf(table: { numeric: number[] }, index: number): string {
  return table.numeric.includes(index) ? 'number' : '';
}

function inline(each: Inline): Markup | string {
  if (typeof each === 'string') return each;
  if ('to' in each) return html`<a href="#${each.to}">${each.text}</a>`;
  if ('href' in each) {
    return each.href.startsWith(ownOrigin)
      ? html`<a href="${each.href.slice(ownOrigin.length)}">${each.text}</a>`
      : outLink(each.href, each.text);
  }
  if ('strong' in each) return html`<strong>${each.strong}</strong>`;
  return badge(each.badge, each.tone);
}

/** The part of a page that begins with one heading and ends before the next. */
export function sectionOf(blocks: readonly Block[], id: string): Block[] {
  const isTop = (block: Block): boolean => block.kind === 'heading' && block.level === 2;
  const from = blocks.findIndex((block) => block.kind === 'heading' && block.level === 2 && block.id === id);
  if (from < 0) return [];
  const length = blocks.slice(from + 1).findIndex(isTop);
  return blocks.slice(from, length < 0 ? undefined : from + 1 + length);
}
