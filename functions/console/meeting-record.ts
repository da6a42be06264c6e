/** What the forms of the meeting record. Whatever is refused comes back as it was typed. */
import type { Context } from '../incidents/decision.ts';
import { stateTrouble } from '../incidents/reclassify.ts';
import { type FieldError, Problem } from '../platform/problem.ts';
import { recordAction, recordActionChange } from '../postmortems/actions.ts';
import { actionKinds } from '../postmortems/actions-rules.ts';
import { hold } from '../postmortems/assemble.ts';
import { recordAnswer, recordAttendance, recordStep } from '../postmortems/record-meeting.ts';
import { recordReview } from '../postmortems/record-review.ts';
import { type Review, reviewSchema } from '../postmortems/review-schema.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import { wrongFields } from '../words/refusals/wrong-input.ts';
import { readAction } from './actions.ts';
import { contextIn, keyIn, seenIn } from './incident-form.ts';
import { meetingPage, refused } from './meeting.ts';
import { loadSitting, type Sitting, stepAfter, stepPath } from './meeting-sitting.ts';
import { bundlePath } from './postmortems.ts';
import { expectProblem } from './problem-page.ts';
import { readCount, textOf } from './statements.ts';
import type { View } from './view.ts';
import type { Outcome, Visit } from './visit.ts';

const contextOf = (view: View): Context => ({ actor: view.actor, now: view.now, policy: view.policy });
const planOf = ({ own, carried, sample }: Sitting) => ({
  order: [...own, ...carried].map((each) => each.id),
  sample,
});
const blank = (...paths: string[]): Problem =>
  new Problem(422, refuse('not-understood'), {
    errors: paths.map((path) => wrongField(path, 'blank')),
  });

/** On to the next step; the first one begins the meeting. */
export async function go({ view, form: given }: Visit, id = ''): Promise<Outcome> {
  const sitting = await loadSitting(view, id);
  const step = given?.get('step') ?? '';
  const wanted = given?.get('to') ?? '';
  const to = sitting.steps.includes(wanted) ? wanted : stepAfter(sitting, step);
  if (sitting.steps.includes(step) && !sitting.isHeld)
    await recordStep(sitting.week, { step, to }, planOf(sitting), contextOf(view));
  return { to: stepPath(id, to) };
}

/** Whoever has not seen what somebody else has answered meanwhile is shown it first; sent again, both stay. */
export async function answer({ view, form: given = new URLSearchParams() }: Visit, id = ''): Promise<Outcome> {
  const item = given.get('item') ?? '';
  const step = given.get('step') ?? 'falling-counts';
  let problem: Problem;
  try {
    const { week, meeting } = await loadSitting(view, id);
    const text = textOf(given, 'text')?.slice(0, 5_000);
    if (!text) throw blank('text');
    const known = meeting.answers.find((each) => each.item === item);
    if (known && known.text !== text && known.at.toISOString() !== given.get('seen'))
      throw new Problem(409, refuse('answered-meanwhile'));
    await recordAnswer(week, { item, text }, contextOf(view));
    return { to: saved(stepPath(id, step), item) };
  } catch (error) {
    problem = expectProblem(error);
  }
  return refused(view, id, step, { type: item, values: given }, problem);
}

/** The browser may forget what it has kept of a form. */
const saved = (path: string, name: string): string => `${path}&saved=${encodeURIComponent(name)}`;

/** One tap, with who and why; also of a question that has been answered. */
export async function isTrouble(
  { view, form: given = new URLSearchParams() }: Visit,
  week = '',
  id = '',
): Promise<Outcome> {
  const name = `trouble-${id}`;
  let problem: Problem;
  try {
    const why = textOf(given, 'why')?.slice(0, 2_000);
    if (!why) throw blank('why');
    await stateTrouble(id, why, { ...contextOf(view), ...keyIn(given) });
    return { to: saved(stepPath(week, 'questions'), name) };
  } catch (error) {
    problem = expectProblem(error);
  }
  return refused(view, week, 'questions', { type: name, values: given }, problem);
}

/** Done with evidence, planned anew with a date, or dropped with a reason; or only made whole. */
export async function settleAction(
  { view, form: given = new URLSearchParams() }: Visit,
  week = '',
  id = '',
): Promise<Outcome> {
  let problem: Problem;
  try {
    const { description: _, dueAt, ...stated } = readAction(given, view);
    const choice = given.get('choice') ?? '';
    if (choice === 'replan' && !dueAt) throw blank('dueAt');
    const status = choice === 'done' || choice === 'dropped' ? ({ status: choice } as const) : {};
    const isReopened = choice === 'replan' && given.get('reopen') === 'yes';
    const planned = choice === 'replan' ? { dueAt, ...(isReopened ? { status: 'agreed' as const } : {}) } : {};
    await recordActionChange(id, { ...stated, ...status, ...planned }, { ...contextOf(view), seen: seenIn(given) });
    return { to: `${saved(stepPath(week, 'actions'), id)}#${id}` };
  } catch (error) {
    problem = expectProblem(error);
  }
  return refused(view, week, 'actions', { type: id, values: given }, problem);
}

/** Who was there is kept in any case; it is held once every action that asks for a choice has one. */
export async function end({ view, form: given = new URLSearchParams() }: Visit, id = ''): Promise<Outcome> {
  let problem: Problem;
  try {
    const { week, slice } = await loadSitting(view, id);
    const names = (textOf(given, 'present') ?? '').split(/[\n,、]+/).map((each) => each.trim().slice(0, 320));
    const present = names.filter((each) => each !== '').slice(0, 300);
    const chair = textOf(given, 'chair')?.slice(0, 320);
    if (!chair) throw blank('chair');
    if (present.length === 0) throw blank('present');
    await recordAttendance(week, { present, chair }, contextOf(view));
    if (given.get('do') !== 'hold') return { to: saved(stepPath(id, 'end'), 'end') };
    if (slice.head.carriedActions.some((each) => each.choiceRequired))
      throw new Problem(409, refuse('choice-required'));
    await hold(week, contextOf(view));
    return { to: `${bundlePath(id)}?saved=end` };
  } catch (error) {
    problem = expectProblem(error);
  }
  return refused(view, id, 'end', { type: 'end', values: given }, problem);
}

/** Confirmed, left for later, or with one more action: each of the three buttons of the form. */
export async function review(
  { view, form: given = new URLSearchParams() }: Visit,
  id = '',
  incidentId = '',
): Promise<Outcome> {
  let problem: Problem;
  try {
    const sitting = await loadSitting(view, id);
    const wanted = given.get('to') ?? '';
    const to = sitting.steps.includes(wanted) ? wanted : stepAfter(sitting, incidentId);
    const pass = (how: 'reviewed' | 'later') =>
      recordStep(sitting.week, { step: incidentId, to, how }, planOf(sitting), contextOf(view));
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
  } catch (error) {
    problem = expectProblem(error);
  }
  return refused(view, id, incidentId, { type: incidentId, values: given }, problem);
}

/** The action is made; what else was typed stands there as it was, and the next proposal takes its place. */
async function stay(view: View, id: string, incidentId: string, given: URLSearchParams): Promise<Outcome> {
  const rest = new URLSearchParams([...given].filter(([name]) => !name.startsWith('action')));
  const sitting = await loadSitting(view, id);
  return meetingPage(view, sitting, incidentId, {
    failed: { type: incidentId, values: rest },
    note: view.t('meeting.actionAdded'),
  });
}

/** A proposal that nobody has touched is not one that anybody made. */
function isActionTyped(given: URLSearchParams): boolean {
  const description = textOf(given, 'action.description');
  if (!description) return false;
  const isOwn = description !== textOf(given, 'proposed');
  return isOwn || ['owner', 'ticketUrl', 'doneWhen'].some((name) => textOf(given, `action.${name}`) !== undefined);
}

async function addAction(view: View, sitting: Sitting, incidentId: string, given: URLSearchParams): Promise<void> {
  const own = new URLSearchParams();
  for (const [name, value] of given) if (name.startsWith('action.')) own.set(name.slice('action.'.length), value);
  const { description, ...stated } = readAction(own, view);
  if (!description) throw blank('action.description');
  const kind = actionKinds.find((each) => each === own.get('kind')) ?? 'prevent';
  await recordAction(
    { ...stated, description, kind, incidentId, bundleId: sitting.week.id },
    { ...contextOf(view), ...keyIn(given, 'actionKey') },
  );
}

/** Not knowing is an answer, and saying nothing is none: impact, count and cause are each known or said to be unknown. */
function readReview(given: URLSearchParams): Review {
  const errors: FieldError[] = [];
  const impact = textOf(given, 'businessImpact');
  const count = readCount(given, 'affectedCustomerCount', errors);
  const category = textOf(given, 'category');
  if (!impact) errors.push(wrongField('impact.businessImpact', 'review-says-nothing'));
  if (count === undefined && given.get('countUnknown') !== 'yes' && !textOf(given, 'affectedCustomerCount'))
    errors.push(wrongField('impact.affectedCustomerCount', 'review-says-nothing'));
  if (!category) errors.push(wrongField('category', 'review-says-nothing'));
  const result = reviewSchema.safeParse(
    {
      businessImpact: impact === 'unknown' ? undefined : impact,
      affectedCustomerCount: count,
      cause: category
        ? { category, summary: textOf(given, 'summary'), releaseId: textOf(given, 'releaseId') }
        : undefined,
      lighterWayTried: textOf(given, 'lighterWayTried'),
      permanentFix: textOf(given, 'permanentFix'),
      prevention: textOf(given, 'prevention'),
      note: textOf(given, 'note'),
    },
    { reportInput: true },
  );
  if (!result.success) errors.push(...wrongFields(result.error.issues));
  if (!result.success || errors.length > 0) throw new Problem(422, refuse('review-not-understood'), { errors });
  return result.data;
}
