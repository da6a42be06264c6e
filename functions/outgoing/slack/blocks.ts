/** Slack's blocks as Metronome writes them, and the lengths that Slack takes of each. Pure. */
import type * as slack from '@slack/types';

export type MessageBlock = slack.ActionsBlock | slack.ContextBlock | slack.HeaderBlock | slack.SectionBlock;

export interface Content {
  /** The text for notifications and for clients that do not show blocks. */
  text: string;
  blocks: MessageBlock[];
}

/** Slack's own: the characters of a header, a section, a context's element, a button or an option, an address; and of one message. */
export const limits = { header: 150, section: 3_000, context: 2_000, button: 75, url: 3_000, blocks: 50 };
/** The size of all blocks of a message as JSON; Slack accepts about 13,200 (slackapi/bolt-js issue 2509). */
const mostCharacters = 12_000;
/** The longest text of a message that may be edited. */
export const longestText = 4_000;

export const plain = (text: string, most: number = limits.section): slack.PlainTextElement => ({
  type: 'plain_text',
  text: cutTo(text, most) || '–',
  emoji: false,
});

/** Marks up escaped text. Slack links only marked links, never an address or name in a ticket's text. */
export const mrkdwn = (text: string, most: number = limits.section): slack.MrkdwnElement => ({
  type: 'mrkdwn',
  text: cutTo(text, most) || '–',
  verbatim: true,
});

/** The three characters by which Slack recognises links and mentions: a ticket's text must not mention anybody. */
export const escapeMarks = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A quote's mark at the start of a line stays one. */
export const escapeLines = (text: string): string => escapeMarks(text).replaceAll(/^&gt;(?= |$)/gm, '>');

/** A link, if the address may be opened and is short enough for Slack. */
export function linkTo(address: string, text: string): string | undefined {
  if (!isOpenable(address)) return undefined;
  return `<${new URL(address).href.replaceAll('|', '%7C').replaceAll('>', '%3E')}|${escapeMarks(text)}>`;
}

export const isOpenable = (address: string): boolean =>
  address.length <= limits.url && /^https?:$/.test(URL.canParse(address) ? new URL(address).protocol : '');

/** No entity is cut in two: Slack would show half of it. */
export function cutTo(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most - 1).toWellFormed();
  return `${cut.replace(/&[a-z]{0,3}$/, '')}…`;
}

/** Pieces of escaped text that a section can hold, cut between lines. */
export function sectionsOf(text: string): MessageBlock[] {
  const pieces: string[] = [];
  let piece = '';
  for (const line of text.split('\n')) {
    const fitting = cutTo(line, limits.section);
    if (piece.length + fitting.length + 1 > limits.section) {
      pieces.push(piece);
      piece = '';
    }
    piece += piece === '' ? fitting : `\n${fitting}`;
  }
  const shown = [...pieces, piece].filter((each) => each.trim() !== '');
  return shown.map((each) => ({ type: 'section', text: mrkdwn(each) }));
}

const isOneMessage = (blocks: readonly MessageBlock[]): boolean =>
  blocks.length <= limits.blocks && JSON.stringify(blocks).length <= mostCharacters;

/** Replaces the blocks that do not fit in a message. */
const more: MessageBlock = { type: 'section', text: mrkdwn('…') };

/** As many blocks as a message holds, with a mark if some are left out. The last block, with the buttons, always stays. */
export function fitting(blocks: readonly MessageBlock[], last: readonly MessageBlock[]): MessageBlock[] {
  if (isOneMessage([...blocks, ...last])) return [...blocks, ...last];
  let kept = blocks.length - 1;
  while (kept > 0 && !isOneMessage([...blocks.slice(0, kept), more, ...last])) kept -= 1;
  return [...blocks.slice(0, kept), more, ...last];
}
