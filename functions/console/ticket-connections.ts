/**
 * The ticket tools that Metronome writes to: whether each accepts our credentials, what is not set, and who may send.
 */
import { html } from 'hono/html';
import { type TicketToolName, ticketTools } from '../incidents/outbox/sending.ts';
import { lacks, variablesOf } from '../outgoing/tickets/connection.ts';
import { connectionId, type TriedConnection } from '../outgoing/tickets/try-connection.ts';
import { isDeployed, readConfig } from '../platform/config.ts';
import { collections, dataOf, firestore } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import { publish } from '../platform/publish.ts';
import { jiraTokenEnd } from '../platform/token-end.ts';
import { topics } from '../topology.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { button } from './fields.ts';
import { form, type Outcome, sayReason, type Visit } from './page.ts';
import { badge, type Markup, time, type View } from './view.ts';

export const path = '/console/connections';
/** A notice takes seconds, and so does a tool's answer. After this the page stops waiting for the result. */
export const awaitedForMs = 120_000;

export async function ticketConnections(view: View, query: URLSearchParams) {
  const connections = firestore().collection(collections.connections);
  const found = await firestore().getAll(...ticketTools.map((tool) => connections.doc(connectionId(tool))));
  const tried = new Map(
    ticketTools.map((tool, index) => [tool, dataOf<{ tried?: TriedConnection }>(found[index])?.tried]),
  );
  const asked = ticketTools.find((tool) => tool === query.get('tool'));
  const askedAt = Number(query.get('sent')) || 0;
  const hasAnswered = asked !== undefined && (tried.get(asked)?.at.getTime() ?? 0) >= askedAt;
  const isAwaited = asked !== undefined && !hasAnswered && view.now.getTime() - askedAt < awaitedForMs;
  const progress =
    asked && view.t(hasAnswered ? 'ticketTools.done' : isAwaited ? 'ticketTools.asked' : 'ticketTools.lost');
  return {
    /** Whether a tool has been asked a moment ago and has not answered yet. */
    isAwaited,
    body: html`<section aria-labelledby="ticket-tools"><h2 id="ticket-tools">${view.t('ticketTools.title')}</h2>
<p class="muted">${view.t('ticketTools.hint')}</p>
<p>${sendersText(view)}</p>
${progress ? html`<p class="recorded" role="status" tabindex="-1" data-first>${progress}</p>` : ''}
<ul class="cards">${ticketTools.map((tool) => toolCard(view, tool, tried.get(tool)))}</ul></section>`,
  };
}

function sendersText({ t }: View): string {
  const { SENDERS } = readConfig();
  if (SENDERS && SENDERS.length > 0) return t('ticketTools.senders', { names: SENDERS.join(', ') });
  return t(isDeployed() ? 'ticketTools.nobody' : 'ticketTools.anybody');
}

function toolCard(view: View, tool: TicketToolName, tried: TriedConnection | undefined): Markup {
  const { t } = view;
  const missing = lacks(tool, readConfig());
  const state = missing
    ? badge(view.name('ticketTry', 'not-set'), 'warn')
    : tried
      ? badge(view.name('ticketTry', tried.outcome), tried.outcome === 'known' ? 'good' : 'bad')
      : badge(t('ticketTools.never'));
  return html`<li id="ticket-${tool}" class="connection"><h3>${view.name('tool', tool)} ${state}</h3>
<p><code>${view.row(variablesOf(tool))}</code></p>
${tool === 'jira' ? expiryText(view) : ''}
${missing ? html`<p class="missing">${sayReason(view, missing)}</p>` : ''}
${tried ? html`<p class="muted">${t('connections.lastCheck')}: ${time(view, tried.at)}</p><p>${detailOf(view, tried)}</p>` : ''}
${form(view, `${path}/tools/${tool}`)`<p>${button(t('ticketTools.try'), 'plain')}</p>`}
<p class="muted">${t('ticketTools.how', { path: tool })}</p></li>`;
}

function expiryText(view: View): Markup | '' {
  const end = jiraTokenEnd(view.now);
  if (!end) return html`<p class="muted">${view.t('ticketTools.expiryUnknown')}</p>`;
  const text = view.t('ticketTools.expires', { day: end.day });
  if (end.state === 'valid') return html`<p class="muted">${text}</p>`;
  return html`<p class="missing">${badge(view.t(end.state === 'ended' ? 'ticketTools.ended' : 'ticketTools.endsSoon'), 'bad')} ${text}</p>`;
}

function detailOf(view: View, { outcome, detail }: TriedConnection): string {
  if (outcome === 'known') return view.t('ticketTools.as', { name: detail });
  if (outcome === 'not-set') return sayReason(view, `${detail} is not set.`);
  return sayReason(view, detail);
}

/** The function that sends asks, since it alone has the tokens. */
export async function tryTicketTool({ view }: Visit, name = ''): Promise<Outcome> {
  const tool = ticketTools.find((each) => each === name);
  if (!tool) throw new Problem(404, refuse('no-page'));
  await publish(topics.outgoing, { tryTool: tool });
  return { to: `${path}?tool=${tool}&sent=${view.now.getTime()}#ticket-tools` };
}
