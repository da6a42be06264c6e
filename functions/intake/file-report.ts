/** Files a report written by hand as a generic ticket, so that fields are read in one place. */
import { readConfig } from '../platform/config.ts';
import { stableId } from '../platform/ids.ts';
import { type FieldError, Problem } from '../platform/problem.ts';
import type { Policy } from '../policy.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { fileReading } from './file-reading.ts';
import { readGenericTicket } from './sources/generic.ts';
import { Unreadable } from './sources/source.ts';

interface ReportedBy {
  tool: 'console' | 'slack';
  actor: string;
  receivedAt: Date;
  policy: Policy;
  now: Date;
  /** Problems found beforehand. */
  errors?: readonly FieldError[];
}

/** `body.id` stays the same when a form is sent again. @throws Problem 422 naming every field that is wrong */
export function fileReport(body: { id: string } & Record<string, unknown>, by: ReportedBy) {
  const { tool, actor, receivedAt, policy, now, errors = [] } = by;
  const bytes = Buffer.from(JSON.stringify(body));
  try {
    const context = { receivedAt, policy, config: readConfig() };
    const reading = readGenericTicket(JSON.parse(bytes.toString('utf8')), bytes, context);
    if (!('signal' in reading)) throw new Unreadable(reading.ignored);
    // A person is at the form and can correct it, so nothing is left out.
    const { problems } = reading.signal;
    if (problems.length + errors.length > 0) throw new Unreadable('', problems);
    const own = { id: stableId('sig', tool, body.id), tool, agent: actor };
    const raw = { bytes, contentType: 'application/json', receivedAt };
    return fileReading({ signal: { ...reading.signal, ...own } }, tool, raw, policy, now);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new Problem(422, refuse('report-not-understood'), { errors: [...error.errors, ...errors] });
  }
}
