/** The words of an answer, filled in, and what can be pressed in it. Pure. */
import type { TimelineEvent } from '../incidents/facts/events.ts';
import { codeOf } from '../incidents/incident.ts';
import { type Content, escapeMarks, limits, mrkdwn, plain } from '../outgoing/slack/blocks.ts';
import { policy } from '../policy.ts';
import { clock } from '../words/clock.ts';
import { type Language, nameFor, say as write } from '../words/language.ts';
import type { RefusalReader } from '../words/refusals/refuse.ts';
import { incidentTexts } from '../words/texts/incident-page.ts';
import { answerWords, buttonWords } from '../words/texts/slack.ts';

type Given = Record<string, string | number | Date>;

/** @param now times of another year are written with it */
export function say(words: keyof typeof answerWords, language: Language, given: Given = {}, now?: Date): string {
  const text = (value: Given[string]) => (value instanceof Date ? clock(value, language, policy, now ?? value) : value);
  const filled = Object.entries(given).map(([name, value]) => [name, text(value)]);
  return write({ language, policy }, answerWords[words], Object.fromEntries(filled));
}

export const readerOf = (language: Language, now: Date): RefusalReader => ({
  language,
  policy,
  timeText: (at) => clock(at, language, policy, now),
});

/** An answer with one thing to press. */
export function offer(
  text: string,
  { action, value, given = {} }: { action: keyof typeof buttonWords; value: string; given?: Record<string, number> },
  language: Language,
): Content {
  const label = plain(write({ language, policy }, buttonWords[action], given), limits.button);
  return {
    text: escapeMarks(text),
    blocks: [
      { type: 'section', text: mrkdwn(escapeMarks(text)) },
      { type: 'actions', elements: [{ type: 'button', action_id: action, text: label, value }] },
    ],
  };
}

type Event = Pick<TimelineEvent, 'id' | 'type'>;
type MergedReports = Record<'to' | 'mergeId', string> & Record<'merged' | 'pending', string[]>;
type RecordedStatement = { incident: { id: string }; events: readonly Event[]; type: string };

/** Which reports were merged into which, and that one press undoes it. */
export function offerUnmerge({ to, mergeId, merged, pending }: MergedReports, language: Language): Content {
  const codes = [...merged, ...pending].map(codeOf).join(language === 'ja' ? '・' : ', ');
  const text = write({ language, policy }, incidentTexts['candidates.merged'], { code: codeOf(to), codes });
  return offer(text, { action: 'unmerge', value: `${to} ${mergeId}` }, language);
}

/** What was recorded, and that it can be undone with one press while it is fresh. Undoing an undo is a new statement. */
export function offerUndo(recorded: readonly RecordedStatement[], language: Language): string | Content {
  const { id = '' } = recorded[0]?.incident ?? {};
  const own = recorded.flatMap(({ events, type }) => events.filter((each) => each.type === type).slice(0, 1));
  const what = own.map(({ type }) => nameFor({ language, policy }, 'event', type));
  const text = say('recorded', language, { code: codeOf(id), what: what.join(language === 'ja' ? '・' : ', ') });
  const types = recorded.map(({ type }) => type);
  if (types.includes('linked')) return offer(text, { action: 'unlink', value: id }, language);
  if (types.some((type) => type === 'retracted' || type === 'unlinked')) return text;
  return offer(text, { action: 'take-back', value: [id, ...own.map((each) => each.id)].join(' ') }, language);
}
