/** The one reading of an authentic body: the doors, the event doors and replays all end here. */
import type { Filing } from '../incidents/file-signal.ts';
import type { RawBody } from '../incidents/signal/signal.ts';
import { readConfig } from '../platform/config.ts';
import { isRefusedForGood } from '../platform/firestore.ts';
import { type FieldError, Problem } from '../platform/problem.ts';
import { parseJson } from '../platform/raw-body.ts';
import { fileReading } from './file-reading.ts';
import { mendedBy } from './mended.ts';
import { withSameCustomers } from './same-customers.ts';
import { type Delivered, type IntakeSource, type Reading, Unreadable } from './sources/source.ts';

export type ReadOutcome =
  | { kind: 'filed'; filing: Filing }
  /** Nothing to file; or a ticket was closed that Metronome does not know, and its signal is kept. */
  | { kind: 'ignored'; why: string }
  /** Retrying cannot help: the receiver keeps it for a person. */
  | { kind: 'unreadable'; message: string; errors: FieldError[]; isJson: boolean };

/**
 * Reads a body as its source does, with its first time of receipt, and files what it says.
 * @param by.mendedBy the person who mended the body
 * @throws Problem 422 where a mended body says more than facts; whatever Firestore throws: nothing is lost by another try
 */
export async function readAndFile(
  source: IntakeSource,
  raw: RawBody,
  by: Delivered & { mendedBy?: string | undefined; now: Date },
): Promise<ReadOutcome> {
  const { beside, policy, now } = by;
  const eventId = by.eventId || undefined;
  let reading: Reading;
  try {
    const context = { receivedAt: raw.receivedAt, policy, config: readConfig(), eventId, beside };
    reading = source.read((source.parse ?? parseJson)(raw.bytes), raw.bytes, context);
    if (by.mendedBy !== undefined) reading = mendedBy(reading, by.mendedBy);
    if ('signal' in reading) reading = { ...reading, signal: withSameCustomers(reading.signal, policy) };
  } catch (error) {
    if (error instanceof Unreadable) {
      return { kind: 'unreadable', message: error.message, errors: error.errors, isJson: true };
    }
    if (error instanceof Problem && error.status === 400) {
      return { kind: 'unreadable', message: error.message, errors: [], isJson: false };
    }
    throw error;
  }
  let filing: Filing | undefined;
  try {
    filing = await fileReading(reading, source.tool, raw, policy, now);
  } catch (error) {
    // Such as a document of more than 1 MiB.
    if (!isRefusedForGood(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'unreadable', message: `Firestore refuses it for good: ${why}.`, errors: [], isJson: true };
  }
  if (filing) return { kind: 'filed', filing };
  if ('ignored' in reading) return { kind: 'ignored', why: reading.ignored };
  const why = reading.isAction
    ? 'the ticket of a next action'
    : 'the end of a ticket that is not known; its signal is kept';
  return { kind: 'ignored', why };
}
