/** The words of an internal note: what became of the report, how urgent it is and why, and where to see more. Pure. */
import type { Note } from '../../incidents/notes.ts';
import type { Policy } from '../../policy.ts';
import { fillIn, nameOf } from '../../words/language.ts';
import { noteLabels, noteTexts } from '../../words/texts/ticket-notes.ts';

/** @param consoleUrl without a slash at its end */
export function writeNote(note: Note, code: string, consoleUrl: string | undefined, policy: Policy): string {
  const { language } = policy.sender;
  const name = (kind: string, value: string): string => nameOf(kind, value, language, policy.customerLabel[language]);
  const isBeginning = note.kind === 'filed' || note.kind === 'reclassified';
  const level = name('urgency', note.urgency.level);
  return [
    fillIn(noteTexts[note.kind][language], { code }),
    ...(note.rule ? [fillIn(noteLabels.why[language], { why: name('reclassifyRule', note.rule) })] : []),
    ...(isBeginning
      ? [fillIn(noteLabels.urgency[language], { level, why: name('urgencyShort', note.urgency.rule) })]
      : []),
    ...(consoleUrl ? [`${consoleUrl}/incidents/${note.incidentId}`] : []),
  ].join('\n');
}
