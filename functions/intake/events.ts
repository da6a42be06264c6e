/**
 * The event doors: bodies that arrive through Pub/Sub, and bodies that a public door handed over while Firestore did not
 * answer. A body that can never be filed is quarantined here. After a throw Pub/Sub retries, and finally makes the message a
 * dead letter.
 */
import { quarantine } from '../incidents/signals/quarantine.ts';
import type { Tool } from '../incidents/signals/signal.ts';
import { now } from '../platform/clock.ts';
import { type Message, messageDoor } from '../platform/message.ts';
import { policy } from '../policy.ts';
import { rawBodyOf } from './message-body.ts';
import { readAndFile } from './read-and-file.ts';
import { besideOf } from './sources/control.ts';
import { mostBytesOf, sourceOf } from './sources/sources.ts';

export const ticketEvents = messageDoor((message) => fileMessage(message, 'generic'));
export const alertEvents = messageDoor((message) => fileMessage(message, 'monitoring'));

async function fileMessage(message: Message, tool: Tool): Promise<void> {
  const source = sourceOf(message.attributes.source ?? tool) ?? sourceOf(tool);
  if (!source) throw new TypeError(`Nothing reads ${tool}.`);
  const raw = rawBodyOf(message);
  const { eventId } = message.attributes;
  const by = { eventId, beside: besideOf((name) => message.attributes[name]), policy, now: now() };
  const most = mostBytesOf(source, policy);
  if (raw.bytes.length > most) {
    const reason = `The body is ${raw.bytes.length} bytes, and no more than ${most} are taken.`;
    return void (await quarantine(source.tool, raw, reason, by));
  }
  const read = await readAndFile(source, raw, by);
  if (read.kind === 'unreadable') await quarantine(source.tool, raw, read.message, { ...by, errors: read.errors });
}
