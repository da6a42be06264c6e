/** Action items (`docs/reference/rules/g-actions.md`): what one lacks, when it is due, how often it was carried over, its ticket. Pure. */
import * as z from 'zod';
import type { Context, Refusal } from '../incidents/facts/decision.ts';
import { eventId } from '../incidents/facts/timeline.ts';
import { defined } from '../platform/defined.ts';
import type { Delivery } from '../platform/delivery.ts';
import { statedLink, statedName, statedText } from '../platform/stated.ts';
import { milliseconds, type Policy } from '../policy.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import { readWeek, weekAfter, weekOf } from './week.ts';

export const actionKinds = ['prevent', 'detect', 'mitigate', 'fix'] as const;
export const actionStatuses = ['proposed', 'agreed', 'done', 'dropped'] as const;
export type ActionKind = (typeof actionKinds)[number];

/** What may be stated about an action item: the API's body and the console's form. */
export const changedAction = z.strictObject({
  description: statedText(2_000).optional(),
  kind: z.enum(actionKinds).optional(),
  owner: statedName(320).optional(),
  ticketUrl: statedLink.optional(),
  doneWhen: statedText(2_000).optional(),
  status: z.enum(actionStatuses).optional(),
  evidenceUrl: statedLink.optional(),
  droppedReason: statedText(2_000).optional(),
  /** A date means the end of that day in the policy's time zone. */
  dueAt: z.union([z.iso.date(), z.iso.datetime({ offset: true })], refuse('not-a-date').text).optional(),
});

/** Its ticket in the team's own tool. */
export interface ActionTicket {
  state: 'making' | 'made' | 'failed';
  requestedAt: Date;
  requestedBy: string;
  key: string | null;
  /** Why the ticket was not created, in a sentence. */
  error: string | null;
  /** When its state was last read from the tool. */
  checkedAt: Date | null;
  /** Closed in the tool: done is proposed, and evidence is still asked for. */
  closedAt: Date | null;
}

export interface NextAction {
  id: string;
  schemaVersion: 1;
  incidentId?: string;
  /** The bundle in whose meeting it was proposed; it leads the bundles after that. */
  bundleId: string;
  description: string;
  kind: ActionKind;
  owner?: string;
  ticketUrl?: string;
  doneWhen?: string;
  dueAt: Date;
  due: {
    rule: 'high-score' | 'score-unknown' | 'other-score' | 'replanned';
    inputs: { confirmedScore: number | null; from: Date };
  };
  /** The bundle in review when a meeting last gave it its own date; carrying is counted from there. */
  replannedIn?: string;
  status: (typeof actionStatuses)[number];
  evidenceUrl?: string;
  droppedReason?: string;
  createdAt: Date;
  createdBy: string;
  agreedAt?: Date;
  /** Done or dropped. */
  closedAt?: Date;
  ticket?: ActionTicket;
  /** The delivery of its ticket. */
  delivery?: Delivery;
  /** When it was last written; for queries alone. */
  changedAt?: Date;
  /** Every change with its old values. */
  history: { at: Date; actor: string; old: Record<string, unknown>; new: Record<string, unknown> }[];
}

type Stated = (typeof proposedFields)[number] | 'bundleId' | 'status' | 'evidenceUrl' | 'droppedReason' | 'dueAt';

/** A meeting's statement about an action item. `dueAt` reschedules it: that date stays until another is given. */
export type ActionStatement = { [K in Stated]?: NextAction[K] | undefined };
export type NewAction = ActionStatement & Pick<NextAction, 'description' | 'kind'>;

type By = Pick<Context, 'actor' | 'now'>;
/** The confirmed score; null while unknown. */
type Score = number | null;

const wholeFields = ['owner', 'ticketUrl', 'doneWhen'] as const;

/** The fields that an action item needs before it can be agreed. */
export const lacksOf = (action: Pick<NextAction, 'owner' | 'ticketUrl' | 'doneWhen'>): string[] =>
  wholeFields.filter((field) => !action[field]);

/** Due in 15 days where the confirmed score is 8 or more or unknown, else 30, from when it was proposed. */
export function judgeDue(score: Score, from: Date, policy: Policy) {
  const { highScoreFrom, dueHigh, due } = policy.actions;
  const rule = score === null ? 'score-unknown' : score >= highScoreFrom ? 'high-score' : 'other-score';
  const dueAt = new Date(from.getTime() + milliseconds(rule === 'other-score' ? due : dueHigh));
  return { dueAt, due: { rule, inputs: { confirmedScore: score, from } } } satisfies Partial<NextAction>;
}

export const isOpen = (action: Pick<NextAction, 'status'>): boolean =>
  action.status === 'proposed' || action.status === 'agreed';

/** The bundle that a meeting at `now` looks at: the last week that is over. */
export const bundleInReview = (now: Date, policy: Policy) => weekAfter(weekOf(now, policy.zone), -1, policy.zone).id;

/** How many bundles after its own, up to and with this one, an action has led. */
export function timesCarried(action: Pick<NextAction, 'bundleId'>, bundleId: string, policy: Policy): number {
  const [from, to] = [readWeek(action.bundleId, policy.zone), readWeek(bundleId, policy.zone)];
  if (!from || !to) return 0;
  // Weeks are all of one length but for daylight saving, which rounding takes away.
  return Math.max(0, Math.round((to.start.getTime() - from.start.getTime()) / (7 * 86_400_000)));
}

/**
 * Whether the meeting has to choose: done, another date, or dropped. An action with another date comes up again once that
 * date has passed and the action was carried as often again.
 */
export function needsChoice(action: NextAction, bundleId: string, policy: Policy, at: Date): boolean {
  const from = action.replannedIn ?? action.bundleId;
  const isTooOften = timesCarried({ bundleId: from }, bundleId, policy) >= policy.actions.choiceAfterCarried;
  return isOpen(action) && isTooOften && (action.replannedIn === undefined || action.dueAt < at);
}

export const judgeAction = (action: NextAction, bundleId: string, policy: Policy, at: Date) => ({
  timesCarried: timesCarried(action, bundleId, policy),
  isOverdue: isOpen(action) && action.dueAt < at,
  /** Carried so often that the meeting has to choose: done, another date, or dropped. */
  choiceRequired: needsChoice(action, bundleId, policy, at),
  lacks: lacksOf(action),
});

/** A new action: agreed at once when it is whole, proposed until then. */
export function proposeAction(id: string, stated: NewAction, score: Score, by: By, policy: Policy): NextAction {
  const isWhole = lacksOf(stated as NextAction).length === 0;
  return {
    id,
    schemaVersion: 1,
    ...defined({ incidentId: stated.incidentId }),
    bundleId: stated.bundleId ?? bundleInReview(by.now, policy),
    description: stated.description,
    kind: stated.kind,
    ...defined({ owner: stated.owner, ticketUrl: stated.ticketUrl, doneWhen: stated.doneWhen }),
    ...judgeDue(score, by.now, policy),
    status: isWhole ? 'agreed' : 'proposed',
    createdAt: by.now,
    createdBy: by.actor,
    ...(isWhole ? { agreedAt: by.now } : {}),
    history: [],
  };
}

const proposedFields = ['incidentId', 'description', 'kind', 'owner', 'ticketUrl', 'doneWhen'] as const;

/**
 * Whether an action item was proposed with these fields, whatever happened to it later. Without a named bundle, it was proposed
 * in the one under review.
 */
export function wasProposedAs(action: NextAction, stated: ActionStatement): boolean {
  const first: Record<string, unknown> = { ...action };
  for (const { old } of action.history.toReversed()) Object.assign(first, old);
  const isOfBundle = stated.bundleId === undefined || stated.bundleId === action.bundleId;
  return isOfBundle && proposedFields.every((field) => (first[field] ?? undefined) === stated[field]);
}

/** The changed action, or why it is refused. An open one's date follows the score, unless a meeting rescheduled it. */
export function changeAction(action: NextAction, stated: ActionStatement, score: Score, by: By, policy: Policy) {
  const { status, incidentId: _, bundleId: __, dueAt, ...fields } = stated;
  const next: NextAction = { ...action, ...defined(fields) };
  const lacks = lacksOf(next);
  const wanted = status ?? (isOpen(action) ? undefined : action.status);
  if ((wanted === 'done' || wanted === 'agreed') && lacks.length > 0) {
    return refusal('action-lacks', lacks, 'action-lacks-this');
  }
  if (wanted === 'done' && !next.evidenceUrl) {
    return refusal('done-without-evidence', ['evidenceUrl'], 'link-the-evidence');
  }
  if (wanted === 'dropped' && !next.droppedReason) {
    return refusal('dropped-without-reason', ['droppedReason'], 'say-why-dropped');
  }
  next.status = wanted === 'done' || wanted === 'dropped' ? wanted : lacks.length === 0 ? 'agreed' : 'proposed';
  if (next.status === 'agreed') next.agreedAt = action.agreedAt ?? by.now;
  if (next.status === 'proposed') delete next.agreedAt;
  if (dueAt && !isOpen(next)) return refusal('action-closed', ['dueAt'], 'closed-without-date');
  if (dueAt && dueAt <= by.now) return refusal('not-planned', ['dueAt'], 'not-ahead', 422);
  if (isOpen(next)) {
    delete next.closedAt;
    if (dueAt) {
      next.replannedIn = bundleInReview(by.now, policy);
      next.dueAt = dueAt;
      next.due = { rule: 'replanned', inputs: { confirmedScore: score, from: by.now } };
    } else if (action.due.rule !== 'replanned') {
      Object.assign(next, judgeDue(score, action.createdAt, policy));
    }
  } else {
    next.closedAt = action.status === next.status && action.closedAt ? action.closedAt : by.now;
  }
  const changed = changedFields(action, next);
  if (changed.length === 0) return action;
  const pick = (of: NextAction) => Object.fromEntries(changed.map((field) => [field, of[field] ?? null]));
  next.history = [...action.history, { at: by.now, actor: by.actor, old: pick(action), new: pick(next) }];
  return next;
}

/** Its size grows with every statement about the action item. */
export const actionVersion = ({ history }: Pick<NextAction, 'history'>): string =>
  eventId(1 + history.filter((each) => each.actor !== 'rule').length);

function changedFields(before: NextAction, after: NextAction): (keyof NextAction)[] {
  const fields = ['description', 'kind', ...wholeFields, 'status', 'evidenceUrl', 'droppedReason', 'dueAt'] as const;
  return fields.filter((field) => before[field]?.valueOf() !== after[field]?.valueOf());
}

type Whole = 'action-lacks' | 'done-without-evidence' | 'dropped-without-reason' | 'action-closed' | 'not-planned';
type OfField = 'action-lacks-this' | 'link-the-evidence' | 'say-why-dropped' | 'closed-without-date' | 'not-ahead';

const refusal = (why: Whole, paths: string[], field: OfField, status: Refusal['status'] = 409): Refusal => ({
  status,
  refused: refuse(why),
  errors: paths.map((path) => wrongField(path, field)),
});

/** The ticket that an action is given in the team's own tool, or why none may be made. */
export function wantTicket(action: NextAction, by: By): ActionTicket | Refusal {
  if (!isOpen(action)) return { status: 409, refused: refuse('closed-needs-no-ticket') };
  if (action.ticketUrl) return { status: 409, refused: refuse('has-ticket') };
  if (action.ticket?.state === 'making') return { status: 409, refused: refuse('ticket-being-made') };
  return {
    state: 'making',
    requestedAt: by.now,
    requestedBy: by.actor,
    key: null,
    error: null,
    checkedAt: null,
    closedAt: null,
  };
}

/** When to ask the tool next; undefined if there is nothing to ask. */
export function ticketDueAt(action: NextAction, policy: Policy): Date | undefined {
  const { ticket } = action;
  if (!ticket || !isOpen(action)) return undefined;
  // The message that creates the ticket is redelivered until it is settled; a lost message is sent once more.
  if (ticket.state === 'making') return action.delivery?.retryAt ?? ticket.requestedAt;
  if (ticket.state === 'failed' || ticket.closedAt) return undefined;
  const from = ticket.checkedAt ?? ticket.requestedAt;
  return new Date(from.getTime() + milliseconds(policy.actions.ticketCheckedEvery));
}

/** The ticket is closed, but the action item is open. */
export const proposesDone = (action: NextAction): boolean => isOpen(action) && Boolean(action.ticket?.closedAt);
