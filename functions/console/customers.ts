/** The customers of an incident: where their rhythm stands, and the next message to each, drafted from what is recorded. */
import { html } from 'hono/html';
import { type DraftGroup, draftGroups, draftMessage } from '../customer-updates/draft.ts';
import { unansweredQuestions } from '../customer-updates/questioned.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import { type Loaded, mostContacts } from './incident-load.ts';
import { sayReason } from './problem-page.ts';
import { badge, countdown, joined, type Markup, outLink, time, type View } from './view.ts';
import { contactName } from './waiting.ts';
import { missedBadge } from './waiting-words.ts';

const shownAtOnce = 30;

export function customersSection(view: View, { incident, contacts }: Loaded): Markup {
  const { t } = view;
  const shown = contacts.slice(0, shownAtOnce);
  const rest = contacts.slice(shownAtOnce);
  const item = (contact: Contact): Markup => contactItem(view, contact);
  return html`<section aria-labelledby="customers"><h2 id="customers">${t('section.customers', { n: contacts.length >= mostContacts ? `${mostContacts}+` : contacts.length })}</h2>
${contacts.length === 0 ? html`<p>${t('customers.none')}</p>` : html`<ul class="contacts">${shown.map(item)}</ul>`}
${rest.length > 0 ? html`<details><summary>${t('customers.rest', { n: rest.length })}</summary><ul class="contacts">${rest.map(item)}</ul></details>` : ''}
${slotsLine(view, incident)}
${groupsOf(view, incident, contacts).map((group, index) => draftBlock(view, incident, group, `draft-${index}`))}</section>`;
}

function contactItem(view: View, contact: Contact): Markup {
  const { t } = view;
  const state = contact.nextUpdateDueAt
    ? html`${countdown(view, contact.nextUpdateDueAt)}${contact.endsWith ? html` ${badge(view.name('endsWith', contact.endsWith), 'good')}` : ''}`
    : html`${badge(t(contact.stoppedAt ? 'contact.over' : 'contact.noClock'), 'good')}`;
  return html`<li><p><strong>${contactName(view, contact)}</strong> ${state} ${missedBadge(view, contact)}</p>
<p class="muted">${contact.lastUpdateAt ? html`${t('told.last')} ${time(view, contact.lastUpdateAt)}${contact.lastMessage ? html` <q>${cut(contact.lastMessage)}</q>` : ''}` : t('told.never')} · ${sayDue(view, contact)}${contact.ticket?.url ? html` · ${outLink(contact.ticket.url, t('ticket'))}` : ''}</p></li>`;
}

function cut(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119).toWellFormed()}…` : text;
}

/** Why an update is due when it is, or why none is. */
function sayDue(view: View, { dueReason }: Contact): string {
  return sayReason(view, dueReason);
}

function slotsLine(view: View, { slots }: Incident): Markup | '' {
  if (slots.met + slots.late + slots.missed + slots.notReminded === 0) return '';
  return html`<p class="muted">${view.t('slots.line', { met: slots.met, late: slots.late, missed: slots.missed, notReminded: slots.notReminded })}</p>`;
}

function groupsOf(view: View, incident: Incident, contacts: Contact[]): DraftGroup[] {
  if (incident.status === 'linked') return [];
  const told = contacts.flatMap((contact) =>
    contact.nextUpdateDueAt ? [{ contact, dueAt: contact.nextUpdateDueAt }] : [],
  );
  return draftGroups(incident, told, view);
}

/** One draft for each message that is due, in the customers' own language. */
function draftBlock(view: View, incident: Incident, group: DraftGroup, id: string): Markup {
  const { kind, told } = group;
  const names = told.slice(0, 8).map(({ contact }) => contactName(view, contact));
  const rest = told.length > names.length ? view.t('customers.rest', { n: told.length - names.length }) : '';
  return html`<details class="drafts"><summary>${view.t('draft', { kind: view.name('draftKind', kind) })}: ${joined(view, [...names, ...(rest ? [rest] : [])])}</summary><div class="draft"><p><button type="button" class="plain" data-copy="${id}" hidden>${view.t('copy')}</button></p><pre id="${id}" lang="${view.policy.sender.language}" tabindex="0">${draftMessage(incident, group, view)}</pre></div></details>`;
}

/** What the message field begins with: the draft for whoever is due first. */
export function suggestedMessage(view: View, loaded: Loaded, waiting: Contact[]): string {
  const { incident } = loaded;
  const [asked] = unansweredOf(loaded);
  const [first] = asked ? [answerTo(view, asked)] : groupsOf(view, incident, waiting);
  return first ? draftMessage(incident, first, view) : '';
}

export const unansweredOf = ({ incident, contacts, events }: Loaded): ReturnType<typeof unansweredQuestions> =>
  unansweredQuestions(incident, contacts, events);

const answerTo = (view: View, { contact }: { contact: Contact }): DraftGroup => ({
  kind: 'recovery-questioned',
  told: [{ contact, dueAt: view.now }],
});

/** Who wrote after the recovery, what they wrote, and the answer that is drafted for them. */
export function questionedSection(view: View, loaded: Loaded): Markup | '' {
  const { t } = view;
  const asked = unansweredOf(loaded);
  if (asked.length === 0) return '';
  return html`<section class="callout warning" aria-labelledby="questioned"><h2 id="questioned">${t('section.questioned')}</h2><ul class="plain">${asked.map(
    ({ contact, word, at }) =>
      html`<li><strong>${contactName(view, contact)}</strong> ${time(view, at)}${word.message ? html` <q>${cut(word.message)}</q>` : ''}</li>`,
  )}</ul><p>${t('questioned.hint')} <a class="button" href="#update">${t('due.tell')}</a> <a href="#verified">${t('questioned.again')}</a></p>
${asked.slice(0, mostAnswers).map((each, index) => draftBlock(view, loaded.incident, answerTo(view, each), `answer-${index}`))}</section>`;
}

const mostAnswers = 5;
