/**
 * The event doors: the same bodies through Pub/Sub, and those that a public door handed over while Firestore did not answer.
 * What can never be filed is quarantined here. Pub/Sub retries after a throw, and makes the message a dead letter at last.
 */
import { quarantine } from '../incidents/signals/quarantine.ts';
import type { RawBody, Tool } from '../incidents/signals/signal.ts';
import { isPlausibleTime } from '../incidents/signals/times.ts';
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
  const by = { eventId, beside: besideOf((name) => message.attributes[name]), policy, now: now() };
  const { maxBodyBytes } = policy.intake;
  if (raw.bytes.length > maxBodyBytes) {
    const reason = `The body is ${raw.bytes.length} bytes, and no more than ${maxBodyBytes} are taken.`;
    return void (await quarantine(source.tool, raw, reason, by));
  }
  const read = await readAndFile(source, raw, by);
  if (read.kind === 'unreadable') await quarantine(source.tool, raw, read.message, { ...by, errors: read.errors });
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
 * The body with the time at which it first arrived: at a public door, if that door handed it to Pub/Sub; for a dead letter,
 * when it was first published.
 */
function rawBodyOf({ attributes, bytes, publishedAt }: Message): RawBody {
  const { receivedAt: spilled, CloudPubSubDeadLetterSourceTopicPublishTime: published } = attributes;
  const stated = [spilled, published].map((each) => new Date(each ?? Number.NaN)).find(isPlausibleTime);
  const { contentType = 'application/json' } = attributes;
  return { bytes, contentType, receivedAt: stated ?? publishedAt ?? now() };
}
