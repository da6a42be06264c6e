/** Next actions: all that are open, mine, overdue, closed; adding one, completing it, closing it. */
import { html } from 'hono/html';
import { readConfig } from '../platform/config.ts';
import { collections, firestore, readAll } from '../platform/firestore.ts';
import { requestTicket } from '../postmortems/action-tickets.ts';
import { recordAction, recordActionChange } from '../postmortems/actions.ts';
import {
  type ActionStatement,
  actionKinds,
  actionStatuses,
  actionVersion,
  bundleInReview,
  changedAction,
  isOpen,
  lacksOf,
  type NextAction,
  needsChoice,
  proposesDone,
} from '../postmortems/actions-rules.ts';
import { readDueDate } from '../postmortems/week.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { parsed } from '../words/refusals/wrong-input.ts';
import { button, choicesOf, type Fields, fieldsOf } from './fields.ts';
import { contextIn, form, type Outcome, orComeBack, type Page, type Visit } from './page.ts';
import { blank, textOf } from './statements.ts';
import { badge, cards, incidentPath, lacksText, type Markup, outLink, time, typedIn, type View } from './view.ts';

const views = ['open', 'mine', 'overdue', 'closed'] as const;
const path = '/console/actions';

export async function showActions({ view, query }: Visit): Promise<Page> {
  const { t } = view;
  const shown = views.find((each) => each === query.get('show')) ?? 'open';
  const statuses = shown === 'closed' ? ['done', 'dropped'] : ['proposed', 'agreed'];
  const all = firestore().collection(collections.actions).where('status', 'in', statuses);
  const found = await readAll<NextAction>(all.orderBy('dueAt').limit(200));
  const actions = found.filter(({ owner, dueAt }) =>
    shown === 'mine' ? owner === view.actor : shown !== 'overdue' || dueAt < view.now,
  );
  const fields = fieldsOf(view, 'new-action');
  return {
    title: t('nav.actions'),
    section: 'actions',
    body: html`<p class="tabs">${views.map((each) => html`<a class="tab" href="${path}?show=${each}"${each === shown ? html` aria-current="page"` : ''}>${t(`actions.${each}`)}</a> `)}</p>
${cards(view, actions, actionCard, 'actions.none')}
<details${fields.isTyped ? html` open` : ''}><summary>${t('action.add')}</summary>${form(view, path)`${newActionFields(view, fields, { isRequired: true })}<p>${button(t('submit.action'))}</p>`}</details>`,
  };
}

function actionCard(view: View, action: NextAction): Markup {
  const { t } = view;
  const lacks = lacksOf(action);
  const isOverdue = isOpen(action) && action.dueAt < view.now;
  return html`<li id="${action.id}"><h2>${action.description}</h2>
<p>${badge(view.name('actionStatus', action.status), action.status === 'done' ? 'good' : 'plain')} ${badge(view.name('actionKind', action.kind))} ${t('action.due')} ${time(view, action.dueAt)}${isOverdue ? html` ${badge(t('action.overdue'), 'bad')}` : ''} · ${t('field.assignee')}: ${action.owner ?? t('nobody')}</p>
${action.doneWhen ? html`<p>${t('field.doneWhen')}: ${action.doneWhen}</p>` : ''}
<p>${outLink(action.ticketUrl)} ${action.evidenceUrl ? outLink(action.evidenceUrl, t('evidence')) : ''} ${action.incidentId ? html`<a href="${incidentPath(action.incidentId)}">${t('kind.incident')}</a>` : ''} ${action.bundleId ? html`<a href="/console/postmortems/${action.bundleId}">${action.bundleId}</a>` : ''}</p>
${action.droppedReason ? html`<p>${t('field.droppedReason')}: ${action.droppedReason}</p>` : ''}
${lacks.length > 0 && isOpen(action) ? html`<p class="missing">${lacksText(view, lacks)}</p>` : ''}
${choiceNote(view, action)}${ticketOf(view, action)}<details${typedIn(view, action.id) ? html` open` : ''}><summary>${t('action.change')}</summary>${changeForm(view, action)}</details></li>`;
}

/** The next meeting will ask for the decision, so it can wait. */
function choiceNote(view: View, action: NextAction): Markup | '' {
  const { policy, now } = view;
  if (!needsChoice(action, bundleInReview(now, policy), policy, now)) return '';
  return html`<p class="missing"><strong>${view.t('meeting.choose')}</strong> ${view.t('action.choose')}</p>`;
}

function changeForm(view: View, action: NextAction): Markup {
  const { t } = view;
  const fields = fieldsOf(view, action.id);
  const { owner, ticketUrl, doneWhen, evidenceUrl, droppedReason } = action;
  const inForm = form(view, `${path}/${action.id}`);
  return inForm`<input type="hidden" name="seen" value="${actionVersion(action)}">${fields.text('description', { label: t('action.description'), isRequired: true, was: action.description })}
${fields.text('owner', { was: owner })}${fields.link('ticketUrl', { was: ticketUrl })}${fields.text('doneWhen', { was: doneWhen })}
${fields.radios('status', [['', t('action.asItIs')], ...choicesOf(view, 'actionStatus', ['done', 'dropped'])], { label: t('board.status'), hint: t('action.statusHint') })}
${fields.link('evidenceUrl', { was: evidenceUrl })}${fields.text('droppedReason', { was: droppedReason })}${isOpen(action) ? fields.date('dueAt') : ''}<p>${button(t('submit.record'))}</p>`;
}

/** @param prefix of the fields' names, on a form with more than an action */
export function newActionFields(view: View, fields: Fields, of: NewActionFields): Markup {
  const { t } = view;
  const { prefix = '', isRequired = false, description, kind = 'prevent' } = of;
  return html`${fields.text(`${prefix}description`, { label: t('action.description'), rows: 2, isRequired, was: description })}
${fields.select(`${prefix}kind`, choicesOf(view, 'actionKind', actionKinds), { label: t('field.kind'), was: kind })}
${fields.text(`${prefix}owner`, { label: t('field.assignee') })}
${fields.link(`${prefix}ticketUrl`, { label: t('field.ticketUrl') })}
${fields.text(`${prefix}doneWhen`, { label: t('field.doneWhen'), hint: t('action.wholeHint') })}`;
}

type NewActionFields = Pick<ActionStatement, 'description' | 'kind'> & { prefix?: string; isRequired?: boolean };

export const addAction = (visit: Visit): Promise<Outcome> =>
  orComeBack(visit, 'new-action', showActions, async ({ view, form: given }) => {
    await recordAction(readNewAction(given, view), contextIn(view, given));
    return { to: path };
  });

export const changeAction = (visit: Visit, id = ''): Promise<Outcome> =>
  orComeBack(visit, id, showActions, async ({ view, form: given }) => {
    const status = actionStatuses.find((each) => each === given.get('status'));
    await recordActionChange(id, { ...readAction(given, view), ...(status && { status }) }, contextIn(view, given));
    return { to: `${path}#${id}` };
  });

const typedAction = changedAction.omit({ kind: true, status: true });

/** What is blank is left as it is. @throws Problem 422 */
export function readAction(given: URLSearchParams, { policy }: View): ActionStatement {
  const stated = Object.keys(typedAction.shape).map((name) => [name, textOf(given, name)]);
  const { dueAt, ...rest } = parsed(typedAction, Object.fromEntries(stated), refuse('action-not-understood'));
  return { ...rest, dueAt: dueAt === undefined ? undefined : readDueDate(dueAt, policy.zone) };
}

/** @param prefix of the names of its fields @throws Problem 422 */
export function readNewAction(given: URLSearchParams, view: View, prefix = '') {
  const typed = new URLSearchParams();
  for (const [name, value] of given) if (name.startsWith(prefix)) typed.append(name.slice(prefix.length), value);
  const { description, ...stated } = readAction(typed, view);
  if (!description) throw blank(`${prefix}description`);
  return { ...stated, description, kind: actionKinds.find((each) => each === typed.get('kind')) ?? 'prevent' };
}

export function ticketOf(view: View, action: NextAction): Markup | '' {
  const { t } = view;
  const { ticket } = action;
  if (proposesDone(action)) return html`<p class="callout">${t('action.proposesDone')}</p>`;
  if (!isOpen(action) || action.ticketUrl) return '';
  if (ticket?.state === 'making') return html`<p class="muted">${t('action.ticketMaking')}</p>`;
  const failed = ticket?.state === 'failed' ? html`<p class="missing">${t('action.ticketFailed')}</p>` : '';
  if (!readConfig().JIRA_PROJECT) return failed;
  return html`${failed}${form(view, `${path}/${action.id}/ticket`)`<p>${button(t('action.makeTicket'), 'plain')}</p>`}`;
}

export async function makeTicket({ view }: Visit, id = ''): Promise<Outcome> {
  await requestTicket(id, view);
  return { to: `${path}#${id}` };
}
