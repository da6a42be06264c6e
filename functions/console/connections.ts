/** Each door and each channel: when it was last heard of, its last test, its last failure. */
import { html } from 'hono/html';
import type { Delivery } from '../customer-updates/notify.ts';
import type { Tool } from '../intake/signal.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import type { Page } from './page.ts';
import type { Visit } from './routes.ts';
import { badge, type Markup, time, type View } from './view.ts';

const doors: readonly [tool: Tool, path: string][] = [
  ['generic', '/tickets'],
  ['zendesk', '/tickets/zendesk'],
  ['intercom', '/tickets/intercom'],
  ['freshdesk', '/tickets/freshdesk'],
  ['jira', '/tickets/jira'],
  ['monitoring', '/alerts'],
  ['console', '/console/report'],
];

interface DoorState {
  tool: Tool;
  path: string;
  lastSeenAt: Date | undefined;
  lastTestAt: Date | undefined;
  quarantined: number;
}

export async function showConnections({ view }: Visit): Promise<Page> {
  const { t } = view;
  const db = firestore();
  const [lastSignals, tests, quarantined, deliveries] = await Promise.all([
    Promise.all(
      doors.map(([tool]) =>
        db
          .collection(collections.signals)
          .where('tool', '==', tool)
          .orderBy('receivedAt', 'desc')
          .limit(1)
          .select('receivedAt')
          .get(),
      ),
    ),
    db.collection(collections.connections).get(),
    db.collection(collections.quarantine).where('state', '==', 'open').select('source').limit(500).get(),
    db.collection(collections.notices).orderBy('updatedAt', 'desc').limit(100).get(),
  ]);
  const tested = new Map(
    tests.docs.map((each) => [each.id, fromDocument<{ lastTestAt?: Date }>(each.data()).lastTestAt]),
  );
  const states = doors.map(([tool, path], index): DoorState => {
    const signal = lastSignals[index]?.docs[0];
    return {
      tool,
      path,
      lastSeenAt: signal ? fromDocument<{ receivedAt: Date }>(signal.data()).receivedAt : undefined,
      lastTestAt: tested.get(tool),
      quarantined: quarantined.docs.filter((each) => each.get('source') === tool).length,
    };
  });
  const channels = groupDeliveries(deliveries.docs.map((each) => fromDocument<Delivery>(each.data())));
  return {
    title: t('nav.connections'),
    section: 'connections',
    body: html`<h2>${t('connections.doors')}</h2><ul class="cards">${states.map((each) => doorCard(view, each))}</ul>
<h2>${t('connections.channels')}</h2>${
      channels.length === 0
        ? html`<p class="empty">${t('connections.noNotices')}</p>`
        : html`<ul class="cards">${channels.map((each) => channelCard(view, each))}</ul>`
    }`,
  };
}

function doorCard(view: View, door: DoorState): Markup {
  const { t } = view;
  return html`<li><h3>${view.name('tool', door.tool)} ${door.lastSeenAt ? badge(t('connections.seen'), 'good') : door.lastTestAt ? badge(t('connections.tested'), 'good') : badge(t('connections.never'))}</h3>
<p><code>${door.path}</code></p>
<p class="muted">${t('connections.lastSeen')}: ${door.lastSeenAt ? time(view, door.lastSeenAt) : '–'} · ${t('connections.lastTest')}: ${door.lastTestAt ? time(view, door.lastTestAt) : '–'}</p>
${door.quarantined > 0 ? html`<p>${badge(t('connections.quarantined', { n: door.quarantined }), 'warn')} <a href="/console/quarantine">${t('nav.quarantine')}</a></p>` : ''}</li>`;
}

interface ChannelState {
  name: string;
  last: Delivery;
  delivered: Delivery | undefined;
  failed: Delivery | undefined;
}

/** @param deliveries newest first */
function groupDeliveries(deliveries: Delivery[]): ChannelState[] {
  const names = [...new Set(deliveries.map((each) => each.channel))].sort();
  return names.flatMap((name) => {
    const own = deliveries.filter((each) => each.channel === name);
    const [last] = own;
    if (!last) return [];
    return [
      {
        name,
        last,
        delivered: own.find((each) => each.state === 'delivered'),
        failed: own.find((each) => each.lastError && each.state !== 'delivered'),
      },
    ];
  });
}

function channelCard(view: View, { name, last, delivered, failed }: ChannelState): Markup {
  const { t } = view;
  const isWell = last.state === 'delivered' || last.state === 'sending';
  return html`<li><h3>${name} ${badge(view.name('delivery', last.state), isWell ? 'good' : 'bad')}</h3>
<p class="muted">${last.channelKind} · ${t('connections.lastDelivered')}: ${delivered ? time(view, delivered.updatedAt) : '–'}</p>
${failed ? html`<p>${t('connections.lastError')} ${time(view, failed.updatedAt)}: ${failed.lastError}</p>` : ''}</li>`;
}
