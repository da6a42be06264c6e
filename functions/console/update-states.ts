/** What became of the updates to an incident's customers. */
import { html } from 'hono/html';
import { type Contact, customerIdsOf } from '../incidents/rhythm/contact.ts';
import { isOnItsWay, type UpdateRecord } from '../outgoing/tickets/update.ts';
import { unnamedText } from '../words/whom.ts';
import type { Loaded } from './incident-load.ts';
import { sayReason } from './page.ts';
import { badge, joined, type Markup, outLink, time, type View, who } from './view.ts';

const tones = { sending: 'plain', sent: 'good', failed: 'bad', unknown: 'bad', 'by-hand': 'warn' } as const;

/** What was asked for last, and what became of it. */
export function updatesSection(view: View, { updates, contacts }: Loaded): Markup | '' {
  if (updates.length === 0) return '';
  const item = (update: UpdateRecord): Markup => {
    const id = `sent-${update.id}`;
    const isTold = isToldSince(update, contacts);
    const state = isTold
      ? badge(view.name('updateState', 'told'), 'good')
      : badge(view.name('updateState', update.state), tones[update.state]);
    return html`<li><p>${state} <strong>${namesOf(view, update, contacts)}</strong> ${time(view, update.sentAt ?? update.requestedAt)} <small>${who(view, update.requestedBy)}</small>${
      update.url ? html` · ${outLink(update.url, view.t('field.ticketUrl'))}` : ''
    }</p>${update.error && update.state !== 'sent' && !isTold ? html`<p class="muted">${sayReason(view, update.error)}</p>` : ''}<details><summary>${view.t('field.message')}</summary><div class="draft"><p><button type="button" class="plain" data-copy="${id}" hidden>${view.t('copy')}</button></p><pre id="${id}" tabindex="0">${update.text}</pre></div></details></li>`;
  };
  return html`<section aria-labelledby="updates"><h2 id="updates">${view.t('section.updates')}</h2><ul class="contacts">${updates.map(item)}</ul></section>`;
}

/** What is on its way, and what keeps it: said at the top while it lasts, as nobody looks for it further down. */
export function sendingLine(view: View, { incident, updates, contacts }: Loaded): Markup | '' {
  const waiting = updates.filter(isOnItsWay);
  const [first] = waiting.filter(({ error }) => error);
  if (waiting.length === 0 || incident.status === 'linked') return '';
  if (!first) return html`<p class="due-line">${view.t('update.onItsWay', { n: waiting.length })}</p>`;
  const { attempts, retryAt } = first.delivery;
  return html`<p class="due-line is-overdue" role="alert"><strong>${view.t('update.failing', { names: namesOf(view, first, contacts) })}</strong> <span>${sayReason(view, first.error ?? '')}</span> <small>${view.t('deliveries.attempts', { n: attempts })}${retryAt ? html` · ${view.t('deliveries.retryAt')}: ${time(view, retryAt)}` : ''}</small> <a href="#updates">${view.t('section.updates')}</a></p>`;
}

/** What did not get there by the ticket, and was then said by telephone, is not to be sent any more. */
function isToldSince({ state, customers, requestedAt }: UpdateRecord, contacts: readonly Contact[]): boolean {
  if (state === 'sent' || state === 'sending') return false;
  const told = new Map(contacts.flatMap((each) => customerIdsOf(each).map((id) => [id, each.lastUpdateAt] as const)));
  return customers.every((id) => (told.get(id) ?? new Date(0)) > requestedAt);
}

export function namesOf(view: View, { customers }: UpdateRecord, contacts: readonly Contact[]): string {
  const known = new Map(contacts.flatMap((each) => each.customers.map(({ id, name }) => [id, name ?? id] as const)));
  return joined(view, customers, (id) => (id === 'others' ? unnamedText(view) : (known.get(id) ?? id)));
}
