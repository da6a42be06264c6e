/** Whether it happens, and whether it is ongoing. Shown not to happen, it ends; verified as ongoing, it reopens. Pure. */
import type { ContactEffect } from '../facts/decision.ts';
import type { Changes, EventOf } from '../facts/events.ts';
import { earliest, latest, optional } from '../incident.ts';
import type { Reducer } from './given.ts';

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
  // A check from before it was found to be ongoing after all says nothing about later.
  const isOutdated = isOlder || (isWrittenLater && at < reopenedAt && !isBack);
  // Only what is shown gets here: without a method and evidence it has been asked for them.
  const isShown = happened === 'no' && !isOutdated;
  const effects: ContactEffect[] = [];
  const concluded: EventOf[] = [];
  if (isShown && incident.status !== 'not-occurring') effects.push({ kind: 'not-occurring' });
  if (isBack) {
    const detail = { rule: 'verified-again', why: 'It was verified to go on.' };
    concluded.push({ type: 'reopened', actor: 'rule', occurredAt: at, detail });
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
