/** Next actions: proposed in a meeting, agreed once whole, done with evidence. Each wakes a timer before its date. */
import { randomUUID } from 'node:crypto';
import type { DocumentReference, DocumentSnapshot, Transaction } from '@google-cloud/firestore';
import { type Context, problemOf } from '../incidents/facts/decision.ts';
import { refuseUnseen } from '../incidents/facts/version.ts';
import type { Incident } from '../incidents/incident.ts';
import { markBeside } from '../incidents/record/commit.ts';
import type { Timer } from '../incidents/record/records.ts';
import { given } from '../platform/defined.ts';
import { collections, dataOf, firestore, incidentRef, timerRef } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { log } from '../platform/log.ts';
import { type FieldError, Problem } from '../platform/problem.ts';
import type { Policy } from '../policy.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import {
  type ActionStatement,
  actionVersion,
  bundleInReview,
  changeAction,
  judgeAction,
  type NewAction,
  type NextAction,
  proposeAction,
  proposesDone,
  ticketDueAt,
  wasProposedAs,
} from './actions-rules.ts';
import { decideActionReminder, earlier } from './reminders.ts';
import { readWeek } from './week.ts';

export const actionRef = (id: string): DocumentReference => firestore().collection(collections.actions).doc(id);

/** @throws Problem 422 for an incident or a bundle that does not exist, and where the same key has made another action */
export async function recordAction(stated: NewAction, by: Context): Promise<NextAction> {
  if (stated.bundleId !== undefined && !readWeek(stated.bundleId, by.policy.zone)) {
    throw wrong(wrongField('bundleId', 'not-a-week'));
  }
  const id = by.idempotencyKey ? stableId('act', by.actor, by.idempotencyKey) : stableId('act', randomUUID());
  const action = await firestore().runTransaction(async (transaction) => {
    const made = dataOf<NextAction>(await transaction.get(actionRef(id)));
    if (made && wasProposedAs(made, stated)) return made;
    if (made) throw new Problem(422, refuse('key-used'));
    const incident = await readIncidentOf(transaction, stated.incidentId);
    const next = proposeAction(id, stated, scoreOf(incident), by, by.policy);
    if (incident) markBeside(transaction, incident, 'actions');
    transaction.create(actionRef(id), { ...next, changedAt: by.now });
    setTimer(transaction, next, undefined, by);
    return next;
  });
  log('INFO', 'next action', { actionId: id, status: action.status, actor: by.actor });
  return action;
}

/** @throws Problem 404 */
export const readAction = async (id: string): Promise<NextAction> => found(await actionRef(id).get());

/** @throws Problem 404 */
export function found(document: DocumentSnapshot): NextAction {
  const action = dataOf<NextAction>(document);
  if (!action) throw new Problem(404, refuse('no-action', { id: document.id.slice(0, 100) }));
  return action;
}

/** @throws Problem 404; 409 when it lacks what the wanted status needs; 412 */
export async function recordActionChange(id: string, stated: ActionStatement, by: Context): Promise<NextAction> {
  const action = await firestore().runTransaction(async (transaction) => {
    const current = found(await transaction.get(actionRef(id)));
    if (by.seen) refuseUnseen(by.seen, actionVersion(current));
    const score = scoreOf(await readIncidentOf(transaction, current.incidentId));
    const timer = await readActionTimer(transaction, id);
    const next = changeAction(current, stated, score, by, by.policy);
    if ('refused' in next) throw problemOf(next);
    if (next === current) return current;
    transaction.set(actionRef(id), { ...next, changedAt: by.now });
    setTimer(transaction, next, timer, by);
    return next;
  });
  log('INFO', 'next action changed', { actionId: id, status: action.status, actor: by.actor });
  return action;
}

const shownOfTicket = ['state', 'key', 'error', 'requestedAt', 'requestedBy', 'closedAt'] as const;

/** As the API and the console show it. */
export function presentAction(action: NextAction, policy: Policy, now: Date): Record<string, unknown> {
  const judged = judgeAction(action, bundleInReview(action.closedAt ?? now, policy), policy, now);
  const { schemaVersion: _, changedAt: __, delivery: ___, ticket, ...rest } = action;
  return {
    ...rest,
    ...(ticket ? { ticket: given(ticket, shownOfTicket) } : {}),
    proposesDone: proposesDone(action),
    ...given(judged, ['lacks', 'timesCarried', 'choiceRequired', 'isOverdue']),
  };
}

async function readIncidentOf(transaction: Transaction, incidentId: string | undefined): Promise<Incident | undefined> {
  if (incidentId === undefined) return undefined;
  const incident = dataOf<Incident>(await transaction.get(incidentRef(incidentId)));
  if (!incident) throw wrong(wrongField('incidentId', 'no-incident', { id: incidentId.slice(0, 100) }));
  return incident;
}

/** The date follows the review's confirmed score; null while that is unknown. */
const scoreOf = (incident: Incident | undefined): number | null => incident?.score.confirmed?.value ?? null;

function setTimer(transaction: Transaction, action: NextAction, timer: Timer | undefined, by: Context): void {
  const reminder = decideActionReminder(action, by.policy, action.createdAt);
  const wakeAt = earlier(reminder.wakeAt, ticketDueAt(action, by.policy));
  if (wakeAt) wakeAction(transaction, action.id, wakeAt, timer);
  else transaction.delete(timerRef(action.id));
}

export const readActionTimer = async (transaction: Transaction, id: string): Promise<Timer | undefined> =>
  dataOf<Timer>(await transaction.get(timerRef(id)));

/** @param timer as read in this transaction; its pending notices stay */
export function wakeAction(transaction: Transaction, id: string, wakeAt: Date, timer: Timer | undefined): void {
  transaction.set(timerRef(id), { id, subject: 'action', subjectId: id, wakeAt, pending: timer?.pending ?? [] });
}

const wrong = (error: FieldError): Problem => new Problem(422, refuse('action-not-recorded'), { errors: [error] });
