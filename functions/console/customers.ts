/** The customers of an incident: where the rhythm of each is, and who wrote after the recovery. */
import { html } from 'hono/html';
import { unansweredQuestions } from '../customer-updates/questioned.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import { cut } from '../platform/one-line.ts';
import { button, radios, textField } from './fields.ts';
import { incidentForm } from './incident-form.ts';
import type { Loaded } from './incident-load.ts';
import { sayReason } from './page.ts';
import { badge, countdown, type Markup, outLink, time, type View } from './view.ts';
import { contactName, missedBadge } from './waiting.ts';

const shownAtOnce = 30;

export function customersSection(view: View, { incident, contacts, contactCount }: Loaded): Markup {
  const { t } = view;
  const shown = contacts.slice(0, shownAtOnce);
  const rest = contacts.slice(shownAtOnce);
  const item = (contact: Contact): Markup => contactItem(view, incident, contact);
  return html`<section aria-labelledby="customers"><h2 id="customers">${t('section.customers', { n: contactCount })}</h2>
${contacts.length === 0 ? html`<p>${t('customers.none')}</p>` : html`<ul class="contacts">${shown.map(item)}</ul>`}
${rest.length > 0 ? html`<details><summary>${t('customers.rest', { n: rest.length })}</summary><ul class="contacts">${rest.map(item)}</ul></details>` : ''}
${slotsLine(view, incident)}</section>`;
}

/** Named by mistake, a customer is taken off: why is offered as it mostly is. */
function takeOff(view: View, incident: Incident, { customers, id: contact }: Contact): Markup | '' {
  const { t } = view;
  const named = customers.filter(({ id }) => incident.affectedCustomers.some((each) => each.id === id));
  if (named.length === 0 || incident.status === 'linked') return '';
  const choices = named.map(({ id, name }) => [id, name ?? id] as const);
  const form = `off-${contact}`;
  const which =
    choices.length === 1
      ? html`<input type="hidden" name="customer" value="${choices[0]?.[0] ?? ''}">`
      : radios({ form, name: 'customer', label: t('whom.which'), isRequired: true, choices });
  return html`<details id="${form}"><summary>${t('customers.removed')}</summary>${incidentForm(view, incident, 'events/customer-removed')`${which}${textField({ form, name: 'why', isRequired: true, label: t('field.why'), value: t('customers.removedWhy') })}<p>${button(t('customers.removed'), 'plain')}</p>`}</details>`;
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
