/** Records the review of an incident: only what a draft bundle shows can be reviewed. */
import type { Transaction } from '@google-cloud/firestore';
import { changeIncident } from '../incidents/change.ts';
import type { Recorded } from '../incidents/commit.ts';
import { afterEvents, type Context, type Decided, type Refusal } from '../incidents/decision.ts';
import type { Incident } from '../incidents/incident.ts';
import { once } from '../incidents/record-event.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import type { Policy } from '../policy.ts';
import { isSettledBy } from './entry.ts';
import { decideReview, type ReviewStatement } from './review.ts';
import type { BundleDocument } from './store.ts';
import { wakeDraft } from './wake-draft.ts';
import { readWeek, weekOf } from './week.ts';

/** @throws Problem 404, or 409 when no draft bundle shows the incident */
export async function recordReview(
  incidentId: string,
  statement: Omit<ReviewStatement, 'actor'>,
  by: Context,
): Promise<Recorded> {
  const recorded = await once(incidentId, { type: 'reviewed', ...statement }, by, async (transaction) => {
    const drafts = await readDrafts(transaction);
    return changeIncident(transaction, incidentId, by, (incident): Decided | Refusal => {
      const refused =
        refusalOf(incident, drafts, by.policy) ??
        (statement.lighterWayTried && !incident.mitigation
          ? 'State the mitigation first: it has none yet.'
          : undefined);
      if (refused) return { status: 409, refused };
      const events = decideReview(incident, { ...statement, actor: by.actor }, by.policy, by.now);
      const after = afterEvents(incident, events);
      // Whom the meeting has counted while it goes on waits for word from us, like whomever `scoped` counts.
      const isCounted = statement.affectedCustomerCount !== undefined && incident.status === 'open';
      const count = after.impact.affectedCustomerCount;
      const effects: Decided['effects'] = isCounted
        ? [{ kind: 'affected', customers: [], knownAt: by.now, count }]
        : [];
      return { events, incident: after, effects };
    });
  });
  await wakeDraft(recorded.incident, by.policy, by.now);
  return recorded;
}

/** Draft bundles are few: a week's is held in the week after. */
async function readDrafts(transaction: Transaction): Promise<string[]> {
  const query = firestore().collection(collections.postmortems).where('state', '==', 'draft').select('id');
  const found = await transaction.get(query);
  return found.docs.map((document) => fromDocument<Pick<BundleDocument, 'id'>>(document.data()).id);
}

function refusalOf(incident: Incident, drafts: string[], policy: Policy): string | undefined {
  if (incident.kind !== 'incident') return `It is filed as ${incident.kind}; only incidents are reviewed.`;
  if (incident.status === 'linked') return `It is linked to ${incident.linkedTo}: review that one.`;
  const own = weekOf(incident.filedAt, policy.zone).id;
  const isShown = drafts.some((id) => {
    const week = id > own ? readWeek(id, policy.zone) : undefined;
    return id === own || (week !== undefined && !isSettledBy(incident, week.end));
  });
  return isShown
    ? undefined
    : `No draft bundle shows it. Its week is ${own}; assemble that bundle, or wait for Monday.`;
}
