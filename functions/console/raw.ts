/** Bytes as they came, shown as text where they are text. */
import { isUtf8 } from 'node:buffer';
import { html } from 'hono/html';
import { jsonIn } from '../platform/loose.ts';
import { depthIn } from '../platform/raw-body.ts';
import type { Markup, View } from './view.ts';

const mostShown = 200_000;
const deepestLaidOut = 32;

export function rawBody(view: View, raw: Buffer, contentType: string): Markup {
  const text = raw.toString('utf8');
  const isText = isUtf8(raw);
  const shown = isText ? pretty(text) : raw.toString('base64');
  return html`<h2>${view.t('raw.title')}</h2><p class="muted">${contentType}, ${view.t('raw.bytes', { n: raw.length })}${isText ? '' : `, ${view.t('raw.base64')}`}</p>
<pre class="raw" tabindex="0" aria-label="${view.t('raw.title')}">${shown.slice(0, mostShown).toWellFormed()}</pre>${shown.length > mostShown ? html`<p class="muted">${view.t('raw.cut')}</p>` : ''}`;
}

/** A body that can be mended in a field: text, and not too long to be read. A truncated one cannot be edited. */
export function editable(raw: Buffer): string | undefined {
  const text = isUtf8(raw) ? raw.toString('utf8') : undefined;
  return text !== undefined && text.length <= mostShown ? pretty(text) : undefined;
}

/**
 * JSON is laid out for reading; anything else stays as it came. So does what is long or deep: with a line for each of
 * many deep values, a body of 700 KB would be laid out into gigabytes.
 */
function pretty(text: string): string {
  if (text.length > mostShown || depthIn(text) > deepestLaidOut) return text;
  const value = jsonIn(text);
  return value === undefined ? text : JSON.stringify(value, null, 2);
}
