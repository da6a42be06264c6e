/** The action items of earlier meetings, to be completed with evidence, rescheduled or dropped; and the new ones. */
import { html } from 'hono/html';
import type { ActionEntry } from '../postmortems/bundle-actions.ts';
import { button, type Choice, fieldsOf } from './fields.ts';
import { meetingForm, type Sitting, stepPath } from './meeting-sitting.ts';
import { badge, cards, incidentPath, lacksText, type Markup, outLink, time, typedIn, type View } from './view.ts';

export function actionsPart(view: View, sitting: Sitting): Markup {
  const { t } = view;
  const { carriedActions, returnedActions, newActions, lastMeeting } = sitting.slice.head;
  const card = (each: ActionEntry): Markup => actionCard(view, sitting, each);
  const asked = carriedActions.filter((each) => each.choiceRequired).length;
  return html`<section aria-labelledby="actions"><h2 id="actions">${view.name('agenda', 'actions')}</h2>
${lastMeeting?.attendance ? html`<p class="muted">${t('meeting.last', { week: lastMeeting.week, chair: lastMeeting.attendance.chair, n: lastMeeting.attendance.present.length })}</p>` : ''}
${asked > 0 ? html`<p class="missing"><strong>${t('meeting.choicesOpen', { n: asked })}</strong></p>` : ''}
${returnedActions.length > 0 ? html`<p class="missing"><strong>${t('meeting.returned')}</strong></p><ul class="cards">${returnedActions.map(card)}</ul>` : ''}
${cards(view, carriedActions, (_, each) => card(each), 'actions.none')}</section>
${newActions.length > 0 && html`<section aria-labelledby="made"><h2 id="made">${t('meeting.made')}</h2><ul class="cards">${newActions.map(card)}</ul></section>`}`;
}

function actionCard(view: View, sitting: Sitting, action: ActionEntry): Markup {
  const { t } = view;
  const isOpen = action.status === 'proposed' || action.status === 'agreed';
  return html`<li id="${action.id}"><h3>${action.description}</h3>
<p>${badge(view.name('actionStatus', action.status), action.status === 'done' ? 'good' : 'plain')} ${t('action.due')} ${time(view, new Date(action.dueAt))} ${action.isOverdue ? badge(t('action.overdue'), 'bad') : ''} ${t('meeting.carried', { days: action.ageDays, n: action.timesCarried })} ${action.choiceRequired ? badge(t('meeting.choose'), 'bad') : ''} · ${t('field.assignee')}: ${action.owner ?? t('nobody')}</p>
<p>${action.doneWhen ? html`${t('field.doneWhen')}: ${action.doneWhen} ` : ''}${outLink(action.ticketUrl)} ${action.evidenceUrl ? outLink(action.evidenceUrl, t('evidence')) : ''} ${action.incidentId ? html`<a href="${sitting.steps.includes(action.incidentId) ? stepPath(sitting.week.id, action.incidentId) : incidentPath(action.incidentId)}">${t('kind.incident')}</a>` : ''} ${action.droppedReason ?? ''}</p>
${action.recurredAs ? html`<p>${t('action.recurredAs')} ${action.recurredAs.map((each) => html`<a href="${sitting.steps.includes(each.incidentId) ? stepPath(sitting.week.id, each.incidentId) : incidentPath(each.incidentId)}">${each.title || t('untitled')}</a> `)}</p>` : ''}
${
  action.lacks.length > 0 && isOpen ? html`<p class="missing">${lacksText(view, action.lacks)}</p>` : ''
}${(isOpen || action.recurredAs) && !sitting.isHeld ? html`<details${action.choiceRequired || typedIn(view, action.id) ? html` open` : ''}><summary>${t('meeting.decide')}</summary>${choiceForm(view, sitting, action)}</details>` : ''}</li>`;
}

/** What is asked for a choice has no “as it is”; a choice states again what closed the action, or why it was dropped. */
function choiceForm(view: View, sitting: Sitting, action: ActionEntry): Markup {
  const { t } = view;
  const fields = fieldsOf(view, action.id);
  const { owner, ticketUrl, doneWhen } = action;
  const choices: Choice[] = [
    ...(action.choiceRequired ? [] : [['', t('action.asItIs')] as const]),
    ...(action.recurredAs ? [] : [['done', t('meeting.choice.done')] as const]),
    ['replan', t('meeting.choice.replan')],
    ['dropped', t('meeting.choice.dropped')],
  ];
  const inForm = meetingForm(view, sitting, `actions/${action.id}`, action.id, fields.isTyped);
  return inForm`<input type="hidden" name="seen" value="${action.version}">${action.recurredAs ? html`<input type="hidden" name="reopen" value="yes">` : ''}${fields.radios('choice', choices, { label: t('meeting.decide'), isRequired: action.choiceRequired })}
${fields.link('evidenceUrl')}
${fields.date('dueAt')}
${fields.text('droppedReason')}
${fields.text('owner', { was: owner })}${fields.link('ticketUrl', { was: ticketUrl })}${fields.text('doneWhen', { was: doneWhen })}
<p>${button(t('submit.record'))}</p>`;
}
