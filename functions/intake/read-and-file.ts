/** The single place where a verified body is read: doors, event doors and replays all end here. */
import type { Filing } from '../incidents/signals/file-signal.ts';
import type { RawBody } from '../incidents/signals/signal.ts';
import { readConfig } from '../platform/config.ts';
import { isRefusedForGood } from '../platform/firestore.ts';
import { type FieldError, Problem } from '../platform/problem.ts';
import { parseJson } from '../platform/raw-body.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import { fileReading } from './file-reading.ts';
import { type Delivered, type IntakeSource, type Reading, Unreadable } from './sources/source.ts';

export type ReadOutcome =
  | { kind: 'filed'; filing: Filing }
  /** There is nothing to file, or an unknown ticket was closed and its signal is stored. */
  | { kind: 'ignored'; why: string }
  /** Retrying cannot help: the receiver keeps it for a person. */
  | { kind: 'unreadable'; message: string; errors: FieldError[]; isJson: boolean };

type ReadBy = Delivered & { mendedBy?: string | undefined; now: Date };

/**
 * Reads a body with its source's reader and its first time of receipt, and files the result.
 * @throws Problem 422 if an edited body says more than facts; whatever Firestore throws, since a retry loses nothing
 */
export async function readAndFile(source: IntakeSource, raw: RawBody, by: ReadBy): Promise<ReadOutcome> {
  const { beside, policy, now } = by;
  const eventId = by.eventId || undefined;
  let reading: Reading;
  try {
    const context = { receivedAt: raw.receivedAt, policy, config: readConfig(), eventId, beside };
    reading = source.read((source.parse ?? parseJson)(raw.bytes), raw.bytes, context);
    if (by.mendedBy !== undefined) reading = mendedBy(reading, by.mendedBy);
  } catch (error) {
    const isJson = error instanceof Unreadable;
    if (!isJson && !(error instanceof Problem && error.status === 400)) throw error;
    return { kind: 'unreadable', message: error.message, errors: error.errors, isJson };
  }
  let filing: Filing | undefined;
  try {
    filing = await fileReading(reading, source.tool, raw, policy, now);
  } catch (error) {
    // For example a document of more than 1 MiB.
    if (!isRefusedForGood(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'unreadable', message: `Firestore refuses it for good: ${why}.`, errors: [], isJson: true };
  }
  if (filing) return { kind: 'filed', filing };
  if ('ignored' in reading) return { kind: 'ignored', why: reading.ignored };
  const end =
    reading.signal.source === 'alert'
      ? 'it is about an alert that is not known'
      : 'the end of a ticket that is not known; its signal is kept';
  return { kind: 'ignored', why: reading.isAction ? 'the ticket of a next action' : end };
}

const reports: readonly string[] = ['stated', 'alert-opened'];

/** The report, its mender as author. @throws Problem 422 for what only tools say: a reply, an end, a test, a drill */
function mendedBy(reading: Reading, actor: string): Reading {
  if (!('signal' in reading)) throw new Problem(422, refuse('mended-reports-nothing'));
  const { agentName: _, ...signal } = reading.signal;
  const errors = [
    ...(reports.includes(signal.kind) ? [] : [wrongField('event', 'mended-event')]),
    ...(signal.isDrill ? [wrongField('drill', 'mended-drill')] : []),
  ];
  if (errors.length > 0) throw new Problem(422, refuse('mended-facts-only'), { errors });
  return { signal: { ...signal, agent: actor } };
}
