/**
 * The event doors: the same bodies through Pub/Sub, and those that a public door spilled while Firestore did not answer.
 * What can never be filed is quarantined here; a throw is retried by Pub/Sub, and a dead letter at last, quarantined here too.
 */
import { quarantine } from '../incidents/signal/quarantine.ts';
import type { RawBody, Tool } from '../incidents/signal/signal.ts';
import { isPlausibleTime } from '../incidents/signal/times.ts';
import { now } from '../platform/clock.ts';
import { log } from '../platform/log.ts';
import { type Message, messageDoor } from '../platform/message.ts';
import { policy } from '../policy.ts';
import { subscriptions } from '../topology.ts';
import { readAndFile } from './read-and-file.ts';
import { besideOf } from './sources/control.ts';
import { sourceOf } from './sources/sources.ts';

export const ticketEvents = messageDoor((message) => fileMessage(message, 'generic'));
export const alertEvents = messageDoor((message) => fileMessage(message, 'monitoring'));

async function fileMessage(message: Message, tool: Tool): Promise<void> {
  const source = sourceOf(message.attributes.source ?? tool) ?? sourceOf(tool);
  if (!source) throw new TypeError(`Nothing reads ${tool}.`);
  const raw = rawBodyOf(message);
  const { eventId } = message.attributes;
  const beside = besideOf((name) => message.attributes[name]);
  const { maxBodyBytes } = policy.intake;
  if (raw.bytes.length > maxBodyBytes) {
    const reason = `The body is ${raw.bytes.length} bytes, and no more than ${maxBodyBytes} are taken.`;
    await quarantine(source.tool, raw, reason, { eventId, beside, policy, now: now() });
    return;
  }
  const read = await readAndFile(source, raw, { eventId, beside, policy, now: now() });
  if (read.kind !== 'unreadable') return;
  await quarantine(source.tool, raw, read.message, { errors: read.errors, eventId, beside, policy, now: now() });
}

/** What failed too often is kept for a person to look at; nothing that was accepted is dropped. */
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

/**
 * The first bytes of a spilled body arrived at a door earlier than the message did here, and those of a dead letter
 * when it was first published.
 */
function rawBodyOf(message: Message): RawBody {
  const { receivedAt: spilled, CloudPubSubDeadLetterSourceTopicPublishTime: published } = message.attributes;
  const stated = [spilled, published].map((each) => new Date(each ?? Number.NaN)).find(isPlausibleTime);
  const receivedAt = stated ?? message.publishedAt ?? now();
  return { bytes: message.bytes, contentType: message.attributes.contentType ?? 'application/json', receivedAt };
}
