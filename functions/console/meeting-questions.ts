/** What is read again in the meeting: the questions and outside tickets that were drawn, as they now are. */
import { html } from 'hono/html';
import type { Incident } from '../incidents/incident.ts';
import { dataOf, firestore, incidentRef } from '../platform/firestore.ts';
import { button, type Failed, textField } from './fields.ts';
import { titleOf } from './incident-head.ts';
import { answerForm, draft } from './meeting-form.ts';
import { meetingPath, type Sitting } from './meeting-sitting.ts';
import { form } from './page.ts';
import { badge, incidentPath, type Markup, type View } from './view.ts';

interface SampledIncident {
  id: string;
  kind: 'question' | 'outside';
  incident: Incident;
}

async function loadSample(sample: Sitting['sample']): Promise<SampledIncident[]> {
  if (sample.length === 0) return [];
  const found = await firestore().getAll(...sample.map(({ id }) => incidentRef(id)));
  return found.flatMap((document, index) => {
    const [drawn, incident] = [sample[index], dataOf<Incident>(document)];
    return drawn && incident ? [{ ...drawn, incident }] : [];
  });
}

export async function questionsPart(view: View, sitting: Sitting, failed: Failed | undefined): Promise<Markup> {
  const { t } = view;
  const read = await loadSample(sitting.sample);
  const audit = sitting.slice.head.audit;
  const answerOf = (item: string) => sitting.meeting.answers.find((each) => each.item === item);
  return html`<section aria-labelledby="questions"><h2 id="questions">${view.name('agenda', 'questions')}</h2><p class="muted">${t('meeting.readAgain')}</p>
${read.length === 0 ? html`<p class="empty">${t('meeting.noSample')}</p>` : ''}
<ul class="cards">${read.map(({ id, kind, incident }) => {
    const answered = answerOf(id);
    const why = failed?.type === `trouble-${id}` ? (failed.values.get('why') ?? '') : t('meeting.whyTrouble');
    return html`<li id="${id}"><h3><a href="${incidentPath(id)}">${titleOf(view, incident)}</a></h3><p>${badge(view.name('kind', incident.kind), incident.kind === 'incident' ? 'warn' : 'plain')} ${badge(view.name('status', incident.status))} ${incident.answer ? badge(view.name('answer', incident.answer.kind)) : ''} ${answered ? badge(t('meeting.wasRead'), 'good') : ''}</p>
${incident.description ? html`<p class="words">${incident.description.slice(0, 600)}</p>` : ''}${answered ? html`<p class="muted words">${answered.text} (${answered.by})</p>` : ''}
${
  incident.kind === 'question' && !sitting.isHeld
    ? form(
        view,
        `${meetingPath(sitting.week.id)}/questions/${id}`,
        html`${textField({ form: `trouble-${id}`, name: 'why', label: t('field.why'), isRequired: true, value: why })}<p>${button(t('question.isTrouble'))}</p>`,
        { attributes: draft(sitting, `trouble-${id}`, failed?.type === `trouble-${id}`) },
      )
    : ''
}${
  kind === 'question' && incident.kind === 'incident'
    ? ''
    : answerForm(
        view,
        sitting,
        { item: id, step: 'questions', label: t('meeting.noTrouble'), suggestion: t('meeting.noTroubleText') },
        failed,
      )
}</li>`;
  })}</ul>
${
  audit.length === 0
    ? ''
    : html`<h3>${t('meeting.audit')}</h3><ul class="cards">${audit.map((each) => {
        const item = `${each.kind}:${each.name}`;
        const answered = answerOf(item);
        return html`<li><p>${view.name('audit', each.kind)}: <strong>${each.name}</strong> (${each.count}) <a href="${incidentPath(each.example)}">${t('meeting.example')}</a></p>${answered ? html`<p class="muted words">${answered.text} (${answered.by})</p>` : ''}${answerForm(view, sitting, { item, step: 'questions', label: t('meeting.answer') }, failed)}</li>`;
      })}</ul>`
}</section>`;
}
