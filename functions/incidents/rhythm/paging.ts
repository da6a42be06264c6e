/**
 * When somebody is paged about an incident, and when the page ends. An urgent one without a response by
 * the checkpoint's limit (`docs/reference/rules/f-checkpoints.md`) triggers, and a response acknowledges. Recovery, linking
 * and “not occurring” resolve; being open again triggers again. Nobody is paged for a drill, nor by Metronome about itself:
 * its own alert policies do that. Pure.
 */
import { escalationKinds, type NoticeKind } from '../../platform/notice-schemas.ts';
import { milliseconds, type Policy } from '../../policy.ts';
import type { Incident, Paging } from '../incident.ts';
import { hasRhythm, isUrgentRhythm } from './cadence.ts';

export interface PageStep {
  action: 'trigger' | 'acknowledge' | 'resolve';
  /** When the page began. */
  at: Date;
  why: string[];
}

/** @returns what comes next of itself; null if nothing does */
export function nextPage(incident: Incident, policy: Policy): PageStep | null {
  const { emergency, paging, status } = incident;
  const isOn = paging !== undefined && paging.state !== 'resolved';
  if (status !== 'open' || !isPaged(incident)) {
    return isOn ? { action: 'resolve', at: paging.at, why: [status] } : null;
  }
  if (paging?.state === 'resolved') return { action: 'trigger', at: paging.at, why: ['reopened'] };
  // A linked report's page ends with the link; an unanswered one rings here.
  const isTakenOver = emergency?.endedAt === null && emergency.from !== undefined;
  if (!paging && isTakenOver && incident.firstResponseAt === undefined)
    return { action: 'trigger', at: emergency.since, why: ['emergency-begun'] };
  if (!paging)
    return isUnanswered(incident) ? { action: 'trigger', at: limitOf(incident, policy), why: [unanswered] } : null;
  const isAnswered = !isUnanswered(incident) && (paging.why.includes(unanswered) || paging.answeredAt !== undefined);
  if (paging.state === 'triggered')
    return isAnswered ? { action: 'acknowledge', at: paging.at, why: ['answered'] } : null;
  // The response was retracted: the page rings again, for the same reason.
  return isAnswered ? null : { action: 'trigger', at: paging.at, why: paging.why };
}

/** The reason for which notices of these kinds page at once; null if they page nobody. */
export function pageFor(incident: Incident, kinds: readonly NoticeKind[], now: Date): PageStep | null {
  const why = kinds.filter((each) => escalationKinds.includes(each));
  if (why.length === 0 || incident.status !== 'open' || !isPaged(incident)) return null;
  return { action: 'trigger', at: now, why };
}

export const unanswered = 'unanswered';

const states = { trigger: 'triggered', acknowledge: 'acknowledged', resolve: 'resolved' } as const;

/** The page after a step, as stored on the incident. An acknowledged one keeps its reason. */
export function pagingAfter(before: Paging | undefined, { action, why }: PageStep, now: Date): Paging {
  const { sequence = 0, episode = 0 } = before ?? {};
  const next = {
    state: states[action],
    sequence: sequence + 1,
    episode: action === 'trigger' ? episode + 1 : episode,
    at: now,
  };
  return action === 'acknowledge' && before ? { ...before, ...next } : { ...next, why };
}

/** The change of the current page by a response: the next look acknowledges it. */
export const answered = ({ paging }: Pick<Incident, 'paging'>, now: Date): { paging?: Paging } =>
  paging?.state === 'triggered' && !paging.answeredAt ? { paging: { ...paging, answeredAt: now } } : {};

const sentences: Record<string, string> = {
  unanswered: 'Nobody had responded by the limit of the first response.',
  reopened: 'It is open again after its page had ended.',
  escalation: 'Updates were missed in a row.',
  'emergency-begun': 'It is an emergency.',
  answered: 'Somebody has responded.',
};

/** A step's reason as the timeline has it. */
export function whyPaged({ action, why: [first = ''] }: PageStep): string {
  if (action === 'resolve') return 'There is nothing left to be paged for.';
  return sentences[first] ?? first;
}

const isPaged = (incident: Incident): boolean => !incident.isDrill && hasRhythm(incident);

const isUnanswered = (incident: Incident): boolean =>
  isUrgentRhythm(incident) && incident.firstResponseAt === undefined;

const limitOf = ({ reportedAt }: Incident, policy: Policy): Date =>
  new Date(reportedAt.getTime() + milliseconds(policy.review.firstResponse.urgent));
