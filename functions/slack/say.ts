/** The words of an answer, filled in. Pure. */
import { policy } from '../policy.ts';
import { clock } from '../words/clock.ts';
import { fillIn, type Language } from '../words/language.ts';
import type { Reader } from '../words/refusals/refuse.ts';
import { answerWords } from '../words/texts/slack.ts';

export type AnswerWords = keyof typeof answerWords;

/** @param now times of another year are written with it */
export function say(
  words: AnswerWords,
  language: Language,
  given: Record<string, string | number | Date> = {},
  now?: Date,
): string {
  const filled = Object.entries(given).map(([name, value]) => [
    name,
    value instanceof Date ? clock(value, language, policy, now ?? value) : value,
  ]);
  return fillIn(answerWords[words][language], {
    customer: policy.customerLabel[language],
    ...Object.fromEntries(filled),
  });
}

/** Who reads a refusal in Slack. */
export function readerOf(language: Language, now: Date): Reader {
  return { language, customer: policy.customerLabel[language], timeText: (at) => clock(at, language, policy, now) };
}
