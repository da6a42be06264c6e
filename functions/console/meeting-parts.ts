/** The parts of the meeting that are about the week as a whole, and the questions that are read again. */
import { html } from 'hono/html';
import type { Incident } from '../incidents/incident.ts';
import { dataOf, firestore, incidentRef } from '../platform/firestore.ts';
import { chairChecklist, newcomerGuide } from '../postmortems/guide.ts';
import { meetingParts } from '../postmortems/meeting.ts';
import { renderBlocks } from '../postmortems/render/html-blocks.ts';
import { button, fieldsOf } from './fields.ts';
import { titleOf } from './incident-head.ts';
import { meetingForm, progressOf, type Sitting, stepPath } from './meeting-sitting.ts';
import { compose, plainFrame, sectionOf } from './postmortems.ts';
import { badge, incidentPath, joined, type Markup, typedIn, type View } from './view.ts';

export function guidePart(view: View): Markup {
  const { t } = view;
  return html`<section aria-labelledby="guide"><h2 id="guide">${view.name('agenda', 'guide')}</h2><ul>${newcomerGuide[
    view.language
  ].map((each) => html`<li>${each}</li>`)}</ul></section>
<details><summary>${t('meeting.checklist')}</summary><ol>${chairChecklist[view.language].map((each) => html`<li>${each}</li>`)}</ol></details>`;
}

/** Answered also where nothing fell: that somebody asked is worth as much. */
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
          html`<li><a href="${stepPath(sitting.week.id, incidentId)}">${titleOf(view, { title, isDrill: false })}</a>: ${joined(view, fields, ({ field }) => view.name('field', field))} <a href="${incidentPath(incidentId)}#flow">${t('submit.record')}</a></li>`,
      )}</ul>`
}
${answerForm(view, sitting, 'missing-data', t('meeting.answer'))}</section>`;
}

const perPage = 50;

/** All incidents of the week, or all that are carried, page by page, and what the meeting has made of each. */
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
  const open = [...sitting.own, ...sitting.carried].filter((each) => progressOf(sitting, each) !== 'reviewed');
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
    ? html`<p>${t('meeting.load', { incidents: load.incidents })} ${joined(view, load.people.slice(0, 5), (each) => `${each.name} ${each.incidents}`)}</p>`
    : ''
}</section>
<section aria-labelledby="attendance"><h2 id="attendance">${t('meeting.attendance')}</h2>${
    sitting.isHeld
      ? html`<p>${badge(t('meeting.isHeld'), 'good')} ${meeting.attendance ? `${t('field.chair')}: ${meeting.attendance.chair} · ${t('field.present')}: ${joined(view, meeting.attendance.present)}` : ''}</p>`
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

/**
 * What somebody else answers while this is typed is seen as it is sent, and then both stay.
 * @param suggestion what is offered where nobody has answered
 */
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
