/** What was authentic but not understood: look, read again, or close with a reason. */
import { html } from 'hono/html';
import type { QuarantineEntry } from '../incidents/signals/quarantine.ts';
import { dismissEntry, mendEntry, replayEntry } from '../intake/replay.ts';
import { sourceOf } from '../intake/sources/sources.ts';
import { collections, dataOf, firestore, readAll } from '../platform/firestore.ts';
import { unpack } from '../platform/packed.ts';
import { Problem } from '../platform/problem.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { button, fieldsOf } from './fields.ts';
import { form, type Outcome, orComeBack, type Page, sayReason, type Visit } from './page.ts';
import { editable, rawBody } from './signals.ts';
import { neededText } from './statements.ts';
import { badge, cards, incidentPath, type Markup, time, type View } from './view.ts';

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
