/** The page Settings, without doors and channels: the configured values, and the errors in them. */
import { html } from 'hono/html';
import { readDuty } from '../duty/duty.ts';
import { listedCustomers } from '../find/listed-customers.ts';
import { readConfig } from '../platform/config.ts';
import { collections, firestore } from '../platform/firestore.ts';
import type { Policy } from '../policy.ts';
import type { TextKey } from '../words/speech.ts';
import { loadConnections } from './connections-load.ts';
import { doors } from './door-check.ts';
import { openIn } from './to-set-up.ts';
import { badge, type Markup, time, type View } from './view.ts';

const mostAlertsLookedAt = 200;

type Setting = [name: string, value: Markup | string, wrong: string | undefined];

export async function settingsSection(view: View): Promise<{ toSetUp: Markup; all: Markup }> {
  const { t, policy, language } = view;
  const { CONSOLE_URL, SENDERS, IAP_AUDIENCE } = readConfig();
  const calendars = await readDuty();
  const { company, telephone } = policy.sender;
  const unset = t('settings.unset');
  const wrong = (key: TextKey, names: readonly string[]): string | undefined =>
    names.length > 0 ? t(key, { names: view.row(names) }) : undefined;
  const sender = view.row([company[language], telephone].filter(Boolean));
  const open = new Map(openIn(policy).map(({ entry, why, names }) => [entry, t(why, { names: view.row(names) })]));
  const areas = view.row(policy.areas.map(({ area }) => area));
  const services = Object.keys(policy.routing.services);
  const settings: Setting[] = [
    ['CONSOLE_URL', CONSOLE_URL ?? unset, CONSOLE_URL ? undefined : t('settings.noConsoleUrl')],
    ['SENDERS', SENDERS ? view.row(SENDERS) : unset, SENDERS?.length === 0 ? t('settings.noSenders') : undefined],
    ['IAP_AUDIENCE', IAP_AUDIENCE ?? unset, undefined],
    ...(await connectionsOf(view)),
    ...calendars.map(({ area, readAt, failing, leftOut = 0 }): Setting => {
      const why = failing ? failing.why : leftOut > 0 ? t('settings.leftOut', { n: leftOut }) : undefined;
      return [`DUTY_CALENDARS: ${area}`, readAt ? time(view, readAt) : unset, why];
    }),
    ['policy.sender', sender || unset, open.get('sender')],
    ['policy.drafts', String(Object.keys(policy.drafts).length), undefined],
    ['customers.csv', await customersLoaded(view), undefined],
    ['policy.areas', areas || unset, open.get('areas')],
    [
      'policy.routing.services',
      services.length > 0 ? view.row(services) : unset,
      wrong('settings.noArea', await servicesWithoutArea(policy)),
    ],
  ];
  const toSetUp = settings.flatMap(([name, , why]) =>
    why ? [html`<li><code>${name}</code> ${badge(t('settings.check'), 'warn')} ${why}</li>`] : [],
  );
  const list = toSetUp.length > 0 ? html`<ul class="plain">${toSetUp}</ul>` : html`<p>${t('settings.nothingOpen')}</p>`;
  return {
    toSetUp: html`<section aria-labelledby="to-set-up"><h2 id="to-set-up">${t('settings.toSetUp')}</h2>${list}</section>`,
    all: html`<section aria-labelledby="settings"><h2 id="settings">${t('settings.title')}</h2><p class="muted">${t('settings.hint')}</p>
<dl class="facts">${settings.map(([name, value]) => html`<div><dt><code>${name}</code></dt><dd>${value}</dd></div>`)}</dl></section>`,
  };
}

/** The connections page says which of them work. */
async function connectionsOf(view: View): Promise<Setting[]> {
  const { t } = view;
  const tools = doors.map(({ tool }) => tool);
  const known = await loadConnections(tools, view.now);
  const heard = known.doors.filter(({ lastSeenAt, lastTestAt }) => lastSeenAt ?? lastTestAt);
  const shown = (names: string[]): Markup =>
    html`<a href="/console/connections">${view.row(names) || t('settings.unset')}</a>`;
  return [
    [
      t('connections.doors'),
      shown(heard.map(({ tool }) => view.name('tool', tool))),
      heard.length > 0 ? undefined : t('settings.nothingReceived'),
    ],
    [
      'NOTIFY_CHANNELS',
      shown(known.channels.map(({ name }) => name)),
      known.hasNoChannel ? t('connections.noChannels') : undefined,
    ],
  ];
}

async function customersLoaded(view: View): Promise<Markup> {
  const { rows, loadedAt } = await listedCustomers(view.policy);
  if (!loadedAt) return html`${view.t('settings.noneLoaded')}`;
  return html`<a href="/console/customers">${view.t('settings.customers', { n: rows.length })}</a> · ${time(view, loadedAt)}`;
}

/** Services that the last alerts named and that the policy gives no product area: each is an area by itself. */
async function servicesWithoutArea({ routing, areas }: Policy): Promise<string[]> {
  const ofAlerts = firestore().collection(collections.incidents).where('source', '==', 'alert');
  const newest = ofAlerts.orderBy('filedAt', 'desc').limit(mostAlertsLookedAt);
  const { docs } = await newest.select('filedAt', 'alert.service').get();
  const known = new Set([...Object.keys(routing.services), ...areas.map(({ area }) => area)]);
  const named = docs.flatMap((each) => (each.get('alert.service') as string | undefined) ?? []);
  return [...new Set(named)].filter((each) => !known.has(each)).sort();
}
