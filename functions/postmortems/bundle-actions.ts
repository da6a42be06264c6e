/** Next actions as a bundle shows them, and those that did not hold. Pure. */
import type { Incident } from '../incidents/incident.ts';
import { readingForm } from '../incidents/search/reading-form.ts';
import { given } from '../platform/defined.ts';
import { milliseconds, type Policy } from '../policy.ts';
import { actionVersion, isOpen, judgeAction, type NextAction } from './actions-rules.ts';
import { isCounted } from './aggregates.ts';
import type { Entry } from './entry.ts';
import type { Week } from './week.ts';
import { compare, written } from './written.ts';

/** Of lists that have no pages of their own. */
export const mostListed = 300;

/** What an action says in a bundle as it is recorded. */
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
  /** It is done, and yet these came after it. */
  recurredAs?: Recurrence[];
};

const rank = ({ choiceRequired, isOverdue }: ActionEntry): number => Number(choiceRequired) * 2 + Number(isOverdue);

type Of = { actions: readonly NextAction[]; week: Week; policy: Policy };

/** @param recurrences what came again after an action was done, by the actions' ids */
export function listActions({ actions, week, policy }: Of, recurrences: ReadonlyMap<string, Recurrence[]>) {
  const present = (action: NextAction): ActionEntry => presentInBundle(action, week, policy);
  // Of earlier meetings, and open when the week ended: what asks for a choice first, then overdue ones, by date.
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
    /** Done, and returned because the same came again. */
    returnedActions: returned.sort((a, b) => compare(a.id, b.id)).slice(0, mostListed),
    /** Made in this week’s own meeting. */
    newActions: own.slice(0, mostListed).map(present),
  };
}

function presentInBundle(action: NextAction, week: Week, policy: Policy) {
  return {
    ...written(given(action, asRecorded)),
    /** Of the record, as `If-Match` takes it. */
    version: actionVersion(action),
    dueRule: action.due.rule,
    /** From its proposal to the end of the bundle’s week. */
    ageDays: Math.max(0, Math.floor((week.end.getTime() - action.createdAt.getTime()) / 86_400_000)),
    ...judgeAction(action, week.id, policy, week.end),
  };
}

/** An incident that an action was to prevent. */
export interface Recurrence {
  incidentId: string;
  title: string;
}

/** Of the incident for which an action was made. */
export type Prevented = Pick<Incident, 'id' | 'cause' | 'origin'>;

type Named = { actions: readonly NextAction[]; named: ReadonlyMap<string, Prevented>; policy: Policy };

/**
 * Whether what was done held: incidents of the same area and cause soon after an action was done return it.
 * @param entries those that the meeting looks at
 * @returns the actions that were done and did not hold, by their ids
 */
export function findRecurrences({ actions, named, policy }: Named, entries: readonly Entry[]) {
  const within = milliseconds(policy.actions.heldFor);
  const found = new Map<string, Recurrence[]>();
  for (const { id, status, closedAt, incidentId = '' } of actions) {
    const source = named.get(incidentId);
    const kind = source && kindOf(source.cause?.category, source.origin.area);
    if (status !== 'done' || !closedAt || kind === undefined) continue;
    const after = entries.filter((entry) => {
      const since = Date.parse(entry.occurredAt ?? entry.reportedAt) - closedAt.getTime();
      const isSame = entry.id !== incidentId && kindOf(entry.cause?.category, entry.area) === kind;
      return isCounted(entry) && isSame && since > 0 && since <= within;
    });
    const recurred = after.map((each) => ({ incidentId: each.id, title: each.title }));
    if (recurred.length > 0) found.set(id, recurred);
  }
  return found;
}

/** Of what nobody knows, nobody knows either whether it is the same. */
function kindOf(category: string | undefined, area: string | undefined): string | undefined {
  const known = area && readingForm(area);
  return category && category !== 'unknown' && known ? `${category} ${known}` : undefined;
}
