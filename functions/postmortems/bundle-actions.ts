/** Next actions as a bundle shows them. Pure. */
import { given } from '../platform/defined.ts';
import type { Policy } from '../policy.ts';
import { actionVersion, isOpen, judgeAction, type NextAction } from './actions-rules.ts';
import type { Recurrence } from './recurrences.ts';
import type { Week } from './week.ts';
import { compare, written } from './written.ts';

/** The most items in a list that is not paged. */
export const mostListed = 300;

const asRecorded = [
  'id',
  'incidentId',
  'bundleId',
  'description',
  'kind',
  'owner',
  'ticketUrl',
  'doneWhen',
  'dueAt',
  'status',
  'evidenceUrl',
  'droppedReason',
] as const satisfies (keyof NextAction)[];

export type ActionEntry = ReturnType<typeof presentInBundle> & {
  /** It is done, but these incidents came afterwards. */
  recurredAs?: Recurrence[];
};

const rank = ({ choiceRequired, isOverdue }: ActionEntry): number => Number(choiceRequired) * 2 + Number(isOverdue);

type Of = { actions: readonly NextAction[]; week: Week; policy: Policy };

/** @param recurrences what came again after an action was done, by the actions' ids */
export function listActions({ actions, week, policy }: Of, recurrences: ReadonlyMap<string, Recurrence[]>) {
  const present = (action: NextAction): ActionEntry => presentInBundle(action, week, policy);
  // Action items of earlier meetings that were open when the week ended: first those that need a choice, then overdue ones, by
  // date.
  const wasOpen = (each: NextAction) => isOpen(each) || (each.closedAt !== undefined && each.closedAt >= week.end);
  const carried = actions
    .filter((each) => each.bundleId < week.id && wasOpen(each))
    .map(present)
    .sort((a, b) => rank(b) - rank(a) || compare(a.dueAt, b.dueAt) || compare(a.id, b.id));
  const returned = actions.flatMap((action) => {
    const recurredAs = recurrences.get(action.id);
    return recurredAs ? [{ ...present(action), recurredAs }] : [];
  });
  const own = actions
    .filter(({ bundleId }) => bundleId === week.id)
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || compare(a.id, b.id));
  return {
    carriedActions: carried.slice(0, mostListed),
    /** How many there are, where the list ends before. */
    carriedActionCount: carried.length,
    /** Action items that were done and returned, because the trouble recurred. */
    returnedActions: returned.sort((a, b) => compare(a.id, b.id)).slice(0, mostListed),
    /** Created in this week's own meeting. */
    newActions: own.slice(0, mostListed).map(present),
  };
}

function presentInBundle(action: NextAction, week: Week, policy: Policy) {
  return {
    ...written(given(action, asRecorded)),
    /** The record's version, for `If-Match`. */
    version: actionVersion(action),
    dueRule: action.due.rule,
    /** Days from the item's creation to the end of the bundle's week. */
    ageDays: Math.max(0, Math.floor((week.end.getTime() - action.createdAt.getTime()) / 86_400_000)),
    ...judgeAction(action, week.id, policy, week.end),
  };
}
