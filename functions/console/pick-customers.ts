/** A field that suggests known customers and marks a new name as new. */
import { html } from 'hono/html';
import { findCustomers, type KnownCustomer } from '../find/find-customers.ts';
import { requireIncident } from '../find/read-incident.ts';
import { customerPath } from './customer.ts';
import { button, fieldsOf } from './fields.ts';
import { incidentForm, titleOf } from './incident-head.ts';
import type { Page, Visit } from './page.ts';
import { incidentPath, type Markup, type View } from './view.ts';

const mostChoices = 40;

/** `?q=` narrows the list to an id, a name or an alias. */
export async function showPicker({ view, query }: Visit, id = ''): Promise<Page> {
  const { t } = view;
  const incident = await requireIncident(id);
  const asked = (query.get('q') ?? '').trim().slice(0, view.policy.find.mostCharacters);
  const affected = new Set(incident.affectedCustomers.map((each) => each.id));
  const known = (await findCustomers(asked, view.policy)).filter((each) => !affected.has(each.id));
  const fields = customerChoices(view, { form: 'pick', label: t('pick.known'), known });
  return {
    title: t('pick.title'),
    section: 'board',
    body: html`<p><a href="${incidentPath(id)}#scoped">${titleOf(view, incident)}</a></p>
<form method="get" action="${incidentPath(id)}/customers">${fieldsOf(view, 'pick').text('q', { label: t('customers.find'), was: asked })}<p>${button(t('find.submit'), 'plain')}</p></form>
${incidentForm(view, incident, 'events/scoped')`${fields}<p>${button(t('submit.record'))}</p>`}`,
  };
}

/** Ticked customers are sent as `pick`, an id and a name each; new ones as `affectedCustomers`, a line each. */
export function customerChoices(
  view: View,
  of: { form: string; label: string; known: readonly KnownCustomer[] },
): Markup {
  const { form, label, known } = of;
  const fields = fieldsOf(view, form);
  const { t } = view;
  const choices = known.slice(0, mostChoices).map(({ id, name }) => [`${id}\t${name ?? ''}`, name ?? id] as const);
  const typed = fields.value('affectedCustomers');
  return html`${choices.length === 0 ? html`<p class="muted">${t('customers.notFound')}</p>` : fields.checkboxes('pick', choices, { label })}
<details class="inner"${typed ? html` open` : ''}><summary>${t('pick.new')}</summary>${fields.text('affectedCustomers', { rows: 2, hint: t('hint.customers') })}</details>`;
}

/** The known customers, and how each is written in the field. */
export async function showCustomers({ view, query }: Visit): Promise<Page> {
  const asked = (query.get('q') ?? '').trim().slice(0, view.policy.find.mostCharacters);
  const found = await findCustomers(asked, view.policy);
  return {
    title: view.t('nav.customers'),
    section: 'customers',
    body: html`<p class="muted">${view.t('customers.how')}</p>
<form method="get" action="/console/customers">${fieldsOf(view, 'customers').text('q', { label: view.t('customers.find'), was: asked })}<p>${button(view.t('find.submit'), 'plain')}</p></form>
${
  found.length === 0
    ? html`<p class="empty">${view.t('customers.notFound')}</p>`
    : html`<div class="scroll" tabindex="0" role="region" aria-label="${view.t('nav.customers')}"><table><thead><tr><th scope="col">${view.t('customers.name')}</th><th scope="col">ID</th><th scope="col">${view.t('customers.aliases')}</th></tr></thead><tbody>${found.map(
        ({ id, name, aliases }) =>
          html`<tr><th scope="row"><a href="${customerPath(id)}">${name ?? id}</a></th><td>${id}</td><td>${view.row(aliases)}</td></tr>`,
      )}</tbody></table></div>`
}`,
  };
}
