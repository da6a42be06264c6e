/** Slack, by an incoming webhook: a header, the text in sections, and a button to the incident. */
import type { Outgoing } from './channel.ts';

/** Slack's own limits: of a header, of a section, of blocks, and of the text for notifications. */
const limits = { header: 150, section: 3_000, blocks: 50 };

export function slackBody({ notice, language }: Outgoing): string {
  const subject = notice.subject[language];
  const lines = notice.text[language].split('\n');
  const rest = (lines[0] === subject ? lines.slice(1) : lines).join('\n');
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: cut(subject, limits.header), emoji: false } },
    ...sections(rest)
      .slice(0, limits.blocks - 2)
      .map((text) => ({ type: 'section', text: { type: 'mrkdwn', text } })),
    ...(notice.url
      ? [
          {
            type: 'actions',
            elements: [
              {
                type: 'button',
                text: { type: 'plain_text', text: language === 'ja' ? '開く' : 'Open' },
                url: notice.url,
              },
            ],
          },
        ]
      : []),
  ];
  return JSON.stringify({ text: escapeMarks(subject), blocks, unfurl_links: false });
}

/** Pieces that a section can hold, cut between lines. */
function sections(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const line of escapeMarks(text).split('\n')) {
    const fitting = cut(line, limits.section);
    if (piece.length + fitting.length + 1 > limits.section) {
      pieces.push(piece);
      piece = '';
    }
    piece += piece === '' ? fitting : `\n${fitting}`;
  }
  return [...pieces, piece].filter((each) => each.trim() !== '');
}

/** The three characters by which Slack recognises links and mentions. A quote's mark at the start of a line stays. */
function escapeMarks(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/^&gt;(?= |$)/gm, '>');
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1).toWellFormed()}…` : text;
}
