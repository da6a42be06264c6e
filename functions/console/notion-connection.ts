/** Notion on the connections page: how many records are there, how far behind it is, and why. */
import type { Query } from '@google-cloud/firestore';
import { html } from 'hono/html';
import { databasesOf } from '../outgoing/notion/databases.ts';
import {
  type NotionState,
  notTaken,
  type PageRecord,
  pageRecords,
  readState,
  waiting,
} from '../outgoing/notion/page-records.ts';
import { readConfig } from '../platform/config.ts';
import { dataOf } from '../platform/firestore.ts';
import { badge, joined, type Markup, time, type View } from './view.ts';

export async function notionConnection(view: View): Promise<Markup> {
  const { t } = view;
  const databases = databasesOf(readConfig());
  const body =
    databases === undefined
      ? html`<p class="empty">${t('connections.notion.notSet')}</p>`
      : databases === 'wrong'
        ? html`<p class="missing">${badge(t('connections.notion.stopped'), 'bad')} ${view.name('notionTrouble', 'databases')}</p>`
        : await progress(view);
  return html`<section aria-labelledby="notion"><h2 id="notion">Notion</h2>
<p class="muted">${t('connections.notion.what')}</p>
${body}</section>`;
}

async function progress(view: View): Promise<Markup> {
  const { t } = view;
  const [state, total, behind, oldest, left] = await Promise.all([
    readState(),
    count(pageRecords()),
    count(waiting()),
    waiting().orderBy('waitingSince').limit(1).get(),
    count(notTaken()),
  ]);
  const since = dataOf<PageRecord>(oldest.docs[0])?.waitingSince;
  return html`<ul class="cards"><li class="connection"><h3>${standing(view, state, behind)}</h3>
<p>${t('connections.notion.written', { n: total - behind - left, total })} · ${t('connections.notion.last')}: ${state?.syncedAt ? time(view, state.syncedAt) : '–'}</p>
${behind > 0 ? html`<p>${t('connections.notion.waiting', { n: behind })}${since ? html` · ${t('connections.notion.since')}: ${time(view, since)}` : ''}</p>` : ''}
${left > 0 ? html`<p class="missing">${t('connections.notion.notTaken', { n: left })}</p>` : ''}
${state?.trouble ? html`<p class="missing">${view.name('notionTrouble', state.trouble.kind)}${state.trouble.code ? ` (${state.trouble.code})` : ''}${state.failedSince ? html` · ${t('connections.notion.since')}: ${time(view, state.failedSince)}` : ''}</p>` : ''}
${state && state.leftOut.length > 0 ? html`<p class="muted">${t('connections.notion.leftOut', { names: joined(view, state.leftOut) })}</p>` : ''}</li></ul>`;
}

function standing(view: View, state: NotionState | undefined, behind: number): Markup {
  const { t } = view;
  if (state?.trouble) return badge(t('connections.notion.stopped'), 'bad');
  if (behind > 0) return badge(t('connections.notion.behind'), 'warn');
  return badge(
    t(state?.syncedAt ? 'connections.notion.current' : 'connections.notion.nothingYet'),
    state?.syncedAt ? 'good' : 'plain',
  );
}

const count = async (query: Query): Promise<number> => (await query.count().get()).data().count;
