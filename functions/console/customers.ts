/** The customers of an incident, with the rhythm of each, and what became of updates. */
import { html } from 'hono/html';
import { unansweredQuestions } from '../customer-updates/decide-notices.ts';
import type { Incident } from '../incidents/incident.ts';
import { type Contact, customerIdsOf } from '../incidents/rhythm/contact.ts';
import { isOnItsWay, type UpdateRecord } from '../outgoing/tickets/update.ts';
import { cut } from '../platform/one-line.ts';
import { unnamedText } from '../words/whom.ts';
import { button, fieldsOf } from './fields.ts';
import { contactName, incidentForm, missedBadge } from './incident-head.ts';
import type { Loaded } from './incident-load.ts';
import { sayReason } from './page.ts';
import { badge, copyable, countdown, type Markup, outLink, time, type View, who } from './view.ts';

const shownAtOnce = 30;

export function customersSection(view: View, { incident, contacts, contactCount }: Loaded): Markup {
  const shown = contacts.slice(0, shownAtOnce);
  const rest = contacts.slice(shownAtOnce);
  const item = (contact: Contact): Markup => contactItem(view, incident, contact);
  return html`<section aria-labelledby="customers"><h2 id="customers">${view.t('section.customers', { n: contactCount })}</h2>
${contacts.length === 0 ? html`<p>${view.t('customers.none')}</p>` : html`<ul class="contacts">${shown.map(item)}</ul>`}
${rest.length > 0 ? html`<details><summary>${view.t('customers.rest', { n: rest.length })}</summary><ul class="contacts">${rest.map(item)}</ul>${takeNamesBack(view, incident)}</details>` : ''}
${slotsLine(view, incident)}</section>`;
}

/** Removes a customer who was named by mistake; the usual reason is prefilled. */
function takeOff(view: View, incident: Incident, { customers, id: contact }: Contact): Markup | '' {
  const { t } = view;
  const named = customers.filter(({ id }) => incident.affectedCustomers.some((each) => each.id === id));
  if (named.length === 0 || incident.status === 'linked') return '';
  const choices = named.map(({ id, name }) => [id, name ?? id] as const);
  const form = `off-${contact}`;
  const fields = fieldsOf(view, form);
  const which =
    choices.length === 1
      ? html`<input type="hidden" name="customer" value="${choices[0]?.[0] ?? ''}">`
      : fields.radios('customer', choices, { label: t('whom.which'), isRequired: true });
  return html`<details id="${form}"><summary>${t('customers.removed')}</summary>${incidentForm(view, incident, 'events/customer-removed')`${which}${fields.text('why', { isRequired: true, was: t('customers.removedWhy') })}<p>${button(t('customers.removed'), 'plain')}</p>`}</details>`;
}

/** Where a ticket has named so many, nobody takes them off one by one. */
function takeNamesBack(view: View, incident: Incident): Markup | '' {
  const { t } = view;
  const { source, origin, status, namesNobody } = incident;
  if (source !== 'ticket' || status === 'linked' || namesNobody) return '';
  const fields = fieldsOf(view, 'names');
  return html`<details id="names"><summary>${t('customers.namesRemoved')}</summary>${incidentForm(view, incident, 'events/names-removed')`<input type="hidden" name="ticket" value="${origin.id}">${fields.text('why', { isRequired: true })}<p>${button(t('customers.namesRemoved'), 'plain')}</p>`}</details>`;
}

function contactItem(view: View, incident: Incident, contact: Contact): Markup {
  const { t } = view;
  const state = contact.nextUpdateDueAt
    ? html`${countdown(view, contact.nextUpdateDueAt)}${contact.endsWith ? html` ${badge(view.name('endsWith', contact.endsWith), 'good')}` : ''}`
    : html`${badge(t(contact.stoppedAt ? 'contact.over' : 'contact.noClock'), 'good')}`;
  return html`<li><p><strong>${contactName(view, contact)}</strong> ${state} ${missedBadge(view, contact)}</p>
<p class="muted">${contact.lastUpdateAt ? html`${t('told.last')} ${time(view, contact.lastUpdateAt)}${contact.lastMessage ? html` <q>${cut(contact.lastMessage, 120)}</q>` : ''}` : t('told.never')} · ${sayReason(view, contact.dueReason)}${contact.ticket?.url ? html` · ${outLink(contact.ticket.url, t('field.ticketUrl'))}` : ''}</p>${takeOff(view, incident, contact)}</li>`;
}

function slotsLine(view: View, { slots }: Incident): Markup | '' {
  if (slots.met + slots.late + slots.missed + slots.notReminded === 0) return '';
  return html`<p class="muted">${view.t('slots.line', { ...slots })}</p>`;
}

/** Who wrote after the recovery, and what they wrote. */
export function questionedSection(view: View, loaded: Loaded): Markup | '' {
  const { t } = view;
  const asked = unansweredQuestions(loaded.incident, loaded.contacts, loaded.events);
  if (asked.length === 0) return '';
  return html`<section class="callout warning" aria-labelledby="questioned"><h2 id="questioned">${t('section.questioned')}</h2><ul class="plain">${asked.map(
    ({ contact, word, at }) =>
      html`<li><strong>${contactName(view, contact)}</strong> ${time(view, at)}${word.message ? html` <q>${cut(word.message, 120)}</q>` : ''}</li>`,
  )}</ul><p>${t('questioned.hint')} <a class="button" href="#update">${t('due.tell')}</a> <a href="#verified">${t('questioned.again')}</a></p></section>`;
}

const tones = {
  told: 'good',
  sending: 'plain',
  sent: 'good',
  failed: 'bad',
  unknown: 'bad',
  'by-hand': 'warn',
} as const;

export function updatesSection(view: View, { updates, contacts }: Loaded): Markup | '' {
  if (updates.length === 0) return '';
  const item = (update: UpdateRecord): Markup => {
    const isTold = isToldSince(update, contacts);
    const state = isTold ? 'told' : update.state;
    return html`<li><p>${badge(view.name('updateState', state), tones[state])} <strong>${namesOf(view, update, contacts)}</strong> ${time(view, update.sentAt ?? update.requestedAt)} <small>${who(view, update.requestedBy)}</small>${
      update.url ? html` · ${outLink(update.url, view.t('field.ticketUrl'))}` : ''
    }</p>${update.error && update.state !== 'sent' && !isTold ? html`<p class="muted">${sayReason(view, update.error)}</p>` : ''}<details><summary>${view.t('field.message')}</summary>${copyable(view, `sent-${update.id}`, update.text)}</details></li>`;
  };
  return html`<section aria-labelledby="updates"><h2 id="updates">${view.t('section.updates')}</h2><ul class="contacts">${updates.map(item)}</ul></section>`;
}

/** Shows pending deliveries and what holds them up at the top of the page, where people see them. */
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
  return view.row(customers.map((id) => (id === 'others' ? unnamedText(view) : (known.get(id) ?? id))));
}
