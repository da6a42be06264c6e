/** What a person has made of a body that nobody could read: facts in that person's own name. Pure. */
import { Problem } from '../platform/problem.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import type { Reading } from './sources/source.ts';

const reports: readonly string[] = ['stated', 'alert-opened'];

/**
 * The report, with the person who mended it as its author, whatever agent the body names.
 * @throws Problem 422 for what only a tool can say: a reply, an end, a connection test, a drill
 */
export function mendedBy(reading: Reading, actor: string): Reading {
  if (!('signal' in reading)) throw new Problem(422, refuse('mended-reports-nothing'));
  const { agentName: _, ...signal } = reading.signal;
  const errors = [
    ...(reports.includes(signal.kind) ? [] : [wrongField('event', 'mended-event')]),
    ...(signal.isDrill ? [wrongField('drill', 'mended-drill')] : []),
  ];
  if (errors.length > 0) throw new Problem(422, refuse('mended-facts-only'), { errors });
  return { signal: { ...signal, agent: actor } };
}
