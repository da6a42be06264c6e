/** The ticket of an action item: its state, and creating one in Jira. */
import { html } from 'hono/html';
import { readConfig } from '../platform/config.ts';
import { proposesDone } from '../postmortems/action-ticket-rules.ts';
import { requestTicket } from '../postmortems/action-tickets.ts';
import { isOpen, type NextAction } from '../postmortems/actions-rules.ts';
import { button } from './fields.ts';
import { form } from './page.ts';
import type { Markup, View } from './view.ts';
import type { Outcome, Visit } from './visit.ts';

const path = '/console/actions';

export function ticketOf(view: View, action: NextAction): Markup | '' {
  const { t } = view;
  const { ticket } = action;
  if (proposesDone(action)) return html`<p class="callout">${t('action.proposesDone')}</p>`;
  if (!isOpen(action) || action.ticketUrl) return '';
  if (ticket?.state === 'making') return html`<p class="muted">${t('action.ticketMaking')}</p>`;
  const failed = ticket?.state === 'failed' ? html`<p class="missing">${t('action.ticketFailed')}</p>` : '';
  if (!readConfig().JIRA_PROJECT) return failed;
  return html`${failed}${form(view, `${path}/${action.id}/ticket`, html`<p>${button(t('action.makeTicket'), 'plain')}</p>`)}`;
}

export async function makeTicket({ view }: Visit, id = ''): Promise<Outcome> {
  await requestTicket(id, view);
  return { to: `${path}#${id}` };
}
