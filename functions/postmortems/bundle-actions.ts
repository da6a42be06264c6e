/** Next actions as a bundle shows them. Pure. */
import type { Policy } from '../policy.ts';
import { actionVersion, isOpen, lacksOf, type NextAction, needsChoice, timesCarried } from './actions-rules.ts';
import { compare } from './entry.ts';
import type { Recurrence } from './recurrences.ts';
import type { Week } from './week.ts';

/** Of lists that have no pages of their own. */
export const mostListed = 300;

const statedOfAction = ['owner', 'ticketUrl', 'doneWhen'] as const;
const endOfAction = ['evidenceUrl', 'droppedReason'] as const;
type OptionalOfAction = (typeof statedOfAction | typeof endOfAction)[number];

export interface ActionEntry
  extends Pick<NextAction, 'id' | 'incidentId' | 'bundleId' | 'description' | OptionalOfAction> {
  /** Of the record, as `If-Match` takes it. */
  version: string;
  kind: string;
  dueAt: string;
  dueRule: string;
  status: string;
  /** From its proposal to the end of the bundle's week. */
  ageDays: number;
  timesCarried: number;
  isOverdue: boolean;
  /** Carried so often that the meeting has to choose: done, another date, or dropped. */
  choiceRequired: boolean;
  lacks: string[];
  /** It is done, and yet these came after it. */
  recurredAs?: Recurrence[];
}

export interface BundleActions {
  carriedActions: ActionEntry[];
  /** How many there are, where the list ends before. */
  carriedActionCount: number;
  /** Done, and returned because the same came again. */
  returnedActions: ActionEntry[];
  /** Made in this week’s own meeting. */
  newActions: ActionEntry[];
}

const rank = ({ choiceRequired, isOverdue }: ActionEntry): number => Number(choiceRequired) * 2 + Number(isOverdue);

/** @param recurrences what came again after an action was done, by the actions' ids */
export function listActions(
  actions: readonly NextAction[],
  recurrences: ReadonlyMap<string, Recurrence[]>,
  week: Week,
  policy: Policy,
): BundleActions {
  const present = (action: NextAction): ActionEntry => presentInBundle(action, week, policy);
  // Of earlier meetings, and open when the week ended: what asks for a choice first, then overdue ones, by date.
  const carried = actions
    .filter(
      (each) => each.bundleId < week.id && (isOpen(each) || (each.closedAt !== undefined && each.closedAt >= week.end)),
    )
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
    carriedActionCount: carried.length,
    returnedActions: returned.sort((a, b) => compare(a.id, b.id)).slice(0, mostListed),
    newActions: own.slice(0, mostListed).map(present),
  };
}

/** Those of its fields that say something. */
const given = <K extends keyof NextAction>(action: NextAction, fields: readonly K[]): Pick<NextAction, K> =>
  Object.fromEntries(fields.flatMap((field) => (action[field] ? [[field, action[field]]] : []))) as Pick<NextAction, K>;

function presentInBundle(action: NextAction, week: Week, policy: Policy): ActionEntry {
  return {
    id: action.id,
    version: actionVersion(action),
    ...given(action, ['incidentId']),
    bundleId: action.bundleId,
    description: action.description,
    kind: action.kind,
    ...given(action, statedOfAction),
    dueAt: action.dueAt.toISOString(),
    dueRule: action.due.rule,
    status: action.status,
    ...given(action, endOfAction),
    ageDays: Math.max(0, Math.floor((week.end.getTime() - action.createdAt.getTime()) / 86_400_000)),
    timesCarried: timesCarried(action, week.id, policy),
    isOverdue: isOpen(action) && action.dueAt < week.end,
    choiceRequired: needsChoice(action, week.id, policy, week.end),
    lacks: lacksOf(action),
  };
}
