/** Records the review of an incident: only what a draft bundle shows can be reviewed. */
import type { Transaction } from '@google-cloud/firestore';
import type { Context, Decided, Refusal } from '../incidents/facts/decision.ts';
import type { Incident } from '../incidents/incident.ts';
import { changeIncident } from '../incidents/record/change.ts';
import type { Recorded } from '../incidents/record/commit.ts';
import { once } from '../incidents/statements/record-event.ts';
import { collections, firestore } from '../platform/firestore.ts';
import type { Reason } from '../platform/problem.ts';
import type { Policy } from '../policy.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import { wakeDraft } from './assemble.ts';
import { isSettledBy } from './entry.ts';
import { decideReview, type Review } from './review.ts';
import { readWeek, weekOf } from './week.ts';

/** @throws Problem 404, 409 when no draft bundle shows the incident, or 422 when there is nothing that it confirms */
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

/** An empty review confirms what is known. If nothing is known, it would count as reviewed without a statement. */
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
