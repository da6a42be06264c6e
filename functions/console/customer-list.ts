/** The customers that are known, and how each is written where one is asked for. */
import { html } from 'hono/html';
import { findCustomers } from '../find/find-customers.ts';
import { button, textField } from './fields.ts';
import type { Page } from './page.ts';
import { joined } from './view.ts';
import type { Visit } from './visit.ts';

export async function showCustomers({ view, query }: Visit): Promise<Page> {
  const asked = (query.get('q') ?? '').trim().slice(0, view.policy.find.mostCharacters);
  const found = await findCustomers(asked, view.policy);
  return {
    title: view.t('customers.title'),
    section: 'report',
    body: html`<p class="muted">${view.t('customers.how')}</p>
<form method="get" action="/console/customers">${textField({ form: 'customers', name: 'q', label: view.t('customers.find'), value: asked })}<p>${button(view.t('find.submit'), 'plain')}</p></form>
${
  found.length === 0
    ? html`<p class="empty">${view.t('customers.notFound')}</p>`
    : html`<div class="scroll" tabindex="0" role="region" aria-label="${view.t('customers.title')}"><table><thead><tr><th scope="col">${view.t('customers.name')}</th><th scope="col">ID</th><th scope="col">${view.t('customers.aliases')}</th></tr></thead><tbody>${found.map(
        ({ id, name, aliases }) =>
          html`<tr><th scope="row"><a href="/console/find?q=${encodeURIComponent(id)}">${name ?? id}</a></th><td>${id}</td><td>${joined(view, aliases)}</td></tr>`,
      )}</tbody></table></div>`
}`,
  };
}
