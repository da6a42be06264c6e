/** Records what a meeting says, in one document beside its bundle: it freezes as the bundle does. */
import { findId } from '../find/read-incident.ts';
import type { Context } from '../incidents/facts/decision.ts';
import type { Incident } from '../incidents/incident.ts';
import { dataOf, firestore, incidentRef } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import { type FieldError, Problem } from '../platform/problem.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import { type Meeting, noMeeting, type Passed, type Plan, withAnswer, withAttendance, withStep } from './meeting.ts';
import { firstPage, openBundle } from './open.ts';
import { type BundleDocument, bundleRef, meetingRef } from './store.ts';
import type { Week } from './week.ts';

/** @throws Problem 404 for a week without a bundle, 409 once it was held, 422 for what is not on the agenda */
export async function recordAnswer(week: Week, said: { item: string; text: string }, by: Context) {
  const item = await findItem(week, said.item, by);
  const meeting = await changeMeeting(week, (current) => {
    const next = withAnswer(current, item, said.text, by);
    if (!next) throw wrong(wrongField('text', 'meeting-full'));
    return next;
  });
  log('INFO', 'answered in the meeting', { week: week.id, item: item.id, actor: by.actor });
  return meeting.answers.find((each) => each.item === item.id) as Meeting['answers'][number];
}

/** @throws Problem 404 for a week without a bundle, 409 once it was held */
export async function recordAttendance(week: Week, said: Parameters<typeof withAttendance>[1], by: Context) {
  const meeting = await changeMeeting(week, (current) => withAttendance(current, said, by));
  log('INFO', 'attendance of the meeting', { week: week.id, count: said.present.length, actor: by.actor });
  return meeting.attendance as NonNullable<Meeting['attendance']>;
}

/** Moves to another step. @throws Problem 404 for a week without a bundle, 409 once it was held */
export async function recordStep(week: Week, said: Passed, plan: Plan, by: Context): Promise<void> {
  await changeMeeting(week, (current) => withStep(current, said, plan, by));
}

const changeMeeting = async (week: Week, change: (meeting: Meeting) => Meeting): Promise<Meeting> =>
  firestore().runTransaction(async (transaction) => {
    const [bundle, found] = await transaction.getAll(bundleRef(week.id), meetingRef(week.id));
    const state = dataOf<BundleDocument>(bundle)?.state;
    if (!state) throw noBundle(week);
    if (state === 'held') throw new Problem(409, refuse('held', { week: week.id }));
    const current = dataOf<Meeting>(found) ?? noMeeting(week.id);
    const next = change(current);
    if (next !== current) transaction.set(meetingRef(week.id), next);
    return next;
  });

/** An item of the agenda, or an incident: every one may be spoken of. */
async function findItem(week: Week, named: string, by: Context) {
  const slice = await openBundle(week, { ...firstPage, limit: 0 }, by);
  if (!slice) throw noBundle(week);
  const listed = (id: string | undefined) => slice.head.agenda.find((each) => each.id === id);
  const item = listed(named);
  if (item) return item;
  const id = await findId(named);
  const incident = listed(id) ?? (id && dataOf<Incident>(await incidentRef(id).get()));
  if (!incident) throw wrong(wrongField('item', 'not-on-the-agenda'));
  return incident;
}

const noBundle = (week: Week): Problem => new Problem(404, refuse('no-bundle-yet', { week: week.id }));

const wrong = (error: FieldError): Problem => new Problem(422, refuse('not-for-this-meeting'), { errors: [error] });
