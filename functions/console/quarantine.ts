/** What came in, with its bytes: one signal; and what was authentic but not understood: look, read again, or close with a reason. */

import { isUtf8 } from 'node:buffer';
import { html } from 'hono/html';
import type { SignalRecord } from '../incidents/record/records.ts';
import type { QuarantineEntry } from '../incidents/signals/quarantine.ts';
import { authorOf } from '../incidents/signals/signal.ts';
import { dismissEntry, mendEntry, replayEntry } from '../intake/replay.ts';
import { sourceOf } from '../intake/sources/sources.ts';
import { collections, dataOf, firestore, readAll, signalRef } from '../platform/firestore.ts';
import { jsonIn } from '../platform/loose.ts';
import { unpack } from '../platform/packed.ts';
import { Problem } from '../platform/problem.ts';
import { depthIn } from '../platform/raw-body.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { button, fieldsOf } from './fields.ts';
import { form, type Outcome, orComeBack, type Page, sayReason, type Visit } from './page.ts';
import { neededText } from './statements.ts';
import { badge, cards, incidentPath, type Markup, outLink, time, type View, who } from './view.ts';

const states = ['open', 'replayed', 'dismissed'] as const;

export async function showQuarantine({ view, query }: Visit): Promise<Page> {
  const state = states.find((each) => each === query.get('state')) ?? 'open';
  const all = firestore().collection(collections.quarantine).where('state', '==', state);
  const newest = all.orderBy('quarantinedAt', 'desc').limit(100);
  const shown = newest.select('id', 'source', 'reason', 'receivedAt', 'state', 'quarantinedAt');
  const entries = await readAll<QuarantineEntry>(shown);
  return {
    title: view.t('nav.quarantine'),
    section: 'quarantine',
    body: html`<p class="lead">${view.t('quarantine.lead')}</p>
<p class="tabs">${states.map((each) => html`<a class="tab" href="/console/quarantine?state=${each}"${each === state ? html` aria-current="page"` : ''}>${view.name('quarantineState', each)}</a> `)}</p>
${cards(view, entries, card, 'quarantine.none')}`,
  };
}

const card = (view: View, { id, source, receivedAt, reason }: QuarantineEntry): Markup =>
  html`<li><h2><a href="/console/quarantine/${id}">${view.name('tool', source)}</a></h2><p>${time(view, receivedAt)}</p><p>${sayReason(view, reason)}</p></li>`;

export const showEntry = async ({ view }: Visit, id = ''): Promise<Page> => entryPage(view, await loadEntry(id));

/** @throws Problem 404 */
async function loadEntry(id: string): Promise<QuarantineEntry> {
  const entry = dataOf<QuarantineEntry>(await firestore().collection(collections.quarantine).doc(id).get());
  if (!entry) throw new Problem(404, refuse('no-page'));
  return entry;
}

function entryPage(view: View, entry: QuarantineEntry): Page {
  const { t } = view;
  const path = `/console/quarantine/${entry.id}`;
  const raw = unpack(entry.raw, entry.encoding);
  const text = sourceOf(entry.source) ? editable(raw) : undefined;
  return {
    title: t('quarantine.title', { tool: view.name('tool', entry.source) }),
    section: 'quarantine',
    body: html`<p>${badge(view.name('quarantineState', entry.state), entry.state === 'open' ? 'warn' : 'good')} ${time(view, entry.receivedAt)}</p>
<p>${sayReason(view, entry.reason)}</p>
${entry.errors.length > 0 ? html`<ul>${entry.errors.map((each) => html`<li><code>${each.path}</code> ${sayReason(view, each.message)}</li>`)}</ul>` : ''}
${entry.incidentId ? html`<p><a href="${incidentPath(entry.incidentId)}">${t('deliveries.incident')}</a></p>` : ''}
${entry.dismissedReason ? html`<p>${t('quarantine.dismissed', { who: entry.settledBy ?? '', why: entry.dismissedReason })}</p>` : ''}
${
  entry.state === 'open'
    ? html`<div class="panel">${form(view, `${path}/replay`)`<p class="muted">${t('quarantine.replayHint')}</p><p>${button(t('submit.replay'))}</p>`}
${text === undefined ? '' : form(view, `${path}/mend`)`${fieldsOf(view, 'mend').text('body', { label: t('quarantine.body'), rows: 14, isRequired: true, was: text, hint: t('quarantine.mendHint') })}<p>${button(t('submit.mend'), 'plain')}</p>`}
${form(view, `${path}/dismiss`)`${fieldsOf(view, 'dismiss').text('reason', { label: t('quarantine.reason'), isRequired: true })}<p>${button(t('submit.dismiss'), 'plain')}</p>`}</div>`
    : ''
}
${rawBody(view, raw, entry.contentType)}`,
  };
}

export async function settle(visit: Visit, id = '', what = ''): Promise<Outcome> {
  const entry = await loadEntry(id);
  const { actor, now } = visit.view;
  const again = (): Page => entryPage(visit.view, entry);
  return orComeBack(visit, what, again, async () => {
    if (what === 'dismiss') {
      await dismissEntry(id, neededText(visit.form, 'reason', 2_000), actor, now);
      return { to: '/console/quarantine' };
    }
    if (what === 'mend') await mendEntry(entry, visit.form.get('body') ?? '', actor, now);
    else await replayEntry(entry, actor, now);
    const { incidentId } = await loadEntry(id);
    return { to: incidentId ? `${incidentPath(incidentId)}?recorded=filed#recorded` : `/console/quarantine/${id}` };
  });
}

/** One thing that came in, with its bytes as they came, shown as text where they are text. */
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

/**
 * JSON is laid out for reading; anything else stays as it came. So does what is long or deep: with a line for each of
 * many deep values, a body of 700 KB would be laid out into gigabytes.
 */
function pretty(text: string): string {
  if (text.length > mostShown || depthIn(text) > deepestLaidOut) return text;
  const value = jsonIn(text);
  return value === undefined ? text : JSON.stringify(value, null, 2);
}
