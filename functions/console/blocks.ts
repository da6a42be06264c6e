/** The blocks of a postmortem page in the console's frame: charts are pictures from our own origin. */
import { html } from 'hono/html';
import type { Block } from '../postmortems/render/blocks.ts';
import type { Frame } from '../postmortems/render/html-blocks.ts';
import { incidentPath, outLink } from './view.ts';

/** A placeholder for our own origin in absolute addresses; it never leaves this machine. */
const ownOrigin = 'https://console.invalid';

/** Where a page made of blocks is told that an incident is. */
export const ownAddress = (path: string): string => `${ownOrigin}${path}`;
export const incidentAddress = (id: string): string => ownAddress(incidentPath(id));

/** @param chartPath where a chart's picture is */
export const consoleFrame = (chartPath: (name: string) => string): Frame => ({
  chart: ({ chart, title }) => html`<img src="${chartPath(chart)}" alt="${title}" width="360" height="250">`,
  link: (address, text) =>
    address.startsWith(ownOrigin)
      ? html`<a href="${address.slice(ownOrigin.length)}">${text}</a>`
      : outLink(address, text),
});

/** For blocks among which there is no chart. */
export const plainFrame = consoleFrame(() => '');

/** The part of a page that begins with one heading and ends before the next. */
export function sectionOf(blocks: readonly Block[], id: string): Block[] {
  const isTop = (block: Block): boolean => block.kind === 'heading' && block.level === 2;
  const from = blocks.findIndex((block) => block.kind === 'heading' && block.level === 2 && block.id === id);
  if (from < 0) return [];
  const length = blocks.slice(from + 1).findIndex(isTop);
  return blocks.slice(from, length < 0 ? undefined : from + 1 + length);
}
