/** Bytes as they came, shown as text where they are text. */
import { html } from 'hono/html';
import type { Markup, View } from './view.ts';

const mostShown = 200_000;

export function rawBody(view: View, raw: Buffer, contentType: string): Markup {
  const text = raw.toString('utf8');
  const isText = Buffer.from(text, 'utf8').equals(raw);
  const shown = isText ? pretty(text) : raw.toString('base64');
  return html`<h2>${view.t('raw.title')}</h2><p class="muted">${contentType}, ${view.t('raw.bytes', { n: raw.length })}${isText ? '' : `, ${view.t('raw.base64')}`}</p>
<pre class="raw" tabindex="0" aria-label="${view.t('raw.title')}">${shown.slice(0, mostShown).toWellFormed()}</pre>${shown.length > mostShown ? html`<p class="muted">${view.t('raw.cut')}</p>` : ''}`;
}

/** JSON is laid out for reading; anything else stays as it came. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
