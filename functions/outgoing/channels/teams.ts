/** A Teams Workflow's adaptive card 1.4. Its plain text runs make no ticket's text a link or a mention. Pure. */
import { cut } from '../../platform/one-line.ts';
import type { Language } from '../../words/language.ts';
import { buttonWords } from '../../words/texts/slack.ts';
import type { Outgoing } from './channel.ts';

/** Teams accepts about 28 KB and does not show a larger card. */
const longestBytes = 19_000;
const longestLine = 2_000;

export function teamsBody({ notice, language }: Outgoing): string {
  const subject = notice.subject[language];
  const lines = notice.text[language].split('\n');
  const rest = lines[0] === subject ? lines.slice(1) : lines;
  const blocks = [
    block(cut(subject, 500), { weight: 'Bolder', size: 'Medium' }),
    ...rest.filter((line) => line.trim() !== '').map((line) => block(cut(line, longestLine), {}, isApart(line))),
  ];
  let shown = blocks.length;
  let body = cardOf(blocks, notice.url, language);
  while (Buffer.byteLength(body) > longestBytes && shown > 1) {
    shown -= Math.max(1, Math.floor(shown / 10));
    body = cardOf([...blocks.slice(0, shown), block('…')], notice.url, language);
  }
  return body;
}

/** A quote follows its heading closely. */
const isApart = (line: string): boolean => !line.startsWith('>') && !line.startsWith('-');

const block = (text: string, look: Record<string, string> = {}, isSpaced = false): object => ({
  type: 'RichTextBlock',
  ...(isSpaced ? {} : { spacing: 'Small' }),
  inlines: [{ type: 'TextRun', text, ...look }],
});

const cardOf = (body: object[], url: string | undefined, language: Language): string =>
  JSON.stringify({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          body,
          ...(url ? { actions: [{ type: 'Action.OpenUrl', title: buttonWords.open[language], url }] } : {}),
        },
      },
    ],
  });
