/** A statement that ends the wait of more than one customer is asked once more, naming them. */
import { html } from 'hono/html';
import { type Contact, customerIdsOf } from '../incidents/rhythm/contact.ts';
import type { Statement } from '../incidents/statements/statement-schemas.ts';
import { button } from './fields.ts';
import { tokenField } from './form-token.ts';
import { titleOf } from './incident-head.ts';
import { type Loaded, loadIncident } from './incident-load.ts';
import { form, type Page } from './page.ts';
import { incidentPath, type Markup, type View } from './view.ts';
import { contactName } from './waiting.ts';

/** @returns the page that asks; undefined where nothing is to be asked, or these customers have been confirmed */
export async function askOnceMore(
  view: View,
  { id, type }: { id: string; type: string },
  statement: Statement,
  values: URLSearchParams,
): Promise<Page | undefined> {
  if (!mayEndWaits(statement)) return undefined;
  const loaded = await loadIncident(view, id);
  const ended = loaded.contacts.filter((each) => endsWaitOf(each, statement));
  const confirmed = values.getAll('confirmed');
  if (ended.length < 2 || ended.every((each) => confirmed.includes(each.id))) return undefined;
  return { title: view.t('ends.title'), section: 'board', body: question(view, loaded, ended, { type, values }) };
}

const mayEndWaits = (statement: Statement): boolean =>
  statement.type === 'recovered' ||
  statement.type === 'customer-updated' ||
  (statement.type === 'verified' && statement.happened === 'no');

function endsWaitOf(contact: Contact, statement: Statement): boolean {
  if (statement.type === 'verified') return contact.stoppedAt === null;
  if (statement.type !== 'recovered' && statement.type !== 'customer-updated') return false;
  const { customers = 'all' } = statement;
  if (customers !== 'all' && !customerIdsOf(contact).some((each) => customers.includes(each))) return false;
  if (statement.type === 'recovered') return contact.recoveredAt === undefined;
  return contact.stoppedAt === null && (statement.recovery === true || contact.endsWith !== undefined);
}

function question(
  view: View,
  { incident }: Loaded,
  ended: readonly Contact[],
  { type, values }: { type: string; values: URLSearchParams },
): Markup {
  const { t } = view;
  const back = `${incidentPath(incident.id)}#${type}`;
  const typed = [...values].filter(([name]) => ![tokenField, 'key', 'confirmed'].includes(name));
  const hidden = [...typed, ...ended.map((each) => ['confirmed', each.id] as const)].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<p><a href="${back}">${titleOf(view, incident)}</a></p>
<p>${t('ends.ask', { n: ended.length })}</p><ul class="plain">${ended.map((each) => html`<li><strong>${contactName(view, each)}</strong></li>`)}</ul>
${form(view, `${incidentPath(incident.id)}/events/${type}`, html`${hidden}<p>${button(t('ends.yes', { n: ended.length }))}</p>`, { key: values.get('key') ?? '' })}
<p><a href="${back}">${t('update.back')}</a></p>`;
}
