/** What was authentic but not understood: look, read again, or close with a reason. */

import { randomUUID } from 'node:crypto';
import { html } from 'hono/html';
import type { QuarantineEntry } from '../incidents/signal/quarantine.ts';
import { sourceOf } from '../intake/readers.ts';
import { dismissEntry, mendEntry, replayEntry } from '../intake/replay.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { unpack } from '../platform/packed.ts';
import { Problem } from '../platform/problem.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import { button, textField } from './fields.ts';
import { form, type Page } from './page.ts';
import { expectProblem, sayProblem, sayReason } from './problem-page.ts';
import { editable, rawBody } from './raw.ts';
import { textOf } from './statements.ts';
import { badge, incidentPath, time, type View } from './view.ts';
import type { Outcome, Visit } from './visit.ts';

const states = ['open', 'replayed', 'dismissed'] as const;

export async function showQuarantine({ view, query }: Visit): Promise<Page> {
  const state = states.find((each) => each === query.get('state')) ?? 'open';
  const found = await firestore()
    .collection(collections.quarantine)
    .where('state', '==', state)
    .orderBy('quarantinedAt', 'desc')
    .limit(100)
    .select('id', 'source', 'reason', 'receivedAt', 'state', 'quarantinedAt')
    .get();
  const entries = found.docs.map((each) => fromDocument<QuarantineEntry>(each.data()));
  return {
    title: view.t('nav.quarantine'),
    section: 'quarantine',
    body: html`<p class="lead">${view.t('quarantine.lead')}</p>
<p class="tabs">${states.map((each) => html`<a class="tab" href="/console/quarantine?state=${each}"${each === state ? html` aria-current="page"` : ''}>${view.name('quarantineState', each)}</a> `)}</p>
${
  entries.length === 0
    ? html`<p class="empty">${view.t('quarantine.none')}</p>`
    : html`<ul class="cards">${entries.map(
        (entry) =>
          html`<li><h2><a href="/console/quarantine/${entry.id}">${view.name('tool', entry.source)}</a></h2><p>${time(view, entry.receivedAt)}</p><p>${sayReason(view, entry.reason)}</p></li>`,
      )}</ul>`
}`,
  };
}

export async function showEntry({ view }: Visit, id = ''): Promise<Page> {
  return entryPage(view, await loadEntry(id));
}

/** @throws Problem 404 */
async function loadEntry(id: string): Promise<QuarantineEntry> {
  const document = await firestore().collection(collections.quarantine).doc(id).get();
  if (!document.exists) throw new Problem(404, refuse('no-page'));
  return fromDocument<QuarantineEntry>(document.data());
}

function entryPage(view: View, entry: QuarantineEntry, typed?: URLSearchParams): Page {
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
${entry.incidentId ? html`<p><a href="${incidentPath(entry.incidentId)}">${t('quarantine.incident')}</a></p>` : ''}
${entry.dismissedReason ? html`<p>${t('quarantine.dismissed', { who: entry.settledBy ?? '', why: entry.dismissedReason })}</p>` : ''}
${
  entry.state === 'open'
    ? html`<div class="panel">${form(view, `${path}/replay`, randomUUID(), html`<p class="muted">${t('quarantine.replayHint')}</p><p>${button(t('submit.replay'))}</p>`)}
${text === undefined ? '' : form(view, `${path}/mend`, randomUUID(), html`${textField({ form: 'mend', name: 'body', label: t('quarantine.body'), rows: 14, isRequired: true, value: typed?.get('body') ?? text, hint: t('quarantine.mendHint') })}<p>${button(t('submit.mend'), 'plain')}</p>`)}
${form(view, `${path}/dismiss`, randomUUID(), html`${textField({ form: 'dismiss', name: 'reason', label: t('quarantine.reason'), isRequired: true, value: typed?.get('reason') ?? '' })}<p>${button(t('submit.dismiss'), 'plain')}</p>`)}</div>`
    : ''
}
${rawBody(view, raw, entry.contentType)}`,
  };
}

export async function settle({ view, form: given }: Visit, id = '', what = ''): Promise<Outcome> {
  const typed = given ?? new URLSearchParams();
  const entry = await loadEntry(id);
  let problem: Problem;
  try {
    if (what !== 'dismiss') {
      if (what === 'mend') await mendEntry(entry, typed.get('body') ?? '', view.actor, view.now);
      else await replayEntry(entry, view.actor, view.now);
      const { incidentId } = await loadEntry(id);
      return { to: incidentId ? `${incidentPath(incidentId)}?recorded=filed#recorded` : `/console/quarantine/${id}` };
    }
    const reason = textOf(typed, 'reason')?.slice(0, 2_000);
    if (!reason)
      throw new Problem(422, refuse('not-understood'), {
        errors: [wrongField('reason', 'blank')],
      });
    await dismissEntry(id, reason, view.actor, view.now);
    return { to: '/console/quarantine' };
  } catch (error) {
    problem = expectProblem(error);
  }
  return { ...entryPage(view, entry, typed), problem: sayProblem(view, problem), status: problem.status };
}
