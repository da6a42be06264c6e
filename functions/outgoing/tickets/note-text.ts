/** The words of an internal note: what became of the report, how urgent it is and why, and where to see more. Pure. */
import type { Note } from '../../incidents/outbox/notes.ts';
import type { Policy } from '../../policy.ts';
import { nameFor, say } from '../../words/language.ts';
import { noteLabels, noteTexts } from '../../words/texts/notices.ts';

/** @param consoleUrl without a slash at its end */
export function writeNote(note: Note, code: string, consoleUrl: string | undefined, policy: Policy): string {
  const by = { language: policy.sender.language, policy };
  const isBeginning = note.kind === 'filed' || note.kind === 'reclassified';
  const level = nameFor(by, 'urgency', note.urgency.level);
  const why = nameFor(by, 'urgencyShort', note.urgency.rule);
  return [
    say(by, noteTexts[note.kind], { code }),
    ...(note.rule ? [say(by, noteLabels.why, { why: nameFor(by, 'reclassifyRule', note.rule) })] : []),
    ...(isBeginning ? [say(by, noteLabels.urgency, { level, why })] : []),
    ...(consoleUrl ? [`${consoleUrl}/incidents/${note.incidentId}`] : []),
  ].join('\n');
}
