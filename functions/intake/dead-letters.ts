/** Dead letters: keeps messages that failed too often for a person to look at. Nothing that was accepted is dropped. */
import { quarantine } from '../incidents/signals/quarantine.ts';
import { now } from '../platform/clock.ts';
import { log } from '../platform/log.ts';
import { messageDoor } from '../platform/message.ts';
import { policy } from '../policy.ts';
import { subscriptions } from '../topology.ts';
import { rawBodyOf } from './message-body.ts';
import { besideOf } from './sources/control.ts';
import { sourceOf } from './sources/sources.ts';

export const deadLetters = messageDoor(async (message) => {
  const name = message.attributes.CloudPubSubDeadLetterSourceSubscription?.split('/').at(-1) ?? 'unknown';
  const from = subscriptions.find((each) => each.name === name);
  const own = { ...message.attributes };
  for (const key of Object.keys(own)) if (key.startsWith('CloudPubSubDeadLetter')) delete own[key];
  const reader =
    from?.function === 'alertEvents' ? 'monitoring' : from?.function === 'ticketEvents' ? 'generic' : undefined;
  const source = sourceOf(own.source ?? '')?.tool ?? reader ?? name;
  log('ERROR', 'a message failed too often', { subscription: name, messageId: message.id });
  await quarantine(source, rawBodyOf(message), `Filing it failed too often (${name}).`, {
    eventId: own.eventId,
    beside: besideOf((name) => own[name]),
    messageId: message.id,
    ...(from && !reader ? { message: { topic: from.topic, attributes: own } } : {}),
    policy,
    now: now(),
  });
});
