/** Internal notes on the reporter's ticket, by rule. Pure. */
import * as z from 'zod';
import type { Policy } from '../policy.ts';
import type { Sending } from './decision.ts';
import type { EventOf } from './events.ts';
import type { Incident } from './incident.ts';
import { isReal, type RealIncident } from './real.ts';
import { ticketTools } from './sending.ts';

/** As the outbox keeps a note: all that its words are made of, so that they tell of that moment however late it leaves. */
export const noteSchema = z.object({
  kind: z.enum(['filed', 'reclassified', 'recovered', 'not-occurring']),
  incidentId: z.string(),
  at: z.date(),
  urgency: z.object({ level: z.enum(['high', 'low']), rule: z.string() }),
  ticket: z.object({ tool: z.enum(ticketTools), id: z.string() }),
  /** By which rule a question became an incident. */
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
  // A drill's ticket is nobody's who should be told.
  if (!kind || !isReal(after) || !isTold(kind, policy)) return [];
  const note = noteOf(after, kind, events, now);
  return note ? [sendingOf(note, after, now)] : [];
}

function noteOf(incident: RealIncident, kind: Note['kind'], events: readonly EventOf[], now: Date): Note | undefined {
  const { id, origin, urgency } = incident;
  const tool = ticketTools.find((each) => each === origin.tool);
  if (!tool) return undefined;
  const reclassified = events.find((each) => each.type === 'reclassified');
  return {
    kind,
    incidentId: id,
    at: now,
    urgency: { level: urgency.level, rule: urgency.rule },
    ticket: { tool, id: origin.id },
    ...(kind === 'reclassified' && reclassified ? { rule: reclassified.detail.rule } : {}),
  };
}

function sendingOf(note: Note, incident: RealIncident, now: Date): Sending {
  return { kind: 'ticket-note', key: `note:${incident.id}:${note.kind}:${now.toISOString()}`, since: now, sends: note };
}

function kindOf(before: Incident | undefined, after: Incident): Note['kind'] | undefined {
  if (after.kind !== 'incident') return undefined;
  if (!before) return 'filed';
  if (before.kind !== 'incident') return 'reclassified';
  if (before.status === after.status) return undefined;
  return after.status === 'recovered' || after.status === 'not-occurring' ? after.status : undefined;
}

function isTold(kind: Note['kind'], { outgoing: { notes } }: Policy): boolean {
  return kind === 'not-occurring' ? notes.notOccurring : notes[kind];
}
