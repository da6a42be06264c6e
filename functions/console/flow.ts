/** The next steps, in order, as forms that record facts: first whether the customer can be helped; the cause comes later. */
import { html } from 'hono/html';
import { answerKinds, type Incident } from '../incidents/incident.ts';
import { scopeSlot } from '../incidents/rhythm/cadence.ts';
import { waitsFrom } from '../incidents/views/board-place.ts';
import { milliseconds } from '../policy.ts';
import { lengthText } from '../words/spans.ts';
import { button, choicesOf, fieldsOf } from './fields.ts';
import { incidentLink } from './history.ts';
import { incidentForm } from './incident-head.ts';
import type { Loaded } from './incident-load.ts';
import { flowSteps, otherSteps, reviewSteps, type Step } from './steps.ts';
import { badge, becomesIncidentAt, hidden, incidentPath, type Markup, time, type View } from './view.ts';

export function flowSection(view: View, loaded: Loaded): Markup {
  const { incident } = loaded;
  if (incident.kind === 'question') return questionSection(view, incident);
  if (incident.status === 'linked') return linkedSection(view, loaded);
  const steps = flowSteps(view, loaded);
  const next = incident.status === 'open' ? steps.find((step) => step.done === undefined)?.type : undefined;
  const render = (step: Step): Markup => stepItem(view, incident, step);
  return html`<section aria-labelledby="flow"><h2 id="flow">${view.t('section.flow')}</h2>
<ol class="flow">${steps.map((step) => stepItem(view, incident, step, !view.failed && step.type === next))}</ol>
<h3>${view.t('section.review')}</h3>
<ul class="flow">${reviewSteps(view, incident).map(render)}</ul>
<h3>${view.t('section.more')}</h3>
<ul class="flow">${otherSteps(view, incident).map(render)}</ul></section>`;
}

/**
 * The next step that helps most: take it, update overdue customers, confirm it, update the rest, or record recovery.
 */
export function nextStep(view: View, { incident, contacts }: Pick<Loaded, 'incident' | 'contacts'>) {
  const isOpen = incident.status === 'open';
  if (isOpen && !incident.assignee) return 'take';
  const isLate = contacts.some((each) => (waitsFrom(each) ?? view.now) < view.now);
  if (isLate) return 'tell';
  if (isOpen && !incident.verifiedAt) return 'confirm';
  const soon = view.now.getTime() + milliseconds(view.policy.cadence.remindAhead);
  const isDue = contacts.some((each) => {
    const dueAt = waitsFrom(each);
    return dueAt && (!each.lastUpdateAt || each.endsWith !== undefined || dueAt.getTime() <= soon);
  });
  if (isDue) return 'tell';
  return isOpen ? 'recover' : undefined;
}

/** One tap each. The next step comes first: on a phone it is under the thumb, wherever one reads. */
export function quickButtons(view: View, loaded: Loaded): Markup | '' {
  const { incident, contacts } = loaded;
  const { t } = view;
  if (incident.kind !== 'incident' || incident.status === 'linked') return '';
  // Recovering several customers takes a second tap, after their names have been shown.
  const asksOnceMore = contacts.filter((each) => !each.recoveredAt).length > 1;
  const isOpen = incident.status === 'open';
  const next = nextStep(view, loaded);
  const kindOf = (step: typeof next) => (step === next ? 'primary' : 'plain');
  const tap = (type: string, label: string, sent: Record<string, string>, kind: 'primary' | 'plain'): Markup => {
    const inForm = incidentForm(view, incident, `events/${type}`, html`class="tap"`);
    return inForm`${hidden(Object.entries(sent))}${button(label, kind)}`;
  };
  // Taking it is also the first response: one tap records both.
  const take =
    incident.assignee === view.actor ? '' : tap('assigned', t('tap.take'), { assignee: view.actor }, kindOf('take'));
  const confirm =
    incident.verifiedAt || !isOpen
      ? ''
      : tap('verified', t('tap.happens'), { happened: 'yes', ongoing: 'yes' }, kindOf('confirm'));
  const tell = contacts.some(waitsFrom)
    ? html`<a class="button ${kindOf('tell')}" href="${incidentPath(incident.id)}/drafts">${t('due.tell')}</a>`
    : '';
  const recover = !isOpen
    ? ''
    : asksOnceMore
      ? tap('recovered', t('submit.recovered'), { whom: 'all' }, kindOf('recover'))
      : html`<a class="button ${kindOf('recover')}" href="#recovered">${t('submit.recovered')}</a>`;
  const steps = { take, confirm, tell, recover };
  const others = Object.entries(steps).flatMap(([step, markup]) => (step === next ? [] : [markup]));
  // Only while no customer is known: a notice then asks who is affected, and no update is due.
  const length = lengthText(milliseconds(view.policy.cadence.snoozeFor), view.language);
  return html`<div class="taps">${next ? html`<div class="thumb">${steps[next]}</div>` : ''}${others}${
    scopeSlot(incident, contacts.length, null, view.policy)
      ? tap('snoozed', t('due.snooze', { length }), {}, 'plain')
      : ''
  }</div>`;
}

function stepItem(view: View, incident: Incident, step: Step, isNext = false): Markup {
  const fields = fieldsOf(view, step.type);
  const isTyped = fields.value('occurredAt') || fields.value('evidenceUrl');
  const hasEvidence = step.type === 'verified' || step.type === 'scoped';
  const details = html`<details class="inner"${isTyped ? html` open` : ''}><summary>${view.t('form.whenAndEvidence')}</summary>${hasEvidence ? '' : fields.link('evidenceUrl')}${fields.time('occurredAt', { label: view.t('form.when'), hint: view.t('form.whenHint') })}</details>`;
  const inForm = incidentForm(view, incident, step.path ?? `events/${step.type}`);
  const state =
    step.done === null
      ? ''
      : html`<span class="state${step.done ? ' done' : ''}">${step.done || view.t('step.open')}</span>`;
  const body = inForm`${step.body(fields)}${step.type === 'corrected' || step.path ? '' : details}<p>${button(step.submit ?? view.t('submit.record'))}</p>`;
  return html`<li class="${step.done ? 'is-done' : ''}"><details${isNext || fields.isTyped ? html` open` : ''}><summary><span class="step">${step.title ?? view.maybe(`step.${step.type}`) ?? view.name('event', step.type)}</span> ${state}</summary><div id="${step.type}">${body}</div></details></li>`;
}

function linkedSection(view: View, { incident, named }: Loaded): Markup {
  const label = view.t('submit.unlink');
  const unlink: Step = { type: 'unlinked', done: null, title: label, submit: label, body: () => html`` };
  const comment = otherSteps(view, incident).filter((step) => step.type === 'commented');
  return html`<section aria-labelledby="flow"><h2 id="flow">${view.t('section.flow')}</h2>
<p>${view.t('links.to')} ${incidentLink(incident.linkedTo ?? '', named)}</p>
<ul class="flow">${[unlink, ...comment].map((step) => stepItem(view, incident, step))}</ul></section>`;
}

function questionSection(view: View, incident: Incident): Markup {
  const { t } = view;
  const trouble = troubleForm(view, incident);
  if (incident.status === 'answered') {
    return html`<section aria-labelledby="flow"><h2 id="flow">${t('section.answered')}</h2>${trouble}</section>`;
  }
  const fields = fieldsOf(view, 'answer');
  return html`<section aria-labelledby="flow"><h2 id="flow">${t('submit.answer')}</h2><p class="muted">${t('hint.answer')}</p>${incidentForm(view, incident, 'answer')`${fields.radios('kind', choicesOf(view, 'answer', answerKinds), { isRequired: true, label: t('field.answer') })}${fields.text('note', { rows: 3 })}<p>${button(t('submit.answer'))}</p>`}${trouble}<p>${badge(t('unanswered'), 'warn')} ${t('questions.becomes')} ${time(view, becomesIncidentAt(view, incident))}</p></section>`;
}

/** Answered questions too: they may turn out to be trouble later. */
function troubleForm(view: View, incident: Incident): Markup {
  const fields = fieldsOf(view, 'trouble');
  const inForm = incidentForm(view, incident, 'trouble');
  return inForm`${fields.text('why', { isRequired: true })}<p>${button(view.t('question.isTrouble'), 'plain')}</p>`;
}
