/** Each door, tool and channel: whether it is configured, when it was last used, its last test and failure, and a button to try it. */
import { html } from 'hono/html';
import type { Tool } from '../incidents/signals/signal.ts';
import {
  databasesOf,
  notTaken,
  type PageRecord,
  pageRecords,
  readState,
  waiting,
} from '../outgoing/notion/page-records.ts';
import { readConfig } from '../platform/config.ts';
import { collections, countOf, dataOf, firestore } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { channelsSection } from './channels.ts';
import { type DoorState, loadConnections } from './connections-load.ts';
import { checkDoor, doorAddress, doors } from './door-check.ts';
import { button } from './fields.ts';
import { form, type Outcome, type Page, sayReason, type Visit } from './page.ts';
import { path, ticketConnections } from './ticket-connections.ts';
import { badge, copyable, type Markup, time, type View } from './view.ts';

export async function showConnections({ view, query }: Visit): Promise<Page> {
  const { t } = view;
  const known = await loadConnections([...doors.map((each) => each.tool), 'console'], view.now);
  const channels = channelsSection(view, query, known);
  const tickets = await ticketConnections(view, query);
  return {
    title: t('nav.connections'),
    section: 'connections',
    ...(channels.isAwaited || tickets.isAwaited ? { refreshSeconds: 2 } : {}),
    body: html`<section aria-labelledby="doors"><h2 id="doors">${t('connections.doors')}</h2>
<p class="muted">${t('connections.checkHint')}</p>
${form(view, `${path}/doors/all`)`<p>${button(t('connections.checkAll'), 'plain')}</p>`}
<ul class="cards">${known.doors.map((each) => doorCard(view, each))}</ul></section>
${tickets.body}
${await notionConnection(view)}
${channels.body}`,
  };
}

function doorCard(view: View, state: DoorState): Markup {
  const { t } = view;
  const { tool, check, lastSeenAt, lastTestAt, lastUnread, quarantined } = state;
  const door = doors.find((each) => each.tool === tool);
  const variables = view.row(door?.variables ?? []);
  const isClosed = check?.outcome === 'closed' && (!lastSeenAt || lastSeenAt < check.at);
  return html`<li id="${tool}" class="connection"><h3>${view.name('tool', tool)} ${doorBadge(view, state)}</h3>
<p><code>${door?.path ?? '/console/report'}</code>${door ? html` · ${t('connections.variables')}: ${door.variables.map((each, index) => html`${index > 0 ? t('connections.or') : ''}<code>${each}</code>`)}` : ''}</p>
${isClosed ? html`<p class="missing">${t('connections.notSet', { names: variables })}</p>` : ''}
<p class="muted">${t('connections.lastSeen')}: ${lastSeenAt ? time(view, lastSeenAt) : '–'}${door && html` · ${t('connections.lastTest')}: ${lastTestAt ? time(view, lastTestAt) : '–'} · ${t('connections.lastCheck')}: ${check ? time(view, check.at) : '–'}`}</p>
${check && (check.outcome === 'unreachable' || check.outcome === 'unexpected') ? html`<p>${t('connections.lastError')}: ${sayReason(view, check.detail)}</p>` : ''}
${lastUnread ? html`<p>${badge(t('connections.quarantined', { n: quarantined }), 'warn')} ${t('connections.lastUnread')}: <a href="/console/quarantine/${lastUnread.id}">${time(view, lastUnread.at)}</a> ${sayReason(view, lastUnread.reason)}</p>` : ''}
${door ? tryDoor(view, door) : ''}</li>`;
}

function doorBadge(view: View, { tool, check, lastSeenAt, lastTestAt }: DoorState): Markup {
  const { t } = view;
  const seenAt = lastSeenAt && lastTestAt && lastTestAt > lastSeenAt ? lastTestAt : (lastSeenAt ?? lastTestAt);
  // The newer fact counts: a door that was closed and has received something since is open.
  const isShut = check && check.outcome !== 'open' && (!seenAt || seenAt < check.at);
  if (isShut) return badge(view.name('doorCheck', check.outcome), 'bad');
  if (lastSeenAt) return badge(t('connections.seen'), 'good');
  if (lastTestAt) return badge(t('connections.tested'), 'good');
  if (tool === 'console') return badge(t('connections.unheard'));
  return badge(t(check ? 'connections.open' : 'connections.never'));
}

function tryDoor(view: View, door: (typeof doors)[number]): Markup {
  const { t } = view;
  const address = doorAddress(door, readConfig().CONSOLE_URL);
  if (!address) return html`<p class="muted">${t('connections.noAddress')}</p>`;
  const [how, text] = howToTry(view, door, address);
  return html`${form(view, `${path}/doors/${door.tool}`)`<p>${button(t('connections.check'), 'plain')}</p>`}
<details id="how-${door.tool}"><summary>${t('connections.how')}</summary><p class="muted">${how}</p>${copyable(view, `address-${door.tool}`, text)}</details>`;
}

function howToTry(view: View, { tool, path: doorPath }: (typeof doors)[number], address: string): [string, string] {
  const { t, now } = view;
  const drill = drills[tool];
  if (drill) return [t('connections.how.generic'), drillCommand(address, drill(`connection-test-${now.getTime()}`))];
  if (tool === 'monitoring') return [t('connections.how.monitoring'), address];
  const named = { tool: view.name('tool', tool), path: doorPath.split('/').at(-1) ?? tool };
  return [t(tool === 'grafana' ? 'connections.how.alerts' : 'connections.how.tool', named), address];
}

interface Drill {
  /** The proof is a variable in the shell of the person who runs the command. */
  authorization?: string;
  body: object;
}

/** Sample drills for the doors that accept one from anybody. */
const drills: { [T in Tool]?: (id: string) => Drill } = {
  generic: (id) => ({ authorization: 'Bearer $TICKETS_TOKEN', body: { id, subject: 'Connection test', drill: true } }),
  alert: (id) => ({
    authorization: 'Bearer $ALERTS_TOKEN',
    body: { id, title: 'Connection test', status: 'firing', drill: true },
  }),
  alertmanager: (id) => ({
    authorization: 'Bearer $ALERTS_TOKEN',
    body: { groupKey: id, alerts: [{ status: 'firing', labels: { alertname: 'Connection test', drill: 'true' } }] },
  }),
  opsgenie: (id) => ({
    authorization: 'GenieKey $OPSGENIE_API_KEY',
    body: { message: 'Connection test', alias: id, details: { drill: 'true' } },
  }),
  pagerduty: (id) => ({
    body: {
      routing_key: '$PAGERDUTY_ROUTING_KEY',
      event_action: 'trigger',
      dedup_key: id,
      payload: { summary: 'Connection test', source: 'test', severity: 'info', custom_details: { drill: 'true' } },
    },
  }),
};

function drillCommand(address: string, { authorization, body }: Drill): string {
  const proof = authorization ? ` -H "Authorization: ${authorization}"` : '';
  // The shell fills in a variable between two quoted parts.
  const text = JSON.stringify(body).replace(/"(\$\w+)"/, `"'$1'"`);
  return `curl -s ${address}${proof} -H 'Content-Type: application/json' \\\n  -d '${text}'`;
}

export async function checkDoors({ view }: Visit, tool = ''): Promise<Outcome> {
  const asked = doors.filter((each) => tool === 'all' || each.tool === tool);
  if (asked.length === 0) throw new Problem(404, refuse('no-page'));
  await Promise.all(
    asked.map(async (door) => {
      const address = doorAddress(door, readConfig().CONSOLE_URL);
      if (!address) return;
      const check = { at: view.now, ...(await checkDoor(address)) } satisfies DoorState['check'];
      await firestore().collection(collections.connections).doc(door.tool).set({ check }, { merge: true });
    }),
  );
  return { to: `${path}#${tool === 'all' ? 'doors' : tool}` };
}

async function notionConnection(view: View): Promise<Markup> {
  const databases = databasesOf(readConfig());
  const body =
    databases === undefined
      ? html`<p class="empty">${view.t('connections.notion.notSet')}</p>`
      : databases === 'wrong'
        ? html`<p class="missing">${badge(view.t('connections.notion.stopped'), 'bad')} ${view.name('notionTrouble', 'databases')}</p>`
        : await progress(view);
  return html`<section aria-labelledby="notion"><h2 id="notion">Notion</h2>
<p class="muted">${view.t('connections.notion.what')}</p>
${body}</section>`;
}

async function progress(view: View): Promise<Markup> {
  const { t } = view;
  const [state, total, behind, oldest, left] = await Promise.all([
    readState(),
    countOf(pageRecords()),
    countOf(waiting(view.now)),
    waiting(view.now).orderBy('delivery.retryAt').limit(1).get(),
    countOf(notTaken(view.now)),
  ]);
  const since = dataOf<PageRecord>(oldest.docs[0])?.delivery.since;
  return html`<ul class="cards"><li class="connection"><h3>${standing(view, state, behind)}</h3>
<p>${t('connections.notion.written', { n: total - behind - left, total })} · ${t('connections.notion.last')}: ${state?.syncedAt ? time(view, state.syncedAt) : '–'}</p>
${behind > 0 ? html`<p>${t('connections.notion.waiting', { n: behind })}${since ? html` · ${t('connections.notion.since')}: ${time(view, since)}` : ''}</p>` : ''}
${left > 0 ? html`<p class="missing">${t('connections.notion.notTaken', { n: left })}</p>` : ''}
${state?.trouble ? html`<p class="missing">${view.name('notionTrouble', state.trouble.kind)}${state.trouble.code ? ` (${state.trouble.code})` : ''}${state.failedSince ? html` · ${t('connections.notion.since')}: ${time(view, state.failedSince)}` : ''}</p>` : ''}
${state && state.leftOut.length > 0 ? html`<p class="muted">${t('connections.notion.leftOut', { names: view.row(state.leftOut) })}</p>` : ''}</li></ul>`;
}

function standing(view: View, state: Awaited<ReturnType<typeof readState>>, behind: number): Markup {
  const { t } = view;
  if (state?.trouble) return badge(t('connections.notion.stopped'), 'bad');
  if (behind > 0) return badge(t('connections.notion.behind'), 'warn');
  return state?.syncedAt ? badge(t('connections.notion.current'), 'good') : badge(t('connections.notion.nothingYet'));
}
