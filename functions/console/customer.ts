/** One customer: open and past incidents, promised updates, and the link to the customer's own page. */
import { html } from 'hono/html';
import { listedCustomers } from '../find/listed-customers.ts';
import type { Incident } from '../incidents/incident.ts';
import { readConfig } from '../platform/config.ts';
import { collections, firestore, readAll } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import { arePagesOn } from '../published/ask-to-publish.ts';
import { makeLink, readLink, revokeLink } from '../published/links.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { button } from './fields.ts';
import { titleOf } from './incident-head.ts';
import { contextIn, form, type Outcome, orComeBack, type Page, type Visit } from './page.ts';
import { badge, copyable, incidentPath, type Markup, time, type View } from './view.ts';

const mostListed = 50;

export const customerPath = (id: string): string => `/console/customers/${encodeURIComponent(id)}`;

export async function showCustomer({ view, query }: Visit, id = ''): Promise<Page> {
  const { t, policy } = view;
  const all = firestore().collection(collections.incidents).where('customerIds', 'array-contains', id);
  const incidents = await readAll<Incident>(all.orderBy('filedAt', 'desc').limit(mostListed));
  const own = (await listedCustomers(policy)).byId.get(id);
  if (!own && incidents.length === 0) throw new Problem(404, refuse('no-customer', { id }));
  const named = incidents.flatMap(({ affectedCustomers, reporter }) => [...affectedCustomers, reporter ?? []].flat());
  const name = own?.name ?? named.find((each) => each.id === id && each.name)?.name ?? id;
  return {
    title: name,
    section: 'board',
    body: html`${name === id ? '' : html`<p class="muted">ID ${id}</p>`}
${await pageSection(view, id, query.get('page'))}
<section aria-labelledby="history"><h2 id="history">${t('customer.incidents', { n: incidents.length })}</h2>
${incidents.length === 0 ? html`<p class="empty">${t('customer.none')}</p>` : html`<ul class="plain">${incidents.map((each) => item(view, each))}</ul>`}</section>`,
  };
}

const item = (view: View, incident: Incident): Markup =>
  html`<li><p><a href="${incidentPath(incident.id)}">${titleOf(view, incident)}</a> ${badge(view.name('status', incident.status))}</p><p class="muted">${time(view, incident.reportedAt)}${incident.recoveredAt ? html` – ${time(view, incident.recoveredAt)}` : ''}</p></li>`;

/** The valid link, or how to make one if customer pages are on. */
async function pageSection(view: View, id: string, done: string | null): Promise<Markup | ''> {
  const { t } = view;
  if (!arePagesOn(readConfig())) return html`<p class="muted">${t('customer.pagesOff')}</p>`;
  const link = await readLink(id, view.now);
  const said =
    done === 'made' || done === 'revoked'
      ? html`<p class="recorded" role="status" tabindex="-1" data-first>${t(done === 'made' ? 'customer.made' : 'customer.revoked')}</p>`
      : '';
  const press = (verb: 'make' | 'revoke', label: string): Markup =>
    form(
      view,
      `/console/customers/page/${verb}`,
    )`<input type="hidden" name="customer" value="${id}"><p>${button(label, 'plain')}</p>`;
  return html`<section aria-labelledby="page"><h2 id="page">${t('customer.page')}</h2>${said}
<p class="muted">${t('customer.pageHint')}</p>
${
  link
    ? html`${link.url ? copyable(view, 'page-link', link.url) : html`<p class="missing">${t('customer.unreadable')}</p>`}
<p class="muted">${t('customer.expires')} ${time(view, link.expiresAt)}</p>${press('make', t('customer.extend'))}${press('revoke', t('customer.revoke'))}`
    : press('make', t('customer.make'))
}</section>`;
}

export const changePage = (visit: Visit, verb = ''): Promise<Outcome> => {
  const id = visit.form.get('customer') ?? '';
  return orComeBack(
    visit,
    'customer-page',
    () => showCustomer(visit, id),
    async ({ view, form: values }) => {
      const by = contextIn(view, values);
      if (verb === 'make') await makeLink(id, by);
      else await revokeLink(id, by);
      return { to: `${customerPath(id)}?page=${verb === 'make' ? 'made' : 'revoked'}#page` };
    },
  );
};
