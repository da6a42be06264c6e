/** The forms of the meeting record. A refused form comes back as typed. */
import { stateTrouble } from '../incidents/statements/reclassify.ts';
import { type FieldError, Problem } from '../platform/problem.ts';
import { recordAction, recordActionChange } from '../postmortems/actions.ts';
import { hold } from '../postmortems/assemble.ts';
import { recordAnswer, recordAttendance, recordStep } from '../postmortems/record-meeting.ts';
import { recordReview } from '../postmortems/record-review.ts';
import { type Review, reviewSchema } from '../postmortems/review.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import { parsed } from '../words/refusals/wrong-input.ts';
import { readAction, readNewAction } from './actions.ts';
import { meetingPage } from './meeting.ts';
import { loadSitting, type Sitting, stepAfter, stepPath } from './meeting-sitting.ts';
import { contextIn, keyIn, type Outcome, orComeBack, type Recording, type Visit } from './page.ts';
import { bundlePath } from './postmortems.ts';
import { blank, neededText, readCount, textOf, textsOf } from './statements.ts';
import type { View } from './view.ts';

const planOf = ({ all, sample }: Sitting) => ({ order: all.map((each) => each.id), sample });

/** The page after a form of the meeting; a refused form comes back on the current state of its step. */
const orStep = (visit: Visit, id: string, step: string, type: string, record: Recording) =>
  orComeBack(visit, type, async ({ view }) => meetingPage(view, await loadSitting(view, id), step), record);

/** Goes to the next step; the first step begins the meeting. */
export async function go({ view, form: given }: Visit, id = ''): Promise<Outcome> {
  const sitting = await loadSitting(view, id);
  const step = given.get('step') ?? '';
  const to = wantedStep(sitting, given, step);
  if (sitting.steps.includes(step) && !sitting.isHeld)
    await recordStep(sitting.week, { step, to }, planOf(sitting), view);
  return { to: stepPath(id, to) };
}

function wantedStep(sitting: Sitting, given: URLSearchParams, step: string): string {
  const wanted = given.get('to') ?? '';
  return sitting.steps.includes(wanted) ? wanted : stepAfter(sitting, step);
}

/** An answer given meanwhile is shown first; sent again, both answers stay. */
export function answer(visit: Visit, id = ''): Promise<Outcome> {
  const { view, form: given } = visit;
  const item = given.get('item') ?? '';
  const step = given.get('step') ?? 'falling-counts';
  return orStep(visit, id, step, item, async () => {
    const { week, meeting } = await loadSitting(view, id);
    const text = neededText(given, 'text', 5_000);
    const known = meeting.answers.find((each) => each.item === item);
    if (known && known.text !== text && known.at.toISOString() !== given.get('seen'))
      throw new Problem(409, refuse('answered-meanwhile'));
    await recordAnswer(week, { item, text }, view);
    return { to: saved(stepPath(id, step), item) };
  });
}

/** Lets the browser delete its draft of the form. */
const saved = (path: string, name: string): string => `${path}&saved=${encodeURIComponent(name)}`;

/** Makes a question an incident with one tap and a reason, also after it was answered. */
export function isTrouble(visit: Visit, week = '', id = ''): Promise<Outcome> {
  const type = `trouble-${id}`;
  return orStep(visit, week, 'questions', type, async ({ view, form: given }) => {
    await stateTrouble(id, neededText(given, 'why', 2_000), contextIn(view, given));
    return { to: saved(stepPath(week, 'questions'), type) };
  });
}

/** Completes an action item with evidence, reschedules it, drops it with a reason, or only fills in what it lacks. */
export const settleAction = (visit: Visit, week = '', id = ''): Promise<Outcome> =>
  orStep(visit, week, 'actions', id, async ({ view, form: given }) => {
    const { description: _, dueAt, ...stated } = readAction(given, view);
    const choice = given.get('choice') ?? '';
    if (choice === 'replan' && !dueAt) throw blank('dueAt');
    const status = choice === 'done' || choice === 'dropped' ? ({ status: choice } as const) : {};
    const isReopened = choice === 'replan' && given.get('reopen') === 'yes';
    const planned = choice === 'replan' ? { dueAt, ...(isReopened ? { status: 'agreed' as const } : {}) } : {};
    await recordActionChange(id, { ...stated, ...status, ...planned }, contextIn(view, given));
    return { to: `${saved(stepPath(week, 'actions'), id)}#${id}` };
  });

/** Attendance is always saved; the meeting is closed only once every action that needs a decision has one. */
export const end = (visit: Visit, id = ''): Promise<Outcome> =>
  orStep(visit, id, 'end', 'end', async ({ view, form: given }) => {
    const { week, slice } = await loadSitting(view, id);
    const names = (textOf(given, 'present') ?? '').split(/[\n,、]+/).map((each) => each.trim().slice(0, 320));
    const present = names.filter((each) => each !== '').slice(0, 300);
    const chair = neededText(given, 'chair', 320);
    if (present.length === 0) throw blank('present');
    await recordAttendance(week, { present, chair }, view);
    if (given.get('do') !== 'hold') return { to: saved(stepPath(id, 'end'), 'end') };
    if (slice.head.carriedActions.some((each) => each.choiceRequired))
      throw new Problem(409, refuse('choice-required'));
    await hold(week, view);
    return { to: `${bundlePath(id)}?saved=end` };
  });

/** The form's three buttons: confirm the incident, skip it, or add an action item. */
export const review = (visit: Visit, id = '', incidentId = ''): Promise<Outcome> =>
  orStep(visit, id, incidentId, incidentId, async ({ view, form: given }) => {
    const sitting = await loadSitting(view, id);
    const to = wantedStep(sitting, given, incidentId);
    const pass = (how: 'reviewed' | 'later') =>
      recordStep(sitting.week, { step: incidentId, to, how }, planOf(sitting), view);
    const does = given.get('do');
    if (does === 'later') {
      await pass('later');
      return { to: stepPath(id, to) };
    }
    if (does === 'action') {
      await addAction(view, sitting, incidentId, given);
      return stay(view, id, incidentId, given);
    }
    const stated = readReview(given);
    await recordReview(incidentId, stated, contextIn(view, given));
    if (isActionTyped(given)) await addAction(view, sitting, incidentId, given);
    await pass('reviewed');
    return { to: saved(stepPath(id, to), incidentId) };
  });

/** The action item is created; the rest of the form keeps what was typed, and shows the next proposal. */
async function stay(view: View, id: string, incidentId: string, given: URLSearchParams): Promise<Outcome> {
  const rest = new URLSearchParams([...given].filter(([name]) => !name.startsWith('action')));
  const sitting = await loadSitting(view, id);
  view.failed = { type: incidentId, values: rest };
  return meetingPage(view, sitting, incidentId, view.t('meeting.actionAdded'));
}

/** Untouched proposals are not saved as action items. */
function isActionTyped(given: URLSearchParams): boolean {
  const description = textOf(given, 'action.description');
  if (!description) return false;
  const isOwn = description !== textOf(given, 'proposed');
  return isOwn || ['owner', 'ticketUrl', 'doneWhen'].some((name) => textOf(given, `action.${name}`) !== undefined);
}

async function addAction(view: View, sitting: Sitting, incidentId: string, given: URLSearchParams): Promise<void> {
  const action = { ...readNewAction(given, view, 'action.'), incidentId, bundleId: sitting.week.id };
  await recordAction(action, { ...contextIn(view), ...keyIn(given, 'actionKey') });
}

/** “Unknown” is an answer, a blank is not: impact, count and cause must each be entered or marked unknown. */
function readReview(given: URLSearchParams): Review {
  const errors: FieldError[] = [];
  const impact = textOf(given, 'businessImpact');
  const count = readCount(given, 'affectedCustomerCount', errors);
  const category = textOf(given, 'category');
  if (!impact) errors.push(wrongField('impact.businessImpact', 'review-says-nothing'));
  if (count === undefined && given.get('countUnknown') !== 'yes' && !textOf(given, 'affectedCustomerCount'))
    errors.push(wrongField('impact.affectedCustomerCount', 'review-says-nothing'));
  if (!category) errors.push(wrongField('category', 'review-says-nothing'));
  const stated = {
    businessImpact: impact === 'unknown' ? undefined : impact,
    affectedCustomerCount: count,
    cause: category ? { category, ...textsOf(given, ['summary', 'releaseId']) } : undefined,
    ...textsOf(given, ['lighterWayTried', 'permanentFix', 'prevention', 'note']),
  };
  return parsed(reviewSchema, stated, refuse('review-not-understood'), errors);
}
