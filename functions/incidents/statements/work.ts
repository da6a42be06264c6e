/** What responders find out and do, and their roles in an emergency. Pure. */

import type { ContactEffect } from '../facts/decision.ts';
import type { Changes, ConclusionOf } from '../facts/events.ts';
import { earliest, latest, optional } from '../incident.ts';
import { type Reducer, respondersOf, withName } from './given.ts';

/** Whether the trouble happens and is ongoing. If it is shown not to happen, the incident ends; if ongoing, it reopens. */
export const verified: Reducer<'verified'> = ({ incident, statement, at, context }) => {
  const { happened, ongoing } = statement;
  const { recoveredAt = at, lastSeenAt = at, reopenedAt = at } = incident;
  const isWrittenLater = at < context.now;
  // Something seen before the recovery and recorded after it does not say that the recovery failed.
  const isOfBefore = isWrittenLater && at < recoveredAt;
  const isOver = incident.status === 'recovered' && ongoing === 'yes' && !isOfBefore;
  const isSeen = happened === 'yes' || ongoing === 'yes';
  // A later finding that was recorded earlier is kept.
  const isOlder = isWrittenLater && at < lastSeenAt;
  const isBack = !isOlder && (isOver || (incident.status === 'not-occurring' && isSeen));
  // A check before a later finding of “ongoing” says nothing about the time after it.
  const isOutdated = isOlder || (isWrittenLater && at < reopenedAt && !isBack);
  // Only a shown absence gets here: without a method and evidence, the statement was refused.
  const isShown = happened === 'no' && !isOutdated;
  const effects: ContactEffect[] = [];
  const concluded: ConclusionOf[] = [];
  if (isShown && incident.status !== 'not-occurring') effects.push({ kind: 'not-occurring' });
  if (isBack) {
    const detail = { rule: 'verified-again', why: 'It was verified to go on.' };
    concluded.push({ isFact: false, type: 'reopened', actor: 'rule', occurredAt: at, detail });
    effects.push({ kind: 'reopened', at });
  }
  const changes: Changes = {
    verifiedAt: earliest(incident.verifiedAt, at),
    ...(isOutdated ? {} : { ...optional('happened', happened), ...optional('ongoing', ongoing) }),
    ...(isShown ? { status: 'not-occurring', ongoing: 'no' } : {}),
    ...(!isOutdated && (isShown || isSeen) ? { lastSeenAt: at } : {}),
    ...(isBack
      ? {
          status: 'open',
          recoveredAt: null,
          reopenedAt: latest(incident.reopenedAt, at),
          ongoing: ongoing ?? 'unknown',
        }
      : {}),
  };
  return { changes, effects, concluded };
};

export const assigned: Reducer<'assigned'> = (given) => {
  const { assignee } = given.statement;
  return { changes: { assignee, responders: withName(respondersOf(given), assignee) } };
};

export const mitigated: Reducer<'mitigated'> = ({ incident, statement, at }) => {
  const { kind, note, lighterWayTried } = statement;
  const mitigation = { kind, ...optional('summary', note), ...optional('lighterWayTried', lighterWayTried) };
  return { changes: { mitigatedAt: earliest(incident.mitigatedAt, at), mitigation } };
};

export const caused: Reducer<'caused'> = ({ statement: { category, summary, releaseId } }) => ({
  changes: { cause: { category, ...optional('summary', summary), ...optional('releaseId', releaseId) } },
});

export const fixed: Reducer<'fixed'> = ({ statement: { permanentFix } }) => ({ changes: { permanentFix } });

export const described: Reducer<'described'> = ({ statement }) => ({ changes: { described: statement.text } });

export const prevention: Reducer<'prevention'> = ({ statement }) => ({ changes: { prevention: statement.text } });

export const roleTaken: Reducer<'role-taken'> = ({ incident, statement, at, context }) => ({
  changes: { roles: { ...incident.roles, [statement.role]: { who: context.actor, at } } },
});

/** Without a name, the holder gives up the role; anybody else takes it over. */
export const roleHandedOver: Reducer<'role-handed-over'> = (given) => {
  const { incident, statement, at, context } = given;
  const { [statement.role]: held, ...others } = incident.roles ?? {};
  const to = statement.to ?? (held?.who === context.actor ? undefined : context.actor);
  const roles = { ...others, ...optional(statement.role, to === undefined ? undefined : { who: to, at }) };
  const responders = withName(respondersOf(given), to ?? context.actor);
  return { changes: { responders, roles }, detail: { role: statement.role, ...optional('to', to) } };
};
