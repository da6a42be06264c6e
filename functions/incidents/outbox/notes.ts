/** Internal notes on the reporter's ticket, by rule. Pure. */
import * as z from 'zod';
import type { Policy } from '../../policy.ts';
import type { Sending } from '../facts/decision.ts';
import type { EventOf } from '../facts/events.ts';
import { type Incident, isReal, optional } from '../incident.ts';
import { ticketTools } from './sending.ts';

/** A note in the outbox, with everything that its text needs, so that it describes that moment however late it is sent. */
export const noteSchema = z.object({
  kind: z.enum(['filed', 'reclassified', 'recovered', 'not-occurring']),
  incidentId: z.string(),
  at: z.date(),
  urgency: z.object({ level: z.enum(['high', 'low']), rule: z.string() }),
  ticket: z.object({ tool: z.enum(ticketTools), id: z.string() }),
  /** The rule that turned a question into an incident. */
  rule: z.string().optional(),
});
export type Note = z.infer<typeof noteSchema>;

/** @param before undefined for what is filed now */
export function notesOf(
  before: Incident | undefined,
  after: Incident,
  events: readonly EventOf[],
  now: Date,
  policy: Policy,
): Sending[] {
  const kind = kindOf(before, after);
  const { id, origin, urgency } = after;
  const tool = ticketTools.find((each) => each === origin.tool);
  // Nobody is notified on a drill's ticket.
  if (!kind || !tool || !isReal(after) || !policy.outgoing.notes[settingOf(kind)]) return [];
  const reclassified = events.find((each) => each.type === 'reclassified');
  const sends: Note = {
    kind,
    incidentId: id,
    at: now,
    urgency: { level: urgency.level, rule: urgency.rule },
    ticket: { tool, id: origin.id },
    ...optional('rule', kind === 'reclassified' ? reclassified?.detail.rule : undefined),
  };
  return [{ kind: 'ticket-note', key: `note:${id}:${kind}:${now.toISOString()}`, since: now, sends }];
}

function kindOf(before: Incident | undefined, after: Incident): Note['kind'] | undefined {
  if (after.kind !== 'incident') return undefined;
  if (!before) return 'filed';
  if (before.kind !== 'incident') return 'reclassified';
  if (before.status === after.status) return undefined;
  return after.status === 'recovered' || after.status === 'not-occurring' ? after.status : undefined;
}

const settingOf = (kind: Note['kind']) => (kind === 'not-occurring' ? 'notOccurring' : kind);
