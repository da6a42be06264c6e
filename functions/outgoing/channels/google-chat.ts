/** Google Chat, by a space's webhook: one text message. */
import type { Outgoing } from './channel.ts';

/** Chat takes 32,000 bytes; the page has the rest. */
const longestBytes = 30_000;

export function googleChatBody({ notice, language }: Outgoing): string {
  // `<` begins Chat's links and mentions (`<users/all>`): nobody is called by what a ticket says.
  let text = notice.text[language]
    .replaceAll('<', '‹')
    .replaceAll('>', (mark, at: number, whole: string) => (at === 0 || whole[at - 1] === '\n' ? mark : '›'));
  while (Buffer.byteLength(text) > longestBytes)
    text = `${text.slice(0, Math.floor(text.length * 0.9)).toWellFormed()}…`;
  return JSON.stringify({ text });
}
