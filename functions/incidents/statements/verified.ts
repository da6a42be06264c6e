/** Whether it happens, and whether it goes on. Shown not to happen, it ends; verified to go on, it is open again. Pure. */
import type { ContactEffect } from '../decision.ts';
import type { DecidedEvent } from '../events.ts';
import { optional } from '../incident.ts';
import { asResponse, earliest, eventOf, type Reducer } from './given.ts';

export const verified: Reducer<'verified'> = (given) => {
  const { incident, statement, at, context } = given;
  const { happened, ongoing } = statement;
  // Only what is shown gets here: without a method and evidence it has been asked for them.
  const isShown = happened === 'no';
  const events: DecidedEvent[] = [
    eventOf(given, {
      ...asResponse(given),
      verifiedAt: earliest(incident.verifiedAt, at),
      ...optional('happened', happened),
      ...optional('ongoing', ongoing),
      ...(isShown ? { status: 'not-occurring', ongoing: 'no' } : {}),
    }),
  ];
  const effects: ContactEffect[] = [];
  if (isShown && incident.status !== 'not-occurring') effects.push({ kind: 'not-occurring' });
  const isBack = happened === 'yes' || ongoing === 'yes';
  // What was seen before the recovery and is written down after it is no news of what has recovered since.
  const isOfBefore = at < context.now && incident.recoveredAt !== undefined && at < incident.recoveredAt;
  const isOver = incident.status === 'recovered' && ongoing === 'yes' && !isOfBefore;
  if (isOver || (incident.status === 'not-occurring' && isBack)) {
    events.push({
      type: 'reopened',
      actor: 'rule',
      occurredAt: at,
      detail: { rule: 'verified-again', why: 'It was verified to go on.' },
      changes: { status: 'open', recoveredAt: null, reopenedAt: at, ongoing: ongoing ?? 'unknown' },
    });
    effects.push({ kind: 'reopened', at });
  }
  return { events, effects };
};
