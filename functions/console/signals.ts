/** One thing that came in, with its bytes. */
import { html } from 'hono/html';
import type { SignalRecord } from '../incidents/records.ts';
import { authorOf } from '../incidents/signal/author.ts';
import { dataOf, signalRef } from '../platform/firestore.ts';
import { unpack } from '../platform/packed.ts';
import { Problem } from '../platform/problem.ts';
import { refuse } from '../words/refusals/refuse.ts';
import type { Page, Visit } from './page.ts';
import { rawBody } from './raw.ts';
import { incidentPath, outLink, time, who } from './view.ts';

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
