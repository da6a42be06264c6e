/** What was sent to other systems and has not arrived, in one place. */
import { html } from 'hono/html';
import { type ListedDelivery, listDeliveries } from '../outgoing/list-deliveries.ts';
import { type Delivery, type DeliveryState, deliveryStates } from '../platform/delivery.ts';
import { say } from '../words/language.ts';
import { headings } from '../words/texts/notices.ts';
import { type Page, sayReason, type Visit } from './page.ts';
import { badge, cards, incidentPath, type Markup, time, type View } from './view.ts';

const path = '/console/deliveries';
const mostShown = 100;

const looks: Record<DeliveryState, 'good' | 'warn' | 'bad'> = {
  waiting: 'warn',
  delivered: 'good',
  rejected: 'bad',
  unknown: 'bad',
  'given-up': 'bad',
};

export const deliveryBadge = (view: View, { state }: Delivery) => badge(view.name('delivery', state), looks[state]);

export async function showDeliveries({ view, query }: Visit): Promise<Page> {
  const state = deliveryStates.find((each) => each === query.get('state'));
  const found = await listDeliveries(state, mostShown);
  const tab = (of: DeliveryState | undefined): Markup =>
    html`<a class="tab" href="${path}${of ? `?state=${of}` : ''}"${of === state ? html` aria-current="page"` : ''}>${of ? view.name('delivery', of) : view.t('deliveries.stuck')}</a> `;
  return {
    title: view.t('nav.deliveries'),
    section: 'deliveries',
    body: html`<p class="lead">${view.t('deliveries.lead')}</p>
<p class="tabs">${[undefined, ...deliveryStates].map(tab)}</p>
${cards(view, found, card, 'deliveries.none')}`,
  };
}

function card(view: View, each: ListedDelivery): Markup {
  const { kind, incidentId, to, delivery } = each;
  const { attempts, updatedAt, retryAt, lastError } = delivery;
  return html`<li><h2>${view.name('deliveryKind', kind)} → ${to} ${deliveryBadge(view, delivery)}</h2>
<p class="muted">${whatOf(view, each)}${time(view, updatedAt)} · ${view.t('deliveries.attempts', { n: attempts })}${retryAt ? html` · ${view.t('deliveries.retryAt')}: ${time(view, retryAt)}` : ''}</p>
${lastError ? html`<p>${sayReason(view, lastError)}</p>` : ''}
${incidentId ? html`<p><a href="${incidentPath(incidentId)}">${view.t('deliveries.incident')}</a></p>` : ''}</li>`;
}

function whatOf(view: View, { kind, what }: ListedDelivery): string {
  if (!what) return '';
  const heading = kind === 'notice' ? headings[what as keyof typeof headings] : undefined;
  return `${heading ? say(view, heading) : what} · `;
}
