/** The channels of the page of connections: what each receives and last received, until when it waits, and trying it now. */
import { randomUUID } from 'node:crypto';
import { html } from 'hono/html';
import { channelName } from '../outgoing/channels/channel.ts';
import type { ChannelState, KnownStates } from '../outgoing/channels/channel-states.ts';
import { sendTestNotice } from '../outgoing/connection-test.ts';
import type { NoticeRecord } from '../outgoing/deliver-once.ts';
import { retryChannel } from '../outgoing/retry-channel.ts';
import { readConfig } from '../platform/config.ts';
import { say } from '../words/language.ts';
import { headings } from '../words/texts/notices.ts';
import { deliveryBadge } from './deliveries.ts';
import { button } from './fields.ts';
import { form, keyIn, type Outcome, sayReason, type Visit } from './page.ts';
import { awaitedForMs, path } from './ticket-connections.ts';
import { badge, cards, hidden, type Markup, time, type View } from './view.ts';

const noticeForm = /^ntc_test-[\w-]{16,64}$/;

export function channelsSection(view: View, query: URLSearchParams, known: KnownStates) {
  const test = testShown(view, query, known);
  return {
    /** Whether a test was sent moments ago and some channel has not answered yet. */
    isAwaited: test?.isAwaited ?? false,
    body: html`<section aria-labelledby="channels"><h2 id="channels">${view.t('connections.channels')}</h2>
<p class="muted">${view.t('connections.sendTestHint')} <a href="/console/deliveries">${view.t('nav.deliveries')}</a></p>
${known.reachesNobody ? html`<p class="missing">${badge(view.t('connections.unreached'), 'bad')} ${view.t('connections.unreachedWhat')}</p>` : ''}
${testForm(view, undefined)}
${test?.body ?? ''}
${cards(view, known.channels, channelCard, known.hasNoChannel ? 'connections.noChannels' : 'connections.noNotices')}</section>`,
  };
}

/** Each channel's answer to the test that was just sent. */
function testShown(view: View, query: URLSearchParams, { channels, hasNoChannel }: KnownStates) {
  const id = query.get('test') ?? '';
  if (!noticeForm.test(id)) return undefined;
  const only = query.get('channel');
  const asked = channels.filter(({ name, settings }) => (only ? name === only : settings !== undefined));
  const receipts = asked.flatMap(({ name, test }) =>
    test?.noticeId === id ? [{ name, delivery: test.delivery }] : [],
  );
  const isDone = receipts.length === asked.length && receipts.every(({ delivery }) => delivery.leasedUntil === null);
  const isLate = view.now.getTime() - Number(query.get('sent')) >= awaitedForMs;
  const isShown = hasNoChannel || (isDone && asked.length > 0);
  const said = isShown ? 'connections.testDone' : isLate ? 'connections.testLost' : 'connections.testSent';
  const list = receipts.map(({ name, delivery }) => html`<li>${name} ${deliveryBadge(view, delivery)}</li>`);
  return {
    isAwaited: said === 'connections.testSent',
    body: html`<p class="recorded" role="status" tabindex="-1" data-first>${view.t(said)}</p>
${list.length > 0 ? html`<ul>${list}</ul>` : ''}`,
  };
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
${heldText(view, channel)}
<p>${view.t('connections.lastTest')}: ${test ? html`${state(test)} ${time(view, test.delivery.updatedAt)}${test.delivery.lastError ? ` ${sayReason(view, test.delivery.lastError)}` : ''}` : '–'}</p>
${failed?.delivery.lastError ? html`<p>${view.t('connections.lastError')} ${time(view, failed.delivery.updatedAt)}: ${sayReason(view, failed.delivery.lastError)}</p>` : ''}
${testForm(view, name)}</li>`;
}

/** Shows until when a channel asked us to wait, with a button that ends the wait. */
function heldText(view: View, { name, hold, last }: ChannelState): Markup | '' {
  if (!hold && last?.delivery.state !== 'waiting') return '';
  const { t } = view;
  const until = hold
    ? html`<p class="missing">${badge(t('connections.waits'), 'warn')} ${t('connections.waitsUntil')}: ${time(view, hold.until)} · ${t('connections.urgentUntil')}: ${time(view, hold.urgentUntil)} · ${sayReason(view, hold.why)}</p>`
    : '';
  return html`${until}${form(view, `${path}/channels/${name}/retry`)`<p>${button(t('connections.tryNow'), 'plain')}</p>`}`;
}

function testForm(view: View, channel: string | undefined): Markup {
  const label = view.t(channel ? 'connections.sendTest' : 'connections.sendTestAll');
  const of = hidden(channel ? [['channel', channel]] : []);
  return form(view, `${path}/channels`)`${of}<p>${button(label, 'plain')}</p>`;
}

/** `notify` stores the result of a test like that of every notice. */
export async function tryChannel({ view, form: given }: Visit): Promise<Outcome> {
  const channel = given.get('channel') ?? '';
  const { actor, now } = view;
  // The form's idempotency key: pressing twice sends one notice.
  const id = `ntc_test-${keyIn(given).idempotencyKey ?? randomUUID()}`;
  const by = { actor, now, consoleUrl: readConfig().CONSOLE_URL };
  const only = channelName.safeParse(channel).data;
  await sendTestNotice(id, only, by);
  return { to: `${path}?test=${id}&sent=${now.getTime()}${only ? `&channel=${only}` : ''}#channels` };
}

export async function tryChannelNow(_: Visit, name = ''): Promise<Outcome> {
  await retryChannel(name);
  return { to: `${path}#channel-${name}` };
}
