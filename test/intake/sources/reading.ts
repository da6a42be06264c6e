/** Reads a body with a tool's reader, as its door would. */
import type { Signal } from '../../../functions/incidents/signals/signal.ts';
import { type Beside, type IntakeSource, Unreadable } from '../../../functions/intake/sources/source.ts';
import { type Config, configOf } from '../../../functions/platform/config.ts';
import { parseJson } from '../../../functions/platform/raw-body.ts';
import { policy } from '../../../functions/policy.ts';

export const receivedAt = new Date('2026-11-24T01:02:00.000Z');

export const configWith = (values: Record<string, string>): Config => configOf(values);

export function readBytes(
  source: IntakeSource,
  bytes: Buffer,
  config: Config = configWith({}),
  eventId?: string,
  beside?: Beside,
) {
  const body = (source.parse ?? parseJson)(bytes);
  const said = { ...(eventId ? { eventId } : {}), ...(beside ? { beside } : {}) };
  return source.read(body, bytes, { receivedAt, policy, config, ...said });
}

export const readBody = (source: IntakeSource, body: unknown, config?: Config, eventId?: string) =>
  readBytes(source, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), config, eventId);

export function signalOf(source: IntakeSource, body: unknown, config?: Config, eventId?: string): Signal {
  const reading = readBody(source, body, config, eventId);
  if (!('signal' in reading)) throw new Error(`It was ignored: ${reading.ignored}`);
  return reading.signal;
}

export const ignoredOf = (source: IntakeSource, body: unknown): string => {
  const reading = readBody(source, body);
  if ('signal' in reading) throw new Error(`It was read: ${reading.signal.kind}`);
  return reading.ignored;
};

export function unreadableOf(source: IntakeSource, body: unknown): Unreadable {
  try {
    readBody(source, body);
  } catch (error) {
    if (error instanceof Unreadable) return error;
    throw error;
  }
  throw new Error('It was read.');
}
