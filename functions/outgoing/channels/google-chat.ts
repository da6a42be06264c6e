/** Google Chat, by a space's webhook: one text message. */
import type { Outgoing } from './channel.ts';

/** Chat takes 32,000 bytes; the page has the rest. */
const longestBytes = 32_000;

export function googleChatBody({ notice, language }: Outgoing): string {
  // `<` begins Chat's links and mentions (`<users/all>`): nobody is called by what a ticket says.
  let text = notice.text[language]
    .replaceAll('<', '‹')
    .replaceAll('>', (mark, at: number, whole: string) => (at === 0 || whole[at - 1] === '\n' ? mark : '›'));
  while (Buffer.byteLength(bodyOf(text)) > longestBytes)
    text = `${text.slice(0, Math.floor(text.length * 0.9)).toWellFormed()}…`;
  return bodyOf(text);
}

/** As it is sent: what JSON escapes takes more than the text itself. */
const bodyOf = (text: string): string => JSON.stringify({ text });
