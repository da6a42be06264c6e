/** The meeting: one incident at a time, highest score first. Confirm, add next actions, go on; hold at the end. */
import { randomUUID } from 'node:crypto';
import { html } from 'hono/html';
import * as z from 'zod';
import { causeCategories, heavyMitigations } from '../incidents/incident.ts';
import { type FieldError, Problem } from '../platform/problem.ts';
import type { Entry } from '../postmortems/entry.ts';
import { chairChecklist } from '../postmortems/guide.ts';
import { recordReview } from '../postmortems/record-review.ts';
import { composeEntry } from '../postmortems/render/compose-entry.ts';
import { shortPeriod } from '../postmortems/render/format.ts';
import { speak } from '../postmortems/render/words.ts';
import { numberOfWeek } from '../postmortems/store.ts';
import { newActionForm } from './actions.ts';
import { incidentAddress, renderCard } from './blocks.ts';
import { button, choicesOf, radios, textField, type Values } from './fields.ts';
import { titleOf } from './incident-head.ts';
import { form, type Page } from './page.ts';
import { bundlePath, requireBundle, requireWeek } from './postmortems.ts';
import { expectProblem, sayProblem } from './problem-page.ts';
import { readCount, textOf } from './statements.ts';
import { badge, type Markup, type View } from './view.ts';
import type { Outcome, Visit } from './visit.ts';

interface Sitting {
  week: string;
  /** Which of the house's weekly postmortems it is. */
  number: number;
  isHeld: boolean;
  entries: Entry[];
  period: { start: string; end: string; zone: string };
}

async function loadSitting(view: View, id: string): Promise<Sitting> {
  const { document, head, entries, carriedIncidents } = await requireBundle(view, requireWeek(view, id));
  const shown = [...carriedIncidents, ...entries].filter((each) => each.status !== 'linked');
  // What is not known yet is looked at first: it may be the worst.
  const score = (entry: Entry): number =>
    entry.score.confirmed?.value ?? entry.score.reference.value ?? Number.POSITIVE_INFINITY;
  const sorted = shown.toSorted((a, b) => (score(a) === score(b) ? 0 : score(a) < score(b) ? 1 : -1));
  const number = await numberOfWeek(id);
  return { week: id, number, isHeld: document.state === 'held', entries: sorted, period: head.period };
}

export async function showMeeting({ view, query }: Visit, id = ''): Promise<Page> {
  const sitting = await loadSitting(view, id);
  const wanted = query.get('incident');
  const index =
    wanted === 'end'
      ? sitting.entries.length
      : Math.max(
          0,
          sitting.entries.findIndex((each) => each.id === wanted),
        );
  return meetingPage(view, sitting, index, undefined);
}

function meetingPage(view: View, sitting: Sitting, index: number, typed: Values): Page {
  const { t } = view;
  const { entries, week } = sitting;
  const { start, end } = requireWeek(view, week);
  const entry = entries[index];
  const path = `${bundlePath(week)}/meeting`;
  const to = (at: number): string => `${path}?incident=${entries[at]?.id ?? 'end'}`;
  return {
    title: t('meeting.title', {
      number: sitting.number,
      week: week.slice(5),
      period: shortPeriod(start, end, view.policy.zone, view.language),
    }),
    section: 'postmortems',
    body: html`<p class="muted"><a href="${bundlePath(week)}">${week}</a> · ${entry ? t('meeting.at', { n: index + 1, total: entries.length }) : t('meeting.end')}</p>
<nav class="taps" aria-label="${t('meeting.steps')}">${index > 0 ? html`<a class="tab" rel="prev" href="${to(index - 1)}">← ${t('meeting.before')}</a>` : ''}${
      entry ? html`<a class="tab" rel="next" href="${to(index + 1)}">${t('meeting.next')} →</a>` : ''
    }</nav>
${entry ? entryPart(view, sitting, entry, to(index + 1), typed) : endPart(view, sitting)}`,
  };
}

function entryPart(view: View, sitting: Sitting, entry: Entry, next: string, typed: Values): Markup {
  const { t } = view;
  const speech = speak(view.language, view.policy.customerLabel[view.language]);
  const card = composeEntry(entry, speech, sitting.period, incidentAddress);
  return html`<div class="columns"><div>${card.kind === 'card' ? renderCard(card, 2) : ''}</div><div>
<section aria-labelledby="confirm"><h2 id="confirm">${t('meeting.confirm')}</h2>${
    entry.reviewedAt ? html`<p>${badge(t('meeting.reviewed'), 'good')}</p>` : ''
  }${sitting.isHeld ? html`<p>${t('meeting.isHeld')}</p>` : reviewForm(view, sitting, entry, next, typed)}</section>
<section aria-labelledby="add-action"><h2 id="add-action">${t('action.add')}</h2>${newActionForm(view, {
    back: `${bundlePath(sitting.week)}/meeting?incident=${entry.id}`,
    incidentId: entry.id,
    bundleId: sitting.week,
  })}</section></div></div>`;
}

function reviewForm(view: View, sitting: Sitting, entry: Entry, next: string, typed: Values): Markup {
  const { t } = view;
  const value = (name: string, otherwise: string | undefined): string =>
    typed ? (typed.get(name) ?? '') : (otherwise ?? '');
  const { impact, cause, mitigation } = entry;
  return form(
    view,
    `${bundlePath(sitting.week)}/meeting/${entry.id}`,
    randomUUID(),
    html`<input type="hidden" name="next" value="${next}">
${radios({ form: 'review', name: 'businessImpact', label: t('field.impact.businessImpact'), value: value('businessImpact', impact.businessImpact), choices: choicesOf(view, 'impact', ['stopped', 'degraded', 'inconvenient', 'none']) })}
${textField({ form: 'review', name: 'affectedCustomerCount', type: 'number', label: t('field.impact.affectedCustomerCount'), value: value('affectedCustomerCount', impact.affectedCustomerCount?.toString()) })}
${radios({ form: 'review', name: 'category', label: t('field.category'), value: value('category', cause?.category), choices: choicesOf(view, 'cause', causeCategories) })}
${textField({ form: 'review', name: 'summary', rows: 2, label: t('field.cause'), value: value('summary', cause?.summary) })}
${textField({ form: 'review', name: 'releaseId', label: t('field.releaseId'), value: value('releaseId', cause?.releaseId), hint: t('hint.release') })}
${
  heavyMitigations.includes(mitigation?.kind ?? '')
    ? textField({
        form: 'review',
        name: 'lighterWayTried',
        rows: 2,
        label: t('field.lighterWayTried'),
        value: value('lighterWayTried', mitigation?.lighterWayTried),
        hint: t('hint.lighterWayReview'),
      })
    : ''
}
${textField({ form: 'review', name: 'permanentFix', rows: 2, label: t('field.permanentFix'), value: value('permanentFix', entry.permanentFix) })}
${textField({ form: 'review', name: 'prevention', rows: 2, label: t('field.prevention'), value: value('prevention', entry.prevention) })}
${textField({ form: 'review', name: 'note', rows: 2, label: t('field.note'), value: value('note', '') })}
<p>${button(t('submit.review'))}</p>`,
  );
}

function endPart(view: View, sitting: Sitting): Markup {
  const { t } = view;
  const open = sitting.entries.filter((each) => !each.reviewedAt);
  return html`<section aria-labelledby="checklist"><h2 id="checklist">${t('meeting.checklist')}</h2><ol>${chairChecklist[view.language].map((each) => html`<li>${each}</li>`)}</ol></section>
${
  open.length > 0
    ? html`<section aria-labelledby="open"><h2 id="open">${t('meeting.notReviewed', { n: open.length })}</h2><ul>${open.map((each) => html`<li><a href="${bundlePath(sitting.week)}/meeting?incident=${each.id}">${titleOf(view, each)}</a></li>`)}</ul><p class="muted">${t('meeting.comesBack')}</p></section>`
    : ''
}
${
  sitting.isHeld
    ? html`<p>${badge(t('meeting.isHeld'), 'good')}</p>`
    : form(
        view,
        `${bundlePath(sitting.week)}/hold`,
        randomUUID(),
        html`<p class="muted">${t('meeting.holdHint')}</p><p>${button(t('submit.hold'))}</p>`,
      )
}`;
}

const text = z.string().max(10_000);
const schema = z.object({
  businessImpact: z.enum(['stopped', 'degraded', 'inconvenient', 'none']).optional(),
  affectedCustomerCount: z.number().int().min(0).max(100_000_000).optional(),
  cause: z
    .object({ category: z.enum(causeCategories), summary: text.optional(), releaseId: z.string().max(500).optional() })
    .optional(),
  lighterWayTried: z.string().max(2_000).optional(),
  permanentFix: text.optional(),
  prevention: text.optional(),
  note: text.optional(),
});

export async function review(visit: Visit, week = '', incidentId = ''): Promise<Outcome> {
  const { view } = visit;
  const given = visit.form ?? new URLSearchParams();
  let problem: Problem;
  try {
    const key = given.get('key') ?? '';
    await recordReview(incidentId, readReview(given), {
      actor: view.actor,
      now: view.now,
      policy: view.policy,
      ...(/^[\w-]{16,64}$/.test(key) ? { idempotencyKey: key } : {}),
    });
    const next = given.get('next') ?? '';
    return { to: next.startsWith(`${bundlePath(week)}/meeting?`) ? next : bundlePath(week) };
  } catch (error) {
    problem = expectProblem(error);
  }
  const sitting = await loadSitting(view, week);
  const index = Math.max(
    0,
    sitting.entries.findIndex((each) => each.id === incidentId),
  );
  return { ...meetingPage(view, sitting, index, given), problem: sayProblem(view, problem), status: problem.status };
}

function readReview(given: URLSearchParams): z.infer<typeof schema> {
  const errors: FieldError[] = [];
  const category = textOf(given, 'category');
  const summary = textOf(given, 'summary');
  const releaseId = textOf(given, 'releaseId');
  if (!category && (summary || releaseId)) errors.push({ path: 'category', message: 'It may not be blank.' });
  const result = schema.safeParse({
    businessImpact: textOf(given, 'businessImpact'),
    affectedCustomerCount: readCount(given, 'affectedCustomerCount', errors),
    cause: category ? { category, summary, releaseId } : undefined,
    lighterWayTried: textOf(given, 'lighterWayTried'),
    permanentFix: textOf(given, 'permanentFix'),
    prevention: textOf(given, 'prevention'),
    note: textOf(given, 'note'),
  });
  if (!result.success)
    errors.push(...result.error.issues.map((each) => ({ path: each.path.join('.'), message: each.message })));
  if (!result.success || errors.length > 0) throw new Problem(422, 'The review is not understood.', { errors });
  return result.data;
}
