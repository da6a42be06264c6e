/** Next actions: all that are open, mine, overdue, closed; adding one, completing it, closing it. */
import { randomUUID } from 'node:crypto';
import { html } from 'hono/html';
import { Temporal } from 'temporal-polyfill';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { type FieldError, Problem } from '../platform/problem.ts';
import { recordAction, recordActionChange } from '../postmortems/actions.ts';
import {
  type ActionKind,
  type ActionStatement,
  actionKinds,
  actionStatuses,
  actionVersion,
  bundleInReview,
  isOpen,
  lacksOf,
  type NextAction,
  needsChoice,
} from '../postmortems/actions-rules.ts';
import { readDueDate } from '../postmortems/week.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import { actionField } from './action-field.ts';
import { ticketOf } from './action-ticket.ts';
import { button, choicesOf, dateField, radios, select, textField, type Values } from './fields.ts';
import { keyIn, seenIn } from './incident-form.ts';
import { form, type Page } from './page.ts';
import { expectProblem, sayProblem } from './problem-page.ts';
import { textOf } from './statements.ts';
import { badge, incidentPath, joined, type Markup, outLink, time, type View } from './view.ts';
import type { Outcome, Visit } from './visit.ts';

const views = ['open', 'mine', 'overdue', 'closed'] as const;
const path = '/console/actions';

export async function showActions(visit: Visit): Promise<Page> {
  return actionsPage(visit, undefined);
}

async function actionsPage(
  { view, query }: Visit,
  failed: { id: string; values: NonNullable<Values> } | undefined,
): Promise<Page> {
  const { t } = view;
  const shown = views.find((each) => each === query.get('show')) ?? 'open';
  const statuses = shown === 'closed' ? ['done', 'dropped'] : ['proposed', 'agreed'];
  const found = await firestore()
    .collection(collections.actions)
    .where('status', 'in', statuses)
    .orderBy('dueAt')
    .limit(200)
    .get();
  const actions = found.docs
    .map((each) => fromDocument<NextAction>(each.data()))
    .filter((each) =>
      shown === 'mine' ? each.owner === view.actor : shown === 'overdue' ? each.dueAt < view.now : true,
    );
  return {
    title: t('nav.actions'),
    section: 'actions',
    body: html`<p class="tabs">${views.map((each) => html`<a class="tab" href="${path}?show=${each}"${each === shown ? html` aria-current="page"` : ''}>${t(`actions.${each}`)}</a> `)}</p>
${actions.length === 0 ? html`<p class="empty">${t('actions.none')}</p>` : html`<ul class="cards">${actions.map((each) => actionCard(view, each, failed?.id === each.id ? failed.values : undefined))}</ul>`}
<details${failed?.id === 'new' ? html` open` : ''}><summary>${t('action.add')}</summary>${newActionForm(view, { back: path }, failed?.id === 'new' ? failed.values : undefined)}</details>`,
  };
}

function actionCard(view: View, action: NextAction, typed: Values): Markup {
  const { t } = view;
  const lacks = lacksOf(action);
  const isOverdue = isOpen(action) && action.dueAt < view.now;
  return html`<li id="${action.id}"><h2>${action.description}</h2>
<p>${badge(view.name('actionStatus', action.status), action.status === 'done' ? 'good' : 'plain')} ${badge(view.name('actionKind', action.kind))} ${t('action.due')} ${time(view, action.dueAt)}${isOverdue ? html` ${badge(t('action.overdue'), 'bad')}` : ''} · ${t('field.assignee')}: ${action.owner ?? t('nobody')}</p>
${action.doneWhen ? html`<p>${t('field.doneWhen')}: ${action.doneWhen}</p>` : ''}
<p>${outLink(action.ticketUrl)} ${action.evidenceUrl ? outLink(action.evidenceUrl, t('evidence')) : ''} ${action.incidentId ? html`<a href="${incidentPath(action.incidentId)}">${t('kind.incident')}</a>` : ''} ${action.bundleId ? html`<a href="/console/postmortems/${action.bundleId}">${action.bundleId}</a>` : ''}</p>
${action.droppedReason ? html`<p>${t('field.droppedReason')}: ${action.droppedReason}</p>` : ''}
${
  lacks.length > 0 && isOpen(action)
    ? html`<p class="missing">${t('action.lacks', {
        fields: joined(
          view,
          lacks.map((each) => view.name('field', each)),
        ),
      })}</p>`
    : ''
}
${choiceNote(view, action)}${ticketOf(view, action)}<details${typed ? html` open` : ''}><summary>${t('action.change')}</summary>${changeForm(view, action, typed)}</details></li>`;
}

/** The next meeting will ask; it need not be waited for. */
function choiceNote(view: View, action: NextAction): Markup | '' {
  const { policy, now } = view;
  if (!needsChoice(action, bundleInReview(now, policy), policy, now)) return '';
  return html`<p class="missing"><strong>${view.t('meeting.choose')}</strong> ${view.t('action.choose')}</p>`;
}

function changeForm(view: View, action: NextAction, typed: Values): Markup {
  const { t } = view;
  const value = (name: string, otherwise: string | undefined): string =>
    typed ? (typed.get(name) ?? '') : (otherwise ?? '');
  const field = actionField(view, action, typed);
  return form(
    view,
    `${path}/${action.id}`,
    randomUUID(),
    html`<input type="hidden" name="seen" value="${actionVersion(action)}">${textField({ form: action.id, name: 'description', label: t('action.description'), isRequired: true, value: value('description', action.description) })}
${field('owner')}${field('ticketUrl', true)}${field('doneWhen')}
${radios({ form: action.id, name: 'status', label: t('action.status'), value: value('status', ''), choices: [['', t('action.asItIs')], ...choicesOf(view, 'actionStatus', ['done', 'dropped'])], hint: t('action.statusHint') })}
${field('evidenceUrl', true)}${field('droppedReason')}${isOpen(action) ? dateField({ form: action.id, name: 'dueAt', label: t('field.dueAt'), value: value('dueAt', '') }) : ''}<p>${button(t('submit.record'))}</p>`,
  );
}

function newActionForm(view: View, hidden: Record<string, string>, typed?: Values): Markup {
  const { t } = view;
  const field = (name: string, label: string) => ({ form: 'new-action', name, label, value: typed?.get(name) ?? '' });
  return form(
    view,
    path,
    randomUUID(),
    html`${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${textField({ ...field('description', t('action.description')), rows: 2, isRequired: true })}
${select({ ...field('kind', t('field.kind')), value: typed?.get('kind') ?? 'prevent', choices: choicesOf(view, 'actionKind', actionKinds) })}
${textField({ ...field('owner', t('field.assignee')) })}
${textField({ ...field('ticketUrl', t('ticket')), type: 'url', placeholder: 'https://' })}
${textField({ ...field('doneWhen', t('field.doneWhen')), hint: t('action.wholeHint') })}
<p>${button(t('submit.action'))}</p>`,
  );
}

export async function addAction(visit: Visit): Promise<Outcome> {
  const { view } = visit;
  const given = visit.form ?? new URLSearchParams();
  let problem: Problem;
  try {
    const stated = readAction(given, view);
    const kind = actionKinds.find((each) => each === given.get('kind')) as ActionKind | undefined;
    if (!stated.description) throw wrong([wrongField('description', 'blank')]);
    await recordAction(
      {
        ...stated,
        description: stated.description,
        kind: kind ?? 'prevent',
        incidentId: /^inc_[\da-f]{24}$/.test(given.get('incidentId') ?? '')
          ? (given.get('incidentId') ?? undefined)
          : undefined,
        bundleId: textOf(given, 'bundleId'),
      },
      {
        actor: view.actor,
        now: view.now,
        policy: view.policy,
        ...keyIn(given),
      },
    );
    const back = given.get('back') ?? '';
    return { to: /^\/console\/[\w/?=-]*$/.test(back) ? back : path };
  } catch (error) {
    problem = expectProblem(error);
  }
  return {
    ...(await actionsPage(visit, { id: 'new', values: given })),
    problem: sayProblem(view, problem),
    status: problem.status,
  };
}

export async function changeAction(visit: Visit, id = ''): Promise<Outcome> {
  const { view } = visit;
  const given = visit.form ?? new URLSearchParams();
  let problem: Problem;
  try {
    const status = actionStatuses.find((each) => each === given.get('status'));
    await recordActionChange(
      id,
      { ...readAction(given, view), ...(status ? { status } : {}) },
      { actor: view.actor, now: view.now, policy: view.policy, seen: seenIn(given) },
    );
    return { to: `${path}#${id}` };
  } catch (error) {
    problem = expectProblem(error);
  }
  return {
    ...(await actionsPage(visit, { id, values: given })),
    problem: sayProblem(view, problem),
    status: problem.status,
  };
}

/** What is blank is left as it is. @throws Problem 422 */
export function readAction(given: URLSearchParams, { policy }: View): ActionStatement {
  const errors: FieldError[] = [];
  const link = (name: string): string | undefined => {
    const text = textOf(given, name);
    if (text && !/^https?:\/\/\S{1,2000}$/i.test(text)) errors.push(wrongField(name, 'not-a-link'));
    return text;
  };
  const date = (name: string): Date | undefined => {
    const text = textOf(given, name);
    try {
      return text === undefined ? undefined : readDueDate(Temporal.PlainDate.from(text).toString(), policy.zone);
    } catch {
      errors.push(wrongField(name, 'not-a-date'));
      return undefined;
    }
  };
  const stated: ActionStatement = {
    description: textOf(given, 'description')?.slice(0, 2_000),
    owner: textOf(given, 'owner')?.slice(0, 320),
    ticketUrl: link('ticketUrl'),
    doneWhen: textOf(given, 'doneWhen')?.slice(0, 2_000),
    evidenceUrl: link('evidenceUrl'),
    droppedReason: textOf(given, 'droppedReason')?.slice(0, 2_000),
    dueAt: date('dueAt'),
  };
  if (errors.length > 0) throw wrong(errors);
  return stated;
}

function wrong(errors: FieldError[]): Problem {
  return new Problem(422, refuse('action-not-understood'), { errors });
}
