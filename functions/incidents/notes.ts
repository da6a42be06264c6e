/** What whoever reported an incident is told of it within the team, on their own ticket: internal notes, by rule. Pure. */
import * as z from 'zod';
import type { Policy } from '../policy.ts';
import type { Sending } from './decision.ts';
import type { DecidedEvent } from './events.ts';
import type { Incident } from './incident.ts';
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
  events: readonly DecidedEvent[],
  now: Date,
  policy: Policy,
): Sending[] {
  const tool = ticketTools.find((each) => each === after.origin.tool);
  const kind = kindOf(before, after);
  // A drill's ticket is nobody's who should be told.
  if (!tool || !kind || after.isDrill || !isTold(kind, policy)) return [];
  const reclassified = events.find((each) => each.type === 'reclassified');
  const note: Note = {
    kind,
    incidentId: after.id,
    at: now,
    urgency: { level: after.urgency.level, rule: after.urgency.rule },
    ticket: { tool, id: after.origin.id },
    ...(kind === 'reclassified' && reclassified ? { rule: reclassified.detail.rule } : {}),
  };
  return [{ kind: 'ticket-note', key: `note:${after.id}:${kind}:${now.toISOString()}`, since: now, sends: note }];
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
