/** The parts of the meeting that are about the week as a whole, and the questions that are read again. */
import { html } from 'hono/html';
import type { Incident } from '../incidents/incident.ts';
import { dataOf, firestore, incidentRef } from '../platform/firestore.ts';
import type { ActionEntry } from '../postmortems/bundle-actions.ts';
import { chairChecklist, newcomerGuide } from '../postmortems/guide.ts';
import { meetingParts } from '../postmortems/meeting.ts';
import { renderBlocks } from '../postmortems/render/html-blocks.ts';
import { button, type Choice, fieldsOf } from './fields.ts';
import { titleOf } from './incident-head.ts';
import { meetingForm, progressOf, type Sitting, stepPath } from './meeting-sitting.ts';
import { compose, plainFrame, sectionOf } from './postmortems.ts';
import { badge, cards, incidentPath, lacksText, type Markup, outLink, time, typedIn, type View } from './view.ts';

export function guidePart(view: View): Markup {
  const { t } = view;
  return html`<section aria-labelledby="guide"><h2 id="guide">${view.name('agenda', 'guide')}</h2><ul>${newcomerGuide[
    view.language
  ].map((each) => html`<li>${each}</li>`)}</ul></section>
<details><summary>${t('meeting.checklist')}</summary><ol>${chairChecklist[view.language].map((each) => html`<li>${each}</li>`)}</ol></details>`;
}

/** The question can be answered even if no count fell: the answer is worth recording. */
export function fallingPart(view: View, sitting: Sitting): Markup {
  const { blocks } = compose(view, sitting.slice);
  return html`${renderBlocks(sectionOf(blocks, 'alarms'), plainFrame)}
${answerForm(view, sitting, 'falling-counts', view.t('meeting.whichWorkflow'))}`;
}

export function missingPart(view: View, sitting: Sitting): Markup {
  const { t } = view;
  const { items, total } = sitting.slice.head.missingData;
  return html`<section aria-labelledby="missing"><h2 id="missing">${view.name('agenda', 'missing-data')}</h2>
${
  total === 0
    ? html`<p class="empty">${t('meeting.nothingMissing')}</p>`
    : html`<p class="muted">${t('meeting.missingOf', { n: items.length, total })}</p><ul class="plain">${items.map(
        ({ incidentId, title, fields }) =>
          html`<li><a href="${stepPath(sitting.week.id, incidentId)}">${titleOf(view, { title, isDrill: false })}</a>: ${view.row(fields.map(({ field }) => view.name('field', field)))} <a href="${incidentPath(incidentId)}#flow">${t('submit.record')}</a></li>`,
      )}</ul>`
}
${answerForm(view, sitting, 'missing-data', t('meeting.answer'))}</section>`;
}

const perPage = 50;

/** All incidents of the week, or all carried ones, page by page, with their state in the meeting. */
export function listPart(view: View, sitting: Sitting, part: 'incidents' | 'carried', wanted: number): Markup {
  const { t } = view;
  const all = part === 'carried' ? sitting.carried : sitting.own;
  const pages = Math.max(1, Math.ceil(all.length / perPage));
  const page = Math.min(pages, Math.max(1, Number.isInteger(wanted) ? wanted : 1));
  const from = (page - 1) * perPage;
  const shown = all.slice(from, from + perPage);
  const to = (at: number): string => `${stepPath(sitting.week.id, part)}&page=${at}`;
  const tone = { reviewed: 'good', later: 'warn', open: 'plain' } as const;
  return html`<section aria-labelledby="list"><h2 id="list">${view.name('agenda', part)}</h2>
${
  all.length === 0
    ? html`<p class="empty">${t(part === 'carried' ? 'meeting.noCarried' : 'meeting.noIncidents')}</p>`
    : html`<p class="muted">${t('meeting.listOf', { from: from + 1, to: from + shown.length, total: all.length })}</p>
<ol start="${from + 1}" class="rows">${shown.map((entry) => {
        const progress = progressOf(sitting, entry);
        const score = entry.score.confirmed?.value ?? entry.score.reference.value;
        return html`<li><a href="${stepPath(sitting.week.id, entry.id)}">${titleOf(view, entry)}</a> <small>${view.name('impact', entry.impact.businessImpact ?? 'unknown')} · ${t('field.score')} ${score ?? t('unknown')}</small> ${badge(view.name('progress', progress), tone[progress])}</li>`;
      })}</ol>${
        pages > 1
          ? html`<p class="tabs">${Array.from({ length: pages }, (_, at) => html`<a class="tab" href="${to(at + 1)}"${at + 1 === page ? html` aria-current="page"` : ''}>${at * perPage + 1}–${Math.min(all.length, (at + 1) * perPage)}</a> `)}</p>`
          : ''
      }`
}</section>`;
}

export function endPart(view: View, sitting: Sitting): Markup {
  const { t } = view;
  const { week, slice, meeting } = sitting;
  const open = sitting.all.filter((each) => progressOf(sitting, each) !== 'reviewed');
  const choices = slice.head.carriedActions.filter((each) => each.choiceRequired);
  const { load } = slice.head.aggregates;
  const fields = fieldsOf(view, 'end');
  const inForm = meetingForm(view, sitting, 'end', 'end', fields.isTyped);
  const present = (meeting.attendance?.present ?? slice.head.lastMeeting?.attendance?.present ?? []).join('\n');
  return html`<section aria-labelledby="open"><h2 id="open">${view.name('agenda', 'end')}</h2>
${
  choices.length > 0
    ? html`<p class="missing"><strong>${t('meeting.choicesOpen', { n: choices.length })}</strong> <a href="${stepPath(week.id, 'actions')}">${view.name('agenda', 'actions')}</a></p>`
    : ''
}${
  open.length > 0
    ? html`<p>${t('meeting.notReviewed', { n: open.length })} <span class="muted">${t('meeting.comesBack')}</span></p><ul class="plain">${open.slice(0, 20).map((each) => html`<li><a href="${stepPath(week.id, each.id)}">${titleOf(view, each)}</a></li>`)}${open.length > 20 ? html`<li><a href="${stepPath(week.id, 'incidents')}">${t('meeting.more', { n: open.length - 20 })}</a></li>` : ''}</ul>`
    : ''
}${
  load.people.length > 0
    ? html`<p>${t('meeting.load', { incidents: load.incidents })} ${view.row(load.people.slice(0, 5).map((each) => `${each.name} ${each.incidents}`))}</p>`
    : ''
}</section>
<section aria-labelledby="attendance"><h2 id="attendance">${t('meeting.attendance')}</h2>${
    sitting.isHeld
      ? html`<p>${badge(t('meeting.isHeld'), 'good')} ${meeting.attendance ? `${t('field.chair')}: ${meeting.attendance.chair} · ${t('field.present')}: ${view.row(meeting.attendance.present)}` : ''}</p>`
      : inForm`${fields.text('present', { rows: 3, hint: t('meeting.presentHint'), was: present })}
${fields.text('chair', { was: meeting.attendance?.chair ?? view.actor })}
<p class="muted">${t('meeting.holdHint')}</p><p class="taps"><button type="submit" class="plain" name="do" value="attendance">${t('submit.attendance')}</button> <button type="submit" name="do" value="hold">${t('submit.hold')}</button></p>`
  }</section>`;
}

async function loadSample(sample: Sitting['sample']) {
  if (sample.length === 0) return [];
  const found = await firestore().getAll(...sample.map(({ id }) => incidentRef(id)));
  return found.flatMap((document, index) => {
    const [drawn, incident] = [sample[index], dataOf<Incident>(document)];
    return drawn && incident ? [{ ...drawn, incident }] : [];
  });
}

export async function questionsPart(view: View, sitting: Sitting): Promise<Markup> {
  const { t } = view;
  const read = await loadSample(sitting.sample);
  const audit = sitting.slice.head.audit;
  const answerOf = (item: string) => sitting.meeting.answers.find((each) => each.item === item);
  return html`<section aria-labelledby="questions"><h2 id="questions">${view.name('agenda', 'questions')}</h2><p class="muted">${t('meeting.readAgain')}</p>
${read.length === 0 ? html`<p class="empty">${t('meeting.noSample')}</p>` : ''}
<ul class="cards">${read.map(({ id, kind, incident }) => {
    const answered = answerOf(id);
    const fields = fieldsOf(view, `trouble-${id}`);
    const inForm = meetingForm(view, sitting, `questions/${id}`, `trouble-${id}`, fields.isTyped);
    return html`<li id="${id}"><h3><a href="${incidentPath(id)}">${titleOf(view, incident)}</a></h3><p>${badge(view.name('kind', incident.kind), incident.kind === 'incident' ? 'warn' : 'plain')} ${badge(view.name('status', incident.status))} ${incident.answer ? badge(view.name('answer', incident.answer.kind)) : ''} ${answered ? badge(t('meeting.wasRead'), 'good') : ''}</p>
${incident.description ? html`<p class="words">${incident.description.slice(0, 600)}</p>` : ''}${answered ? html`<p class="muted words">${answered.text} (${answered.by})</p>` : ''}
${
  incident.kind === 'question' && !sitting.isHeld
    ? inForm`${fields.text('why', { isRequired: true, was: t('meeting.whyTrouble') })}<p>${button(t('question.isTrouble'))}</p>`
    : ''
}${
  kind === 'question' && incident.kind === 'incident'
    ? ''
    : answerForm(view, sitting, id, t('meeting.noTrouble'), t('meeting.noTroubleText'))
}</li>`;
  })}</ul>
${
  audit.length === 0
    ? ''
    : html`<h3>${t('audit')}</h3><ul class="cards">${audit.map((each) => {
        const item = `${each.kind}:${each.name}`;
        const answered = answerOf(item);
        return html`<li><p>${view.name('audit', each.kind)}: <strong>${each.name}</strong> (${each.count}) <a href="${incidentPath(each.example)}">${t('meeting.example')}</a></p>${answered ? html`<p class="muted words">${answered.text} (${answered.by})</p>` : ''}${answerForm(view, sitting, item, t('meeting.answer'))}</li>`;
      })}</ul>`
}</section>`;
}

/** Shows an answer that somebody gave meanwhile; both stay. @param suggestion offered where nobody has answered */
function answerForm(view: View, sitting: Sitting, item: string, label: string, suggestion?: string): Markup {
  if (sitting.isHeld) return html``;
  const known = sitting.meeting.answers.find((each) => each.item === item);
  const fields = fieldsOf(view, item.replace(/[^\w-]/g, '-'), typedIn(view, item));
  const inForm = meetingForm(view, sitting, 'answers', item, fields.isTyped);
  const step = meetingParts.find((each) => each === item) ?? 'questions';
  return inForm`<input type="hidden" name="item" value="${item}"><input type="hidden" name="step" value="${step}"><input type="hidden" name="seen" value="${known?.at.toISOString() ?? ''}">
${fields.text('text', { rows: 3, label, isRequired: true, was: known?.text ?? suggestion })}
<p class="taps">${button(view.t('submit.meetingAnswer'))} </p>`;
}

/** The action items of earlier meetings, to be completed with evidence, rescheduled or dropped; and the new ones. */
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

/** Where a choice is required, “as it is” is not offered. The choice repeats what closed the action or why it was dropped. */
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
