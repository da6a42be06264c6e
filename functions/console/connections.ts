/** Each door and each channel: configured or not, when it was last heard of, its last test and failure, and trying it now. */
import { randomUUID } from 'node:crypto';
import { html } from 'hono/html';
import { sendTestNotice } from '../outgoing/connection-test.ts';
import type { NoticeRecord } from '../outgoing/deliver-once.ts';
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
import { say } from '../words/language.ts';
import { refuse } from '../words/refusals/refuse.ts';
import type { TextKey } from '../words/speech.ts';
import { headings } from '../words/texts/notices.ts';
import { type ChannelState, type Connections, type DoorState, loadConnections } from './connections-load.ts';
import { deliveryBadge } from './deliveries.ts';
import { checkDoor, doorAddress, doors } from './door-check.ts';
import { button } from './fields.ts';
import { form, keyIn, type Outcome, type Page, sayReason, type Visit } from './page.ts';
import { settingsSection } from './settings.ts';
import { awaitedForMs, path, ticketConnections } from './ticket-connections.ts';
import { badge, cards, copyable, hidden, type Markup, time, type View } from './view.ts';

const noticeForm = /^ntc_test-[\w-]{16,64}$/;

export async function showConnections({ view, query }: Visit): Promise<Page> {
  const { t } = view;
  const known = await loadConnections([...doors.map((each) => each.tool), 'console']);
  const progress = progressOf(query, known, view.now);
  const tickets = await ticketConnections(view, query);
  return {
    title: t('nav.connections'),
    section: 'connections',
    ...(progress === 'connections.testSent' || tickets.isAwaited ? { refreshSeconds: 2 } : {}),
    body: html`<section aria-labelledby="doors"><h2 id="doors">${t('connections.doors')}</h2>
<p class="muted">${t('connections.checkHint')}</p>
${form(view, `${path}/doors/all`)`<p>${button(t('connections.checkAll'), 'plain')}</p>`}
<ul class="cards">${known.doors.map((each) => doorCard(view, each))}</ul></section>
${tickets.body}
${await notionConnection(view)}
<section aria-labelledby="channels"><h2 id="channels">${t('connections.channels')}</h2>
<p class="muted">${t('connections.sendTestHint')} <a href="/console/deliveries">${t('deliveries.title')}</a></p>
${known.reachesNobody ? html`<p class="missing">${badge(t('connections.unreached'), 'bad')} ${t('connections.unreachedWhat')}</p>` : ''}
${testForm(view, undefined)}
${progress ? html`<p class="recorded" role="status" tabindex="-1" data-first>${t(progress)}</p>` : ''}
${cards(view, known.channels, channelCard, known.hasNoChannel ? 'connections.noChannels' : 'connections.noNotices')}</section>
${await settingsSection(view)}`,
  };
}

function progressOf(query: URLSearchParams, { channels, hasNoChannel }: Connections, now: Date): TextKey | undefined {
  const id = query.get('test') ?? '';
  if (!noticeForm.test(id)) return undefined;
  const own = channels.flatMap(({ test }) => (test?.noticeId === id ? [test] : []));
  if (hasNoChannel || (own.length > 0 && own.every(({ delivery }) => delivery.leasedUntil === null)))
    return 'connections.testDone';
  const sentMs = Number(query.get('sent'));
  return now.getTime() - sentMs < awaitedForMs ? 'connections.testSent' : 'connections.testLost';
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
  // What is newer counts: a door that was closed and has received something since is open.
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
  const [how, text] =
    door.tool === 'generic'
      ? [t('connections.how.generic'), drillCommand(address, view.now)]
      : door.tool === 'monitoring'
        ? [t('connections.how.monitoring'), address]
        : [t('connections.how.tool', { tool: view.name('tool', door.tool), path: door.tool }), address];
  return html`${form(view, `${path}/doors/${door.tool}`)`<p>${button(t('connections.check'), 'plain')}</p>`}
<details id="how-${door.tool}"><summary>${t('connections.how')}</summary><p class="muted">${how}</p>${copyable(view, `address-${door.tool}`, text)}</details>`;
}

/** The token stays where it is: in its holder's shell. */
function drillCommand(address: string, now: Date): string {
  const body = JSON.stringify({ id: `connection-test-${now.getTime()}`, subject: 'Connection test', drill: true });
  return `curl -s ${address} -H "Authorization: Bearer $TICKETS_TOKEN" -H 'Content-Type: application/json' \\\n  -d '${body}'`;
}

function receives(view: View, { kind, settings }: ChannelState): Markup | '' {
  const { t } = view;
  if (!settings) return '';
  const { for: fits = {}, escalation } = settings;
  const parts = [
    ...(escalation ? [t('connections.escalations')] : []),
    ...(fits.kinds ?? []).map((each) => say(view, headings[each])),
    ...(fits.urgency ?? []).map((each) => view.name('urgencyMark', each)),
    ...(fits.area ? [t('connections.area', { area: view.row(fits.area) })] : []),
    ...(fits.drill ? [t(fits.drill === 'also' ? 'connections.drillsToo' : 'connections.drillsOnly')] : []),
  ];
  const takesAll = kind === 'inbox' || fits.drill === 'also';
  const isWhole = parts.length === (fits.drill === 'also' ? 1 : 0);
  const what = isWhole ? t(takesAll ? 'connections.everything' : 'connections.allButDrills') : view.row(parts);
  return html`<p>${t('connections.receives')}: ${what}</p>`;
}

function channelCard(view: View, channel: ChannelState): Markup {
  const { name, kind, last, test, delivered, failed } = channel;
  const state = ({ delivery }: NoticeRecord): Markup => deliveryBadge(view, delivery);
  return html`<li id="channel-${name}" class="connection"><h3>${name} ${last ? state(last) : ''}</h3>
<p class="muted">${view.name('channelKind', kind)} · ${view.t('connections.lastDelivered')}: ${delivered ? time(view, delivered.delivery.updatedAt) : '–'}</p>
${receives(view, channel)}
<p>${view.t('connections.lastTest')}: ${test ? html`${state(test)} ${time(view, test.delivery.updatedAt)}${test.delivery.lastError ? ` ${sayReason(view, test.delivery.lastError)}` : ''}` : '–'}</p>
${failed?.delivery.lastError ? html`<p>${view.t('connections.lastError')} ${time(view, failed.delivery.updatedAt)}: ${sayReason(view, failed.delivery.lastError)}</p>` : ''}
${testForm(view, name)}</li>`;
}

function testForm(view: View, channel: string | undefined): Markup {
  const label = view.t(channel ? 'connections.sendTest' : 'connections.sendTestAll');
  const of = hidden(channel ? [['channel', channel]] : []);
  return form(view, `${path}/channels`)`${of}<p>${button(label, 'plain')}</p>`;
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

/** Its outcome is what `notify` keeps of it, as of every notice. */
export async function tryChannel({ view, form: given }: Visit): Promise<Outcome> {
  const channel = given.get('channel') ?? '';
  const { actor, now } = view;
  // The form's own key: pressed twice, it is one notice.
  const id = `ntc_test-${keyIn(given).idempotencyKey ?? randomUUID()}`;
  const by = { actor, now, consoleUrl: readConfig().CONSOLE_URL };
  await sendTestNotice(id, /^[\w-]{1,40}$/.test(channel) ? channel : undefined, by);
  return { to: `${path}?test=${id}&sent=${now.getTime()}#channels` };
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
