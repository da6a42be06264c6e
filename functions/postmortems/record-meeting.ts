/**
 * Records what a meeting says, in one document beside its bundle, which freezes as the bundle does; and the reviews of
 * incidents, on their own timelines.
 */
import type { Transaction } from '@google-cloud/firestore';
import type { Context, Decided, Refusal } from '../incidents/facts/decision.ts';
import type { Incident } from '../incidents/incident.ts';
import { changeIncident } from '../incidents/record/change.ts';
import type { Recorded } from '../incidents/record/commit.ts';
import { once } from '../incidents/statements/record-event.ts';
import { collections, dataOf, firestore, incidentRef } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import { type FieldError, Problem, type Reason } from '../platform/problem.ts';
import type { Policy } from '../policy.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import { wakeDraft } from './assemble.ts';
import { isSettledBy } from './entry.ts';
import { type Meeting, noMeeting, type Passed, type Plan, withAnswer, withAttendance, withStep } from './meeting.ts';
import { firstPage, openBundle } from './open.ts';
import { decideReview, type Review } from './review.ts';
import { type BundleDocument, bundleRef, meetingRef } from './store.ts';
import { readWeek, type Week, weekOf } from './week.ts';

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
async function findItem(week: Week, id: string, by: Context) {
  const slice = await openBundle(week, { ...firstPage, limit: 0 }, by);
  if (!slice) throw noBundle(week);
  const listed = slice.head.agenda.find((each) => each.id === id);
  if (listed) return listed;
  if (/^inc_[\da-f]{24}$/.test(id)) {
    const incident = dataOf<Incident>(await incidentRef(id).get());
    if (incident) return incident;
  }
  throw wrong(wrongField('item', 'not-on-the-agenda'));
}

const noBundle = (week: Week): Problem => new Problem(404, refuse('no-bundle-yet', { week: week.id }));

const wrong = (error: FieldError): Problem => new Problem(422, refuse('not-for-this-meeting'), { errors: [error] });

/**
 * Records the review of an incident: only what a draft bundle shows can be reviewed.
 * @throws Problem 404, 409 when no draft bundle shows the incident, or 422 when there is nothing that it confirms
 */
export async function recordReview(incidentId: string, statement: Review, by: Context): Promise<Recorded> {
  const recorded = await once(incidentId, { type: 'reviewed', ...statement }, by, async (transaction) => {
    const drafts = await readDrafts(transaction);
    return changeIncident(transaction, incidentId, by, (incident): Decided | Refusal => {
      const refused =
        refusalOf(incident, drafts, by.policy) ??
        (statement.lighterWayTried && !incident.mitigation ? refuse('mitigate-first') : undefined);
      if (refused) return { status: 409, refused };
      if (confirmsNothing(incident, statement)) {
        const errors = confirmed.map((path) => wrongField(path, 'needed-here'));
        return { status: 422, refused: refuse('nothing-to-confirm'), errors };
      }
      return { facts: [decideReview(incident, { ...statement, actor: by.actor }, by.policy, by.now)] };
    });
  });
  await wakeDraft(recorded.incident, by.policy, by.now);
  return recorded;
}

const confirmed = ['businessImpact', 'affectedCustomerCount', 'cause'];

/** A review that says nothing confirms what is known; where nothing is, it would count as held without a word said. */
function confirmsNothing({ impact, cause }: Incident, statement: Review): boolean {
  const { businessImpact, affectedCustomerCount } = impact;
  const known = [businessImpact, affectedCustomerCount, cause, ...Object.values(statement)];
  return known.every((each) => each === undefined);
}

/** Draft bundles are few: a week's is held in the week after. */
async function readDrafts(transaction: Transaction): Promise<string[]> {
  const query = firestore().collection(collections.postmortems).where('state', '==', 'draft').select('id');
  return (await transaction.get(query)).docs.map(({ id }) => id);
}

function refusalOf(incident: Incident, drafts: string[], policy: Policy): Reason | undefined {
  if (incident.kind !== 'incident') return refuse('only-incidents-reviewed', { kind: incident.kind });
  if (incident.status === 'linked') return refuse('linked-review-there', { id: incident.linkedTo ?? '' });
  const own = weekOf(incident.filedAt, policy.zone).id;
  const isShown = drafts.some((id) => {
    const week = id > own ? readWeek(id, policy.zone) : undefined;
    return id === own || (week !== undefined && !isSettledBy(incident, week.end));
  });
  return isShown ? undefined : refuse('no-draft-bundle', { week: own });
}
