/** The meeting: one step at a time in the order of the chair's checklist, fixed once it has begun. */
import { html } from 'hono/html';
import { type Meeting, meetingParts } from '../postmortems/meeting.ts';
import { shortPeriod } from '../postmortems/render/format.ts';
import { readMeeting } from '../postmortems/store.ts';
import { yearOf } from '../words/spans.ts';
import { titleOf } from './incident-head.ts';
import { incidentPart } from './meeting-incident.ts';
import { actionsPart, endPart, fallingPart, guidePart, listPart, missingPart, questionsPart } from './meeting-parts.ts';
import {
  isIncidentStep,
  loadSitting,
  meetingPath,
  progressOf,
  type Sitting,
  stepAfter,
  stepPath,
} from './meeting-sitting.ts';
import { type FileAnswer, form, type Page, type Visit } from './page.ts';
import { bundlePath, requireWeek } from './postmortems.ts';
import { type Markup, time, type View } from './view.ts';

export async function showMeeting({ view, query }: Visit, id = ''): Promise<Page> {
  const sitting = await loadSitting(view, id);
  const step = query.get('step') ?? sitting.meeting.step ?? 'guide';
  return meetingPage(view, sitting, step, '', Number(query.get('page') ?? 1));
}

/** Shows the list of a step that is gone, as its incident was linked. @param note what was recorded while the form stays */
export async function meetingPage(view: View, sitting: Sitting, wanted: string, note = '', page = 1): Promise<Page> {
  const { t } = view;
  const { week, steps, all } = sitting;
  const step = steps.includes(wanted) ? wanted : isIncidentStep(wanted) ? 'incidents' : 'guide';
  const at = steps.indexOf(step);
  const done = all.filter((each) => progressOf(sitting, each) === 'reviewed').length;
  const before = steps[at - 1];
  return {
    title: t('meeting.title', {
      number: sitting.number,
      // Names the year if it is not this one.
      week: week.id.startsWith(yearOf(view.now, view.policy.zone)) ? week.id.slice(5) : week.id,
      period: shortPeriod(week.start, week.end, view.policy.zone, view.language),
    }),
    section: 'postmortems',
    isWide: true,
    body: html`<p class="muted"><a href="${bundlePath(week.id)}">${week.id}</a> · ${t('meeting.progress', { n: done, total: all.length })} <progress max="${Math.max(1, all.length)}" value="${done}" aria-label="${t('meeting.progress', { n: done, total: all.length })}"></progress></p>
<nav class="parts" aria-label="${t('meeting.steps')}"><ol>${meetingParts.map((part) => {
      const isHere = partOf(sitting, step) === part;
      const isPassed = sitting.meeting.passed?.includes(part);
      return html`<li><a class="tab" href="${stepPath(week.id, part)}"${isHere ? html` aria-current="step"` : ''}>${isPassed ? html`<span aria-hidden="true">✓ </span>` : ''}${view.name('agenda', part)}</a></li>`;
    })}</ol></nav>
<div id="said" data-said="${meetingPath(week.id)}/said?step=${step}" aria-live="polite">${saidBox(view, sitting.meeting, week.id, step, (id) => nameOf(view, sitting, id))}</div>
${note ? html`<p class="recorded" role="status">${note}</p>` : ''}
${await (parts[step]?.(view, sitting, page) ?? incidentPart(view, sitting, step))}
<nav class="taps walk no-print" aria-label="${t('meeting.walk')}">${before && html`<a class="tab" rel="prev" data-prev href="${stepPath(week.id, before)}">← ${t('meeting.before')}</a>`}${walkOn(view, sitting, step)}</nav>
<p class="muted no-print keys">${t('meeting.keys')}</p>`,
  };
}

/** Incidents belong to the list that shows them. */
function partOf({ steps }: Sitting, step: string): string {
  if (!isIncidentStep(step)) return step;
  return steps.indexOf(step) > steps.indexOf('carried') ? 'carried' : 'incidents';
}

function nameOf(view: View, { all }: Sitting, step: string): string {
  const entry = all.find((each) => each.id === step);
  return entry ? titleOf(view, entry) : view.name('agenda', step);
}

function walkOn(view: View, sitting: Sitting, step: string): Markup {
  if (step === 'end') return html``;
  const to = stepAfter(sitting, step);
  const label = view.t(sitting.meeting.begun || sitting.isHeld ? 'meeting.next' : 'meeting.begin', {
    what: nameOf(view, sitting, to),
  });
  // The arrow keys only move; recording takes the incident's own button.
  if (sitting.isHeld || isIncidentStep(step))
    return html`<a class="${sitting.isHeld ? 'button' : 'tab'}" rel="next" data-next href="${stepPath(sitting.week.id, to)}">${label} →</a>`;
  const inForm = form(view, `${meetingPath(sitting.week.id)}/go`, html`class="tap"`);
  return inForm`<input type="hidden" name="step" value="${step}"><input type="hidden" name="to" value="${to}"><button type="submit" data-next>${label} →</button>`;
}

type Part = (view: View, sitting: Sitting, page: number) => Markup | Promise<Markup>;
const parts: Readonly<Record<string, Part>> = {
  guide: guidePart,
  actions: actionsPart,
  'falling-counts': fallingPart,
  questions: questionsPart,
  'missing-data': missingPart,
  incidents: (view, sitting, page) => listPart(view, sitting, 'incidents', page),
  carried: (view, sitting, page) => listPart(view, sitting, 'carried', page),
  end: endPart,
};

type NameOf = (step: string) => string | undefined;

/** What was recorded for a step, and where the other attendees are: open pages poll it. */
export function saidBox(view: View, meeting: Meeting, week: string, step: string, name: NameOf): Markup {
  const answers = meeting.answers.filter((each) => each.item === step);
  const elsewhere = meeting.step !== undefined && meeting.step !== step && meeting.begun !== undefined;
  return html`${answers.map(
    ({ text, by, at, before }) =>
      html`<blockquote class="answer"><p class="words">${text}</p><footer>${by} ${time(view, at)}</footer>${before.map(
        (each) => html`<p class="muted words">${each.text} (${each.by})</p>`,
      )}</blockquote>`,
  )}${elsewhere && meeting.step && html`<p class="muted">${view.t('meeting.isAt')} <a href="${stepPath(week, meeting.step)}">${name(meeting.step) ?? view.t('meeting.there')}</a></p>`}`;
}

/** One read, so that it can be asked every few seconds. */
export async function showSaid({ view, query }: Visit, id = ''): Promise<FileAnswer> {
  const week = requireWeek(view, id);
  const meeting = await readMeeting(week.id);
  const name = (step: string): string | undefined => (step.startsWith('inc_') ? undefined : view.name('agenda', step));
  const body = String(await saidBox(view, meeting, week.id, query.get('step') ?? '', name));
  return { status: 200, body, type: 'text/html; charset=utf-8' };
}
