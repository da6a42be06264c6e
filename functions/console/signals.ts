/** One received signal with its raw bytes, shown as text if they are text. */
import { isUtf8 } from 'node:buffer';
import { html } from 'hono/html';
import type { SignalRecord } from '../incidents/record/records.ts';
import { authorOf } from '../incidents/signals/signal.ts';
import { dataOf, signalRef } from '../platform/firestore.ts';
import { jsonIn } from '../platform/loose.ts';
import { unpack } from '../platform/packed.ts';
import { Problem } from '../platform/problem.ts';
import { depthIn } from '../platform/raw-body.ts';
import { refuse } from '../words/refusals/refuse.ts';
import type { Page, Visit } from './page.ts';
import { incidentPath, type Markup, outLink, time, type View, who } from './view.ts';

export async function showSignal({ view }: Visit, id = ''): Promise<Page> {
  const signal = dataOf<SignalRecord>(await signalRef(id).get());
  if (!signal) throw new Problem(404, refuse('no-page'));
  const { t } = view;
  const { actor, actorName } = authorOf(signal);
  return {
    title: t('signal.title', { tool: view.name('tool', signal.tool), id: signal.sourceId }),
    section: 'board',
    body: html`<p><a href="${incidentPath(signal.incidentId)}">${t('signal.back')}</a></p>
<dl class="facts"><div><dt>${t('field.kind')}</dt><dd>${view.name('signalKind', signal.kind)}</dd></div>
<div><dt>${t('why.receivedAt')}</dt><dd>${time(view, signal.receivedAt)}</dd></div>
${signal.happenedAt ? html`<div><dt>${t('signal.happenedAt')}</dt><dd>${time(view, signal.happenedAt)}</dd></div>` : ''}
${signal.title ? html`<div><dt>${t('field.title')}</dt><dd>${signal.title}</dd></div>` : ''}
${signal.agent || signal.agentName ? html`<div><dt>${t('signal.agent')}</dt><dd>${who(view, actor, actorName)}</dd></div>` : ''}
${signal.url ? html`<div><dt>${t('field.ticketUrl')}</dt><dd>${outLink(signal.url)}</dd></div>` : ''}
<div><dt>ID</dt><dd><code>${signal.id}</code></dd></div></dl>
${signal.message ? html`<p class="words">${signal.message}</p>` : ''}
${signal.problems.length > 0 ? html`<h2>${t('signal.leftOut')}</h2><ul>${signal.problems.map((each) => html`<li>${view.name('field', each.path)}: ${each.message}</li>`)}</ul>` : ''}
${rawBody(view, unpack(signal.raw, signal.rawEncoding), signal.contentType)}`,
  };
}

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

/** Lays out JSON for reading, unless it is long or deep: a line for each deep value would make gigabytes of 700 KB. */
function pretty(text: string): string {
  if (text.length > mostShown || depthIn(text) > deepestLaidOut) return text;
  const value = jsonIn(text);
  return value === undefined ? text : JSON.stringify(value, null, 2);
}
