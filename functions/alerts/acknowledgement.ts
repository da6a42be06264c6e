/** What PagerDuty's webhook reports about a page that Metronome sent. Pure. */
import { accountOf, readableText } from '../incidents/signals/signal.ts';
import { isPlausibleTime } from '../incidents/signals/times.ts';
import { objectAt } from '../platform/loose.ts';
import { nameLine } from '../platform/one-line.ts';
import { milliseconds, type Policy } from '../policy.ts';

/**
 * Who acknowledged which incident. If `policy.people.names` has an address for the name, that person becomes the assignee. Old
 * events are treated as replays, since PagerDuty does not sign the time of sending.
 */
export function acknowledgementIn(body: unknown, policy: Policy, now: Date) {
  const event = objectAt(body, 'event');
  const { id, event_type: type, occurred_at: at } = event;
  if (type !== 'incident.acknowledged') return { ignored: `an event of type ${readableText(String(type), 100)}` };
  // The key of a page names its incident and its episode (`outgoing/channels/pagerduty.ts`).
  const [, incidentId] = /^(inc_[\da-f]{24})#\d+$/.exec(String(objectAt(event, 'data').incident_key)) ?? [];
  if (!incidentId) return { ignored: 'an incident of PagerDuty’s that is no page of ours' };
  const occurredAt = new Date(String(at));
  if (!isPlausibleTime(occurredAt) || typeof id !== 'string') return { ignored: 'an event without an id or a time' };
  if (now.getTime() - occurredAt.getTime() > milliseconds(policy.notices.giveUpAfter))
    return { ignored: 'an event of long ago' };
  const agent = objectAt(event, 'agent');
  const name = typeof agent.summary === 'string' ? readableText(nameLine(agent.summary), 320) : '';
  const account = typeof agent.id === 'string' && /^\w{1,40}$/.test(agent.id) ? agent.id : 'unknown';
  const assignee = Object.entries(policy.people.names).find(([, known]) => name !== '' && known === name)?.[0];
  return {
    incidentId,
    eventId: readableText(id, 100),
    occurredAt: (occurredAt > now ? now : occurredAt).toISOString(),
    actor: assignee ?? accountOf('pagerduty', account),
    ...(name && !assignee ? { actorName: name } : {}),
    ...(assignee ? { assignee } : {}),
  };
}
